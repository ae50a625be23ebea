"""What a registration still needs when it has just been sent in."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.services.business import FINDINGS
from bot.services.requirements import Need
from models.merchant import ChannelRegistration, Merchant, MerchantAgent, Store
from models.states import Level


def needs_of(
    session: Session, merchant: Merchant, store: Store, registration: ChannelRegistration
) -> list[Need]:
    """Return the requirements that follow from what was sent in."""
    needs = [_brn_need(merchant), _channel_need(registration)]
    if merchant.has_brn:
        needs.append(Need("brc", Level.EVENTUALLY_DUE))
    if merchant.role == "agent":
        needs.append(_owner_need(session, merchant))
    if store.market_id is None:
        needs.append(Need("market", Level.PENDING_VERIFICATION, "market_unknown"))
    if _has_namesake(session, merchant, store):
        needs.append(Need("duplicate", Level.PENDING_VERIFICATION, "duplicate_store"))
    return needs


def _owner_need(session: Session, merchant: Merchant) -> Need:
    """Return what is missing of an agent's right to act; an owner who agreed has agreed."""
    agreed = select(MerchantAgent.id).where(
        MerchantAgent.merchant_id == merchant.id, MerchantAgent.owner_confirmed_at.is_not(None)
    )
    if session.scalars(agreed).first() is not None:
        return Need("owner_confirmation", Level.MET)
    code = "owner_confirmation_missing"
    return Need("owner_confirmation", Level.PENDING_VERIFICATION, code)


def _brn_need(merchant: Merchant) -> Need:
    if merchant.brn:
        finding = FINDINGS[merchant.nts_state]
        return Need("brn", finding.level, finding.error_code)
    return Need("brn", Level.EVENTUALLY_DUE if merchant.has_brn else Level.WAIVED)


def _channel_need(registration: ChannelRegistration) -> Need:
    if registration.has_channel == "yes":
        level = (
            Level.PENDING_VERIFICATION if registration.channel_public_id else Level.CURRENTLY_DUE
        )
        return Need("channel_public_id", level)
    if registration.has_channel == "no":
        level = Level.PENDING_VERIFICATION if registration.search_id else Level.EVENTUALLY_DUE
        return Need("search_id", level)
    return Need("has_channel", Level.PENDING_VERIFICATION)


def _has_namesake(session: Session, merchant: Merchant, store: Store) -> bool:
    """Tell whether another merchant with this phone or number has a store in this market.

    The same number in two markets is legal, so this only asks a person to look.
    """
    same = [Merchant.phone_hmac == merchant.phone_hmac]
    if merchant.brn_hmac:
        same.append(Merchant.brn_hmac == merchant.brn_hmac)
    statement = (
        select(func.count())
        .select_from(Store)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .where(Merchant.id != merchant.id, Store.market_id == store.market_id, or_(*same))
    )
    return session.execute(statement).scalar_one() > 0
