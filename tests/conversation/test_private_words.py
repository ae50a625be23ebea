"""What is told and is personal stands in no transcript, taken or not, also when a flow is over."""

from tests.pay_office import acts
from tests.talk import Merchant


def _transcript(merchant: Merchant) -> list[tuple[str, str]]:
    return [(turn["said"], turn["answered"]) for turn in merchant.conversation["turns"]]


def test_a_holder_that_was_only_warned_of(merchant: Merchant) -> None:
    for words in ("쉬운 결제", "네", "123-45-67891", "네", "국민 123456-01-123456"):
        merchant.say(words)
    assert "한 번 더" in merchant.say("남편 통장인데 정대성").text
    said, _ = _transcript(merchant)[-1]
    assert said == "남편 통장인데 〔통장 주인〕"


def test_a_name_whose_flow_is_over_with_it(merchant: Merchant) -> None:
    acts(merchant, {"stands": "ready", "holder": "바다수산"})
    acts(merchant, {"asks": "rep_mismatch"})
    merchant.say("결제 어떻게 됐어요?")
    merchant.tap("이름 고치기")
    assert "고쳤어요" in merchant.say("김복슨").text
    said, _ = _transcript(merchant)[-1]
    assert said == "〔대표자 이름〕"


def test_a_name_that_is_to_be_changed_after_a_yes(merchant: Merchant) -> None:
    for words in ("쉬운 결제", "네", "123-45-67891", "네", "국민 123456-01-123456 김복순"):
        merchant.say(words)
    assert "정대성" in merchant.say("아니 통장 주인은 정대성이에요").text
    said, answered = _transcript(merchant)[-1]
    assert "정대성" not in said + answered


def test_a_holder_told_with_the_wish_and_a_bank_that_cannot_be(merchant: Merchant) -> None:
    assert "동의" in merchant.say("카카오페이 신청이요 상호저축은행 123456-01-123456 정대성").text
    said, _ = _transcript(merchant)[-1]
    assert "정대성" not in said
