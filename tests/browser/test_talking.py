"""Typing, tapping, the payloads that result, and what a merchant does wrong."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from bot.channels.kakao.parse import parse
from bot.clock import SystemClock
from bot.simulator.payload import Payload, Visitor, Words, encoded, filled, template
from tests.browser.fake_bot import FakeBot
from tests.browser.simulator_page import SimulatorPage

pytestmark = pytest.mark.browser


@pytest.fixture
def page(renewed: SimulatorPage) -> SimulatorPage:
    """Each test is somebody new; nothing here changes the page itself."""
    return renewed


def visitor_of(payload: Payload) -> Visitor:
    properties = payload["userRequest"]["user"]["properties"]
    return Visitor(
        user_key=payload["userRequest"]["user"]["id"],
        channel_key=properties["plusfriendUserKey"],
        app_user_id=properties["appUserId"],
        is_friend="isFriend" in properties,
    )


def test_a_newcomer_may_tap_a_first_sentence(page: SimulatorPage) -> None:
    assert page.texts(".chip") == ["안녕하세요", "채널 만들고 싶어요", "방문 예약할게요"]
    page.tap("안녕하세요")
    assert page.texts(".my-bubble") == ["안녕하세요"]
    assert page.texts(".text-card .title") == ["반갑습니다, 사장님!"]


def test_typed_words_become_the_payload_that_python_builds(
    page: SimulatorPage, bot: FakeBot
) -> None:
    page.say("낼모레 세시쯤 <와주세요> & 😀")
    sent = bot.payloads[0]
    expected = filled(template(), visitor_of(sent), Words(text="낼모레 세시쯤 <와주세요> & 😀"))
    assert sent == expected
    assert len(sent["userRequest"]["user"]["id"]) == 66


def test_the_real_parser_reads_the_payload(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("안녕하세요")
    inbound = parse(encoded(bot.payloads[0]), {}, SystemClock().now())
    assert inbound.text == "안녕하세요"
    assert inbound.is_friend is True
    assert inbound.channel_user_key


def test_shift_enter_breaks_the_line_and_enter_sends(page: SimulatorPage, bot: FakeBot) -> None:
    words = page.one("#words")
    words.send_keys("첫 줄", Keys.SHIFT, Keys.ENTER, Keys.NULL, "둘째 줄")
    words.send_keys(Keys.ENTER)
    page.settle()
    assert bot.payloads[0]["userRequest"]["utterance"] == "첫 줄\n둘째 줄"
    assert words.get_attribute("value") == ""


def test_enter_that_ends_a_hangul_syllable_does_not_send(page: SimulatorPage, bot: FakeBot) -> None:
    page.one("#words").click()
    syllables = {"text": "안녕", "selectionStart": 2, "selectionEnd": 2}
    page.browser.execute_cdp_cmd("Input.imeSetComposition", syllables)
    swallowed = {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229}
    page.browser.execute_cdp_cmd("Input.dispatchKeyEvent", swallowed)
    page.browser.execute_cdp_cmd("Input.insertText", {"text": "안녕"})
    page.settle()
    assert bot.payloads == []
    page.say("")
    assert [sent["userRequest"]["utterance"] for sent in bot.payloads] == ["안녕"]


def test_nothing_is_sent_when_nothing_is_written(page: SimulatorPage, bot: FakeBot) -> None:
    assert not page.one("#send").is_enabled()
    page.one("#words").send_keys("   ", Keys.ENTER)
    page.settle()
    assert bot.payloads == []


def test_a_message_button_speaks_in_the_persons_name(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("안녕하세요")
    page.press(".card-button", "방문 예약")
    page.settle()
    sent = bot.payloads[1]
    words = Words(text="방문 예약", trigger="CARD_BUTTON_MESSAGE")
    assert sent == filled(template(), visitor_of(sent), words)
    assert page.texts(".my-bubble")[-1] == "방문 예약"


@pytest.mark.parametrize(
    ("label", "text", "token", "trigger"),
    [
        ("이어서", "이어서 할게요", "t-1", "CARD_BUTTON_BLOCK"),
        ("네", "네", "t-2", "QUICKREPLY_BUTTON_BLOCK"),
    ],
)
def test_a_block_button_carries_its_block_and_extra(
    page: SimulatorPage, bot: FakeBot, label: str, text: str, token: str, trigger: str
) -> None:
    page.say("블록")
    page.tap(label)
    sent = bot.payloads[1]
    words = Words(
        text=text, trigger=trigger, block_id="65a0c0ffee5051400000b10c", extra={"token": token}
    )
    assert sent == filled(template(), visitor_of(sent), words)


def test_list_rows_can_be_tapped(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("목록")
    page.all("button.row")[0].click()
    page.settle()
    page.all("button.row")[1].click()
    page.settle()
    first, second = bot.payloads[1:]
    assert first["userRequest"]["utterance"] == "1번 강의"
    assert first["flow"]["trigger"]["type"] == "LIST_ITEM_MESSAGE"
    assert second["action"]["clientExtra"] == {"lesson": 2}
    assert second["flow"]["trigger"]["type"] == "LIST_ITEM_BLOCK"


def test_quick_replies_stand_only_under_the_last_answer(page: SimulatorPage) -> None:
    page.say("안녕하세요")
    assert page.texts(".chip") == ["채널 만들기", "방문 예약", "신청 현황", "상담원"]
    page.say("카드")
    assert page.texts(".chip") == []
    assert not page.one("#quick").is_displayed()


def test_a_contexts_turns_are_counted_down(page: SimulatorPage, bot: FakeBot) -> None:
    for text in ("기억", "하나", "둘", "셋"):
        page.say(text)
    lifespans = [[one["lifespan"] for one in sent["contexts"]] for sent in bot.payloads]
    assert lifespans == [[], [2], [1], []]
    assert bot.payloads[1]["contexts"][0]["params"] == {"n": {"value": "1", "resolvedValue": "1"}}


def test_the_same_delivery_twice_shows_that_nothing_changed(
    page: SimulatorPage, bot: FakeBot
) -> None:
    page.say("안녕하세요")
    page.one(".more").click()
    page.one("#menu [data-choice=again]").click()
    page.until(lambda: len(bot.request_ids) == 2)
    page.settle()
    assert bot.request_ids[0] == bot.request_ids[1]
    assert bot.payloads[0] == bot.payloads[1]
    assert "한 바이트도 다르지 않은 답" in page.notes()[-1]
    assert len(page.all(".theirs")) == 1


def test_another_answer_to_the_same_delivery_is_called_wrong(page: SimulatorPage) -> None:
    page.say("변덕")
    page.use_tool("#again")
    assert page.texts(".note.error") == ["같은 메시지를 한 번 더 전달했습니다 → 앞과 다른 답"]
    assert len(page.all(".theirs")) == 2


def test_sending_again_as_a_new_message_has_a_new_id(page: SimulatorPage, bot: FakeBot) -> None:
    page.say("안녕하세요")
    page.one(".more").click()
    page.one("#menu [data-choice=resend]").click()
    page.until(lambda: len(bot.request_ids) == 2)
    assert bot.request_ids[0] != bot.request_ids[1]


def test_a_long_press_opens_the_menu_of_a_message(page: SimulatorPage) -> None:
    page.say("안녕하세요")
    ActionChains(page.browser).click_and_hold(page.one(".my-bubble")).pause(0.7).release().perform()
    assert page.one("#menu").is_displayed()
    assert page.one("#menu-quote").text == "안녕하세요"
    page.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.until(lambda: not page.one("#menu").is_displayed())


def test_a_burst_sends_all_messages_at_once(page: SimulatorPage, bot: FakeBot) -> None:
    page.open_tools()
    page.run("document.getElementById('burst-text').value = '동시 하나\\n동시 둘\\n\\n동시 셋'")
    page.one("#burst").click()
    page.until(lambda: len(page.all(".theirs")) == 3)
    said = {sent["userRequest"]["utterance"] for sent in bot.payloads}
    assert said == {"동시 하나", "동시 둘", "동시 셋"}
    assert len(set(bot.request_ids)) == 3
    assert bot.most_overlapping >= 2


def test_a_photo_goes_through_the_secure_upload(page: SimulatorPage, bot: FakeBot) -> None:
    page.one("#open-photo").click()
    page.press("#photo .tool", "보내기")
    page.until(lambda: len(bot.payloads) == 1)
    page.settle()
    inbound = parse(encoded(bot.payloads[0]), {}, SystemClock().now())
    assert inbound.text == ""
    assert len(inbound.images) == 1
    assert "/simulator/static/sample-photo.png?expires=" in inbound.images[0]
    shown = page.one(".my-photo")
    page.until(lambda: page.run("return arguments[0].naturalWidth", shown) > 0)


def test_two_photos_are_listed_as_the_vendor_lists_them(page: SimulatorPage, bot: FakeBot) -> None:
    page.one("#open-photo").click()
    sample = page.one("#photo-urls").get_attribute("value")
    page.one("#photo-urls").send_keys(Keys.END, Keys.ENTER, f"{sample}?x=1")
    page.press("#photo .tool", "보내기")
    page.until(lambda: len(bot.payloads) == 1)
    value = bot.payloads[0]["action"]["params"]["secureimage"]
    assert f'"secureUrls":"List({sample}?expires=' in value
    assert f", {sample}?x=1&expires=" in value
    assert '+0900"}' in value
