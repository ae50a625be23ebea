"""Ranges of times: 2시부터 4시 사이, 오후 11시에서 3시까지, 내일 7시 반부터 오후 4시."""

from dataclasses import replace
from datetime import timedelta

from bot.nlu.dates import clocks
from bot.nlu.dates.clocks import Minutes
from bot.nlu.dates.model import Point, TimeExpression


def time_range(base: TimeExpression, start: Point, end: Point) -> TimeExpression:
    """Return `base` with the times of both ends.

    An end without a part of day takes it from the other end where the words leave it open. A
    part of day as one end (오전부터 3시까지) counts by its window.
    """
    first, last = _bound(start, end=False), _bound(end, end=True)
    if isinstance(first, str) or isinstance(last, str):
        return replace(base, error="time_invalid")
    if first is None and last is None:
        return replace(base, vague="time")
    if first is None or last is None:
        return _one_sided(base, first, last)
    return _two_sided(base, start, first, last)


def _bound(point: Point, *, end: bool) -> Minutes | str | None:
    if point.clock is not None:
        return clocks.resolve(point)
    stretch = clocks.window(point)
    return Minutes(stretch[1] if end else stretch[0]) if stretch else None


def _one_sided(base: TimeExpression, first: Minutes | None, last: Minutes | None) -> TimeExpression:
    """Return a range of which only one end has a time (내일부터 모레 3시까지)."""
    return replace(
        base,
        grain="minute",
        time=first.time() if first else None,
        until_time=last.time() if last else None,
    )


def _two_sided(base: TimeExpression, start: Point, first: Minutes, last: Minutes) -> TimeExpression:
    several = base.date and base.until_date and base.until_date != base.date
    if not several:
        first, last = clocks.pair(first, last)
    day, until = base.date, base.until_date
    if day and first.days():
        day += timedelta(days=first.days())
    if day and not several and base.date:
        until = base.date + timedelta(days=last.days())
    assumed = (*base.assumed, "ampm") if first.assumed else base.assumed
    return replace(
        base,
        grain="minute",
        date=day,
        time=first.time(),
        until_date=until,
        until_time=last.time(),
        part=start.part,
        assumed=assumed,
    )
