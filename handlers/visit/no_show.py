"""The supporter did not come: sorry, first on the list, and a person hears of it."""

from collections.abc import Mapping

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Button, Card, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Answer, Choice, Effect, View
from bot.services.visits import VisitView, in_chat
from handlers.visit.words import BOOK, WHEN, is_late, when
from models.states import VisitState

NOTHING = (
    "지금 잡힌 방문이 없어요. 날짜를 다시 봐 주세요.\n‘상담원’이라고 보내시면 사람이 도와드려요."
)
NOT_YET = "약속은 {when}예요.\n15분이 지나도 안 오시면 다시 말씀해 주세요."
HERE = "서포터즈가 도착했다고 적혀 있어요. 안 보이시면 전화해 보세요."
SURE = "{when}에 가기로 한 서포터즈가\n아직도 안 왔나요?"
SORRY = "기다리게 해 드려 정말 죄송해요. 담당자에게 급히 알렸어요.\n먼저 잡아 드릴게요."
GLAD = "다행이에요. 또 불편하시면 말씀해 주세요."
CALL = "전화하기"
YES_NO = (Choice("yes", "안 왔어요"), Choice("no", "왔어요"))
_TO_COME = frozenset({VisitState.CONFIRMED, VisitState.EN_ROUTE})


def _awaited(view: View) -> VisitView | None:
    """Return the visit that was to begin: one that is late first, else the next of today."""
    known = [v for v in view.facts.visit_overview().upcoming if v.state is not VisitState.HELD]
    late = next((v for v in known if v.state in _TO_COME and is_late(view, v)), None)
    return late or (known[0] if known else None)


def _late(view: View) -> VisitView | None:
    visit = _awaited(view)
    is_missing = visit is not None and visit.state in _TO_COME and is_late(view, visit)
    return visit if is_missing else None


def _on_start(view: View) -> Answer | None:
    visit = _awaited(view)
    if visit is None:
        return Answer((Text(NOTHING),), quick_replies=(PERSON, BOOK, MENU))
    if _late(view) is not None:
        return None
    here = visit.state is VisitState.IN_PROGRESS
    text = HERE if here else NOT_YET.format(when=when(visit.starts_at))
    if visit.supporter_phone:
        button = Button(CALL, "phone", visit.supporter_phone)
        return Answer((Card(description=text, buttons=(button,)),), quick_replies=(WHEN, PERSON))
    return Answer((Text(text),), quick_replies=(WHEN, PERSON, MENU))


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    visit = _late(view)
    return {"visit": visit.id if visit else None}


def _text(view: View) -> str:
    visit = view.facts.visit_overview().visit(int(view.get("visit") or 0))
    return SURE.format(when=when(visit.starts_at) if visit else "")


def _on_submit(view: View) -> Answer:
    visit = _late(view)
    if view.get("absent") != "yes" or visit is None or visit.id != view.get("visit"):
        return Answer((Text(GLAD),), quick_replies=(WHEN, MENU))
    again: dict[str, JsonValue] = {"topic": list(visit.topics), "place": visit.place}
    return Answer(
        (Text(SORRY),),
        effects=(Effect(in_chat.nobody_came, {"visit_id": visit.id}),),
        start="visit",
        prefill=again,
    )


FLOW = Flow(
    name="visit_no_show",
    version=1,
    title="안 왔어요",
    intents=("visit_no_show",),
    questions=(
        Ask(
            key="visit.absent",
            slot="absent",
            parse_as="visit.absent",
            reads="answer",
            label="서포터즈",
            text=_text,
            choices=YES_NO,
            why="담당자가 바로 알아보고, 먼저 다시 잡아 드리려고요.",
            hint="안 왔으면 1번, 왔으면 2번을 보내 주세요.",
        ),
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
)
