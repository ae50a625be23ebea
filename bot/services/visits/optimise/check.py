"""May a plan stand? Reads a plan as it is written and knows nothing of how it was found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.services.visits.optimise.plan import DayPlan, Problem, Route, Stop, Supporter, Visit, legs
from bot.services.visits.worked import WorkedTime


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a plan breaks.

    Attributes:
        code: `unknown`, `twice`, `missing`, `promise`, `window`, `person`, `skill`, `hours`
            (a visit during lunch, an absence, or after work), `travel`, `shift` (the way out or
            home does not fit into the working hours), `max_visits` or `max_travel`.
        supporter: id; None when nobody in particular is concerned.
        visit: id; None when the whole day of the supporter is concerned.
        seconds: by how much, where that can be said.
    """

    code: str
    supporter: int | None = None
    visit: int | None = None
    seconds: int = 0


def faults(problem: Problem, plan: DayPlan) -> tuple[Fault, ...]:
    """Return every rule that a plan breaks; empty when it may stand."""
    strange = tuple(_strange(problem, plan))
    if strange:  # what is not known cannot be looked at any further
        return strange
    return (*_presence(problem, plan), *(f for route in plan.routes for f in _day(problem, route)))


def _strange(problem: Problem, plan: DayPlan) -> Iterator[Fault]:
    for route in plan.routes:
        if route.supporter not in problem.supporter:
            yield Fault("unknown", route.supporter)
    for route, stop in plan:
        if stop.visit not in problem.visit:
            yield Fault("unknown", route.supporter, stop.visit)


def _presence(problem: Problem, plan: DayPlan) -> Iterator[Fault]:
    days = Counter(route.supporter for route in plan.routes)
    yield from (Fault("twice", supporter) for supporter, times in days.items() if times > 1)
    made = Counter(stop.visit for _, stop in plan)
    yield from (Fault("twice", visit=visit) for visit, times in made.items() if times > 1)
    for visit in problem.visits:
        if visit.prize is None and visit.id not in made:
            yield Fault("missing", visit=visit.id)


def _day(problem: Problem, route: Route) -> Iterator[Fault]:
    if not route.stops:
        return
    supporter = problem.supporter[route.supporter]
    visits = [problem.visit[stop.visit] for stop in route.stops]
    for visit, stop in zip(visits, route.stops, strict=True):
        yield from _promise(supporter, visit, stop)
    if len(visits) > supporter.max_visits:
        yield Fault("max_visits", supporter.id)
    ways = legs(problem, supporter, visits)
    if supporter.max_travel is not None and sum(ways) > supporter.max_travel:
        yield Fault("max_travel", supporter.id, seconds=sum(ways) - supporter.max_travel)
    yield from _on_time(supporter, visits, route.stops, ways)


def _promise(supporter: Supporter, visit: Visit, stop: Stop) -> Iterator[Fault]:
    if not visit.skills <= supporter.skills:
        yield Fault("skill", supporter.id, visit.id)
    if visit.only is not None and supporter.id not in visit.only:
        yield Fault("person", supporter.id, visit.id)
    if not visit.earliest <= stop.start <= visit.latest:
        by = max(visit.earliest - stop.start, stop.start - visit.latest)
        yield Fault("promise" if visit.is_fixed else "window", supporter.id, visit.id, by)


def _on_time(
    supporter: Supporter, visits: list[Visit], stops: tuple[Stop, ...], ways: list[int]
) -> Iterator[Fault]:
    """Follow the day in worked seconds, in which breaks take no time."""
    work = WorkedTime(supporter.hours)
    free = 0
    for visit, stop, way in zip(visits, stops, ways, strict=False):
        if not work.holds(stop.start, visit.duration):
            yield Fault("hours", supporter.id, visit.id)
        short = free + way - work.at(stop.start)
        if short > 0:
            yield Fault("shift" if stop is stops[0] else "travel", supporter.id, visit.id, short)
        free = work.at(stop.start) + visit.duration
    if free + ways[-1] > work.total:
        yield Fault("shift", supporter.id, visits[-1].id, free + ways[-1] - work.total)
