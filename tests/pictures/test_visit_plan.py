"""The picture of a plan in a real browser: nothing is fetched, no words leave their bars."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.services.visits.optimise.picture import Heading, draw
from bot.services.visits.optimise.search import Limits, search
from tests.browser import chromium
from tests.visits.bookings import book

pytestmark = pytest.mark.browser
SIZE = (1400, 1200)
_BOXES = """
const box = (e) => { const b = e.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
return [[...document.querySelectorAll('text')].map((e) => [e.textContent, ...box(e)]),
        [...document.querySelectorAll('rect')].map((e) => box(e)),
        performance.getEntriesByType('resource').length];
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Draw a day of Seoul, show it, and measure what the browser made of it."""
    chromium.require_chromium()
    day = book("서울특별시", supporters=8, asked=72, seed=1).problem(keep=120)
    plan = search(day, Limits(iterations=300)).plan
    assert plan is not None
    folder = tmp_path_factory.mktemp("picture")
    path = folder / "plan.svg"
    path.write_text(draw(day, plan, Heading(date(2026, 12, 1), "서울특별시")), encoding="utf-8")
    browser = chromium.start(folder / "profile", folder)
    try:
        chromium.resize(browser, SIZE, touch=False)
        browser.get(path.as_uri())
        texts, boxes, fetched = browser.execute_script(_BOXES)
        browser.save_screenshot(str(path.with_suffix(".png")))
        errors = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium
    finally:
        browser.quit()
    return {
        "texts": texts,
        "boxes": boxes,
        "fetched": fetched,
        "errors": errors,
        "png": path.with_suffix(".png"),
    }


def test_nothing_is_fetched_and_nothing_is_wrong(shown: dict[str, Any]) -> None:
    assert (shown["fetched"], shown["errors"]) == (0, [])


def test_words_stay_inside_their_bars(shown: dict[str, Any]) -> None:
    """A visit's words begin with its number or its time, and lie in the bar around them."""
    bars = [box for box in shown["boxes"] if 30 < box[3] - box[1] < 45]
    checked = 0
    for words, left, top, right, bottom in shown["texts"]:
        around = [b for b in bars if b[0] <= left <= b[2] and b[1] <= top and bottom <= b[3]]
        if around:
            assert right <= min(b[2] for b in around) + 1, words
            checked += 1
    assert checked > 50


def test_nothing_leaves_the_paper(shown: dict[str, Any]) -> None:
    for words, left, _, right, _ in shown["texts"]:
        assert left >= 0, words
        assert right <= SIZE[0], words


def test_it_is_not_a_blank_page(shown: dict[str, Any]) -> None:
    png: Path = shown["png"]
    with Image.open(png) as image:
        colours = image.convert("RGB").getcolors(maxcolors=1 << 20)
    assert colours is not None
    assert len(colours) > 100
