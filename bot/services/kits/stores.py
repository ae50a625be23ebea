"""The store that a kit is for, as it is called now."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from bot.services.kit_upkeep import LEFT, OVER, SHUT
from bot.services.registration.overview import merchant_of
from models.conversation import Conversation
from models.kit import KitOrder
from models.merchant import ChannelRegistration, Merchant, Store
from models.states import ChannelState

RUNS = (
    Store.state.not_in(SHUT),
    ChannelRegistration.state.not_in(OVER),
    Merchant.state.not_in(LEFT),
)
"""What holds of a store whose printed matter makes sense; of the three tables joined."""


@dataclass(frozen=True, slots=True)
class Printable:
    """What of a store can stand on printed matter.

    Attributes:
        public_id, search_id: of its channel; None before there is one, or while the vendor
            has blocked it.
    """

    store_id: int
    name: str
    market: str
    stall: str
    public_id: str | None
    search_id: str | None


def printable(store: Store, registration: ChannelRegistration) -> Printable:
    """Return how a store is called now."""
    blocked = registration.state is ChannelState.BLOCKED
    return Printable(
        store_id=store.id,
        name=store.name or "",
        market=store.market_name,
        stall=store.stall or "",
        public_id=None if blocked else registration.channel_public_id or None,
        search_id=registration.search_id or None,
    )


def newest_store(session: Session, conversation_id: int) -> Printable | None:
    """Return the store that the person of a conversation registered last and still runs."""
    return _one(
        session,
        _running()
        .join(Conversation, Conversation.merchant_id == Store.merchant_id)
        .where(Conversation.id == conversation_id)
        .order_by(Store.id.desc())
        .limit(1),
    )


def store_of(session: Session, store_id: int) -> Printable | None:
    """Return how a store is called now; None when it does not take part any more."""
    return _one(session, _running().where(Store.id == store_id))


def _running() -> Select[Store, ChannelRegistration]:
    return (
        select(Store, ChannelRegistration)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .where(*RUNS)
    )


def _one(session: Session, statement: Select[Store, ChannelRegistration]) -> Printable | None:
    found = session.execute(statement).first()
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
