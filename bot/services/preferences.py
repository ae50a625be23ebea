"""How a person wants to be written to: which classes of messages, and between which hours.

A wish holds from the turn in which it is said: what is planned is put aside in the same
transaction, and whoever has a message in hand at that moment looks at the wishes again before
it goes out. What was put aside is taken up again when the person wants messages again, as far
as its time is still to come.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.outbox.notice import BY_LAW
from bot.outbox.plan import LATE
from bot.services.transaction import Transaction
from models.consent import MessagePreference
from models.outbox import MessageClass, Reminder
from models.session import touched
from models.states import ReminderState

CLASSES = tuple(message_class.value for message_class in MessageClass)
MARKETING = MessageClass.MARKETING.value
DAY = ("08:00", "21:00")
"""Between these hours we write to people, Korean time; "no messages at night" keeps them as a
wish of its own, which holds for urgent messages as well."""
SWITCHED_OFF = "switched_off"
"""Reason of what was put aside because the person wants no such messages."""
RECONFIRM_AFTER = timedelta(days=730)
"""Two years (Network Act 50(8))."""


def of(tx: Transaction, message_class: str) -> MessagePreference:
    """Return the preference of a class, made on first use; advertising starts switched off."""
    row = tx.session.scalars(
        select(MessagePreference).where(
            MessagePreference.conversation_id == tx.conversation_id,
            MessagePreference.message_class == message_class,
        )
    ).one_or_none()
    if row is None:
        row = MessagePreference(
            conversation_id=tx.conversation_id,
            message_class=message_class,
            enabled=message_class != MARKETING,
            changed_at=tx.now,
        )
        tx.session.add(row)
    return row


def prefer(tx: Transaction, message_class: str, *, enabled: bool) -> None:
    """Note whether a class of messages is wanted, and put aside or take up what is planned."""
    row = of(tx, message_class)
    row.enabled = enabled
    row.changed_at = tx.now
    if message_class == MARKETING:
        row.reconfirm_due = tx.now + RECONFIRM_AFTER if enabled else None
        row.night = bool(row.night) and enabled
    tx.session.flush()
    if enabled:
        take_up(tx.session, tx.conversation_id, (message_class,), tx.now)
    else:
        put_aside(tx.session, tx.conversation_id, (message_class,), tx.now)


def allow_night(tx: Transaction, *, allowed: bool) -> None:
    """Note the wish for advertising at night; it means nothing without the one for advertising."""
    row = of(tx, MARKETING)
    row.night = allowed and row.enabled
    row.changed_at = tx.now
    tx.session.flush()


def set_window(tx: Transaction, window: tuple[str, str] | None) -> None:
    """Write to this person between these hours only, `HH:MM`; None for the usual ones."""
    for message_class in CLASSES:
        row = of(tx, message_class)
        row.window_from, row.window_to = window or (None, None)
        row.changed_at = tx.now
    tx.session.flush()


def window_of(tx: Transaction) -> tuple[str, str] | None:
    """Return the hours that this person chose."""
    return chosen_window(of(tx, MessageClass.TRANSACTIONAL.value))


def chosen_window(row: MessagePreference | None) -> tuple[str, str] | None:
    """Return the hours that stand in a preference; None for the usual ones."""
    if row is None or row.window_from is None or row.window_to is None:
        return None
    return row.window_from, row.window_to


def put_aside(
    session: Session, conversation_id: int, classes: Collection[str], now: datetime
) -> int:
    """Cancel what is planned of these classes and return how many; what the law wants stays."""
    return touched(
        session,
        update(Reminder)
        .where(
            Reminder.conversation_id == conversation_id,
            Reminder.message_class.in_(classes),
            Reminder.state == ReminderState.SCHEDULED,
            Reminder.kind.not_like(f"{BY_LAW}%"),
        )
        .values(state=ReminderState.CANCELLED, reason=SWITCHED_OFF, updated_at=now),
    )


def take_up(session: Session, conversation_id: int, classes: Collection[str], now: datetime) -> int:
    """Plan again what was put aside and is still to come, and return how many.

    Whether there is still something to tell is looked at when it is sent, as always.
    """
    return touched(
        session,
        update(Reminder)
        .where(
            Reminder.conversation_id == conversation_id,
            Reminder.message_class.in_(classes),
            Reminder.state == ReminderState.CANCELLED,
            Reminder.reason == SWITCHED_OFF,
            Reminder.next_attempt_at >= now - LATE,
            Reminder.expires_at > now,
        )
        .values(state=ReminderState.SCHEDULED, reason=None, updated_at=now),
    )
