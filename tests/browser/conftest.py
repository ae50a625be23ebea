"""One bot, one server and one browser for all; a fresh chat for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser import chromium
from tests.browser.fake_bot import FakeBot, served
from tests.browser.simulator_page import SimulatorPage
from tests.talk import House, house


@pytest.fixture(scope="session")
def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture(scope="session")
def site(bot: FakeBot) -> Iterator[str]:
    with served(bot) as url:
        yield url


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def browser(
    tmp_path_factory: pytest.TempPathFactory, downloads: Path
) -> Iterator[webdriver.Chrome]:
    chromium.require_chromium()
    driver = chromium.start(tmp_path_factory.mktemp("profile"), downloads)
    yield driver
    driver.quit()


@pytest.fixture
def page(browser: webdriver.Chrome, site: str, bot: FakeBot) -> SimulatorPage:
    """A phone on which nothing was said yet."""
    bot.forget()
    chromium.resize(browser, chromium.PHONE, touch=True)
    fresh = SimulatorPage(browser, f"{site}/simulator")
    fresh.open_fresh()
    return fresh


@pytest.fixture
def building(sqlite_url: str) -> Iterator[House]:
    """The real bot."""
    with house(sqlite_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def opened(browser: webdriver.Chrome, site: str, bot: FakeBot) -> SimulatorPage:
    """A phone that a module of tests shares."""
    bot.forget()
    chromium.resize(browser, chromium.PHONE, touch=True)
    shared = SimulatorPage(browser, f"{site}/simulator")
    shared.open_fresh()
    return shared


@pytest.fixture
def renewed(opened: SimulatorPage, bot: FakeBot) -> SimulatorPage:
    """An empty screen of a new person on the shared phone; much faster than a fresh one."""
    opened.settle()
    bot.forget()
    opened.run("document.getElementById('renew').click()")
    return opened
