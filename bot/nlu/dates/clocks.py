"""From the words of a point to times of day.

Conventions (docs/vocabulary.md): hours 1-7 without a word for the part of day are afternoon,
8-11 morning, 12 noon; evening and night add twelve hours; 새벽 is a.m.
"""

from dataclasses import dataclass
from datetime import time

from bot.nlu.dates.model import Clock, Point

HALF_DAY = 12 * 60
DAY = 24 * 60
_SECONDS = _MINUTES = 60
_HOURS = 24
_NOON = 12
_FIRST_AT_NOON = 10
"""점심 10시 and 낮 11시 lie before noon."""

_LAST_OFFICE_HOUR = 7
_NIGHT_BEFORE_DAWN = 4
"""밤 1시 to 밤 4시 lie after midnight; from 밤 5시 on the evening is meant."""

WINDOWS = {
    "morning": (8 * 60, 12 * 60),
    "afternoon": (12 * 60, 16 * 60),
    "daytime": (12 * 60, 16 * 60),
    "noon": (11 * 60, 13 * 60),
    "evening": (16 * 60, 20 * 60),
    "night": (20 * 60, DAY),
    "dawn": (4 * 60, 8 * 60),
    "day": (8 * 60, 18 * 60),
    "business": (8 * 60, 18 * 60),
}
"""Parts of the day in minutes after midnight, as Recognizers-Text cuts them."""

_MORNING, _LATE = {"morning", "dawn"}, {"evening", "night"}


@dataclass(frozen=True, slots=True)
class Minutes:
    """A time of day.

    Attributes:
        value: minutes after midnight; from 1440 on it is the next day's.
        second: seconds beyond the minute.
        fixed: False when the other half of the day is possible too.
        assumed: True when the half of the day was filled in.
    """

    value: int
    second: int = 0
    fixed: bool = True
    assumed: bool = False

    def time(self) -> time:
        """Return the time on the clock."""
        hour, minute = divmod(self.value % DAY, 60)
        return time(hour, minute, self.second)

    def days(self) -> int:
        """Return how many midnights lie before it."""
        return self.value // DAY


def resolve(point: Point) -> Minutes | str | None:
    """Return the time that a point writes, "time_invalid" for 25시, None when it writes none."""
    clock = point.clock
    if clock is None or point.vague == "time":
        return None
    if clock.hour > _HOURS or clock.minute >= _MINUTES or clock.second >= _SECONDS:
        return "time_invalid"
    if clock.hour == _HOURS and clock.minute:
        return "time_invalid"
    hour = _hour(clock, point.part)
    if hour is None:
        return "time_invalid"
    value = hour * 60 - clock.minute if clock.minus else hour * 60 + clock.minute
    return Minutes(value % (2 * DAY), clock.second, *_certainty(clock, point.part))


def _certainty(clock: Clock, part: str | None) -> tuple[bool, bool]:
    """Return whether the half of the day is fixed, and whether it was assumed."""
    fixed = clock.literal or part not in {None, "business", "day"} or not 1 <= clock.hour <= _NOON
    return fixed, not fixed


def _hour(clock: Clock, part: str | None) -> int | None:
    """Return the hour on a 24-hour clock, None when the words contradict each other."""
    hour = clock.hour
    if part in _MORNING:
        return (
            None
            if hour > _NOON
            else 0
            if hour == _NOON and part == "dawn"
            else _before_noon(hour, part)
        )
    if hour > _NOON or hour == 0 or (clock.literal and part is None):
        return hour
    if part in _LATE:
        return _late(hour, part)
    if part in {"noon", "daytime"} and hour >= _FIRST_AT_NOON:
        return hour
    if part in {"afternoon", "noon", "daytime"}:
        return hour if hour == _NOON else hour + _NOON
    return hour + 12 if hour <= _LAST_OFFICE_HOUR else hour


def _before_noon(hour: int, part: str | None) -> int:
    return 0 if hour == _NOON and part == "morning" else hour


def _late(hour: int, part: str | None) -> int:
    if hour == _NOON:
        return _HOURS
    if part == "night" and hour <= _NIGHT_BEFORE_DAWN:
        return hour + 24 if hour else 24
    return hour + 12


def window(point: Point) -> tuple[int, int] | None:
    """Return the minutes of a part of day, None when none was said."""
    if point.part is None:
        return None
    start, end = WINDOWS[point.part]
    if point.edge == "early":
        return start, start + 120
    if point.edge == "late":
        return end - 120, end
    return (start + 120, end - 240) if point.part == "day" else (start, end)


def edges(stretch: tuple[int, int]) -> tuple[time, time]:
    """Return both ends as times; midnight at the end is 23:59:59."""
    start, end = stretch
    return Minutes(start).time(), time(23, 59, 59) if end == DAY else Minutes(end).time()


def middle(point: Point) -> Minutes | None:
    """Return the time of 오전 중간 and 오후 중간."""
    if point.edge != "middle" or point.part not in {"morning", "afternoon"}:
        return None
    start, end = WINDOWS[point.part]
    return Minutes((start + end) // 2)


def pair(first: Minutes, second: Minutes) -> tuple[Minutes, Minutes]:
    """Return both ends of a range, each open half of the day chosen by the other end.

    "오전 11시부터 3시" ends at 15:00, "5시부터 오후 6시" starts at 17:00, "11시부터 오전 3시"
    starts at 23:00.
    """
    if second.fixed and not first.fixed:
        first = _start_before(first, second)
    if not second.fixed:
        ahead = (second.value - first.value - 1) % HALF_DAY + 1
        second = Minutes(first.value + ahead, second.second, fixed=True, assumed=first.assumed)
    elif second.value <= first.value:
        second = Minutes(second.value + DAY, second.second)
    return first, second


def _start_before(first: Minutes, second: Minutes) -> Minutes:
    """Return the start that lies before a certain end on the same day, if one does."""
    other = (first.value + HALF_DAY) % DAY
    if first.value < second.value:
        return first
    if other < second.value:
        return Minutes(other, first.second)
    value = max((first.value, other), key=lambda minutes: (minutes - second.value) % DAY)
    return Minutes(value, first.second)
