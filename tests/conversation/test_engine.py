"""What the engine promises, beyond what transcripts say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.talk import Merchant, house

START = ("채널 등록", "1", "네", "김복순", "010-1234-5678")


@pytest.fixture
def merchant(sqlite_url: str) -> Iterator[Merchant]:
    with house(sqlite_url) as building:
        yield Merchant(building)


def test_the_same_delivery_gets_the_same_bytes(merchant: Merchant) -> None:
    first = merchant.say("안녕하세요", request_id="r1")
    merchant.say("1", request_id="r2")
    again = merchant.say("안녕하세요", request_id="r1")
    assert again.body == first.body
    assert merchant.asked == "channel.role"


def test_without_a_delivery_id_the_same_words_within_two_seconds_are_one(
    merchant: Merchant,
) -> None:
    merchant.say("채널 등록", request_id=None)
    first = merchant.say("1", request_id=None)
    merchant.later(timedelta(seconds=1))
    again = merchant.say("1", request_id=None)
    assert again.body == first.body
    assert merchant.asked == "consent.collect"


def test_without_a_delivery_id_the_same_words_later_are_an_answer(merchant: Merchant) -> None:
    for text in ("채널 등록", "1", "1"):
        merchant.say(text, request_id=None)
        merchant.later(timedelta(seconds=3))
    assert merchant.asked == "channel.owner_name"


def test_two_people_do_not_share_anything(merchant: Merchant) -> None:
    other = Merchant(merchant.house, "merchant-2")
    for text in START:
        merchant.say(text)
    other.say("채널 등록", request_id="merchant-1-0")
    assert other.asked == "channel.role"
    assert merchant.asked == "channel.store_name"


def test_an_old_button_corrects_its_own_question(merchant: Merchant) -> None:
    for text in ("채널 등록", "사장님 본인", "네"):
        merchant.say(text)
    said = merchant.say("대신 해 드려요")
    assert merchant.conversation["slots"]["role"] == "agent"
    assert "대신 해 드려요" in said.text
    assert merchant.asked == "channel.relation"


def test_a_label_that_means_something_else_is_still_the_answer(merchant: Merchant) -> None:
    for text in ("채널 등록", "대신 해 드려요"):
        merchant.say(text)
    merchant.say("직원")  # alone, the word asks for a person
    assert merchant.conversation["slots"]["relation"] == "staff"
    assert merchant.asked == "consent.collect"


def test_stopping_is_wished_twice(merchant: Merchant) -> None:
    for text in ("채널 등록", "1", "그만할래요"):  # at a consent, of all questions
        merchant.say(text)
    assert merchant.asked == "system.cancel"
    merchant.say("안 할래요")
    assert merchant.asked == "free"


def test_a_value_named_at_the_summary_is_taken(merchant: Merchant) -> None:
    for text in (*START, "영자네 반찬", "자양시장", "12호", "9시부터 18시", "없어요", "모르겠어요"):
        merchant.say(text)
    assert merchant.asked == "channel.confirm"
    said = merchant.say("시간을 10시부터 19시로 바꿔 주세요")
    assert "오전 10시~오후 7시" in said.text
    assert merchant.asked == "channel.confirm"


def test_another_flow_is_named_in_the_middle_of_one(merchant: Merchant) -> None:
    for text in START:
        merchant.say(text)
    said = merchant.say("방문 신청 먼저 할래요")
    assert "방문" in said.text
    assert merchant.asked == "channel.store_name"


def test_an_old_button_with_the_same_answer_says_so(merchant: Merchant) -> None:
    for text in ("채널 등록", "사장님 본인", "네"):
        merchant.say(text)
    said = merchant.say("사장님 본인")
    assert "이미 그렇게" in said.text
    assert merchant.asked == "channel.owner_name"


def test_a_token_names_its_question(sqlite_url: str) -> None:
    with house(sqlite_url, changes={"kakao_block_id": "5a56ec0008cc1461d75291f6"}) as building:
        merchant = Merchant(building)
        merchant.say("채널 등록")
        old = merchant.last
        merchant.tap("사장님 본인")
        assert merchant.asked == "consent.collect"
        merchant.last = old
        said = merchant.tap("대신 해 드려요")
        assert merchant.conversation["slots"]["role"] == "agent"
        assert merchant.asked == "channel.relation", said.text


@pytest.mark.parametrize("token", ["", "x", "a|b|c|d", "channel|channel.role|1", "|||", "💥|1|2|3"])
def test_a_foreign_token_is_no_answer(merchant: Merchant, token: str) -> None:
    merchant.say("채널 등록")
    said = merchant.say("무엇", extra={"t": token})
    assert said.status == 200
    assert merchant.asked == "channel.role"


def test_a_token_of_a_finished_flow_is_answered_politely(sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        merchant = Merchant(building)
        said = merchant.say("사장님 본인", extra={"t": "channel|channel.role|1|owner"})
        assert "이미 끝났어요" in said.text


def test_at_most_14_answers_from_hello_to_submitted(merchant: Merchant) -> None:
    answers = [
        "안녕하세요", "1", "1", "네", "김복순", "010-1234-5678", "영자네 반찬", "자양시장",
        "12호", "9시부터 18시", "123-45-67891", "없어요", "영자네반찬", "네",
    ]  # fmt: skip
    assert len(answers) <= 14
    for text in answers:
        merchant.say(text)
    assert merchant.record["submissions"] == 1
