"""From the tables to a problem: one day of one group of supporters."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.visits.board import Office
from bot.services.visits.calendar import minute_of, moment_of
from bot.services.visits.days import DayKey, Page, read_pages
from bot.services.visits.kinds import kind_of
from bot.services.visits.optimise.groups import Group
from bot.services.visits.optimise.intake import Person, Terms, day_problem
from bot.services.visits.optimise.plan import MINUTE, Problem
from bot.services.visits.optimise.rest import FROZEN, RESCUE
from bot.services.visits.optimise.waiting_list import read_waiting
from bot.services.visits.reasons import Reason
from bot.services.visits.team import Spot
from bot.services.visits.timeline import Stop, Timeline, problems
from bot.services.visits.travel import Place
from models.market import Market
from models.merchant import Store
from models.states import SupporterState, VisitState
from models.supporter import Supporter
from models.visit import OCCUPYING, Visit, VisitRequest

KEEP = 5 * MINUTE
"""Seconds on the way that have to be saved to send somebody else to a merchant."""
SETTLED = frozenset({VisitState.CONFIRMED})
"""Nothing else may be moved: held times wait for an answer, the rest is under way or over."""


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One day of one group, as it was read.

    Attributes:
        pages: the days with the versions they were read at.
        stops: visit (id) -> the stop as it stands; waiting visits have negative ids.
        left_alone: supporters whose day breaks a rule; a person has to look at it first.
        lost: visits of supporters who do not work on that day.
    """

    day: date
    problem: Problem
    pages: Mapping[DayKey, Page]
    stops: Mapping[int, Stop]
    left_alone: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()


def read_sheet(
    session: Session,
    office: Office,
    group: Group,
    day: date,
    now: datetime,
    *,
    went_wrong: bool = False,
) -> DaySheet:
    """Read a day; of today's, what begins within two hours stays as it is.

    Args:
        session: a reading session.
        office: the supporters of the group.
        group: whose days are planned together.
        day: which day.
        now: the present moment.
        went_wrong: read it for `disruption`, which knows by itself what stays, and leave the
            waiting list out.
    """
    supporters = (*group.supporters, *_gone(session, group, day))
    pages = read_pages(session, office, [DayKey(each, day) for each in supporters], now)
    rows = {row.id: row for row in _rows(session, pages)}
    alone = tuple(key.supporter_id for key, page in pages.items() if _is_broken(page))
    shared = [page for key, page in pages.items() if key.supporter_id not in alone]
    people = list(_people(office, shared))
    midnight = moment_of(day, 0)
    stops = {visit_id: _stop(row, midnight) for visit_id, row in rows.items()}
    soon = (now + timedelta(seconds=FROZEN) - midnight) // timedelta(minutes=1)
    terms = _terms(office, rows, shared, 0 if went_wrong else soon)
    orphans = _orphans(shared, terms)
    for visit_id in orphans:
        terms[visit_id] = replace(terms[visit_id], prize=RESCUE)
    waiting = [] if went_wrong else read_waiting(session, office, day, now)
    for stop, term in waiting:
        stops[stop.visit_id], terms[stop.visit_id] = stop, term
    others = [stops[visit_id] for visit_id in orphans] + [stop for stop, _ in waiting]
    problem = day_problem(people, others, terms, office.travel, KEEP)
    return DaySheet(
        day,
        replace(problem, orphans=orphans),
        pages,
        stops,
        alone,
        tuple(v for page in shared if isinstance(page.timeline, Reason) for v in page.revisions),
    )


def _gone(session: Session, group: Group, day: date) -> Sequence[int]:
    """Return who is not active any more and still has visits in these regions."""
    return session.scalars(
        select(Visit.supporter_id)
        .distinct()
        .join(Market, Market.id == Visit.market_id)
        .join(Supporter, Supporter.id == Visit.supporter_id)
        .where(
            Visit.day == day,
            Visit.state.in_(OCCUPYING),
            Market.region.in_(group.regions),
            Supporter.state != SupporterState.ACTIVE,
        )
    ).all()


def _orphans(pages: Iterable[Page], terms: Mapping[int, Terms]) -> dict[int, int]:
    """Return the visits that need another supporter, and whose they were."""
    return {
        visit_id: page.key.supporter_id
        for page in pages
        if isinstance(page.timeline, Reason)
        for visit_id in page.revisions
        if not terms[visit_id].is_pinned
    }


def _rows(session: Session, pages: Mapping[DayKey, Page]) -> Sequence[Any]:
    ids = [visit_id for page in pages.values() for visit_id in page.revisions]
    if not ids:
        return []
    return session.execute(
        select(
            Visit.id,
            Visit.supporter_id,
            Visit.merchant_id,
            Visit.series_id,
            Visit.type_code,
            Visit.state,
            Visit.pinned,
            Visit.starts_at,
            Visit.ends_at,
            Visit.promise_from,
            Visit.promise_to,
            Visit.latitude,
            Visit.longitude,
            Visit.market_id,
            VisitRequest.topics,
            Store.name.label("label"),
            Market.name.label("market"),
            Market.region,
            Market.city,
        )
        .join(VisitRequest, VisitRequest.id == Visit.request_id)
        .outerjoin(Store, Store.id == Visit.store_id)
        .outerjoin(Market, Market.id == Visit.market_id)
        .where(Visit.id.in_(ids))
    ).all()


def _stop(row: Any, midnight: datetime) -> Stop:
    """Return a visit as the slot engine sees it, also where the supporter does not work."""
    minute = timedelta(minutes=1)
    start = (row.starts_at - midnight) // minute
    fixed = row.promise_from == row.promise_to
    return Stop(
        row.id,
        start,
        (row.ends_at - row.starts_at) // minute,
        start if fixed else (row.promise_from - midnight) // minute,
        start if fixed else (row.promise_to - midnight) // minute,
        Place(row.latitude, row.longitude, row.market_id),
    )


def _is_broken(page: Page) -> bool:
    """Tell whether a day breaks a rule: a person has to look at it first."""
    timeline = page.timeline
    return isinstance(timeline, Timeline) and bool(timeline.stops) and bool(problems(timeline))


def _people(office: Office, pages: Iterable[Page]) -> Iterator[Person]:
    for page in pages:
        supporter = office.supporter(page.key.supporter_id)
        if supporter is not None and isinstance(page.timeline, Timeline):
            yield Person(
                id=supporter.id,
                name=supporter.name,
                skills=supporter.skills,
                shift=page.timeline.shift,
                stops=page.timeline.stops,
            )


def _terms(
    office: Office, rows: Mapping[int, Any], pages: Iterable[Page], soon: int
) -> dict[int, Terms]:
    """Return what has to be known of every visit of the days that are planned."""
    asked = Counter(row.merchant_id for row in rows.values())
    # Two visits of one merchant must not fall on each other; the solver does not know that.
    apart = frozenset(merchant for merchant, times in asked.items() if times > 1)
    found = {}
    for page in pages:
        is_lost = isinstance(page.timeline, Reason)
        for visit_id in page.revisions:
            row = rows[visit_id]
            term = _term(office, row, soon, is_lost=is_lost)
            stays = term.is_pinned or row.merchant_id in apart
            found[visit_id] = replace(term, is_pinned=stays)
    return found


def _term(office: Office, row: Any, soon: int, *, is_lost: bool) -> Terms:
    spot = Spot(Place(row.latitude, row.longitude, row.market_id), row.region or "", row.city or "")
    only = frozenset(each.id for each in office.team if each.serves(spot))
    if row.series_id is not None and not is_lost:  # a standing slot belongs to two people
        only = frozenset()
    is_near = minute_of(row.starts_at) < soon
    return Terms(
        skills=kind_of(office.kinds, row.type_code).skills_for(row.topics),
        only=only | {row.supporter_id},
        is_pinned=is_near or row.pinned or row.state not in SETTLED,
        not_before=soon,
        label=row.label or "",
        market=row.market or "",
    )
