"""Which times can be offered. Pure: supporters and days come from outside.

Every time that is offered is feasible with the visits that stand, in their order, travelling
and lunch included; and every feasible start of the grid is a candidate. A time that would
need two standing visits to change places is not found here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from bot.services.visits.calendar import DAY_MIN, is_market_day, is_store_closed
from bot.services.visits.kinds import VisitKind
from bot.services.visits.ranking import chosen
from bot.services.visits.reasons import Reason
from bot.services.visits.team import Spot, Supporter
from bot.services.visits.timeline import Timeline
from bot.services.visits.wish import Offer, Offered, Refusal, VisitWish
from bot.services.visits.worked import Span, joined, without
from models.visit import MarketDays

STAFF_HORIZON_DAYS = 90
FIRST_LOOK_DAYS = 14
"""Days that are looked through first; the rest of the horizon only when they offer too little."""
BEFORE_WISH_DAYS = 3
NAMED_DAY_AROUND = 2
"""Days around a named one that are looked through before any other."""


class Days(Protocol):
    """Tells what stands on supporters' days."""

    def prepare(self, supporters: Sequence[int], days: Sequence[date]) -> None:
        """Get ready for questions about these, at once."""
        ...

    def of(self, supporter: int, day: date) -> Timeline | Reason:
        """Return the day of a supporter, or why there is none."""
        ...

    def load(self, supporter: int) -> float:
        """Return how much the supporter has to do on the prepared days."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A wish with everything that decides whether a time suits.

    Attributes:
        opens, closes: hours of the store, minutes of the day; closing after midnight is
            beyond 1,440.
        closed_days: as the store has them.
        busy: other visits of the merchant, day -> clock spans.
        today, minute: the present moment in Korea.
    """

    wish: VisitWish
    kind: VisitKind
    spot: Spot
    skills: frozenset[str]
    today: date
    minute: int
    opens: int = 0
    closes: int = DAY_MIN
    closed_days: tuple[str, ...] = ()
    busy: Mapping[date, tuple[Span, ...]] | None = None

    @property
    def grid(self) -> int:
        """Offered starts are multiples of these minutes."""
        return self.kind.staff_grid_min if self.wish.by_staff else self.kind.grid_min

    @property
    def last_day(self) -> date:
        """The last day that may be offered."""
        days = STAFF_HORIZON_DAYS if self.wish.by_staff else self.kind.horizon_days
        return self.today + timedelta(days=days)

    def first_start(self, day: date) -> int:
        """Return the first minute of a day that keeps the notice; beyond the day for none."""
        notice = 0 if self.wish.by_staff else self.kind.notice_h * 60
        return self.minute + notice - (day - self.today).days * DAY_MIN

    def against_day(self, day: date) -> Reason | None:
        """Return why nobody may come on a day, None when it is open."""
        wish, kind = self.wish, self.kind
        if day > self.last_day:
            return Reason.HORIZON
        if day < self.today or self.first_start(day) >= DAY_MIN:
            return Reason.NOTICE
        if day.weekday() in wish.not_weekdays or (wish.only_day and not self._in_days(day)):
            return Reason.WISH
        if "store_closed" not in wish.anyway and is_store_closed(self.closed_days, day):
            return Reason.STORE_CLOSED
        if "market_day" not in wish.anyway and not _market_day_suits(self.spot, kind, day):
            return Reason.MARKET_DAY
        return None

    def within(self, day: date) -> Span:
        """Return the first and the last start that notice and store allow on a day."""
        first = max(0, self.first_start(day))
        last = DAY_MIN - self.kind.minutes
        if "store_closed" in self.wish.anyway:
            return first, last
        return max(first, self.opens), min(last, self.closes - self.kind.minutes)

    def _in_days(self, day: date) -> bool:
        wish = self.wish
        return wish.day is None or wish.day <= day <= (wish.until or wish.day)


def _market_day_suits(spot: Spot, kind: VisitKind, day: date) -> bool:
    """Tell whether a periodic market, held or not on that day, suits a visit.

    In a market that is nothing but periodic there is nobody on other days.
    """
    if not spot.market_days or kind.market_days is MarketDays.ANY:
        return True
    held = is_market_day(spot.market_days, day)
    only = spot.kind == "five_day" or kind.market_days is MarketDays.ONLY
    return held if only else not held


def search(need: Need, team: Sequence[Supporter], days: Days) -> Offered:
    """Return the best times for a wish.

    Args:
        need: what is wanted.
        team: supporters that work at all.
        days: tells what stands on their days.
    """
    able, without = able_of(need, team)
    looks: list[Look] = []
    offers: list[Offer] = []
    best: tuple[Offer, ...] = ()
    for look in _looks(need) if able else ():
        days.prepare(
            [supporter.id for supporter in able],
            [day for day in look if need.against_day(day) is None],
        )
        for day in look:
            looked = on_day(need, able, day, days)
            looks.append(looked)
            offers += looked.offers
        load = {supporter.id: days.load(supporter.id) for supporter in able}
        best = chosen(need.wish, need.today, offers, load)
        if len(best) >= need.wish.count:
            break
    return Offered(best, lambda: (*without, *(r for look in looks for r in look.refusals(need))))


@dataclass(frozen=True, slots=True)
class Look:
    """What one day has to offer. Why others cannot come is worked out when it is asked for.

    Attributes:
        refused: supporter -> the reason, or the day that has no room.
    """

    day: date
    offers: list[Offer]
    refused: list[tuple[int, Timeline | Reason]]

    def refusals(self, need: Need) -> Iterator[Refusal]:
        """Yield why the others cannot come."""
        within, busy = need.within(self.day), (need.busy or {}).get(self.day, ())
        for supporter_id, why in self.refused:
            reason = why if isinstance(why, Reason) else why_full(need, why, within, busy)
            yield Refusal(supporter_id, self.day, reason)


def on_day(need: Need, able: Sequence[Supporter], day: date, days: Days) -> Look:
    """Return every start of the grid on one day, and who cannot come."""
    against = need.against_day(day)
    if against is not None:
        return Look(day, [], [(each.id, against) for each in able])
    look = Look(day, [], [])
    within, busy = need.within(day), (need.busy or {}).get(day, ())
    minutes, market_id = need.kind.minutes, need.spot.place.market_id
    for supporter in able:
        timeline = days.of(supporter.id, day)
        if isinstance(timeline, Reason):
            look.refused.append((supporter.id, timeline))
            continue
        found = list(starts(need, timeline, within, busy))
        if not found:
            look.refused.append((supporter.id, timeline))
            continue
        is_there = any(stop.place.market_id == market_id for stop in timeline.stops)
        look.offers.extend(
            Offer(
                supporter.id,
                day,
                start,
                minutes,
                extra,
                need.wish.suits(day, start),
                is_there,
                need.wish,
            )
            for start, extra in found
        )
    return look


def starts(
    need: Need, timeline: Timeline, within: Span, busy: Iterable[Span] = ()
) -> Iterator[tuple[int, int]]:
    """Yield (start, extra minutes on the way) of every start of the grid that is feasible."""
    grid, minutes = need.grid, need.kind.minutes
    seen: dict[int, int] = {}
    for room in timeline.room(need.spot.place, minutes, within):
        for first, last in room.starts:
            for start in range(-(-first // grid) * grid, last + 1, grid):
                if start not in seen or room.extra < seen[start]:
                    seen[start] = room.extra
    for start, extra in seen.items():
        if all(start + minutes <= begin or end <= start for begin, end in busy):
            yield start, extra


def why_full(need: Need, timeline: Timeline, within: Span, busy: Iterable[Span] = ()) -> Reason:
    """Return what stands in the way on a day on which nothing was found."""
    minutes = need.kind.minutes
    if len(timeline.stops) >= timeline.shift.max_visits:
        return Reason.MAX_VISITS
    if not timeline.possible:
        return Reason.BUSY
    free = [span for room in timeline.room(need.spot.place, minutes) for span in room.starts]
    if not free:
        return _why_no_room(timeline, minutes)
    if any(start <= within[1] and end >= within[0] for start, end in free):
        return Reason.MERCHANT_BUSY if tuple(busy) else Reason.TRAVEL
    late = all(end < within[0] for _, end in free)
    return Reason.NOTICE if late and within[0] > need.opens else Reason.STORE_CLOSED


def _why_no_room(timeline: Timeline, minutes: int) -> Reason:
    taken = [(stop.start, stop.end) for stop in timeline.stops]
    spans = timeline.shift.spans
    if any(end - start >= minutes for start, end in without(spans, taken)):
        return Reason.TRAVEL
    whole = joined([*spans, *timeline.shift.lunch])
    if any(end - start >= minutes for start, end in without(whole, taken)):
        return Reason.LUNCH
    return Reason.BUSY


def able_of(need: Need, team: Sequence[Supporter]) -> tuple[list[Supporter], list[Refusal]]:
    """Return who works there and knows enough, and who does not and why."""
    able, refused = [], []
    for supporter in team:
        if need.wish.supporter_id not in (None, supporter.id):
            continue
        if not supporter.serves(need.spot):
            refused.append(Refusal(supporter.id, None, Reason.REGION))
        elif not need.skills <= supporter.skills:
            refused.append(Refusal(supporter.id, None, Reason.NO_SKILL))
        else:
            able.append(supporter)
    if not refused and not able:
        refused.append(Refusal(None, None, Reason.REGION))
    return able, refused


def _looks(need: Need) -> list[list[date]]:
    """Return the days to look through: a named day and those around it, then further off.

    When the days around a named one offer enough, others would hardly be chosen: a day away
    from the wish counts for more than most hours and ways.
    """
    wish = need.wish
    center = max(wish.day or need.today, need.today)
    last = max(wish.until or center, center)
    wished = _days(center, last)[:FIRST_LOOK_DAYS]
    if wish.only_day:
        return [wished]
    first = max(need.today, center - timedelta(days=BEFORE_WISH_DAYS))
    around = _days(first, max(last, first + timedelta(days=FIRST_LOOK_DAYS - 1)))
    near = [day for day in around if day <= need.last_day or day in wished]
    nearest = [day for day in near if abs((day - center).days) <= NAMED_DAY_AROUND]
    looks = [nearest] if wish.day is not None and wish.until in (None, wish.day) else []
    looks += [near, _days(need.today, need.last_day)]
    parts: list[list[date]] = []
    for look in looks:
        seen = {day for part in parts for day in part}
        parts.append([day for day in look if day not in seen])
    return [part for part in parts if part]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
