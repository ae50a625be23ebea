"""Text to outlines: no fonts left, the same look, the same inks."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image, ImageChops, ImageFilter

from kits.content import operations
from kits.errors import KitError
from kits.outline import outline
from kits.preflight import Rendering
from tests.print.sheets import BLACK, code, drawn_over, line, rewritten, spoiled, typeset_sheet

LINES = [
    line("바다수산 大漁", weight=900),
    line("Agreement & Co. 3,000원 @%", y=18, pt=12, weight=400, tracking=0.7),
    line("천천히 읽어 주세요", y=28, pt=9, ink=[0, 70, 80, 10]),
    line("안녕하세요? “따옴표” — 줄표…", y=34, pt=16, tracking=-0.5, weight=400),
]


def drawn(pdf: bytes, dpi: float, page: int = 0) -> Image.Image:
    with Rendering(pdf) as rendering:
        return rendering.gray(page, dpi)


def thick_differences(one: bytes, other: bytes, dpi: float = 300) -> int:
    """Count the pixels that differ, edges of one pixel left out: those are smoothing."""
    difference = ImageChops.difference(drawn(one, dpi), drawn(other, dpi))
    strong = difference.point(lambda level: 255 * (level > 64))
    return strong.filter(ImageFilter.MinFilter(3)).histogram()[255]


def fonts_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return sum(
            isinstance(one, pikepdf.Dictionary) and one.get("/Type") == Name.Font
            for one in document.objects
        )


def content_of(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        page.contents_coalesce()
        return page.obj.Contents.read_bytes()


def test_fonts_go_and_the_look_stays() -> None:
    pdf = typeset_sheet(lines=LINES)
    outlined = outline(pdf)
    assert fonts_of(pdf) > 0
    assert fonts_of(outlined) == 0
    assert b"/FontFile" not in outlined
    assert thick_differences(pdf, outlined) == 0
    without = outline(typeset_sheet(lines=LINES[1:]))
    assert thick_differences(pdf, without) > 1000, "the comparison sees a missing line"


def test_edges_differ_by_smoothing_only() -> None:
    pdf = typeset_sheet(lines=LINES)
    difference = ImageChops.difference(drawn(pdf, 300), drawn(outline(pdf), 300))
    counts = difference.histogram()
    assert sum(counts[32:]) < 0.005 * sum(counts)


def test_only_plates_of_the_press_are_used() -> None:
    used = {
        operation.name for operation in operations(content_of(outline(typeset_sheet(lines=LINES))))
    }
    assert not used & {b"rg", b"RG", b"g", b"G", b"cs", b"CS", b"sc", b"scn", b"gs"}
    assert not used & {b"BT", b"ET", b"Tj", b"TJ", b"Tf", b"Tm"}
    assert b"k" in used


def test_everything_else_is_copied() -> None:
    pdf = typeset_sheet(lines=[])
    assert content_of(outline(pdf)) == content_of(pdf)


def test_boxes_and_metadata_stay() -> None:
    pdf = typeset_sheet(lines=LINES)
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(outline(pdf))) as after:
        for key in ("/MediaBox", "/TrimBox"):
            assert before.pages[0].obj[key] == after.pages[0].obj[key]
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert before.docinfo.get("/Title") == after.docinfo.get("/Title")
    assert outline(pdf).startswith(b"%PDF-1.4")


def test_the_same_file_gives_the_same_bytes() -> None:
    pdf = typeset_sheet(lines=LINES)
    assert hashlib.sha256(outline(pdf)).digest() == hashlib.sha256(outline(pdf)).digest()


def test_a_file_without_text_or_outlined_before_stays_as_it_looks() -> None:
    outlined = outline(typeset_sheet(lines=LINES))
    assert content_of(outline(outlined)) == content_of(outlined)


def test_the_words_can_still_be_searched() -> None:
    said = b"FEFF" + "바다수산 大漁".encode("utf-16-be").hex().encode()
    content = content_of(outline(typeset_sheet(lines=[line("바다수산 ")])))
    assert b"/ActualText<" + said[:20] in content


def test_codes_are_left_alone() -> None:
    pdf = typeset_sheet(lines=LINES, codes=[code()])
    before, after = (
        max((piece.raw for piece in operations(content_of(one))), key=len)
        for one in (pdf, outline(pdf))
    )
    assert len(before) > 5000
    assert before == after


Spoil = Callable[[pikepdf.Pdf], None]


def changed(spoil: Spoil) -> bytes:
    return spoiled(typeset_sheet(lines=LINES[:2]), spoil)


FONT = b"BT /f0 20 Tf "


@pytest.mark.parametrize(
    "content",
    [
        FONT + b"30 60 Td <00010002> Tj 0 -24 Td <0003> Tj ET",
        FONT + b"1 0 0.3 1 30 60 Tm 3 Tc <00010002> Tj ET",
        FONT + b"0.7 0.7 -0.7 0.7 30 60 Tm 50 Tz [<0001> -500 <0002>] TJ ET",
        FONT + b"30 60 Td 5 Ts <0001> Tj -5 Ts <0002> Tj ET",
        FONT + b"22 TL 30 60 Td <0001> Tj <0002> ' 1 2 <0003> \" ET",
        FONT + b"30 60 Td 1 0 0 0 k <0001> Tj 0 1 0 0 k <0002> Tj ET",
        FONT + b"1 Tr 30 60 Td 0 1 0 0 K 1 w <00010002> Tj ET",
        FONT + b"2 Tr 30 60 Td 0 1 0 0 K 1 0 0 0 k 0.5 w <00010002> Tj ET",
        FONT + b"3 Tr 30 60 Td <00010002> Tj ET",
        b"q 2 0 0 2 -20 -30 cm "
        + FONT
        + b"30 60 Td <0001> Tj ET Q "
        + FONT
        + b"200 60 Td <0001> Tj ET",
        b"/f0 20 Tf q /f0 40 Tf Q BT 30 60 Td <0001> Tj ET",
        b"20 40 80 60 re W n " + FONT + b"30 60 Td <00010002> Tj ET",
    ],
    ids=[
        "moved",
        "slanted, spaced",
        "turned, narrow",
        "risen",
        "quotes",
        "two colours",
        "stroked",
        "filled and stroked",
        "invisible",
        "saved state",
        "saved font",
        "clipped",
    ],
)
def test_every_way_of_showing_text(content: bytes) -> None:
    pdf = changed(drawn_over(content))
    outlined = outline(pdf)
    assert fonts_of(outlined) == 0
    assert thick_differences(pdf, outlined) == 0
    bare = outline(changed(drawn_over(b"")))
    shows = b"3 Tr" not in content
    assert (thick_differences(outlined, bare) > 20) == shows


def _form(content: bytes, **more: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    def make(document: pikepdf.Pdf) -> pikepdf.Object:
        form = document.make_stream(content)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [0, 0, 300, 400]
        for key, value in more.items():
            form[f"/{key}"] = value(document) if callable(value) else value
        return document.make_indirect(form)

    return make


def test_text_in_forms() -> None:
    own = {"Resources": lambda document: Dictionary(Font=document.pages[0].Resources.Font)}
    text = FONT + b"30 60 Td <00010002> Tj ET"
    for more in ({}, own):
        over = drawn_over(b"1 0 0 1 40 10 cm /X Do /X Do", XObject={"X": _form(text, **more)})
        pdf = changed(over)
        outlined = outline(pdf)
        assert fonts_of(outlined) == 0
        assert thick_differences(pdf, outlined) == 0


def test_text_in_tiles() -> None:
    def tile(document: pikepdf.Pdf) -> pikepdf.Object:
        pattern = _form(FONT + b"2 5 Td <0001> Tj ET")(document)
        pattern.Type, pattern.PatternType, pattern.PaintType, pattern.TilingType = (
            Name.Pattern,
            1,
            1,
            1,
        )
        pattern.XStep = pattern.YStep = 25
        pattern.BBox = [0, 0, 25, 25]
        pattern.Resources = Dictionary(Font=document.pages[0].Resources.Font)
        return pattern

    over = drawn_over(b"/Pattern cs /T scn 20 30 150 50 re f", Pattern={"T": tile})
    pdf = changed(over)
    outlined = outline(pdf)
    assert fonts_of(outlined) == 0
    assert thick_differences(pdf, outlined) == 0


def _refused(spoil: Spoil) -> str:
    with pytest.raises(KitError) as refused:
        outline(changed(spoil))
    return refused.value.code


def test_a_letter_that_the_font_lacks_is_refused() -> None:
    assert _refused(rewritten(b"[(\\000\\001", b"[(\\000\\000")) == "missing_glyph"
    assert _refused(drawn_over(FONT + b"<7FFF> Tj ET")) == "missing_glyph"


def test_what_typst_does_not_write_is_refused() -> None:
    def other_font(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].Resources.Font.values():
            font.Subtype = Name.Type1

    def other_codes(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].Resources.Font.values():
            font.Encoding = Name("/Identity-V")

    def no_program(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].Resources.Font.values():
            del font.DescendantFonts[0]["/FontDescriptor"]

    def broken_program(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            descriptor.FontFile3 = document.make_stream(b"\x01\x00\x04\x01broken")

    for spoil in (other_font, other_codes, no_program, broken_program):
        assert _refused(spoil) == "outline_unsupported"
    assert _refused(drawn_over(FONT + b"7 Tr <0001> Tj ET")) == "outline_unsupported"
    assert _refused(drawn_over(b"BT /nowhere 20 Tf <0001> Tj ET")) == "outline_unsupported"


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(KitError) as refused:
        outline(b"not a PDF")
    assert refused.value.code == "pdf_broken"


def test_forms_in_circles_end() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        form = _form(b"/X Do")(document)
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        document.pages[0].obj.Resources.XObject = Dictionary(X=form)

    assert fonts_of(outline(changed(spoil))) == 0


def test_colours_of_letters_survive() -> None:
    pdf = typeset_sheet(
        lines=[line("가", pt=60, ink=[0, 70, 80, 10]), line("나", x=40, pt=60, ink=BLACK)]
    )
    with Rendering(pdf) as before, Rendering(outline(pdf)) as after:
        one, other = before.colour(0, 96), after.colour(0, 96)
        assert {colour for _, colour in one.getcolors(1 << 20) or () if _ > 200} == {
            colour for _, colour in other.getcolors(1 << 20) or () if _ > 200
        }
