"""A message shows itself on the person's phone: its event called our skill."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, update
from sqlalchemy.orm import Session

from models.outbox import Reminder
from models.session import touched
from models.states import ReminderState

SENT: Final = (ReminderState.SENDING, ReminderState.ACCEPTED, ReminderState.UNKNOWN)
"""The call of the sender may not be over yet, or have lost its answer."""
TO_BE_REPEATED: Final = (ReminderState.SCHEDULED, ReminderState.CLAIMED)
"""An earlier try was thought to be lost; now the next one is not needed."""


def reached(session: Session, mark: UUID, now: datetime) -> bool:
    """Note that a message has arrived; False when that was known, or nobody sent it.

    Args:
        session: inside a write transaction.
        mark: the message's public id.
        now: aware.
    """
    tried = or_(
        Reminder.state.in_(SENT), Reminder.state.in_(TO_BE_REPEATED) & (Reminder.attempts > 0)
    )
    statement = (
        update(Reminder)
        .where(Reminder.public_id == mark, tried)
        .values(
            state=ReminderState.DELIVERED,
            accepted_at=func.coalesce(Reminder.accepted_at, now),
            delivered_at=now,
            lease_owner=None,
            lease_until=None,
            look_at=None,
            reason=None,
            updated_at=now,
        )
    )
    return touched(session, statement) == 1
