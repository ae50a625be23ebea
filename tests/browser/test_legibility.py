"""Could an older person use it: sizes, contrast, fingers, keyboards, screen readers."""

import pytest
from selenium import webdriver

from tests.browser import chromium, legibility
from tests.browser.fake_bot import FakeBot
from tests.browser.simulator_page import SimulatorPage

pytestmark = pytest.mark.browser

GALLERY = (
    "안녕하세요",
    "카드",
    "상품",
    "목록",
    "항목",
    "프로필",
    "넘기기",
    "긴 글",
    "나중에",
    "500",
)


@pytest.fixture(scope="module")
def filled(browser: webdriver.Chrome, site: str, bot: FakeBot) -> SimulatorPage:
    """A chat in which every component stands."""
    bot.forget()
    chromium.resize(browser, chromium.PHONE, touch=True)
    page = SimulatorPage(browser, f"{site}/simulator")
    page.open_fresh()
    for text in (*GALLERY, "네"):
        page.say(text)
    return page


@pytest.fixture
def gallery(filled: SimulatorPage) -> SimulatorPage:
    """The same chat on a phone, in ordinary text, as after a visit."""
    chromium.resize(filled.browser, chromium.PHONE, touch=True)
    filled.open()
    return filled


def test_everything_can_be_read_and_hit(gallery: SimulatorPage) -> None:
    phone = gallery.one(".phone")
    assert gallery.run(legibility.SMALL_TEXT, phone) == []
    assert gallery.run(legibility.SMALL_TARGETS, phone) == []
    assert gallery.run(legibility.LOW_CONTRAST, phone) == []
    gallery.open_tools()
    tools = gallery.one("#tools")
    assert gallery.run(legibility.SMALL_TEXT, tools) == []
    assert gallery.run(legibility.SMALL_TARGETS, tools) == []
    assert gallery.run(legibility.LOW_CONTRAST, tools) == []


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_sticks_out_even_in_large_text(gallery: SimulatorPage, width: int) -> None:
    chromium.resize(gallery.browser, (width, 700), touch=True)
    gallery.one("#text-size").click()
    assert (
        gallery.run("return getComputedStyle(document.querySelector('.bubble')).fontSize") == "22px"
    )
    assert gallery.run(legibility.SIDEWAYS, gallery.one(".phone")) == []
    assert gallery.run("return document.documentElement.scrollWidth") == width
    gallery.open()
    assert gallery.one("#text-size").get_attribute("aria-pressed") == "true"
    gallery.one("#text-size").click()


def test_the_newest_answer_is_in_sight(gallery: SimulatorPage) -> None:
    log = gallery.one("#log").rect
    last = gallery.all(".theirs")[-1].rect
    assert log["y"] <= last["y"]
    assert last["y"] + last["height"] <= log["y"] + log["height"]


def test_a_screen_reader_hears_answers(gallery: SimulatorPage) -> None:
    log = gallery.one("#log")
    assert log.get_attribute("role") == "log"
    assert log.get_attribute("aria-live") == "polite"
    nameless = gallery.run(
        "return [...document.querySelectorAll('button, textarea, input:not([type=radio])')]"
        ".filter((one) => !one.textContent.trim() && !one.getAttribute('aria-label')"
        " && !one.labels?.length).map((one) => one.outerHTML)"
    )
    assert nameless == []


def test_what_has_the_focus_is_marked(page: SimulatorPage) -> None:
    page.one("#words").send_keys("글")
    style = page.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_nothing_comes_from_elsewhere_and_nothing_is_refused(page: SimulatorPage) -> None:
    page.say("안녕하세요")
    origins = page.run(
        "return [...new Set(performance.getEntriesByType('resource')"
        ".map((one) => new URL(one.name).origin))]"
    )
    assert origins == [page.run("return location.origin")]
    assert page.browser.get_log("browser") == []  # type: ignore[no-untyped-call]  # selenium has no types here
    assert page.run("return document.querySelectorAll('script:not([src]):not([type])').length") == 0
