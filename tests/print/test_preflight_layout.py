"""What stands where: size of type, room to the cut, colour beyond it, sharp pictures."""

from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Name

from kits.catalog import Fold, Nup
from kits.preflight import Sheet, check
from kits.spec import HOME, OUTLINED, PRINT, VARIANTS
from tests.print.sheets import (
    LINES,
    PRODUCT,
    WHITE,
    YELLOW,
    code,
    drawn_over,
    faults,
    finished,
    good,
    inspected,
    line,
    picture_of,
    rewritten,
    spoiled,
)
from tests.print.specs import ADDRESS


@pytest.mark.parametrize("variant", [PRINT, HOME])
def test_small_type(variant: str) -> None:
    report = inspected(finished(variant, lines=[*LINES, line("깨알 글씨", y=30, pt=6.5)]), variant)
    (problem,) = report.problems
    assert problem.code == "text_too_small"
    assert problem.message == "Page 1 has type of 6.5 pt, the smallest allowed is 7 pt."
    assert problem.where is not None
    assert problem.where[:2] == pytest.approx((8, 30), abs=1.5)


def test_the_sheet_may_ask_for_larger_type() -> None:
    sheet = Sheet(PRODUCT, PRINT, (ADDRESS,), min_pt=11)
    assert {p.code for p in check(good(), sheet).problems} == {"text_too_small"}


def test_type_that_is_scaled_down() -> None:
    pdf = spoiled(good(), rewritten(b" 9 Tf 1 0 0 -1 ", b" 9 Tf 0.7 0 0 -0.7 "))
    assert faults(pdf) == {"text_too_small"}


@pytest.mark.parametrize(
    ("text", "size", "is_small"),
    [
        ("깨알 글씨로 쓴", 5.5, True),
        ("읽을 만한 글씨", 7.0, False),
        ("그", 7.0, False),
        ("02-000", 7.0, False),
        ("ABC", 7.0, False),
        ("nnn", 7.0, False),
    ],
)
def test_small_type_once_it_is_outlined(text: str, size: float, *, is_small: bool) -> None:
    pdf = finished(OUTLINED, lines=[line(text, y=30, pt=size)])
    assert ("text_too_small" in faults(pdf, OUTLINED)) == is_small


NEAR = [
    {"x": 3.5, "y": 30},
    {"x": 30, "y": 2.4},
    {"x": 64.5, "y": 30},
    {"x": 30, "y": 103.4},
]


@pytest.mark.parametrize("place", NEAR, ids=["left", "top", "right", "bottom"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_text_near_the_cut(place: dict[str, float], variant: str) -> None:
    pdf = finished(variant, lines=[line("가나다", pt=14, **place)])
    report = inspected(pdf, variant)
    assert [p.code for p in report.problems] == ["outside_safe_area"]
    assert "it needs 4 mm" in report.problems[0].message


@pytest.mark.parametrize(
    "place",
    [{"x": 4, "y": 30}, {"x": 30, "y": 4.5}, {"x": 62.5, "y": 30}, {"x": 30, "y": 100.5}],
    ids=["left", "top", "right", "bottom"],
)
@pytest.mark.parametrize("variant", VARIANTS)
def test_text_that_just_keeps_its_distance(place: dict[str, float], variant: str) -> None:
    """By its letters: the box of the font would reach over the line."""
    pdf = finished(variant, lines=[line("가나다", pt=14, **place)])
    assert faults(pdf, variant) == set()


def test_a_code_near_the_cut() -> None:
    pdf = finished(ground=WHITE, codes=[code(x=3, y=40)])
    report = inspected(pdf)
    assert "A code on page 1 is 3.0 mm" in report.problems[0].message


@pytest.mark.parametrize(
    ("fold", "is_near"),
    [
        (Fold("y", 40, "fold"), False),
        (Fold("y", 12, "fold"), True),
        (Fold("y", 48, "perforation"), True),
        (Fold("x", 62, "fold"), False),
        (Fold("x", 58, "fold"), True),
        (Fold("x", 30, "perforation"), True),
    ],
    ids=str,
)
def test_text_and_codes_keep_away_from_folds(fold: Fold, *, is_near: bool) -> None:
    pdf = finished(lines=[line("바다수산", pt=20)])
    assert ("outside_safe_area" in faults(pdf, product={"folds": (fold,)})) == is_near


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("x", "is_near"), [(30, False), (8, True)])
def test_corners_of_a_round_sheet(variant: str, x: float, *, is_near: bool) -> None:
    round_sheet = {"shape": "round", "trim_mm": (110, 110)}
    lines = [line("가나다라마", x=x, y=20, pt=14)]
    product = replace(PRODUCT, shape="round", trim_mm=(110, 110))
    pdf = finished(variant, product, trim=[110, 110], lines=lines, codes=[code(x=39, y=40)])
    assert ("outside_safe_area" in faults(pdf, variant, product=round_sheet)) == is_near


@pytest.mark.parametrize(("x", "is_near"), [(8, False), (5.5, True), (33, True), (45.5, False)])
def test_pieces_on_a_sheet_have_their_own_cuts(x: float, *, is_near: bool) -> None:
    """Two pieces of 36 x 40 mm, 2 mm apart, in the middle of 80 x 110: from x 3 and 41."""
    nup = Nup(2, 1, (36, 40), 2)
    pdf = finished(lines=[line("가나", x=x, y=50, pt=10)], codes=[], bleed=0, ground=None)
    found = faults(pdf, codes=(), product={"nup": nup, "bleed_mm": 0})
    assert ("outside_safe_area" in found) == is_near


def test_what_lies_between_the_pieces_is_measured_to_the_page() -> None:
    nup = Nup(2, 1, (36, 40), 2)
    pdf = finished(lines=[line("자르는 선", x=10, y=10, pt=8)], codes=[], bleed=0, ground=None)
    assert faults(pdf, codes=(), product={"nup": nup, "bleed_mm": 0}) == set()


@pytest.mark.parametrize(
    "area",
    [
        {"x": 0, "y": -3, "w": 83, "h": 116},
        {"x": -3, "y": -3, "w": 83, "h": 116},
        {"x": -3, "y": 0, "w": 86, "h": 113},
        {"x": -3, "y": -3, "w": 86, "h": 113},
    ],
    ids=["left", "right", "top", "bottom"],
)
def test_colour_that_ends_at_the_cut(area: dict[str, float]) -> None:
    pdf = finished(ground=None, areas=[area | {"ink": YELLOW}])
    assert faults(pdf) == {"bleed_empty"}


def test_colour_that_runs_on() -> None:
    area = {"x": -3, "y": -3, "w": 86, "h": 116, "ink": YELLOW}
    assert faults(finished(ground=None, areas=[area])) == set()


def test_white_needs_no_bleed() -> None:
    assert faults(finished(ground=None)) == set()


def test_at_home_nothing_is_cut() -> None:
    assert faults(finished(HOME, ground=YELLOW), HOME) == set()


@pytest.mark.parametrize(("side", "is_coarse"), [(115, True), (119, False)])
def test_pictures_need_300_pixels_an_inch(side: int, *, is_coarse: bool) -> None:
    """28.346 points are 10 mm: 119 pixels there are 302 to the inch."""
    picture = {"XObject": {"X": picture_of(Name.DeviceGray, side)}}
    cover = drawn_over(b"28.346 0 0 28.346 20 270 cm /X Do", **picture)
    assert ("image_resolution" in faults(spoiled(good(), cover))) == is_coarse


def test_a_stretched_picture_counts_by_its_coarser_side() -> None:
    picture = {"XObject": {"X": picture_of(Name.DeviceGray, 130)}}
    cover = drawn_over(b"14 0 0 60 20 240 cm /X Do", **picture)
    assert "image_resolution" in faults(spoiled(good(), cover))


def test_a_letter_that_no_font_has() -> None:
    pdf = spoiled(good(), rewritten(b"[(\\000\\001", b"[(\\000\\000"))
    report = inspected(pdf)
    assert [p.code for p in report.problems] == ["missing_glyph"]
    assert report.problems[0].message == "Page 1 shows letters that their font lacks: 2."


def test_a_map_to_no_glyph() -> None:
    def spoil(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].Resources.Font.values():
            font.DescendantFonts[0].CIDToGIDMap = document.make_stream(bytes(512))

    assert "missing_glyph" in faults(spoiled(good(), spoil))


def test_text_under_a_clip_counts_where_it_shows() -> None:
    pdf = spoiled(good(), drawn_over(b"0 0 1 1 re W n BT /f0 20 Tf 1 0 0 1 0 0 Tm <0001> Tj ET"))
    assert inspected(pdf).problems[0].code == "outside_safe_area"
    hidden = spoiled(good(), drawn_over(b"BT 3 Tr /f0 20 Tf 1 0 0 1 0 0 Tm <0001> Tj ET"))
    assert faults(hidden) == set()
