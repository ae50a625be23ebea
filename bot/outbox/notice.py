"""What may be told to somebody who did not ask: the declaration of one notice.

A notice says when it is due, what the law takes it for, and how to look at the world at the
moment of sending: the values for its words, or that there is nothing to tell any more. The
words themselves are a template file (`bot/outbox/templates/<kind>.toml`), because vendors
approve them word by word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.outbox.timing import When
from models.outbox import MessageClass

BY_LAW = "consent."
"""Begins the kinds that the law wants told, whatever the person wishes (Network Act 50(7), (8))."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is nothing to tell any more.

    Attributes:
        reason: a code for `outbox explain`: `visit_cancelled`, `already_done`, ...
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Values:
    """What the words of a notice need.

    Attributes:
        words: name of a variable of the template -> what stands there; never empty.
        expires_at: an earlier end than the schedule's, when the world sets one.
    """

    words: Mapping[str, str]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A planned message, as a notice sees it when its time has come.

    Attributes:
        now: the moment of sending, aware, UTC.
    """

    id: int
    kind: str
    conversation_id: int | None
    supporter_id: int | None
    subject: str
    subject_id: int
    subject_version: int
    params: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime
    now: datetime


Look = Callable[[Session, Due], Values | Gone]
"""Looks at the world inside the transaction in which sending is decided. Reads only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sort of message that we begin.

    Attributes:
        kind: stable key, `visit.day_before`; also the name of its template file.
        message_class: what the law takes it for; reviewed by a person, never computed.
        when: its rhythm.
        again: when it is said again while nothing has happened, counted from the same moment.
        look: what there is to tell now.
        must_arrive: when nobody can tell whether it arrived it is sent once more; the others
            are shown to an operator instead.
        urgent: a change on the very day: the courtesy hours do not hold it back, a wish of
            the person does.
        nudge: counts towards the limits of one person, and may be merged into a digest.
        topic: what a digest calls it, `가게 등록 마무리`; only for nudges.
    """

    kind: str
    message_class: MessageClass
    when: When
    look: Look
    again: tuple[When, ...] = ()
    must_arrive: bool = False
    urgent: bool = False
    nudge: bool = False
    topic: str = ""


Book = Mapping[str, Notice]
"""Every notice by its kind."""
