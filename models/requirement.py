"""What is still needed from whom, and the documents that show it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import DocumentState, Level


class Requirement(Base):
    """One thing that a capability of a subject needs.

    Attributes:
        subject: table name of the subject, `merchant`, `channel_registration`.
        capability: what it is for: `channel`, `pay`, `cost`.
        key: what is needed: a slot key or a document kind.
        alternatives: requirements with the same non-empty group stand in for each other.
        due_since: since when somebody has to act; None while nobody has to.
        deadline: when `currently_due` becomes `past_due`; None for never.
        error_code: why the last attempt did not do; the fix follows from it.
        fix_action: the one thing to do, from the table of the requirements service.
        evidence_id: the document that shows it.
    """

    __tablename__ = "requirement"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "capability", "key"),
        Index(None, "level", "deadline"),
        Index("ix_requirement_waiting", "subject", "capability", "subject_id", "level",
              "fix_action", "due_since"),
    )  # fmt: skip

    id: Mapped[Id]
    subject: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    capability: Mapped[str]
    key: Mapped[str]
    level: Mapped[Level] = mapped_column(one_of(Level))
    alternatives: Mapped[str] = mapped_column(default="")
    due_since: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    error_code: Mapped[str | None]
    fix_action: Mapped[str | None]
    evidence_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("document.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DocumentKind(StrEnum):
    """What a picture shows."""

    BRC = "brc"
    BANKBOOK = "bankbook"
    PERMIT = "permit"
    CORP_REGISTRY = "corp_registry"
    SEAL = "seal"
    PROXY = "proxy"
    PHOTO = "photo"
    OTHER = "other"


class Document(Base):
    """A file that somebody sent. The content lies elsewhere, sealed.

    Attributes:
        merchant_id: whose document; None before there is a merchant.
        sha256: digest of the content, 64 hex digits.
        mime: by content, never by name.
        size: bytes.
        storage_key: where the content lies; None once purged.
        captured_by: `merchant`, `agent`, `staff:<login>`.
        reject_code: an error code of the requirements service.
        note: what the reviewer wrote.
    """

    __tablename__ = "document"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    merchant_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind), default=DocumentKind.OTHER)
    sha256: Mapped[str] = mapped_column(index=True)
    mime: Mapped[str]
    size: Mapped[int]
    storage_key: Mapped[str | None]
    captured_by: Mapped[str] = mapped_column(default="merchant")
    issued_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[DocumentState] = mapped_column(
        one_of(DocumentState), default=DocumentState.RECEIVED
    )
    reject_code: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(EncryptedText("document.note"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
