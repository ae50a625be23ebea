"""The store that a kit is for, as it is called now."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from bot.services.registration.overview import merchant_of
from models.kit import KitOrder
from models.merchant import ChannelRegistration, Store
from models.states import StoreState

_GONE = (StoreState.CLOSED, StoreState.ERASED)


@dataclass(frozen=True, slots=True)
class Printable:
    """What of a store can stand on printed matter.

    Attributes:
        public_id, search_id: of its channel; None before there is one.
    """

    store_id: int
    name: str
    market: str
    stall: str
    public_id: str | None
    search_id: str | None


def printable(store: Store, registration: ChannelRegistration) -> Printable:
    """Return how a store is called now."""
    return Printable(
        store_id=store.id,
        name=store.name or "",
        market=store.market_name,
        stall=store.stall or "",
        public_id=registration.channel_public_id or None,
        search_id=registration.search_id or None,
    )


def newest_store(session: Session, conversation_id: int) -> Printable | None:
    """Return the store that the person of a conversation registered last and still runs."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return None
    found = session.execute(
        select(Store, ChannelRegistration)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .where(Store.merchant_id == merchant.id, Store.state.not_in(_GONE))
        .order_by(Store.id.desc())
        .limit(1)
    ).first()
    return printable(found[0], found[1]) if found else None


def store_of(session: Session, store_id: int) -> Printable | None:
    """Return how a store is called now; None when it is closed or erased."""
    found = session.execute(
        select(Store, ChannelRegistration)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .where(Store.id == store_id, Store.state.not_in(_GONE))
    ).first()
    return printable(found[0], found[1]) if found else None


def order_of(session: Session, conversation_id: int, order_id: int) -> KitOrder:
    """Return an order of the person of a conversation.

    Raises:
        RuleBrokenError: it is nobody's or somebody else's (code `not_yours`).
    """
    merchant = merchant_of(session, conversation_id)
    order = session.scalars(
        select(KitOrder)
        .join(Store, Store.id == KitOrder.store_id)
        .where(KitOrder.id == order_id, Store.merchant_id == (merchant.id if merchant else None))
    ).one_or_none()
    if order is None:
        raise RuleBrokenError("this conversation has no such order", code="not_yours")
    return order
