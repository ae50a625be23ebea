"""One person's talk with the bot: its present state and what was said."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedBytes, EncryptedText

FORGOTTEN = "forgotten:"
"""Begins what stands in the place of the pseudonym of somebody who was erased."""

OfConversation = Annotated[
    int, mapped_column(BigId, ForeignKey("conversation.id", ondelete="CASCADE"))
]
"""Belongs to one conversation and goes with it."""


class Owner(StrEnum):
    """Who answers in a conversation."""

    BOT = "bot"
    HUMAN = "human"


class Friend(StrEnum):
    """Whether the person has our channel as a friend."""

    UNKNOWN = "unknown"
    FRIEND = "friend"
    NONE = "none"
    BLOCKED = "blocked"


class Speaker(StrEnum):
    """Who said something."""

    USER = "user"
    SYSTEM = "system"
    STAFF = "staff"


class StepKind(StrEnum):
    """What happened at one question of a flow."""

    STARTED = "started"
    ASKED = "asked"
    ANSWERED = "answered"
    FAILED = "failed"
    CORRECTED = "corrected"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    HANDED_OFF = "handed_off"
    DIGRESSED = "digressed"
    BACK = "back"
    EDITING = "editing"
    PAUSED = "paused"
    RESTARTED = "restarted"
    SKIPPED = "skipped"
    BLOCKED = "blocked"


class Conversation(Base):
    """The present state of one person's talk with one bot.

    Attributes:
        user_key: the vendor's pseudonym of the person for this bot.
        channel_user_key: the vendor's second pseudonym; survives a change of bot.
        app_user_id: the vendor's id of the person in our app, when an app is connected.
        state: the dialogue's own bytes; opaque here.
        asked: key of the open question, for the funnel and for operators.
        flow: name of the flow in front; None when nothing is under way.
        revision: grows by one with each turn; a turn that read an older one starts again.
        expires_at: when an unfinished draft is dropped.
    """

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "bot_id", "user_key"), Index(None, "expires_at"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    channel: Mapped[str]
    bot_id: Mapped[str]
    user_key: Mapped[str] = mapped_column(index=True)
    channel_user_key: Mapped[str | None]
    app_user_id: Mapped[str | None]
    merchant_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[bytes | None] = mapped_column(EncryptedBytes("conversation.state"))
    owner: Mapped[Owner] = mapped_column(one_of(Owner), default=Owner.BOT)
    owner_since: Mapped[datetime | None]
    asked: Mapped[str | None]
    flow: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0)
    friend: Mapped[Friend] = mapped_column(one_of(Friend), default=Friend.UNKNOWN)
    expires_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Inbox(Base):
    """A message that was taken, with the bytes it was answered with.

    Attributes:
        key: what makes two deliveries the same message.
        reply: the bytes of the answer, given again to a second delivery.
    """

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("conversation_id", "key"), Index(None, "received_at"))

    id: Mapped[Id]
    conversation_id: Mapped[OfConversation]
    key: Mapped[str]
    reply: Mapped[bytes] = mapped_column(EncryptedBytes("inbox.reply"))
    received_at: Mapped[datetime]


class Turn(Base):
    """What was said and answered; appended to only. Sealed, and masked before that.

    Attributes:
        no: number within the conversation, from 1.
        layer: which layer of understanding decided.
    """

    __tablename__ = "turn"
    __table_args__ = (Index(None, "conversation_id", "no"),)

    id: Mapped[Id]
    conversation_id: Mapped[OfConversation]
    no: Mapped[int]
    at: Mapped[datetime]
    said: Mapped[str | None] = mapped_column(EncryptedText("turn.said"))
    answered: Mapped[str | None] = mapped_column(EncryptedText("turn.answered"))
    speaker: Mapped[Speaker] = mapped_column(one_of(Speaker), default=Speaker.USER)
    flow: Mapped[str | None]
    asked: Mapped[str | None]
    layer: Mapped[str | None]


class StepEvent(Base):
    """What happened at one question; appended to only, the funnel is a query over it.

    Attributes:
        version: version of the flow's declaration.
        step: key of the question; "" for events of the whole flow.
        detail: a code (error, intent), never what the person wrote.
    """

    __tablename__ = "step_event"
    __table_args__ = (
        Index(None, "flow", "step", "kind"),
        Index(None, "conversation_id", "flow"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[OfConversation]
    at: Mapped[datetime]
    flow: Mapped[str]
    version: Mapped[int]
    step: Mapped[str] = mapped_column(default="")
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind))
    detail: Mapped[str | None]


class FriendEvent(Base):
    """The vendor told us that somebody added or blocked the channel.

    Attributes:
        resource_id: the vendor's id of the event; a second delivery is not stored.
        event: `added` or `blocked`.
        conversation_id: whose talk it belongs to, when known.
    """

    __tablename__ = "friend_event"

    id: Mapped[Id]
    resource_id: Mapped[str] = mapped_column(unique=True)
    channel_public_id: Mapped[str]
    event: Mapped[str]
    user_key: Mapped[str] = mapped_column(index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL")
    )
    at: Mapped[datetime]
    received_at: Mapped[datetime]
