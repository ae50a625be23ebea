"""The shapes of the date and time grammar, from what is written to what is meant.

All moments are naive and in Asia/Seoul; `find` and its callers convert an aware `now` once.
"""

import datetime as dt
from dataclasses import dataclass, field

DAY_CODES = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
"""Codes of the weekdays in answers, Monday first as `date.weekday`."""


@dataclass(frozen=True, slots=True)
class Prefs:
    """How to read.

    Attributes:
        asked: a date or time was asked for: short forms (화, 월수금, 12.8, 모래) count too.
        market_days: last digits of a five-day market, (2, 7) for a 2·7일장.
    """

    asked: bool = False
    market_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written.

    Attributes:
        hour: 0..24 and beyond when nonsense was written.
        minute: 0..59 and beyond when nonsense was written.
        second: the same.
        literal: written so that no afternoon has to be guessed (15시, 07:00, 3pm).
        minus: the minutes are to be taken off (네 시 십오 분 전).
    """

    hour: int
    minute: int = 0
    second: int = 0
    literal: bool = False
    minus: bool = False


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance from a base: 3일 뒤, 2년 1개월 21일 전, 한 시간 안에.

    Attributes:
        months: calendar months, years counted as twelve.
        days: days, weeks counted as seven.
        seconds: hours, minutes and seconds together; None when no clock unit was written.
        workdays: only working days count (영업일 기준 나흘).
        way: after, ago, within (up to then), span (앞으로 2시간 동안), past (지난 2시간).
    """

    months: int = 0
    days: int = 0
    seconds: int | None = None
    way: str = "after"
    workdays: bool = False


@dataclass(slots=True)
class Point:
    """What one unbroken date or time phrase writes; None where it says nothing."""

    start: int = 0
    end: int = 0
    year: int | None = None
    year_shift: int | None = None
    month: int | None = None
    month_shift: int | None = None
    month_next: bool | None = None
    day: int | None = None
    day_shift: int | None = None
    week_shift: int | None = None
    following: bool | None = None
    weekdays: tuple[int, ...] | None = None
    weekday_mode: str | None = None
    nth: int | None = None
    nth_week: bool | None = None
    offset: Offset | None = None
    holiday: str | None = None
    day_after: int | None = None
    season: str | None = None
    quarter: int | None = None
    section: str | None = None
    around: str | None = None
    weekend: bool | None = None
    workdays: bool | None = None
    market: str | None = None
    market_days: tuple[int, ...] | None = None
    part: str | None = None
    edge: str | None = None
    clock: Clock | None = None
    every: bool | None = None
    vague: str | None = None
    error: str | None = None
    weak: bool = False

    def dated(self) -> bool:
        """Tell whether anything about the day was written."""
        return any(getattr(self, name) is not None for name in DATE_FIELDS)

    def timed(self) -> bool:
        """Tell whether anything about the time of day was written."""
        return self.clock is not None or self.part is not None


DATE_FIELDS = (
    "year", "year_shift", "month", "month_shift", "day", "day_shift", "week_shift", "weekdays",
    "nth", "offset", "holiday", "season", "quarter", "weekend", "workdays", "market",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """A day or a stretch of days.

    Attributes:
        start: first day.
        end: the day after the last.
        grain: day, week, month, quarter, year, weekend, section, season.
        assumed: what was filled in: year, month, week.
        conflict: the other reading when a weekday does not fit its date.
        past: it lies before today and nobody said so (month and day up to 60 days back).
        moment: the exact moment when an offset counts hours or minutes.
    """

    start: dt.date
    end: dt.date
    grain: str = "day"
    assumed: tuple[str, ...] = ()
    conflict: dt.date | None = None
    past: bool = False
    moment: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """One understood date, time or range with its place in the text.

    Attributes:
        start: first character.
        end: one past the last character.
        grain: day, week, month, ..., part, minute, second.
        date: the day, when one is meant.
        time: the time, when one is meant.
        until_date: last named day of a range of days; for weeks, months and the like the day
            after the last.
        until_time: end of a range of times.
        part: morning, afternoon, evening, night, dawn, noon when a part of day is meant.
        window: start and end of that part of day, 23:59:59 for midnight.
        direction: after, before, until, within; None for the moment itself.
        others: further days of "월요일이나 수요일".
        weekdays: weekdays named, 0 is Monday.
        week: Monday of the week when only a week was said.
        assumed: what had to be filled in: year, month, week, ampm, date.
        conflict: the other reading where weekday and date disagree.
        error: date_past, date_invalid, time_invalid.
        vague: date or time when a word such as 쯤 on a week or 두어 시 leaves it open.
        every: said of every such day (매주, 마다).
    """

    start: int
    end: int
    grain: str
    date: dt.date | None = None
    time: dt.time | None = None
    until_date: dt.date | None = None
    until_time: dt.time | None = None
    part: str | None = None
    window: tuple[dt.time, dt.time] | None = None
    direction: str | None = None
    others: tuple[dt.date, ...] = ()
    weekdays: tuple[int, ...] = ()
    week: dt.date | None = None
    assumed: tuple[str, ...] = ()
    conflict: dt.date | None = None
    error: str | None = None
    vague: str | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a merchant says about when.

    Attributes:
        date: the day.
        time: the time of day.
        period: morning, afternoon or evening.
        time_after: "3시 이후".
        time_before: "3시 전에".
        range_start: start of a stretch of times (2시부터 4시 사이).
        range_end: its end.
        date_start: first day of a stretch (다음 주, 12월 초).
        date_end: its last day.
        alternatives: all days of "월요일이나 수요일".
        exclude: codes of weekdays, or morning/afternoon/evening, that do not suit.
        weekdays: codes of the weekdays named (평일, 매주 화요일), for reminders.
        every: said of every such day.
        any: "date" or "time" when all suit.
        week: Monday of the week when only a week was said.
        clarify: date or time, when it has to be asked in a smaller way.
        error: date_past, date_invalid or time_invalid.
        conflict: the two days when weekday and date disagree; nothing is guessed.
        assumed: what was filled in: year, month, week, ampm.
        span: from the first to the last character that was understood.
    """

    date: dt.date | None = None
    time: dt.time | None = None
    period: str | None = None
    time_after: dt.time | None = None
    time_before: dt.time | None = None
    range_start: dt.time | None = None
    range_end: dt.time | None = None
    date_start: dt.date | None = None
    date_end: dt.date | None = None
    alternatives: tuple[dt.date, ...] = ()
    exclude: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    every: bool = False
    any: str | None = None
    week: dt.date | None = None
    clarify: str | None = None
    error: str | None = None
    conflict: tuple[dt.date, ...] = ()
    assumed: tuple[str, ...] = ()
    span: tuple[int, int] | None = None


@dataclass(slots=True)
class Phrase:
    """A point with what surrounds it.

    Attributes:
        point: the words understood.
        before: text between the previous point and this one.
        after: text up to the next point.
    """

    point: Point
    before: str = ""
    after: str = ""
    negated: bool = False
    links: set[str] = field(default_factory=set)
