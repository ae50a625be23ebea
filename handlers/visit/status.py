"""When somebody comes, who, where, and how to reach them."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Button, Facts, Output, QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, View
from bot.dialogue.wording import phone_number
from bot.services.visits import VisitView
from handlers.visit.queue import waiting_lines
from handlers.visit.words import (
    BOOK,
    CALL_OFF,
    LIST,
    MOVE,
    ROW_CALL,
    ROW_STATE,
    booked,
    is_late,
    visit_rows,
    when,
)
from models.states import VisitState

TITLE = "다음 방문"
NOTHING = "지금 잡힌 방문이 없어요.\n‘방문 신청’이라고 보내시면 하나씩 여쭤볼게요."
LAST = "{when}에 서포터즈가 다녀갔어요."
ON_THE_DAY = "방문하는 날 여기서 보여 드려요"
STATES = {
    VisitState.CONFIRMED: "가기로 되어 있어요",
    VisitState.EN_ROUTE: "지금 가고 있어요",
    VisitState.IN_PROGRESS: "지금 함께 있어요",
}
OTHERS = "그다음 방문: {lines}"
CALL = "전화하기"
ABSENT = QuickReply("안 왔어요", "서포터즈가 안 왔어요")


def _card(view: View, visit: VisitView) -> Facts:
    phone = visit.supporter_phone
    rows = (
        *visit_rows(view, visit),
        (ROW_STATE, STATES.get(visit.state, "")),
        (ROW_CALL, phone_number(phone) if phone else ON_THE_DAY),
    )
    button = (Button(CALL, "phone", phone),) if phone else ()
    return Facts(TITLE, tuple(row for row in rows if row[1]), buttons=button)


def _replies(view: View, visit: VisitView) -> tuple[QuickReply, ...]:
    if is_late(view, visit):
        return (ABSENT, PERSON, MENU)
    return (MOVE, CALL_OFF, MENU) if visit.may_change else (PERSON, MENU)


def _respond(view: View) -> Answer:
    overview = view.facts.visit_overview()
    coming = [v for v in overview.upcoming if v.state is not VisitState.HELD]
    waiting = tuple(Text(line) for line in waiting_lines(view))
    if not coming:
        return _without(view, waiting)
    outputs: tuple[Output, ...] = (_card(view, coming[0]),)
    later = ", ".join(when(v.starts_at) for v in booked(view) if v is not coming[0])
    if later:
        outputs = (*outputs, Text(OTHERS.format(lines=later)))
    return Answer((*outputs, *waiting), _replies(view, coming[0]))


def _without(view: View, waiting: tuple[Output, ...]) -> Answer:
    if waiting:
        return Answer(waiting, (LIST, MENU))
    made = view.facts.rateable_visit()
    said = (Text(LAST.format(when=when(made.starts_at))),) if made else ()
    return Answer((*said, Text(NOTHING)), (BOOK, MENU))


FLOW = Flow(
    name="visit_status",
    version=1,
    title="방문 확인",
    intents=("visit_status", "visit_supporter_contact"),
    respond=_respond,
)
