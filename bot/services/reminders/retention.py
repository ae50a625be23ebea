"""Members of whom nothing was heard for two years: told 30 days before all is deleted.

The law asks for no such rule any more; it is our own, and the notice announces it. Nobody is
deleted to whom the notice did not go out (`bot.services.inactive_members`).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, plan
from bot.outbox.timing import When
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.people import chat_of_merchant
from bot.services.reminders.wording import day_text
from models.conversation import Conversation
from models.kit import KitOrder
from models.merchant import Merchant, Store
from models.outbox import MessageClass
from models.session import Database
from models.states import MerchantState
from models.visit import STANDING, Visit

KEPT = timedelta(days=730)
"""Our own rule."""
NOTICE = timedelta(days=30)
SUBJECT = Merchant.__tablename__


def plan_retention(database: Database, now: datetime) -> int:
    """Plan a notice to everybody whose data would be deleted in 30 days; return how many."""
    return one_by_one(database, silent_since(now - KEPT + NOTICE), Merchant.id, _planned, now)


def _planned(session: Session, merchant_id: int, now: datetime) -> int:
    chat = chat_of_merchant(session, merchant_id)
    if chat is None:
        return 0
    about = About(
        conversation_id=chat,
        subject=SUBJECT,
        subject_id=merchant_id,
        anchor=now,
        key=str(last_heard(session, merchant_id)),
    )
    return plan(session, INACTIVE, about, now)


def silent_since(moment: datetime) -> Select[int]:
    """Return members of whom nothing was heard since a moment: no word, visit or order."""
    day: date = moment.astimezone(KST).date()
    wrote = exists().where(
        Conversation.merchant_id == Merchant.id,
        func.coalesce(Conversation.last_seen_at, Conversation.created_at) >= moment,
    )
    visited = exists().where(
        Visit.merchant_id == Merchant.id, Visit.day >= day, Visit.state.in_(STANDING)
    )
    ordered = exists().where(
        Store.merchant_id == Merchant.id,
        KitOrder.store_id == Store.id,
        KitOrder.created_at >= moment,
    )
    return select(Merchant.id).where(
        Merchant.state != MerchantState.ERASED,
        Merchant.created_at < moment,
        ~wrote,
        ~visited,
        ~ordered,
    )


def last_heard(session: Session, merchant_id: int) -> date:
    """Return the day in Korea on which a member was heard of last."""
    merchant = session.get_one(Merchant, merchant_id)
    wrote = session.scalar(
        select(func.max(func.coalesce(Conversation.last_seen_at, Conversation.created_at))).where(
            Conversation.merchant_id == merchant_id
        )
    )
    ordered = session.scalar(
        select(func.max(KitOrder.created_at))
        .join(Store, Store.id == KitOrder.store_id)
        .where(Store.merchant_id == merchant_id)
    )
    visited = session.scalar(
        select(func.max(Visit.day)).where(
            Visit.merchant_id == merchant_id, Visit.state.in_(STANDING)
        )
    )
    moments = [merchant.created_at, *filter(None, (wrote, ordered))]
    days = [moment.astimezone(KST).date() for moment in moments]
    return max([*days, *filter(None, (visited,))])


def _look(session: Session, due: Due) -> Values | Gone:
    silent = silent_since(due.now - KEPT + NOTICE).where(Merchant.id == due.subject_id)
    if session.execute(silent).first() is None:
        return Gone("active_again")
    return Values({"지울날": day_text(due.now + NOTICE)})


INACTIVE = Notice(
    kind="retention.inactive",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="nothing was heard for 700 days", lasts=timedelta(days=14)),
    look=_look,
    must_arrive=True,
)
NOTICES = (INACTIVE,)
