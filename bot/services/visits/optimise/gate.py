"""Decides whether a plan that was found replaces the one that was booked.

What people were promised is looked up in the booked plan, not only in the windows of the
problem: a mistake in writing the problem must not move anybody's visit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.services.visits.optimise.check import Fault, faults
from bot.services.visits.optimise.plan import Cost, DayPlan, Problem, cost


@dataclass(frozen=True, slots=True)
class Notice:
    """A merchant who has to be told, or a visit that somebody waited for and can be offered.

    Attributes:
        before, after: supporters (ids); None before when the visit had none.
        start_before, start_after: when it begins.
        is_fixed: True when the merchant was told the time, not only a stretch of the day.
    """

    visit: int
    before: int | None
    after: int
    start_before: int | None
    start_after: int
    is_fixed: bool

    @property
    def has_other_person(self) -> bool:
        """True when somebody else comes than the merchant expects."""
        return self.before is not None and self.before != self.after

    @property
    def is_new(self) -> bool:
        """True for a visit from the waiting list, which the merchant has to accept first."""
        return self.before is None


@dataclass(frozen=True, slots=True)
class Decision:
    """Which plan holds from now on, and why.

    Attributes:
        plan: the plan that holds.
        is_published: True when it is the new one.
        reason: `better`, or `mended` where the booked plan broke a rule; or else why the booked
            plan stays: `nothing_found`, `faulty`, `missing`, `promise_moved`, `not_better`.
        faults: what the new plan breaks.
        before, after: costs of the booked and of the new plan; after is None without one.
        moved: visits whose supporter or start differs, told to merchants or not.
        told: who has to be told, or asked.
    """

    plan: DayPlan
    is_published: bool
    reason: str
    before: Cost
    after: Cost | None = None
    faults: tuple[Fault, ...] = ()
    moved: int = 0
    told: tuple[Notice, ...] = ()


def decide(problem: Problem, found: DayPlan | None) -> Decision:
    """Return the new plan when it may stand, keeps every promise and is better."""
    before = cost(problem, problem.booked)
    stays = Decision(problem.booked, is_published=False, reason="nothing_found", before=before)
    if found is None:
        return stays
    broken = faults(problem, found)
    if any(fault.code == "unknown" for fault in broken):
        return replace(stays, reason="faulty", faults=broken)
    after = cost(problem, found)
    refusal = _refusal(problem, found) or ("faulty" if broken else None)
    reason = refusal or _gain(problem, before, after)
    if refusal or reason == "not_better":
        return replace(stays, reason=reason, faults=broken, after=after)
    differing = tuple(notices(problem, found))
    return Decision(
        found,
        is_published=True,
        reason=reason,
        before=before,
        after=after,
        moved=len(differing),
        told=tuple(n for n in differing if n.is_new or n.has_other_person),
    )


def _refusal(problem: Problem, found: DayPlan) -> str | None:
    """Return which promise is broken; looked up in what was booked, not in the windows."""
    starts, booked = found.start_of, problem.booked.start_of
    if not booked.keys() <= starts.keys():
        return "missing"
    if any(problem.visit[v].is_fixed and starts[v] != start for v, start in booked.items()):
        return "promise_moved"
    return None


def _gain(problem: Problem, before: Cost, after: Cost) -> str:
    """Return what the new plan is good for; any that may stand beats one that may not."""
    if faults(problem, problem.booked):
        return "mended"
    return "better" if after.total < before.total else "not_better"


def notices(problem: Problem, found: DayPlan) -> Iterator[Notice]:
    """Return the visits that are new, or have another supporter or start than booked."""
    starts, expected = problem.booked.start_of, problem.expected
    for route, stop in found:
        before, start = expected.get(stop.visit), starts.get(stop.visit)
        if (before, start) != (route.supporter, stop.start):
            fixed = problem.visit[stop.visit].is_fixed
            yield Notice(stop.visit, before, route.supporter, start, stop.start, fixed)
