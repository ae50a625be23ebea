"""Blackening in Chromium: with a mouse, with a finger, with a keyboard alone."""

import io
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image, ImageChops
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.console import words
from bot.console.desk import Desk
from bot.services.paper_drawing import page_of
from models.requirement import Document
from tests.browser import chromium
from tests.console.browser import PASSWORD
from tests.console.looks import send_paper
from tests.uploads.pictures import letter, photo

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("registered")]

DESK, PHONE = (1280, 900), (390, 844)
MOST_TABS = 60


class _Quiet(WSGIRequestHandler):
    def log(self, kind: str, message: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium.require_chromium()
    made = chromium.start(tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("files"))
    yield made
    made.quit()


@pytest.fixture
def inside(browser: webdriver.Chrome, app: Flask) -> Iterator[str]:
    """Return the address of a console at which an operator is logged in."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/console"
    browser.delete_all_cookies()
    browser.get(f"{address}/login")
    browser.find_element(By.NAME, "login").send_keys("operator")
    browser.find_element(By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)
    _wait_for(browser, "오늘")
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def _wait_for(browser: webdriver.Chrome, text: str) -> None:
    chromium.wait_for(browser, text, "main")


def _begin(browser: webdriver.Chrome, address: str, size: tuple[int, int], *, touch: bool) -> None:
    chromium.resize(browser, size, touch=touch)
    browser.get(address)
    browser.find_element(By.ID, "cover-reason").send_keys("주민번호 가림", Keys.ENTER)
    _wait_for(browser, "한쪽 모서리")


def _picture(browser: webdriver.Chrome) -> WebElement:
    (shown,) = (
        one
        for one in browser.find_elements(By.CSS_SELECTOR, "input[type=image]")
        if one.is_displayed()
    )
    return shown


def _black(jpeg: bytes) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of what is black, in hundredths."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        red, green, blue = picture.convert("RGB").split()
    brightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = brightest.point([255 if level < 40 else 0 for level in range(256)]).getbbox()
    assert box is not None
    sides = (*brightest.size, *brightest.size)
    left, top, right, bottom = (100 * at / side for at, side in zip(box, sides, strict=True))
    return left, top, right, bottom


def _kept(desk: Desk, paper: int) -> bytes:
    with desk.database.reading() as session:
        return desk.documents.content(session.get_one(Document, paper))


def _click(browser: webdriver.Chrome, across: float, down: float) -> None:
    shown = _picture(browser)
    browser.execute_script("arguments[0].scrollIntoView()", shown)
    aside, below = (
        (part - 0.5) * shown.size[n] for part, n in ((across, "width"), (down, "height"))
    )
    ActionChains(browser).move_to_element_with_offset(
        shown, round(aside), round(below)
    ).click().perform()


def _tap(browser: webdriver.Chrome, across: float, down: float) -> None:
    box = browser.execute_script(
        "arguments[0].scrollIntoView(); const b = arguments[0].getBoundingClientRect();"
        "return [b.left, b.top, b.width, b.height]",
        _picture(browser),
    )
    at = {"x": box[0] + across * box[2], "y": box[1] + down * box[3]}
    for kind, points in (("touchStart", [at]), ("touchEnd", [])):
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize(
    ("size", "touch"),
    [(DESK, False), (PHONE, False), (PHONE, True)],
    ids=["desk", "small", "finger"],
)
def test_what_is_hit_is_what_turns_black(
    browser: webdriver.Chrome, inside: str, desk: Desk, size: tuple[int, int], *, touch: bool
) -> None:
    paper = send_paper(desk, photo((1600, 1200)))
    _begin(browser, f"{inside}/papers/{paper}", size, touch=touch)
    hit = _tap if touch else _click
    hit(browser, 0.25, 0.5)
    _wait_for(browser, "반대쪽 모서리")
    hit(browser, 0.75, 0.75)
    _wait_for(browser, "되돌릴 수 없어요")
    assert browser.execute_script("return document.documentElement.scrollWidth") == size[0]
    browser.find_element(By.CSS_SELECTOR, "button.warn").click()
    _wait_for(browser, words.COVERED)
    assert _black(_kept(desk, paper)) == pytest.approx((25, 50, 75, 75), abs=1)
    logged: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert not any("Content Security Policy" in line["message"] for line in logged)


def _tab_to(browser: webdriver.Chrome, selector: str) -> WebElement:
    for _ in range(MOST_TABS):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        now = browser.switch_to.active_element
        if now in browser.find_elements(By.CSS_SELECTOR, selector):
            return now
    pytest.fail(f"no key leads to {selector}")


def test_a_keyboard_is_enough(browser: webdriver.Chrome, inside: str, desk: Desk) -> None:
    paper = send_paper(desk, letter("first", "second"))
    chromium.resize(browser, DESK, touch=False)
    browser.get(f"{inside}/papers/{paper}")
    _tab_to(browser, "#cover-reason").send_keys("주민번호 가림", Keys.ENTER)
    _wait_for(browser, "1쪽 / 2쪽")
    browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.TAB)
    assert browser.switch_to.active_element.text == "2쪽"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    _wait_for(browser, "2쪽 / 2쪽")
    for name, at in (("left", "10"), ("top", "20"), ("right", "40"), ("bottom", "60")):
        field = _tab_to(browser, f"input[type=number][name={name}]")
        field.send_keys(at, *([Keys.ENTER] if name == "bottom" else []))
    _wait_for(browser, "되돌릴 수 없어요")
    _tab_to(browser, "button.warn").send_keys(Keys.ENTER)
    _wait_for(browser, words.COVERED)
    assert _black(page_of(_kept(desk, paper), 1)) == pytest.approx((10, 20, 40, 60), abs=1)
