"""Keeps conversations: one read before a turn, one short write transaction after it.

The statements of this module run on every message, so they are Core expressions built once.
Two workers that took the same conversation at the same time notice it by its revision: the
later one starts its turn again (`ConflictError`).
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.dialogue.message import Inbound
from bot.dialogue.state import State, dump, load
from bot.dialogue.turn import Event
from bot.errors import ConflictError
from models.conversation import Conversation, Friend, Inbox, Owner, Speaker, StepEvent, StepKind
from models.conversation import Turn as TurnRow
from models.session import Database

DRAFT_DAYS = 30

_TABLES = Conversation.metadata.tables
_C = _TABLES[Conversation.__tablename__]
_I = _TABLES[Inbox.__tablename__]
_T = _TABLES[TurnRow.__tablename__]
_E = _TABLES[StepEvent.__tablename__]

_LOAD = (
    select(_C.c.id, _C.c.state, _C.c.owner, _C.c.revision, _C.c.friend, _I.c.reply)
    .select_from(
        _C.outerjoin(_I, and_(_I.c.conversation_id == _C.c.id, _I.c.key == bindparam("key")))
    )
    .where(
        _C.c.channel == bindparam("channel"),
        _C.c.bot_id == bindparam("bot_id"),
        _C.c.user_key == bindparam("user_key"),
    )
)
_REPLY = select(_I.c.reply).where(
    _I.c.conversation_id == bindparam("conversation_id"), _I.c.key == bindparam("key")
)
_SAVE = (
    update(_C)
    .where(_C.c.id == bindparam("row"), _C.c.revision == bindparam("seen"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "asked",
                "flow",
                "revision",
                "friend",
                "channel_user_key",
                "expires_at",
                "last_seen_at",
                "updated_at",
            )
        }
    )
)
_OPEN = insert(_C)
_KEEP_REPLY = insert(_I)
_KEEP_TURN = insert(_T)
_KEEP_EVENTS = insert(_E)
_FORGET_TURNS = delete(_T).where(_T.c.conversation_id == bindparam("conversation_id"))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A conversation as it stood before the turn.

    Attributes:
        id: row id; None for somebody who never wrote before.
        state: what was remembered.
        owner: `bot` or `human`.
        revision: for noticing that somebody else was faster.
        reply: the bytes already given to this very message, if it came before.
    """

    id: int | None
    state: State
    owner: str
    revision: int
    reply: bytes | None


@dataclass(frozen=True, slots=True)
class Record:
    """What one turn leaves behind.

    Attributes:
        key: inbox key of the message.
        reply: the bytes that were answered.
        said: the masked words of the person; None when they must not be kept.
        answered: the masked words of the bot.
        asked: the question that is open now.
        layer: which layer understood.
        events: lines for the funnel.
        forget: True when the transcript is to be removed.
    """

    key: str
    reply: bytes
    said: str | None
    answered: str
    asked: str
    layer: str
    events: tuple[Event, ...]
    forget: bool = False


def load_conversation(database: Database, inbound: Inbound, key: str) -> Loaded:
    """Read the conversation and, with it, the answer this message may already have."""
    with database.read.connect() as connection:
        row = connection.execute(
            _LOAD,
            {
                "key": key,
                "channel": inbound.channel,
                "bot_id": inbound.bot_id,
                "user_key": inbound.user_key,
            },
        ).first()
    if row is None:
        return Loaded(None, State(), Owner.BOT, 0, None)
    state = load(json.loads(row.state)) if row.state else State()
    return Loaded(row.id, state, row.owner, row.revision, row.reply)


def stored_reply(database: Database, conversation_id: int, key: str) -> bytes | None:
    """Return the bytes that were answered to a message."""
    with database.read.connect() as connection:
        reply: bytes | None = connection.execute(
            _REPLY, {"conversation_id": conversation_id, "key": key}
        ).scalar()
    return reply


def save(session: Session, loaded: Loaded, inbound: Inbound, state: State, record: Record) -> int:
    """Write everything of a turn except its effects.

    Returns:
        The conversation's id.

    Raises:
        ConflictError: another message of the same person was faster.
    """
    now = inbound.received_at
    values = _conversation_values(loaded, inbound, state, record, now)
    try:
        if loaded.id is None:
            conversation_id = _open(session, inbound, values, now)
        else:
            conversation_id = loaded.id
            params = values | {"row": conversation_id, "seen": loaded.revision}
            if session.connection().execute(_SAVE, params).rowcount != 1:
                raise ConflictError(code="revision")
        _append(session, conversation_id, state, record, now)
    except IntegrityError as error:
        raise ConflictError(code="inbox") from error
    return conversation_id


def _conversation_values(
    loaded: Loaded, inbound: Inbound, state: State, record: Record, now: datetime
) -> dict[str, Any]:
    friend = {True: Friend.FRIEND, False: Friend.NONE, None: Friend.UNKNOWN}[inbound.is_friend]
    return {
        "state": json.dumps(dump(state), ensure_ascii=False, separators=(",", ":")).encode(),
        "asked": record.asked,
        "flow": state.frames[-1].flow if state.frames else None,
        "revision": loaded.revision + 1,
        "friend": friend,
        "channel_user_key": inbound.channel_user_key,
        "expires_at": now + timedelta(days=DRAFT_DAYS) if state.frames else None,
        "last_seen_at": now,
        "updated_at": now,
    }


def _open(session: Session, inbound: Inbound, values: dict[str, Any], now: datetime) -> int:
    row = values | {
        "public_id": uuid.uuid4(),
        "channel": inbound.channel,
        "bot_id": inbound.bot_id,
        "user_key": inbound.user_key,
        "owner": Owner.BOT,
        "created_at": now,
    }
    key = session.connection().execute(_OPEN, row).inserted_primary_key
    if key is None:
        raise ConflictError(code="open")
    return int(key[0])


def _append(
    session: Session, conversation_id: int, state: State, record: Record, now: datetime
) -> None:
    connection = session.connection()
    of = {"conversation_id": conversation_id}
    connection.execute(
        _KEEP_REPLY, of | {"key": record.key, "reply": record.reply, "received_at": now}
    )
    if record.forget:
        connection.execute(_FORGET_TURNS, of)
        return
    connection.execute(
        _KEEP_TURN,
        of
        | {
            "no": state.turns,
            "at": now,
            "said": record.said,
            "answered": record.answered,
            "speaker": Speaker.USER,
            "flow": state.frames[-1].flow if state.frames else None,
            "asked": record.asked,
            "layer": record.layer,
        },
    )
    if record.events:
        connection.execute(
            _KEEP_EVENTS, [of | {"at": now} | _event_values(e) for e in record.events]
        )


def _event_values(event: Event) -> dict[str, Any]:
    return {
        "flow": event.flow,
        "version": event.version,
        "step": event.step,
        "kind": StepKind(event.kind),
        "detail": event.detail or None,
    }


def is_busy(error: OperationalError) -> bool:
    """Return whether the database only said that somebody else is writing."""
    return "locked" in str(error.orig) or "lock timeout" in str(error.orig)
