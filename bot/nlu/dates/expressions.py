"""What the phrases of a message mean: days, times and stretches of the calendar."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.clock import KST
from bot.nlu.dates import clocks, days
from bot.nlu.dates.almanac import WEEK
from bot.nlu.dates.clocks import Minutes
from bot.nlu.dates.items import Item, items
from bot.nlu.dates.model import Days, Offset, Phrase, Point, Prefs, TimeExpression
from bot.nlu.dates.points import phrases
from bot.nlu.dates.ranges import time_range
from bot.nlu.dates.tokens import may_hold_time, tokens
from bot.nlu.normalise import READ_LIMIT

_AFTER = re.compile(
    r"\s?(?:쯤\s?|경\s?|정도\s?)?(?:이후|부터(?!\s?먼저)|~\s?$|후로|후에|지나고\s?나서|(?<=[심녁침전])\s?(?:지나서|먹고|후|이후))"
)
_PAST_DAY = re.compile(r"\s?(?:이|가|을|를|에)?\s?(?:지나|끝나|쇠|넘어서|넘기)")
_BEFORE = re.compile(r"\s?(?:되기\s?)?(?:이전|전까지|전에|전으로|전(?![가-힣]))")
_UNTIL = re.compile(r"\s?(?:정각\s?|쯤\s?)?까지")
_ABOUT = re.compile(r"\s?(?:쯤|경|정도|무렵|즈음|께)")
_VAGUE_GRAINS = frozenset({"week", "month", "section", "year", "season", "quarter"})


def find(text: str, now: datetime, *, prefs: Prefs | None = None) -> list[TimeExpression]:
    """Return the dates, times and ranges of a normalised text, in order.

    Args:
        text: normalised text; up to 10,000 characters are fine.
        now: the present moment in Korean time, naive or aware.
        prefs: how to read; strictly by default, as for text that answers another question.
    """
    prefs = prefs or Prefs()
    now = korean(now)
    expressions = (
        expression(item, now, prefs)
        for item in items(read(text, asked=prefs.asked))
        if prefs.asked or not _weak(item)
    )
    return [found for found in expressions if found]


def range_of(start: Point, end: Point, found: Days | None, until: Days | None) -> TimeExpression:
    """Return the stretch between two points whose days are resolved."""
    base = TimeExpression(
        start.start,
        end.end,
        found.grain if found else "part",
        weekdays=_weekdays(start),
        every=bool(start.every),
    )
    if found:
        base = _with_days(base, found, start)
    if until:
        base = replace(base, until_date=until.start)
    if start.clock is None and end.clock is None:
        return _parts_between(base, start, end)
    return time_range(base, start, end)


def _parts_between(base: TimeExpression, start: Point, end: Point) -> TimeExpression:
    """Return the stretch from one part of day to another (아침부터 저녁까지)."""
    first, last = clocks.window(start), clocks.window(end)
    if first is None or last is None:
        return base
    return replace(
        base, grain="part", time=clocks.edges(first)[0], until_time=clocks.edges(last)[1]
    )


def korean(now: datetime) -> datetime:
    """Return a moment as naive Korean time."""
    return now.astimezone(KST).replace(tzinfo=None) if now.tzinfo else now


def read(text: str, *, asked: bool) -> list[Phrase]:
    """Return the phrases of a text; nothing at once when no time word stands in it."""
    text = text[:READ_LIMIT]
    if not may_hold_time(text):
        return []
    return phrases(text, tokens(text, asked=asked))


def _weak(item: Item) -> bool:
    """Tell whether an item is too little to be a date in a text about something else."""
    point = item.first.point
    return point.weak and item.last is None and not (point.timed() or point.weekdays)


def expression(item: Item, now: datetime, prefs: Prefs) -> TimeExpression | None:
    """Return what an item means, None when it says nothing after all."""
    point = item.first.point
    based = "based" in item.first.links
    found = _days_of(point, now, now.date(), prefs) if not based else _based(item, now, prefs)
    if isinstance(found, str):
        return _error(item, found)
    if item.last is not None:
        return _range(item, found, now, prefs)
    built = _single(item, found, now)
    if isinstance(built, TimeExpression) and item.others and not based:
        return _with_others(built, item.others, now, prefs)
    return built


def _range(item: Item, found: Days | None, now: datetime, prefs: Prefs) -> TimeExpression | None:
    """Return "2시부터 4시 사이", "9월 3일부터 12일까지" or both at once."""
    start, end = item.first.point, (item.last or item.first).point
    anchor = found.start if found and not found.past else now.date()
    if end.offset is not None and end.offset.way == "for" and found:
        return _lasting(item, found, end.offset)
    until = _days_of(end, now, anchor, prefs)
    if isinstance(until, str):
        return _error(item, until)
    return range_of(start, end, found, until)


def _lasting(item: Item, found: Days, offset: Offset) -> TimeExpression | None:
    """Return "내일부터 사흘간": as many days as were said, the first one counted."""
    until = days.shifted(datetime.combine(found.start, time()), offset)
    if until is None:
        return _error(item, "date_invalid")
    point = item.first.point
    built = TimeExpression(point.start, item.ends().point.end, "span", date=found.start)
    return replace(built, until_date=until.date())


def _days_of(point: Point, now: datetime, anchor: date, prefs: Prefs) -> Days | str | None:
    return days.resolve(point, now, anchor, prefs.market_days)


def _based(item: Item, now: datetime, prefs: Prefs) -> Days | str | None:
    """Return the day of 어제부터 4일 후, 추석 지나고 이틀 뒤."""
    base = _days_of(item.others[0], now, now.date(), prefs)
    if not isinstance(base, Days):
        return base
    moment = datetime.combine(base.start, now.time())
    item.others = ()
    return _days_of(item.first.point, moment, base.start, prefs)


def _error(item: Item, code: str) -> TimeExpression:
    return TimeExpression(item.first.point.start, item.ends().point.end, "day", error=code)


def _single(item: Item, found: Days | None, now: datetime) -> TimeExpression | None:
    """Return a day, a time, a moment, a part of day or a whole week or month."""
    point = item.first.point
    moment = clocks.resolve(point) or clocks.middle(point)
    if isinstance(moment, str):
        return _error(item, moment)
    if found is None and not point.timed():
        return _wordless(item)
    built = TimeExpression(
        point.start,
        point.end,
        found.grain if found else "part",
        weekdays=_weekdays(point),
        every=bool(point.every) or item.first.after.startswith("마다"),
        vague=point.vague or _about(item, found),
        direction=_direction(item),
    )
    built = _with_days(built, found, point) if found else built
    if found and found.moment and not moment:
        return _with_moment(built, found.moment, now, point)
    return _with_clock(built, moment, point)


def _wordless(item: Item) -> TimeExpression | None:
    """Return 매일 and an unknown market day: something was said, but no day."""
    point = item.first.point
    if point.market is not None or point.holiday is not None:
        return TimeExpression(point.start, point.end, "day", vague="date")
    return None


def _about(item: Item, found: Days | None) -> str | None:
    """Tell whether 쯤 stands at a week or a month; at an hour or a day it changes nothing."""
    if found is None or found.grain not in _VAGUE_GRAINS or item.first.point.timed():
        return None
    return "date" if _ABOUT.match(item.first.after) else None


def _weekdays(point: Point) -> tuple[int, ...]:
    if point.weekend and not point.weekdays:
        return (5, 6)
    return tuple(range(5)) if point.workdays else point.weekdays or ()


def _direction(item: Item) -> str | None:
    """Return after, before or until, as the words behind the item say."""
    point, after = item.ends().point, item.ends().after
    if point.offset is not None and point.offset.way == "within":
        return "within"
    if _AFTER.match(after) or (not point.timed() and _PAST_DAY.match(after)):
        return "after"
    if _BEFORE.match(after):
        return "before"
    return "until" if _UNTIL.match(after) else None


def _with_days(built: TimeExpression, found: Days, point: Point) -> TimeExpression:
    """Add the day, or the stretch of days."""
    several = found.end - found.start > timedelta(days=1)
    if not several and found.grain != "moment":
        days_named = _named(found.start, point)
        return replace(
            built,
            date=days_named[0],
            others=days_named[1:],
            assumed=found.assumed,
            conflict=found.conflict,
            error="date_past" if found.past else None,
        )
    week = found.start if found.grain == "week" else None
    return replace(built, date=found.start, until_date=found.end, week=week, assumed=found.assumed)


def _named(first: date, point: Point) -> tuple[date, ...]:
    """Return all days of 월 수 금 in order; `first` is the soonest."""
    named = point.weekdays if point.weekdays and len(point.weekdays) > 1 else (first.weekday(),)
    return tuple(sorted(first + timedelta(days=(day - first.weekday()) % WEEK) for day in named))


def _with_moment(
    built: TimeExpression, moment: datetime, now: datetime, point: Point
) -> TimeExpression:
    """Add the exact moment of an offset in hours, or the stretch up to it."""
    way = point.offset.way if point.offset else "after"
    if way in {"span", "past"}:
        start, end = sorted((now, moment))
        return replace(
            built,
            grain="span",
            date=start.date(),
            time=start.time(),
            until_date=end.date(),
            until_time=end.time(),
        )
    return replace(built, grain="minute", date=moment.date(), time=moment.time())


def _with_clock(built: TimeExpression, moment: Minutes | None, point: Point) -> TimeExpression:
    if moment is not None:
        assumed = (*built.assumed, "ampm") if moment.assumed else built.assumed
        day = (
            built.date + timedelta(days=moment.days())
            if built.date and moment.days()
            else built.date
        )
        grain = "minute" if built.until_date is None else built.grain
        return replace(
            built, grain=grain, date=day, time=moment.time(), assumed=assumed, part=point.part
        )
    stretch = clocks.window(point)
    if stretch is None or point.clock is not None:
        return built
    grain = "part" if built.until_date is None else built.grain
    return replace(built, part=point.part, window=clocks.edges(stretch), grain=grain)


def _with_others(
    built: TimeExpression, others: tuple[Point, ...], now: datetime, prefs: Prefs
) -> TimeExpression:
    """Add the days of the alternatives; `built` is the last of them."""
    resolved = [_days_of(point, now, now.date(), prefs) for point in others]
    dates = [found.start for found in resolved if isinstance(found, Days)]
    if not dates or built.date is None:
        return replace(built, vague=built.vague or "time")
    every = {*dates, built.date, *built.others}
    weekdays = tuple(day for point in others for day in _weekdays(point)) + built.weekdays
    return replace(
        built,
        start=min(built.start, *(point.start for point in others)),
        date=min(every),
        others=tuple(sorted(every - {min(every)})),
        weekdays=weekdays,
    )
