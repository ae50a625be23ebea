"""How far easy payment is: what state, who decides, when we write, the one thing to do now."""

from collections.abc import Mapping

from bot.dialogue.flow import Flow
from bot.dialogue.message import Facts, Output, Text
from bot.dialogue.phrases import MENU
from bot.dialogue.view import Answer, View
from bot.nlu.banks import NAMES
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments import PayOverview
from handlers.pay.mending import asked_slots
from handlers.pay.next_step import next_step
from handlers.pay.which import pressing
from handlers.pay.words import APPLY, try_out
from models.states import PayState

NOTHING_YET = "아직 신청하신 쉬운 결제가 없어요.\n‘쉬운 결제’라고 보내시면 하나씩 여쭤볼게요."
TITLE = "{store} 쉬운 결제"
STATES: Mapping[PayState, str] = {
    PayState.DRAFT: "적는 중이에요",
    PayState.COLLECTING: "필요한 것을 모으고 있어요",
    PayState.READY: "결제 회사에 보낼 준비가 됐어요",
    PayState.HANDED_OFF: "결제 회사에 보냈어요",
    PayState.PROVIDER_REVIEW: "결제 회사가 심사하고 있어요",
    PayState.ADDITIONAL_REQUIRED: "결제 회사가 더 달라고 했어요",
    PayState.APPROVED: "심사를 통과했어요",
    PayState.QR_ISSUED: "결제 QR이 나왔어요",
    PayState.LIVE: "QR로 돈을 받고 계세요",
    PayState.REJECTED: "이번에는 안 된다고 했어요",
    PayState.WITHDRAWN: "신청을 거두셨어요",
    PayState.SUSPENDED: "결제 회사가 잠시 멈췄어요",
    PayState.TERMINATED: "그만 쓰기로 하셨어요",
    PayState.ERASED: "지워진 신청이에요",
}
"""State -> what it means, on one row of a card."""
DECIDES: Mapping[str, str] = {
    "us": "저희 담당자가 확인해요",
    "provider": "{provider}에서 정해요",
    "merchant": "사장님 차례예요",
    "nobody": "",
}
"""Who has to do something now -> what people read."""
REFUSED = "{provider}에서 정했어요"
ROW_STATE, ROW_WHO, ROW_ACCOUNT, ROW_NUMBER = "지금", "정하는 곳", "받을 통장", "신청 번호"
OTHERS = "다른 신청:\n{lines}"
SHOWN_BESIDE = 3


def account_text(known: PayOverview) -> str:
    """Return bank and last digits of the account, "" before there is one."""
    if not known.account_last4:
        return ""
    return f"{NAMES.get(known.bank_code or '', '')} {known.masked_account}".strip()


def _who(known: PayOverview) -> str:
    refused = known.state is PayState.REJECTED
    words = REFUSED if refused else DECIDES[known.waits_for]
    return words.format(provider=known.provider.name)


def _card(view: View, known: PayOverview) -> Facts:
    buttons = try_out(view) if known == view.facts.pay() else ()
    rows = (
        (ROW_STATE, STATES[known.state]),
        (ROW_WHO, _who(known)),
        (ROW_ACCOUNT, account_text(known)),
        (ROW_NUMBER, known.number),
    )
    return Facts(
        TITLE.format(store=known.store_name), tuple(row for row in rows if row[1]), buttons=buttons
    )


def _others(view: View, shown: PayOverview) -> str:
    lines = [f"{one.store_name} — {STATES[one.state]}" for one in view.facts.pays() if one != shown]
    return OTHERS.format(lines="\n".join(lines[:SHOWN_BESIDE])) if lines else ""


def _respond(view: View) -> Answer:
    known = pressing(view)
    if known is None:
        return Answer((Text(NOTHING_YET),), quick_replies=(APPLY, MENU))
    if "won" in asked_slots(view, known):  # one won came; its digits are all that is wanted
        return Answer((_card(view, known),), start="pay_fix")
    said, replies = next_step(view, known)
    others = _others(view, known)
    outputs: tuple[Output, ...] = (_card(view, known), *said)
    return Answer((*outputs, Text(others)) if others else outputs, quick_replies=replies)


def _waits(view: View) -> bool:
    """Tell whether an application is under way of which nothing is due."""
    settled = {*ENDED, PayState.LIVE}
    known = view.facts.pays()
    is_due = any(one.next_due for one in known)
    return not is_due and any(one.state not in settled for one in known)


FLOW = Flow(
    name="pay_status",
    version=1,
    title="결제 진행 상황",
    intents=("pay_status",),
    respond=_respond,
    waits=_waits,
)
