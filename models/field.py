"""The supporter's phone: who is signed in, what was pressed, whom one may help with a form."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id


class FieldLinkUse(Base):
    """A sign-in link that was used; it opens nothing a second time."""

    __tablename__ = "field_link_use"
    __table_args__ = (Index(None, "used_at"),)

    nonce: Mapped[str] = mapped_column(primary_key=True)
    supporter_id: Mapped[int] = mapped_column(BigId, ForeignKey("supporter.id", ondelete="CASCADE"))
    used_at: Mapped[datetime]


class FieldDoor(Base):
    """What is remembered of one supporter's sessions.

    Attributes:
        stamp: every session carries it; signing out gives a new one and so ends them all.
        wrong_codes: codes in a row that nobody had been given.
        paused_until: until when no code is looked at.
    """

    __tablename__ = "field_door"

    supporter_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="CASCADE"), primary_key=True
    )
    stamp: Mapped[str]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class FieldPress(Base):
    """A button that was pressed; the same key gets the same answer.

    Attributes:
        answer: `ok`, `code` and `state`; no personal value.
    """

    __tablename__ = "field_press"
    __table_args__ = (UniqueConstraint("supporter_id", "key"), Index(None, "at"))

    id: Mapped[Id]
    supporter_id: Mapped[int] = mapped_column(BigId, ForeignKey("supporter.id", ondelete="CASCADE"))
    key: Mapped[str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


class FieldChat(Base):
    """The conversation in which a supporter asks for today's page; one for each of the two."""

    __tablename__ = "field_chat"

    supporter_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="CASCADE"), primary_key=True
    )
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="CASCADE"), unique=True
    )
    since: Mapped[datetime]


class HelpCode(Base):
    """Six digits with which somebody lets a supporter into the own conversation.

    Attributes:
        code_hmac: digest of the digits; the digits themselves are kept nowhere.
        expires_at: until when they are good.
        supporter_id: who used them; nobody else can any more.
        taken_at: since when; the help ends an hour later.
        first_turn: number of the first turn that belongs to the help.
    """

    __tablename__ = "help_code"
    __table_args__ = (Index(None, "supporter_id"), Index(None, "expires_at"))

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="CASCADE"), unique=True
    )
    code_hmac: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    supporter_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="SET NULL")
    )
    taken_at: Mapped[datetime | None]
    first_turn: Mapped[int] = mapped_column(default=0)
