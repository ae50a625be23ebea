"""What a person may expect of us: the wishes that hold, what comes next, what came last."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.hours import hours_for, opening
from bot.outbox.people import NO_WISHES, wishes_of
from bot.outbox.templates import templates
from bot.services.consents import ALL
from bot.services.preferences import CLASSES, MARKETING, chosen_window
from models.consent import MessagePreference, Suppression, subject_of
from models.conversation import Conversation
from models.outbox import MessageClass, Reminder
from models.states import ReminderState

SHOWN = 2
"""More planned messages than these are not listed: three short lines are read."""
OF_ALL = MessageClass.TRANSACTIONAL.value
"""The class whose hours are shown: they are chosen for all classes together."""
_ARRIVED = (ReminderState.ACCEPTED, ReminderState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Noted:
    """A message that is planned or was sent.

    Attributes:
        title: what it is called.
        at: when it is to go out, the person's own hours considered, or when it went out; aware.
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


def notice_overview(session: Session, conversation_id: int) -> NoticeOverview:
    """Return what a person may expect."""
    rows = session.scalars(
        select(MessagePreference).where(MessagePreference.conversation_id == conversation_id)
    )
    wishes = {row.message_class: row for row in rows}
    off = frozenset(CLASSES)
    if not _is_stopped(session, conversation_id):
        off = frozenset(name for name in CLASSES if not _is_on(name, wishes.get(name)))
    return NoticeOverview(
        off=off,
        window=chosen_window(wishes.get(OF_ALL)),
        coming=_coming(session, conversation_id, off, wishes),
        last=_last(session, conversation_id),
    )


def _is_on(name: str, row: MessagePreference | None) -> bool:
    return row.enabled if row else name != MARKETING


def _is_stopped(session: Session, conversation_id: int) -> bool:
    subject = subject_of(session.get_one(Conversation, conversation_id))
    known = select(Suppression.id).where(
        Suppression.subject_hmac == subject, Suppression.message_class == ALL
    )
    return session.execute(known).first() is not None


def _coming(
    session: Session,
    conversation_id: int,
    off: Collection[str],
    wishes: Mapping[str, MessagePreference],
) -> tuple[Noted, ...]:
    rows = session.execute(
        select(
            Reminder.kind,
            Reminder.message_class,
            Reminder.next_attempt_at,
            Reminder.expires_at,
        )
        .where(
            Reminder.conversation_id == conversation_id,
            Reminder.state == ReminderState.SCHEDULED,
            Reminder.message_class.not_in(off),
        )
        .order_by(Reminder.next_attempt_at, Reminder.id)
    )
    found = []
    for kind, message_class, due, expires in rows:
        wish = wishes.get(message_class.value)
        wanted = wishes_of(wish) if wish else NO_WISHES
        at = opening(due, expires, hours_for(message_class, wanted))
        if at is not None:
            found.append(Noted(kind, _title(kind), at))
    return tuple(sorted(found, key=lambda noted: noted.at)[:SHOWN])


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
