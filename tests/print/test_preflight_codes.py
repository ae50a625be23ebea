"""Codes: the right ones, and only those; readable, calm around, black on white."""

import io

import pytest
from PIL import Image, ImageOps

from kits.spec import HOME, OUTLINED, PRINT, VARIANTS
from tests.print.sheets import (
    BLACK,
    WHITE,
    YELLOW,
    code,
    drawn_over,
    faults,
    finished,
    good,
    inspected,
    rewritten,
    spoiled,
)
from tests.print.specs import ADDRESS, encoded, payment_picture

OTHER = "https://pf.kakao.com/_Other/friend"
MODULE = 32 / 29


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_good_sheet_has_no_fault_and_the_best_grade(variant: str) -> None:
    report = inspected(good(variant), variant)
    assert report.problems == report.warnings == ()
    assert report.ok
    assert report.score == 4.0
    (reading,) = report.codes
    assert reading.expected == reading.decoded == ADDRESS
    assert reading.where == (24.0, 50.0, 32.0, 32.0)
    assert reading.module_mm == pytest.approx(MODULE, abs=0.001)
    assert reading.distance_m == pytest.approx(MODULE * 0.39, abs=0.01)
    assert reading.quiet_modules == 4.0
    assert reading.spare == 1.0
    assert reading.page == 1


def test_a_code_that_leads_elsewhere() -> None:
    report = inspected(finished(codes=[code(OTHER)]))
    (problem,) = report.problems
    assert problem.code == "code_wrong"
    assert problem.message == f"A code says {OTHER!r} instead of {ADDRESS!r}."
    assert [(r.expected, r.decoded) for r in report.codes] == [(ADDRESS, OTHER)]
    assert report.score == 0.0


def test_a_code_too_many() -> None:
    pdf = finished(codes=[code(x=6, y=42, side=24), code(OTHER, x=46, y=66, side=24)])
    report = inspected(pdf)
    assert {p.code for p in report.problems} == {"code_extra"}
    assert [(r.expected, r.decoded) for r in report.codes] == [(ADDRESS, ADDRESS), (None, OTHER)]


def test_each_code_counts_once() -> None:
    pdf = finished(codes=[code(x=8, y=40, side=24), code(x=46, y=66, side=24)])
    assert faults(pdf, codes=(ADDRESS, ADDRESS)) == set()
    assert faults(pdf, codes=(ADDRESS,)) == {"code_extra"}
    assert faults(pdf, codes=(ADDRESS, OTHER)) == {"code_wrong"}
    assert faults(pdf, codes=(ADDRESS, ADDRESS, ADDRESS)) == {"code_missing"}


@pytest.mark.parametrize("variant", [PRINT, OUTLINED])
def test_a_code_that_is_not_there(variant: str) -> None:
    report = inspected(finished(variant, codes=[]), variant)
    (problem,) = report.problems
    assert problem.code == "code_missing"
    assert [(r.expected, r.decoded, r.grade) for r in report.codes] == [(ADDRESS, None, 0.0)]


def test_a_code_whose_modules_are_painted_over() -> None:
    blot = drawn_over(b"0 0 0 0 k 110 60 40 90 re f 85 75 90 24 re f")
    assert "code_unreadable" in faults(spoiled(good(), blot))


def test_a_code_too_fine_for_the_coarse_look() -> None:
    pdf = finished(codes=[code(side=11, x=30, y=60)])
    assert "code_unreadable" in faults(pdf, product={"min_module_mm": 0.3, "distance_m": 0.1})


def test_a_code_light_on_dark() -> None:
    pdf = finished(codes=[code(ink=WHITE, paper=BLACK)])
    assert "code_inverted" in faults(pdf)
    assert "code_missing" not in faults(pdf)


@pytest.mark.parametrize("quiet", [0, 1, 2, 3, 3.8])
@pytest.mark.parametrize("variant", [PRINT, HOME])
def test_a_panel_too_small_for_the_quiet_zone(quiet: float, variant: str) -> None:
    report = inspected(finished(variant, codes=[code(quiet=quiet)]), variant)
    assert {p.code for p in report.problems} == {"quiet_zone"}
    assert report.codes[0].quiet_modules == pytest.approx(quiet, abs=0.2)
    assert report.codes[0].decoded == ADDRESS, "a decoder does not mind"


def test_a_panel_larger_than_the_quiet_zone() -> None:
    assert faults(finished(codes=[code(quiet=5)])) == set()


# The code lies 24 to 56 mm from the left of the cut, 50 to 82 mm from the top; points with
# 3 mm of bleed: x 76.5 to 167.2, y (from below) 87.9 to 178.6; a module is 3.13 points.
@pytest.mark.parametrize(
    "intruder",
    [
        b"0 0 0 1 k 73 120 2 2 re f",
        b"0 0 0 1 k 168.5 120 2 2 re f",
        b"0 0 0 1 k 120 84 2 2 re f",
        b"0 0 0 1 k 120 180 2 2 re f",
        b"0 0 0 1 k 70 180 3 3 re f",
        b"0 0.1 0.9 0 k 120 180 2 2 re f",
        b"0 0 0 1 K 0.5 w 60 183 m 190 183 l S",
        b"0 0 0 1 k 120 181 m 123 187 l 126 181 l f",
    ],
    ids=["left", "right", "below", "above", "corner", "yellow", "line", "triangle"],
)
def test_something_in_the_quiet_zone(intruder: bytes) -> None:
    report = inspected(spoiled(good(), drawn_over(intruder)))
    assert "quiet_zone" in {p.code for p in report.problems}
    assert report.codes[0].quiet_modules < 3


def test_paper_in_the_quiet_zone_is_nothing() -> None:
    assert faults(spoiled(good(), drawn_over(b"0 0 0 0 k 120 180 2 2 re f"))) == set()


def test_a_frame_around_the_quiet_zone_is_allowed() -> None:
    frame = b"0 0 0 1 K 1 w 60 71 124 124 re S"
    assert faults(spoiled(good(), drawn_over(frame))) == set()


def test_a_quiet_zone_ends_at_the_cut() -> None:
    pdf = finished(ground=WHITE, codes=[code(x=2, y=40)])
    assert faults(pdf, product={"safe_mm": 0}) == {"quiet_zone"}


@pytest.mark.parametrize(("distance", "least"), [(0.5, 0.77), (0.3, 1.2)])
def test_modules_too_small(distance: float, least: float) -> None:
    report = inspected(good(), product={"distance_m": distance, "min_module_mm": least})
    (problem,) = report.problems
    assert problem.code == "module_too_small"
    assert "1.10 mm" in problem.message


@pytest.mark.parametrize(
    ("ink", "code_of_fault", "is_warned"),
    [
        ([0, 0, 0, 40], "code_contrast", False),
        ([0, 0, 0, 60], "code_contrast", False),
        ([0, 0, 0, 75], "code_not_black_only", True),
        ([0, 0, 0, 90], "code_not_black_only", False),
    ],
)
def test_gray_codes(ink: list[int], code_of_fault: str, *, is_warned: bool) -> None:
    report = inspected(finished(codes=[code(ink=ink)]))
    assert code_of_fault in {p.code for p in report.problems}
    assert [p.code for p in report.warnings] == ["code_contrast"] * is_warned
    assert report.codes[0].decoded == ADDRESS, "a decoder does not mind"


@pytest.mark.parametrize(
    "ink",
    [[30, 0, 0, 100], [60, 60, 60, 100], [90, 80, 70, 0], [0, 0, 0, 90]],
    ids=["a little cyan", "rich black", "no black", "not full"],
)
def test_codes_of_more_than_black_ink(ink: list[int]) -> None:
    assert "code_not_black_only" in faults(finished(codes=[code(ink=ink)]))


def test_at_home_ink_has_no_plates() -> None:
    pdf = finished(HOME, codes=[code(ink=[90, 80, 70, 0])])
    assert faults(pdf, HOME) == set()


def test_a_code_on_coloured_ground() -> None:
    report = inspected(finished(codes=[code(paper=YELLOW)]))
    assert {p.code for p in report.problems} == {"code_not_black_only"}
    assert "instead of white paper" in report.problems[0].message


def test_black_as_gray_is_black() -> None:
    pdf = spoiled(good(), rewritten(b"0 0 0 1 k 0 0 m", b"0 g 0 0 m"))
    assert faults(pdf) == set()


def test_a_module_painted_in_colour() -> None:
    speck = drawn_over(b"1 1 0 0.5 k 78 90 3 3 re f")
    assert "code_not_black_only" in faults(spoiled(good(), speck))


def test_a_logo_in_the_middle_may_be_coloured() -> None:
    logo = drawn_over(b"0 0.8 0.6 0 k 116 128 10 10 re f")
    report = inspected(spoiled(good(), logo))
    assert "code_not_black_only" not in {p.code for p in report.problems}


@pytest.mark.parametrize(("side", "warnings"), [(16, []), (20, ["code_spare"])])
def test_a_covered_code_spends_its_error_correction(side: int, warnings: list[str]) -> None:
    place = 121.8 - side / 2, 133.2 - side / 2, side, side
    blank = drawn_over(b"0 0 0 0 k %f %f %d %d re f" % place)
    report = inspected(spoiled(good(), blank))
    assert [p.code for p in report.warnings] == warnings
    assert report.codes[0].decoded == ADDRESS
    assert 0 < report.codes[0].spare < 1
    assert report.codes[0].grade < 4.0


def _trimmed(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png))
    return encoded(picture.crop(ImageOps.invert(picture).getbbox()))


PICTURE = {"file": "code.png", "x": 20, "y": 46, "w": 40, "h": 40}


def test_a_code_that_is_a_picture() -> None:
    files = {"code.png": payment_picture(ADDRESS)}
    pdf = finished(codes=[], pictures=[PICTURE], files=files)
    report = inspected(pdf)
    assert report.problems == ()
    assert report.codes[0].module_mm == pytest.approx(40 / 37, abs=0.02)
    assert report.codes[0].quiet_modules == 4.0


def test_a_picture_without_its_quiet_zone() -> None:
    files = {"code.png": _trimmed(payment_picture(ADDRESS))}
    pdf = finished(codes=[], pictures=[PICTURE], files=files)
    assert faults(pdf) == {"quiet_zone"}


@pytest.mark.parametrize(
    ("mode", "fault"), [("RGB", "rgb_in_print"), ("CMYK", "code_not_black_only")]
)
def test_a_coloured_picture_of_a_code(mode: str, fault: str) -> None:
    picture = Image.open(io.BytesIO(payment_picture(ADDRESS))).convert(mode)
    files = {"code.jpg": encoded(picture, "JPEG", quality=95)}
    pdf = finished(codes=[], pictures=[PICTURE | {"file": "code.jpg"}], files=files)
    assert fault in faults(pdf)


def test_a_turned_code_is_measured_like_any_other() -> None:
    turned = rewritten(
        b"0 0 0 1 k 0 0 m", b"0.7071 0.7071 -0.7071 0.7071 45 -18 cm 0 0 0 1 k 0 0 m"
    )
    report = inspected(spoiled(good(), turned))
    assert report.codes[0].decoded == ADDRESS
    assert "quiet_zone" in {p.code for p in report.problems}, "its corners leave the panel"
