"""What happens on the waiting list and has to be told."""

from dataclasses import replace

from bot.outbox.plan import About, plan
from bot.services.reminders.people import chat_of_merchant
from bot.services.reminders.visit_waiting import OFFER, WAIT_OVER
from bot.services.transaction import Transaction
from models.visit import VisitRequest, WaitlistEntry


def time_offered(tx: Transaction, entry: WaitlistEntry, visit_id: int) -> None:
    """Tell that a time is kept for the answer."""
    about = _about(tx, entry, str(visit_id))
    if about is not None:
        params = {"visit_id": visit_id}
        about = replace(about, expires_at=entry.offer_expires_at, params=params)
        plan(tx.session, OFFER, about, tx.now)


def waited_in_vain(tx: Transaction, entry: WaitlistEntry) -> None:
    """Tell that no time became free on the days that were waited for."""
    about = _about(tx, entry, f"{entry.latest:%Y%m%d}")
    if about is not None:
        plan(tx.session, WAIT_OVER, about, tx.now)


def _about(tx: Transaction, entry: WaitlistEntry, key: str) -> About | None:
    request = tx.session.get_one(VisitRequest, entry.request_id)
    chat = chat_of_merchant(tx.session, request.merchant_id)
    if chat is None:
        return None
    return About(
        conversation_id=chat,
        subject=WaitlistEntry.__tablename__,
        subject_id=entry.id,
        anchor=tx.now,
        key=key,
    )
