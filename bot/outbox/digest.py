"""Several nudges of one day as one message: a list of what is still to be done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.limits import midnight
from bot.outbox.notice import Book, Due, Gone, Notice, Values
from bot.outbox.timing import When
from models.outbox import MessageClass, Reminder
from models.states import ReminderState

KIND = "digest"
MERGED = "merged"
LIST = "할일"
"""The variable of the template that holds the list."""
_NOT_BEGUN = (ReminderState.SCHEDULED, ReminderState.CLAIMED)


def with_digest(book: Book) -> Book:
    """Return the notices with the one that says several of them at once."""
    if KIND in book:
        return book
    notice = Notice(
        kind=KIND,
        message_class=MessageClass.TRANSACTIONAL,
        when=When(after="several nudges fall on one day"),
        look=lambda session, due: _look(session, due, book),
        nudge=True,
    )
    return {**book, KIND: notice}


def due_of(row: Reminder, now: datetime) -> Due:
    """Return a planned message as its notice sees it."""
    return Due(
        id=row.id,
        kind=row.kind,
        conversation_id=row.conversation_id,
        supporter_id=row.supporter_id,
        subject=row.subject,
        subject_id=row.subject_id,
        subject_version=row.subject_version,
        params=row.params,
        due_at=row.due_at,
        now=now,
    )


def merge(session: Session, row: Reminder, book: Book, now: datetime) -> bool:
    """Say a nudge together with the others of the same person and day, when there are any.

    They are cancelled, each with the number of the digest that says it; the digest is due at
    once. Called while nobody else decides about a message to the same person.

    Returns:
        True when `row` was merged; False when it is alone and goes by itself.
    """
    if row.kind == KIND or row.conversation_id is None:
        return False
    others = [
        other for other in _others(session, row, book, now) if _lives(session, other, book, now)
    ]
    if not others:
        return False
    digest = _digest(row, [row, *others], now)
    session.add(digest)
    session.flush()
    for merged in (row, *others):
        merged.state, merged.reason = ReminderState.CANCELLED, MERGED
        merged.merged_into = digest.id
        merged.lease_owner = merged.lease_until = None
        merged.updated_at = now
    session.flush()
    return True


def _others(session: Session, row: Reminder, book: Book, now: datetime) -> Iterator[Reminder]:
    kinds = [kind for kind, notice in book.items() if notice.nudge and kind != KIND]
    statement = (
        select(Reminder)
        .where(
            Reminder.conversation_id == row.conversation_id,
            Reminder.id != row.id,
            Reminder.state.in_(_NOT_BEGUN),
            Reminder.kind.in_(kinds),
            Reminder.message_class == row.message_class,
            Reminder.next_attempt_at < midnight(now, 1),
            Reminder.expires_at > now,
        )
        .order_by(Reminder.next_attempt_at, Reminder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    yield from session.scalars(statement)


def _lives(session: Session, row: Reminder, book: Book, now: datetime) -> bool:
    """Tell whether there is still something to tell; cancel the message when not."""
    seen = book[row.kind].look(session, due_of(row, now))
    if isinstance(seen, Values):
        return True
    row.state, row.reason = ReminderState.CANCELLED, seen.reason
    row.lease_owner = row.lease_until = None
    row.updated_at = now
    return False


def _digest(first: Reminder, merged: list[Reminder], now: datetime) -> Reminder:
    return Reminder(
        public_id=uuid4(),
        kind=KIND,
        message_class=first.message_class,
        conversation_id=first.conversation_id,
        subject="conversation",
        subject_id=first.conversation_id,
        subject_version=0,
        dedup_key=f"{KIND}:{first.id}:v{first.attempts}:{now.timestamp():.0f}",
        params={},
        due_at=now,
        not_before=now,
        expires_at=max(*(row.expires_at for row in merged), now + timedelta(hours=1)),
        state=ReminderState.SCHEDULED,
        next_attempt_at=now,
        attempts=0,
        refused_by=[],
        looks=0,
        created_at=now,
        updated_at=now,
    )


def _look(session: Session, due: Due, book: Book) -> Values | Gone:
    """Return what is still to be done of what was merged."""
    merged = session.scalars(
        select(Reminder).where(Reminder.merged_into == due.id).order_by(Reminder.id)
    )
    topics = [topic for row in merged if (topic := _topic(session, row, book, due.now))]
    if not topics:
        return Gone("already_done")
    return Values({LIST: "\n".join(f"· {topic}" for topic in dict.fromkeys(topics))})


def _topic(session: Session, row: Reminder, book: Book, now: datetime) -> str | None:
    notice = book.get(row.kind)
    if notice is None:
        return None
    seen = notice.look(session, due_of(row, now))
    return notice.topic or None if isinstance(seen, Values) else None
