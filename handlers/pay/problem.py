"""Something is wrong with paying: a small thing to try first, then a person.

A code that somebody covered cannot wait: money of customers may go to somebody else.
"""

from collections.abc import Mapping

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Card, Output, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Choice, Effect, View
from bot.services import payments
from bot.services.payments import PayOverview
from handlers.pay.next_step import next_step
from handlers.pay.status import account_text
from handlers.pay.which import ask_which, chosen, pressing, suiting
from handlers.pay.words import APPLY, CARD, try_out
from models.states import PayState

FIRST = (
    Choice("qr_not_scanning", "안 찍혀요"),
    Choice("settlement_missing", "돈이 안 와요"),
    Choice("tampered", "누가 덮었어요"),
    Choice("other", "그 밖이에요"),
)
SECOND = (
    Choice("payment_failed", "결제가 안돼요"),
    Choice("wrong_amount", "금액이 달라요"),
    Choice("refund", "손님 환불"),
    Choice("qr_damaged", "QR 망가짐"),
    Choice("qr_lost", "QR 잃어버림"),
)
STILL = (Choice("yes", "네, 알려요"), Choice("no", "괜찮아요"))
KIND_TEXT = "결제에 어떤 문제가 있으세요?"
MORE_TEXT = "이 가운데 어느 것이에요?"
STILL_TEXT = "{help}\n그래도 안 되면 담당자에게 알릴까요?"
TELL_TEXT = "{help}\n담당자에게 알릴까요?"
ADVICE: Mapping[str, str] = {
    "qr_not_scanning": "QR을 마른 천으로 닦고, 밝은 데서 한 뼘 떨어져 찍어 보세요.",
    "settlement_missing": "쉬는 날이 끼면 늦을 수 있어요. 통장을 한 번 더 봐 주세요. 날짜는 {provider}에서 정해요.",
    "payment_failed": "손님께 {provider} 앱을 껐다 켜고 한 번 더 찍어 달라고 해 보세요.",
    "wrong_amount": "손님과 같이 {provider} ‘이용 내역’의 금액을 먼저 봐 주세요.",
    "refund": "현금으로 먼저 드리지 마세요. 돈이 두 번 나갈 수 있어요.",
    "qr_damaged": "망가진 QR은 떼어서 따로 두세요.",
    "qr_lost": "찾으시면 그대로 다시 쓰시면 돼요.",
}
"""Problem -> the small thing to do before a person is asked."""
REPORTED: Mapping[str, str] = {
    "qr_not_scanning": "담당자에게 알렸어요. 어디가 안 되는지 살펴볼게요.",
    "settlement_missing": "담당자에게 알렸어요. {provider}에 물어보고 알려 드려요.",
    "payment_failed": "담당자에게 알렸어요. 어디가 막혔는지 살펴볼게요.",
    "wrong_amount": "담당자에게 알렸어요. {provider}에 물어보고 알려 드려요.",
    "refund": "담당자에게 알렸어요. 돌려 드리는 방법을 알려 드릴게요.",
    "qr_damaged": "담당자에게 알렸어요. 새것은 아래 ‘결제 QR 카드’로 무료로 뽑으실 수 있어요.",
    "qr_lost": "담당자에게 알렸어요. 새것은 아래 ‘결제 QR 카드’로 무료로 뽑으실 수 있어요.",
}
TEAR_OFF = "위에 붙은 것을 바로 떼어 내세요. 그 QR로는 돈을 받지 마세요."
TAMPERED = f"{TEAR_OFF}\n담당자에게 급하게 알렸어요. 곧 이 채팅방으로 연락드려요."
CALL_US = f"{TEAR_OFF}\n‘상담원’이라고 보내시면 사람이 바로 봐 드려요."
PAID_TO = "받으실 통장은 {account}이에요."
TRY_OUT_TEXT = "사장님 전화로 결제가 되는지 보실 수 있어요. 낸 돈은 바로 돌려드려요."
SOLVED = "다행이에요. 또 안 되면 언제든 말씀해 주세요."
NOTHING_YET = "아직 쉬운 결제를 신청하지 않으셨어요.\n‘쉬운 결제’라고 보내시면 하나씩 여쭤볼게요."
NOT_YET = "아직 결제 QR이 나오기 전이에요."
NEW_ONES = frozenset({"qr_damaged", "qr_lost"})
NOT_TO_TRY = NEW_ONES | {"refund"}
"""Problems that nothing can be tried against."""
BY_TRYING = frozenset({"qr_not_scanning", "payment_failed"})
"""Problems for which the owner's own telephone can show whether paying works."""
OF_PRINT = {"damaged": "qr_damaged", "print_quality": "qr_damaged", "lost": "qr_lost"}
"""What is wrong with something printed -> what that is of a code for paying."""
VAGUE = "문제"
"""Said when nothing particular was said."""
_OUT = frozenset({PayState.QR_ISSUED, PayState.LIVE, PayState.SUSPENDED, PayState.TERMINATED})
"""States in which a code may hang at the store."""


def _hangs(known: PayOverview) -> bool:
    return known.state in _OUT


def _about(view: View) -> PayOverview | None:
    """Return the application that it is about; the newest while nobody has said which."""
    return chosen(view, _hangs) or next(iter(suiting(view, _hangs)), None)


def _problem(view: View) -> str:
    first = str(view.get("problem") or "")
    return str(view.get("more") or "") if first == "other" else first


def _report(known: PayOverview, problem: str) -> Effect:
    args = {"application_id": known.id, "problem": problem}
    return Effect(payments.report_problem, args)


def _on_start(view: View) -> Answer | None:
    if _about(view) is not None:
        return None
    known, is_tampered = pressing(view), view.extra.get("problem") == "tampered"
    if is_tampered:
        effects = (_report(known, "tampered"),) if known else ()
        return Answer((Text(TAMPERED if known else CALL_US),), (PERSON, MENU), effects)
    if known is None:
        return Answer((Text(NOTHING_YET),), quick_replies=(APPLY, PERSON, MENU))
    said, replies = next_step(view, known, NOT_YET)
    return Answer(said, quick_replies=(PERSON, *replies))


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    named = str(view.extra.get("problem"))
    said = OF_PRINT.get(named, named if named in REPORTED or named == "tampered" else "")
    is_vague = said == "payment_failed" and VAGUE in view.text
    return {"problem": said} if said and not is_vague else {}


def _accept_problem(view: View, value: JsonValue) -> Accepted:
    """Take what is wrong; a covered code is told to people before anything else is asked."""
    known = _about(view)
    if value != "tampered" or known is None:
        return Accepted(value)
    return Accepted(value, effects=(_report(known, "tampered"),))


def _still_text(view: View) -> str:
    known, problem = _about(view), _problem(view)
    provider = known.provider.name if known else ""
    lines = [ADVICE[problem].format(provider=provider)]
    if problem == "settlement_missing" and known and known.account_last4:
        lines.append(PAID_TO.format(account=account_text(known)))
    text = TELL_TEXT if problem in NOT_TO_TRY else STILL_TEXT
    return text.format(help="\n".join(lines))


def _on_submit(view: View) -> Answer:
    known, problem = _about(view), _problem(view)
    if known is None:
        return Answer((Text(NOTHING_YET),), quick_replies=(APPLY, PERSON, MENU))
    if problem == "tampered":
        return Answer((Text(TAMPERED),), quick_replies=(PERSON, MENU))
    tried = _tries_out(view, problem)
    if view.get("still") == "no":
        return Answer((Text(SOLVED), *tried), quick_replies=(MENU,))
    said = Text(REPORTED[problem].format(provider=known.provider.name))
    replies = (CARD, PERSON, MENU) if problem in NEW_ONES else (PERSON, MENU)
    return Answer((said, *tried), replies, (_report(known, problem),))


def _tries_out(view: View, problem: str) -> tuple[Output, ...]:
    """Offer the test payment where it can show whether paying works."""
    buttons = try_out(view) if problem in BY_TRYING else ()
    return (Card(description=TRY_OUT_TEXT, buttons=buttons),) if buttons else ()


FLOW = Flow(
    name="pay_problem",
    version=1,
    title="결제 문제",
    intents=("pay_problem",),
    questions=(
        Ask(
            key="pay.problem",
            slot="problem",
            label="문제",
            text=KIND_TEXT,
            choices=FIRST,
            accept=_accept_problem,
            why="문제마다 해 드리는 것이 달라요.",
            hint="번호만 보내셔도 돼요. 보시는 대로 적으셔도 돼요.",
        ),
        Ask(
            key="pay.problem_more",
            parse_as="pay.problem",
            slot="more",
            reads="problem",
            label="어떤 문제",
            text=MORE_TEXT,
            choices=SECOND,
            accept=_accept_problem,
            when=lambda view: view.get("problem") == "other",
            why="문제마다 해 드리는 것이 달라요.",
            hint="번호만 보내셔도 돼요. 없으면 ‘상담원’이라고 보내 주세요.",
        ),
        ask_which("pay.problem_which", "어느 가게의 결제예요?", _hangs),
        Ask(
            key="pay.still",
            slot="still",
            reads="answer",
            label="담당자에게",
            text=_still_text,
            choices=STILL,
            when=lambda view: _problem(view) in ADVICE,
            why="해 보시고도 안 되면 사람이 봐야 해요.",
            hint="알리시려면 1번, 괜찮으시면 2번을 보내 주세요.",
        ),
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
)
