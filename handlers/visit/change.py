"""Moving a visit; the old time stays until the yes to the new one."""

from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Facts, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, Effect, View
from bot.services.visits import VisitWish, in_chat
from handlers.visit.answers import ANOTHER, Offering, gone, refused
from handlers.visit.questions import ask_slot, ask_time, ask_when
from handlers.visit.which import ask_which, chosen, too_late
from handlers.visit.wishes import offer_of, wish_to_move
from handlers.visit.words import BOOK, CALL_OFF, ROW_WHEN, WHEN, booked, visit_rows, when

NOTHING = "바꿀 방문이 없어요."
TOO_LATE = (
    "{when} 방문은 이제 하루도 안 남아서 여기서는 못 바꿔요.\n"
    "담당자에게 전했어요. 이 채팅방으로 답을 드려요."
)
TOO_LATE_CHOSEN = "{when} 방문은 하루도 안 남아서 여기서는 못 바꿔요.\n‘상담원’이라고 보내 주세요."
NONE_FREE = "지금은 바꿀 수 있는 시간이 없어요. {when} 방문은 그대로예요."
MOVED = "방문을 옮겼어요"
MOVED_NEXT = "그 전 시간에는 안 가요."
KEPT = "네, {when} 방문은 그대로예요. 다른 시간을 찾아볼게요."
WHICH = "어느 방문을 바꿀까요?"


def _wish(view: View) -> VisitWish:
    visit = chosen(view)
    return wish_to_move(view, visit) if visit else VisitWish()


OFFERS = Offering(_wish, keeps=False)


def _on_start(view: View) -> Answer | None:
    known = booked(view)
    if not known:
        return Answer((Text(NOTHING),), quick_replies=(BOOK, MENU))
    if len(known) == 1 and not known[0].may_change:
        return too_late(known[0], TOO_LATE, "바꾸고 싶어 해요")
    return None


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    visit = chosen(view)
    offer = offer_of(view, _wish(view), view.get("slot"))
    if visit is None:
        return ()
    rows = tuple(row for row in visit_rows(view, visit) if row[0] != ROW_WHEN)[:2]
    who = f"서포터즈 {view.facts.supporter_name(offer.supporter_id)}" if offer else ""
    return (("지금 시간", when(visit.starts_at)), *rows, *((("오는 분", who),) if who else ()))


def _no(view: View) -> Answer:
    visit = chosen(view)
    text = KEPT.format(when=when(visit.starts_at)) if visit else NOTHING
    return Answer((Text(text),), again=ANOTHER, prefill=refused(view))


def _on_submit(view: View) -> Answer:
    visit = chosen(view)
    if visit is None:  # it was cancelled in the meantime
        return Answer((Text(NOTHING),), quick_replies=(BOOK, MENU))
    if not visit.may_change:
        return too_late(visit, TOO_LATE, "바꾸고 싶어 해요")
    if not view.get("slot"):
        text = NONE_FREE.format(when=when(visit.starts_at))
        return Answer((Text(text),), quick_replies=(WHEN, PERSON, MENU))
    offer = offer_of(view, _wish(view), view.get("slot"))
    if offer is None:
        return Answer((Text(gone(view, view.get("slot"))),), again=ANOTHER)
    rows = tuple(
        (label, when(offer.starts_at) if label == ROW_WHEN else value)
        for label, value in visit_rows(view, visit)[:3]
    )
    who = ("오는 분", view.facts.supporter_name(offer.supporter_id))
    card = Facts(MOVED, (*rows, who), MOVED_NEXT)
    effect = Effect(in_chat.move, {"visit_id": visit.id, "offer": offer})
    return Answer((card,), quick_replies=(WHEN, CALL_OFF, MENU), effects=(effect,))


FLOW = Flow(
    name="visit_change",
    version=1,
    title="방문 바꾸기",
    intents=("visit_change",),
    questions=(
        ask_which("visit.change_which", WHICH, TOO_LATE_CHOSEN),
        ask_when("언제로 옮길까요? 날짜나 시간을 적어 주세요."),
        ask_time(),
        ask_slot(OFFERS, "새 시간"),
    ),
    confirm=Confirm(
        key="visit.change_confirm",
        parse_as="visit.confirm",
        title="이렇게 옮겨요",
        text="이때로 옮길까요?",
        yes="네, 옮겨요",
        edit="다른 시간",
        beside=_beside,
        when=lambda view: bool(view.get("slot")),
        no=_no,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
