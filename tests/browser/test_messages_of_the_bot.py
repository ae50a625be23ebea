"""The whole way of a message that the bot begins, with the real bot, on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests import town
from tests.browser import chromium, legibility
from tests.browser.simulator_page import SimulatorPage, fresh_page
from tests.talk import House, Merchant, house
from tests.transcript import Player, read, register

pytestmark = pytest.mark.browser

MY_KEY = "return JSON.parse(localStorage.getItem('sosin.simulator.1')).people[0].userKey"
ASKED = "return document.getElementById('asked').textContent"
BOOKING = ("방문신청", "1", "1", "12월 1일 세시", "1", "네")


@pytest.fixture
def page(browser: webdriver.Chrome, building: House) -> Iterator[SimulatorPage]:
    chromium.resize(browser, chromium.PHONE, touch=True)
    with fresh_page(browser, building.app) as fresh:
        yield fresh


def pushes(page: SimulatorPage) -> list[str]:
    return page.texts("[data-arrival]")


def test_a_booked_visit_is_told_of_and_its_button_leads_to_it(
    page: SimulatorPage, building: House
) -> None:
    page.use_tool("#clear")  # keeps the persons
    merchant = Merchant(building, user=page.run(MY_KEY))
    register(merchant, {})
    town.hire(building, [{}])
    for text in BOOKING:
        page.say(text)
    assert "방문이 잡혔어요" in page.texts(".theirs")[-1]
    page.pass_time("+7일")
    assert pushes(page) == [], "the evening before the visit is still to come"
    page.pass_time("다음 알림까지")
    first = pushes(page)[0]
    for part in ("먼저 보낸 알림", "내일 서포터즈가 가요.", "12월 1일(화) 오후 3시", "오후 6:00"):
        assert part in first, part
    page.press("[data-arrival] .card-button", "방문 확인")
    page.settle()
    assert "다음 방문" in page.texts(".theirs")[-1]
    page.pass_time("다음 알림까지")
    assert len(pushes(page)) == 2
    assert "오늘 서포터즈가 가요." in pushes(page)[1]
    assert "오전 9:00" in pushes(page)[1]
    for measure in (legibility.SMALL_TEXT, legibility.SMALL_TARGETS, legibility.SIDEWAYS):
        assert page.run(measure, page.one(".phone")) == []


def test_a_form_that_was_left_is_taken_up_again(
    page: SimulatorPage, downloads: Path, sqlite_template: Path
) -> None:
    for text in ("안녕하세요", "1", "1", "네", "김복순이에요"):
        page.say(text)
    page.pass_time("다음 알림까지")
    (shown,) = pushes(page)
    assert "적으시던 것이 그대로 있어요" in shown
    page.press("[data-arrival] .card-button", "이어하기")
    page.settle()
    page.until(lambda: page.run(ASKED) == "channel.phone")
    page.use_tool("#save")
    saved = page.until(lambda: next(downloads.glob("*.yaml"), None))
    assert saved is not None
    played = saved.rename(downloads / "reminded.played")
    assert "form.unfinished" in played.read_text(encoding="utf-8")
    copy = downloads / "reminded.db"
    copy.write_bytes(sqlite_template.read_bytes())
    with house(f"sqlite:///{copy}") as another:
        Player(Merchant(another)).play(read(played))
