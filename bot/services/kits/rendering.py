"""Turns confirmed orders into files, one after the other.

An order is claimed in a short transaction, rendered while none is open, and its files are
recorded in another one. Whoever dies in between loses the claim after a while and somebody
else begins again; of two who work on the same order only the holder of the claim records.
"""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.services.handoff import open_task
from bot.services.kit_codes import carries_code
from bot.services.kit_upkeep import PAYMENT_PRODUCTS, lock_chats
from bot.services.kits.links import short_links
from bot.services.kits.pay_cards import (
    CardCode,
    as_issued,
    carries_more,
    has_usable_code,
    usable_code,
)
from bot.services.kits.press import Press, Pressed, Sheet, UnprintableError
from bot.services.kits.results import note_files
from bot.services.kits.stores import RUNS, Printable, printable
from bot.services.reminders import kits
from bot.services.reminders.people import chat_of_merchant, merchant_of_store
from bot.services.sealed_files import SealedFiles
from bot.services.transaction import Transaction
from models.kit import KitDelivery, KitItem, KitOrder
from models.merchant import ChannelRegistration, Merchant, Store
from models.session import Database
from models.states import Cause, ChannelState, KitState, move

LOG = logging.getLogger(__name__)

BATCH = 5
"""Orders in one run; the next run comes two seconds later."""
LEASE = timedelta(minutes=5)
"""A whole kit takes seconds."""
MAX_ATTEMPTS = 3
"""Who kills the renderer this often is looked at by a person."""
CRASHED = "render_crashed"
CANNOT = "{number} 홍보물을 못 만들었어요 ({reason})"
ARCHIVE = "kit.zip"
_NO_CHANNEL = "_none"
"""Of a store without a channel: a payment code says nothing about it."""
_FOR_THE_SHOP = ("print", "outlined")
_FOR_EVERYBODY = ("print", "outlined", "home")


@dataclass(frozen=True, slots=True)
class _Claim:
    """One order in our hands until a moment, which is also its mark.

    Attributes:
        key: begins the idempotency keys of what comes of it.
        code: the payment code that goes on it; None for an order without one.
    """

    order_id: int
    store_id: int
    key: str
    until: datetime
    attempt: int
    sheet: Sheet
    code: CardCode | None


def render_due(
    database: Database,
    files: SealedFiles,
    press: Press,
    now: datetime,
    short_base: str | None = None,
    papers: SealedFiles | None = None,
) -> int:
    """Render orders whose store has a channel; return how many got their files.

    A payment code needs no channel, but a code of the provider that counts.

    Args:
        database: where the orders are.
        files: where the sealed files go.
        press: makes them.
        now: the moment of the run.
        short_base: our public address for short links, to count how often codes are followed;
            None lets codes hold the channel's own address.
        papers: where the pictures of payment codes lie, sealed; None leaves orders with one.
    """
    done = 0
    for _ in range(BATCH):
        claim = _claim(database, now, short_base, with_codes=papers is not None)
        if claim is None:
            break
        done += _rendered(database, files, _Workplace(press, papers), claim, now)
    return done


@dataclass(frozen=True, slots=True)
class _Workplace:
    """What makes files, and where the pictures of payment codes lie."""

    press: Press
    papers: SealedFiles | None

    def render(self, claim: _Claim) -> Pressed:
        """Make the files of an order.

        Raises:
            UnprintableError: it cannot be printed so.
        """
        sheet = claim.sheet
        if claim.code is not None and self.papers is not None:
            sheet = replace(sheet, payment=as_issued(claim.code, self.papers))
        return self.press.render(sheet)


def _claim(
    database: Database, now: datetime, short_base: str | None, *, with_codes: bool
) -> _Claim | None:
    with database.transaction() as session:
        waiting = _waiting(now)
        if not with_codes:
            waiting = waiting.where(~carries_code())
        found = session.execute(waiting).first()
        if found is None:
            return None
        order, store, registration = found
        order.claimed_until = now + LEASE
        order.attempts += 1
        _take_over(order, printable(store, registration))
        sheet = _sheet(session, order, short_base, now)
        key = secrets.token_hex(8)
        has_code = bool(PAYMENT_PRODUCTS.intersection(sheet.products))
        code = usable_code(session, order.store_id) if has_code else None
        until = order.claimed_until
        return _Claim(order.id, order.store_id, key, until, order.attempts, sheet, code)


def _waiting(now: datetime) -> Select[KitOrder, Store, ChannelRegistration]:
    return (
        select(KitOrder, Store, ChannelRegistration)
        .join(Store, Store.id == KitOrder.store_id)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .where(
            KitOrder.state == KitState.CONFIRMED,
            or_(KitOrder.claimed_until.is_(None), KitOrder.claimed_until <= now),
            or_(
                and_(
                    func.coalesce(ChannelRegistration.channel_public_id, "") != "",
                    ChannelRegistration.state != ChannelState.BLOCKED,
                ),
                ~carries_more(),
            ),
            or_(~carries_code(), has_usable_code()),
            *RUNS,
        )
        .order_by(KitOrder.attempts, KitOrder.id)
        .limit(1)
        .with_for_update(of=KitOrder, skip_locked=True)
    )


def _take_over(order: KitOrder, store: Printable) -> None:
    """Print the store as it is called now, not as it was when the order was made."""
    order.store_name, order.market, order.stall = store.name, store.market, store.stall
    order.channel_public_id, order.search_id = store.public_id, store.search_id


def _sheet(session: Session, order: KitOrder, short_base: str | None, now: datetime) -> Sheet:
    products = tuple(_products(session, order.id))
    to_channel = [product for product in products if product not in PAYMENT_PRODUCTS]
    links = short_links(session, short_base, order.store_id, to_channel, now) if short_base else {}
    is_file = order.delivery is KitDelivery.FILE
    return Sheet(
        store_name=order.store_name or "",
        public_id=order.channel_public_id or _NO_CHANNEL,
        products=products,
        theme=order.theme,
        slogan=order.phrase or "",
        market=order.market or "",
        stall=order.stall or "",
        phone=order.phone or "",
        search_id=order.search_id or "",
        languages=tuple(order.languages),
        variants=_FOR_EVERYBODY if is_file else _FOR_THE_SHOP,
        links=links,
    )


def _products(session: Session, order_id: int) -> list[str]:
    items = select(KitItem.product).where(KitItem.order_id == order_id).order_by(KitItem.id)
    return list(session.scalars(items))


def _rendered(
    database: Database, files: SealedFiles, place: _Workplace, claim: _Claim, now: datetime
) -> bool:
    if claim.attempt > MAX_ATTEMPTS:
        LOG.error("kit order %d was begun %d times", claim.order_id, MAX_ATTEMPTS)
        _fail(database, claim, CRASHED, now, None)
        return False
    try:
        pressed = place.render(claim)
    except UnprintableError as error:
        LOG.warning("kit order %d cannot be printed: %s", claim.order_id, error.code)
        _fail(database, claim, error.code, now, error.report)
        return False
    return _keep(database, files, pressed, claim, now)


def _held(session: Session, claim: _Claim) -> KitOrder | None:
    """Return the order, locked, if it is still in our hands."""
    order = session.get(KitOrder, claim.order_id, with_for_update=True)
    if order is None or order.state is not KitState.CONFIRMED:
        return None
    return order if order.claimed_until == claim.until else None


def _cause(claim: _Claim, step: str, now: datetime, reason: str | None = None) -> Cause:
    return Cause(actor="system", key=f"{claim.key}:{step}", now=now, reason=reason)


def _fail(
    database: Database,
    claim: _Claim,
    reason: str,
    now: datetime,
    report: dict[str, Any] | None,
) -> None:
    with database.transaction() as session:
        lock_chats(session, claim.store_id)
        order = _held(session, claim)
        if order is None:
            return
        cause = _cause(claim, "failed", now, reason)
        move(session, order, KitState.FAILED, cause)
        order.reason = reason
        order.report = report
        order.claimed_until = None
        order.updated_at = now
        _ask_people(session, order, cause)


def _ask_people(session: Session, order: KitOrder, cause: Cause) -> None:
    """Put an order that cannot be made on the people's list; the merchant waits for it."""
    merchant_id = merchant_of_store(session, order.store_id)
    chat = order.conversation_id or chat_of_merchant(session, merchant_id or 0)
    if chat is None:
        return
    tx = Transaction(session, cause.now, chat, cause.key, cause.actor)
    open_task(tx, "kit_failed", summary=CANNOT.format(number=order.number, reason=cause.reason))


def _keep(
    database: Database, files: SealedFiles, pressed: Pressed, claim: _Claim, now: datetime
) -> bool:
    name = files.put(pressed.files[ARCHIVE])
    with database.transaction() as session:
        order = _held(session, claim)
        if order is not None and _is_revoked(session, claim):
            order.claimed_until, order = None, None
        if order is not None:
            note_files(session, order, pressed, name, now)
            move(session, order, KitState.RENDERED, _cause(claim, "rendered", now))
            checked = _cause(claim, "preflighted", now)
            move(session, order, KitState.PREFLIGHTED, checked)
            kits.moved(session, order, checked)
    if order is None:
        files.delete(name)
    return order is not None


def _is_revoked(session: Session, claim: _Claim) -> bool:
    """Tell whether another payment code counts than the one that was just printed."""
    return claim.code is not None and usable_code(session, claim.store_id) != claim.code
