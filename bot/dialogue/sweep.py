"""Drops drafts that nobody came back to, also when the person never writes again.

A timer in memory would be lost with its process; the date stands in a column instead.
"""

import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.dialogue.state import State, dump, load
from models.conversation import Conversation, StepEvent, StepKind
from models.session import Database

BATCH = 200


def expire(database: Database, now: datetime) -> int:
    """Empty the drafts whose time is over and return how many conversations that were."""
    with database.reading() as session:
        due = list(
            session.scalars(
                select(Conversation.id).where(Conversation.expires_at <= now).limit(BATCH)
            )
        )
    return sum(_expire_one(database, conversation_id, now) for conversation_id in due)


def _expire_one(database: Database, conversation_id: int, now: datetime) -> bool:
    with database.transaction() as session:
        row = session.execute(
            select(Conversation.state, Conversation.revision, Conversation.expires_at)
            .where(Conversation.id == conversation_id)
            .with_for_update()
        ).one_or_none()
        if row is None or row.expires_at is None or row.expires_at > now:
            return False  # the person wrote in the meantime
        state = load(json.loads(row.state)) if row.state else State()
        _note(session, conversation_id, state, now)
        session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(
                state=json.dumps(dump(_emptied(state)), ensure_ascii=False).encode(),
                revision=row.revision + 1,
                expires_at=None,
                flow=None,
                asked=None,
                updated_at=now,
            )
        )
    return True


def _note(session: Session, conversation_id: int, state: State, now: datetime) -> None:
    for frame in state.frames:
        session.add(
            StepEvent(
                conversation_id=conversation_id,
                at=now,
                flow=frame.flow,
                version=frame.version,
                step=frame.asked or "",
                kind=StepKind.EXPIRED,
            )
        )


def _emptied(state: State) -> State:
    return State(last_at=state.last_at, turns=state.turns, recent=state.recent)
