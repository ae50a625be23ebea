"""Letting go of what easy payment does not need any more (PIPA 21: destroy without delay).

An account number goes 30 days after the provider has agreed, and the picture of the bankbook
with it; what was refused, taken back or ended goes after a year.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.services.access_log import Access, write
from bot.services.documents import purge
from bot.services.kit_upkeep import lock_chats
from bot.services.pay_rules.bringing import bring_up, touch
from bot.services.payments.erasing import wipe_application
from bot.services.payments.rows import locked
from models.payment import PayApplication
from models.requirement import Document, DocumentKind
from models.session import Database
from models.states import Cause, DocumentState, PayState

ACCOUNT_KEPT = timedelta(days=30)
"""Announced in the consent text."""
CLOSED_KEPT = timedelta(days=365)
"""Our own rule, announced in the privacy notice."""
BATCH = 200
PAPERS = (
    DocumentKind.BANKBOOK,
    DocumentKind.CORP_REGISTRY,
    DocumentKind.SEAL,
    DocumentKind.PROXY,
)
"""Papers that nothing but payment needs."""
_AGREED = (
    PayState.APPROVED,
    PayState.QR_ISSUED,
    PayState.LIVE,
    PayState.SUSPENDED,
    PayState.TERMINATED,
)
_CLOSED = (PayState.REJECTED, PayState.WITHDRAWN, PayState.TERMINATED)


def forget_accounts(database: Database, now: datetime) -> int:
    """Remove account numbers that the provider has had for 30 days; return how many.

    The last four digits and a digest stay, so that people can still be asked about it.
    """
    return _each(database, _old_accounts(now), now, _forget)


def purge_payments(database: Database, now: datetime) -> int:
    """Empty applications that ended a year ago; return how many."""
    return _each(database, _old_ends(now), now, _purge)


def _old_accounts(now: datetime) -> ColumnElement[bool]:
    since = func.coalesce(PayApplication.account_given_at, PayApplication.created_at)
    return (
        PayApplication.state.in_(_AGREED)
        & PayApplication.account.is_not(None)
        & (PayApplication.decided_at < now - ACCOUNT_KEPT)
        & (since < now - ACCOUNT_KEPT)
    )


def _old_ends(now: datetime) -> ColumnElement[bool]:
    return PayApplication.state.in_(_CLOSED) & (PayApplication.updated_at < now - CLOSED_KEPT)


def _each(
    database: Database,
    due: ColumnElement[bool],
    now: datetime,
    work: Callable[[Session, PayApplication, datetime], None],
) -> int:
    with database.reading() as session:
        statement = select(PayApplication.id, PayApplication.store_id).where(due)
        found = session.execute(statement.order_by(PayApplication.id).limit(BATCH)).all()
    done = 0
    for application_id, store_id in found:
        with database.transaction() as session:
            lock_chats(session, store_id)
            row = locked(session, application_id)
            still = select(PayApplication.id).where(PayApplication.id == application_id, due)
            if row is not None and session.scalars(still).first() is not None:
                work(session, row, now)
                done += 1
    if done:
        with database.transaction() as session:
            write(session, Access("system", "erase", "*", "retention", done), now)
    return done


def _forget(session: Session, row: PayApplication, now: datetime) -> None:
    row.account, row.account_gone_at = None, now
    touch(row, now)
    _purge_papers(session, row, now, (DocumentKind.BANKBOOK,))
    key = f"account_gone:{row.revision}"
    bring_up(session, row, Cause(actor="system", key=key, now=now, reason="retention"))


def _purge(session: Session, row: PayApplication, now: datetime) -> None:
    _purge_papers(session, row, now, PAPERS)
    wipe_application(
        session, row, Cause(actor="system", key="retention", now=now, reason="retention")
    )


def _purge_papers(
    session: Session, row: PayApplication, now: datetime, kinds: tuple[DocumentKind, ...]
) -> None:
    """Destroy papers, unless another application of the same merchant still needs them."""
    others = select(PayApplication.id).where(
        PayApplication.merchant_id == row.merchant_id,
        PayApplication.id != row.id,
        PayApplication.state.not_in((*_AGREED, *_CLOSED, PayState.ERASED)),
    )
    if session.scalars(others).first() is not None:
        return
    papers = select(Document).where(
        Document.merchant_id == row.merchant_id,
        Document.kind.in_(kinds),
        Document.state != DocumentState.PURGED,
        Document.created_at < now - ACCOUNT_KEPT,
    )
    cause = Cause(actor="system", key="pay_retention", now=now, reason="retention")
    for paper in session.scalars(papers).all():
        purge(session, paper, cause)
