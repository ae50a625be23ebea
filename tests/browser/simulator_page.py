"""The simulator's page as a person uses it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import chromium
from tests.browser.fake_bot import serving

T = TypeVar("T")


@contextmanager
def fresh_page(browser: webdriver.Chrome, app: Flask) -> "Iterator[SimulatorPage]":
    """Serve an application and open its simulator as a newcomer sees it."""
    with serving(app) as url:
        page = SimulatorPage(browser, f"{url}/simulator")
        page.open_fresh()
        yield page
        page.settle()


class SimulatorPage:
    """Types, taps and reads; waits for what it asked for."""

    def __init__(self, browser: webdriver.Chrome, url: str) -> None:
        self.browser = browser
        self.url = url

    def open(self) -> None:
        """Load the page with what the browser remembers."""
        self.browser.get(self.url)
        self.until(lambda: self.run("return document.documentElement.dataset.ready"))

    def open_fresh(self) -> None:
        """Load the page as a newcomer sees it."""
        self.browser.get("about:blank")  # or the page before would write its memory once more
        forget = {"origin": self.url.removesuffix("/simulator"), "storageTypes": "local_storage"}
        self.browser.execute_cdp_cmd("Storage.clearDataForOrigin", forget)
        self.open()
        self.browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium has no types here

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.browser.execute_script(script, *arguments)

    def until(self, check: Callable[[], T]) -> T:
        """Wait until `check` gives something true, and return it."""
        return chromium.until(self.browser, lambda _: check())

    def one(self, selector: str) -> WebElement:
        """Return the first element, waiting for it."""
        return self.until(lambda: next(iter(self.all(selector)), None))  # type: ignore[return-value]  # until waits past None

    def all(self, selector: str) -> list[WebElement]:
        """Return all elements."""
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Return what stands in all elements."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)",
            selector,
        )
        return found

    def settle(self) -> None:
        """Wait until every answer is there."""
        self.until(lambda: self.run("return document.getElementById('log').ariaBusy !== 'true'"))

    def write(self, text: str) -> None:
        """Type and press Enter, without waiting for the answer."""
        self.one("#words").send_keys(text, Keys.ENTER)

    def say(self, text: str) -> None:
        """Type, press Enter and wait for the answer."""
        self.write(text)
        self.settle()

    def press(self, selector: str, label: str) -> None:
        """Tap what carries exactly this label inside `selector`."""
        labels = [text.strip() for text in self.texts(selector)]
        assert label in labels
        self.all(selector)[labels.index(label)].click()

    def tap(self, label: str) -> None:
        """Tap the button of a card or the quick reply, and wait for the answer."""
        self.press(".card-button, .chip", label)
        self.settle()

    def open_tools(self) -> None:
        """Open the drawer of the phone."""
        self.one("#open-tools").click()
        self.until(lambda: self.one("#close-tools").is_displayed())

    def close_tools(self) -> None:
        """Close the drawer of the phone."""
        self.one("#close-tools").click()
        self.until(lambda: not self.one("#close-tools").is_displayed())

    def use_tool(self, selector: str) -> None:
        """Open the drawer, press something in it, close the drawer."""
        self.open_tools()
        self.one(selector).click()
        if self.one("#close-tools").is_displayed():
            self.close_tools()
        self.settle()

    def pass_time(self, label: str) -> None:
        """Press a button of the clock on the phone, and wait until the time has passed."""
        before = len(self.notes())
        self.open_tools()
        self.press("#steps .tool", label)
        self.until(lambda: len(self.notes()) > before)
        self.close_tools()

    def notes(self) -> list[str]:
        """Return the grey, yellow and red notes of the chat."""
        return self.texts("#log .note")
