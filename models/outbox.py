"""Messages that we begin: when each is due, what became of it, and who may not be written to.

The row is the truth: it is written in the transaction of what it tells about, and whoever
delivers it owns it for a short while only. The words are made from the world as it is when
the message goes out.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedJson
from models.states import ReminderState

_WAITING = text("state = 'scheduled'")
_OWNED = text("state IN ('claimed', 'sending')")
_FLYING = text("state IN ('accepted', 'unknown')")
_TROUBLE = text("state IN ('unknown', 'dead')")


class MessageClass(StrEnum):
    """What the law takes a message for (Network Act 50)."""

    TRANSACTIONAL = "transactional"
    EDUCATION = "education"
    MARKETING = "marketing"


class Outcome(StrEnum):
    """How one call of a sender ended.

    Attributes:
        NOT_SENT: surely not sent (no connection, refused for now): may be tried again.
        ACCEPTED: the vendor took it.
        REFUSED: the vendor refused it for good: this sender will not do.
        UNKNOWN: it may have been sent (no answer, broken answer, 5xx, a killed process).
    """

    NOT_SENT = "not_sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Reminder(Base):
    """One message to one person, at most once planned.

    Attributes:
        public_id: what vendors are told, so that their reports find the row.
        kind: key of the table of notices, `visit.day_before`.
        conversation_id: whose chat it is for; None when erased, or for a supporter.
        supporter_id: the supporter it is for; None for a merchant.
        subject, subject_id, subject_version: table, row and revision it is about.
        dedup_key: the same thing is never planned twice.
        params: what the words need and the world does not know any more; nothing personal.
        due_at: when it was meant for.
        not_before: never earlier: due time, hours of rest and preferences taken together.
        expires_at: later it would only confuse.
        next_attempt_at: when it is looked at next; claiming follows this column alone.
        attempts: calls of senders so far.
        lease_owner, lease_until: who has it in hand, and until when.
        sender: who took it, or has it in hand.
        refused_by: senders that will not do for it.
        sender_ref: the vendor's number of it (taskId, groupId, requestId).
        look_at: when an accepted or unclear one is looked up at its sender next; None when
            there is nothing to find out.
        looks: how often it was looked up.
        said: the words and buttons as they went out, `{"text": ..., "buttons": [{"label": ...,
            "link": ...}]}`, sealed.
        reason: a code: why it was postponed, cancelled, suppressed, given up.
        merged_into: the digest that said it, too.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_waiting", "next_attempt_at", "id",
              sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_reminder_owned", "lease_until",
              sqlite_where=_OWNED, postgresql_where=_OWNED),
        Index("ix_reminder_flying", "look_at",
              sqlite_where=_FLYING, postgresql_where=_FLYING),
        Index("ix_reminder_trouble", "updated_at",
              sqlite_where=_TROUBLE, postgresql_where=_TROUBLE),
        Index(None, "subject", "subject_id"),
        Index(None, "conversation_id"),  # without the state: a claim would move every entry
        Index(None, "supporter_id", "state"),
    )  # fmt: skip

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[str]
    message_class: Mapped[MessageClass] = mapped_column(one_of(MessageClass))
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL")
    )
    supporter_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="SET NULL")
    )
    subject: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    subject_version: Mapped[int] = mapped_column(default=0)
    dedup_key: Mapped[str] = mapped_column(unique=True)
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[ReminderState] = mapped_column(
        one_of(ReminderState), default=ReminderState.SCHEDULED
    )
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    sender: Mapped[str | None]
    refused_by: Mapped[list[str]] = mapped_column(JSON, default=list)
    sender_ref: Mapped[str | None]
    look_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)
    said: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson("reminder.said"))
    reason: Mapped[str | None]
    merged_into: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("reminder.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class ReminderAttempt(Base):
    """One call of a sender; written before the call, its end afterwards.

    Attributes:
        no: which attempt of the reminder, from 1.
        owner: the process that made it.
        outcome: None while it is under way, or when the process died on it.
        code: stable code of what went wrong.
        answer: what the vendor said, masked: codes and numbers, no words and no addresses.
    """

    __tablename__ = "reminder_attempt"
    __table_args__ = (UniqueConstraint("reminder_id", "no"),)

    id: Mapped[Id]
    reminder_id: Mapped[int] = mapped_column(BigId, ForeignKey("reminder.id", ondelete="CASCADE"))
    no: Mapped[int]
    sender: Mapped[str]
    owner: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    code: Mapped[str | None]
    answer: Mapped[str | None]


class SenderState(Base):
    """How a sender is doing: its allowance and its breaker, for all processes together.

    Attributes:
        tokens: messages that may go out now, at `refilled_at`.
        failures: calls in a row that ended badly.
        closed_until: no calls before; None when it works. The breaker, or Retry-After.
        probing_until: somebody tries whether it works again; the others wait.
    """

    __tablename__ = "sender_state"

    sender: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float] = mapped_column(Double)
    refilled_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    closed_until: Mapped[datetime | None]
    probing_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class SendingStop(Base):
    """Somebody of the programme has stopped sending.

    Attributes:
        scope: `all`, the name of a sender, or a kind of notice.
        by: `staff:<login>` or `command`.
    """

    __tablename__ = "sending_stop"

    scope: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    reason: Mapped[str]
    since: Mapped[datetime]
