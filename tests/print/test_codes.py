"""Codes as outlines: the same dark modules, read by a reader that is not ours."""

import pytest
import zxingcpp
from PIL import Image

from kits import codes
from tests.print.specs import ADDRESS

TEXTS = (
    ADDRESS,
    "https://b.example.org/k/ab2cd3",
    "https://example.org/" + "q" * 130,
    "가온시장 바다수산",
    "7",
)


def fill(code: codes.Code) -> list[list[bool]]:
    """Return which modules the outlines fill by the even-odd rule."""
    rows = []
    for y in range(code.size):
        crossings = sorted(
            x0
            for contour in code.contours
            for (x0, y0), (x1, y1) in zip(contour, contour[1:] + contour[:1], strict=True)
            if x0 == x1 and min(y0, y1) <= y < max(y0, y1)
        )
        rows.append([sum(x <= column for x in crossings) % 2 == 1 for column in range(code.size)])
    return rows


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("with_logo", [False, True])
def test_outlines_fill_exactly_the_dark_modules(text: str, *, with_logo: bool) -> None:
    code = codes.plan(text, with_logo=with_logo)
    assert fill(code) == [list(row) for row in code.matrix]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_reader_reads_the_modules(text: str) -> None:
    code = codes.plan(text)
    picture = Image.new("L", (code.size, code.size), 255)
    picture.putdata([0 if dark else 255 for row in code.matrix for dark in row])
    side = code.size + 2 * codes.QUIET_MODULES
    page = Image.new("L", (side, side), 255)
    page.paste(picture, (codes.QUIET_MODULES, codes.QUIET_MODULES))
    found = zxingcpp.read_barcodes(page.resize((side * 4, side * 4), Image.Resampling.NEAREST))
    assert [(f.text, f.ec_level) for f in found] == [(text, code.ecc)]


def test_outlines_keep_only_corners() -> None:
    for contour in codes.plan(ADDRESS).contours:
        around = [*contour, contour[0], contour[1]]
        for (ax, ay), (bx, by), (cx, cy) in zip(around, around[1:], around[2:], strict=False):
            assert (ax == bx) != (ay == by)
            assert (ax == bx) == (by == cy)
            assert (bx, by) != (cx, cy)


@pytest.mark.parametrize(
    ("length", "version", "ecc"),
    [
        (34, 3, "M"),  # Q would cost larger modules
        (24, 2, "M"),
        (14, 1, "M"),
        (15, 2, "Q"),  # M needs version 2, where Q still fits
        (7, 1, "H"),
        (66, 5, "M"),
    ],
)
def test_the_strongest_level_that_costs_nothing(length: int, version: int, ecc: str) -> None:
    code = codes.plan("x" * length)
    assert (code.version, code.ecc, code.size) == (version, ecc, 17 + 4 * version)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_logo_hides_no_more_than_was_measured(text: str) -> None:
    code = codes.plan(text, with_logo=True)
    assert code.logo**2 <= codes.LOGO_SHARE[code.ecc] * code.size**2
    assert code.logo % 2 == 1
    start = (code.size - code.logo) // 2
    hidden = [row[start : start + code.logo] for row in code.matrix[start : start + code.logo]]
    assert not any(any(row) for row in hidden)


def test_what_fits_in_no_code() -> None:
    with pytest.raises(codes.CodeTooLongError):
        codes.plan("x" * 3000)
    with pytest.raises(codes.CodeTooLongError):
        codes.plan("x" * 2500, with_logo=True)


def test_two_modules_that_touch_by_a_corner_stay_apart() -> None:
    contours = codes.outline(((True, False), (False, True)))
    assert contours == (((0, 0), (1, 0), (1, 1), (0, 1)), ((1, 1), (2, 1), (2, 2), (1, 2)))


def test_a_ring_has_two_outlines() -> None:
    ring = ((True,) * 3, (True, False, True), (True,) * 3)
    assert [len(contour) for contour in codes.outline(ring)] == [4, 4]
