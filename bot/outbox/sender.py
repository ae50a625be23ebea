"""Whoever carries a message to a person: what it is given, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from bot.outbox.templates import Words
from models.conversation import Friend
from models.outbox import MessageClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a person can be reached. Never logged.

    Attributes:
        bot_id, user_key: the person in our bot; "" for a supporter without a chat.
        channel_user_key, app_user_id: the vendor's other ids of the same person.
        friend: whether the person has our channel as a friend.
        phone: digits only; None when it is not known.
    """

    bot_id: str = field(default="", repr=False)
    user_key: str = field(default="", repr=False)
    channel_user_key: str | None = field(default=None, repr=False)
    app_user_id: str | None = field(default=None, repr=False)
    friend: Friend = Friend.UNKNOWN
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, ready to go.

    Attributes:
        mark: the row's public id; goes to the vendor wherever there is a field for it, so
            that reports and searches find the row.
        kind: of the notice; also which template it is.
        attempt: number of the attempt; a repeated one may be recognised by the vendor.
        words: text, buttons and variables.
    """

    mark: UUID
    kind: str
    message_class: MessageClass
    attempt: int
    words: Words = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """The vendor took a message.

    Attributes:
        ref: the vendor's number of it; "" when it gave none.
        answer: what it said, masked: codes and numbers only.
        is_final: True when taking it is delivering it (console); nothing is looked up then.
    """

    ref: str
    answer: str = ""
    is_final: bool = False


class Fate(StrEnum):
    """What a vendor tells about a message that it took, or may have taken.

    Attributes:
        PENDING: still under way.
        DELIVERED: on the person's phone.
        FAILED: surely not delivered, and not going to be.
        NEVER_SEEN: the vendor has no such message: it was surely not sent.
        CANNOT_TELL: the vendor has no way to ask.
    """

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    NEVER_SEEN = "never_seen"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message at the vendor.

    Attributes:
        ref: the vendor's number, when a search found it.
        code: the vendor's code of a failure, as a stable name.
    """

    fate: Fate
    ref: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Which message a vendor is asked about.

    Attributes:
        ref: the vendor's number; None when its answer was lost.
        mark: our own id of it.
        since: when the call began, aware.
    """

    ref: str | None
    mark: UUID
    to: Recipient
    since: datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """How many messages may go out: so many a second, and so many at once."""

    per_second: float
    burst: float


class Sender(Protocol):
    """Carries messages. Shared by threads; has no transaction open while it calls.

    Attributes:
        name: as it stands in the setting SENDERS.
        rate: what the vendor, or our contract with it, allows.
        looks_after: pauses before an accepted message is looked up, one after the other.
    """

    name: str
    rate: Rate
    looks_after: tuple[timedelta, ...]

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        """Return why it cannot carry this message to this person, a code; None when it can."""
        ...

    def send(self, to: Recipient, message: Message) -> Taken:
        """Hand the message over.

        Raises:
            ExternalUnavailableError: not taken, or unclear (`maybe_done`); may say when to
                come again (`retry_after_s`).
            ExternalRejectedError: refused for good.
        """
        ...

    def look(self, question: Question) -> Report:
        """Ask what became of a message.

        Raises:
            ExternalUnavailableError: cannot be asked now.
            ExternalRejectedError: the question was refused.
        """
        ...
