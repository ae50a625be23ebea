"""Planning days: read, search, decide, publish; by hand and every night."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ConflictError, InvalidInputError, RuleBrokenError
from bot.services.visits.board import read_office
from bot.services.visits.calendar import day_of, minute_of, moment_of
from bot.services.visits.optimise.gate import Decision, decide
from bot.services.visits.optimise.groups import Group, groups
from bot.services.visits.optimise.plan import DayPlan, Problem, cost, legs
from bot.services.visits.optimise.publishing import publish
from bot.services.visits.optimise.reading import DaySheet, read_sheet
from bot.services.visits.optimise.search import Limits, Search, Watcher, search
from bot.services.visits.ownership import SYSTEM, by_system
from bot.services.visits.worked import WorkedTime
from models.fieldwork import RoutePlan, RouteStop
from models.market import Market
from models.session import Database
from models.states import Cause, PlanState, move, record

LOG = logging.getLogger(__name__)

ENGINE = f"pyvrp {version('pyvrp')}"
AHEAD = (1, 2, 3)
"""Days from today that are planned in a night; tomorrow is told to merchants in the evening."""
NIGHT = (3 * 60, 5 * 60)
"""Minutes of the day in Korea between which days are planned."""
WELCOME = frozenset({"better", "mended"})
OUTDATED = "plan_outdated"
LEAST_S, PER_VISIT_S, MOST_S = 2.0, 0.05, 20.0
"""How long to look: 2 s find most of what there is for eight supporters and forty visits."""


BY_SIZE = Limits()
"""Says nothing: `limits_for` decides."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of planning one day of one group.

    Attributes:
        reason: as of the decision, or why it could not be written: `plan_outdated`, `busy`,
            `plan_refused`.
        seed: of the search.
        changed: visits that were changed in the tables.
        plan_id: row of the plan; None for a trial and where there was nothing to plan.
    """

    group: Group
    sheet: DaySheet
    found: Search
    decision: Decision
    reason: str
    seed: int = 1
    changed: int = 0
    plan_id: int | None = None

    @property
    def kept(self) -> DayPlan:
        """The plan that holds, without what is only room for who waits."""
        return _without_room(self.decision.plan)

    @property
    def travel(self) -> tuple[int, int]:
        """Seconds on the way as it was booked, and under the plan that was found."""
        found = self.found.plan or self.sheet.problem.booked
        return self.decision.before.travel, cost(self.sheet.problem, _without_room(found)).travel

    @property
    def plan_is_published(self) -> bool:
        """True when the new plan holds now."""
        return self.plan_id is not None and self.reason in WELCOME

    @property
    def homeless(self) -> tuple[int, ...]:
        """Visits whose supporter is not there, and that nobody else makes."""
        made = self.kept.supporter_of
        return tuple(visit for visit in self.sheet.lost if visit not in made)


def _without_room(plan: DayPlan) -> DayPlan:
    routes = (
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit > 0))
        for route in plan.routes
    )
    return DayPlan(tuple(route for route in routes if route.stops))


def limits_for(problem: Problem, given: Limits = BY_SIZE) -> Limits:
    """Return how long to look at a day: as given, or by the number of visits."""
    if given.seconds is not None or given.iterations is not None:
        return given
    return replace(given, seconds=min(MOST_S, LEAST_S + PER_VISIT_S * len(problem.visits)))


def all_groups(session: Session, now: datetime) -> tuple[Group, ...]:
    """Return the groups of the supporters who are active."""
    office = read_office(session, now)
    named = {area.market_id for each in office.team for area in each.areas if area.market_id}
    rows = session.execute(select(Market.id, Market.region).where(Market.id.in_(named)))
    return groups(office.team, {row.id: row.region for row in rows})


def group_of(session: Session, supporter_id: int, now: datetime) -> Group:
    """Return the group of a supporter.

    Raises:
        InvalidInputError: nobody of this id is active, or works anywhere.
    """
    for group in all_groups(session, now):
        if supporter_id in group.supporters:
            return group
    raise InvalidInputError(f"there is no active supporter {supporter_id}")


def trial(
    database: Database,
    group: Group,
    day: date,
    now: datetime,
    limits: Limits = BY_SIZE,
    watch: Watcher | None = None,
) -> Outcome:
    """Return the plan that would be published; writes nothing."""
    with database.reading() as session:
        office = read_office(session, now, only=group.supporters)
        sheet = read_sheet(session, office, group, day, now)
    problem = sheet.problem
    found = Search(problem.booked, 0, 0.0)
    is_settled = len(problem.visits) == len(problem.booked.start_of) <= 1
    if problem.supporters and not is_settled:
        found = search(problem, limits_for(problem, limits), watch)
    decision = decide(problem, found.plan)
    return Outcome(group, sheet, found, decision, decision.reason, limits.seed)


def plan_day(
    database: Database,
    group: Group,
    day: date,
    now: datetime,
    limits: Limits = BY_SIZE,
    watch: Watcher | None = None,
) -> Outcome:
    """Plan a day and publish the plan if it is better."""
    return enact(database, trial(database, group, day, now, limits, watch), now)


def enact(database: Database, outcome: Outcome, now: datetime) -> Outcome:
    """Publish the plan of a trial if it is better; write down what came of it."""
    if not outcome.sheet.problem.visits:
        return outcome
    try:
        with database.transaction() as session:
            done = _publish(session, outcome, now)
    except (ConflictError, RuleBrokenError) as error:
        with database.transaction() as session:
            done = _reject(session, outcome, now, error.code)
    _log(done)
    return done


def plan_nights(database: Database, now: datetime, limits: Limits = BY_SIZE) -> int:
    """Plan the next days of every group, once a night; return how many plans were published."""
    if not NIGHT[0] <= minute_of(now) < NIGHT[1]:
        return 0
    today = day_of(now)
    with database.reading() as session:
        every = all_groups(session, now)
        since = moment_of(today, NIGHT[0])
        tried = select(RoutePlan.region, RoutePlan.day).where(
            RoutePlan.created_at >= since, RoutePlan.reason.is_distinct_from(OUTDATED)
        )
        done = {(row.region, row.day) for row in session.execute(tried)}
    days = [today + timedelta(days=ahead) for ahead in AHEAD]
    due = [(group, day) for day in days for group in every if (group.name, day) not in done]
    return sum(plan_day(database, *each, now, limits).plan_is_published for each in due)


def _publish(session: Session, outcome: Outcome, now: datetime) -> Outcome:
    if not outcome.decision.is_published:
        return _reject(session, outcome, now, outcome.reason)
    row = _row(session, outcome, now)
    tx = by_system(session, now, f"plan:{row.id}")
    changed = publish(tx, outcome.sheet, outcome.decision.plan, str(row.id))
    row.moved_count = changed
    session.add_all(_route_stops(outcome, row.id))
    _end(session, row, PlanState.PUBLISHED, outcome.reason, now)
    return replace(outcome, changed=changed, plan_id=row.id)


def _reject(session: Session, outcome: Outcome, now: datetime, reason: str) -> Outcome:
    row = _row(session, outcome, now)
    _end(session, row, PlanState.REJECTED, reason, now)
    return replace(outcome, reason=reason, plan_id=row.id)


def _row(session: Session, outcome: Outcome, now: datetime) -> RoutePlan:
    before, after = outcome.travel
    row = RoutePlan(
        day=outcome.sheet.day,
        region=outcome.group.name,
        engine=ENGINE,
        seed=outcome.seed,
        seconds=round(outcome.found.seconds),
        cost_before=before,
        cost_after=after,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    record(session, row, None, Cause(actor=SYSTEM, key="draft", now=now))
    return row


def _end(session: Session, row: RoutePlan, to: PlanState, reason: str, now: datetime) -> None:
    row.reason = reason
    move(session, row, to, Cause(actor=SYSTEM, key=f"{to}:{row.id}", now=now, reason=reason))


def _route_stops(outcome: Outcome, plan_id: int) -> Iterator[RouteStop]:
    """Return the rows of the stops of a plan; waiting is what is left between two visits."""
    problem, midnight = outcome.sheet.problem, moment_of(outcome.sheet.day, 0)
    for route in outcome.kept.routes:
        supporter = problem.supporter[route.supporter]
        visits = [problem.visit[stop.visit] for stop in route.stops]
        work, free = WorkedTime(supporter.hours), 0
        ways = legs(problem, supporter, visits)
        for seq, (stop, way) in enumerate(zip(route.stops, ways, strict=False), start=1):
            begin = work.at(stop.start)
            yield RouteStop(
                plan_id=plan_id,
                supporter_id=route.supporter,
                seq=seq,
                visit_id=stop.visit,
                starts_at=midnight + timedelta(seconds=stop.start),
                travel_s=way,
                wait_s=max(0, begin - free - way),
            )
            free = begin + problem.visit[stop.visit].duration


def _log(outcome: Outcome) -> None:
    before, after = outcome.travel
    LOG.info(
        "plan of %s for %s: %s, %d s on the way before, %d s after, %d visits changed, %.1f s",
        f"{outcome.sheet.day:%d %b}",  # the log takes a whole date for somebody's number
        outcome.group.name,
        outcome.reason,
        before,
        after,
        outcome.changed,
        outcome.found.seconds,
    )
    if outcome.sheet.left_alone or outcome.homeless:
        LOG.warning(
            "plan of %s for %s: supporters %s break a rule, visits %s have nobody",
            f"{outcome.sheet.day:%d %b}",
            outcome.group.name,
            list(outcome.sheet.left_alone),
            list(outcome.homeless),
        )
