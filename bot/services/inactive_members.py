"""Deleting what is held of members who were not heard of for two years.

Nobody is deleted who was not told: the notice has to be there for 30 days, and not a word,
visit or order since. Who cannot be told is shown to a person instead.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from bot.services.access_log import Access, write
from bot.services.documents import lock_conversation
from bot.services.erasure import wipe
from bot.services.handoff import open_task
from bot.services.reminders.batches import each
from bot.services.reminders.consent import arrived
from bot.services.reminders.people import chat_of_merchant
from bot.services.reminders.retention import (
    INACTIVE,
    KEPT,
    NOTICE,
    SUBJECT,
    last_heard,
    silent_since,
)
from bot.services.transaction import Transaction
from models.conversation import Conversation
from models.events import StateEvent
from models.merchant import Merchant
from models.outbox import Reminder
from models.session import Database
from models.states import Cause, ReminderState, record

ACTOR = "system"
REASON = "member_inactive"
SUMMARY = "2년 넘게 소식이 없는데, 지운다는 알림이 가지 못했어요. 어떻게 할지 정해 주세요."
_ON_ITS_WAY = (
    ReminderState.SCHEDULED,
    ReminderState.CLAIMED,
    ReminderState.SENDING,
    ReminderState.ACCEPTED,
    ReminderState.DELIVERED,
)


def purge_inactive(database: Database, now: datetime) -> int:
    """Delete members who were told 30 days ago and did not come back; return how many."""
    silent = silent_since(now - KEPT)
    gone = sum(
        _purged(database, merchant_id, now)
        for merchant_id in each(database, silent.where(_told(now)), Merchant.id)
    )
    for merchant_id in each(database, silent.where(_out_of_reach(now)), Merchant.id):
        with database.transaction() as session:
            _ask_people(session, merchant_id, now)
    if gone:
        with database.transaction() as session:
            write(session, Access(ACTOR, "erase", "*", "retention", gone), now)
    return gone


def _notice(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a message the notice of this silence, not of an earlier one."""
    return (
        Reminder.subject == SUBJECT,
        Reminder.subject_id == Merchant.id,
        Reminder.kind == INACTIVE.kind,
        Reminder.created_at > now - KEPT,
    )


def _told(now: datetime) -> ColumnElement[bool]:
    since = func.coalesce(Reminder.delivered_at, Reminder.accepted_at)
    return exists().where(*_notice(now), arrived(), since <= now - NOTICE)


def _out_of_reach(now: datetime) -> ColumnElement[bool]:
    return ~exists().where(*_notice(now), Reminder.state.in_(_ON_ITS_WAY))


def _purged(database: Database, merchant_id: int, now: datetime) -> bool:
    with database.transaction() as session:
        chats = session.scalars(
            select(Conversation.id)
            .where(Conversation.merchant_id == merchant_id)
            .order_by(Conversation.id)
            .with_for_update()
        ).all()
        still = silent_since(now - KEPT).where(Merchant.id == merchant_id, _told(now))
        if not chats or session.execute(still).first() is None:
            return False  # came back in the meantime
        for chat in chats:
            wipe(Transaction(session, now, chat, f"retention:{merchant_id}:{chat}", ACTOR))
    return True


def _ask_people(session: Session, merchant_id: int, now: datetime) -> None:
    """Put a member who cannot be told on the people's list, once for each silence."""
    chat = chat_of_merchant(session, merchant_id)
    if chat is None:
        return
    lock_conversation(session, chat)
    merchant = session.get_one(Merchant, merchant_id)
    key = f"{REASON}:{last_heard(session, merchant_id)}"
    known = select(StateEvent.id).where(
        StateEvent.entity == Merchant.__tablename__,
        StateEvent.entity_id == merchant_id,
        StateEvent.idempotency_key == key,
    )
    if session.execute(known).first() is not None:
        return
    cause = Cause(actor=ACTOR, key=key, now=now, reason=REASON)
    record(session, merchant, merchant.state, cause)
    open_task(Transaction(session, now, chat, key, ACTOR), REASON, summary=SUMMARY)
