"""Turns confirmed orders into files, one after the other.

An order is claimed in a short transaction, rendered while none is open, and its files are
recorded in another one. Whoever dies in between loses the claim after a while and somebody
else begins again; of two who work on the same order only the holder of the claim records.
"""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.services.handoff import open_task
from bot.services.kit_upkeep import differs, lock_chats
from bot.services.kits.links import short_links
from bot.services.kits.press import Press, Pressed, Sheet, UnprintableError
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
_FOR_THE_SHOP = ("print", "outlined")
_FOR_EVERYBODY = ("print", "outlined", "home")


@dataclass(frozen=True, slots=True)
class _Claim:
    """One order in our hands until a moment, which is also its mark.

    Attributes:
        key: begins the idempotency keys of what comes of it.
    """

    order_id: int
    store_id: int
    key: str
    until: datetime
    attempt: int
    sheet: Sheet


def render_due(
    database: Database,
    files: SealedFiles,
    press: Press,
    now: datetime,
    short_base: str | None = None,
) -> int:
    """Render orders whose store has a channel; return how many got their files.

    Args:
        database: where the orders are.
        files: where the sealed files go.
        press: makes them.
        now: the moment of the run.
        short_base: our public address for short links, to count how often codes are followed;
            None lets codes hold the channel's own address.
    """
    done = 0
    for _ in range(BATCH):
        claim = _claim(database, now, short_base)
        if claim is None:
            break
        done += _rendered(database, files, press, claim, now)
    return done


def _claim(database: Database, now: datetime, short_base: str | None) -> _Claim | None:
    with database.transaction() as session:
        found = session.execute(_waiting(now)).first()
        if found is None:
            return None
        order, store, registration = found
        order.claimed_until = now + LEASE
        order.attempts += 1
        _take_over(order, printable(store, registration))
        sheet = _sheet(session, order, short_base, now)
        key = secrets.token_hex(8)
        return _Claim(order.id, order.store_id, key, order.claimed_until, order.attempts, sheet)


def _waiting(now: datetime) -> Select[KitOrder, Store, ChannelRegistration]:
    return (
        select(KitOrder, Store, ChannelRegistration)
        .join(Store, Store.id == KitOrder.store_id)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .where(
            KitOrder.state == KitState.CONFIRMED,
            or_(KitOrder.claimed_until.is_(None), KitOrder.claimed_until <= now),
            func.coalesce(ChannelRegistration.channel_public_id, "") != "",
            ChannelRegistration.state != ChannelState.BLOCKED,
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
    links = short_links(session, short_base, order.store_id, products, now) if short_base else {}
    is_file = order.delivery is KitDelivery.FILE
    return Sheet(
        store_name=order.store_name or "",
        public_id=order.channel_public_id or "",
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
    database: Database, files: SealedFiles, press: Press, claim: _Claim, now: datetime
) -> bool:
    if claim.attempt > MAX_ATTEMPTS:
        LOG.error("kit order %d was begun %d times", claim.order_id, MAX_ATTEMPTS)
        _fail(database, claim, CRASHED, now, None)
        return False
    try:
        pressed = press.render(claim.sheet)
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
        if order is not None:
            _record(session, order, pressed, name, now)
            move(session, order, KitState.RENDERED, _cause(claim, "rendered", now))
            checked = _cause(claim, "preflighted", now)
            move(session, order, KitState.PREFLIGHTED, checked)
            kits.moved(session, order, checked)
    if order is None:
        files.delete(name)
    return order is not None


def _record(session: Session, order: KitOrder, pressed: Pressed, name: str, now: datetime) -> None:
    order.content_key, order.storage_key = pressed.key, name
    order.report = pressed.report
    order.reason = None
    order.claimed_until = None
    order.updated_at = now
    order.is_outdated = differs(
        order,
        session.get_one(Store, order.store_id),
        session.scalars(
            select(ChannelRegistration).where(ChannelRegistration.store_id == order.store_id)
        ).one(),
    )
    for item in session.scalars(select(KitItem).where(KitItem.order_id == order.id)):
        _record_item(item, pressed)


def _record_item(item: KitItem, pressed: Pressed) -> None:
    sheet = pressed.files.get(f"{item.product}.print.pdf")
    item.sha256 = hashlib.sha256(sheet).hexdigest() if sheet else None
    codes = [
        code
        for entry in pressed.report["items"]
        if entry["product"] == item.product
        for code in entry["codes"]
    ]
    item.code_text = codes[0]["expected"] if codes else None
    item.is_decoded = all(code["decoded"] == code["expected"] for code in codes)
