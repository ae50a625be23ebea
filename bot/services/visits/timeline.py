"""One supporter's day: what stands in it, and what still fits between. Pure.

Two arrays make every question cheap: `dep[k]`, the earliest departure after the k-th stop, and
`late[k]`, the latest start of the k-th stop that leaves everything after it, and the way home,
possible. A new visit fits into a gap exactly when it starts between the two, the ways
included. Stops with a promised time have one possible start; those with a promised part of the
day may shift inside it. Both arrays are in worked minutes (see `worked`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import sub

from bot.services.visits.travel import NEVER, Place, TravelTimes
from bot.services.visits.worked import Span, worked_time


@dataclass(frozen=True, slots=True)
class Shift:
    """When and from where somebody works on one day.

    Attributes:
        home: where the day begins and ends.
        spans: clock minutes from midnight in Korea; lunch and absences are taken out.
        max_visits: no more visits than these.
        max_travel: no more minutes on the way than these.
        lunch: the breaks that were taken out.
    """

    home: Place
    spans: tuple[Span, ...]
    max_visits: int
    max_travel: int
    lunch: tuple[Span, ...] = ()


@dataclass(slots=True)
class Stop:
    """One visit of a day. Nobody changes one; freezing it would cost four times the making.

    Attributes:
        visit_id: the visit; 0 for one that does not exist yet.
        start: planned start, clock minutes.
        minutes: how long it takes.
        earliest, latest: the starts that were promised; both equal `start` for a fixed time.
        place: where.
    """

    visit_id: int
    start: int
    minutes: int
    earliest: int
    latest: int
    place: Place

    @property
    def end(self) -> int:
        """When it is over, clock minutes."""
        return self.start + self.minutes


def fixed(visit_id: int, start: int, minutes: int, place: Place) -> Stop:
    """Return a stop whose time is promised to the minute."""
    return Stop(visit_id, start, minutes, start, start, place)


@dataclass(frozen=True, slots=True)
class Room:
    """A gap that a new visit fits into.

    Attributes:
        position: how many stops come before it.
        starts: clock ranges of possible starts, both ends included.
        extra: additional minutes on the way.
    """

    position: int
    starts: tuple[Span, ...]
    extra: int


class Timeline:
    """The day of one supporter with its arrays; never changes.

    Args:
        shift: when and from where somebody works.
        stops: the visits in their order.
        travel: how long the ways take.

    Attributes:
        shift, stops: as given.
        possible: whether the visits can be kept as promised, in this order.
        ways: minutes on the way before each stop, and home at the end.
        on_the_way: all of them together.
        dep, late: the arrays; see the head of the module. `dep[0]` is leaving home,
            `late[n]` being home.
    """

    __slots__ = (
        "_promised",
        "_travel",
        "_widest",
        "dep",
        "late",
        "on_the_way",
        "possible",
        "shift",
        "stops",
        "ways",
        "work",
    )

    def __init__(self, shift: Shift, stops: Sequence[Stop], travel: TravelTimes) -> None:
        self.shift = shift
        self.stops = tuple(stops)
        self.work = worked_time(shift.spans)
        self._travel = travel
        places = [shift.home, *(stop.place for stop in self.stops), shift.home]
        self.ways = (
            [travel.minutes(here, there) for here, there in pairwise(places)] if stops else [0]
        )
        self.on_the_way = sum(self.ways)
        self._promised = [
            self.work.promised(stop.earliest, stop.minutes)
            if stop.earliest == stop.latest
            else None
            for stop in self.stops
        ]
        dep, late = self._departures(), self._latest()
        self.dep = dep or [0]
        self.late = late or [0]
        self.possible = (
            dep is not None
            and late is not None
            and all(late[k] + stop.minutes >= dep[k + 1] for k, stop in enumerate(self.stops))
        )
        self._widest = max(map(sub, self.late, self.dep)) if self.possible else -1

    def room(self, place: Place, minutes: int, within: Span | None = None) -> Iterator[Room]:
        """Yield every gap into which a visit fits, with its possible starts.

        Args:
            place: where the visit is.
            minutes: how long it takes.
            within: clock range of starts that are wanted, both ends included.
        """
        if self._widest < minutes or len(self.stops) >= self.shift.max_visits:
            return
        first, last = within or (0, NEVER)
        travel, home = self._travel, self.shift.home
        allowed = self.shift.max_travel - self.on_the_way
        for position in range(len(self.stops) + 1):
            if self.late[position] - self.dep[position] < minutes:
                continue
            to = travel.minutes(self.stops[position - 1].place if position else home, place)
            after = self.stops[position].place if position < len(self.stops) else home
            onward = travel.minutes(place, after)
            extra = to + onward - (self.ways[position] if self.stops else 0)
            low = self.dep[position] + to
            high = self.late[position] - onward - minutes
            if extra <= allowed and low <= high:
                starts = tuple(
                    (max(start, first), min(end, last))
                    for start, end in self.work.starts(low, high, minutes)
                    if start <= last and end >= first
                )
                if starts:
                    yield Room(position, starts, extra)

    def taking(self, stop: Stop, position: int) -> "Timeline | None":
        """Return the day with one more stop; None when it does not fit there.

        Stops with a promised part of the day are moved as little as possible.
        """
        stops = (*self.stops[:position], stop, *self.stops[position:])
        trial = Timeline(self.shift, stops, self._travel)
        if not trial.possible or problems(trial, planned=False):
            return None
        starts = trial._planned(position)
        if starts is None:
            return None
        moved = [
            replace(each, start=start) if start != each.start else each
            for each, start in zip(trial.stops, starts, strict=True)
        ]
        return Timeline(self.shift, moved, self._travel)

    def without(self, visit_ids: Iterable[int]) -> "Timeline":
        """Return the day without some of its visits."""
        gone = frozenset(visit_ids)
        kept = tuple(stop for stop in self.stops if stop.visit_id not in gone)
        if len(kept) == len(self.stops):
            return self
        return Timeline(self.shift, kept, self._travel)

    def _departures(self) -> list[int] | None:
        dep = [0]
        for way, stop, promised in zip(self.ways, self.stops, self._promised, strict=False):
            start = self._first_start(stop, promised, dep[-1] + way)
            if start is None:
                return None
            dep.append(start + stop.minutes)
        return dep

    def _latest(self) -> list[int] | None:
        late = [self.work.total]
        after = zip(self.ways[:0:-1], self.stops[::-1], self._promised[::-1], strict=True)
        for way, stop, promised in after:
            start = self._last_start(stop, promised, late[-1] - way - stop.minutes)
            if start is None:
                return None
            late.append(start)
        late.reverse()
        return late

    def _first_start(self, stop: Stop, promised: int | None, not_before: int) -> int | None:
        if stop.earliest == stop.latest:
            return promised if promised is not None and promised >= not_before else None
        wanted = max(not_before, self.work.at(stop.earliest))
        start = self.work.earliest(wanted, stop.minutes)
        return start if start is not None and self.work.clock(start) <= stop.latest else None

    def _last_start(self, stop: Stop, promised: int | None, not_after: int) -> int | None:
        if stop.earliest == stop.latest:
            return promised if promised is not None and promised <= not_after else None
        wanted = min(not_after, self.work.last_at(stop.latest))
        start = self.work.latest(wanted, stop.minutes)
        return start if start is not None and self.work.clock(start) >= stop.earliest else None

    def _planned(self, around: int) -> list[int] | None:
        """Return clock starts: the stop `around` keeps its own, the others give way."""
        worked = [self.work.at(stop.start) for stop in self.stops]
        for k in range(around + 1, len(self.stops)):
            arrival = worked[k - 1] + self.stops[k - 1].minutes + self.ways[k]
            start = self._first_start(self.stops[k], self._promised[k], max(worked[k], arrival))
            if start is None:
                return None
            worked[k] = start
        for k in range(around - 1, -1, -1):
            stop = self.stops[k]
            leaving = worked[k + 1] - self.ways[k + 1] - stop.minutes
            start = self._last_start(stop, self._promised[k], min(worked[k], leaving))
            if start is None:
                return None
            worked[k] = start
        starts = [self.work.clock(moment) for moment in worked]
        if not all(map(self.work.holds, starts, (stop.minutes for stop in self.stops))):
            return None
        home = worked[-1] + self.stops[-1].minutes + self.ways[-1]
        return starts if worked[0] >= self.ways[0] and home <= self.work.total else None


def problems(timeline: Timeline, *, planned: bool = True) -> list[str]:
    """Return what is wrong with a day: `max_visits`, `travel`, `hours`, `promise`; [] when fine.

    Args:
        timeline: the day.
        planned: also look at the planned starts, not only at what could be planned.
    """
    found = []
    shift, stops, work = timeline.shift, timeline.stops, timeline.work
    if len(stops) > shift.max_visits:
        found.append("max_visits")
    if timeline.on_the_way > shift.max_travel:
        found.append("travel")
    if not planned:
        return found
    moment = 0
    for way, stop in zip(timeline.ways, stops, strict=False):
        if not stop.earliest <= stop.start <= stop.latest:
            found.append("promise")
        if not work.holds(stop.start, stop.minutes):
            found.append("hours")
        if moment + way > work.at(stop.start):
            found.append("travel")
        moment = work.at(stop.start) + stop.minutes
    if stops and moment + timeline.ways[-1] > work.total:
        found.append("travel")
    return list(dict.fromkeys(found))
