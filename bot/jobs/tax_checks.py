"""Asking the tax office again where it could not answer before.

During its maintenance nothing is known, and a new business is not in the register for a day
or two. Both wait here, without the merchant having to do anything.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.clients.nts import BusinessStatus, TaxOffice
from bot.services.business import FINDINGS, state_of
from bot.services.pay_rules.bringing import bring_up_all
from bot.services.requirements import OPEN, Need, Subject, put
from models.merchant import ChannelRegistration, Merchant, Store, TaxOfficeState
from models.requirement import Requirement
from models.session import Database
from models.states import Cause, Level, MerchantState

LOG = logging.getLogger(__name__)

BATCH = 20
AFTER_OUTAGE = timedelta(hours=1)
AFTER_NOT_FOUND = timedelta(hours=24)
KEY = "brn"
"""The requirement that the answer settles."""
_NOT_ANSWERED = (TaxOfficeState.UNAVAILABLE, TaxOfficeState.UNCHECKED)
_OVER = (MerchantState.ERASED, MerchantState.WITHDRAWN, MerchantState.CLOSED)


def check_again(database: Database, tax_office: TaxOffice, now: datetime) -> int:
    """Ask about businesses without an answer; return about how many there is one now.

    Stops at the first outage. No transaction is open while the office is asked.
    """
    with database.reading() as session:
        waiting = _waiting(session, now)
    answered = 0
    for merchant_id, brn in waiting:
        status = tax_office.status(brn)
        with database.transaction() as session:
            _note(session, merchant_id, brn, status)
        if status.state == TaxOfficeState.UNAVAILABLE.value:
            LOG.info("tax office unavailable, %d businesses wait", len(waiting) - answered)
            return answered
        answered += 1
    return answered


def _waiting(session: Session, now: datetime) -> list[tuple[int, str]]:
    asked = Merchant.nts_checked_at
    due = or_(
        asked.is_(None),
        and_(Merchant.nts_state.in_(_NOT_ANSWERED), asked <= now - AFTER_OUTAGE),
        and_(Merchant.nts_state == TaxOfficeState.UNREGISTERED, asked <= now - AFTER_NOT_FOUND),
    )
    open_need = (
        select(Requirement.id)
        .join(ChannelRegistration, ChannelRegistration.id == Requirement.subject_id)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(
            Requirement.subject == ChannelRegistration.__tablename__,
            Requirement.key == KEY,
            Requirement.level == Level.PENDING_VERIFICATION,
            Store.merchant_id == Merchant.id,
        )
    )
    statement = (
        select(Merchant.id, Merchant.brn)
        .where(Merchant.state.not_in(_OVER), Merchant.brn.is_not(None), due, open_need.exists())
        .order_by(asked.is_not(None), asked, Merchant.id)
        .limit(BATCH)
    )
    return [(merchant_id, brn) for merchant_id, brn in session.execute(statement) if brn]


def _note(session: Session, merchant_id: int, brn: str, status: BusinessStatus) -> None:
    merchant = session.get(Merchant, merchant_id, with_for_update=True)
    if merchant is None or merchant.brn != brn:
        return  # corrected or erased while we asked
    merchant.nts_state = state_of(status)
    merchant.nts_checked_at = status.checked_at
    merchant.tax_type = status.tax_type or merchant.tax_type
    finding = FINDINGS[merchant.nts_state]
    need = Need(KEY, finding.level, finding.error_code)
    for subject in _open_subjects(session, merchant_id):
        put(session, subject, [need], status.checked_at)
    key = f"tax_office:{status.checked_at.isoformat()}"
    cause = Cause(actor="system", key=key, now=status.checked_at)
    bring_up_all(session, merchant_id, cause)


def _open_subjects(session: Session, merchant_id: int) -> list[Subject]:
    statement = (
        select(Requirement.subject, Requirement.subject_id, Requirement.capability)
        .join(ChannelRegistration, ChannelRegistration.id == Requirement.subject_id)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(
            Requirement.subject == ChannelRegistration.__tablename__,
            Requirement.key == KEY,
            Requirement.level.in_(OPEN),
            Store.merchant_id == merchant_id,
        )
    )
    return [Subject(*place) for place in session.execute(statement)]
