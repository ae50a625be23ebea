"""Plans the rest of a day that went wrong: somebody fell ill, a visit takes longer.

Visits that are under way stay what they are. Visits that begin within two hours keep their
supporter and their time: people are waiting and somebody is on the way. The visits of who
fell ill go to others where every promise can still be kept, and otherwise to the office.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.services.visits.optimise.gate import Notice, notices
from bot.services.visits.optimise.plan import MINUTE, DayPlan, Problem, Route
from bot.services.visits.optimise.rest import Delay, Rest, abandoned, remaining
from bot.services.visits.optimise.search import Limits, search

UNREST = 30 * MINUTE
"""What has to be saved on the way to send somebody else to a merchant on the same day."""


@dataclass(frozen=True, slots=True)
class Illness:
    """A supporter makes no more visits today."""

    supporter: int


@dataclass(frozen=True, slots=True)
class Overrun:
    """A visit under way takes longer; it is expected to be over at `until`."""

    visit: int
    until: int


@dataclass(frozen=True, slots=True)
class Replanned:
    """The rest of a day.

    Attributes:
        plan: the whole day, what is done and what is to come.
        told: merchants to whom somebody else comes.
        delays: merchants who have to be told that the visit begins later than promised.
        homeless: visits that nobody can make as promised; for the office.
    """

    plan: DayPlan
    told: tuple[Notice, ...]
    delays: tuple[Delay, ...]
    homeless: tuple[int, ...]


def replan(problem: Problem, now: int, event: Illness | Overrun, limits: Limits) -> Replanned:
    """Return a plan for the rest of the day.

    Args:
        problem: the day; its booked plan is the one that people are following.
        now: second of the day.
        event: what went wrong.
        limits: how long to look.
    """
    sick = event.supporter if isinstance(event, Illness) else None
    longer = {event.visit: event.until} if isinstance(event, Overrun) else {}
    rests = [
        abandoned(problem, supporter, now)
        if supporter.id == sick
        else remaining(problem, supporter, now, longer)
        for supporter in problem.supporters
    ]
    plan = _whole_day(rests, _search(problem, rests, limits))
    made = plan.supporter_of
    return Replanned(
        plan,
        tuple(notice for notice in notices(problem, plan) if notice.has_other_person),
        tuple(delay for rest in rests for delay in rest.delays),
        tuple(visit.id for rest in rests for visit in rest.visits if visit.id not in made),
    )


def _search(problem: Problem, rests: Sequence[Rest], limits: Limits) -> DayPlan:
    """Return the best plan of what is left; the way to begin with can be kept as it is."""
    able = [rest for rest in rests if rest.is_able and rest.supporter.hours]
    todo = replace(
        problem,
        supporters=tuple(rest.supporter for rest in able),
        visits=tuple(visit for rest in rests for visit in rest.visits),
        booked=DayPlan(tuple(rest.route for rest in able if rest.route.stops)),
        keep=max(problem.keep, UNREST),
    )
    if not todo.supporters or not todo.visits:
        return todo.booked
    return search(todo, limits).plan or todo.booked


def _whole_day(rests: Sequence[Rest], found: DayPlan) -> DayPlan:
    later = {route.supporter: route for route in found.routes}
    routes = []
    for rest in rests:
        route = later.get(rest.supporter.id, Route(rest.supporter.id, ()))
        if stops := rest.done + route.stops:
            routes.append(Route(rest.supporter.id, stops))
    return DayPlan(tuple(routes))
