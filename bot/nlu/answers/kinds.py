"""What every answer function takes and gives, and the few ways to make a result."""

from collections.abc import Callable, Mapping

from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding

Answer = Callable[[Message, Context], Understanding | None]
"""Reads a message as the answer to one question; None when it is not an answer to it."""


def value(slot: str, found: object, score: float = 0.95) -> Understanding:
    """Return an answer of one slot."""
    return Understanding(slots={slot: found}, layer="slot", score=score)


def values(slots: Mapping[str, object], score: float = 0.95) -> Understanding:
    """Return an answer of several slots."""
    return Understanding(slots=dict(slots), layer="slot", score=score)


def wrong(code: str) -> Understanding:
    """Return "understood, and the value is wrong"."""
    return Understanding(error=code, layer="slot")


def vague(key: str, **extra: object) -> Understanding:
    """Return "ask this again in a smaller way"."""
    return Understanding(clarify=key, extra=extra, layer="slot")


def wish(intent: str, score: float = 0.9, **extra: object) -> Understanding:
    """Return an intent."""
    return Understanding(intent=intent, extra=extra, layer="slot", score=score)


def option_key(key: str) -> object:
    """Return an option key in its type: numbers of lessons and quizzes are integers."""
    return int(key) if key.isdecimal() else key
