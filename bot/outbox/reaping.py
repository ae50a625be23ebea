"""Messages whose owner is gone, and messages whose time is over."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.outbox.claim import BATCH, WAITING, lease_over
from bot.outbox.gate import TOO_LATE
from bot.outbox.outcome import again, unclear
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.session import Database
from models.states import ReminderState

OWNER_LOST = "owner_lost"
"""The process that had it in hand was killed, or is stuck."""


def reap(database: Database, now: datetime) -> int:
    """Take messages out of dead hands, and end those whose time is over; return how many.

    What had not been begun is planned again. What was being sent may have arrived: nobody
    knows, and it is looked up.
    """
    total = 0
    while True:
        with database.transaction() as session:
            count = _take_back(session, now) + _expire(session, now)
        total += count
        if count < BATCH:
            return total


def _take_back(session: Session, now: datetime) -> int:
    lost = (
        select(Reminder)
        .where(lease_over(now))
        .order_by(Reminder.lease_until)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(lost).all()
    for row in rows:
        if row.state is ReminderState.CLAIMED:
            again(row, min(now, row.next_attempt_at), row.reason)
            row.updated_at = now
        else:
            unclear(row, OWNER_LOST, now, now)
            _close_attempt(session, row, now)
    session.flush()
    return len(rows)


def _close_attempt(session: Session, row: Reminder, now: datetime) -> None:
    session.execute(
        update(ReminderAttempt)
        .where(
            ReminderAttempt.reminder_id == row.id,
            ReminderAttempt.no == row.attempts,
            ReminderAttempt.outcome.is_(None),
        )
        .values(ended_at=now, outcome=Outcome.UNKNOWN, code=OWNER_LOST),
        execution_options={"synchronize_session": False},
    )


def _expire(session: Session, now: datetime) -> int:
    """End what is due and makes no sense any more, without looking at each message."""
    over = (
        select(Reminder.id)
        .where(WAITING, Reminder.next_attempt_at <= now, Reminder.expires_at <= now)
        .order_by(Reminder.next_attempt_at, Reminder.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("over")
    )
    statement = (
        update(Reminder)
        .where(Reminder.id.in_(select(over.c.id)))
        .values(
            state=ReminderState.EXPIRED,
            reason=func.coalesce(Reminder.reason, TOO_LATE),
            updated_at=now,
        )
        # Not the count of rows: SQLite's driver knows none of a statement that begins WITH.
        .returning(Reminder.id)
    )
    ended = session.scalars(statement, execution_options={"synchronize_session": False})
    return len(ended.all())
