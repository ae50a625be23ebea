"""Other ways to find plans, to measure the solver by: all orders, and destroy-and-repair."""

import math
import random
import time
from collections.abc import Iterator, Sequence
from itertools import permutations, product

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.plan import DayPlan, Problem, Supporter, Visit, cost, legs
from bot.services.visits.optimise.timing import timed

Order = tuple[int, ...]
"""Visits (ids) of one supporter."""


def best_of_all(problem: Problem) -> int | None:
    """Return what the best plan costs, by looking at every plan there is; None without one."""
    found = (plan for plan in _everything(problem) if not faults(problem, plan))
    return min((cost(problem, plan).total for plan in found), default=None)


def _everything(problem: Problem) -> Iterator[DayPlan]:
    people = [*problem.supporters, None]
    for who in product(people, repeat=len(problem.visits)):
        given: list[list[Visit]] = [
            [visit for visit, person in zip(problem.visits, who, strict=True) if person is each]
            for each in problem.supporters
        ]
        for orders in product(*(permutations(visits) for visits in given)):
            routes = (
                timed(problem, supporter, order)
                for supporter, order in zip(problem.supporters, orders, strict=True)
            )
            yield DayPlan(tuple(route for route in routes if route.stops))


def repaired(problem: Problem, rounds: int, seed: int = 1, seconds: float = math.inf) -> DayPlan:
    """Return a better plan than the booked one: take a few visits out, put them back cheaply.

    Takes out visits at random or near each other, puts each where it costs least, keeps what
    is not dearer. No visit that was booked is ever dropped.
    """
    rng = random.Random(seed)  # noqa: S311 -- the same search every time
    days: dict[int, Order] = {supporter.id: () for supporter in problem.supporters}
    days |= {r.supporter: tuple(stop.visit for stop in r.stops) for r in problem.booked.routes}
    best = dict(days)
    until = time.monotonic() + seconds
    for _ in range(rounds):
        if time.monotonic() > until:
            break
        trial = _round(problem, dict(best), rng)
        if trial is not None and _cost(problem, trial) <= _cost(problem, best):
            best = trial
    return _plan(problem, best)


def _round(problem: Problem, days: dict[int, Order], rng: random.Random) -> dict[int, Order] | None:
    everything = [visit for order in days.values() for visit in order]
    out = _taken_out(problem, everything, rng)
    days = {person: tuple(v for v in order if v not in out) for person, order in days.items()}
    for visit in out:
        options = list(_insertions(problem, days, problem.visit[visit]))
        if not options:
            return None
        _, person, order = min(options)
        days[person] = order
    return days


def _taken_out(problem: Problem, everything: Sequence[int], rng: random.Random) -> list[int]:
    number = min(len(everything), rng.randint(2, 6))
    if rng.random() < 0.5:
        return rng.sample(everything, number)
    first = problem.visit[rng.choice(everything)].place
    near = sorted(everything, key=lambda v: problem.travel[first][problem.visit[v].place])
    out = near[:number]
    rng.shuffle(out)
    return out


def _insertions(
    problem: Problem, days: dict[int, Order], visit: Visit
) -> Iterator[tuple[int, int, Order]]:
    for supporter in problem.supporters:
        order = days[supporter.id]
        if not visit.suits(supporter) or len(order) >= supporter.max_visits:
            continue
        before = _travel(problem, supporter, order)
        for position in range(len(order) + 1):
            longer = (*order[:position], visit.id, *order[position:])
            if _stands(problem, supporter, longer):
                extra = _travel(problem, supporter, longer) - before
                stranger = problem.expected.get(visit.id, supporter.id) != supporter.id
                yield extra + problem.keep * stranger, supporter.id, longer


def _stands(problem: Problem, supporter: Supporter, order: Order) -> bool:
    visits = [problem.visit[number] for number in order]
    made = DayPlan((timed(problem, supporter, visits),))
    return all(fault.code == "missing" for fault in faults(problem, made))


def _travel(problem: Problem, supporter: Supporter, order: Order) -> int:
    return sum(legs(problem, supporter, [problem.visit[n] for n in order])) if order else 0


def _cost(problem: Problem, days: dict[int, Order]) -> int:
    return cost(problem, _plan(problem, days)).total


def _plan(problem: Problem, days: dict[int, Order]) -> DayPlan:
    orders = ((s, [problem.visit[n] for n in days[s.id]]) for s in problem.supporters)
    return DayPlan(tuple(timed(problem, s, visits) for s, visits in orders if visits))
