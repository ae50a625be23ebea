"""Which of the visits that are booked is meant, and what the chat may not do any more."""

from bot.dialogue.flow import Ask
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Choices, Effect, Problem, View
from bot.services.visits import VisitView, in_chat
from handlers.visit.wishes import FORGET
from handlers.visit.words import WHEN, booked, when, whens

NO_SUCH = "그 방문은 이제 없어요."


def chosen(view: View) -> VisitView | None:
    """Return the visit that it is about."""
    known, wanted = booked(view), view.get("visit")
    if wanted is None:
        return known[0] if len(known) == 1 else None
    return next((visit for visit in known if str(visit.id) == str(wanted)), None)


def too_late(visit: VisitView, text: str, wanted: str) -> Answer:
    """Let a person settle what the chat may not do any more."""
    effect = Effect(in_chat.ask_person, {"visit_id": visit.id, "wanted": wanted})
    said = (Text(text.format(when=when(visit.starts_at))),)
    return Answer(said, quick_replies=(WHEN, PERSON, MENU), effects=(effect,))


def ask_which(key: str, text: str, late: str) -> Ask:
    """Return the question which of several visits is meant."""

    def accept(view: View, value: JsonValue) -> Accepted | Problem:
        visit = next((v for v in booked(view) if str(v.id) == str(value)), None)
        if visit is None:
            return Problem("no_visit", NO_SUCH)
        if not visit.may_change:
            return Problem("too_late", late.format(when=when(visit.starts_at)), ends=True)
        return Accepted(str(visit.id), sets=dict(FORGET))

    def choices(view: View) -> Choices:
        return whens(booked(view))

    return Ask(
        key=key,
        slot="visit",
        reads="choice",
        label="방문",
        text=text,
        choices=choices,
        when=lambda view: len(booked(view)) > 1,
        accept=accept,
        in_summary=False,
        why="잡힌 방문이 여러 개라서 어느 것인지 여쭤봐요.",
    )
