"""What is left of one supporter's day at a certain moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.plan import (
    HOUR,
    DayPlan,
    Problem,
    Route,
    Stop,
    Supporter,
    Visit,
    legs,
)
from bot.services.visits.optimise.timing import timed
from bot.services.visits.worked import WorkedTime, joined, without

FROZEN = 2 * HOUR
"""What begins sooner than this keeps its supporter and its time."""
RESCUE = 10**6
"""A visit that lost its supporter is worth more than any travelling."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A visit that begins later than promised, because nobody else may be sent any more."""

    visit: int
    promised: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is left of one supporter's day.

    Attributes:
        supporter: from where and when the supporter can go on.
        done: stops that are over, under way, or to which the supporter is on the way.
        ready: when the supporter can go on.
        route: stops that can still be made as they were planned.
        visits: everything that is not done; what has to be made, and what may be left out.
        delays: what begins later than promised.
        is_able: False for who makes no more visits.
    """

    supporter: Supporter
    done: tuple[Stop, ...]
    ready: int
    route: Route
    visits: tuple[Visit, ...]
    delays: tuple[Delay, ...] = ()
    is_able: bool = True


def abandoned(problem: Problem, supporter: Supporter, now: int) -> Rest:
    """Return the day of a supporter who makes no more visits: all of it needs somebody else."""
    route = _booked(problem, supporter)
    done = tuple(stop for stop in route.stops if _end(problem, stop) <= now)
    lost = [problem.visit[stop.visit] for stop in route.stops[len(done) :]]
    return Rest(
        supporter=supporter,
        done=done,
        ready=now,
        route=Route(supporter.id, ()),
        visits=tuple(replace(visit, prize=RESCUE) for visit in lost),
        is_able=False,
    )


def remaining(problem: Problem, supporter: Supporter, now: int, longer: Mapping[int, int]) -> Rest:
    """Return what is left of the day of a supporter who goes on.

    Args:
        problem: the day.
        supporter: who.
        now: second of the day.
        longer: when a visit under way (id) will be over, if not as planned.
    """
    route = _booked(problem, supporter)
    at = _whereabouts(problem, supporter, route, now, longer)
    stops = route.stops[len(at.done) :]
    soon = [stop for stop in stops if stop.start < now + FROZEN]
    frozen, delays = _frozen(problem, at, soon)
    later = [problem.visit[stop.visit] for stop in stops[len(soon) :]]
    return _fitted(problem, replace(at, delays=delays), frozen, later)


def _booked(problem: Problem, supporter: Supporter) -> Route:
    empty = Route(supporter.id, ())
    return next((r for r in problem.booked.routes if r.supporter == supporter.id), empty)


def _end(problem: Problem, stop: Stop) -> int:
    return stop.start + problem.visit[stop.visit].duration


def _whereabouts(
    problem: Problem, supporter: Supporter, route: Route, now: int, longer: Mapping[int, int]
) -> Rest:
    """Return where and when the supporter is free, with nothing to do yet."""
    done = tuple(stop for stop in route.stops if stop.start <= now)
    place, free = supporter.start, supporter.hours[0][0] if supporter.hours else now
    if done:
        last = problem.visit[done[-1].visit]
        place, free = last.place, longer.get(last.id, _end(problem, done[-1]))
    coming = route.stops[len(done)] if len(done) < len(route.stops) else None
    if coming and free <= now:
        there = problem.visit[coming.visit].place
        work = WorkedTime(supporter.hours)
        if work.at(coming.start) < work.at(now) + problem.travel[place][there]:  # on the way
            done, place, free = (*done, coming), there, _end(problem, coming)
    ready = max(now, free)
    ways = legs(problem, supporter, [problem.visit[stop.visit] for stop in done])[:-1]
    left = None if supporter.max_travel is None else max(0, supporter.max_travel - sum(ways))
    return Rest(
        supporter=replace(
            supporter,
            start=place,
            hours=without(supporter.hours, [(0, ready)]),
            max_visits=max(0, supporter.max_visits - len(done)),
            max_travel=left,
        ),
        done=done,
        ready=ready,
        route=Route(supporter.id, ()),
        visits=(),
    )


def _frozen(
    problem: Problem, at: Rest, soon: Iterable[Stop]
) -> tuple[list[Visit], tuple[Delay, ...]]:
    """Return the next visits bound to their supporter and time, later only if they must be."""
    visits, delays = [], []
    place, free = at.supporter.start, at.ready
    for stop in soon:
        visit = problem.visit[stop.visit]
        arrival = free + problem.travel[place][visit.place]
        late = -(-arrival // problem.grid) * problem.grid
        start = stop.start if arrival <= stop.start else late
        only = frozenset({at.supporter.id})
        visits.append(replace(visit, earliest=start, latest=start, only=only))
        if start > visit.latest:
            delays.append(Delay(visit.id, visit.latest, start))
        place, free = visit.place, start + visit.duration
    return visits, tuple(delays)


def _fitted(problem: Problem, at: Rest, frozen: Sequence[Visit], later: Sequence[Visit]) -> Rest:
    """Return the rest with as much of the old plan as can be kept; lunch is given up first."""
    whole = (*frozen, *later)
    hungry = _without_lunch(problem, at, frozen)
    for supporter in (at.supporter, hungry):
        if _stands(problem, supporter, whole):
            route = timed(problem, supporter, whole)
            return replace(at, supporter=supporter, route=route, visits=whole)
    kept = list(frozen)
    for visit in later:
        if _stands(problem, hungry, [*kept, visit]):
            kept.append(visit)
    return replace(
        at,
        supporter=hungry,
        route=timed(problem, hungry, kept),
        visits=(*frozen, *(replace(visit, prize=RESCUE) for visit in later)),
    )


def _without_lunch(problem: Problem, at: Rest, frozen: Sequence[Visit]) -> Supporter:
    """Return the supporter with hours long enough for the visits that cannot be taken away."""
    lunch, hours = at.supporter.lunch, list(at.supporter.hours)
    if lunch is not None and hours:
        hours.append((max(lunch[0], at.ready), lunch[1]))
    if frozen:
        last = frozen[-1]
        home = problem.travel[last.place][at.supporter.end]
        begin = hours[-1][0] if hours else at.ready
        hours.append((begin, last.latest + last.duration + home))
    return replace(at.supporter, hours=joined(hours))


def _stands(problem: Problem, supporter: Supporter, visits: Sequence[Visit]) -> bool:
    if not visits:
        return True
    alone = replace(problem, supporters=(supporter,), visits=tuple(visits), booked=DayPlan())
    return not faults(alone, DayPlan((timed(problem, supporter, visits),)))
