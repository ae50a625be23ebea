"""What the people of the programme see of one order; lists are in `bot.services.kits.board`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.services.kits.files import PageItem, items_of
from bot.services.kits.links import ScanCount, scan_counts
from bot.services.kits.moving import steps_from
from bot.services.kits.overview import is_file_ready
from models.events import StateEvent
from models.kit import KitOrder
from models.market import Market
from models.merchant import Store
from models.states import KitState


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in short.

    Attributes:
        store_name: as it is printed; "" after an erasure.
        market: as it is printed, else the market of the list that the store lies in.
    """

    id: int
    number: str
    state: KitState
    reason: str | None
    store_name: str
    market: str
    items: Mapping[str, int]
    size: str | None
    delivery: str
    is_outdated: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of state."""

    before: str | None
    after: str
    reason: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with everything about it.

    Attributes:
        storage_key: for `bot.services.kits.read_file`; also where files are not given out
            any more, as long as they exist.
        report: what the check before printing found; None before it was made.
        history: the oldest first.
        steps: what may be set by hand now.
        scans: of the store's short links.
        note: what the merchant said about a problem.
    """

    row: OrderRow
    store_id: int
    conversation_id: int | None
    theme: str
    phrase: str | None
    stall: str
    languages: tuple[str, ...]
    channel_public_id: str | None
    search_id: str | None
    items: tuple[PageItem, ...]
    storage_key: str | None
    is_file_ready: bool
    report: Mapping[str, Any] | None
    note: str | None
    reorder_of: str | None
    history: tuple[HistoryLine, ...]
    steps: tuple[KitState, ...]
    scans: tuple[ScanCount, ...]


def detail_of(session: Session, order_id: int, since: date) -> OrderDetail | None:
    """Return one order, scans counted in all and since a day in Korea; None for no such one."""
    found = session.execute(_rows().where(KitOrder.id == order_id)).first()
    if found is None:
        return None
    order, listed = found
    return OrderDetail(
        row=_row(order, listed),
        store_id=order.store_id,
        conversation_id=order.conversation_id,
        theme=order.theme,
        phrase=order.phrase,
        stall=order.stall or "",
        languages=tuple(order.languages),
        channel_public_id=order.channel_public_id,
        search_id=order.search_id,
        items=items_of(session, order),
        storage_key=order.storage_key,
        is_file_ready=is_file_ready(order),
        report=order.report,
        note=order.note,
        reorder_of=_number_of(session, order.reorder_of),
        history=_history(session, order.id),
        steps=steps_from(order.state),
        scans=tuple(scan_counts(session, order.store_id, since)),
    )


def _rows() -> Select[KitOrder, str | None]:
    return (
        select(KitOrder, Market.name)
        .join(Store, Store.id == KitOrder.store_id)
        .outerjoin(Market, Market.id == Store.market_id)
    )


def _row(order: KitOrder, listed: str | None) -> OrderRow:
    return OrderRow(
        id=order.id,
        number=order.number,
        state=order.state,
        reason=order.reason,
        store_name=order.store_name or "",
        market=order.market or listed or "",
        items=order.items,
        size=order.size,
        delivery=order.delivery.value,
        is_outdated=order.is_outdated,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )


def _number_of(session: Session, order_id: int | None) -> str | None:
    if order_id is None:
        return None
    return session.scalars(select(KitOrder.number).where(KitOrder.id == order_id)).one_or_none()


def _history(session: Session, order_id: int) -> tuple[HistoryLine, ...]:
    events = session.scalars(
        select(StateEvent)
        .where(StateEvent.entity == KitOrder.__tablename__, StateEvent.entity_id == order_id)
        .order_by(StateEvent.id)
    )
    return tuple(
        HistoryLine(event.from_state, event.to_state, event.reason, event.actor, event.at)
        for event in events
    )
