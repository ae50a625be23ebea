"""The milestones of a channel, as operators set them."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.kit_upkeep import OVER, lock_chats, take_back
from bot.services.registration.overview import subject
from bot.services.reminders import channels
from bot.services.requirements import Need, put, settle
from models.merchant import ChannelRegistration, Merchant, Store
from models.moves import is_legal
from models.states import (
    Cause,
    ChannelReason,
    ChannelState,
    Level,
    MerchantState,
    move,
)

KEY_OF_REASON = {
    ChannelReason.NAME_MISMATCH: "store_name",
    ChannelReason.DOC_UNREADABLE: "brc",
    ChannelReason.DOC_OLD: "brc",
    ChannelReason.BUSINESS_CLOSED: "brn",
    ChannelReason.PERMIT_MISSING: "permit",
    ChannelReason.SEARCH_ID_TAKEN: "search_id",
    ChannelReason.SEARCH_ID_INVALID: "search_id",
    ChannelReason.CUSTOMER_CENTER_MISSING: "customer_center",
    ChannelReason.CHANNEL_PRIVATE: "channel_public_id",
    ChannelReason.NOT_MASTER: "master",
    ChannelReason.PHONE_OWNER_MISMATCH: "phone",
    ChannelReason.POLICY: "policy",
}
"""What has to be mended for each reason: a slot key, a document kind, or a task."""
_MERCHANT_FOLLOWS = {
    ChannelState.LIVE: MerchantState.ACTIVE,
    ChannelState.NEEDS_FIX: MerchantState.NEEDS_INFO,
}


def move_channel(session: Session, registration_id: int, to: ChannelState, cause: Cause) -> bool:
    """Set a milestone; False when this key was applied before.

    Args:
        session: inside a write transaction.
        registration_id: which registration.
        to: the new state.
        cause: who, when, idempotency key; for `needs_fix` the reason is a `ChannelReason`.

    Raises:
        InvalidInputError: no such registration (code `no_registration`).
        RuleBrokenError: `needs_fix` without a known reason (code `reason_needed`).
        models.errors.IllegalMoveError: the milestone does not follow from the present one.
    """
    registration = session.get(ChannelRegistration, registration_id)
    if registration is None:
        raise InvalidInputError("no such registration", code="no_registration")
    reason = _reason(to, cause.reason)
    if to in OVER:
        lock_chats(session, registration.store_id)
    if not move(session, registration, to, cause):
        return False
    registration.reason = reason.value if reason else None
    _stamp(registration, to, cause.now)
    if reason is not None:
        _ask_for(session, registration, reason, cause.now)
    if to is ChannelState.LIVE and registration.channel_public_id:
        settle(session, subject(registration.id), "channel_public_id", cause.now)
        settle(session, subject(registration.id), "search_id", cause.now)
    _follow(session, registration, to, cause)
    if to in OVER:
        take_back(session, registration.store_id, cause)
    channels.moved(session, registration, cause)
    session.flush()
    return True


def _reason(to: ChannelState, code: str | None) -> ChannelReason | None:
    if to is not ChannelState.NEEDS_FIX:
        return None
    try:
        return ChannelReason(code or "")
    except ValueError:
        raise RuleBrokenError(f"needs_fix wants a reason: {code}", code="reason_needed") from None


def _stamp(registration: ChannelRegistration, to: ChannelState, now: datetime) -> None:
    registration.updated_at = now
    if to is ChannelState.OPENED:
        registration.opened_at = now
        registration.kind = registration.kind or "general"
    elif to is ChannelState.LIVE:
        registration.live_at = now
        registration.opened_at = registration.opened_at or now


def _ask_for(
    session: Session, registration: ChannelRegistration, reason: ChannelReason, now: datetime
) -> None:
    need = Need(KEY_OF_REASON[reason], Level.CURRENTLY_DUE, reason.value)
    put(session, subject(registration.id), [need], now)


def _follow(
    session: Session, registration: ChannelRegistration, to: ChannelState, cause: Cause
) -> None:
    """Let the merchant's state follow where that is legal."""
    wanted = _MERCHANT_FOLLOWS.get(to)
    if wanted is None:
        return
    store = session.get_one(Store, registration.store_id)
    merchant = session.get_one(Merchant, store.merchant_id)
    if is_legal("merchant", merchant.state, wanted):
        key = f"{cause.key}:channel:{registration.id}"
        follow = Cause(actor=cause.actor, key=key, now=cause.now, reason=cause.reason)
        move(session, merchant, wanted, follow)
        merchant.updated_at = cause.now
