"""Certificates that became too old before they were handed over.

A provider takes them for so many days (`paper_days`), counted from the day that stands on them,
else from the day they came. What the provider has seen already does not age any more, and a
registration for the channel knows no such limit.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.document_review import expire
from bot.services.documents import lock_conversation
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import AT_REST, GATHERED, INSIDE
from models.payment import PayApplication
from models.requirement import Document, DocumentKind
from models.session import Database
from models.states import Cause, DocumentState

AGING = (DocumentKind.BRC, DocumentKind.CORP_REGISTRY, DocumentKind.SEAL)


def expire_papers(database: Database, now: datetime) -> int:
    """Ask for certificates anew that became too old; return how many."""
    with database.reading() as session:
        found = list(dict.fromkeys(_too_old(session, now)))
    done = 0
    for document_id in found:
        with database.transaction() as session:
            done += _expired(session, document_id, now)
    return done


def _too_old(session: Session, now: datetime) -> Iterator[int]:
    rows = session.execute(
        select(Document, PayApplication.provider)
        .join(PayApplication, PayApplication.merchant_id == Document.merchant_id)
        .where(
            PayApplication.state.in_(GATHERED),
            Document.kind.in_(AGING),
            Document.state == DocumentState.ACCEPTED,
        )
        .order_by(Document.id)
    )
    today = now.astimezone(KST).date()
    for paper, key in rows:
        issued = paper.issued_on or paper.created_at.astimezone(KST).date()
        if issued + timedelta(days=provider(key).paper_days) < today:
            yield paper.id


def _expired(session: Session, document_id: int, now: datetime) -> bool:
    paper = session.get_one(Document, document_id)
    if paper.conversation_id is not None:
        lock_conversation(session, paper.conversation_id)  # first, as every turn does
    session.refresh(paper, with_for_update=True)
    if paper.state is not DocumentState.ACCEPTED or _is_with_provider(session, paper):
        return False
    cause = Cause(actor="system", key="too_old", now=now, reason="doc_old")
    return expire(session, paper, cause)


def _is_with_provider(session: Session, paper: Document) -> bool:
    """Tell whether a provider has this paper: another store of the same person may."""
    seen = select(PayApplication.id).where(
        PayApplication.merchant_id == paper.merchant_id,
        PayApplication.state.not_in((*INSIDE, *AT_REST)),
    )
    return session.scalars(seen.limit(1)).first() is not None
