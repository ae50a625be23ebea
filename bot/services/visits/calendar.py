"""Days in Korea: holidays, market days, closed days of a store. Pure.

Korea keeps UTC+9 all year, without summer time since 1988, so a day has 1,440 minutes and a
moment is a day and a minute.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.clock import KST
from bot.nlu.dates.almanac import HOLIDAYS, nth_weekday
from models.supporter import DayKind

HOUR_MIN = 60
DAY_MIN = 24 * HOUR_MIN
DAY_CODES = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_LAST_MARKET_DAY = 30
_DAY = timedelta(days=1)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


def day_of(moment: datetime) -> date:
    """Return the date in Korea."""
    return moment.astimezone(KST).date()


def minute_of(moment: datetime) -> int:
    """Return the minutes from midnight in Korea, rounded down."""
    local = moment.astimezone(KST)
    return local.hour * HOUR_MIN + local.minute


def moment_of(day: date, minute: int) -> datetime:
    """Return the moment, aware, in UTC, of a minute of a day in Korea."""
    midnight = datetime.combine(day, time(), KST).astimezone(UTC)
    return midnight + timedelta(minutes=minute)


def clock(minute: int) -> str:
    """Return a minute of the day as `HH:MM`."""
    return f"{minute // HOUR_MIN:02}:{minute % HOUR_MIN:02}"


def minute_from(text: str) -> int:
    """Return the minute of the day of `HH:MM`; 24:00 is the end of the day.

    Raises:
        ValueError: it is none.
    """
    match = _CLOCK.fullmatch(text)
    found = int(match[1]) * HOUR_MIN + int(match[2]) if match else DAY_MIN + 1
    if match is None or int(match[2]) >= HOUR_MIN or found > DAY_MIN:
        raise ValueError(f"not a time of the day: {text}")
    return found


def is_market_day(digits: Sequence[int], day: date) -> bool:
    """Tell whether a periodic market is held (2·7일장: [2, 7]); never on a 31st."""
    return day.day % 10 in digits and day.day <= _LAST_MARKET_DAY


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays of Korea and what the office entered against them.

    Attributes:
        entered: day -> (open or closed, name).
    """

    entered: Mapping[date, tuple[DayKind, str]] = field(default_factory=dict)

    def holiday(self, day: date) -> str | None:
        """Return why nobody works on a day, None on an ordinary one."""
        entry = self.entered.get(day)
        if entry is not None:
            return (entry[1] or "closed") if entry[0] is DayKind.CLOSED else None
        known = HOLIDAYS.get(day)
        return known[1] if known else None


def is_store_closed(codes: Iterable[str], day: date) -> bool:
    """Tell whether a store rests on a day.

    Args:
        codes: `weekly:SUN`, `monthly:2SUN`, `monthly:-1SUN`, `holiday:SEOLLAL`, as `store`
            keeps them.
        day: the day.
    """
    return any(_rests(code, day) for code in codes)


def _rests(code: str, day: date) -> bool:
    sort, _, value = code.partition(":")
    if sort == "weekly":
        return value == DAY_CODES[day.weekday()]
    if sort == "monthly" and value[-3:] in DAY_CODES and value[:-3].lstrip("-").isdigit():
        weekday = DAY_CODES.index(value[-3:])
        return nth_weekday(day.year, day.month, weekday, int(value[:-3])) == day
    if sort == "holiday":
        around = (day - _DAY, day, day + _DAY)
        return any(HOLIDAYS.get(each, ("", ""))[0] == value.lower() for each in around)
    return False
