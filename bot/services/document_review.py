"""What a paper means for what is still needed: on arrival, accepted, or asked for again.

A machine never rejects a paper for what it says; a person looks at it. Only a picture that
cannot be fetched or opened is asked for again by itself.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.pay_rules.bringing import bring_up_all
from bot.services.reminders.documents import refused
from bot.services.requirements import OPEN, Need, Subject, put
from models.merchant import ChannelRegistration, Store
from models.requirement import Document, Requirement
from models.states import Cause, DocumentState, Level, move

_LEVELS = {
    DocumentState.RECEIVED: Level.PENDING_VERIFICATION,
    DocumentState.SCANNED: Level.PENDING_VERIFICATION,
    DocumentState.IN_REVIEW: Level.PENDING_VERIFICATION,
    DocumentState.ACCEPTED: Level.MET,
}
UNREADABLE = "doc_unreadable"
TOO_OLD = "doc_old"
REJECT_CODES = (UNREADABLE, "doc_cropped", TOO_OLD, "doc_wrong_kind")
"""Why a paper is asked for again; keys of the table of fixes."""


def send_to_review(session: Session, document: Document, now: datetime) -> None:
    """Put a paper on the operators' list; what it shows now waits for them."""
    for state in (DocumentState.SCANNED, DocumentState.IN_REVIEW):
        cause = Cause(actor="system", key=f"document:{state.value}", now=now)
        move(session, document, state, cause)
    document.updated_at = now
    _set_needs(session, document, Level.PENDING_VERIFICATION, None, now)


def let_wait(session: Session, document: Document, now: datetime) -> None:
    """Let a paper count as arrived that nobody may look at before the virus scanner has."""
    document.updated_at = now
    _set_needs(session, document, Level.PENDING_VERIFICATION, None, now)


def is_waiting(document: Document) -> bool:
    """Tell whether a kept paper was not looked over by the virus scanner yet."""
    return document.state is DocumentState.RECEIVED and document.storage_key is not None


def catch_up(session: Session, merchant_id: int, now: datetime) -> None:
    """Let the papers a merchant has sent already count for requirements that are new.

    The newest paper of a kind decides. Call it after requirements were put.
    """
    statement = select(Document).where(
        Document.merchant_id == merchant_id, Document.state.in_(_LEVELS)
    )
    newest = {paper.kind: paper for paper in session.scalars(statement.order_by(Document.id))}
    for paper in newest.values():
        _set_needs(session, paper, _LEVELS[paper.state], None, now)


def accept(
    session: Session, document_id: int, cause: Cause, *, issued_on: date | None = None
) -> bool:
    """Accept a paper; False when this key was applied before.

    Args:
        session: inside a write transaction.
        document_id: which paper.
        cause: who, when, idempotency key.
        issued_on: the day that stands on it, where whoever looked at it told so.

    Raises:
        InvalidInputError: code `no_document`.
        RuleBrokenError: code `file_waits`: nobody may have seen it yet.
        models.errors.IllegalMoveError: it is not waiting for a review.
    """
    document = _document(session, document_id)
    if not move(session, document, DocumentState.ACCEPTED, cause):
        return False
    document.reject_code = None
    document.issued_on = issued_on
    document.updated_at = cause.now
    _set_needs(session, document, Level.MET, None, cause.now)
    return True


def expire(session: Session, document: Document, cause: Cause) -> bool:
    """Let an accepted paper be too old for payment; False when this was done.

    A registration for the channel is content with it.

    Raises:
        models.errors.IllegalMoveError: it was not accepted.
    """
    if not move(session, document, DocumentState.EXPIRED, cause):
        return False
    document.updated_at = cause.now
    _bring_up(session, document, cause.now)
    return True


def reject(session: Session, document_id: int, cause: Cause) -> bool:
    """Ask for a paper again; False when this key was applied before.

    Args:
        session: inside a write transaction.
        document_id: which paper.
        cause: its reason is one of `REJECT_CODES`.

    Raises:
        InvalidInputError: code `no_document`.
        RuleBrokenError: code `reason_needed`: no such reason; `file_waits` as for `accept`.
        models.errors.IllegalMoveError: it is gone already.
    """
    document = _document(session, document_id)
    if cause.reason not in REJECT_CODES:
        raise RuleBrokenError(f"not a reason: {cause.reason}", code="reason_needed")
    if not move(session, document, DocumentState.REJECTED, cause):
        return False
    document.reject_code = cause.reason
    document.updated_at = cause.now
    _set_needs(session, document, Level.CURRENTLY_DUE, cause.reason, cause.now)
    refused(session, document, cause.now)
    return True


def _document(session: Session, document_id: int) -> Document:
    document = session.get(Document, document_id)
    if document is None:
        raise InvalidInputError(code="no_document")
    if is_waiting(document):
        raise RuleBrokenError(code="file_waits")
    return document


def _set_needs(
    session: Session, document: Document, level: Level, code: str | None, now: datetime
) -> None:
    """Change every open requirement that this kind of paper answers."""
    need = Need(document.kind.value, level, code, evidence_id=document.id)
    for subject in _subjects(session, document, level):
        put(session, subject, [need], now)
    _bring_up(session, document, now)


def _bring_up(session: Session, document: Document, now: datetime) -> None:
    """Let applications for payment follow."""
    if document.merchant_id is not None:
        session.flush()
        key = f"document:{document.id}:{document.state.value}:{now.isoformat()}"
        bring_up_all(session, document.merchant_id, Cause(actor="system", key=key, now=now))


def _subjects(session: Session, document: Document, level: Level) -> list[Subject]:
    if document.merchant_id is None:
        return []
    statement = (
        select(Requirement.subject, Requirement.subject_id, Requirement.capability)
        .join(ChannelRegistration, ChannelRegistration.id == Requirement.subject_id)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(
            Requirement.subject == ChannelRegistration.__tablename__,
            Requirement.key == document.kind.value,
            Store.merchant_id == document.merchant_id,
        )
    )
    if level is not Level.CURRENTLY_DUE:
        statement = statement.where(Requirement.level.in_(OPEN))
    return [Subject(*place) for place in session.execute(statement)]
