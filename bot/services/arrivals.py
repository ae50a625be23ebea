"""What reached somebody without having been asked for, and when something may be next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.outbox.claim import WAITING
from bot.outbox.templates import Tap
from bot.services.reminders.pay_office import OWNER_LINK
from models.conversation import Conversation
from models.field import FieldChat
from models.outbox import Reminder
from models.states import ReminderState

ARRIVED = (ReminderState.ACCEPTED, ReminderState.DELIVERED)
MOST = 60
"""The newest ones are enough for a chat on a screen."""

_Row = tuple[str, int, str, datetime, dict[str, Any], str | None]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it went out.

    Attributes:
        id: number of the row.
        kind: which notice.
        at: when it was taken, aware.
        text: what it says.
        buttons: what can be tapped; one without a link says its label.
        sender: who carried it.
    """

    id: int
    kind: str
    at: datetime
    text: str
    buttons: tuple[Tap, ...]
    sender: str


def arrived(session: Session, user_keys: Sequence[str]) -> Mapping[str, list[Arrival]]:
    """Return what reached these persons, the oldest first; people without any are left out.

    Args:
        session: a reading session.
        user_keys: the vendor's ids of the persons; supporters by the chat that they linked.
    """
    found: dict[str, dict[int, Arrival]] = {}
    for statement in (_to_merchants(), _to_supporters()):
        wanted = statement.where(Conversation.user_key.in_(user_keys))
        for row in session.execute(wanted):
            found.setdefault(row[0], {})[row[1]] = _arrival(row)
    return {
        key: sorted(of_one.values(), key=lambda each: (each.at, each.id))
        for key, of_one in found.items()
    }


def next_moment(session: Session, after: datetime) -> datetime | None:
    """Return when the outbox has something to look at next, later than `after`."""
    statement = select(func.min(Reminder.next_attempt_at)).where(
        WAITING, Reminder.next_attempt_at > after
    )
    return session.scalar(statement)


def _to_merchants() -> Select[*_Row]:
    """Return what went into chats; what the owner is asked goes to the owner's telephone."""
    here = Reminder.kind != OWNER_LINK.kind
    return _said().join(Conversation, Conversation.id == Reminder.conversation_id).where(here)


def _to_supporters() -> Select[*_Row]:
    return (
        _said()
        .join(FieldChat, FieldChat.supporter_id == Reminder.supporter_id)
        .join(Conversation, Conversation.id == FieldChat.conversation_id)
    )


def _said() -> Select[*_Row]:
    statement: Select[*_Row] = (
        select(
            Conversation.user_key,
            Reminder.id,
            Reminder.kind,
            Reminder.accepted_at,
            Reminder.said,
            Reminder.sender,
        )
        .select_from(Reminder)
        .where(
            Reminder.state.in_(ARRIVED),
            Reminder.accepted_at.is_not(None),
            Reminder.said.is_not(None),
        )
        .order_by(Reminder.accepted_at.desc(), Reminder.id.desc())
        .limit(MOST)
    )
    return statement


def _arrival(row: _Row) -> Arrival:
    _, number, kind, at, said, sender = row
    buttons = tuple(Tap(**each) for each in said["buttons"])
    return Arrival(number, kind, at, said["text"], buttons, sender or "")
