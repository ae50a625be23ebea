"""What somebody wants, what is offered, and why nothing is. Plain values."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.clock import KST
from bot.services.visits.calendar import moment_of
from bot.services.visits.kinds import kind_for
from bot.services.visits.reasons import Reason

PERIODS = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440)}
"""Starts of a part of the day, first included, last not; keys of `visit.time`."""

_TOKEN = re.compile(r"(\d+):(\d{4}-\d\d-\d\d):(\d+):(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWish:
    """A wish for a visit, as far as it was said.

    Attributes:
        store_id: whose visit; None when only times are looked up.
        market_id: where, when it is not where the store is.
        topics: keys of `visit.topic`; the sort of visit follows from them.
        type_code: the sort of visit, when not by the topics.
        day: the day that was named; nearest offers first.
        until: last day of a span (다음 주), with `day` as its first.
        start: the time that was named, minutes from midnight in Korea.
        period: `morning`, `afternoon`, `evening`.
        not_before: no start before this minute of the day (두 시 넘어서).
        not_weekdays: weekdays that do not suit, 0 is Monday.
        flexibility: `fixed`; `half_day` or `day` promises only the part of the day.
        place: `store`, `office` or `elsewhere`.
        place_note, text: the person's words; kept sealed.
        moving: the visit that is to be moved; it does not stand in its own way.
        by_staff: no notice needed, finer times.
        anyway: reasons that staff sets aside: `market_day`, `store_closed`.
        supporter_id: only this supporter; for staff and standing slots.
        series_id: the standing slot it is for.
        request_id: the request it was written down as before.
        only_day: offers of other days are no use.
        count: how many offers.
    """

    store_id: int | None = None
    market_id: int | None = None
    topics: tuple[str, ...] = ()
    type_code: str = ""
    day: date | None = None
    until: date | None = None
    start: int | None = None
    period: str | None = None
    not_before: int | None = None
    not_weekdays: tuple[int, ...] = ()
    flexibility: str = "fixed"
    place: str = "store"
    place_note: str | None = None
    text: str | None = None
    moving: int | None = None
    by_staff: bool = False
    anyway: tuple[str, ...] = ()
    supporter_id: int | None = None
    series_id: int | None = None
    request_id: int | None = None
    only_day: bool = False
    count: int = 5

    @property
    def code(self) -> str:
        """The sort of visit."""
        return self.type_code or kind_for(self.topics)

    def suits(self, day: date, start: int) -> bool:
        """Tell whether a time is all that was wished for."""
        first = self.day or day
        in_days = first <= day <= (self.until or self.day or day)
        begin, end = PERIODS.get(self.period or "", (0, 1440))
        in_part = begin <= start < end and start >= (self.not_before or 0)
        return in_days and in_part and (self.start is None or start == self.start)

    def as_json(self) -> dict[str, Any]:
        """Return the wish for the slots of a conversation; what is not said is left out."""
        plain = {key: value for key, value in asdict(self).items() if value != _EMPTY[key]}
        return {key: str(v) if isinstance(v, date) else v for key, v in plain.items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "VisitWish":
        """Return what `as_json` wrote; keys of another release are passed over."""
        known: dict[str, Any] = {key: value for key, value in data.items() if key in _EMPTY}
        for key in ("day", "until"):
            if key in known:
                known[key] = date.fromisoformat(known[key])
        read: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in known.items()
        }
        return cls(**read)


_EMPTY = asdict(VisitWish())


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that can be had.

    Attributes:
        supporter_id: who would come.
        day: the date in Korea.
        start, minutes: clock minutes from midnight, and how long.
        extra: additional minutes on the way.
        suits: whether it is all that was wished for.
        is_there: the supporter is in that market on that day anyway.
        wish: what it answers.
    """

    supporter_id: int
    day: date
    start: int
    minutes: int
    extra: int
    suits: bool
    is_there: bool
    wish: VisitWish

    @property
    def starts_at(self) -> datetime:
        """The moment it begins, aware, UTC."""
        return moment_of(self.day, self.start)

    @property
    def ends_at(self) -> datetime:
        """The moment it ends, aware, UTC."""
        return moment_of(self.day, self.start + self.minutes)

    @property
    def local(self) -> datetime:
        """The moment it begins, in Korean time."""
        return self.starts_at.astimezone(KST)

    @property
    def token(self) -> str:
        """The offer in one word, for a conversation to keep."""
        return f"{self.supporter_id}:{self.day.isoformat()}:{self.start}:{self.minutes}"

    @classmethod
    def from_token(cls, token: str, wish: VisitWish) -> "Offer":
        """Return the offer of a token; what it costs is computed again when it is taken.

        Raises:
            ValueError: it is no token.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise ValueError(f"no offer: {token}")
        supporter_id, day, start, minutes = match.groups()
        return cls.named(int(supporter_id), date.fromisoformat(day), int(start), int(minutes), wish)

    @classmethod
    def named(
        cls, supporter_id: int, day: date, start: int, minutes: int, wish: VisitWish
    ) -> "Offer":
        """Return the offer of a time that somebody names; whether it can be had is not known."""
        return cls(
            supporter_id,
            day,
            start,
            minutes,
            extra=0,
            suits=wish.suits(day, start),
            is_there=False,
            wish=wish,
        )

    def of(self, wish: VisitWish) -> "Offer":
        """Return the same time as the answer to another wish."""
        return replace(self, wish=wish)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody who cannot come, and why.

    Attributes:
        supporter_id: None when nobody could.
        day: None when on no day.
    """

    supporter_id: int | None
    day: date | None
    reason: Reason


class Offered:
    """The offers, best first, and why the other candidates were turned down.

    Args:
        offers: best first.
        why: works the reasons out; asked once, and only when somebody wants to know.
    """

    def __init__(
        self,
        offers: tuple[Offer, ...] = (),
        why: Callable[[], tuple[Refusal, ...]] = tuple,
    ) -> None:
        self.offers = offers
        self._why = why
        self._refused: tuple[Refusal, ...] | None = None

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Who cannot come on which day, and why."""
        if self._refused is None:
            self._refused = self._why()
        return self._refused

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.offers)

    def __len__(self) -> int:
        return len(self.offers)

    def __getitem__(self, index: int) -> Offer:
        return self.offers[index]

    @property
    def reasons(self) -> dict[Reason, int]:
        """How often each reason stood in the way, the most frequent first."""
        return dict(Counter(refusal.reason for refusal in self.refused).most_common())

    @property
    def why_not(self) -> Reason | None:
        """The reason to tell somebody to whom nothing can be offered; None with offers.

        What holds on every day (nobody in the region, nobody with the skill) says more than
        what fills single days.
        """
        if self.offers or not self.refused:
            return None
        lasting = [refusal.reason for refusal in self.refused if refusal.day is None]
        for telling in (Reason.NO_PLACE, Reason.NO_SKILL, Reason.REGION):
            if telling in lasting and len(lasting) == len(self.refused):
                return telling
        daily = Counter(refusal.reason for refusal in self.refused if refusal.day is not None)
        return daily.most_common(1)[0][0]
