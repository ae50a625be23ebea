"""People of the programme and what waits for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import RightsState, TicketState


class Role(StrEnum):
    """What a member of the staff may do."""

    SUPPORTER = "supporter"
    MARKET_MANAGER = "market_manager"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Priority(StrEnum):
    """How soon a ticket wants an answer."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class RightsKind(StrEnum):
    """What a person may ask about the own data (PIPA 35, 36, 37)."""

    ACCESS = "access"
    CORRECT = "correct"
    ERASE = "erase"
    SUSPEND = "suspend"
    WITHDRAW = "withdraw"


class Staff(Base):
    """One person of the programme, with a login of their own.

    Attributes:
        password_hash: one-way, salted (scrypt by Werkzeug).
        market_id: sees only this market; None for all.
        failed_logins: since the last success.
        locked_until: no login before this moment.
    """

    __tablename__ = "staff"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(EncryptedText("staff.name"))
    password_hash: Mapped[str]
    role: Mapped[Role] = mapped_column(one_of(Role))
    market_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("market.id", ondelete="SET NULL")
    )
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class HandoffTicket(Base):
    """A conversation that waits for a person.

    Attributes:
        reason: a code: `asked`, `failed_twice`, `complaint`, `trust`, `eligibility`, `manual`.
        asked: the question that was open when it was handed over.
        summary: what the person needs to know; sealed.
        due_at: by when somebody should have answered.
    """

    __tablename__ = "handoff_ticket"
    __table_args__ = (Index(None, "state", "priority", "due_at"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str]
    priority: Mapped[Priority] = mapped_column(one_of(Priority), default=Priority.NORMAL)
    flow: Mapped[str | None]
    asked: Mapped[str | None]
    summary: Mapped[str | None] = mapped_column(EncryptedText("handoff_ticket.summary"))
    assignee_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("staff.id", ondelete="SET NULL")
    )
    state: Mapped[TicketState] = mapped_column(one_of(TicketState), default=TicketState.OPEN)
    due_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RightsRequest(Base):
    """Somebody asked about the own data; the law gives ten days (PIPA Decree 41(4), 43(3)).

    Attributes:
        subject_hmac: digest of the person's key; stays after erasure.
        detail: what was asked, in codes or the person's words; sealed.
        result: what was done, in codes.
    """

    __tablename__ = "rights_request"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    subject_hmac: Mapped[str]
    kind: Mapped[RightsKind] = mapped_column(one_of(RightsKind))
    detail: Mapped[str | None] = mapped_column(EncryptedText("rights_request.detail"))
    state: Mapped[RightsState] = mapped_column(one_of(RightsState), default=RightsState.OPEN)
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    result: Mapped[str | None]
    result_sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
