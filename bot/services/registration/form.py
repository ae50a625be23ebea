"""The filled form, by the keys of the vocabulary, and where its values are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from bot.clients.nts import BusinessStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A filled form, by the keys of the vocabulary.

    Attributes:
        role: `owner` or `agent`.
        relation: what an agent is to the owner.
        phone, brn: digits only.
        market: the name that was confirmed, of the list or not.
        market_id: None when the market is not on the list.
        open, close: `HH:MM` Korean time.
        closed: `weekly:SUN`, `monthly:2SUN`, `holiday:SEOLLAL`.
        has_brn: `yes` or `no`; None when not asked.
        has_channel: `yes`, `no` or `unknown`.
    """

    owner_name: str
    phone: str
    store_name: str
    role: str = "owner"
    relation: str | None = None
    market: str = ""
    market_id: int | None = None
    stall: str | None = None
    location_note: str | None = None
    category: str | None = None
    open: str | None = None
    close: str | None = None
    closed: Sequence[str] | None = None
    has_brn: str | None = None
    brn: str | None = None
    has_channel: str = "unknown"
    channel_public_id: str | None = None
    search_id: str | None = None

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Self:
        """Take what is known out of a form's slots; other keys are left alone."""
        names = {item.name for item in fields(cls)}
        values = {key: value for key, value in slots.items() if key in names and value is not None}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Checks:
    """What was looked up before the transaction began.

    Attributes:
        business: the tax office's answer; None when nobody was asked.
    """

    business: BusinessStatus | None = None


def merchant_columns(submission: Submission) -> dict[str, object]:
    """Return what goes into the row of the merchant."""
    has_brn = None if submission.has_brn is None else submission.has_brn == "yes"
    return {
        "owner_name": submission.owner_name,
        "phone": submission.phone,
        "brn": submission.brn,
        "has_brn": has_brn,
        "role": submission.role,
    }


def store_columns(submission: Submission) -> dict[str, object]:
    """Return what goes into the row of the store."""
    return {
        "market_id": submission.market_id,
        "market_name": submission.market or "",
        "name": submission.store_name,
        "category": submission.category,
        "stall": submission.stall,
        "location_note": submission.location_note,
        "opens": submission.open,
        "closes": submission.close,
        "closed_days": list(submission.closed or ()),
    }


def channel_columns(submission: Submission) -> tuple[object, ...]:
    """Return what goes into the row of the channel registration."""
    return (submission.has_channel, submission.channel_public_id, submission.search_id)
