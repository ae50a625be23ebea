"""A day that went wrong, in the tables: somebody fell ill, a visit takes longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.visits.availability import add_exception
from bot.services.visits.board import read_office
from bot.services.visits.calendar import DAY_MIN, day_of, minute_of, moment_of
from bot.services.visits.optimise.disruption import Illness, Overrun, Replanned, replan
from bot.services.visits.optimise.plan import MINUTE, DayPlan, Route, Stop
from bot.services.visits.optimise.planning import group_of
from bot.services.visits.optimise.publishing import publish
from bot.services.visits.optimise.reading import DaySheet, read_sheet
from bot.services.visits.optimise.search import Limits
from bot.services.visits.ownership import by_system
from models.session import Database
from models.supporter import Absence
from models.visit import Visit

QUICK = Limits(seconds=2.0)
"""Somebody is waiting for the answer."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """A day that went wrong, and what becomes of the rest of it.

    Attributes:
        sheet: the day as it was.
        rest: the new plan; its `homeless` and `delays` are for people to solve.
        changed: visits that were changed in the tables.
    """

    sheet: DaySheet
    rest: Replanned
    changed: int = 0


def supporter_ill(
    database: Database,
    supporter_id: int,
    now: datetime,
    *,
    dry_run: bool = False,
    limits: Limits = QUICK,
) -> Emergency:
    """Give the visits of somebody who fell ill to others; what nobody can make stays for people.

    The supporter is away for the rest of the day from now on.

    Args:
        database: the database.
        supporter_id: who.
        now: the present moment.
        dry_run: write nothing.
        limits: how long to look.

    Raises:
        InvalidInputError: there is no such supporter.
        ConflictError: somebody booked at the same time; do it again.
    """
    with database.reading() as session:
        sheet = _today(session, supporter_id, now)
    rest = replan(sheet.problem, minute_of(now) * MINUTE, Illness(supporter_id), limits)
    if dry_run:
        return Emergency(sheet, rest)
    with database.transaction() as session:
        tx = by_system(session, now, f"ill:{supporter_id}:{now:%Y%m%d%H%M}")
        changed = publish(tx, sheet, rest.plan, tx.key, "supporter_ill")
        until = moment_of(sheet.day, DAY_MIN)
        add_exception(session, supporter_id, (now, until), Absence.OFF, "ill")
    return Emergency(sheet, rest, changed)


def visit_overruns(
    database: Database,
    visit_id: int,
    until: datetime,
    now: datetime,
    *,
    dry_run: bool = False,
    limits: Limits = QUICK,
) -> Emergency:
    """Plan around a visit that takes longer.

    Visits that will begin later than promised keep their time in the tables: a person has to
    talk to the merchants first.

    Args:
        database: the database.
        visit_id: the visit under way.
        until: when it will be over.
        now: the present moment.
        dry_run: write nothing.
        limits: how long to look.

    Raises:
        InvalidInputError: it is no visit of today.
        ConflictError: somebody booked at the same time; do it again.
    """
    with database.reading() as session:
        visit = session.execute(
            select(Visit.supporter_id, Visit.day).where(Visit.id == visit_id)
        ).one_or_none()
        if visit is None or visit.day != day_of(now):
            raise InvalidInputError(f"visit {visit_id} is not one of today")
        sheet = _today(session, visit.supporter_id, now)
    end = (until - moment_of(sheet.day, 0)) // timedelta(seconds=1)
    event = Overrun(visit_id, end)
    rest = replan(sheet.problem, minute_of(now) * MINUTE, event, limits)
    if dry_run:
        return Emergency(sheet, rest)
    with database.transaction() as session:
        tx = by_system(session, now, f"longer:{visit_id}:{now:%Y%m%d%H%M}")
        changed = publish(tx, sheet, _as_promised(sheet, rest), tx.key, "overrun")
    return Emergency(sheet, rest, changed)


def _today(session: Session, supporter_id: int, now: datetime) -> DaySheet:
    group = group_of(session, supporter_id, now)
    office = read_office(session, now, only=group.supporters)
    return read_sheet(session, office, group, day_of(now), now, went_wrong=True)


def _as_promised(sheet: DaySheet, rest: Replanned) -> DayPlan:
    """Return the plan with the booked starts of what will be late."""
    late = {delay.visit for delay in rest.delays}
    starts = sheet.problem.booked.start_of
    return DayPlan(
        tuple(
            Route(
                route.supporter,
                tuple(
                    Stop(stop.visit, starts[stop.visit]) if stop.visit in late else stop
                    for stop in route.stops
                ),
            )
            for route in rest.plan.routes
        )
    )
