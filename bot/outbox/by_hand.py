"""What somebody of the programme may do with a message; each step leaves an event."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.outbox.reasons import BY_HAND, RETRIED
from models.outbox import Reminder
from models.states import Cause, ReminderState, move

GIVEN_TIME = timedelta(days=1)
"""A message whose time is over gets so much more when it is sent again by hand."""


def retry(session: Session, reminder_id: int, by: str, now: datetime) -> Reminder:
    """Send a message again that was given up, called off, or is unclear.

    It is judged as any other: hours, wishes and the world may still hold it back. All senders
    are tried anew, with one attempt where all attempts had been used.

    Args:
        session: inside a write transaction.
        reminder_id: which.
        by: `staff:<login>` or `command`.
        now: aware.

    Raises:
        InvalidInputError: there is no such message (code `no_such_message`).
        models.errors.IllegalMoveError: it waits already, is under way, or has arrived.
    """
    row = _locked(session, reminder_id)
    _move(session, row, ReminderState.SCHEDULED, by, now)
    row.reason = RETRIED
    row.next_attempt_at = row.not_before = now
    if row.expires_at <= now:
        row.expires_at = now + GIVEN_TIME
    row.refused_by, row.look_at, row.merged_into = [], None, None
    session.flush()
    return row


def cancel(session: Session, reminder_id: int, by: str, now: datetime) -> Reminder:
    """Call a message off that has not gone out, or that nobody will hear of any more.

    Raises: as `retry`.
    """
    row = _locked(session, reminder_id)
    _move(session, row, ReminderState.CANCELLED, by, now)
    row.reason, row.look_at = BY_HAND, None
    session.flush()
    return row


def mark_sent(session: Session, reminder_id: int, by: str, now: datetime) -> Reminder:
    """Note that an unclear message has arrived: somebody asked the vendor, or the person.

    Raises: as `retry`.
    """
    row = _locked(session, reminder_id)
    _move(session, row, ReminderState.DELIVERED, by, now)
    row.reason, row.look_at = BY_HAND, None
    row.accepted_at = row.accepted_at or now
    row.delivered_at = now
    session.flush()
    return row


def _locked(session: Session, reminder_id: int) -> Reminder:
    row = session.get(Reminder, reminder_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise InvalidInputError(f"there is no message {reminder_id}", code="no_such_message")
    return row


def _move(session: Session, row: Reminder, to: ReminderState, by: str, now: datetime) -> None:
    key = f"by_hand:{to.value}:{row.state.value}:{row.attempts}:{now.isoformat()}"
    move(session, row, to, Cause(actor=by, key=key, now=now, reason=BY_HAND))
    row.lease_owner = row.lease_until = None
    row.updated_at = now
