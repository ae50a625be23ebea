"""Letting go of what is not needed any more (PIPA 21: destroy without delay).

Answers kept for repeated deliveries go after a day. What somebody wrote who never registered
goes after 90 days: the draft, the transcript and the papers; who stopped at which question
stays, it names nobody.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.services.access_log import Access, write
from bot.services.documents import DocumentStore, lock_conversation, purge
from bot.services.requirements import mark_past_due
from models.conversation import Conversation, Inbox, Turn
from models.requirement import Document
from models.session import Database
from models.states import Cause, DocumentState

INBOX_KEPT = timedelta(days=1)
"""The vendor repeats a delivery within seconds."""
DRAFTS_KEPT = timedelta(days=90)
"""Our own rule, announced in the privacy notice."""
BATCH = 1000


def purge_inbox(database: Database, now: datetime) -> int:
    """Delete answers that nobody will ask for again; return how many."""
    total = 0
    while True:
        with database.transaction() as session:
            old = select(Inbox.id).where(Inbox.received_at < now - INBOX_KEPT).limit(BATCH)
            gone = session.scalars(delete(Inbox).where(Inbox.id.in_(old)).returning(Inbox.id))
            count = len(gone.all())
        total += count
        if count < BATCH:
            return total


def purge_drafts(database: Database, now: datetime) -> int:
    """Destroy what people left behind who never registered; return of how many."""
    cutoff = now - DRAFTS_KEPT
    with database.reading() as session:
        found = list(session.scalars(_abandoned(cutoff).limit(BATCH)))
    purged = sum(_purged(database, conversation_id, cutoff, now) for conversation_id in found)
    if purged:
        with database.transaction() as session:
            write(session, Access("system", "erase", "*", "retention", purged), now)
    return purged


def mark_overdue(database: Database, now: datetime) -> int:
    """Mark what should have been done by now; return how much."""
    with database.transaction() as session:
        return mark_past_due(session, now)


def sweep_files(database: Database, documents: DocumentStore, now: datetime) -> int:
    """Remove files that no document refers to; return how many."""
    with database.reading() as session:
        return documents.sweep(session, now)


def _abandoned(cutoff: datetime) -> Select[int]:
    papers = exists().where(
        Document.conversation_id == Conversation.id,
        Document.merchant_id.is_(None),
        Document.state != DocumentState.PURGED,
    )
    said = exists().where(Turn.conversation_id == Conversation.id)
    return select(Conversation.id).where(
        Conversation.merchant_id.is_(None),
        func.coalesce(Conversation.last_seen_at, Conversation.updated_at) < cutoff,
        or_(Conversation.state.is_not(None), said, papers),
    )


def _purged(database: Database, conversation_id: int, cutoff: datetime, now: datetime) -> bool:
    with database.transaction() as session:
        conversation = lock_conversation(session, conversation_id)
        still = _abandoned(cutoff).where(Conversation.id == conversation_id)
        if session.scalars(still).first() is None:
            return False  # came back in the meantime
        conversation.state = None
        conversation.asked = None
        conversation.flow = None
        conversation.expires_at = None
        conversation.revision += 1
        session.execute(delete(Turn).where(Turn.conversation_id == conversation_id))
        _purge_papers(session, conversation_id, now)
    return True


def _purge_papers(session: Session, conversation_id: int, now: datetime) -> None:
    cause = Cause(actor="system", key="retention", now=now, reason="retention")
    papers = select(Document).where(
        Document.conversation_id == conversation_id, Document.state != DocumentState.PURGED
    )
    for document in session.scalars(papers).all():
        purge(session, document, cause)
