"""Messages that the bot begins, on the page."""

from datetime import timedelta

import pytest

from bot.outbox.templates import Tap
from tests.browser import chromium, legibility
from tests.browser.fake_bot import FakeBot
from tests.browser.simulator_page import SimulatorPage

pytestmark = pytest.mark.browser

TEXT = "내일 서포터즈가 가요.\n12월 1일 화요일 오후 3시, 한지우"
HOUR = timedelta(hours=1)


def pushes(page: SimulatorPage) -> list[str]:
    return page.texts("[data-arrival]")


def test_a_message_arrives_while_somebody_looks(renewed: SimulatorPage, bot: FakeBot) -> None:
    renewed.say("안녕하세요")
    bot.promise(timedelta(), TEXT, Tap("방문 확인"), Tap("오늘 일정", "https://bot.example/field"))
    bot.live(bot.clock.now())
    renewed.until(lambda: pushes(renewed) != [])
    (shown,) = pushes(renewed)
    for part in ("먼저 보낸 알림", "내일 서포터즈가 가요.", "오후 3시", "방문 확인"):
        assert part in shown
    link = renewed.one("[data-arrival] a.card-button")
    assert link.get_attribute("href") == "https://bot.example/field"
    assert renewed.all(".chip") == [], "what was offered before is out of date"
    renewed.press(".card-button", "방문 확인")
    renewed.settle()
    sent = bot.payloads[-1]
    assert sent["userRequest"]["utterance"] == "방문 확인"
    assert sent["flow"]["trigger"]["type"] == "CARD_BUTTON_MESSAGE"
    assert len(pushes(renewed)) == 1, "what was drawn is not drawn again"


def test_messages_arrive_at_their_own_times(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("안녕하세요")
    bot.promise(50 * HOUR, "둘째")
    bot.promise(26 * HOUR, "첫째")
    page.open_tools()
    page.press("#steps .tool", "+3일")
    page.until(lambda: page.notes() != [])
    assert page.texts("[data-arrival] .description") == ["첫째", "둘째"]
    assert page.notes() == ["시간이 흘렀습니다 (+3일) · 알림 2개"]
    assert page.texts("#passing") == page.notes()
    assert len(set(page.texts(".day"))) == 4, "today, both days of the messages, the end"
    page.close_tools()
    page.open()
    assert len(pushes(page)) == 2, "they stay after a reload"


def test_the_clock_goes_to_the_next_message(page: SimulatorPage, bot: FakeBot) -> None:
    bot.promise(30 * HOUR, TEXT)
    page.open_tools()
    page.press("#steps .tool", "다음 알림까지")
    page.until(lambda: page.notes() != [])
    assert page.notes() == ["다음 알림까지 흘렀습니다 · 알림 1개"]
    page.press("#steps .tool", "다음 알림까지")
    page.until(lambda: len(page.notes()) == 2)
    assert page.notes()[1].endswith("100일 동안 온 알림 없음")


def test_a_message_to_somebody_else_is_counted(page: SimulatorPage, bot: FakeBot) -> None:
    bot.promise(timedelta(), TEXT)
    bot.live(bot.clock.now())
    page.open_tools()
    page.until(lambda: page.texts(".unread") == ["1", "1"])


def test_a_new_person_got_nothing(page: SimulatorPage, bot: FakeBot) -> None:
    bot.promise(timedelta(), TEXT)
    bot.live(bot.clock.now())
    page.until(lambda: len(pushes(page)) == 1)
    bot.sent.clear()
    page.use_tool("#renew")
    assert pushes(page) == []


def test_it_can_be_read_and_hit(page: SimulatorPage, bot: FakeBot) -> None:
    bot.promise(timedelta(), TEXT, Tap("방문 확인"), Tap("방문 바꾸기"))
    bot.live(bot.clock.now())
    page.until(lambda: len(pushes(page)) == 1)
    for width in (320, 390):
        chromium.resize(page.browser, (width, 700), touch=True)
        phone = page.one(".phone")
        for measure in (
            legibility.SMALL_TEXT,
            legibility.SMALL_TARGETS,
            legibility.LOW_CONTRAST,
            legibility.SIDEWAYS,
        ):
            assert page.run(measure, phone) == []
