"""What a merchant changes after sending in: own data, the channel, what had to be mended."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.errors import RuleBrokenError
from bot.services.access_log import Access, write
from bot.services.business import infer_kind
from bot.services.kit_upkeep import follow_store
from bot.services.pay_rules.bringing import bring_up_all
from bot.services.registration.overview import merchant_of, subject
from bot.services.registration.submission import index, store_key
from bot.services.requirements import DUE, Need, items_of, put
from bot.services.transaction import Transaction
from models.merchant import ChannelRegistration, Merchant, Store, TaxOfficeState
from models.moves import is_legal
from models.states import ChannelState, Level, MerchantState, StoreState, move

MERCHANT_FIELDS = {"owner_name": "owner_name", "phone": "phone", "brn": "brn"}
"""Slot key -> column of the merchant."""
STORE_FIELDS = {
    "store_name": "name",
    "market": "market_name",
    "market_id": "market_id",
    "stall": "stall",
    "location_note": "location_note",
    "category": "category",
    "open": "opens",
    "close": "closes",
    "closed": "closed_days",
}
"""Slot key -> column of the store."""
CHANNEL_FIELDS = {
    "has_channel": "has_channel",
    "channel_public_id": "channel_public_id",
    "search_id": "search_id",
}
"""Slot key -> column of the channel registration."""
_SHOWN_OUTSIDE = frozenset({"owner_name", "brn", "store_name", "search_id"})
"""Fields that the vendor has checked: a later change has to be carried there by a person."""
PAYMENT_FOLLOWS = frozenset({"owner_name", "phone", "brn", "store_name", "category"})
"""Fields that an application for easy payment is checked against."""
STAFF = "staff:"
_NOT_YET_OUT = (ChannelState.DRAFT, ChannelState.READY, ChannelState.SUBMITTED)


def correct(tx: Transaction, field: str, value: object) -> bool:
    """Change one field of the merchant or the newest store; False when it held that already.

    Raises:
        RuleBrokenError: nothing is registered (code `not_registered`), or the field is not
            one that can be changed (code `unknown_field`).
    """
    merchant, store, registration = _newest(tx)
    if not _apply(tx, (merchant, store, registration), {field: value}):
        return False
    if field in _SHOWN_OUTSIDE and registration.state not in _NOT_YET_OUT:
        need = Need(field, Level.PENDING_VERIFICATION, "changed_after_submit")
        put(tx.session, subject(registration.id), [need], tx.now)
    return True


def set_channel(
    tx: Transaction, *, public_id: str | None = None, search_id: str | None = None
) -> int:
    """Note the channel of the newest store and return the id of its registration.

    Raises:
        RuleBrokenError: code `not_registered`.
    """
    rows = _newest(tx)
    given = {"channel_public_id": public_id, "search_id": search_id}
    changes: dict[str, object] = {key: value for key, value in given.items() if value}
    if public_id:
        changes["has_channel"] = "yes"
    _apply(tx, rows, changes)
    needs = [Need(key, Level.PENDING_VERIFICATION) for key in changes if key != "has_channel"]
    put(tx.session, subject(rows[2].id), needs, tx.now)
    return rows[2].id


def repair(tx: Transaction, changes: Mapping[str, Any], registration_id: int | None = None) -> bool:
    """Mend what had to be mended and send in again; False when this turn did so already.

    What was changed, and what it had been sent back for, waits for a check afterwards.

    Args:
        tx: the turn.
        changes: slot key -> new value; empty when the merchant did something elsewhere.
        registration_id: None for the newest store.

    Raises:
        RuleBrokenError: nothing is registered (code `not_registered`), or it is somebody
            else's registration (code `not_yours`).
        models.errors.IllegalMoveError: it does not wait to be mended.
    """
    rows = _newest(tx) if registration_id is None else _rows(tx, "not_yours", registration_id)
    merchant, _, registration = rows
    reason = registration.reason
    if not move(tx.session, registration, ChannelState.SUBMITTED, tx.cause("repair")):
        return False
    _apply(tx, rows, changes)
    registration.reason = None
    registration.submissions += 1
    registration.submitted_at = tx.now
    _wait_for_check(tx, registration, {*changes}, reason)
    if is_legal("merchant", merchant.state, MerchantState.SUBMITTED):
        move(tx.session, merchant, MerchantState.SUBMITTED, tx.cause("repair_merchant"))
    return True


def _wait_for_check(
    tx: Transaction, registration: ChannelRegistration, keys: set[str], reason: str | None
) -> None:
    place = subject(registration.id)
    waiting = [
        Need(line.key, Level.PENDING_VERIFICATION, group=line.group)
        for line in items_of(tx.session, place)
        if line.level in DUE and (line.key in keys or line.error_code == reason)
    ]
    put(tx.session, place, waiting, tx.now)


_Rows = tuple[Merchant, Store, ChannelRegistration]


def _newest(tx: Transaction) -> _Rows:
    return _rows(tx, "not_registered")


def _rows(tx: Transaction, code: str, registration_id: int | None = None) -> _Rows:
    merchant = merchant_of(tx.session, tx.conversation_id)
    statement = (
        select(Store, ChannelRegistration)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .where(
            Store.merchant_id == (merchant.id if merchant else None),
            Store.state != StoreState.ERASED,
        )
        .order_by(Store.id.desc())
        .limit(1)
    )
    if registration_id is not None:
        statement = statement.where(ChannelRegistration.id == registration_id)
    found = tx.session.execute(statement).first()
    if merchant is None or found is None:
        raise RuleBrokenError("this conversation has no such registration", code=code)
    return merchant, found[0], found[1]


def _apply(tx: Transaction, rows: _Rows, changes: Mapping[str, Any]) -> bool:
    merchant, store, registration = rows
    tables: tuple[tuple[Merchant | Store | ChannelRegistration, dict[str, str]], ...] = (
        (merchant, MERCHANT_FIELDS),
        (store, STORE_FIELDS),
        (registration, CHANNEL_FIELDS),
    )
    changed = []
    for field, value in changes.items():
        target = next(((row, names[field]) for row, names in tables if field in names), None)
        if target is None:
            raise RuleBrokenError(f"{field} cannot be changed", code="unknown_field")
        row, column = target
        plain = list(value) if field == "closed" else value
        if getattr(row, column) != plain:
            setattr(row, column, plain)
            row.updated_at = tx.now
            changed.append(field)
    if "brn" in changed:
        merchant.has_brn = bool(merchant.brn)
        merchant.kind = infer_kind(merchant.brn)
        merchant.nts_state = TaxOfficeState.UNCHECKED
    index(merchant)
    if {"store_name", "market", "market_id"} & set(changed):
        _rename(tx, store)
    follow_store(tx.session, store, registration)
    tx.session.flush()
    if set(changed) & PAYMENT_FOLLOWS:
        bring_up_all(tx.session, merchant.id, tx.cause("correct"))
    if changed and tx.actor.startswith(STAFF):
        # The log is about people who handle others' data; its chain lets one write at a time.
        subject_name = f"merchant:{merchant.id}"
        write(tx.session, Access(tx.actor, "correct", subject_name, ",".join(changed)), tx.now)
    return bool(changed)


def _rename(tx: Transaction, store: Store) -> None:
    """Let the store be known by its new name, unless another one is already."""
    key = store_key(tx.conversation_id, store.name or "", store.market_name, store.market_id)
    with tx.session.no_autoflush:
        taken = tx.session.scalars(select(Store.id).where(Store.submission_key == key)).first()
    if taken is None:
        store.submission_key = key
