"""Puts an order of visits on the clock: as early as promises and working hours allow."""

from collections.abc import Sequence

from bot.services.visits.optimise.plan import Problem, Route, Stop, Supporter, Visit, legs
from bot.services.visits.worked import WorkedTime


def timed(problem: Problem, supporter: Supporter, visits: Sequence[Visit]) -> Route:
    """Return the earliest starts of these visits in this order, on the grid where possible.

    Always returns a route: where the order cannot be kept, starts come later than promised or
    outside the working hours, and the check will say so.
    """
    route, is_kept = _pass(problem, supporter, visits, problem.grid)
    if not is_kept and problem.grid > 1:
        route, _ = _pass(problem, supporter, visits, 1)
    return route


def _pass(
    problem: Problem, supporter: Supporter, visits: Sequence[Visit], grid: int
) -> tuple[Route, bool]:
    work = WorkedTime(supporter.hours)
    ways = legs(problem, supporter, visits)
    free, stops, is_kept = 0, [], True
    for visit, way in zip(visits, ways, strict=False):
        start = _start(work, visit, free + way, grid)
        stops.append(Stop(visit.id, start))
        is_kept = is_kept and start <= visit.latest
        free = work.at(start) + visit.duration
    return Route(supporter.id, tuple(stops)), is_kept and free + ways[-1] <= work.total


def _start(work: WorkedTime, visit: Visit, arrival: int, grid: int) -> int:
    """Return the first start after an arrival; on the grid, unless that would be too late."""
    first = _within_hours(work, visit, max(arrival, work.at(visit.earliest)))
    rounded = -(-first // grid) * grid
    for start in (rounded, _within_hours(work, visit, work.at(rounded))):
        if start <= visit.latest and work.holds(start, visit.duration):
            return start
    return first


def _within_hours(work: WorkedTime, visit: Visit, moment: int) -> int:
    """Return the first start inside the working hours, by the clock; too late if there is none."""
    start = work.earliest(moment, visit.duration)
    return visit.latest + 1 if start is None else work.clock(start)
