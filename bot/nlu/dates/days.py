"""From the words of a point to days of the calendar.

Conventions (docs/vocabulary.md): weeks start on Monday; a bare weekday is its next one after
today; a bare day of the month the next such day; month and day up to 60 days back are past,
further back they are next year's. Nothing moves by a year silently.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.nlu.dates import almanac
from bot.nlu.dates.almanac import WEEK
from bot.nlu.dates.model import Days, Offset, Point
from bot.nlu.dates.periods import period, surrounding

PAST_DAYS = 60
"""How far back a month and day without a year still count as past (docs/vocabulary.md)."""

_SEARCH_MONTHS = 12
DateError = str
"""date_invalid."""


def resolve(
    point: Point, now: datetime, anchor: date, market_days: tuple[int, ...]
) -> Days | DateError | None:
    """Return the days that a point means.

    Args:
        point: the words.
        now: the present moment, naive Korean time.
        anchor: the day from which "the next such day" is sought: today, or the start of a range.
        market_days: last digits of the five-day market.

    Returns:
        The days, "date_invalid" for a day that no calendar has, None when no day was said or a
        market day is not known.
    """
    found = _basic(point, now, anchor, market_days)
    if not isinstance(found, Days):
        return found
    if point.day_after is not None and point.day_after:
        moved = found.start + timedelta(days=point.day_after)
        found = replace(found, start=moved, end=moved + timedelta(days=1), grain="day")
    if point.around is not None:
        return surrounding(found, point.around)
    return _checked(point, found)


def _basic(
    point: Point, now: datetime, anchor: date, market_days: tuple[int, ...]
) -> Days | DateError | None:
    today = now.date()
    if point.offset is not None:
        return _offset(point, now)
    if point.market is not None:
        return _market(point, today, point.market_days or market_days)
    if point.holiday is not None and (point.day is None or point.month is None):
        return _holiday(point, anchor)
    return _by_calendar(point, today, anchor)


def _by_calendar(point: Point, today: date, anchor: date) -> Days | DateError | None:
    if point.nth is not None and point.weekdays:
        return _nth_weekday(point, today)
    if point.day is not None:
        return _dated(point, today, anchor)
    if point.day_shift is not None:
        return one(today + timedelta(days=point.day_shift))
    if point.weekdays and not point.weekend:
        return _weekday(point, today, anchor)
    return period(point, today, anchor)


def one(day: date, *assumed: str) -> Days:
    """Return a single day."""
    return Days(day, day + timedelta(days=1), assumed=assumed)


def _checked(point: Point, found: Days) -> Days:
    """Note where a weekday stands beside a date that falls on another one."""
    if not point.weekdays or found.grain != "day" or found.start.weekday() in point.weekdays:
        return found
    if point.day_shift is None and point.day is None and point.holiday is None:
        return found
    ahead = (point.weekdays[0] - found.start.weekday()) % WEEK
    return replace(found, conflict=found.start + timedelta(days=ahead))


def _offset(point: Point, now: datetime) -> Days | DateError | None:
    offset = point.offset or Offset()
    moment = shifted(now, offset)
    if moment is None:
        return "date_invalid"
    if offset.way in {"span", "past"}:
        return _span(now, moment, offset)
    if point.weekdays:
        week = almanac.monday(moment.date())
        return one(week + timedelta(days=point.weekdays[0]))
    exact = moment if offset.seconds is not None else None
    return replace(one(moment.date()), moment=exact)


def shifted(now: datetime, offset: Offset) -> datetime | None:
    """Return the moment at a distance, None beyond the calendar."""
    sign = -1 if offset.way in {"ago", "past"} else 1
    try:
        day = almanac.add_months(now.date(), sign * offset.months)
        moment = datetime.combine(day, now.time())
        if offset.workdays:
            return datetime.combine(almanac.workdays_on(day, offset.days * sign), now.time())
        return moment + sign * timedelta(days=offset.days, seconds=offset.seconds or 0)
    except (OverflowError, ValueError):
        return None


def _span(now: datetime, moment: datetime, offset: Offset) -> Days:
    """Return the stretch of 앞으로 이틀간, 지난 2주."""
    first, last = sorted((now, moment))
    if offset.seconds is not None:
        return Days(
            first.date(), last.date(), "moment", moment=last if offset.way == "span" else first
        )
    ahead = timedelta(days=1) if offset.way == "span" else timedelta()
    return Days(first.date() + ahead, last.date() + ahead, "span")


def _holiday(point: Point, anchor: date) -> Days | None:
    key = point.holiday or ""
    if point.year is not None or point.year_shift is not None:
        year = point.year or anchor.year + (point.year_shift or 0)
        found = almanac.holiday_in(key, year)
    else:
        # "크리스마스 전날" said on Christmas Eve's morning still means today.
        found = almanac.holiday(key, anchor - timedelta(days=max(0, point.day_after or 0)))
    return one(found) if found else None


def _market(point: Point, today: date, digits: tuple[int, ...]) -> Days | None:
    """Return the next market day; today counts unless 다음 was said."""
    after = today if point.market == "next" else today - timedelta(days=1)
    found = almanac.market_day(after, digits) if digits else None
    return one(found) if found else None


def _nth_weekday(point: Point, today: date) -> Days | DateError:
    weekday, nth = (point.weekdays or (0,))[0], point.nth or 1
    if point.month is not None:
        for year in _years(point, today):
            found = almanac.nth_weekday(year, point.month, weekday, nth)
            if found and (found >= today - timedelta(days=PAST_DAYS) or _year_said(point)):
                return replace(one(found), past=found < today and not _year_said(point))
        return "date_invalid"
    return _nth_without_month(point, today, weekday, nth)


def _nth_without_month(point: Point, today: date, weekday: int, nth: int) -> Days | DateError:
    """Return the nth weekday of this month or a named relative one; a past one is next month's."""
    for ahead in range(2):
        year, month = almanac.month_shifted(
            today.year, today.month, (point.month_shift or 0) + ahead
        )
        found = almanac.nth_weekday(year, month, weekday, nth)
        if found and (found >= today or point.month_shift is not None):
            return replace(one(found, *(("month",) if ahead else ())), past=False)
    return "date_invalid"


def _year_said(point: Point) -> bool:
    return point.year is not None or point.year_shift is not None


def _years(point: Point, today: date) -> tuple[int, ...]:
    """Return the years to try, in order."""
    if point.year is not None:
        return (point.year,)
    if point.year_shift is not None:
        return (today.year + point.year_shift,)
    return (today.year, today.year + 1)


def _dated(point: Point, today: date, anchor: date) -> Days | DateError:
    day = point.day or 0
    if point.month is None and point.month_shift is None and not _year_said(point):
        return _day_only(point, anchor)
    if point.month is None:
        year, month = almanac.month_shifted(today.year, today.month, point.month_shift or 0)
        found = almanac.made(year, month, day)
        return one(found) if found else "date_invalid"
    tries = [
        found for year in _years(point, anchor) if (found := almanac.made(year, point.month, day))
    ]
    if not tries:
        return "date_invalid"
    if _year_said(point) or tries[0] >= anchor:
        return one(tries[0])
    return _behind(tries, anchor)


def _behind(tries: list[date], anchor: date) -> Days:
    """Return a month and day that lie behind: past within 60 days, else next year's."""
    if (anchor - tries[0]).days <= PAST_DAYS or len(tries) == 1:
        return replace(one(tries[0]), past=True)
    return one(tries[1], "year")


def _day_only(point: Point, anchor: date) -> Days | DateError:
    """Return the next such day; with a weekday beside it the next that fits, as a conflict."""
    fitting = None
    first = None
    for ahead in range(_SEARCH_MONTHS):
        year, month = almanac.month_shifted(anchor.year, anchor.month, ahead)
        found = almanac.made(year, month, point.day or 0)
        if found is None or found < anchor:
            continue
        first = first or found
        if point.weekdays and found.weekday() in point.weekdays:
            fitting = found
            break
        if not point.weekdays:
            break
    if first is None:
        return "date_invalid"
    if fitting and fitting != first:
        return replace(one(fitting, "month"), conflict=first)
    return one(first, "month")


def _weekday(point: Point, today: date, anchor: date) -> Days:
    """Return the weekday said; of several (월 수 금) the soonest."""
    return min(
        (_one_weekday(point, day, today, anchor) for day in point.weekdays or (0,)),
        key=lambda found: found.start,
    )


def _one_weekday(point: Point, weekday: int, today: date, anchor: date) -> Days:
    week = almanac.monday(today)
    ahead = timedelta(days=weekday)
    if point.week_shift is not None:
        return one(week + timedelta(days=WEEK * point.week_shift) + ahead)
    if point.weekday_mode == "next":
        return one(week + timedelta(days=WEEK) + ahead, "week")
    if point.weekday_mode == "last":
        return one(today - timedelta(days=(today.weekday() - weekday - 1) % WEEK + 1))
    if point.weekday_mode == "this" and week + ahead >= today:
        return one(week + ahead)
    return one(anchor + timedelta(days=(weekday - anchor.weekday() - 1) % WEEK + 1))
