"""Codes that came with a file of results: read, sealed as they are, kept once each.

The picture is the provider's evidence: it is looked at, never changed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.kit_codes import take_back_payment
from bot.services.kits.pay_cards import order_card
from bot.services.payments.qr import active_code, revoke_codes
from bot.services.sealed_files import SealedFiles
from kits.errors import KitError
from kits.pictures import read_payment
from models.payment import PayApplication, PayQr
from models.states import Cause

_AS_IT_STANDS = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class Issued:
    """A code of a provider.

    Attributes:
        merchant_code: the provider's number of the store.
        payload: what the code says.
        sha256: digest of the picture, or of the payload where there is no picture.
        storage_key: where the sealed picture lies; None where there is none, or in a dry run.
    """

    merchant_code: str
    payload: str
    sha256: str
    storage_key: str | None

    @property
    def is_picture(self) -> bool:
        """False for a code of which only words have come."""
        return self.sha256 != _digest(self.payload.encode())


def read_code(
    merchant_code: str, picture: bytes | None, payload: str, files: SealedFiles | None
) -> Issued:
    """Read a code, and seal its picture; call outside any transaction.

    A picture whose row is never written is removed by the sweep of documents.

    Args:
        merchant_code: the provider's number of the store.
        picture: PNG or JPEG as it came; None without one.
        payload: what the code is said to say; "" when that is not told.
        files: the sealed folder; None for looking only.

    Raises:
        InvalidInputError: no merchant code (code `merchant_code_missing`), or the picture
            shows no code, several, or another one (code `qr_unreadable`).
    """
    if not merchant_code:
        raise InvalidInputError("a code without a merchant code", code="merchant_code_missing")
    if picture is None:
        return Issued(merchant_code, payload, _digest(payload.encode()), None)
    try:
        seen = read_payment(picture, payload or None)
    except KitError as error:
        raise InvalidInputError(str(error), code="qr_unreadable") from error
    stored = files.put(picture) if files else None
    return Issued(merchant_code, seen.text, _digest(picture), stored)


def keep_code(session: Session, row: PayApplication, issued: Issued, now: datetime) -> bool:
    """Let a code be the one that counts; False when it is that already.

    What carries the code of before is not printed any more or taken down, and the card of the
    new one is ordered.

    Raises:
        InvalidInputError: it is the code of another application (code `qr_of_another`).
    """
    active = active_code(session, row.id)
    if active is not None and _is_known(active, issued):
        return False
    _not_elsewhere(session, row, issued)
    if active is not None and _is_its_picture(session, active, issued):
        active.sha256, active.storage_key = issued.sha256, issued.storage_key
        session.flush()
        order_card(session, row, active, now)
        return True
    if active is not None:
        revoke_codes(session, row.id, now)
        take_back_payment(session, row.store_id, _replaced(active, now))
    session.flush()
    before = _kept(session, row.id, issued)
    code = before or PayQr(application_id=row.id, sha256=issued.sha256, created_at=now)
    code.provider, code.merchant_code = row.provider, issued.merchant_code
    code.payload, code.storage_key = issued.payload, issued.storage_key
    code.issued_at, code.revoked_at = now, None
    code.taken_down_at, code.taken_down_by = None, None
    row.merchant_code = None
    session.add(code)
    session.flush()
    order_card(session, row, code, now)
    return True


def _is_known(active: PayQr, issued: Issued) -> bool:
    """Tell whether nothing is new: the words of a code take nothing away from its picture."""
    if active.merchant_code != issued.merchant_code:
        return False
    is_same = not issued.is_picture and active.payload == issued.payload
    return is_same or active.sha256 == issued.sha256


def _is_its_picture(session: Session, active: PayQr, issued: Issued) -> bool:
    """Tell whether this is the picture of the very code whose words came before.

    Nothing is replaced by it then; a picture that counted once has a row of its own.
    """
    same = (issued.payload, issued.merchant_code)
    return (
        active.storage_key is None
        and issued.is_picture
        and (active.payload, active.merchant_code) == same
        and _kept(session, active.application_id, issued) is None
    )


def _kept(session: Session, application_id: int, issued: Issued) -> PayQr | None:
    """Return the row of a code of this application that counts or once did."""
    same = (PayQr.application_id == application_id, PayQr.sha256 == issued.sha256)
    rows = session.scalars(select(PayQr).where(*same), execution_options=_AS_IT_STANDS)
    return rows.one_or_none()


def _replaced(code: PayQr, now: datetime) -> Cause:
    key = f"code_replaced:{code.id}:{code.issued_at.isoformat()}"
    return Cause(actor="system", key=key, now=now, reason="code_replaced")


def _not_elsewhere(session: Session, row: PayApplication, issued: Issued) -> None:
    """Refuse a code that hangs elsewhere: money would go to somebody else."""
    elsewhere = select(PayQr.id).where(
        PayQr.application_id != row.id,
        PayQr.provider == row.provider,
        PayQr.sha256 == issued.sha256,
    )
    if session.scalars(elsewhere.limit(1)).first() is not None:
        raise InvalidInputError("this code is another application's", code="qr_of_another")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
