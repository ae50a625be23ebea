"""Headless Chromium for the tests: the system's own, never a download."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.patience import PATIENCE_S

T = TypeVar("T")

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
PHONE = (390, 844)
DESKTOP = (1440, 900)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--hide-scrollbars",
    "--lang=ko-KR",
    "--force-prefers-reduced-motion",  # no test waits for a drawer to slide
)


def require_chromium() -> None:
    """Skip without Chromium on a workshop machine; fail where CI promises to have it."""
    missing = [str(path) for path in (CHROMIUM, DRIVER) if not path.exists()]
    if not missing:
        return
    reason = f"needs {' and '.join(missing)} (Debian: chromium, chromium-driver)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def start(profile: Path, downloads: Path) -> webdriver.Chrome:
    """Start a browser with a fresh profile; the caller quits it.

    Args:
        profile: an empty folder for the profile.
        downloads: where files that the page saves are put.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.add_experimental_option(
        "prefs",
        {"download.default_directory": str(downloads), "download.prompt_for_download": False},
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(str(DRIVER)))


def resize(browser: webdriver.Chrome, size: tuple[int, int], *, touch: bool) -> None:
    """Give the page a viewport of exactly `size` CSS pixels, with or without a finger."""
    width, height = size
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch},
    )
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touch})


def until(browser: webdriver.Chrome, check: Callable[[webdriver.Chrome], T]) -> T:
    """Wait until `check` finds something true, and return it.

    A page that is just being left for the next one answers with errors (an element that is
    gone, a node of another document, a script that was ended): then it is asked again.
    """
    waiting = WebDriverWait(
        browser, PATIENCE_S, poll_frequency=0.05, ignored_exceptions=[WebDriverException]
    )
    return waiting.until(check)


def wait_for(browser: webdriver.Chrome, words: str, selector: str = "body") -> None:
    """Wait until something is said on the page."""
    until(browser, lambda page: words in page.find_element(By.CSS_SELECTOR, selector).text)
