"""The panels beside the phone: people, relation, clock, state, saving."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from selenium import webdriver

from bot.clock import SystemClock
from bot.deps import Patience
from tests.browser import chromium
from tests.browser.fake_bot import FakeBot, fake_app
from tests.browser.simulator_page import SimulatorPage, fresh_page

pytestmark = pytest.mark.browser


def test_each_merchant_has_an_own_key_and_chat(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("첫째")
    page.open_tools()
    page.all(".person")[1].click()
    page.close_tools()
    assert page.texts(".my-bubble") == []
    assert page.texts("#who") == ["바다수산 · 친구"]
    page.say("둘째")
    keys = [sent["userRequest"]["user"]["id"] for sent in bot.payloads]
    assert len(set(keys)) == 2
    page.open()
    assert page.texts(".my-bubble") == ["둘째"]
    page.use_tool("#people li:first-child .person")
    assert page.texts(".my-bubble") == ["첫째"]
    page.say("셋째")
    assert bot.payloads[2]["userRequest"]["user"]["id"] == keys[0]


def test_an_answer_to_somebody_else_is_counted(page: SimulatorPage, bot: FakeBot) -> None:
    page.write("천천히")
    page.open_tools()
    page.all(".person")[1].click()
    bot.go.set()
    page.until(lambda: page.texts(".unread") == ["1"])
    assert page.texts(".theirs") == []
    page.all(".person")[0].click()
    assert page.texts(".unread") == []
    assert len(page.all(".theirs")) == 1


def test_after_five_seconds_the_vendor_is_gone(browser: webdriver.Chrome) -> None:
    bot = FakeBot(answer_ms=round(Patience().answer_s * 1000))
    with fresh_page(browser, fake_app(bot)) as page:
        page.say("천천히")
        assert "5초" in page.texts(".note.error")[0]
        bot.go.set()


def test_a_new_merchant_can_be_added(page: SimulatorPage, bot: FakeBot) -> None:
    page.open_tools()
    page.one("#add-person").click()
    page.one("#newcomer-name").send_keys("순이네 <떡집>")
    page.press("#newcomer .tool", "만들기")
    page.until(lambda: page.texts("#who") == ["순이네 <떡집> · 친구"])
    assert len(page.all(".person")) == 4
    page.close_tools()
    page.say("안녕하세요")
    assert len(bot.payloads) == 1


def test_relations_are_told_to_the_channel_webhook(page: SimulatorPage, bot: FakeBot) -> None:
    page.open_tools()
    for value in ("blocked", "none", "friend"):
        page.one(f"#relation input[value={value}]").click()
        assert page.one(f"input[value={value}]").is_selected()
    page.until(lambda: len(bot.events) == 2)
    page.close_tools()
    page.say("안녕하세요")
    assert [event["event"] for event in bot.events] == ["blocked", "added"]
    sent = bot.payloads[0]["userRequest"]["user"]["properties"]
    assert {event["id"] for event in bot.events} == {sent["appUserId"]}
    assert bot.events[0]["id_type"] == "app_user_id"
    assert len(set(bot.event_keys)) == 2
    assert sent["isFriend"] is True


@pytest.mark.parametrize("relation", ["blocked", "none"])
def test_who_is_no_friend_has_no_friend_mark(
    page: SimulatorPage, bot: FakeBot, relation: str
) -> None:
    page.use_tool(f"#relation input[value={relation}]")
    page.say("안녕하세요")
    assert "isFriend" not in bot.payloads[0]["userRequest"]["user"]["properties"]


def test_the_clock_moves_and_comes_back(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("안녕하세요")
    page.open_tools()
    page.press("#steps .tool", "+3일")
    page.until(lambda: page.notes() != [])
    ahead = bot.clock.now() - SystemClock().now()
    assert abs(ahead - timedelta(days=3)) < timedelta(seconds=5)
    assert page.notes() == ["시간이 흘렀습니다 (+3일)"]
    assert len(page.texts(".day")) == 2
    page.press("#steps .tool", "+1시간")
    page.until(lambda: len(page.notes()) == 2)
    page.one("#reset-clock").click()
    page.until(lambda: len(page.notes()) == 3)
    assert abs(bot.clock.now() - SystemClock().now()) < timedelta(seconds=5)


def test_state_and_json_can_be_read(page: SimulatorPage) -> None:
    page.say("안녕하세요")
    page.open_tools()
    page.until(lambda: page.texts("#asked") == ["channel.owner_name"])
    for box in ("state-box", "request-box", "response-box"):
        page.one(f"#{box} summary").click()
    assert json.loads(page.texts("#state")[0])["conversation"]["turns"] == 1
    assert json.loads(page.texts("#request")[0])["userRequest"]["utterance"] == "안녕하세요"
    assert json.loads(page.texts("#response")[0])["version"] == "2.0"
    assert "HTTP 200" in page.texts("#response-size")[0]


def test_the_chat_is_saved_as_a_transcript(page: SimulatorPage, downloads: Path) -> None:
    page.say("안녕하세요")
    page.tap("방문 예약")
    page.use_tool("#steps [data-step='3d']")
    page.say('따옴표 " 와: #특수 [문자]')
    page.say("조용히")
    page.one("#open-photo").click()
    photo = page.one("#photo-urls").get_attribute("value")
    page.press("#photo .tool", "보내기")
    page.until(lambda: len(page.all(".my-photo")) == 1)
    page.settle()
    page.use_tool("#again")
    page.use_tool("#save")
    saved = page.until(lambda: next(downloads.glob("*.yaml"), None))
    assert saved is not None
    transcript = yaml.safe_load(saved.read_text(encoding="utf-8"))
    saved.unlink()
    asked = "channel.owner_name"
    said = '따옴표 " 와: #특수 [문자]'
    assert transcript["turns"] == [
        {"user": "안녕하세요", "bot": ["반갑습니다, 사장님!"], "asked": asked},
        {"tap": "방문 예약", "bot": ["들었습니다: 방문 예약 (2)"], "asked": asked},
        {"wait": "3d"},
        {"user": said, "bot": [f"들었습니다: {said} (3)"], "asked": asked},
        {"user": "조용히", "silent": True, "asked": asked},
        {"image": [photo], "bot": transcript["turns"][5]["bot"], "asked": asked},
    ]
    assert transcript["expect"] == {}


def test_the_screen_can_be_emptied_and_the_person_renewed(
    page: SimulatorPage, bot: FakeBot
) -> None:
    page.say("하나")
    page.use_tool("#clear")
    assert page.all(".mine") == []
    page.say("둘")
    page.use_tool("#renew")
    page.say("셋")
    first, second, third = (sent["userRequest"]["user"]["id"] for sent in bot.payloads)
    assert first == second != third


def test_a_full_store_forgets_the_oldest(page: SimulatorPage) -> None:
    page.say("안녕하세요")
    # The page saves once more when it has learnt the open question; only then is it at rest.
    saved = "return JSON.parse(localStorage.getItem('sosin.simulator.1')).people[0].entries"
    page.until(lambda: "asked" in page.run(f"{saved}.at(-1)"))
    page.run(
        "const book = JSON.parse(localStorage.getItem('sosin.simulator.1'));"
        "const entry = {kind: 'note', text: '가'.repeat(400), tone: '', at: Date.now()};"
        "book.people[0].entries = Array(60).fill(entry);"
        "localStorage.setItem('sosin.simulator.1', JSON.stringify(book));"
    )
    page.open()
    page.run(
        "let size = 2 ** 22, ballast = '';"
        "while (size >= 256) {"
        "  try { localStorage.setItem('ballast', ballast + 'x'.repeat(size)); }"
        "  catch { size /= 2; continue; }"
        "  ballast += 'x'.repeat(size);"
        "}"
    )
    page.say("새 말")
    page.open()
    assert page.texts(".my-bubble")[-1] == "새 말"
    assert 0 < len(page.notes()) < 60


def test_a_broken_store_starts_afresh(page: SimulatorPage) -> None:
    page.run("localStorage.setItem('sosin.simulator.1', '{broken')")
    page.open()
    assert page.texts("#who") == ["영자네 반찬 · 친구"]


def test_a_desktop_shows_everything_at_once(page: SimulatorPage) -> None:
    chromium.resize(page.browser, chromium.DESKTOP, touch=False)
    page.open()
    page.say("안녕하세요")
    assert not page.one("#open-tools").is_displayed()
    phone, people, inside = (page.one(one).rect for one in (".phone", ".people", ".inspector"))
    assert people["x"] + people["width"] <= phone["x"]
    assert phone["x"] + phone["width"] <= inside["x"]
    assert phone["height"] <= chromium.DESKTOP[1]


def test_the_drawer_opens_and_closes_by_key(page: SimulatorPage) -> None:
    motion = {"features": [{"name": "prefers-reduced-motion", "value": "no-preference"}]}
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", motion)
    assert not page.one("#people").is_displayed()
    page.open_tools()
    assert page.run("return document.activeElement.id") == "close-tools"
    page.run("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))")
    page.until(lambda: not page.one("#people").is_displayed())
    assert page.run("return document.activeElement.id") == "open-tools"
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
