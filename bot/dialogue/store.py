"""Keeps conversations: one read before a turn, one short write transaction after it.

These statements run on every message (see `models.hot`). Two workers that took the same
conversation at the same time notice it by its revision: the later one starts its turn again
(`ConflictError`).
"""

import json
import sqlite3
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from bot.dialogue.message import Inbound
from bot.dialogue.state import State, dump, load
from bot.dialogue.turn import Event
from bot.errors import ConflictError
from models import crypto
from models.conversation import Conversation, Friend, Inbox, Owner, Speaker, StepEvent, StepKind
from models.conversation import Turn as TurnRow
from models.hot import Wire
from models.session import Database

DRAFT_DAYS = 30
STATE, REPLY, SAID, ANSWERED = "conversation.state", "inbox.reply", "turn.said", "turn.answered"
"""What sealed values are bound to; the same names as in `models.conversation`."""

_TABLES = Conversation.metadata.tables
_C = _TABLES[Conversation.__tablename__]
_I = _TABLES[Inbox.__tablename__]
_T = _TABLES[TurnRow.__tablename__]
_E = _TABLES[StepEvent.__tablename__]
_KEPT = (
    "state",
    "asked",
    "flow",
    "revision",
    "friend",
    "channel_user_key",
    "app_user_id",
    "expires_at",
    "last_seen_at",
    "updated_at",
)
_BORN = ("public_id", "channel", "bot_id", "user_key", "owner", "created_at", *_KEPT)
_TURN = ("conversation_id", "no", "at", "said", "answered", "speaker", "flow", "asked", "layer")
_EVENT = ("conversation_id", "at", "flow", "version", "step", "kind", "detail")
_SOMETIMES_SAID = frozenset({"friend", "channel_user_key", "app_user_id"})
"""A message that leaves these out does not take them back."""
_FRIEND = {True: Friend.FRIEND.value, False: Friend.NONE.value, None: None}
_SPEAKERS = {"merchant": Speaker.USER}
"""Who else writes helps: which supporter that was stands in the access log and the events."""
_CONFLICTS = (sqlite3.IntegrityError, psycopg.IntegrityError)


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


class Store:
    """Reads and writes conversations.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wire = wire = Wire(database)
        of_key = and_(_I.c.conversation_id == _C.c.id, _I.c.key == bindparam("key"))
        self._load = wire.prepare(
            select(_C.c.id, _C.c.state, _C.c.owner, _C.c.revision, _I.c.reply)
            .select_from(_C.outerjoin(_I, of_key))
            .where(*(_C.c[name] == bindparam(name) for name in ("channel", "bot_id", "user_key")))
        )
        self._reply = wire.prepare(
            select(_I.c.reply).where(
                *(_I.c[name] == bindparam(name) for name in ("conversation_id", "key"))
            )
        )
        self._save = wire.prepare(
            update(_C)
            .where(_C.c.id == bindparam("row"), _C.c.revision == bindparam("seen"))
            .values({name: _kept(name) for name in _KEPT})
        )
        self._open = wire.prepare(insert(_C).returning(_C.c.id), _BORN)
        self._keep_reply = wire.prepare(
            insert(_I), ("conversation_id", "key", "reply", "received_at")
        )
        self._keep_turn = wire.prepare(insert(_T), _TURN)
        self._keep_event = wire.prepare(insert(_E), _EVENT)
        self._forget = wire.prepare(
            delete(_T).where(_T.c.conversation_id == bindparam("conversation_id"))
        )

    def load(self, inbound: Inbound, key: str) -> Loaded:
        """Read the conversation and, with it, the answer this message may already have."""
        params = {
            "key": key,
            "channel": inbound.channel,
            "bot_id": inbound.bot_id,
            "user_key": inbound.user_key,
        }
        with self._database.plain_reading() as cursor:
            row = cursor.execute(self._load, params).fetchone()
        if row is None:
            return Loaded(None, State(), Owner.BOT, 0, None)
        row_id, sealed, owner, revision, reply = row
        state = load(json.loads(crypto.ring().open(sealed, STATE))) if sealed else State()
        return Loaded(row_id, state, owner, revision, _opened(reply))

    def reply(self, conversation_id: int, key: str) -> bytes | None:
        """Return the bytes that were answered to a message."""
        params = {"conversation_id": conversation_id, "key": key}
        with self._database.plain_reading() as cursor:
            row = cursor.execute(self._reply, params).fetchone()
        return _opened(row[0]) if row else None

    def save(
        self, cursor: Any, loaded: Loaded, inbound: Inbound, state: State, record: Record
    ) -> int:
        """Write everything of a turn except its effects.

        Args:
            cursor: the driver's cursor inside the turn's transaction.
            loaded: what the turn started from.
            inbound: the message.
            state: the conversation afterwards.
            record: what else is kept.

        Returns:
            The conversation's id.

        Raises:
            ConflictError: another message of the same person was faster.
        """
        values = self._values(loaded, inbound, state, record)
        with _conflicts():
            if loaded.id is None:
                row_id = self._born(cursor, inbound, values)
            else:
                row_id = loaded.id
                values |= {"row": row_id, "seen": loaded.revision}
                if cursor.execute(self._save, values).rowcount != 1:
                    raise ConflictError(code="revision")
            self._append(cursor, row_id, state, record, inbound)
        return row_id

    def _values(
        self, loaded: Loaded, inbound: Inbound, state: State, record: Record
    ) -> dict[str, Any]:
        now = inbound.received_at
        plain = json.dumps(dump(state), ensure_ascii=False, separators=(",", ":")).encode()
        expires_at = now + timedelta(days=DRAFT_DAYS) if state.frames else None
        moment = self._wire.moment(now)
        return {
            "state": crypto.ring().seal(plain, STATE),
            "asked": record.asked,
            "flow": state.frames[-1].flow if state.frames else None,
            "revision": loaded.revision + 1,
            "friend": _FRIEND[inbound.is_friend],
            "channel_user_key": inbound.channel_user_key,
            "app_user_id": inbound.app_user_id,
            "expires_at": self._wire.moment(expires_at),
            "last_seen_at": moment,
            "updated_at": moment,
        }

    def _born(self, cursor: Any, inbound: Inbound, values: dict[str, Any]) -> int:
        row = values | {
            "public_id": self._wire.identifier(uuid.uuid4()),
            "channel": inbound.channel,
            "bot_id": inbound.bot_id,
            "user_key": inbound.user_key,
            "owner": Owner.BOT.value,
            "friend": values["friend"] or Friend.UNKNOWN.value,
            "created_at": values["updated_at"],
        }
        return int(cursor.execute(self._open, row).fetchone()[0])

    def _append(
        self, cursor: Any, row_id: int, state: State, record: Record, inbound: Inbound
    ) -> None:
        ring, moment = crypto.ring(), self._wire.moment(inbound.received_at)
        of = {"conversation_id": row_id}
        sealed = ring.seal(record.reply, REPLY)
        cursor.execute(
            self._keep_reply, of | {"key": record.key, "reply": sealed, "received_at": moment}
        )
        if record.forget:
            cursor.execute(self._forget, of)
            return
        said = None if record.said is None else ring.seal(record.said.encode(), SAID)
        turn = {
            "no": state.turns,
            "at": moment,
            "said": said,
            "answered": ring.seal(record.answered.encode(), ANSWERED),
            "speaker": _SPEAKERS.get(inbound.by, Speaker.STAFF).value,
            "flow": state.frames[-1].flow if state.frames else None,
            "asked": record.asked,
            "layer": record.layer,
        }
        cursor.execute(self._keep_turn, of | turn)
        if record.events:
            rows = [of | {"at": moment} | _event_values(event) for event in record.events]
            cursor.executemany(self._keep_event, rows)


def _kept(name: str) -> Any:
    given: Any = bindparam(name)
    return func.coalesce(given, _C.c[name]) if name in _SOMETIMES_SAID else given


@contextmanager
def _conflicts() -> Generator[None]:
    try:
        yield
    except _CONFLICTS as error:
        raise ConflictError(code="inbox") from error


def _opened(sealed: bytes | None) -> bytes | None:
    return crypto.ring().open(sealed, REPLY) if sealed is not None else None


def _event_values(event: Event) -> dict[str, Any]:
    return {
        "flow": event.flow,
        "version": event.version,
        "step": event.step,
        "kind": StepKind(event.kind).value,
        "detail": event.detail or None,
    }
