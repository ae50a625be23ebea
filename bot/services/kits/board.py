"""The console's questions: what waits for whom, what is to be printed, how codes are used."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.services.kits.files import title_of
from bot.services.kits.stores import store_of
from models.kit import KitDelivery, KitItem, KitLink, KitOrder, KitScan
from models.market import Market
from models.merchant import Store
from models.states import KitState

HANDED_OVER_NEXT = (KitState.PRINTED, KitState.READY_PICKUP, KitState.SHIPPED)
"""On paper, and not in the merchant's hands yet."""
MOST_SCANS = 366


@dataclass(frozen=True, slots=True)
class Piece:
    """One product of an order.

    Attributes:
        is_decoded: its codes were read in the finished file and say what they should.
    """

    product: str
    title: str
    quantity: int
    is_decoded: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the list, or of the queue.

    Attributes:
        store_name: as it is printed, else as it is registered.
        since: when the present state began.
        storage_key: for `bot.services.kits.read_file`; None when there are no files.
    """

    id: int
    number: str
    store_id: int
    state: KitState
    reason: str | None
    store_name: str
    market: str
    delivery: KitDelivery
    is_outdated: bool
    created_at: datetime
    since: datetime
    storage_key: str | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many orders wait for a person, by what is to be done."""

    failed: int
    problem: int
    to_print: int
    to_hand_over: int
    to_revoke: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.failed + self.problem + self.to_print + self.to_hand_over + self.to_revoke


_ON_PAPER = and_(KitOrder.state == KitState.PREFLIGHTED, KitOrder.delivery != KitDelivery.FILE)
"""Made and checked, and nobody has sent it to a printer; an order of files waits for nobody."""
DUTIES: Mapping[str, ColumnElement[bool]] = {
    "failed": KitOrder.state == KitState.FAILED,
    "problem": KitOrder.state == KitState.PROBLEM,
    "to_print": or_(KitOrder.state == KitState.QUEUED_PRINT, _ON_PAPER),
    "to_hand_over": KitOrder.state.in_(HANDED_OVER_NEXT),
    "to_revoke": KitOrder.state == KitState.REVOKE_REQUIRED,
}
"""What is to be done -> which orders wait for it; in the order of `Waiting`."""


def waiting(session: Session) -> Waiting:
    """Return how many orders wait for a person; one statement."""
    counts = (func.count().filter(which) for which in DUTIES.values())
    row = session.execute(select(*counts).select_from(KitOrder)).one()
    return Waiting(*(int(count) for count in row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders a list shows.

    Attributes:
        state: one state; None for any.
        duty: a key of `DUTIES`; "" for any.
        market: part of a market's name.
        number: of one order, as people say it: `K-4821`, `k4821` or `4821`; "" for any.
    """

    state: KitState | None = None
    duty: str = ""
    market: str = ""
    delivery: KitDelivery | None = None
    number: str = ""


def board(
    session: Session, wanted: Wanted, *, offset: int = 0, limit: int | None = None
) -> list[BoardRow]:
    """Return orders, the newest first."""
    statement = _rows(wanted).order_by(KitOrder.id.desc()).offset(offset)
    return _lines(session, statement.limit(limit) if limit else statement)


def _rows(wanted: Wanted) -> Select[KitOrder, Store, str | None]:
    statement = (
        select(KitOrder, Store, Market.name)
        .join(Store, Store.id == KitOrder.store_id)
        .outerjoin(Market, Market.id == Store.market_id)
    )
    if wanted.state is not None:
        statement = statement.where(KitOrder.state == wanted.state)
    if wanted.duty in DUTIES:
        statement = statement.where(DUTIES[wanted.duty])
    if wanted.delivery is not None:
        statement = statement.where(KitOrder.delivery == wanted.delivery)
    if wanted.number:
        digits = wanted.number.upper().removeprefix("K").strip(" -")
        statement = statement.where(KitOrder.number == f"K-{digits}")
    if wanted.market:
        is_named = Store.market_name.contains(wanted.market, autoescape=True)
        is_listed = Market.name.contains(wanted.market, autoescape=True)
        statement = statement.where(or_(is_named, is_listed))
    return statement


def to_print(session: Session, ids: Collection[int] | None = None) -> list[BoardRow]:
    """Return what waits for the printer, the longest waiting first.

    Args:
        session: for reading.
        ids: only these orders; None for all.
    """
    statement = _rows(Wanted(state=KitState.QUEUED_PRINT)).order_by(KitOrder.id)
    if ids is not None:
        statement = statement.where(KitOrder.id.in_(ids))
    return _lines(session, statement)


def line_of(session: Session, order_id: int) -> BoardRow | None:
    """Return one order; None when there is no such one."""
    found = _lines(session, _rows(Wanted()).where(KitOrder.id == order_id))
    return found[0] if found else None


def has_channel(session: Session, order_id: int) -> bool:
    """Tell whether the store of an order has a channel that a code can lead to."""
    store_id = session.scalars(
        select(KitOrder.store_id).where(KitOrder.id == order_id)
    ).one_or_none()
    store = store_of(session, store_id) if store_id is not None else None
    return store is not None and store.public_id is not None


def _lines(session: Session, statement: Select[KitOrder, Store, str | None]) -> list[BoardRow]:
    found = session.execute(statement).all()
    pieces = _pieces(session, [order.id for order, _, _ in found])
    return [
        BoardRow(
            id=order.id,
            number=order.number,
            store_id=order.store_id,
            state=order.state,
            reason=order.reason,
            store_name=order.store_name or store.name or "",
            market=order.market or listed or store.market_name or "",
            delivery=order.delivery,
            is_outdated=order.is_outdated,
            created_at=order.created_at,
            since=order.updated_at,
            storage_key=order.storage_key,
            pieces=tuple(pieces.get(order.id, ())),
        )
        for order, store, listed in found
    ]


def _pieces(session: Session, orders: list[int]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    items = select(KitItem).where(KitItem.order_id.in_(orders)).order_by(KitItem.id)
    for item in session.scalars(items):
        piece = Piece(item.product, title_of(item.product), item.quantity, item.is_decoded)
        found.setdefault(item.order_id, []).append(piece)
    return found


@dataclass(frozen=True, slots=True)
class ScanDays:
    """How often one code was followed, day by day.

    Attributes:
        days: number of visits on every day that was asked for, the earliest first.
        total: since the code exists.
    """

    code: str
    title: str
    is_revoked: bool
    days: tuple[int, ...]
    total: int


def scan_days(session: Session, store_id: int, last: date, days: int) -> list[ScanDays]:
    """Return how often the codes of a store were followed on the days up to `last`.

    Args:
        session: for reading.
        store_id: whose codes.
        last: the last day, in Korea.
        days: how many.
    """
    span = [last - timedelta(days=back) for back in reversed(range(min(days, MOST_SCANS)))]
    found = session.execute(
        select(KitLink, KitScan.day, KitScan.count)
        .outerjoin(KitScan, KitScan.link_id == KitLink.id)
        .where(KitLink.store_id == store_id)
        .order_by(KitLink.id)
    )
    links: dict[int, KitLink] = {}
    counts: dict[int, dict[date, int]] = {}
    for link, day, count in found:
        links[link.id] = link
        by_day = counts.setdefault(link.id, {})
        if day is not None:
            by_day[day] = count
    return [
        ScanDays(
            code=link.code,
            title=title_of(link.product),
            is_revoked=link.revoked_at is not None,
            days=tuple(counts[number].get(day, 0) for day in span),
            total=sum(counts[number].values()),
        )
        for number, link in links.items()
    ]


def scan_totals(session: Session) -> dict[tuple[int, str], int]:
    """Return how often codes were followed in all, by store and product."""
    statement = (
        select(KitLink.store_id, KitLink.product, func.sum(KitScan.count))
        .join(KitScan, KitScan.link_id == KitLink.id)
        .group_by(KitLink.store_id, KitLink.product)
    )
    return {(store, product): int(total) for store, product, total in session.execute(statement)}
