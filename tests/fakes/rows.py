"""Rows that tests start from."""

import itertools
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.services.transaction import Transaction
from models.conversation import Conversation, Owner

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, noon in Korea."""
_NUMBERS = itertools.count(1)


def conversation(session: Session, now: datetime = NOW, **values: object) -> Conversation:
    """Add a conversation of its own."""
    fields: dict[str, object] = {
        "channel": "kakao",
        "bot_id": "b" * 24,
        "user_key": f"user-{next(_NUMBERS)}",
        "owner": Owner.BOT,
        "created_at": now,
        "updated_at": now,
    }
    row = Conversation(**(fields | values))
    session.add(row)
    session.flush()
    return row


def turn(session: Session, conversation_id: int, now: datetime = NOW) -> Transaction:
    """Return the transaction of a turn of its own."""
    return Transaction(session, now, conversation_id, f"turn-{next(_NUMBERS)}")
