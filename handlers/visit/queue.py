"""Places on the waiting list: which one is spoken of, how it reads, leaving it."""

from datetime import timedelta

from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU
from bot.dialogue.view import Answer, Effect, View
from bot.dialogue.wording import day
from bot.services.visits import WaitView, in_chat
from handlers.visit.words import BOOK
from models.states import WaitState

WAITING = "{title} 방문을 기다리고 계세요. ({first}~{last})\n자리가 나면 여기로 알려 드려요."
LEFT = "네, 대기에서 뺐어요. 필요하시면 ‘방문 신청’이라고 보내 주세요."


def entry_of(view: View) -> WaitView | None:
    """Return the place on the list that is spoken of: one with an offer first."""
    known = view.facts.visit_overview().waiting
    offered = (entry for entry in known if entry.state is WaitState.OFFERED)
    return next(offered, known[0] if known else None)


def waiting_lines(view: View) -> tuple[str, ...]:
    """Return a line for each place on the list."""
    return tuple(_line(entry) for entry in view.facts.visit_overview().waiting)


def _line(entry: WaitView) -> str:
    last = entry.latest - timedelta(minutes=1)  # midnight belongs to the day before
    return WAITING.format(title=entry.title, first=day(entry.earliest), last=day(last))


def left_list(view: View) -> Answer | None:
    """Take the person off the list; None for somebody who is not on it."""
    entry = entry_of(view)
    if entry is None:
        return None
    effect = Effect(in_chat.leave_list, {"entry_id": entry.id})
    return Answer((Text(LEFT),), quick_replies=(BOOK, MENU), effects=(effect,))
