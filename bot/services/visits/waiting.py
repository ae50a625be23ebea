"""The waiting list: who wanted a time that was not free."""

from sqlalchemy import select

from bot.services.transaction import Transaction
from models.states import WaitState, move
from models.visit import WaitlistEntry


def accept_offer(tx: Transaction, visit_id: int) -> None:
    """Close the place on the waiting list that a confirmed visit came from, if any."""
    entry = tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.offered_visit_id == visit_id, WaitlistEntry.state == WaitState.OFFERED
        )
    ).one_or_none()
    if entry is not None:
        move(tx.session, entry, WaitState.ACCEPTED, tx.cause(f"accepted:{entry.id}"))
        entry.offer_expires_at, entry.updated_at = None, tx.now
