"""What a person may expect of us: the wishes that hold, what comes next, what came last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.templates import templates
from bot.services.consents import ALL
from bot.services.preferences import CLASSES, MARKETING
from models.consent import MessagePreference, Suppression, subject_of
from models.conversation import Conversation
from models.outbox import Reminder
from models.states import ReminderState

SHOWN = 3
"""More planned messages than these are not listed: nobody reads on."""
_ARRIVED = (ReminderState.ACCEPTED, ReminderState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Noted:
    """A message that is planned or was sent.

    Attributes:
        title: what it is called.
        at: when it is due, or when it went out; aware.
    """

    kind: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeOverview:
    """What a person may expect.

    Attributes:
        off: classes that are not sent; advertising is one of them until it is agreed to.
        window: the hours that the person chose, `HH:MM`; None for the usual ones.
        coming: what is planned next, the earliest first.
        last: what went out last; None when nothing did.
    """

    off: frozenset[str] = frozenset({MARKETING})
    window: tuple[str, str] | None = None
    coming: tuple[Noted, ...] = ()
    last: Noted | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing is sent at all."""
        return self.off.issuperset(CLASSES)


def notice_overview(session: Session, conversation_id: int) -> NoticeOverview:
    """Return what a person may expect."""
    rows = session.scalars(
        select(MessagePreference).where(MessagePreference.conversation_id == conversation_id)
    )
    wishes = {row.message_class: row for row in rows}
    enabled = {row.message_class for row in wishes.values() if row.enabled}
    off = {
        name for name in CLASSES if name not in enabled and (name in wishes or name == MARKETING)
    }
    if _is_stopped(session, conversation_id):
        off = set(CLASSES)
    chosen = next(
        (
            (row.window_from, row.window_to)
            for row in wishes.values()
            if row.window_from and row.window_to
        ),
        None,
    )
    coming = _coming(session, conversation_id, off)
    return NoticeOverview(frozenset(off), chosen, coming, _last(session, conversation_id))


def _is_stopped(session: Session, conversation_id: int) -> bool:
    subject = subject_of(session.get_one(Conversation, conversation_id))
    known = select(Suppression.id).where(
        Suppression.subject_hmac == subject, Suppression.message_class == ALL
    )
    return session.execute(known).first() is not None


def _coming(session: Session, conversation_id: int, off: set[str]) -> tuple[Noted, ...]:
    rows = session.execute(
        select(Reminder.kind, Reminder.next_attempt_at)
        .where(
            Reminder.conversation_id == conversation_id,
            Reminder.state == ReminderState.SCHEDULED,
            Reminder.message_class.not_in(off),
        )
        .order_by(Reminder.next_attempt_at, Reminder.id)
        .limit(SHOWN)
    )
    return tuple(Noted(kind, _title(kind), at) for kind, at in rows)


def _last(session: Session, conversation_id: int) -> Noted | None:
    newest = session.execute(
        select(Reminder.kind, Reminder.accepted_at)
        .where(
            Reminder.conversation_id == conversation_id,
            Reminder.state.in_(_ARRIVED),
            Reminder.accepted_at.is_not(None),
        )
        .order_by(Reminder.accepted_at.desc())
        .limit(1)
    ).first()
    return Noted(newest.kind, _title(newest.kind), newest.accepted_at) if newest else None


def _title(kind: str) -> str:
    template = templates().get(kind)
    return template.title if template else ""
