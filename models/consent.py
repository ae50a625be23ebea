"""What people agreed to, how they want to be written to, and who must not be."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, one_of
from models.conversation import Conversation
from models.crypto import blind_index


class Decision(StrEnum):
    """What was decided."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentText(Base):
    """One version of one text, as people saw it; never changed once stored.

    Attributes:
        hash: SHA-256 of the body, 64 hex digits.
    """

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[Id]
    key: Mapped[str]
    version: Mapped[int]
    language: Mapped[str] = mapped_column(default="ko")
    summary: Mapped[str]
    body: Mapped[str]
    hash: Mapped[str]
    effective_from: Mapped[datetime]


class Consent(Base):
    """One decision, appended only; the newest one of a key counts.

    Attributes:
        subject_hmac: digest of the person's key, so that the evidence survives erasure.
        text_hash: the version of the text that was shown.
        source: `bot`, `web`, `paper` or `supporter`.
        turn_key: the message that decided; one decision a key and message.
        receipt_sent_at: when the person was told (within 14 days for advertising, Network
            Act 50(7)).
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("subject_hmac", "key", "turn_key"),
        Index(None, "conversation_id", "key"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL")
    )
    subject_hmac: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]
    text_hash: Mapped[str]
    decision: Mapped[Decision] = mapped_column(one_of(Decision))
    actor: Mapped[str]
    source: Mapped[str] = mapped_column(default="bot")
    turn_key: Mapped[str]
    decided_at: Mapped[datetime]
    receipt_sent_at: Mapped[datetime | None]


class MessagePreference(Base):
    """Which class of messages a person wants.

    Attributes:
        message_class: `transactional`, `education` or `marketing`.
        night: also between 21:00 and 08:00 Korean time (needs its own consent).
        window_from, window_to: `HH:MM` Korean time; None for the default hours.
        reconfirm_due: when advertising consent must be confirmed again (two years).
    """

    __tablename__ = "message_preference"
    __table_args__ = (UniqueConstraint("conversation_id", "message_class"),)

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="CASCADE")
    )
    message_class: Mapped[str]
    enabled: Mapped[bool]
    night: Mapped[bool] = mapped_column(default=False)
    window_from: Mapped[str | None]
    window_to: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="bot")
    changed_at: Mapped[datetime]
    confirmed_sent_at: Mapped[datetime | None]
    reconfirm_due: Mapped[datetime | None]


class Suppression(Base):
    """Somebody who must not be written to; survives erasure because it holds only a digest.

    Attributes:
        subject_hmac: digest of a phone number or of a person's key.
        message_class: `marketing` or `all`.
        until: None for good.
    """

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("subject_hmac", "message_class"),)

    id: Mapped[Id]
    subject_hmac: Mapped[str]
    message_class: Mapped[str]
    reason: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


def subject_of(conversation: Conversation) -> str:
    """Return the digest that stands for a person in evidence that survives erasure."""
    parts = (conversation.channel, conversation.bot_id, conversation.user_key)
    return blind_index("|".join(("person", *parts)))
