"""Every component, every failure, and texts that try to be code."""

import pytest

from tests.browser import answers
from tests.browser.fake_bot import FakeBot
from tests.browser.simulator_page import SimulatorPage

pytestmark = pytest.mark.browser


@pytest.fixture
def page(renewed: SimulatorPage) -> SimulatorPage:
    """How an answer is drawn does not depend on what was before."""
    return renewed


@pytest.mark.parametrize(
    ("said", "selector", "fragments"),
    [
        ("안녕하세요", ".text-card", ["반갑습니다, 사장님!", "무엇을 도와드릴까요?", "방문 예약"]),
        ("카드", ".basic-card", ["우리 가게 채널이 열렸어요", "채널 보기", "전화하기"]),
        ("상품", ".commerce-card", ["영자네 반찬", "20%", "12,000원", "15,000원", "주문하기"]),
        ("목록", ".list-card", ["들으실 강의", "채널 만들기", "5분", "글로 읽기", "더 보기"]),
        ("항목", ".item-card", ["신청 내용 확인", "이름", "김영자", "12,000원", "이대로"]),
        ("프로필", ".item-card", ["디지털 서포터즈", "박서포", "방문"]),
        ("넘기기", ".carousel", ["홍보물 고르기", "스티커", "안내판", "포스터 주문"]),
        ("나중에", ".waiting", ["만들고 있어요…"]),
    ],
)
def test_a_component_shows_all_that_it_says(
    page: SimulatorPage, said: str, selector: str, fragments: list[str]
) -> None:
    page.say(said)
    text = page.run("return arguments[0].textContent", page.one(selector))
    assert [fragment for fragment in fragments if fragment not in text] == []


@pytest.mark.parametrize(
    ("said", "selector", "ratio"),
    [("카드", ".wide", 2.0), ("정사각", ".square", 1.0), ("상품", ".wide", 2.0)],
)
def test_pictures_keep_the_vendors_shape(
    page: SimulatorPage, said: str, selector: str, ratio: float
) -> None:
    page.say(said)
    image = page.one(f".picture{selector} img")
    page.until(lambda: page.run("return arguments[0].naturalWidth", image) > 0)
    assert image.size["width"] / image.size["height"] == pytest.approx(ratio, abs=0.02)


def test_a_square_cards_buttons_stand_side_by_side(page: SimulatorPage) -> None:
    page.say("정사각")
    left, right = page.all(".card-button")
    assert left.location["y"] == right.location["y"]


def test_a_picture_without_a_file_shows_its_description(page: SimulatorPage) -> None:
    page.say("나쁜 글")
    assert page.texts(".no-picture") == [answers.EVIL_TEXT]


def test_a_link_opens_a_new_tab_and_sends_nothing(page: SimulatorPage) -> None:
    page.say("카드")
    link = page.one("a.card-button")
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in (link.get_attribute("rel") or "")
    before = page.browser.current_window_handle
    link.click()
    page.until(lambda: len(page.browser.window_handles) == 2)
    page.browser.switch_to.window(page.browser.window_handles[1])
    page.until(lambda: page.browser.title == "elsewhere")
    page.browser.close()
    page.browser.switch_to.window(before)
    assert len(page.all(".mine")) == 1


@pytest.mark.parametrize(
    ("said", "label", "expected"),
    [
        ("카드", "전화하기", "☎ 02-000-0000 번으로 전화를"),
        ("카드", "친구에게 알리기", "전달하는 창"),
        ("정사각", "상담원", "상담원을 부릅니다"),
    ],
)
def test_taps_that_send_nothing_say_what_would_happen(
    page: SimulatorPage, said: str, label: str, expected: str
) -> None:
    page.say(said)
    page.tap(label)
    assert expected in page.notes()[-1]
    assert len(page.all(".mine")) == 1


def test_a_carousel_turns_by_arrow_and_by_finger(page: SimulatorPage) -> None:
    page.say("넘기기")
    page.one("[aria-label='다음 카드']").click()
    page.until(lambda: page.texts(".count") == ["2 / 4"])
    page.run("document.querySelector('.track').scrollTo({left: 9999})")
    page.until(lambda: page.texts(".count") == ["4 / 4"])
    page.one("[aria-label='앞 카드']").click()
    page.until(lambda: page.texts(".count") == ["3 / 4"])


def test_a_long_text_is_folded(page: SimulatorPage) -> None:
    page.say("긴 글")
    assert "끝까지 읽으셨네요" not in page.texts(".bubble-text")[0]
    page.one(".unfold").click()
    assert page.texts(".bubble-text")[0].endswith("끝까지 읽으셨네요.")
    assert page.all(".unfold") == []


def test_silence_and_late_answers_are_explained(page: SimulatorPage) -> None:
    page.say("조용히")
    assert page.all(".theirs") == []
    assert page.notes() == ["silent · 봇이 아무 말도 하지 않았습니다"]
    page.say("나중에")
    assert "callbackUrl" in page.notes()[-1]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("401", "HTTP 401"), ("500", "HTTP 500"), ("깨진 답", "JSON이 아닙니다")],
)
def test_a_failure_is_a_red_note(page: SimulatorPage, said: str, expected: str) -> None:
    page.say(said)
    assert expected in page.texts(".note.error")[0]
    page.say("안녕하세요")
    assert page.texts(".text-card .title") == ["반갑습니다, 사장님!"]


def test_dots_are_shown_while_the_answer_is_slow(page: SimulatorPage, bot: FakeBot) -> None:
    page.write("천천히")
    page.until(lambda: page.one(".typing").is_displayed())
    bot.go.set()
    page.settle()
    assert page.all(".typing") == []
    assert "들었습니다: 천천히" in page.texts(".bot-bubble")[0]


def test_no_text_of_a_bot_becomes_code(page: SimulatorPage) -> None:
    page.say("나쁜 글")
    page.open()  # drawn once more from what the browser kept
    assert page.run("return window.hacked") is None
    assert page.texts(".bubble-text") == [answers.EVIL_TEXT]
    assert page.run("return document.querySelectorAll('#log script, #log [onerror]').length") == 0
    links = page.run("return [...document.querySelectorAll('[href]')].map((one) => one.protocol)")
    assert "javascript:" not in links
    assert not page.one(".card-button[data-action=webLink]").is_enabled()
    page.tap('"><img src=x onerror=window.hacked=1>')
    assert page.run("return window.hacked") is None


def test_an_answer_beyond_the_vendors_limits_is_named(page: SimulatorPage) -> None:
    page.say("넘침")
    page.open_tools()
    warnings = page.texts("#warnings li")
    assert "말풍선이 3개를 넘음" in warnings
    assert "1번째 simpleText: text 1000자 넘음" in warnings
    assert "3번째 hologram: 모르는 모양" in warnings
    assert any("14자 넘음" in warning for warning in warnings)
    page.close_tools()
    page.say("안녕하세요")
    page.open_tools()
    assert page.texts("#warnings li") == []
