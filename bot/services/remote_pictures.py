"""Pictures that people sent through the vendor's secure upload.

The turn only notes the address, sealed, in the `note` of a document without content. A job
fetches it soon after, because the address expires. Between tries the wait doubles: the next
one comes when as much time has passed since the last as had passed before it.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.clients.images import ImageSource
from bot.errors import ExternalRejectedError, ExternalUnavailableError, InvalidInputError
from bot.services.document_review import UNREADABLE, reject
from bot.services.documents import DocumentStore, Sent, StoredFile, arrived
from bot.services.pay_rules.bringing import bring_up_all
from bot.services.transaction import Transaction
from models.conversation import Conversation
from models.requirement import Document, DocumentKind
from models.session import Database
from models.states import Cause, DocumentState, record

LOG = logging.getLogger(__name__)

BATCH = 20
GIVE_UP_AFTER = timedelta(hours=6)
"""Longer than any address of the secure upload was seen to live."""
FIRST_WAIT = timedelta(seconds=4)


def remember_images(tx: Transaction, urls: Sequence[str], kind: str) -> list[int]:
    """Note the addresses of pictures; return the ids of their documents, in order.

    Args:
        tx: the turn.
        urls: addresses as the vendor sent them; the same one is noted once.
        kind: a value of `DocumentKind`.
    """
    conversation = tx.session.get_one(Conversation, tx.conversation_id)
    sent = Sent(tx.conversation_id, DocumentKind(kind), f"{tx.key}:image", tx.actor)
    merchant_id = conversation.merchant_id
    noted = [_remembered(tx, url, sent, merchant_id) for url in dict.fromkeys(urls)]
    if merchant_id is not None:  # the next thing is asked for before this one is fetched
        tx.session.flush()
        bring_up_all(tx.session, merchant_id, tx.cause("image_came"))
    return noted


def _remembered(tx: Transaction, url: str, sent: Sent, merchant_id: int | None) -> int:
    digest = hashlib.sha256(url.encode()).hexdigest()
    known = DocumentStore.known(tx.session, sent, digest)
    if known is not None:
        return known.id
    document = Document(
        conversation_id=sent.conversation_id,
        merchant_id=merchant_id,
        kind=sent.kind,
        sha256=digest,
        mime="",
        size=0,
        storage_key=None,
        note=url,
        captured_by=sent.captured_by,
        state=DocumentState.RECEIVED,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(document)
    record(tx.session, document, None, tx.cause(f"image:{digest[:16]}"))
    return document.id


def fetch_pending(
    database: Database, source: ImageSource, store: DocumentStore, now: datetime
) -> int:
    """Fetch pictures whose address was noted; return how many were stored.

    No transaction is open while something is fetched. Two runs at once are harmless.
    """
    statement = (
        select(Document)
        .where(Document.state == DocumentState.RECEIVED, Document.storage_key.is_(None))
        .order_by(Document.updated_at)
        .limit(BATCH)
    )
    with database.reading() as session:
        waiting = [row for row in session.execute(statement).scalars() if _is_due(row, now)]
    return sum(_fetched(database, source, store, row, now) for row in waiting)


def _is_due(document: Document, now: datetime) -> bool:
    tried_for = document.updated_at - document.created_at
    wait = FIRST_WAIT + tried_for if tried_for else timedelta()
    return bool(document.note) and now - document.updated_at >= wait


def _is_awaited(document: Document) -> bool:
    """Tell whether a picture has still to come; another run may have fetched it meanwhile."""
    return document.state is DocumentState.RECEIVED and document.storage_key is None


def _fetched(
    database: Database, source: ImageSource, store: DocumentStore, document: Document, now: datetime
) -> bool:
    try:
        stored = store.prepare(source.fetch(document.note or ""))
    except ExternalUnavailableError as error:
        LOG.info("picture of document %d not fetched: %s", document.id, error.code)
        _try_later(database, document.id, now)
        return False
    except (ExternalRejectedError, InvalidInputError) as error:
        LOG.warning("picture of document %d refused: %s", document.id, error.code)
        _give_up(database, document.id, now)
        return False
    return _keep(database, store, stored, document.id, now)


def _keep(
    database: Database, store: DocumentStore, stored: StoredFile, document_id: int, now: datetime
) -> bool:
    with database.transaction() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if not _is_awaited(document):
            store.files.delete(stored.name)
            return False
        document.storage_key = stored.name
        document.sha256 = stored.sha256
        document.mime = stored.mime
        document.size = stored.size
        document.note = None
        arrived(session, document, stored, now)
    return True


def _try_later(database: Database, document_id: int, now: datetime) -> None:
    with database.transaction() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if not _is_awaited(document):
            return
        if now - document.created_at < GIVE_UP_AFTER:
            document.updated_at = max(now, document.created_at + FIRST_WAIT)
            return
    _give_up(database, document_id, now)


def _give_up(database: Database, document_id: int, now: datetime) -> None:
    with database.transaction() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if not _is_awaited(document):
            return
        cause = Cause(actor="system", key="document:not_fetched", now=now, reason=UNREADABLE)
        reject(session, document_id, cause)
        document.note = None
