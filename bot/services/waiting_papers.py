"""Papers that wait for the virus scanner: looked over when it is there again.

What is looked over is what was kept, the picture drawn anew or the bare pages: nothing else of
the file exists any more. A paper without a verdict goes to the end of the line, so that one file
which the scanner cannot take, or which cannot be opened, does not keep the others waiting.
"""

import logging
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import ExternalUnavailableError, InvalidInputError
from bot.services.document_review import UNREADABLE, is_waiting, reject, send_to_review
from bot.services.documents import DocumentStore
from models.errors import KeyRingError
from models.requirement import Document
from models.session import Database
from models.states import Cause, DocumentState

LOG = logging.getLogger(__name__)

BATCH = 20
_WAITS = (Document.state == DocumentState.RECEIVED, Document.storage_key.is_not(None))


def look_over(database: Database, store: DocumentStore, now: datetime) -> int:
    """Have waiting papers looked over until one gets no verdict; return how many got one.

    No transaction is open meanwhile. Two runs at once are harmless.
    """
    oldest = select(Document).where(*_WAITS).order_by(Document.updated_at, Document.id)
    with database.reading() as session:
        waiting = session.scalars(oldest.limit(BATCH)).all()
    done = 0
    for document in waiting:
        try:
            harmless = _is_harmless(store, document)
        except (ExternalUnavailableError, KeyRingError) as error:
            LOG.warning("papers wait for the virus scanner: %s", error.code)
            _put_last(database, document.id, now)
            break
        done += _settled(database, store, document, now, harmless=harmless)
    return done


def count_waiting(session: Session) -> int:
    """Return how many papers wait."""
    return session.scalar(select(func.count()).select_from(Document).where(*_WAITS)) or 0


def _is_harmless(store: DocumentStore, document: Document) -> bool:
    try:
        return store.is_harmless(store.files.get(document.storage_key or ""))
    except InvalidInputError:
        return False  # the file is lost: it has to be sent again all the same


def _settled(
    database: Database, store: DocumentStore, seen: Document, now: datetime, *, harmless: bool
) -> bool:
    """Send a paper on to the people who check it, or have it sent again and destroy it."""
    with database.transaction() as session:
        document = session.get_one(Document, seen.id, with_for_update=True)
        if not is_waiting(document):
            return False
        if harmless:
            send_to_review(session, document, now)
            return True
        cause = Cause(actor="system", key="document:scanned", now=now, reason=UNREADABLE)
        document.storage_key = None
        reject(session, document.id, cause)
    LOG.warning("document %d was refused by the virus scanner", seen.id)
    store.files.delete(seen.storage_key or "")
    return True


def _put_last(database: Database, document_id: int, now: datetime) -> None:
    with database.transaction() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if is_waiting(document):
            document.updated_at = now
