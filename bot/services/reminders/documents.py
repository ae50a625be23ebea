"""A paper is needed, or has to be sent again."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, plan
from bot.outbox.timing import When
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.people import (
    chat_of_merchant,
    has_left,
    is_with_staff,
    merchant_of_registration,
)
from bot.services.reminders.series import plan_series
from bot.services.requirements import DUE
from models.merchant import ChannelRegistration, Merchant
from models.outbox import MessageClass, Reminder
from models.payment import PayApplication
from models.requirement import Document, DocumentKind, Requirement
from models.session import Database
from models.states import DocumentState, Level

SUBJECT = Requirement.__tablename__
LOOKED_BACK = timedelta(days=45)
"""Ten working days lie within it, whatever holidays there are."""
_HERE = (Merchant.__tablename__, ChannelRegistration.__tablename__)
"""Whose papers are reminded of here; those of applications for payment: `payments`."""
_NEEDED = "paper is needed"
_AT = time(10)

PAPERS: Mapping[str, str] = MappingProxyType(
    {
        DocumentKind.BRC: "사업자등록증",
        DocumentKind.BANKBOOK: "통장 앞면",
        DocumentKind.PERMIT: "허가증이나 신고증",
        DocumentKind.CORP_REGISTRY: "법인 등기부 등본",
        DocumentKind.SEAL: "인감 증명서",
        DocumentKind.PROXY: "위임장",
        DocumentKind.PHOTO: "가게",
    }
)
"""What a paper is called before the word 사진; the others are nothing to remind of."""
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "doc_unreadable": "글자가 잘 안 보여요. 밝은 곳에서 다시 찍어 주세요.",
        "doc_cropped": "끝이 잘렸어요. 네 귀퉁이가 다 보이게 찍어 주세요.",
        "doc_old": "오래된 서류예요. 새로 떼서(3개월 안) 찍어 주세요.",
        "doc_wrong_kind": "다른 서류가 왔어요. 이 서류를 찍어 주세요.",
    }
)
"""Code of a refused paper -> what is wrong with it and what to do."""


def plan_documents(database: Database, now: datetime) -> int:
    """Plan the reminders of every paper that somebody has to send; return how many."""
    return one_by_one(database, _needed(now), Requirement.id, _planned, now)


def _planned(session: Session, requirement_id: int, now: datetime) -> int:
    row = session.get(Requirement, requirement_id, with_for_update=True)
    if row is None or row.due_since is None or row.level not in DUE:
        return 0
    chat = chat_of(session, row)
    if chat is None:
        return 0
    about = About(
        conversation_id=chat,
        subject=SUBJECT,
        subject_id=row.id,
        anchor=row.due_since,
        key=moment(row.due_since),
        params={"since": moment(row.due_since)},
    )
    return plan_series(session, MISSING, about, now)


def moment(at: datetime) -> str:
    """Return what tells one moment from another one; later ones sort behind."""
    return at.strftime("%Y%m%dT%H%M%S")


def _needed(now: datetime) -> Select[int]:
    planned = exists().where(
        Reminder.subject == SUBJECT,
        Reminder.subject_id == Requirement.id,
        Reminder.kind == MISSING.kind,
        Reminder.created_at >= Requirement.due_since,
    )
    return select(Requirement.id).where(
        Requirement.level.in_(DUE),
        Requirement.key.in_(PAPERS),
        Requirement.subject.in_(_HERE),
        Requirement.due_since > now - LOOKED_BACK,
        ~planned,
    )


def merchant_of(session: Session, row: Requirement) -> int | None:
    """Return whose requirement it is."""
    if row.subject == Merchant.__tablename__:
        return row.subject_id
    if row.subject == ChannelRegistration.__tablename__:
        return merchant_of_registration(session, row.subject_id)
    return None


def chat_of(session: Session, row: Requirement) -> int | None:
    """Return the chat in which a paper is asked for; None for who takes no part any more."""
    merchant_id = merchant_of(session, row)
    if merchant_id is None or has_left(session, merchant_id):
        return None
    return chat_of_merchant(session, merchant_id)


def is_met_otherwise(session: Session, row: Requirement) -> bool:
    """Tell whether another requirement that stands in for this one is met."""
    if not row.alternatives:
        return False
    other = select(Requirement.id).where(
        Requirement.subject == row.subject,
        Requirement.subject_id == row.subject_id,
        Requirement.capability == row.capability,
        Requirement.alternatives == row.alternatives,
        Requirement.level == Level.MET,
    )
    return session.execute(other.limit(1)).first() is not None


def _look_missing(session: Session, due: Due) -> Values | Gone:
    row = session.get(Requirement, due.subject_id)
    if row is None or row.level not in DUE or is_met_otherwise(session, row):
        return Gone("already_done")
    if row.due_since is None or moment(row.due_since) != due.params["since"]:
        return Gone("sent_meanwhile")
    merchant_id = merchant_of(session, row)
    if merchant_id is None or has_left(session, merchant_id):
        return Gone("left")
    if is_with_staff(session, due.conversation_id):
        return Gone("with_person")
    return Values({"서류": PAPERS[row.key]})


def refused(session: Session, document: Document, now: datetime) -> None:
    """Tell that a paper has to be sent again; called when it is refused."""
    if document.conversation_id is None or document.kind not in PAPERS:
        return
    if _is_for_payment_alone(session, document):
        return
    about = About(
        conversation_id=document.conversation_id,
        subject=Document.__tablename__,
        subject_id=document.id,
        anchor=now,
        key=moment(now),
    )
    plan(session, REFUSED, about, now)


def _is_for_payment_alone(session: Session, document: Document) -> bool:
    """Tell whether only an application for payment waits for a paper; `payment.fix` tells it."""
    waiting = select(Requirement.subject, Requirement.subject_id).where(
        Requirement.key == document.kind,
        Requirement.level.in_(DUE),
        Requirement.evidence_id == document.id,
    )
    subjects = {row.subject for row in session.execute(waiting)}
    return subjects == {PayApplication.__tablename__}


def _look_refused(session: Session, due: Due) -> Values | Gone:
    document = session.get(Document, due.subject_id)
    if document is None or document.state is not DocumentState.REJECTED:
        return Gone("already_done")
    newer = select(Document.id).where(
        Document.conversation_id == document.conversation_id,
        Document.kind == document.kind,
        Document.id > document.id,
        Document.state != DocumentState.PURGED,
    )
    if session.execute(newer.limit(1)).first() is not None:
        return Gone("sent_meanwhile")
    fault = FAULTS.get(document.reject_code or "", FAULTS["doc_unreadable"])
    return Values({"서류": PAPERS[document.kind], "까닭": fault})


MISSING = Notice(
    kind="document.missing",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after=_NEEDED, days=2, business=True, at=_AT),
    again=(
        When(after=_NEEDED, days=5, business=True, at=_AT),
        When(after=_NEEDED, days=10, business=True, at=_AT),
    ),
    look=_look_missing,
    must_arrive=True,
)
REFUSED = Notice(
    kind="document.refused",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="paper was refused", lasts=timedelta(days=3)),
    look=_look_refused,
    must_arrive=True,
)
NOTICES = (MISSING, REFUSED)
