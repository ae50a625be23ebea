"""A person takes over where messages about an application for payment come to their end.

Either the merchant was reminded three times and still owes something, or today is the day for
which we promised word. Kept apart from the reminders, because applications build on those.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.nlu.dates.almanac import workdays_on
from bot.services.documents import lock_conversation
from bot.services.handoff import open_task
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.documents import LOOKED_BACK
from bot.services.reminders.pay_scene import (
    AHEAD,
    SUBJECT,
    application_of,
    newest_since,
    next_thing,
)
from bot.services.reminders.pay_words import to_do
from bot.services.reminders.payments import MISSING, WAITING
from bot.services.reminders.people import has_left
from bot.services.reminders.series import steps
from bot.services.transaction import Transaction
from models.events import StateEvent
from models.outbox import Reminder
from models.payment import PayApplication
from models.session import Database
from models.states import Cause, PayState, record

ACTOR = "system"
MISSED, WORD = "pay_missing", "pay_word"
SUMMARY_MISSED = "결제 신청 {number}: 평일 열흘 넘게 멈춰 있어요. {what}"
SUMMARY_WORD = "결제 신청 {number}: 오늘 오후 4시까지 소식을 알려 드리기로 했어요."
OPENS = time(9)
Summary = Callable[[Session, Reminder, PayApplication], str | None]
"""Returns what a person has to know; None when there is nothing to do for one."""


def hand_over_payments(database: Database, now: datetime) -> int:
    """Open tickets for applications that stand still; return how many, each once."""
    done = one_by_one(
        database,
        _last_calls(now),
        Reminder.id,
        lambda session, found, at: _handed(session, found, MISSED, _missed, at),
        now,
    )
    if now.astimezone(KST).time() < OPENS:
        return done
    return done + one_by_one(
        database,
        _words_of_today(now),
        Reminder.id,
        lambda session, found, at: _handed(session, found, WORD, _word, at),
        now,
    )


def _last_calls(now: datetime) -> Select[int]:
    """Return the last reminders of series that are over, and were not handed over."""
    last = f"%:{len(steps(MISSING))}"
    return select(Reminder.id).where(
        Reminder.kind == MISSING.kind,
        Reminder.subject == SUBJECT,
        Reminder.dedup_key.like(last),
        Reminder.due_at <= now,
        Reminder.due_at > now - LOOKED_BACK,
        ~_noted(MISSED),
    )


def _words_of_today(now: datetime) -> Select[int]:
    """Return the words that are promised for today and not given yet."""
    midnight = datetime.combine(now.astimezone(KST).date(), time(), KST)
    return select(Reminder.id).where(
        Reminder.kind == WAITING.kind,
        Reminder.subject == SUBJECT,
        Reminder.state.in_(AHEAD),
        Reminder.due_at >= midnight,
        Reminder.due_at < midnight + timedelta(days=1),
        ~_noted(WORD),
    )


def _noted(reason: str) -> ColumnElement[bool]:
    return exists().where(
        StateEvent.entity == Reminder.__tablename__,
        StateEvent.entity_id == Reminder.id,
        StateEvent.idempotency_key == reason,
    )


def _handed(
    session: Session, reminder_id: int, reason: str, summary: Summary, now: datetime
) -> bool:
    message = session.get_one(Reminder, reminder_id)
    if message.conversation_id is None:
        return False
    lock_conversation(session, message.conversation_id)  # first, as every turn does
    row = application_of(session, message.subject_id)
    if row is None or has_left(session, row.merchant_id) or _is_known(session, message, reason):
        return False
    if reason == MISSED and now < _turn_of_people(message):
        return False
    what = summary(session, message, row)
    if what is None:
        return False
    cause = Cause(actor=ACTOR, key=reason, now=now, reason=reason)
    record(session, message, message.state, cause)  # with the message that came to nothing
    tx = Transaction(session, now, message.conversation_id, f"{reason}:{message.id}", ACTOR)
    open_task(tx, reason, summary=what)
    return True


def _missed(session: Session, message: Reminder, row: PayApplication) -> str | None:
    thing = next_thing(session, row)
    if thing is None or newest_since(session, row.id, MISSING.kind) != message.params["since"]:
        return None
    what = to_do(thing.key, thing.error_code)
    return SUMMARY_MISSED.format(number=row.number, what=what)


def _word(session: Session, message: Reminder, row: PayApplication) -> str | None:
    session.refresh(message)
    if message.state not in AHEAD or row.state is PayState.ERASED:
        return None
    return SUMMARY_WORD.format(number=row.number)


def _turn_of_people(message: Reminder) -> datetime:
    """Return when a person takes over: a working day after the last reminder."""
    last = message.due_at.astimezone(KST)
    return datetime.combine(workdays_on(last.date(), 1), last.time(), KST)


def _is_known(session: Session, message: Reminder, reason: str) -> bool:
    known = select(Reminder.id).where(Reminder.id == message.id, _noted(reason))
    return session.scalars(known).first() is not None
