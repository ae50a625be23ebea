"""The page with the real bot behind it, and a saved chat played again by the runner."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser import chromium
from tests.browser.simulator_page import SimulatorPage, fresh_page
from tests.talk import House, Merchant, house
from tests.transcript import Player, read

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: webdriver.Chrome, building: House) -> Iterator[SimulatorPage]:
    chromium.resize(browser, chromium.DESKTOP, touch=False)
    with fresh_page(browser, building.app) as fresh:
        yield fresh


def test_a_saved_chat_with_the_bot_is_a_transcript_that_passes(
    page: SimulatorPage, downloads: Path, sqlite_template: Path
) -> None:
    page.say("안녕하세요")
    page.press(".chip", "채널 등록")
    page.settle()
    page.press(".chip", "사장님 본인")
    page.settle()
    page.press("#steps .tool", "+1일")
    page.until(lambda: len(page.notes()) == 1)
    page.say("네")
    page.one("#again").click()
    page.until(lambda: len(page.notes()) == 2)
    assert "한 바이트도 다르지 않은 답" in page.notes()[1]
    assert page.texts("#warnings li") == []
    assert page.texts(".note.error") == []
    page.until(lambda: page.texts("#asked") == ["channel.owner_name"])
    page.one("#save").click()
    saved = page.until(lambda: next(downloads.glob("*.yaml"), None))
    assert saved is not None
    transcript_path = saved.rename(downloads / "saved.played")
    copy = shutil.copyfile(sqlite_template, downloads / "another.db")
    with house(f"sqlite:///{copy}") as another:
        Player(Merchant(another)).play(read(transcript_path))


def test_the_channel_webhook_takes_what_the_page_tells(page: SimulatorPage) -> None:
    page.say("안녕하세요")
    page.one("#relation input[value=blocked]").click()
    page.until(lambda: page.notes() != [])
    assert page.notes() == ["채널을 차단했습니다 → /kakao/channel HTTP 200"]
