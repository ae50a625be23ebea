"""Writing into the outbox, in the transaction of what the message is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.outbox.notice import Notice
from models.outbox import Reminder
from models.session import touched
from models.states import ReminderState

LATE = timedelta(minutes=15)
"""What was due longer ago when it is planned is not planned any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Who is told, and about what.

    Attributes:
        conversation_id: whose chat; None for a supporter.
        supporter_id: which supporter; None for a merchant.
        subject, subject_id, version: table, row and revision that it is about.
        anchor: what the schedule counts from, aware.
        key: tells several notices of one kind about one row and version apart.
        expires_at: when telling it makes no sense any more; None for the schedule's own end.
        params: what the words need and the world will not know any more; nothing personal.
    """

    conversation_id: int | None = None
    supporter_id: int | None = None
    subject: str
    subject_id: int
    version: int = 0
    anchor: datetime
    key: str = ""
    expires_at: datetime | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def plan(session: Session, notice: Notice, about: About, now: datetime) -> bool:
    """Plan a message once; False when it is planned already, or its time is over.

    Hours of rest and wishes of the person are looked at when it is sent: they may change.
    """
    due = notice.when.due(about.anchor)
    expires = min(filter(None, (due + notice.when.lasts, about.expires_at)))
    if due < now - LATE or expires <= now:
        return False
    row = {
        "public_id": uuid4(),
        "kind": notice.kind,
        "message_class": notice.message_class,
        "conversation_id": about.conversation_id,
        "supporter_id": about.supporter_id,
        "subject": about.subject,
        "subject_id": about.subject_id,
        "subject_version": about.version,
        "dedup_key": dedup_key(notice.kind, about),
        "params": dict(about.params),
        "due_at": due,
        "not_before": due,
        "expires_at": expires,
        "state": ReminderState.SCHEDULED,
        "next_attempt_at": due,
        "attempts": 0,
        "refused_by": [],
        "looks": 0,
        "created_at": now,
        "updated_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Reminder).values(row).on_conflict_do_nothing(index_elements=["dedup_key"])
    # Not the count of rows: with PostgreSQL it is not known after an insert.
    return session.execute(statement.returning(Reminder.id)).first() is not None


def dedup_key(kind: str, about: About) -> str:
    """Return what makes two plans the same message."""
    place = f"{about.subject}:{about.subject_id}:v{about.version}"
    return ":".join(filter(None, (kind, place, about.key)))


def call_off(
    session: Session,
    subject: str,
    subject_id: int,
    reason: str,
    now: datetime,
    *,
    kinds: Iterable[str] = (),
) -> int:
    """Cancel what is planned about a row and not in anybody's hands; return how many.

    What is being sent at this moment looks at the world itself.

    Args:
        session: inside a write transaction.
        subject: the table.
        subject_id: the row.
        reason: a code, for `outbox explain`.
        now: aware.
        kinds: only these; all when empty.
    """
    statement = (
        update(Reminder)
        .where(
            Reminder.subject == subject,
            Reminder.subject_id == subject_id,
            Reminder.state == ReminderState.SCHEDULED,
        )
        .values(state=ReminderState.CANCELLED, reason=reason, updated_at=now)
    )
    chosen = tuple(kinds)
    if chosen:
        statement = statement.where(Reminder.kind.in_(chosen))
    return touched(session, statement)


def call_off_for(session: Session, conversation_id: int, reason: str, now: datetime) -> int:
    """Cancel everything that is planned for a person (erasure, no messages at all)."""
    statement = (
        update(Reminder)
        .where(
            Reminder.conversation_id == conversation_id,
            Reminder.state == ReminderState.SCHEDULED,
        )
        .values(state=ReminderState.CANCELLED, reason=reason, updated_at=now)
    )
    return touched(session, statement)
