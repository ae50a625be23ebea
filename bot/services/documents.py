"""Papers that people send: kept sealed, once each, with a row that says how far they are.

A file is drawn anew, looked over by the virus scanner and written before the transaction
that records it, because that takes long; a file whose transaction failed is removed by
`sweep`. Where a scanner is required and none answers, a paper is kept and counts as arrived, but
nobody sees it until it was looked over (`bot/services/waiting_papers.py`). A picture sent through the vendor's secure upload is recorded in the turn by its
address alone and fetched afterwards (`bot/services/remote_pictures.py`).
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import ExternalUnavailableError, InvalidInputError
from bot.services.document_review import is_waiting, let_wait, send_to_review
from bot.services.pictures import cleaned
from bot.services.sealed_files import SealedFiles
from models.conversation import Conversation
from models.events import StateEvent
from models.payment import PayQr
from models.requirement import Document, DocumentKind
from models.states import Cause, DocumentState, move, record

FILES_PER_LINK = 5
"""Two pages and a few tries; a link that leaked cannot fill the disk."""
LEFT_ALONE_S = 60.0
"""A required scanner that was silent is not asked again so soon by somebody who waits at a page."""
ORPHAN_AGE = timedelta(hours=1)
"""A file without a row may belong to a transaction that is still under way."""

_NAMED_BY = (Document.storage_key, PayQr.storage_key)
"""Columns that say which files are still needed; payment codes lie in the same folder."""
_GONE = (DocumentState.REJECTED, DocumentState.PURGED)

Scan = Callable[[bytes], bool]
"""A virus scanner: takes the bytes as they came, says whether they are harmless.

Without a verdict it raises ExternalUnavailableError.
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies sealed on the disk and waits for its row.

    Attributes:
        sha256: digest of the bytes as they came, so that sending again is noticed.
        mime, size: of the bytes that were kept.
        is_scanned: False: nobody may see it yet.
    """

    name: str
    sha256: str
    mime: str
    size: int
    is_scanned: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """Whose paper it is.

    Attributes:
        conversation_id: the conversation it was asked in.
        kind: which paper.
        way: tells ways of sending apart in the events, `upload:<nonce of the link>`.
        captured_by: `merchant`, `agent`, `staff:<login>`.
    """

    conversation_id: int
    kind: DocumentKind
    way: str
    captured_by: str = "merchant"


class DocumentStore:
    """Where the content of papers lies.

    Args:
        files: the sealed folder.
        scan: the virus scanner; None where there is none.
        must_scan: nothing is seen by anybody that no scanner has looked over.
    """

    def __init__(
        self, files: SealedFiles, scan: Scan | None = None, *, must_scan: bool = False
    ) -> None:
        self.files = files
        self._scan = scan
        self._must_scan = must_scan
        self._silent_at: float | None = None

    def prepare(self, data: bytes) -> StoredFile:
        """Check, clean, seal and write a file; call outside any transaction.

        Raises:
            InvalidInputError: see `bot.services.pictures.cleaned`; `file_infected`.
            ExternalUnavailableError: the virus scanner does not answer and is not required.
        """
        clean = cleaned(data)
        is_scanned = self._looked_over(data)
        return StoredFile(
            name=self.files.put(clean.data),
            sha256=hashlib.sha256(data).hexdigest(),
            mime=clean.mime,
            size=len(clean.data),
            is_scanned=is_scanned,
        )

    def _looked_over(self, data: bytes) -> bool:
        """Return False for a file that has to wait for the scanner."""
        if self._silent_at is not None and time.monotonic() - self._silent_at < LEFT_ALONE_S:
            return False
        try:
            harmless = self.is_harmless(data)
        except ExternalUnavailableError:
            if not self._must_scan:
                raise
            self._silent_at = time.monotonic()
            return False
        if not harmless:
            raise InvalidInputError(code="file_infected")
        return True

    def is_harmless(self, data: bytes) -> bool:
        """Ask the virus scanner; without one everything is, unless one is required.

        Raises:
            ExternalUnavailableError: there is no verdict.
        """
        if self._scan is not None:
            return self._scan(data)
        if self._must_scan:
            raise ExternalUnavailableError("no scanner is set", code="scanner_down")
        return True

    def prepare_now(self, data: bytes) -> StoredFile:
        """Do as `prepare` does, for somebody who waits at a page.

        Raises:
            InvalidInputError: as `prepare`; `file_not_scanned`: not now, the same file later.
        """
        try:
            return self.prepare(data)
        except ExternalUnavailableError as error:
            raise InvalidInputError(code="file_not_scanned") from error

    def record(self, session: Session, stored: StoredFile, sent: Sent, now: datetime) -> Document:
        """Write the row of a file; the same file sent again gives the row it already has.

        Raises:
            InvalidInputError: code `no_conversation`.
        """
        conversation = lock_conversation(session, sent.conversation_id)
        known = self.known(session, sent, stored.sha256)
        if known is not None:
            self.files.delete(stored.name)
            return known
        document = Document(
            conversation_id=conversation.id,
            merchant_id=conversation.merchant_id,
            kind=sent.kind,
            sha256=stored.sha256,
            mime=stored.mime,
            size=stored.size,
            storage_key=stored.name,
            captured_by=sent.captured_by,
            state=DocumentState.RECEIVED,
            created_at=now,
            updated_at=now,
        )
        session.add(document)
        key = f"{sent.way}:{stored.sha256[:16]}"
        record(session, document, None, Cause(actor=sent.captured_by, key=key, now=now))
        arrived(session, document, stored, now)
        return document

    @staticmethod
    def known(session: Session, sent: Sent, sha256: str) -> Document | None:
        """Return the row of a file that was sent before and is still good."""
        statement = select(Document).where(
            Document.conversation_id == sent.conversation_id,
            Document.kind == sent.kind,
            Document.sha256 == sha256,
            Document.state.not_in(_GONE),
        )
        return session.execute(statement.order_by(Document.id)).scalars().first()

    def content(self, document: Document) -> bytes:
        """Return the content of a paper.

        Raises:
            InvalidInputError: code `file_missing`: purged, or not fetched yet; `file_waits`:
                nobody may see it before the virus scanner has.
        """
        if is_waiting(document):
            raise InvalidInputError(code="file_waits")
        if document.storage_key is None:
            raise InvalidInputError(code="file_missing")
        return self.files.get(document.storage_key)

    def sweep(self, session: Session, now: datetime) -> int:
        """Remove files that no row refers to; return how many."""
        old = list(self.files.names_before(now - ORPHAN_AGE))
        kept = {
            name for of in _NAMED_BY for name in session.scalars(select(of).where(of.is_not(None)))
        }
        orphans = [name for name in old if name not in kept]
        for name in orphans:
            self.files.delete(name)
        return len(orphans)


def arrived(session: Session, document: Document, stored: StoredFile, now: datetime) -> None:
    """Put a paper whose file is kept on the operators' list, or let it wait for the scanner."""
    if stored.is_scanned:
        send_to_review(session, document, now)
    else:
        let_wait(session, document, now)


def purge(session: Session, document: Document, cause: Cause) -> None:
    """Destroy the content of a paper; the row stays as evidence that it existed.

    The file itself goes with the next `sweep`, after this transaction was committed.

    Raises:
        models.errors.IllegalMoveError: it was purged before under another key.
    """
    if move(session, document, DocumentState.PURGED, cause):
        document.storage_key = None
        document.note = None
        document.updated_at = cause.now


def files_of_link(session: Session, conversation_id: int, way: str) -> int:
    """Return how many papers came by one upload link."""
    statement = (
        select(func.count())
        .select_from(Document)
        .join(StateEvent, StateEvent.entity_id == Document.id)
        .where(
            Document.conversation_id == conversation_id,
            StateEvent.entity == Document.__tablename__,
            StateEvent.idempotency_key.startswith(f"{way}:", autoescape=True),
        )
    )
    return session.execute(statement).scalar_one()


def lock_conversation(session: Session, conversation_id: int) -> Conversation:
    """Return a conversation that nobody else changes until this transaction ends.

    Rows of other chats may refer to it meanwhile (PostgreSQL: FOR NO KEY UPDATE): what is done
    in one chat of a merchant may be told in another, and both would wait for each other.

    Raises:
        InvalidInputError: code `no_conversation`.
    """
    conversation = session.get(Conversation, conversation_id, with_for_update={"key_share": True})
    if conversation is None:
        raise InvalidInputError(code="no_conversation")
    return conversation
