"""Looks for a plan with less travelling, starting from the one that was booked.

Imported by `optimise.search` when the first day is planned: the library brings numpy along.
"""

import logging
import time
import warnings
from typing import Any, Protocol

from pyvrp import IteratedLocalSearchCallbacks, IteratedLocalSearchParams, SolveParams, solve
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.model import Model, build
from bot.services.visits.optimise.plan import MINUTE, DayPlan, Problem, cost
from bot.services.visits.optimise.search import Limits, Search, Watcher

logging.getLogger("pyvrp").handlers.clear()  # it would write to standard output by itself


def search(problem: Problem, limits: Limits, watch: Watcher | None = None) -> Search:
    """Return the best plan found, as `optimise.search.search` promises it.

    The solver's word that a solution is feasible is not taken. Every solution that it prefers is checked, and the best that
    stands is kept.
    """
    began = time.perf_counter()
    model, first = _start(problem)
    best = _Best(model, watch)
    best.keep(problem.booked)
    iterations = 0
    with warnings.catch_warnings():
        # Said when no feasible plan is in sight; our check notices that by itself.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        for number in range(limits.rounds):
            result = solve(
                model.data,
                _stop(limits),
                seed=limits.seed + number,
                collect_stats=False,
                display=False,
                params=SolveParams(ils=IteratedLocalSearchParams(callbacks=best)),
                initial_solution=first if best.plan is None else model.solution(best.plan),
            )
            best.on_best(result.best)  # of what the search began with nobody was told
            iterations += result.num_iterations
    return Search(best.plan, iterations, time.perf_counter() - began)


def _start(problem: Problem) -> tuple[Model, Any]:
    """Return the model and the solution to start from, None when nothing is booked.

    Ways are rounded up to the grid, so that plans have starts that people can be told. Where
    the booked plan is too tight for that, to the minute; then some starts lie between.
    """
    model = build(problem, problem.grid)
    if not problem.booked.routes:
        return model, None
    first = model.solution(problem.booked)
    if first.is_feasible() or problem.grid <= MINUTE:
        return model, first
    exact = build(problem, MINUTE)
    return exact, exact.solution(problem.booked)


class _Reader(Protocol):
    """Reads solutions as plans of a day."""

    @property
    def problem(self) -> Problem: ...

    def plan(self, solution: Any) -> DayPlan: ...


class _Best(IteratedLocalSearchCallbacks):
    """Listens to the search and keeps the cheapest plan that stands."""

    def __init__(self, model: _Reader, watch: Watcher | None = None) -> None:
        self._model = model
        self._watch = watch
        self._began = time.perf_counter()
        self.plan: DayPlan | None = None
        self._total = 0

    def on_best(self, best: Any) -> None:
        """Look at a solution that the solver prefers."""
        self.keep(self._model.plan(best))

    def keep(self, plan: DayPlan) -> None:
        """Keep a plan if it stands and is cheaper than any before."""
        problem = self._model.problem
        found = cost(problem, plan)
        if (self.plan is None or found.total < self._total) and not faults(problem, plan):
            self.plan, self._total = plan, found.total
            if self._watch is not None:
                self._watch(time.perf_counter() - self._began, found)


def _stop(limits: Limits) -> Any:
    rules: list[Any] = []
    if limits.seconds is not None:
        rules.append(MaxRuntime(limits.seconds / limits.rounds))
    if limits.iterations is not None:
        rules.append(MaxIterations(max(1, limits.iterations // limits.rounds)))
    return MultipleCriteria(rules)
