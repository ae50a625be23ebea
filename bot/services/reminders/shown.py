"""What was and will be told to one person as plain data, for commands."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from models.outbox import Reminder


def shown_reminders(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    """Return every message that was planned for the chat of a person, by when it is due."""
    rows = session.scalars(
        select(Reminder)
        .where(Reminder.conversation_id == conversation_id)
        .order_by(Reminder.due_at, Reminder.id)
    )
    return [
        {
            "kind": row.kind,
            "due": _moment(row.due_at),
            "state": row.state.value,
            "reason": row.reason,
            "sent": _moment(row.accepted_at),
        }
        for row in rows
    ]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(KST).isoformat(timespec="seconds") if at else None
