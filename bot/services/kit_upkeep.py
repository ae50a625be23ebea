"""What becomes of printed matter when its store is renamed, closes, or is erased.

Kept apart from `bot.services.kits`, which builds on registrations, because the use cases of
registrations call it.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from bot.services.handoff import open_task
from bot.services.transaction import Transaction
from kits.catalog import PRODUCTS
from models.conversation import Conversation
from models.kit import KitItem, KitLink, KitOrder
from models.merchant import ChannelRegistration, Merchant, Store
from models.session import Database
from models.states import Cause, ChannelState, KitState, MerchantState, StoreState, move

OPEN = (
    KitState.CONFIRMED,
    KitState.RENDERED,
    KitState.PREFLIGHTED,
    KitState.QUEUED_PRINT,
    KitState.FAILED,
)
"""Nothing is printed yet."""
OUT = (
    KitState.PRINTED,
    KitState.SHIPPED,
    KitState.READY_PICKUP,
    KitState.DELIVERED,
    KitState.PROBLEM,
    KitState.REORDERED,
)
"""Something printed is, or may be, out there."""
LEFT = (MerchantState.CLOSED, MerchantState.WITHDRAWN, MerchantState.ERASED)
"""Merchants who do not take part any more."""
SHUT = (StoreState.CLOSED, StoreState.ERASED)
"""Stores that do not sell any more."""
OVER = (ChannelState.CLOSED, ChannelState.WITHDRAWN, ChannelState.ERASED)
"""Channels that customers cannot add any more."""
PAYMENT_PRODUCTS = frozenset(p.id for p in PRODUCTS.values() if p.code == "payment")
"""Products that carry a provider's payment code."""
FILES_KEPT = timedelta(days=180)
"""Our own rule: half a year after the last change; the same can be rendered again."""
_MADE = (KitState.RENDERED, KitState.PREFLIGHTED, KitState.QUEUED_PRINT, *OUT)
_DONE_WITH = (
    KitState.DELIVERED,
    KitState.CANCELLED,
    KitState.REORDERED,
    KitState.FAILED,
    KitState.REVOKED,
    KitState.REVOKE_REQUIRED,
)
_SEALED = ("phrase", "store_name", "market", "stall", "phone", "report", "note")
_PLAIN = ("channel_public_id", "search_id", "content_key", "storage_key", "conversation_id")
TAKE_DOWN = "걷을 홍보물: {what}"
PIECES = "{title} {count}개"


def differs(order: KitOrder, store: Store, registration: ChannelRegistration) -> bool:
    """Tell whether what was printed is not how the store is called now."""
    printed = (
        order.store_name,
        order.market,
        order.stall,
        order.channel_public_id,
        order.search_id,
    )
    now = (
        store.name or "",
        store.market_name,
        store.stall or "",
        registration.channel_public_id or None,
        registration.search_id or None,
    )
    return printed != now


def follow_store(session: Session, store: Store, registration: ChannelRegistration) -> None:
    """Mark what does not fit any more, and what fits again.

    Orders that are not rendered need no mark: they are printed as the store is called then.
    """
    made = select(KitOrder).where(KitOrder.store_id == store.id, KitOrder.state.in_(_MADE))
    for order in session.scalars(made):
        order.is_outdated = differs(order, store, registration)


def take_back(session: Session, store_id: int, cause: Cause) -> int:
    """Call off what is not printed, have taken down what is, end the links; return how many.

    What is to be taken down stands on a ticket of the merchant's conversation.
    """
    lock_chats(session, store_id)
    concerned = select(KitOrder).where(
        KitOrder.store_id == store_id, KitOrder.state.in_((*OPEN, *OUT))
    )
    orders = session.scalars(concerned.order_by(KitOrder.id)).all()
    hanging = []
    for order in orders:
        to = KitState.CANCELLED if order.state in OPEN else KitState.REVOKE_REQUIRED
        if not move(session, order, to, of_kit(cause)):
            continue
        order.claimed_until = None
        order.updated_at = cause.now
        if to is KitState.REVOKE_REQUIRED:
            hanging.append(order)
    revoke_links(session, store_id, cause.now)
    if hanging:
        ask_to_take_down(session, store_id, hanging, cause)
    return len(orders)


def of_kit(cause: Cause) -> Cause:
    """Return the same cause with the key of what it means for printed matter."""
    return Cause(actor=cause.actor, key=f"{cause.key}:kit", now=cause.now, reason=cause.reason)


def lock_chats(session: Session, store_id: int) -> None:
    """Lock the merchant's conversations first, as every turn does."""
    session.execute(
        select(Conversation.id)
        .join(Store, Store.merchant_id == Conversation.merchant_id)
        .where(Store.id == store_id)
        .order_by(Conversation.id)
        .with_for_update(of=Conversation, key_share=True)
    ).all()


def ask_to_take_down(
    session: Session,
    store_id: int,
    orders: list[KitOrder],
    cause: Cause,
    only: frozenset[str] | None = None,
) -> None:
    """Put it on the people's list; without a conversation the list of orders has to do."""
    chat = session.scalars(
        select(Conversation.id)
        .join(Store, Store.merchant_id == Conversation.merchant_id)
        .where(Store.id == store_id)
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(1)
    ).one_or_none()
    if chat is None:
        return
    what = ", ".join(f"{order.number} {_pieces(session, order, only)}" for order in orders)
    tx = Transaction(session, cause.now, chat, cause.key, cause.actor)
    open_task(tx, "kit_revoke", summary=TAKE_DOWN.format(what=what))


def _pieces(session: Session, order: KitOrder, only: frozenset[str] | None) -> str:
    rows = select(KitItem).where(KitItem.order_id == order.id).order_by(KitItem.id)
    items = [row for row in session.scalars(rows) if only is None or row.product in only]
    return " · ".join(
        PIECES.format(title=_title(item.product), count=item.quantity) for item in items
    )


def _title(product: str) -> str:
    known = PRODUCTS.get(product)
    return known.title if known else product


def revoke_links(session: Session, store_id: int, now: datetime) -> None:
    """End the short links of a store; whoever scans one is told so."""
    session.execute(
        update(KitLink)
        .where(KitLink.store_id == store_id, KitLink.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def wipe_orders(session: Session, store_id: int, cause: Cause) -> int:
    """Empty the orders of a store that is erased; return how many there were.

    What may hang somewhere stays on the list of what is to be taken down, by its number and
    pieces. The files go with the next sweep, as nothing names them any more.
    """
    orders = session.scalars(select(KitOrder).where(KitOrder.store_id == store_id)).all()
    for order in orders:
        _end(session, order, of_kit(cause))
        for column in (*_SEALED, *_PLAIN):
            setattr(order, column, None)
        order.submission_key = "erased:" + secrets.token_hex(16)
        order.is_outdated = False
        order.updated_at = cause.now
        session.execute(
            update(KitItem)
            .where(KitItem.order_id == order.id)
            .values(code_text=None, sha256=None, is_decoded=False)
        )
    revoke_links(session, store_id, cause.now)
    return len(orders)


def _end(session: Session, order: KitOrder, cause: Cause) -> None:
    if order.state in OUT:
        move(session, order, KitState.REVOKE_REQUIRED, cause)
    elif order.state not in (KitState.REVOKE_REQUIRED, KitState.REVOKED, KitState.ERASED):
        move(session, order, KitState.ERASED, cause)
    order.claimed_until = None


def take_back_closed(database: Database, now: datetime) -> int:
    """Take back the kits of stores that ended in whatever way; return how many stores."""
    with database.reading() as session:
        ended = session.scalars(_ended_stores()).all()
    for store_id in ended:
        cause = Cause(actor="system", key="closed", now=now, reason="closed")
        with database.transaction() as session:
            take_back(session, store_id, cause)
    return len(ended)


def _ended_stores() -> Select[int]:
    waiting = select(KitOrder.id).where(
        KitOrder.store_id == Store.id, KitOrder.state.in_((*OPEN, *OUT))
    )
    linked = select(KitLink.id).where(KitLink.store_id == Store.id, KitLink.revoked_at.is_(None))
    ended: ColumnElement[bool] = or_(
        Store.state.in_(SHUT), ChannelRegistration.state.in_(OVER), Merchant.state.in_(LEFT)
    )
    return (
        select(Store.id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .where(ended, or_(waiting.exists(), linked.exists()))
        .order_by(Store.id)
    )


def purge_files(database: Database, now: datetime) -> int:
    """Let go of files that were not needed for half a year; return of how many orders.

    The next sweep removes them from the disk.
    """
    old = (
        KitOrder.storage_key.is_not(None),
        KitOrder.state.in_(_DONE_WITH),
        KitOrder.updated_at < now - FILES_KEPT,
    )
    with database.transaction() as session:
        gone = session.scalars(
            update(KitOrder).where(*old).values(storage_key=None).returning(KitOrder.id)
        )
        return len(gone.all())
