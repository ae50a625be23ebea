"""Decent hours: at what time of day a person may be written to. Pure; Korean time throughout.

Advertising stays out of the night by law (Network Act 50(3): 21:00 to 08:00), and out of
20:50 to 08:00 by Kakao's rules, whatever the person agreed to. For everything else the hours
are a courtesy, which the person can narrow. An end is too late: 21:00:00 is night.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.clock import KST
from models.outbox import MessageClass

Spans = tuple[tuple[int, int], ...]
"""Parts of a day in minutes from midnight: the start belongs to it, the end does not."""

DAY = 24 * 60
ALWAYS: Spans = ((0, DAY),)
COURTESY: Spans = ((8 * 60, 21 * 60),)
AT_WORK: Spans = ((7 * 60, 21 * 60),)
"""Supporters: their day's visits come before they set off."""
ADVERTISING: Spans = ((9 * 60, 20 * 60),)
ADVERTISING_AT_NIGHT: Spans = ((8 * 60, 20 * 60 + 50),)
"""With the consent for the night; Kakao delivers nothing after 20:50."""
MARGIN = timedelta(minutes=10)
"""So long before its end a message still makes sense; the spread stays before that."""
SPREAD = timedelta(minutes=10)
"""What waited for the morning is spread over so long."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants, for one class of messages.

    Attributes:
        night: agreed to advertising at night.
        window_from, window_to: `HH:MM` in Korea; None where nothing is wished.
    """

    night: bool = False
    window_from: str | None = None
    window_to: str | None = None

    @property
    def window(self) -> Spans | None:
        """Return the wished part of the day, None without a wish."""
        if self.window_from is None and self.window_to is None:
            return None
        start, end = _minutes(self.window_from, 0), _minutes(self.window_to, DAY)
        if start == end:
            return None
        return ((start, end),) if start < end else ((0, end), (start, DAY))


@dataclass(frozen=True, slots=True)
class Hours:
    """When one message may go.

    Attributes:
        wide: what law and courtesy allow.
        wished: what the person wants of it.
    """

    wide: Spans
    wished: Spans


def hours_for(
    message_class: MessageClass, wishes: Wishes, *, urgent: bool = False, at_work: bool = False
) -> Hours:
    """Return the hours of a message to one person.

    A change on the very day does not wait for the morning, unless the person has named hours;
    then it keeps to the courtesy hours and not to the named ones, which would be too late.
    Advertising never leaves the hours that were wished. A wish outside of what is allowed has
    no effect.
    """
    window = wishes.window
    if message_class is MessageClass.MARKETING:
        wide = ADVERTISING_AT_NIGHT if wishes.night else ADVERTISING
        wished = tuple(_common(wide, window)) if window else ()
        return Hours(wished or wide, wished or wide)
    if urgent:
        wide = ALWAYS if window is None else COURTESY
        return Hours(wide, wide)
    wide = AT_WORK if at_work else COURTESY
    wished = tuple(_common(wide, window)) if window else ()
    return Hours(wide, wished or wide)


def opening(now: datetime, expires_at: datetime, hours: Hours) -> datetime | None:
    """Return when a message may go that is due now; None when no hour is left for it.

    Where the person's own hours come too late, it goes when it is due: word of a visit ten
    minutes before it would keep the wish and help nobody.
    """
    wished = next_open(now, hours.wished)
    if wished < expires_at:
        return wished
    allowed = next_open(now, hours.wide)
    return allowed if allowed < expires_at else None


def next_open(now: datetime, spans: Spans) -> datetime:
    """Return the first moment from `now` on that lies in the spans."""
    local = now.astimezone(KST)
    for start, end in _ahead(local, spans):
        if local < end:
            return now if local >= start else start.astimezone(now.tzinfo)
    raise AssertionError("a day without any hour")  # spans are never empty


def spread(at: datetime, expires_at: datetime, hours: Hours, number: int) -> datetime:
    """Return a moment shortly after an opening, another one for each `number`.

    So that what waited for the morning does not go out in one second.
    """
    share = number * 2_654_435_761 % 2**32 / 2**32  # Knuth's multiplicative hash
    later = at + SPREAD * share
    fits = later <= expires_at - MARGIN and next_open(later, hours.wide) == later
    return later if fits else at


def _ahead(local: datetime, spans: Spans) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans of this day and the next as moments, in order."""
    midnight = datetime.combine(local.date(), time(), KST)
    for day in range(2):
        for start, end in spans:
            base = midnight + timedelta(days=day)
            yield base + timedelta(minutes=start), base + timedelta(minutes=end)


def _common(first: Spans, second: Spans) -> Iterator[tuple[int, int]]:
    for start, end in first:
        for other_start, other_end in second:
            low, high = max(start, other_start), min(end, other_end)
            if low < high:
                yield low, high


def _minutes(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute or 0)
