"""What a merchant sends in, taken exactly once.

A store is known by its conversation, its name and its market: sending the same thing again
changes nothing, sending it with other details changes the store, another name or market is
another store of the same merchant.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from bot.services.business import infer_kind, state_of
from bot.services.document_review import catch_up
from bot.services.kit_upkeep import follow_store
from bot.services.pay_rules.bringing import bring_up_all
from bot.services.registration.form import (
    Checks,
    Submission,
    channel_columns,
    merchant_columns,
    store_columns,
)
from bot.services.registration.needs import needs_of
from bot.services.registration.overview import merchant_of, subject
from bot.services.requirements import Need, put
from bot.services.transaction import Transaction
from models.consent import Suppression
from models.conversation import Conversation
from models.crypto import blind_index
from models.merchant import BusinessKind, ChannelRegistration, Merchant, MerchantAgent, Store
from models.moves import is_legal
from models.requirement import Document
from models.states import ChannelState, Level, MerchantState, move, record

ERASED = "erased"
"""Reason of a stop that an erasure left behind."""


def submit(tx: Transaction, submission: Submission, checks: Checks | None = None) -> int:
    """Take a registration and return the id of its `channel_registration`.

    Raises:
        RuleBrokenError: name, phone or store is empty (code `incomplete`).
    """
    if not (submission.owner_name and submission.phone and submission.store_name):
        raise RuleBrokenError("a registration needs a name, a phone and a store", code="incomplete")
    checks = checks or Checks()
    known = _known(tx, submission)
    if known is not None and _same(tx.session, known, submission):
        return known.id
    merchant = _merchant(tx, submission, checks)
    store = _store(tx, merchant, submission, known)
    registration = known or _registration(tx, store)
    is_sent = _send(tx, registration, submission)
    follow_store(tx.session, store, registration)
    needed = needs_of(tx.session, merchant, store, registration)
    if not is_sent:
        needed.append(Need("details", Level.PENDING_VERIFICATION, "changed_after_submit"))
    put(tx.session, subject(registration.id), needed, tx.now)
    bring_up_all(tx.session, merchant.id, tx.cause("submitted"))
    catch_up(tx.session, merchant.id, tx.now)
    return registration.id


def store_key(conversation_id: int, name: str, market: str, market_id: int | None) -> str:
    """Return what one store of a conversation is known by."""
    parts = (name, str(market_id or market))
    plain = "|".join("".join(part.split()).casefold() for part in parts)
    return blind_index(f"store|{conversation_id}|{plain}")


def _key(tx: Transaction, submission: Submission) -> str:
    market = submission.market or ""
    return store_key(tx.conversation_id, submission.store_name, market, submission.market_id)


def _known(tx: Transaction, submission: Submission) -> ChannelRegistration | None:
    return tx.session.scalars(
        select(ChannelRegistration)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(Store.submission_key == _key(tx, submission))
    ).one_or_none()


def _same(session: Session, known: ChannelRegistration, submission: Submission) -> bool:
    """Tell whether everything that was sent stands in the rows already."""
    store = session.get_one(Store, known.store_id)
    merchant = session.get_one(Merchant, store.merchant_id)
    held = {**merchant_columns(submission), **store_columns(submission)}
    rows = {
        **{key: getattr(merchant, key) for key in merchant_columns(submission)},
        **{key: getattr(store, key) for key in store_columns(submission)},
    }
    sent = known.state not in {ChannelState.DRAFT, ChannelState.READY, ChannelState.WITHDRAWN}
    agent = _agent_of(session, merchant.id)
    same_agent = submission.role != "agent" or (agent and agent.relation == submission.relation)
    same_channel = channel_columns(submission) == _channel_held(known)
    return bool(sent and held == rows and same_channel and same_agent)


def _channel_held(known: ChannelRegistration) -> tuple[object, ...]:
    return (known.has_channel, known.channel_public_id, known.search_id)


def _merchant(tx: Transaction, submission: Submission, checks: Checks) -> Merchant:
    session = tx.session
    known = merchant_of(session, tx.conversation_id)
    merchant = known or Merchant(created_at=tx.now)
    for key, value in merchant_columns(submission).items():
        setattr(merchant, key, value)
    index(merchant)
    merchant.kind = _kind(submission)
    if submission.brn:
        merchant.nts_state = state_of(checks.business)
        merchant.nts_checked_at = checks.business.checked_at if checks.business else None
        merchant.tax_type = (checks.business.tax_type if checks.business else "") or None
    merchant.updated_at = tx.now
    if known is None:
        session.add(merchant)
        record(session, merchant, None, tx.cause("merchant"))
        _belongs(tx, merchant.id)
    _write_again(session, merchant)
    if is_legal("merchant", merchant.state, MerchantState.SUBMITTED):
        move(session, merchant, MerchantState.SUBMITTED, tx.cause("merchant_submitted"))
    if submission.role == "agent":
        _agent(tx, merchant.id, submission.relation)
    return merchant


def index(merchant: Merchant) -> None:
    """Bring the look-up columns of a merchant in line with the sealed values."""
    merchant.owner_hmac = look_up(merchant.owner_name)
    merchant.phone_hmac = look_up(merchant.phone)
    merchant.brn_hmac = look_up(merchant.brn)


def _write_again(session: Session, merchant: Merchant) -> None:
    """Lift the stop that an earlier erasure put on this telephone: the person is back."""
    session.execute(
        delete(Suppression).where(
            Suppression.subject_hmac == merchant.phone_hmac, Suppression.reason == ERASED
        )
    )


def look_up(value: str | None) -> str | None:
    """Return the digest under which a name or number is found; blanks and hyphens are nothing."""
    bare = "".join((value or "").replace("-", "").split())
    return blind_index(bare) if bare else None


def _kind(submission: Submission) -> BusinessKind:
    if submission.has_brn == "no":
        return BusinessKind.UNREGISTERED
    return infer_kind(submission.brn)


def _belongs(tx: Transaction, merchant_id: int) -> None:
    """Give the merchant the conversation and the papers that were sent in it before."""
    tx.session.execute(
        update(Conversation)
        .where(Conversation.id == tx.conversation_id)
        .values(merchant_id=merchant_id)
    )
    tx.session.execute(
        update(Document)
        .where(Document.conversation_id == tx.conversation_id, Document.merchant_id.is_(None))
        .values(merchant_id=merchant_id)
    )


def _agent(tx: Transaction, merchant_id: int, relation: str | None) -> None:
    known = _agent_of(tx.session, merchant_id)
    if known is None:
        known = MerchantAgent(merchant_id=merchant_id, created_at=tx.now)
        tx.session.add(known)
    known.relation = relation


def _agent_of(session: Session, merchant_id: int) -> MerchantAgent | None:
    of_merchant = select(MerchantAgent).where(MerchantAgent.merchant_id == merchant_id)
    return session.scalars(of_merchant).first()


def _store(
    tx: Transaction,
    merchant: Merchant,
    submission: Submission,
    known: ChannelRegistration | None,
) -> Store:
    columns = store_columns(submission)
    if known is not None:
        store = tx.session.get_one(Store, known.store_id)
        for key, value in columns.items():
            setattr(store, key, value)
        store.updated_at = tx.now
        return store
    store = Store(
        **columns,
        merchant_id=merchant.id,
        submission_key=_key(tx, submission),
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(store)
    record(tx.session, store, None, tx.cause("store"))
    return store


def _registration(tx: Transaction, store: Store) -> ChannelRegistration:
    registration = ChannelRegistration(store_id=store.id, created_at=tx.now, updated_at=tx.now)
    tx.session.add(registration)
    record(tx.session, registration, None, tx.cause("registration"))
    return registration


def _send(tx: Transaction, registration: ChannelRegistration, submission: Submission) -> bool:
    """Send it in; False when it is out already and a person has to carry the changes over."""
    registration.has_channel = submission.has_channel
    registration.channel_public_id = submission.channel_public_id
    registration.search_id = submission.search_id
    registration.submissions += 1
    registration.submitted_at = tx.now
    registration.updated_at = tx.now
    if registration.state is ChannelState.SUBMITTED:
        return True
    if not is_legal("channel_registration", registration.state, ChannelState.SUBMITTED):
        return False
    registration.reason = None
    return move(tx.session, registration, ChannelState.SUBMITTED, tx.cause("submitted"))
