"""Applying for easy payment. Nothing is sent in before the yes to the summary."""

from functools import partial

from bot.clients.nts import BusinessStatus
from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Card, Output, QuickReply, Text
from bot.dialogue.phrases import MENU, REGISTER
from bot.dialogue.view import Answer, Effect, View
from bot.services import payments, registration
from bot.services.pay_rules.waiting import OUR_WORKDAYS
from bot.services.payments import PayOverview
from bot.services.requirements import DUE
from handlers.pay.answers import has_one, stores
from handlers.pay.next_step import next_step, promise
from handlers.pay.questions import QUESTIONS, has_number, is_registered
from handlers.pay.which import may_come_again
from handlers.pay.words import HOW_FAR, PAPERS, action
from models.states import PayState

NO_STORE = "가게를 먼저 등록하시면 신청할 수 있어요.\n‘채널 등록’이라고 보내 주세요. 5분이면 돼요."
NO_STORE_YET = "지금 하시는 등록이 끝나면 바로 신청하실 수 있어요."
DONE = "신청을 받았어요 ({number})"
KEPT = "적어 뒀어요 ({number})"
FIRST_NUMBER = (
    "가까운 세무서에서 사업자등록을 먼저 해 주세요. 돈은 안 들어요.\n"
    "번호가 나오면 ‘쉬운 결제’라고 보내 주세요. 여기서 이어서 해요."
)
STILL_PAPERS = "사진만 보내 주시면 돼요: {papers}."
FIRST_THIS = "아래 것만 고쳐 주시면 평일 {days}일 안에 담당자가 보고 알려 드려요."
OURS = "다 오면 평일 {days}일 안에 담당자가 보고 알려 드려요."
THEIRS = "그다음은 {provider}에서 정해요. 평일 {days}일쯤 걸려요 ({day} 기준)."
OWNER_IS_ASKED = "대신 신청하셔서, 담당자가 사장님께 전화로 여쭤봐요."
IN_CHAT = "사진을 이 채팅방에 바로 보내셔도 돼요."


def _on_start(view: View) -> Answer | None:
    if view.facts.overview() is None:
        return Answer((Text(NO_STORE_YET),)) if view.busy else None
    known = [pay for pay in view.facts.pays() if pay.state is not PayState.TERMINATED]
    if any(pay.next_due for pay in known):
        return Answer(start="pay_fix")
    places = stores(view)
    if len(places) > 1 and not all(has_one(view, store.id) for store in places):
        return None
    if any(may_come_again(view, pay) for pay in known) or (
        known and known[0].state is PayState.WITHDRAWN
    ):
        return Answer(start="pay_fix")
    return Answer(start="pay_status") if known else None


def _store_id(view: View) -> int | None:
    """Return the store that was chosen, as long as there is still such a one."""
    wanted = view.get("store_id")
    return next((store.id for store in stores(view) if store.id == wanted), None)


def _application(view: View, number: str) -> payments.Application:
    kind = view.get("business_type") if has_number(view) else "none"
    told = {**view.values(), "business_type": kind, "number": number, "store_id": _store_id(view)}
    return payments.Application.from_slots(told)


def _checks(view: View) -> registration.Checks:
    state = view.get("brn_state")
    if not view.get("brn") or not state:
        return registration.Checks()
    words = str(view.get("tax_words") or "")
    return registration.Checks(BusinessStatus(state, words, None, view.facts.now))


def _on_submit(view: View) -> Answer:
    if not is_registered(view):  # the store was closed in the meantime
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    place = _store_id(view) or stores(view)[0].id
    if has_one(view, place):  # somebody was faster, on another phone
        return Answer(start="pay_status")
    number = view.facts.new_pay_number()
    step = partial(payments.apply, application=_application(view, number), checks=_checks(view))
    after = view.facts.pay_after(step)
    known = after.of(int(str(after.results[0]))) if after else None
    if known is None:
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    outputs, replies = _told(view, known)
    return Answer(outputs, quick_replies=replies, effects=(Effect(step),))


def _told(view: View, known: PayOverview) -> tuple[tuple[Output, ...], tuple[QuickReply, ...]]:
    """Return what was done, what is due next, who decides and when we write again."""
    if known.error_code == "brn_missing":
        card = Card(KEPT.format(number=known.number), FIRST_NUMBER)
        return (card,), (action(known.fix_action), MENU)
    title = Card(DONE.format(number=known.number), "\n".join(_lines(known)))
    asked = any(line.key == payments.OWNER for line in known.waiting)
    outputs = (title, Text(OWNER_IS_ASKED)) if asked else (title,)
    if known.next_due is None:
        return outputs, (HOW_FAR, MENU)
    said, replies = next_step(view, known)
    if known.next_due.key in PAPERS:
        said = (*said, Text(IN_CHAT))
    return (*outputs, *said), replies


def _lines(known: PayOverview) -> tuple[str, ...]:
    """Return what is still missing, who decides, and when we write again."""
    due = known.next_due
    if due is None:
        return (promise(known), _theirs(known))
    if due.key not in PAPERS:
        return (FIRST_THIS.format(days=OUR_WORKDAYS), _theirs(known))
    missing = (line.key for line in known.requirements if line.level in DUE)
    named = ", ".join(PAPERS[key] for key in missing if key in PAPERS)
    papers = STILL_PAPERS.format(papers=named)
    return (papers, OURS.format(days=OUR_WORKDAYS), _theirs(known))


def _theirs(known: PayOverview) -> str:
    config = known.provider
    day = f"{config.as_of.month}월 {config.as_of.day}일"
    return THEIRS.format(provider=config.name, days=config.review_days, day=day)


FLOW = Flow(
    name="pay",
    version=1,
    title="쉬운 결제",
    intents=("pay_apply",),
    recalled=True,
    questions=QUESTIONS,
    confirm=Confirm(
        key="pay.confirm",
        title="적어 주신 내용이에요",
        text="숫자가 맞는지 봐 주세요. 이대로 신청할까요?",
        when=has_number,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
