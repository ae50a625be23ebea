"""Emptying applications: for a person who wants to be forgotten, and when their time is over.

What may still hang at a store is taken down by the upkeep of printed matter.
"""

import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.services.payments.qr import revoke_codes
from bot.services.reminders import on_payment
from models.payment import PayApplication, PayCheck, PayLink, PayNote, PayQr, PayTrial, TaxType
from models.requirement import Requirement
from models.states import Cause, PayState, move

_GONE = (
    "conversation_id",
    "business_kind",
    "brn",
    "brn_hmac",
    "opened_on",
    "holder",
    "bank_code",
    "account",
    "account_hmac",
    "account_last4",
    "sales_band",
    "reason",
    "provider_ref",
    "provider_status_raw",
    "merchant_code",
    "won_code_hmac",
    "won_sent_at",
)


def wipe_applications(session: Session, store_id: int, cause: Cause) -> int:
    """Empty the applications of a store that is erased; return how many there were."""
    rows = session.scalars(select(PayApplication).where(PayApplication.store_id == store_id))
    found = rows.all()
    for row in found:
        wipe_application(session, row, cause)
    return len(found)


def wipe_application(session: Session, row: PayApplication, cause: Cause) -> None:
    """Leave nothing personal of an application; the row and its history stay."""
    if row.state is not PayState.ERASED:
        move(session, row, PayState.ERASED, _of(cause))
    for column in _GONE:
        setattr(row, column, None)
    row.tax_type = TaxType.UNKNOWN
    row.account_gone_at = row.account_gone_at or cause.now
    row.submission_key = "erased:" + secrets.token_hex(16)
    row.revision += 1
    row.updated_at = cause.now
    session.execute(delete(PayCheck).where(PayCheck.application_id == row.id))
    session.execute(delete(PayLink).where(PayLink.application_id == row.id))
    session.execute(delete(PayNote).where(PayNote.application_id == row.id))
    session.execute(
        delete(Requirement).where(
            Requirement.subject == PayApplication.__tablename__, Requirement.subject_id == row.id
        )
    )
    _wipe_codes(session, row, cause)
    session.flush()
    on_payment.ended(session, row, cause)


def _wipe_codes(session: Session, row: PayApplication, cause: Cause) -> None:
    """Empty codes and test payments; one that still has to be given back goes with its end."""
    revoke_codes(session, row.id, cause.now)
    session.execute(
        update(PayQr)
        .where(PayQr.application_id == row.id)
        .values(payload=None, storage_key=None, merchant_code="")
    )
    session.execute(
        update(PayTrial)
        .where(PayTrial.application_id == row.id, PayTrial.look_at.is_(None))
        .values(tid=None, aid=None, redirect_url=None)
    )


def _of(cause: Cause) -> Cause:
    return Cause(actor=cause.actor, key=f"{cause.key}:pay", now=cause.now, reason=cause.reason)
