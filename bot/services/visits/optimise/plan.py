"""What a day of visits is, and what a plan of it is. Knows of no way to find plans.

Times are whole seconds of the Korean day: 09:00 is 32,400.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from bot.services.visits.worked import Span

MINUTE = 60
HOUR = 3600
GRID = 5 * MINUTE
"""People are told times in steps of five minutes."""
UNREACHABLE = 10**7
"""Seconds between places that cannot be reached from each other within a day."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map: a market, an office, a home.

    Attributes:
        name: as people call it.
    """

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter:
    """Who goes, from where to where, and within what limits.

    Attributes:
        start, end: places (index) where the day begins and ends.
        hours: (from, to) of the working hours in order; between them lie lunch and absences.
            A visit lies within one of them; a way may be interrupted by a break.
        lunch: which of the breaks is lunch; on a day that goes wrong it may be given up.
        max_travel: seconds on the way in a day; None when nobody set a limit.
    """

    id: int
    name: str
    start: int
    end: int
    hours: tuple[Span, ...]
    lunch: Span | None = None
    skills: frozenset[str] = frozenset()
    max_visits: int = 8
    max_travel: int | None = None

    @property
    def breaks(self) -> tuple[Span, ...]:
        """What lies between the working hours."""
        return tuple((end, begin) for (_, end), (begin, _) in pairwise(self.hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit that was promised, or that somebody waits for.

    Attributes:
        place: index of the place.
        duration: seconds.
        earliest, latest: between which it may begin; the same for a time that was promised.
        skills: what the supporter has to know.
        only: supporters who may make it; None for everybody.
        prize: None for a visit that has to be made, as every promised one; otherwise how many
            seconds of travelling it is worth, and it may be left out.
        is_promised: False for a visit that somebody still waits for.
        label: what the merchant's stall is called on plans.
    """

    id: int
    place: int
    duration: int
    earliest: int
    latest: int
    skills: frozenset[str] = frozenset()
    only: frozenset[int] | None = None
    prize: int | None = None
    is_promised: bool = True
    label: str = ""

    @property
    def is_fixed(self) -> bool:
        """True when the merchant was told a time."""
        return self.is_promised and self.earliest == self.latest

    def suits(self, supporter: Supporter) -> bool:
        """Tell whether this supporter may make it."""
        allowed = self.only is None or supporter.id in self.only
        return allowed and self.skills <= supporter.skills


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit in a plan, and when it begins."""

    visit: int
    start: int


@dataclass(frozen=True, slots=True)
class Route:
    """The stops of one supporter (id) in order."""

    supporter: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Who makes which visit when. Supporters without a visit have no route."""

    routes: tuple[Route, ...] = ()

    def __iter__(self) -> Iterator[tuple[Route, Stop]]:
        for route in self.routes:
            for stop in route.stops:
                yield route, stop

    @property
    def supporter_of(self) -> dict[int, int]:
        """Which supporter (id) makes which visit (id)."""
        return {stop.visit: route.supporter for route, stop in self}

    @property
    def start_of(self) -> dict[int, int]:
        """When each visit (id) begins."""
        return {stop.visit: stop.start for _, stop in self}


@dataclass(frozen=True)
class Problem:
    """A day that is to be planned.

    Attributes:
        places: what the indices of supporters and visits mean.
        travel: seconds from place to place; from a place to itself, the way between stalls.
        booked: the plan that holds until a better one is published.
        orphans: visit (id) -> supporter (id) who was to make it and is not there.
        keep: seconds of travelling that have to be saved to send somebody else than the
            supporter a merchant expects.
        grid: starts that are not promised are rounded up to multiples of it.
    """

    places: tuple[Place, ...]
    travel: tuple[tuple[int, ...], ...]
    supporters: tuple[Supporter, ...]
    visits: tuple[Visit, ...]
    booked: DayPlan = field(default_factory=DayPlan)
    orphans: Mapping[int, int] = field(default_factory=dict)
    keep: int = 0
    grid: int = GRID

    @cached_property
    def supporter(self) -> Mapping[int, Supporter]:
        """Supporters by id."""
        return {supporter.id: supporter for supporter in self.supporters}

    @cached_property
    def visit(self) -> Mapping[int, Visit]:
        """Visits by id."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def expected(self) -> Mapping[int, int]:
        """Which supporter (id) a merchant expects, by visit (id)."""
        return {**self.orphans, **self.booked.supporter_of}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan costs, in seconds of travelling.

    Attributes:
        travel: on the way, from leaving the first place to reaching the last.
        changes: what sending other people than expected is counted as.
        prizes: what the visits are worth that could have been left out.
    """

    travel: int
    changes: int = 0
    prizes: int = 0

    @property
    def total(self) -> int:
        """What plans are compared by."""
        return self.travel + self.changes - self.prizes


def legs(problem: Problem, supporter: Supporter, visits: Iterable[Visit]) -> list[int]:
    """Return the seconds of every leg of a day: to each visit in turn, and back."""
    places = [supporter.start, *(visit.place for visit in visits), supporter.end]
    return [problem.travel[here][there] for here, there in pairwise(places)]


def cost(problem: Problem, plan: DayPlan) -> Cost:
    """Return what a plan costs."""
    travel = changes = prizes = 0
    for route in plan.routes:
        visits = [problem.visit[stop.visit] for stop in route.stops]
        travel += sum(legs(problem, problem.supporter[route.supporter], visits))
        prizes += sum(visit.prize or 0 for visit in visits)
        expected = [problem.expected.get(visit.id, route.supporter) for visit in visits]
        changes += problem.keep * sum(person != route.supporter for person in expected)
    return Cost(travel, changes, prizes)
