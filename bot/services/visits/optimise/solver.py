"""Looks for a plan with less travelling, starting from the one that was booked."""

import time
import warnings
from dataclasses import dataclass
from typing import Any

from pyvrp import IteratedLocalSearchCallbacks, IteratedLocalSearchParams, SolveParams, solve
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.model import Model, build
from bot.services.visits.optimise.plan import DayPlan, Problem, cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to look. Iterations give the same plan every time, seconds do not."""

    seconds: float | None = None
    iterations: int | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Search:
    """What came of looking.

    Attributes:
        plan: the best plan that stood our own check; None when there was none.
        iterations: of the solver.
        seconds: that it took, with building the model.
    """

    plan: DayPlan | None
    iterations: int
    seconds: float


def search(problem: Problem, limits: Limits) -> Search:
    """Return the best plan found.

    The solver's word that a solution is feasible is not taken: it knows neither lunch nor
    the rounding of times. Every solution that it prefers is checked, and the best that
    stands is kept.
    """
    began = time.perf_counter()
    model = build(problem)
    best = _Best(model)
    best.on_best(model.solution(problem.booked))
    with warnings.catch_warnings():
        # Said when no feasible plan is in sight; our check notices that by itself.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = solve(
            model.data,
            _stop(limits),
            seed=limits.seed,
            collect_stats=False,
            display=False,
            params=SolveParams(ils=IteratedLocalSearchParams(callbacks=best)),
            initial_solution=model.solution(problem.booked),
        )
    return Search(best.plan, result.num_iterations, time.perf_counter() - began)


class _Best(IteratedLocalSearchCallbacks):
    def __init__(self, model: Model) -> None:
        self._model = model
        self.plan: DayPlan | None = None
        self._cost = 0

    def on_best(self, best: Any) -> None:
        """Keep a solution that the solver prefers, if it stands and is cheaper."""
        plan = self._model.plan(best)
        problem = self._model.problem
        total = cost(problem, plan).total
        if (self.plan is None or total < self._cost) and not faults(problem, plan):
            self.plan, self._cost = plan, total


def _stop(limits: Limits) -> Any:
    rules: list[Any] = []
    if limits.seconds is not None:
        rules.append(MaxRuntime(limits.seconds))
    if limits.iterations is not None:
        rules.append(MaxIterations(limits.iterations))
    return MultipleCriteria(rules)
