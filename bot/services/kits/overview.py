"""What a merchant has ordered. Read only; two small queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.kits.orders import can_cancel
from bot.services.kits.stores import newest_store
from models.conversation import Conversation
from models.kit import KitOrder
from models.merchant import Store
from models.states import KitState

NEWEST = 10
_TAKEN_AWAY = (
    KitState.FAILED,
    KitState.CANCELLED,
    KitState.REVOKE_REQUIRED,
    KitState.REVOKED,
    KitState.ERASED,
)
"""In these states nobody is given the files."""


@dataclass(frozen=True, slots=True)
class KitLine:
    """One order.

    Attributes:
        number: `K-4821`.
        reason: a `KitProblem`, or the code of what stopped the rendering.
        items: as ordered, by the short names of the chat.
        is_file_ready: whether the download page has files.
        is_outdated: what is printed differs from how the store is called now.
        can_cancel: nothing is printed yet.
    """

    id: int
    number: str
    state: KitState
    reason: str | None
    items: Mapping[str, int]
    size: str | None
    theme: str
    phrase: str | None
    delivery: str
    languages: tuple[str, ...]
    created_at: datetime
    is_file_ready: bool
    is_outdated: bool
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class KitOverview:
    """What there is to know before and after ordering.

    Attributes:
        store_id, store_name: the store that an order would be for.
        has_channel: the address of its channel is known; without it an order waits.
        orders: the newest first.
    """

    store_id: int
    store_name: str
    has_channel: bool
    orders: tuple[KitLine, ...]

    @property
    def newest(self) -> KitLine | None:
        """The order that was made last."""
        return self.orders[0] if self.orders else None


def kit_overview(session: Session, conversation_id: int) -> KitOverview | None:
    """Return what the person of a conversation may order and has ordered; None without a store."""
    store = newest_store(session, conversation_id)
    if store is None:
        return None
    return KitOverview(
        store_id=store.store_id,
        store_name=store.name,
        has_channel=store.public_id is not None,
        orders=tuple(_line(order) for order in orders_of(session, conversation_id, NEWEST)),
    )


def orders_of(session: Session, conversation_id: int, limit: int | None = None) -> list[KitOrder]:
    """Return the orders of all stores of a person, the newest first."""
    statement = (
        select(KitOrder)
        .join(Store, Store.id == KitOrder.store_id)
        .join(Conversation, Conversation.merchant_id == Store.merchant_id)
        .where(Conversation.id == conversation_id, KitOrder.state != KitState.ERASED)
        .order_by(KitOrder.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def is_file_ready(order: KitOrder) -> bool:
    """Tell whether an order has files that may be given out."""
    return order.storage_key is not None and order.state not in _TAKEN_AWAY


def _line(order: KitOrder) -> KitLine:
    return KitLine(
        id=order.id,
        number=order.number,
        state=order.state,
        reason=order.reason,
        items=order.items,
        size=order.size,
        theme=order.theme,
        phrase=order.phrase,
        delivery=order.delivery.value,
        languages=tuple(order.languages),
        created_at=order.created_at,
        is_file_ready=is_file_ready(order),
        is_outdated=order.is_outdated,
        can_cancel=can_cancel(order.state),
    )
