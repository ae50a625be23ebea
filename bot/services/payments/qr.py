"""The codes that a provider issued for an application."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.payment import PayQr


def active_code(session: Session, application_id: int) -> PayQr | None:
    """Return the code that may hang at the store; None when there is none."""
    return session.scalars(
        select(PayQr).where(PayQr.application_id == application_id, PayQr.revoked_at.is_(None))
    ).one_or_none()


def active_codes(session: Session, application_ids: Collection[int]) -> dict[int, PayQr]:
    """Return the code that may hang at each store, by application."""
    standing = select(PayQr).where(
        PayQr.application_id.in_(application_ids), PayQr.revoked_at.is_(None)
    )
    return {code.application_id: code for code in session.scalars(standing)}


def revoke_codes(session: Session, application_id: int, now: datetime) -> None:
    """Let no code of an application count any more."""
    session.execute(
        update(PayQr)
        .where(PayQr.application_id == application_id, PayQr.revoked_at.is_(None))
        .values(revoked_at=now)
    )
