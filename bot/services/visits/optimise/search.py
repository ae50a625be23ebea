"""What a search for a better plan is told, and what comes of it.

The solver behind it is loaded with the first search, not by every process that could plan: it
takes a tenth of the time of starting and tens of megabytes, and only nights and accidents need
it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.services.visits.optimise.plan import Cost, DayPlan, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to look. Iterations give the same plan every time, seconds do not.

    Attributes:
        seconds, iterations: for all rounds together; whichever comes first.
        rounds: how often to begin anew from the best plan so far, each time with another
            seed: a small day can lie where one seed never gets away from.
        seed: of the first round.
    """

    seconds: float | None = None
    iterations: int | None = None
    rounds: int = 2
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


Watcher = Callable[[float, Cost], None]
"""Told about every better plan: seconds since the beginning, what it costs."""


def search(problem: Problem, limits: Limits, watch: Watcher | None = None) -> Search:
    """Return the best plan that stood our own check, looking from the booked one on."""
    from bot.services.visits.optimise import solver  # noqa: PLC0415 -- see above

    return solver.search(problem, limits, watch)
