"""The waiting list: a time has become free and is kept half an hour for the answer."""

from collections.abc import Mapping

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Facts, Text
from bot.dialogue.phrases import MENU
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Answer, Choice, Effect, View
from bot.services.visits import VisitView, in_chat
from handlers.visit.queue import LEFT, entry_of, left_list, waiting_lines
from handlers.visit.words import BOOK, LEAVE_LIST, WHEN, visit_rows, when

NOBODY = "지금 기다리시는 방문이 없어요."
OFFER = "기다리시던 시간이 났어요.\n{when}\n이때 갈까요? 30분 동안 잡아 둘게요."
LAPSED = (
    "그 시간은 다음 분께 넘어갔어요. 죄송해요.\n다시 기다리시려면 ‘방문 신청’이라고 보내 주세요."
)
BOOKED = "방문이 잡혔어요"
BOOKED_NEXT = "못 나오시게 되면 하루 전까지 ‘방문 취소’라고 보내 주세요."
YES_NO = (Choice("yes", "네, 와 주세요"), Choice("no", "아니요"))


def _offered(view: View) -> VisitView | None:
    """Return the visit that is kept for the answer; None when there is none or it lapsed."""
    entry = entry_of(view)
    if entry is None or entry.offered_visit_id is None:
        return None
    visit = view.facts.visit_overview().visit(entry.offered_visit_id)
    expires = entry.offer_expires_at
    lives = expires is not None and expires > view.facts.now
    return visit if visit is not None and visit.is_open and lives else None


def _on_start(view: View) -> Answer | None:
    if view.intent == "visit_wait_cancel":
        gone = left_list(view)
        if gone is not None:
            return gone
    if entry_of(view) is None:
        return Answer((Text(NOBODY),), quick_replies=(BOOK, MENU))
    if _offered(view) is None:
        lines = tuple(Text(line) for line in waiting_lines(view))
        return Answer(lines, quick_replies=(LEAVE_LIST, MENU))
    return None


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    visit = _offered(view)
    return {"visit": visit.id if visit else None}


def _text(view: View) -> str:
    visit = view.facts.visit_overview().visit(int(view.get("visit") or 0))
    return OFFER.format(when=when(visit.starts_at) if visit else "")


def _on_submit(view: View) -> Answer:
    visit = _offered(view)
    if visit is None or visit.id != view.get("visit"):
        return Answer((Text(LAPSED),), quick_replies=(BOOK, MENU))
    if view.get("taken") != "yes":
        return left_list(view) or Answer((Text(LEFT),), quick_replies=(BOOK, MENU))
    effect = Effect(in_chat.say_yes, {"visit_id": visit.id})
    card = Facts(BOOKED, visit_rows(view, visit), BOOKED_NEXT)
    return Answer((card,), quick_replies=(WHEN, MENU), effects=(effect,))


FLOW = Flow(
    name="visit_waiting",
    version=1,
    title="방문 대기",
    intents=("visit_waiting", "visit_wait_cancel"),
    questions=(
        Ask(
            key="visit.offer",
            slot="taken",
            parse_as="ask.yes_no",
            reads="answer",
            label="이 시간",
            text=_text,
            choices=YES_NO,
            why="기다리신 분께 먼저 여쭤봐요. 답이 없으면 다음 분께 넘어가요.",
            hint="좋으시면 1번, 아니면 2번을 보내 주세요.",
        ),
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
    calls=lambda view: view.facts.visit_news().offered is not None,
)
