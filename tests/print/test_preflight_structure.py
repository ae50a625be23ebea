"""The file as a whole: pages, version, boxes, intent, fonts, nothing that acts, tags."""

import re
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from kits.spec import HOME, OUTLINED, PRINT
from tests.print.sheets import (
    Spoil,
    drawn_over,
    faults,
    good,
    inspected,
    on_page,
    spoiled,
    typeset_sheet,
    without,
)


def messages(pdf: bytes, variant: str = PRINT, **more: Any) -> str:
    return " ".join(problem.message for problem in inspected(pdf, variant, **more).problems)


def in_root(**entries: Any) -> Spoil:
    def spoil(document: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            document.Root[f"/{key}"] = value

    return spoil


def test_pages_too_many() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        document.pages.append(document.pages[0])

    pdf = spoiled(good(), spoil)
    assert faults(pdf) == {"page_count", "code_extra"}
    assert "2 pages instead of 1" in messages(pdf)
    assert faults(good(), codes=("a", "b")) == {"code_wrong", "code_missing"}


def test_pages_too_few() -> None:
    assert faults(good(), product={"codes": (1, 0)}) == {"page_count"}


def test_a_file_whose_pages_depend_on_the_reader() -> None:
    """The page is called by a generation that it never had: one reader minds."""
    pdf = re.sub(rb"/Kids\[(\d+) 0 R\]", rb"/Kids[\1 1 R]", good(HOME))
    assert "Two readers find different numbers of pages" in messages(pdf, HOME)


@pytest.mark.parametrize("version", ["1.7", "1.2", "2.0"])
def test_another_version(version: str) -> None:
    other = good().replace(b"%PDF-1.4", f"%PDF-{version}".encode(), 1)
    assert faults(other) == {"pdf_version"}


def test_a_version_raised_in_the_catalogue() -> None:
    assert faults(spoiled(good(), in_root(Version=Name("/1.6")))) == {"pdf_version"}


def test_objects_packed_like_a_later_version() -> None:
    pdf = spoiled(good(), lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    pdf = pdf.replace(b"%PDF-1.5", b"%PDF-1.4", 1)
    assert faults(pdf) == {"pdf_version"}
    assert "packs its objects" in messages(pdf)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"TrimBox": [8.5, 8.5, 230, 320]}, "instead of 80 x 110 mm"),
        ({"TrimBox": [8.5, 8.5, 235.6, 320.3]}, "instead of 80 x 110 mm"),
        ({"BleedBox": [5, 5, 240, 325]}, "the bleed is less than 3 mm"),
        ({"BleedBox": [0, 0, 300, 400]}, "not nested"),
        ({"BleedBox": [20, 20, 100, 100]}, "not nested"),
        ({"MediaBox": [8.5, 8.5, 235.3, 320.3]}, "not nested"),
        ({"CropBox": [20, 20, 200, 300]}, "CropBox"),
        ({"ArtBox": [8.5, 8.5, 235.3, 320.3]}, "no ArtBox"),
        ({"Rotate": 90}, "rotated"),
        ({"UserUnit": 2}, "rotated"),
        ({"TrimBox": [1, 2, 3]}, "needs TrimBox"),
        ({"BleedBox": String("no box")}, "needs TrimBox"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_boxes(entries: dict[str, Any], sentence: str) -> None:
    pdf = spoiled(good(), on_page(**entries))
    assert "boxes_not_nested" in faults(pdf)
    assert sentence in messages(pdf)


@pytest.mark.parametrize("key", ["TrimBox", "BleedBox"])
def test_a_missing_box(key: str) -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        del document.pages[0].obj[f"/{key}"]

    assert "boxes_not_nested" in faults(spoiled(good(), spoil))


def test_boxes_may_be_inherited_and_turned_around() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        left, bottom, right, top = page.MediaBox
        page.Parent.MediaBox = Array([right, top, left, bottom])
        del page["/MediaBox"]

    assert faults(spoiled(good(), spoil)) == set()


def test_typst_alone_is_no_print_file() -> None:
    assert {"output_intent", "boxes_not_nested"} <= faults(typeset_sheet())


INTENT = ("/Root", "/OutputIntents", "0")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without("/Root", "/OutputIntents"), "0 PDF/X output intents"),
        (without(*INTENT, "/S"), "0 PDF/X output intents"),
        (without(*INTENT, "/OutputConditionIdentifier"), "no printing condition"),
        (without(*INTENT, "/Info"), "no printing condition"),
        (without(*INTENT, "/RegistryName"), "no printing condition"),
        (without("/Info"), "lacks Title"),
        (without("/Info", "/GTS_PDFXVersion"), "lacks GTS_PDFXVersion"),
        (without("/Info", "/Trapped"), "lacks Trapped"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_output_intent(spoil: Spoil, sentence: str) -> None:
    pdf = spoiled(good(), spoil)
    assert faults(pdf) == {"output_intent"}
    assert sentence in messages(pdf)


def test_two_output_intents() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        document.Root.OutputIntents.append(document.Root.OutputIntents[0])

    assert "2 PDF/X output intents" in messages(spoiled(good(), spoil))


def test_another_intent_beside_ours() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        document.Root.OutputIntents.append(Dictionary(S=Name.GTS_PDFA1))

    assert faults(spoiled(good(), spoil)) == set()


def _add_font(**entries: Any) -> Spoil:
    def spoil(document: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, **entries)
        document.pages[0].obj.Resources.Font = Dictionary(Fx=document.make_indirect(font))

    return spoil


def test_a_font_that_is_not_in_the_file() -> None:
    pdf = spoiled(good(), _add_font())
    assert "font_not_embedded" in faults(pdf)
    assert "Helvetica" in messages(pdf)


def test_a_font_that_is_written_into_the_page() -> None:
    def plain(_: pikepdf.Pdf) -> Dictionary:
        return Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            FirstChar=65,
            Widths=Array([600, 600]),
        )

    def keyed(_: pikepdf.Pdf) -> Dictionary:
        part = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name.Batang, DW=600)
        return Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.Batang,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([part]),
        )

    for font, text in ((plain, b"(AB)"), (keyed, b"<00410042>")):
        shown = b"0 0 0 1 k BT /Fx 12 Tf 60 60 Td " + text + b" Tj ET"
        pdf = spoiled(good(), drawn_over(shown, Font={"Fx": font}))
        assert "font_not_embedded" in faults(pdf)


def test_a_font_without_its_program() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        font = next(iter(document.pages[0].Resources.Font.values()))
        del font.DescendantFonts[0].FontDescriptor["/FontFile3"]

    assert faults(spoiled(good(), spoil)) == {"font_not_embedded"}


def test_fonts_in_an_outlined_file() -> None:
    assert faults(good(PRINT), OUTLINED) == {"font_left"}
    assert "font_left" in faults(spoiled(good(OUTLINED), _add_font()), OUTLINED)
    assert faults(good(OUTLINED), OUTLINED) == set()


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (in_root(OpenAction=Dictionary(S=Name.JavaScript, JS=String("1"))), "JavaScript"),
        (in_root(OpenAction=Dictionary(S=Name.GoTo)), "an action on opening"),
        (in_root(AA=Dictionary()), "an action on events"),
        (in_root(AcroForm=Dictionary()), "a form to fill in"),
        (in_root(Names=Dictionary(EmbeddedFiles=Dictionary(Names=[]))), "an embedded file"),
        (in_root(Names=Dictionary(JavaScript=Dictionary(Names=[]))), "JavaScript"),
        (on_page(AA=Dictionary(O=Dictionary(S=Name.Named))), "an action on events"),
        (on_page(Annots=[Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.Launch))]), "Launch"),
        (on_page(Annots=[Dictionary(Subtype=Name.Square)]), "annotations"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_something_that_acts(spoil: Spoil, what: str) -> None:
    pdf = spoiled(good(), spoil)
    assert faults(pdf) == {"encrypted_or_active"}
    assert what in messages(pdf)


def test_old_packing() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        # An empty LZW stream: clear, end.
        document.Root.Extra = document.make_stream(b"\x80\x40\x40", Filter=Name.LZWDecode)

    pdf = spoiled(
        good(), spoil, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )
    assert faults(pdf) == {"encrypted_or_active"}
    assert "LZW" in messages(pdf)


def test_encryption() -> None:
    pdf = spoiled(good(), lambda _: None, encryption=pikepdf.Encryption(owner="a", user=""))
    assert "encrypted_or_active" in faults(pdf)
    locked = spoiled(good(), lambda _: None, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert faults(locked) <= {"encrypted_or_active", "pdf_broken"}
    assert not inspected(locked).ok


def test_what_is_no_pdf() -> None:
    report = inspected(b"not a PDF")
    assert [p.code for p in report.problems] == ["pdf_broken"]
    assert not report.ok
    assert report.score == 0.0
    assert [(r.expected, r.decoded) for r in report.codes] == [
        ("https://pf.kakao.com/_AbCdE/friend", None)
    ]


def test_a_page_that_nobody_can_draw() -> None:
    pdf = spoiled(good(HOME), on_page(MediaBox=[0, 0, 10**6, 10**6]))
    assert faults(pdf, HOME) == {"page_size", "boxes_not_nested"}
    assert inspected(pdf, HOME).codes[0].decoded is None


def test_content_that_is_no_content() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(document.make_stream(b"\n(open string"))

    assert "content_broken" in faults(spoiled(good(), spoil))


def test_forms_in_circles() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        form = document.make_indirect(document.make_stream(b"/X Do"))
        form.Subtype, form.BBox = Name.Form, [0, 0, 9, 9]
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        document.pages[0].obj.Resources.XObject = Dictionary(X=form)
        document.pages[0].contents_add(document.make_stream(b"\n/X Do"))

    assert "content_broken" in faults(spoiled(good(), spoil))


def test_forms_that_call_each_other_twice_each() -> None:
    """Twelve of them would draw four thousand times, twenty a million times."""

    def spoil(document: pikepdf.Pdf) -> None:
        inner: Any = None
        for _ in range(12):
            form = document.make_indirect(document.make_stream(b"/X Do /X Do"))
            form.Subtype, form.BBox = Name.Form, [0, 0, 9, 9]
            form.Resources = Dictionary(XObject=Dictionary(X=inner) if inner else Dictionary())
            inner = form
        document.pages[0].obj.Resources.XObject = Dictionary(X=inner)
        document.pages[0].contents_add(document.make_stream(b"\n/X Do"))

    assert "content_broken" in faults(spoiled(good(), spoil))
