"""Calling a visit off; the time goes to somebody else."""

from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU
from bot.dialogue.view import Answer, Effect, View
from bot.services.visits import in_chat
from handlers.visit.questions import BOOKING
from handlers.visit.queue import left_list
from handlers.visit.which import ask_which, chosen, too_late
from handlers.visit.words import BOOK, booked, visit_rows, when

NOTHING = "취소할 방문이 없어요."
TOO_LATE = (
    "{when} 방문은 이제 하루도 안 남았어요.\n"
    "담당자에게 취소하신다고 전했어요. 이 채팅방으로 답을 드려요."
)
TOO_LATE_CHOSEN = (
    "{when} 방문은 하루도 안 남아서 여기서는 취소가 안 돼요.\n‘상담원’이라고 보내 주세요."
)
DONE = "네, {when} 방문을 취소했어요."
_ASKED_BY_BOOKING = frozenset({ask.key for ask in BOOKING} | {"visit.confirm"})


def _on_start(view: View) -> Answer | None:
    known = booked(view)
    if view.asked in _ASKED_BY_BOOKING and not known:  # the one that is being asked for
        return Answer(drops=True)
    if not known:
        waiting = left_list(view)
        return waiting or Answer((Text(NOTHING),), quick_replies=(BOOK, MENU))
    if len(known) == 1 and not known[0].may_change:
        return too_late(known[0], TOO_LATE, "취소하고 싶어 해요")
    return None


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    visit = chosen(view)
    return visit_rows(view, visit) if visit else ()


def _on_submit(view: View) -> Answer:
    visit = chosen(view)
    if visit is None:  # it was cancelled in the meantime
        return Answer((Text(NOTHING),), quick_replies=(BOOK, MENU))
    if not visit.may_change:
        return too_late(visit, TOO_LATE, "취소하고 싶어 해요")
    effect = Effect(in_chat.call_off, {"visit_id": visit.id})
    said = (Text(DONE.format(when=when(visit.starts_at))),)
    return Answer(said, quick_replies=(BOOK, MENU), effects=(effect,))


FLOW = Flow(
    name="visit_cancel",
    version=1,
    title="방문 취소",
    intents=("visit_cancel",),
    questions=(ask_which("visit.cancel_which", "어느 방문을 취소할까요?", TOO_LATE_CHOSEN),),
    confirm=Confirm(
        key="visit.cancel_confirm",
        parse_as="visit.cancel",
        title="취소할 방문",
        text="이 방문을 취소할까요?",
        yes="네, 취소해요",
        edit="아니요",
        edit_cancels=True,
        beside=_beside,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
