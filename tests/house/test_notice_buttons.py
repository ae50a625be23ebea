"""Every button of every message that we begin leads where its words say."""

from collections.abc import Iterator

import pytest

from bot import nlu
from bot.dialogue import commands
from bot.dialogue.registry import Registry
from bot.nlu.result import Context
from bot.outbox.templates import Template, templates
from handlers import FLOWS
from tests.talk import NOW, House, Merchant, house
from tests.transcript import register

RESUME = "resume"
LEADS_TO = {
    ("activity.week", "방문 신청"): "visit",
    ("activity.week", "상담원"): "handoff",
    ("activity.month", "방문 신청"): "visit",
    ("activity.month", "상담원"): "handoff",
    ("activity.quarter", "방문 신청"): "visit",
    ("activity.quarter", "상담원"): "handoff",
    ("channel.live", "진행 상황"): "status",
    ("channel.live", "홍보물 받기"): "kit",
    ("channel.needs_fix", "채널 고치기"): "channel_fix",
    ("channel.needs_fix", "상담원"): "handoff",
    ("channel.opened", "진행 상황"): "status",
    ("consent.renew", "소식 계속 받기"): "notices",
    ("consent.renew", "수신거부"): "notices",
    ("consent.result", "상담원"): "handoff",
    ("digest", "진행 상황"): "status",
    ("document.missing", "사진 올리기"): "channel_fix",
    ("document.missing", "상담원"): "handoff",
    ("document.refused", "사진 올리기"): "channel_fix",
    ("document.refused", "상담원"): "handoff",
    ("form.unfinished", "이어하기"): RESUME,
    ("form.unfinished", "상담원"): "handoff",
    ("kit.delivered", "홍보물에 문제 있어요"): "kit_problem",
    ("kit.ready", "홍보물 확인"): "kit_status",
    ("kit.scan_check", "QR이 안 찍혀요"): "kit_problem",
    ("payment.again", "결제 다시 신청"): "pay",
    ("payment.done", "결제 진행 상황"): "pay_status",
    ("payment.ended", "결제 진행 상황"): "pay_status",
    ("payment.ended", "상담원"): "handoff",
    ("payment.fix", "결제 신청 이어하기"): "pay",
    ("payment.fix", "상담원"): "handoff",
    ("payment.missing", "결제 신청 이어하기"): "pay",
    ("payment.missing", "상담원"): "handoff",
    ("payment.moved", "결제 진행 상황"): "pay_status",
    ("payment.moved", "상담원"): "handoff",
    ("payment.revoked", "결제 진행 상황"): "pay_status",
    ("payment.revoked", "상담원"): "handoff",
    ("payment.waiting", "결제 진행 상황"): "pay_status",
    ("payment.waiting", "상담원"): "handoff",
    ("payment.won", "결제 신청 이어하기"): "pay",
    ("payment.won", "상담원"): "handoff",
    ("retention.inactive", "계속 쓸게요"): "notices",
    ("retention.inactive", "내 정보 지우기"): "privacy_erase",
    ("supporter.changed", "오늘 일정"): "field_today",
    ("supporter.today", "오늘 일정"): "field_today",
    ("visit.cancelled", "방문 신청"): "visit",
    ("visit.confirmed", "방문 확인"): "visit_status",
    ("visit.confirmed", "방문 바꾸기"): "visit_change",
    ("visit.day_before", "방문 확인"): "visit_status",
    ("visit.day_before", "방문 바꾸기"): "visit_change",
    ("visit.missed", "방문 신청"): "visit",
    ("visit.moved", "방문 확인"): "visit_status",
    ("visit.moved", "방문 바꾸기"): "visit_change",
    ("visit.offer", "대기 확인"): "visit_waiting",
    ("visit.rating", "별점 주기"): "visit_rate",
    ("visit.same_day", "방문 확인"): "visit_status",
    ("visit.series", "방문 확인"): "visit_status",
    ("visit.series", "방문 바꾸기"): "visit_change",
    ("visit.series_ended", "방문 신청"): "visit",
    ("visit.wait_over", "방문 신청"): "visit",
}
"""Kind and label -> the flow that the tap starts."""
REGISTRY = Registry(FLOWS)
SPOKEN = sorted({label for _, label in LEADS_TO})
RESUMES = "이어하기"
"""With nothing to go on with, the menu is its answer."""
FORM = ("채널 등록", "1", "1", "김복순", "010-1234-5678")
ASKED = "channel.store_name"
"""Where nearly any words would do as an answer."""
STORE = "이순자 반찬"
NOT_UNDERSTOOD = "못 알아들"
MOST_STEPS = 3


def _buttons(template: Template) -> Iterator[str]:
    return (tap.label for tap in template.buttons if not tap.link)


@pytest.fixture
def building(sqlite_url: str) -> Iterator[House]:
    with house(sqlite_url) as opened:
        yield opened


def test_the_table_is_complete_and_names_only_what_there_is() -> None:
    there = {(t.kind, label) for t in templates().values() for label in _buttons(t)}
    assert set(LEADS_TO) == there, "say in LEADS_TO where a button leads"


@pytest.mark.parametrize(("kind", "label"), sorted(LEADS_TO))
def test_a_label_is_understood_as_what_it_says(kind: str, label: str) -> None:
    understood = nlu.understand(label, Context(now=NOW))
    flow = REGISTRY.for_intent(understood.intent)
    led = flow.name if flow else understood.intent
    assert led == LEADS_TO[kind, label], understood
    assert flow or understood.intent in commands.COMMANDS


@pytest.mark.parametrize("label", SPOKEN)
def test_into_an_idle_chat_a_tap_brings_its_own_answer(label: str, building: House) -> None:
    merchant = Merchant(building)
    register(merchant, {})
    said = merchant.say(label)
    assert NOT_UNDERSTOOD not in said.text
    assert merchant.asked != "main_menu" or label == RESUMES, "only the menu came"


@pytest.mark.parametrize("label", SPOKEN)
def test_in_the_middle_of_a_form_a_tap_is_no_answer_to_it(label: str, building: House) -> None:
    merchant = _at_the_store_name(building)
    before = dict(merchant.conversation["slots"])
    said = merchant.say(label)
    assert NOT_UNDERSTOOD not in said.text
    assert label not in str(merchant.conversation["slots"]), "taken for an answer"
    _return(merchant)
    after = merchant.conversation["slots"]
    assert {key: after.get(key) for key in before} == before
    merchant.say(STORE)
    assert merchant.conversation["slots"]["store_name"] == STORE


@pytest.mark.parametrize("label", SPOKEN)
def test_a_tap_is_no_yes_to_a_question_of_the_bot_itself(label: str, building: House) -> None:
    merchant = _at_the_store_name(building)
    merchant.say("취소")
    assert merchant.asked == "system.cancel"
    merchant.say(label)
    _return(merchant)
    assert merchant.conversation["slots"]["owner_name"] == "김복순"


def _at_the_store_name(building: House) -> Merchant:
    merchant = Merchant(building)
    for words in FORM:
        merchant.say(words)
    assert merchant.asked == ASKED
    return merchant


def _return(merchant: Merchant) -> None:
    """Leave what the tap began; the form below comes back."""
    if merchant.conversation["owner"] == "human":
        merchant.say("챗봇")
    for _ in range(MOST_STEPS):
        if merchant.asked == ASKED:
            return
        merchant.say("취소" if "." in merchant.asked else "이어서")
        if merchant.asked == "system.cancel":
            merchant.say("네")
    raise AssertionError(f"the form is lost, asked is {merchant.asked}")
