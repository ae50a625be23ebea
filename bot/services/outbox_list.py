"""Messages of the outbox in a list: for commands and the console. No words, no addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.conversation import Conversation
from models.field import FieldChat
from models.outbox import Reminder
from models.states import ReminderState


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
    conversation_id: int | None = None
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


def entries(session: Session, wanted: Wanted) -> list[Entry]:
    """Return the messages, those planned last first."""
    columns = [getattr(Reminder, name) for name in Entry.__slots__]
    statement = select(*columns).order_by(Reminder.id.desc()).limit(wanted.limit)
    if wanted.states:
        statement = statement.where(Reminder.state.in_(wanted.states))
    if wanted.kind:
        statement = statement.where(Reminder.kind.startswith(wanted.kind, autoescape=True))
    if wanted.conversation_id is not None:
        statement = statement.where(Reminder.conversation_id == wanted.conversation_id)
    if wanted.before is not None:
        statement = statement.where(Reminder.id < wanted.before)
    if wanted.user_key:
        whose = select(Conversation.id).where(Conversation.user_key == wanted.user_key)
        theirs = select(FieldChat.supporter_id).where(FieldChat.conversation_id.in_(whose))
        statement = statement.where(
            or_(Reminder.conversation_id.in_(whose), Reminder.supporter_id.in_(theirs))
        )
    return [Entry(**row) for row in session.execute(statement).mappings()]


def count_by_state(session: Session) -> dict[ReminderState, int]:
    """Return how many messages are in each state; all states, also the empty ones."""
    statement = select(Reminder.state, func.count()).group_by(Reminder.state)
    found = dict(session.execute(statement).all())
    return {state: found.get(state, 0) for state in ReminderState}
