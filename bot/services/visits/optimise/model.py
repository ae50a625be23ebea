"""A day of visits in the terms of PyVRP 0.14, and its routes back in ours.

What PyVRP has no word for:
- Who may make a visit. Supporters who differ in that get matrices of their own, in which the
  way to a forbidden visit takes `UNREACHABLE`.
- Whom a merchant expects. The way to a visit costs `Problem.keep` more for everybody else.
- Lunch and absences. A visit lies before or after a break; where both are possible it becomes
  a group of which one is made. Every way across a break takes as much longer as the break
  lasts. That is exact: a way may be interrupted by a break, a visit may not.
- The way between two stalls of one market. A place may not lie away from itself, so every
  visit is a location of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import (
    Activity,
    ActivityType,
    Client,
    ClientGroup,
    Depot,
    Location,
    ProblemData,
    Solution,
    VehicleType,
)
from pyvrp import Route as VrpRoute

from bot.services.visits.optimise.plan import (
    UNREACHABLE,
    DayPlan,
    Problem,
    Route,
    Stop,
    Supporter,
    Visit,
)
from bot.services.visits.optimise.timing import timed
from bot.services.visits.worked import Span

_Matrix = Any
"""A matrix of whole numbers; PyVRP is not typed."""


Breaks = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to make a visit.

    Attributes:
        earliest, latest: between which it may begin.
        after: how many breaks lie before it, by breaks that a supporter may have.
    """

    visit: Visit
    earliest: int
    latest: int
    after: Mapping[Breaks, int]

    def suits(self, supporter: Supporter) -> bool:
        """Tell whether this supporter may make the visit in this way."""
        return supporter.breaks in self.after and self.visit.suits(supporter)


@dataclass(frozen=True)
class Model:
    """A problem as PyVRP takes it.

    Attributes:
        data: the instance.
        choices: what its clients stand for, in its order.
    """

    problem: Problem
    data: Any
    choices: tuple[Choice, ...]

    def plan(self, solution: Any) -> DayPlan:
        """Return a solution as a plan, on our own clock."""
        return DayPlan(tuple(route for route in self._routes(solution) if route.stops))

    def _routes(self, solution: Any) -> Iterator[Route]:
        for found in solution.routes():
            supporter = self.problem.supporters[found.vehicle_type()]
            visits = [self.choices[done.idx].visit for done in found if done.is_client()]
            yield timed(self.problem, supporter, visits)

    def solution(self, plan: DayPlan) -> Any:
        """Return a plan as a solution, to start from."""
        vehicles = {supporter.id: n for n, supporter in enumerate(self.problem.supporters)}
        found = []
        for route in plan.routes:
            supporter = self.problem.supporter[route.supporter]
            clients = [self._client(supporter, stop) for stop in route.stops]
            doing = [Activity(ActivityType.CLIENT, client) for client in clients]
            found.append(VrpRoute(self.data, doing, vehicles[supporter.id]))
        return Solution(self.data, found)

    def _client(self, supporter: Supporter, stop: Stop) -> int:
        def misses(number: int) -> tuple[bool, bool]:
            choice = self.choices[number]
            return not choice.suits(supporter), not choice.earliest <= stop.start <= choice.latest

        ways = (n for n, choice in enumerate(self.choices) if choice.visit.id == stop.visit)
        return min(ways, key=misses)


def build(problem: Problem, step: int) -> Model:
    """Return the model of a problem.

    Args:
        problem: the problem.
        step: seconds; the solver takes every way as a multiple of it, rounded up.
    """
    ends = sorted({place for s in problem.supporters for place in (s.start, s.end)})
    depot = {place: number for number, place in enumerate(ends)}
    choices = tuple(_choices(problem))
    clients, groups = _clients(choices, len(ends))
    durations, distances, profiles = _matrices(problem, step, ends, choices)
    data = ProblemData(
        locations=[Location(0, 0) for _ in (*ends, *choices)],
        clients=clients,
        depots=[Depot(number) for number in range(len(ends))],
        vehicle_types=[
            _vehicle(supporter, depot, profile)
            for supporter, profile in zip(problem.supporters, profiles, strict=True)
        ],
        distance_matrices=distances,
        duration_matrices=durations,
        groups=groups,
    )
    return Model(problem, data, choices)


def _choices(problem: Problem) -> Iterator[Choice]:
    """Return the ways to make each visit; one way for everybody where breaks do not matter."""
    sorts = {supporter.breaks for supporter in problem.supporters}
    for visit in problem.visits:
        ways: dict[Span, dict[Breaks, int]] = {}
        for breaks in sorts:
            for after, window in enumerate(_windows(visit, breaks)):
                if window is not None:
                    ways.setdefault(window, {})[breaks] = after
        yield from (Choice(visit, *window, after) for window, after in ways.items())


def _windows(visit: Visit, breaks: Breaks) -> Iterator[Span | None]:
    """Return when the visit may begin after no break, after the first, and so on."""
    free_from = [visit.earliest, *(end for _, end in breaks)]
    free_to = [*(begin - visit.duration for begin, _ in breaks), visit.latest]
    for begin, end in zip(free_from, free_to, strict=True):
        window = max(begin, visit.earliest), min(end, visit.latest)
        yield window if window[0] <= window[1] else None


def _clients(choices: Sequence[Choice], first_location: int) -> tuple[list[Any], list[Any]]:
    """Return the clients, and groups of which one client each is visited."""
    ways: dict[int, list[int]] = {}
    for number, choice in enumerate(choices):
        ways.setdefault(choice.visit.id, []).append(number)
    groups: list[Any] = []
    group_of: dict[int, int] = {}
    for visit, numbers in ways.items():
        if len(numbers) > 1:
            group_of[visit] = len(groups)
            must = choices[numbers[0]].visit.prize is None
            groups.append(ClientGroup(numbers, required=must))
    clients = [
        Client(
            first_location + number,
            delivery=[1],
            service_duration=choice.visit.duration,
            tw_early=choice.earliest,
            tw_late=choice.latest,
            prize=choice.visit.prize or 0,
            required=choice.visit.prize is None and choice.visit.id not in group_of,
            group=group_of.get(choice.visit.id),
        )
        for number, choice in enumerate(choices)
    ]
    return clients, groups


def _vehicle(supporter: Supporter, depot: Mapping[int, int], profile: int) -> Any:
    return VehicleType(
        capacity=[supporter.max_visits],
        start_depot=depot[supporter.start],
        end_depot=depot[supporter.end],
        tw_early=supporter.hours[0][0],
        tw_late=supporter.hours[-1][1],
        profile=profile,
        max_distance=UNREACHABLE if supporter.max_travel is None else supporter.max_travel,
    )


def _matrices(
    problem: Problem, step: int, ends: Sequence[int], choices: Sequence[Choice]
) -> tuple[list[_Matrix], list[_Matrix], list[int]]:
    """Return durations, distances, and which of them is whose."""
    places = np.array([*ends, *(choice.visit.place for choice in choices)])
    ways = np.array(problem.travel, dtype=np.int64)[np.ix_(places, places)]
    rounded = -(-ways // step) * step
    numbers: dict[object, int] = {}
    durations, distances, profiles = [], [], []
    for supporter in problem.supporters:
        closed, dearer = _differences(problem, supporter, choices)
        key = (supporter.breaks, tuple(closed), tuple(dearer))
        if key not in numbers:
            numbers[key] = len(numbers)
            longer = _over_breaks(supporter.breaks, len(ends), choices)
            shut = np.array([False] * len(ends) + closed)
            durations.append(_matrix(rounded + longer, shut))
            distances.append(_matrix(ways + np.array([0] * len(ends) + dearer), shut))
        profiles.append(numbers[key])
    return durations, distances, profiles


def _differences(
    problem: Problem, supporter: Supporter, choices: Iterable[Choice]
) -> tuple[list[bool], list[int]]:
    """Return which choices are closed to a supporter, and how much dearer each one is."""
    closed, dearer = [], []
    for choice in choices:
        visit = choice.visit
        closed.append(not choice.suits(supporter))
        strange = problem.expected.get(visit.id, supporter.id) != supporter.id
        dearer.append(problem.keep if strange else 0)
    return closed, dearer


def _over_breaks(breaks: Breaks, ends: int, choices: Sequence[Choice]) -> _Matrix:
    """Return how much longer each way takes for breaks; no way leads back before one."""
    lasting = np.cumsum([0, *(end - begin for begin, end in breaks)])
    after = [choice.after.get(breaks, 0) for choice in choices]
    here = np.array([0] * ends + after)[:, None]
    there = np.array([len(breaks)] * ends + after)[None, :]
    return np.where(here > there, UNREACHABLE, lasting[there] - lasting[here])


def _matrix(ways: _Matrix, shut: _Matrix) -> _Matrix:
    matrix = ways.copy()
    matrix[:, shut] = UNREACHABLE
    np.fill_diagonal(matrix, 0)  # nothing lies away from itself, PyVRP insists
    return matrix
