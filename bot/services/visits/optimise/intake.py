"""From days as the slot engine keeps them to a problem.

The slot engine counts whole minutes of the clock, ways rounded up. A plan has to be possible
in its terms, or nothing more could be booked into the days; so ways are taken as it counts
them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.services.visits.optimise.plan import (
    MINUTE,
    UNREACHABLE,
    DayPlan,
    Place,
    Problem,
    Route,
    Stop,
    Supporter,
    Visit,
)
from bot.services.visits.timeline import Shift
from bot.services.visits.timeline import Stop as DayStop
from bot.services.visits.travel import NEVER, TravelTimes
from bot.services.visits.travel import Place as Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A supporter who works on the day.

    Attributes:
        stops: the visits that stand, in order.
    """

    id: int
    name: str
    skills: frozenset[str]
    shift: Shift
    stops: tuple[DayStop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What has to be known of a visit beyond its time and place.

    Attributes:
        skills: what the supporter has to know.
        only: supporters whose area it is in; None for everybody.
        is_pinned: nothing about it may change.
        not_before: no earlier start, clock minutes, than this one or the present one.
        prize: seconds of travelling that it is worth; None for a visit that has to be made.
        is_promised: False for one that somebody still waits for.
        label: the stall.
        market: what the place is called.
    """

    skills: frozenset[str] = frozenset()
    only: frozenset[int] | None = None
    is_pinned: bool = False
    not_before: int = 0
    prize: int | None = None
    is_promised: bool = True
    label: str = ""
    market: str = ""


def day_problem(
    people: Sequence[Person],
    others: Iterable[DayStop],
    terms: Mapping[int, Terms],
    travel: TravelTimes,
    keep: int = 0,
) -> Problem:
    """Return a day as a problem.

    Args:
        people: who works, with the visits that stand.
        others: visits that nobody of them makes yet; with ids of their own.
        terms: by visit (id).
        travel: how long the ways take.
        keep: see `Problem.keep`.
    """
    atlas = _Atlas()
    supporters = tuple(_supporter(person, atlas) for person in people)
    visits = [
        _visit(stop, terms[stop.visit_id], atlas, person.id)
        for person in people
        for stop in person.stops
    ]
    visits += [_visit(stop, terms[stop.visit_id], atlas, None) for stop in others]
    return Problem(
        places=tuple(atlas.places),
        travel=_ways(tuple(atlas.numbers), travel),
        supporters=supporters,
        visits=tuple(visits),
        booked=DayPlan(tuple(_route(person) for person in people if person.stops)),
        keep=keep,
    )


class _Atlas:
    """Numbers the places of a day."""

    def __init__(self) -> None:
        self.numbers: dict[Point, int] = {}
        self.places: list[Place] = []

    def number(self, point: Point, name: str) -> int:
        """Return the number of a place; whoever comes first names it."""
        if point not in self.numbers:
            self.numbers[point] = len(self.places)
            self.places.append(Place(name, point.latitude, point.longitude))
        return self.numbers[point]


def _supporter(person: Person, atlas: _Atlas) -> Supporter:
    shift = person.shift
    home = atlas.number(shift.home, person.name)
    return Supporter(
        id=person.id,
        name=person.name,
        start=home,
        end=home,
        hours=tuple((begin * MINUTE, end * MINUTE) for begin, end in shift.spans),
        lunch=next(((begin * MINUTE, end * MINUTE) for begin, end in shift.lunch), None),
        skills=person.skills,
        max_visits=shift.max_visits,
        max_travel=shift.max_travel * MINUTE,
    )


def _visit(stop: DayStop, terms: Terms, atlas: _Atlas, booked_with: int | None) -> Visit:
    visit = Visit(
        id=stop.visit_id,
        place=atlas.number(stop.place, terms.market),
        duration=stop.minutes * MINUTE,
        earliest=max(stop.earliest, min(terms.not_before, stop.start)) * MINUTE,
        latest=stop.latest * MINUTE,
        skills=terms.skills,
        only=terms.only,
        prize=terms.prize,
        is_promised=terms.is_promised,
        label=terms.label,
    )
    if not terms.is_pinned or booked_with is None:
        return visit
    start = stop.start * MINUTE
    # Whoever pinned it may have set skills and areas aside.
    only = frozenset({booked_with})
    return replace(visit, earliest=start, latest=start, skills=frozenset(), only=only)


def _route(person: Person) -> Route:
    stops = tuple(Stop(stop.visit_id, stop.start * MINUTE) for stop in person.stops)
    return Route(person.id, stops)


def _ways(points: Sequence[Point], travel: TravelTimes) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(_way(travel, here, there) for there in points) for here in points)


def _way(travel: TravelTimes, here: Point, there: Point) -> int:
    minutes = travel.minutes(here, there)
    return UNREACHABLE if minutes >= NEVER else minutes * MINUTE
