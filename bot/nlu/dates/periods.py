"""Weeks, months, quarters, years and their beginnings and ends as stretches of days."""

from collections.abc import Callable
from datetime import date, timedelta

from bot.nlu.dates import almanac
from bot.nlu.dates.almanac import WEEK
from bot.nlu.dates.model import Days, Point

_DAY = timedelta(days=1)
_SATURDAY = 5
_EARLY_END = 10
_MIDDLE_END = 20
"""초순 is the 1st to 10th, 중순 to the 20th, 하순 the rest (표준국어대사전)."""

_SEASONS = {
    "spring": ((3, 20), (6, 21)),
    "summer": ((6, 21), (9, 24)),
    "autumn": ((9, 23), (12, 22)),
    "winter": ((12, 21), (3, 21)),
}
"""Equinoxes and solstices; the end is the day after the season's last."""


def period(point: Point, today: date, anchor: date) -> Days | str | None:
    """Return the stretch that a point without a day means, None when it names none."""
    for names, build in _KINDS:
        if any(getattr(point, name) is not None for name in names):
            return build(point, today, anchor)
    return None


def surrounding(found: Days, unit: str) -> Days:
    """Return the whole week or month around a day (9월 16일의 주)."""
    if unit == "month":
        return _months(found.start.year, found.start.month, 1, "month")
    first = almanac.monday(found.start)
    return Days(first, first + timedelta(days=WEEK), "week")


def _weekend(point: Point, today: date, _anchor: date) -> Days:
    saturday = almanac.monday(today) + timedelta(days=_SATURDAY + WEEK * (point.week_shift or 0))
    return Days(saturday, saturday + 2 * _DAY, "weekend")


def _workdays(point: Point, today: date, _anchor: date) -> Days:
    first = almanac.monday(today) + timedelta(days=WEEK * (point.week_shift or 0))
    return Days(max(first, today), first + timedelta(days=_SATURDAY), "workdays")


def _week(point: Point, today: date, _anchor: date) -> Days:
    first = almanac.monday(today) + timedelta(days=WEEK * (point.week_shift or 0))
    if point.section == "early":
        return Days(first, first + timedelta(days=3), "section")
    if point.section == "middle":
        return Days(first + _DAY, first + timedelta(days=4), "section")
    if point.section == "rest":
        return Days(max(first, today), first + timedelta(days=WEEK), "section")
    if point.section == "late":
        return Days(first + timedelta(days=3), first + timedelta(days=WEEK), "section")
    return Days(first, first + timedelta(days=WEEK), "week")


def _year_of(point: Point, today: date) -> int | None:
    if point.year is not None:
        return point.year
    return None if point.year_shift is None else today.year + point.year_shift


def _nth_week(point: Point, today: date, _anchor: date) -> Days:
    nth = point.nth or 1
    year = _year_of(point, today)
    if point.month is None and point.month_shift is None and year is not None:
        first = _week_of_year(year, nth)
    elif point.month is not None:
        first = almanac.week_of_month(year or today.year, point.month, nth)
        if year is None and first + timedelta(days=WEEK) <= today:
            first = almanac.week_of_month(today.year + 1, point.month, nth)
    else:
        shifted = almanac.month_shifted(today.year, today.month, point.month_shift or 0)
        first = almanac.week_of_month(*shifted, nth)
    return Days(first, first + timedelta(days=WEEK), "week")


def _week_of_year(year: int, nth: int) -> date:
    """Return the Monday of the nth ISO week of a year, -1 the last."""
    first = almanac.monday(date(year, 1, 4))
    if nth == almanac.LAST:
        return almanac.monday(date(year, 12, 28))
    return first + timedelta(days=WEEK * (nth - 1))


def _months(year: int, month: int, count: int, grain: str) -> Days:
    following = almanac.month_shifted(year, month, count)
    return Days(date(year, month, 1), date(*following, 1), grain)


def _quarter(point: Point, today: date, _anchor: date) -> Days:
    number = point.quarter or 1
    year = _year_of(point, today)
    found = _months(year or today.year, number * 3 - 2, 3, "quarter")
    if year is None and found.end <= today:
        found = _months(today.year + 1, number * 3 - 2, 3, "quarter")
    return found


def _season(point: Point, today: date, _anchor: date) -> Days:
    (first_month, first_day), (last_month, last_day) = _SEASONS[point.season or "spring"]
    year = today.year + (point.year_shift or 0)
    start = date(year, first_month, first_day)
    end = date(year + (last_month < first_month), last_month, last_day)
    if last_month < first_month and today < date(today.year, last_month, last_day):
        start, end = start.replace(year=year - 1), end.replace(year=year)
    return Days(start, end, "season")


def _month(point: Point, today: date, anchor: date) -> Days | str:
    if point.month is None:
        year, month = almanac.month_shifted(today.year, today.month, point.month_shift or 0)
    else:
        month = point.month
        said = _year_of(point, today)
        year = anchor.year + (month < anchor.month) if said is None else said
    if not 1 <= month <= almanac.MONTHS or not date.min.year < year < date.max.year:
        return "date_invalid"
    whole = _months(year, month, 1, "month")
    if point.section == "rest":
        return Days(max(whole.start, today), whole.end, "section")
    return _section(whole, point.section) if point.section else whole


def _section(whole: Days, section: str) -> Days:
    """Return the first ten days of a month, the second ten or the rest."""
    early = whole.start + timedelta(days=_EARLY_END)
    middle = whole.start + timedelta(days=_MIDDLE_END)
    ends = {"early": (whole.start, early), "middle": (early, middle), "late": (middle, whole.end)}
    return Days(*ends[section], "section")


def _year(point: Point, today: date, _anchor: date) -> Days | str:
    year = _year_of(point, today) or today.year
    if not date.min.year < year < date.max.year - 1:
        return "date_invalid"
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    if point.section == "rest":
        return Days(max(start, today), end, "section")
    if point.section in {"early", "middle"}:
        early = point.section == "early"
        return Days(date(year, 1 if early else 4, 1), date(year, 4 if early else 10, 1), "section")
    if point.section == "late":
        return Days(date(year, 7, 1), end, "section")
    return Days(start, end, "year")


_Build = Callable[[Point, date, date], Days | str]
_KINDS: tuple[tuple[tuple[str, ...], _Build], ...] = (
    (("weekend",), _weekend),
    (("workdays",), _workdays),
    (("nth_week",), _nth_week),
    (("week_shift",), _week),
    (("quarter",), _quarter),
    (("season",), _season),
    (("month", "month_shift"), _month),
    (("year", "year_shift"), _year),
)
"""What a point has to name for each kind of stretch; the first that fits wins."""
