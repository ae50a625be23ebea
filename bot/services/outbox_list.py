"""Messages of the outbox in a list: for commands and the console. No words, no addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from models.conversation import Conversation
from models.field import FieldChat
from models.merchant import ChannelRegistration, Store
from models.outbox import Reminder
from models.states import ReminderState
from models.supporter import Supporter

TROUBLE = text("reminder.state IN ('unknown', 'dead')")
"""Somebody has to look at it; written out, so that the partial index is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages; everything that is left out does not matter.

    Attributes:
        kinds: a kind, or how kinds begin: `visit.`.
        user_key: of a merchant, or of the chat that a supporter linked.
        before: only numbers below this one, for the next page.
    """

    states: Sequence[ReminderState] = ()
    kind: str = ""
    user_key: str = ""
    merchant_id: int | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a list."""

    id: int
    kind: str
    state: ReminderState
    due_at: datetime
    next_attempt_at: datetime
    accepted_at: datetime | None
    sender: str | None
    attempts: int
    reason: str | None
    conversation_id: int | None
    supporter_id: int | None


def in_trouble(session: Session, limit: int) -> list[Entry]:
    """Return the messages that somebody has to look at, the newest trouble first."""
    newest = select(*_columns()).where(TROUBLE).order_by(Reminder.updated_at.desc()).limit(limit)
    return [Entry(**row) for row in session.execute(newest).mappings()]


def count_trouble(session: Session) -> dict[ReminderState, int]:
    """Return how many messages somebody has to look at, by state."""
    statement = select(Reminder.state, func.count()).where(TROUBLE).group_by(Reminder.state)
    found = dict(session.execute(statement).all())
    return {state: found.get(state, 0) for state in (ReminderState.DEAD, ReminderState.UNKNOWN)}


def _columns() -> list[Any]:
    return [getattr(Reminder, name) for name in Entry.__slots__]


def entries(session: Session, wanted: Wanted) -> list[Entry]:
    """Return the messages, those planned last first."""
    statement = select(*_columns()).order_by(Reminder.id.desc()).limit(wanted.limit)
    if wanted.states:
        statement = statement.where(Reminder.state.in_(wanted.states))
    if wanted.kind:
        statement = statement.where(Reminder.kind.startswith(wanted.kind, autoescape=True))
    if wanted.merchant_id is not None:
        theirs = select(Conversation.id).where(Conversation.merchant_id == wanted.merchant_id)
        statement = statement.where(Reminder.conversation_id.in_(theirs))
    if wanted.before is not None:
        statement = statement.where(Reminder.id < wanted.before)
    if wanted.user_key:
        whose = select(Conversation.id).where(Conversation.user_key == wanted.user_key)
        of_work = select(FieldChat.supporter_id).where(FieldChat.conversation_id.in_(whose))
        statement = statement.where(
            or_(Reminder.conversation_id.in_(whose), Reminder.supporter_id.in_(of_work))
        )
    return [Entry(**row) for row in session.execute(statement).mappings()]


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a message is for, as operators know them.

    Attributes:
        name: of the store, or of the supporter; "" for somebody without either.
        registration_id: the page to open; None where there is none.
    """

    name: str = ""
    registration_id: int | None = None


def places(session: Session, found: Sequence[Entry]) -> dict[int, Place]:
    """Return number of a message -> whom it is for; people without a name are left out."""
    talks = {each.conversation_id for each in found if each.conversation_id is not None}
    workers = {each.supporter_id for each in found if each.supporter_id is not None}
    stores = {
        row.id: Place(row.name or "", row.registration)
        for row in session.execute(
            select(Conversation.id, Store.name, ChannelRegistration.id.label("registration"))
            .join(Store, Store.merchant_id == Conversation.merchant_id)
            .outerjoin(ChannelRegistration, ChannelRegistration.store_id == Store.id)
            .where(Conversation.id.in_(talks))
            .order_by(Store.id)
        )
    }
    team = {
        row.id: Place(row.name)
        for row in session.execute(
            select(Supporter.id, Supporter.name).where(Supporter.id.in_(workers))
        )
    }
    known = {
        each.id: stores.get(each.conversation_id or 0) or team.get(each.supporter_id or 0)
        for each in found
    }
    return {number: place for number, place in known.items() if place}


def count_by_state(session: Session) -> dict[ReminderState, int]:
    """Return how many messages are in each state; all states, also the empty ones."""
    statement = select(Reminder.state, func.count()).group_by(Reminder.state)
    found = dict(session.execute(statement).all())
    return {state: found.get(state, 0) for state in ReminderState}
