"""Rows that tests start from."""

import itertools
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.clients.nts import BusinessStatus
from bot.services.registration import Checks, Submission, submit
from bot.services.transaction import Transaction
from models.conversation import Conversation, Owner, Speaker, Turn

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


def said(session: Session, conversation_id: int, no: int, text: str, answer: str = "") -> None:
    """Add a line to the transcript."""
    session.add(
        Turn(
            conversation_id=conversation_id,
            no=no,
            at=NOW,
            said=text,
            answered=answer,
            speaker=Speaker.USER,
        )
    )
    session.flush()


def registration(
    session: Session, status: BusinessStatus | None = None, **values: object
) -> tuple[int, int]:
    """Register a made-up store; return the ids of its conversation and registration."""
    talk = conversation(session)
    fields: dict[str, object] = {
        "owner_name": "홍길동",
        "phone": "01000001234",
        "store_name": "행복과일",
        "market": "없는시장",
        "has_brn": "yes",
        "brn": "1208800767",
        "has_channel": "no",
    }
    submission = Submission.from_slots(fields | values)
    return talk.id, submit(turn(session, talk.id), submission, Checks(status))
