"""The file for home: tagged, with words for its pictures, and it may link."""

from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, String

from kits.spec import HOME, PRINT
from tests.print.sheets import faults, good, on_page, spoiled, without


def test_home_may_be_newer_but_not_too_new() -> None:
    assert faults(good(HOME).replace(b"%PDF-1.7", b"%PDF-2.0", 1), HOME) == {"pdf_version"}


def test_a_home_sheet_has_the_size_of_the_product() -> None:
    assert faults(good(HOME), HOME, product={"trim_mm": (80, 111)}) == {"boxes_not_nested"}


def test_a_link_at_home_is_harmless() -> None:
    link = Dictionary(
        Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI="https://pf.kakao.com")
    )
    assert faults(spoiled(good(HOME), on_page(Annots=[link])), HOME) == set()
    starts = Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch))
    assert faults(spoiled(good(HOME), on_page(Annots=[starts])), HOME) == {"encrypted_or_active"}


def test_an_untagged_home_file() -> None:
    for key in ("/MarkInfo", "/StructTreeRoot", "/Lang"):
        assert "not_tagged" in faults(spoiled(good(HOME), without("/Root", key)), HOME)
    assert "not_tagged" in faults(good(PRINT), HOME)


def _figures(document: pikepdf.Pdf) -> list[Any]:
    return [
        one
        for one in document.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/S") == Name.Figure
    ]


def test_a_code_without_words() -> None:
    def silence(document: pikepdf.Pdf) -> None:
        for figure in _figures(document):
            del figure["/Alt"]

    def empty(document: pikepdf.Pdf) -> None:
        for figure in _figures(document):
            figure.Alt = String("  ")

    def demote(document: pikepdf.Pdf) -> None:
        for figure in _figures(document):
            figure.S = Name.P

    for spoil in (silence, empty, demote):
        assert faults(spoiled(good(HOME), spoil), HOME) == {"no_alt_text"}
