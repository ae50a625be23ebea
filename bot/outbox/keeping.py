"""How long the words of messages are kept (PIPA 21: destroy without delay)."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.outbox import Reminder
from models.session import Database, touched

SAID_KEPT = timedelta(days=90)
"""Long enough to show somebody what we wrote; our own rule, announced in the privacy notice."""
BATCH = 500


def purge_said(database: Database, now: datetime) -> int:
    """Empty the words of messages that went out long ago; return how many.

    That something was sent, when and by whom, stays; it names nobody.
    """
    total = 0
    while True:
        with database.transaction() as session:
            old = (
                select(Reminder.id)
                .where(Reminder.said.is_not(None), Reminder.updated_at < now - SAID_KEPT)
                .limit(BATCH)
            )
            count = touched(session, update(Reminder).where(Reminder.id.in_(old)).values(said=None))
        total += count
        if count < BATCH:
            return total


def forget_said(session: Session, conversation_id: int) -> int:
    """Empty the words of everything that was said to a person; return how many."""
    return touched(
        session,
        update(Reminder)
        .where(Reminder.conversation_id == conversation_id, Reminder.said.is_not(None))
        .values(said=None),
    )
