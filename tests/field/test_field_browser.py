"""A day worked through on the phone page in Chromium, with a dead spot in between."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from models.states import VisitState
from tests.browser import chromium, legibility
from tests.browser.fake_bot import serving
from tests.field.phone import TODAY, field_of, later, morning
from tests.field.walk import Walk
from tests.talk import house

pytestmark = pytest.mark.browser

PHONE, SMALL_PHONE = (390, 844), (320, 640)
LEAST_BUTTON = 48
TARGETS = """
return [...document.querySelectorAll("button, summary, nav a, .tool, .phone, input:not([type=hidden]), textarea")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.innerText || one.name, one.getBoundingClientRect().height])
  .filter(([, height]) => height < arguments[0]);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium.require_chromium()
    started = chromium.start(tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("files"))
    chromium.resize(started, PHONE, touch=True)
    yield started
    started.quit()


@pytest.fixture
def walk(browser: webdriver.Chrome, tmp_path: Path, sqlite_template: Path) -> Iterator[Walk]:
    database = shutil.copyfile(sqlite_template, tmp_path / "field.db")
    with house(f"sqlite:///{database}") as building:
        ground = field_of(building.database)
        stalls = (
            ground.stall(
                name="순자네 반찬", stall="가동 12호", location_note="정문에서 왼쪽 둘째 골목"
            ),
            ground.stall(name="바다수산", stall="가동 9호"),
            ground.stall("통인시장", name="통인 떡집과 아주 긴 이름의 방앗간", stall="3호"),
        )
        topics = (("channel",), ("pay", "kit"), ("content",))
        ids = [
            ground.book(stall, start, topics=wanted)
            for stall, start, wanted in zip(stalls, (600, 780, 930), topics, strict=True)
        ]
        ground.book(stalls[0], 840, TODAY + timedelta(days=1), topics=("kit",))
        later(building.clock, morning(9))
        with serving(building.app) as url:
            made = Walk(building, ground, url, browser, ids)
            yield made
            made.offline(off=False)
            browser.execute_script("localStorage.clear(); sessionStorage.clear()")


def _assert_legible(walk: Walk, size: tuple[int, int] = PHONE) -> None:
    body = walk.browser.find_element(By.TAG_NAME, "body")
    assert walk.script("return document.documentElement.scrollWidth") == size[0]
    for measure in (legibility.SMALL_TEXT, legibility.LOW_CONTRAST, legibility.SIDEWAYS):
        assert walk.script(measure, body) == []
    assert walk.script(TARGETS, LEAST_BUTTON) == []


def test_a_day_with_a_dead_spot(walk: Walk) -> None:
    first, second, third = walk.ids
    walk.sign_in()
    walk.press(first, "depart")
    walk.wait_for("가는 중", f"#v{first} .state")
    later(walk.clock, morning(9, 55))
    walk.browser.refresh()
    walk.press(first, "arrive")
    walk.wait_for("만나는 중", f"#v{first} .state")
    walk.wait_for("도착 · 보냈어요", f"#v{first}")
    later(walk.clock, morning(12, 50))
    walk.browser.refresh()
    walk.offline(off=True)
    walk.press(first, "done", "채널을 열고 첫 소식을 썼어요")
    walk.wait_for("완료 · 보내는 중", f"#v{first}")
    walk.wait_for("인터넷이 되면 저절로 보내요", "#net")
    assert walk.state(first) is VisitState.IN_PROGRESS
    walk.press(second, "arrive")  # below the ground: everything goes on
    walk.wait_for("도착 · 보내는 중", f"#v{second}")
    assert not walk.browser.find_elements(
        By.CSS_SELECTOR, f"#v{second} .press.arrive:not([hidden])"
    )
    walk.press(second, "done")
    walk.wait_for("완료 · 보내는 중", f"#v{second}")
    assert walk.queued() == 3
    walk.offline(off=False)
    walk.wait_for("끝났어요", f"#v{second} .state")
    walk.wait_for("완료 · 보냈어요", f"#v{second}")
    walk.wait_for("1곳 남았어요")
    assert walk.queued() == 0
    assert [walk.state(v) for v in (first, second)] == [VisitState.REPORTED] * 2
    later(walk.clock, morning(15, 50))
    walk.browser.refresh()
    assert walk.card(first).count("끝났어요") == 1
    walk.press(third, "missing", "문이 잠겼어요")
    walk.wait_for("안 계셨어요", f"#v{third} .state")
    walk.wait_for("오늘 방문을 다 마치셨어요")
    walk.one("#over a").click()
    walk.wait_for("다 마치셨어요. 고생하셨어요!")


def test_a_button_opens_when_its_time_comes_without_the_net(walk: Walk) -> None:
    first = walk.ids[0]
    later(walk.clock, morning(8, 59) + timedelta(seconds=58))
    walk.sign_in()
    walk.offline(off=True)
    walk.one(f"#v{first} .press.arrive summary").click()
    assert not walk.one(f"#v{first} .press.arrive button").is_enabled()
    button = f"#v{first} .press.arrive button"
    chromium.until(walk.browser, lambda _: walk.one(button).is_enabled())
    assert "누를 수 있어요" not in walk.card(first)


def test_what_waits_survives_closing_the_page(walk: Walk) -> None:
    first = walk.ids[0]
    walk.sign_in()
    walk.script(
        "navigator.sendBeacon = null; window.fetch = () => Promise.reject(new Error('no net'))"
    )
    walk.press(first, "depart")
    walk.wait_for("보내는 중", f"#v{first}")
    assert walk.queued() == 1
    walk.browser.get("about:blank")
    assert walk.state(first) is VisitState.CONFIRMED
    walk.browser.get(f"{walk.url}/field")
    walk.wait_for("가는 중", f"#v{first} .state")
    assert walk.queued() == 0


def test_an_answer_that_got_lost_is_asked_for_again(walk: Walk) -> None:
    first = walk.ids[0]
    walk.sign_in()
    walk.script(
        "const real = window.fetch; let lost = 0;"
        "window.fetch = async (...a) => { const r = await real(...a);"
        " if (lost++ < 1) throw new Error('lost'); return r; }"
    )
    walk.press(first, "depart")
    walk.wait_for("가는 중", f"#v{first} .state")
    walk.wait_for("보냈어요", f"#v{first}")
    assert walk.state(first) is VisitState.EN_ROUTE


def test_a_session_that_ended_keeps_what_was_pressed(walk: Walk) -> None:
    first = walk.ids[0]
    walk.sign_in()
    walk.browser.delete_all_cookies()
    walk.press(first, "depart")
    walk.wait_for("‘오늘 일정’이라고 보내 주세요", "#net")
    assert walk.queued() == 1
    walk.sign_in()
    walk.wait_for("가는 중", f"#v{first} .state")
    assert walk.queued() == 0


def test_a_refusal_is_explained_on_the_card(walk: Walk) -> None:
    first = walk.ids[0]
    walk.sign_in()
    walk.script("document.querySelectorAll('button:disabled').forEach(b => b.disabled = false)")
    walk.press(first, "missing")
    walk.wait_for("아직 누를 수 없는 때예요", f"#v{first}")
    assert walk.queued() == 0


def test_without_scripts_two_taps_are_enough(walk: Walk) -> None:
    first = walk.ids[0]
    walk.sign_in()
    walk.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        walk.browser.get(f"{walk.url}/field")
        press = f"#v{first} .press.depart"
        walk.browser.find_element(By.CSS_SELECTOR, f"{press} summary").click()
        walk.browser.find_element(By.CSS_SELECTOR, f"{press} button").click()
        walk.wait_for("보냈어요", ".flash")
    finally:
        walk.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert walk.state(first) is VisitState.EN_ROUTE


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE])
def test_every_page_can_be_read_and_hit(walk: Walk, size: tuple[int, int]) -> None:
    chromium.resize(walk.browser, size, touch=True)
    try:
        walk.sign_in()
        later(walk.clock, morning(10))
        for path in ("", "/week", "/summary", "/draft", "/chat", "/calendar"):
            walk.browser.get(f"{walk.url}/field{path}")
            for summary in walk.browser.find_elements(By.CSS_SELECTOR, "summary"):
                walk.script("arguments[0].click()", summary)
                _assert_legible(walk, size)
            _assert_legible(walk, size)
        walk.one("button.main").click()
        walk.wait_for("이 주소를 달력 앱의")
        _assert_legible(walk, size)
        walk.browser.get(f"{walk.url}/field/in/x")
        _assert_legible(walk, size)
    finally:
        chromium.resize(walk.browser, PHONE, touch=True)


def test_the_next_thing_to_do_is_on_the_first_screen(walk: Walk) -> None:
    walk.sign_in()
    bottom = walk.script(
        "return document.querySelector('.press.arrive').getBoundingClientRect().bottom"
    )
    nav = walk.script("return document.querySelector('nav').getBoundingClientRect().top")
    assert isinstance(bottom, int | float)
    assert isinstance(nav, int | float)
    assert bottom <= nav
