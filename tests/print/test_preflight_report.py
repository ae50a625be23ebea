"""The report: what a caller gets, and that one drawing serves inspection and preview."""

import json
from dataclasses import asdict, replace

import pytest

from kits.errors import KitError
from kits.preflight import Box, Rendering, Sheet, check
from kits.preflight.codes import FAR_DPI
from kits.spec import PRINT
from tests.print.sheets import PRODUCT, YELLOW, code, finished, good, inspected
from tests.print.specs import ADDRESS

SHEET = Sheet(PRODUCT, PRINT, (ADDRESS,))


def test_a_rendering_of_the_caller_is_used_and_stays_open() -> None:
    with Rendering(good()) as rendering:
        preview = rendering.colour(0, FAR_DPI)
        assert check(good(), SHEET, rendering) == check(good(), SHEET)
        assert rendering.colour(0, FAR_DPI) is preview
        assert preview.size == rendering.gray(0, FAR_DPI).size
        assert rendering.gray(0, FAR_DPI) is rendering.gray(0, FAR_DPI)


def test_the_same_file_gives_the_same_report() -> None:
    assert inspected(finished(codes=[code(quiet=1)])) == inspected(finished(codes=[code(quiet=1)]))


def test_a_report_goes_into_json() -> None:
    report = inspected(finished(codes=[code(paper=YELLOW), code("x", x=50, y=20, side=20)]))
    assert report.problems
    assert json.loads(json.dumps(asdict(report), ensure_ascii=False))


@pytest.mark.parametrize(
    "area",
    [
        Box(20, 30, 80, 70),
        Box(-50, -50, 60, 60),
        Box(200, 300, 900, 900),
        Box(0.3, 0.7, 50.2, 51.9),
    ],
)
@pytest.mark.parametrize("dpi", [96, 150, 110])
def test_a_part_of_a_page_is_the_same_pixels(area: Box, dpi: float) -> None:
    with Rendering(good()) as rendering:
        part, drawn = rendering.gray_area(0, dpi, area)
        whole = rendering.gray(0, dpi)
        scale = dpi / 72
        left = round(drawn.left * scale)
        upper = round((rendering.sizes[0][1] - drawn.top) * scale)
        box = (left, upper, left + part.width, upper + part.height)
        assert part.tobytes() == whole.crop(box).tobytes()
        inside = area.common(Box(0, 0, *rendering.sizes[0]))
        assert drawn.holds(inside, 1e-6 + 1 / scale)


def test_a_part_that_is_not_on_the_page() -> None:
    with Rendering(good()) as rendering, pytest.raises(KitError) as refused:
        rendering.gray_area(0, 96, Box(900, 900, 950, 950))
    assert refused.value.code == "page_size"


def test_the_score_is_that_of_the_worst_code() -> None:
    report = inspected(good())
    worse = replace(report, codes=(*report.codes, replace(report.codes[0], grade=2.0)))
    assert worse.score == 2.0
    assert replace(report, codes=()).score == 4.0
