"""Who waits for a visit that a day could still hold."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.visits.board import Office
from bot.services.visits.calendar import DAY_MIN, moment_of
from bot.services.visits.needs import read_need
from bot.services.visits.optimise.intake import Terms
from bot.services.visits.optimise.plan import HOUR
from bot.services.visits.reasons import Reason
from bot.services.visits.slots import Need
from bot.services.visits.timeline import Stop
from bot.services.visits.waiting import wish_of_entry
from models.states import WaitState
from models.visit import VisitRequest, WaitlistEntry

WORTH = 2 * HOUR
"""Seconds on the way that a visit from the waiting list is worth."""
MOST = 40
"""Looked at for one day; the first of the list."""


def read_waiting(
    session: Session, office: Office, day: date, now: datetime
) -> list[tuple[Stop, Terms]]:
    """Return visits that could be added to a day; their ids are those of the entries, negative.

    Nobody is asked now: a plan that has room for them leaves the room, and the waiting list
    finds it in the morning.
    """
    begins = moment_of(day, 0)
    statement = (
        select(WaitlistEntry, VisitRequest)
        .join(VisitRequest, VisitRequest.id == WaitlistEntry.request_id)
        .where(
            WaitlistEntry.state == WaitState.WAITING,
            WaitlistEntry.earliest < begins + timedelta(days=1),
            WaitlistEntry.latest > begins,
        )
        .order_by(WaitlistEntry.priority.desc(), WaitlistEntry.id)
        .limit(MOST)
    )
    found: list[tuple[Stop, Terms]] = []
    for entry, request in session.execute(statement):
        need = read_need(session, office, wish_of_entry(entry, request, now), now)
        if not isinstance(need, Reason):
            found += _visit(office, day, (entry, need))
    return found


def _visit(
    office: Office, day: date, asked: tuple[WaitlistEntry, Need]
) -> Iterator[tuple[Stop, Terms]]:
    entry, need = asked
    if need.against_day(day) is not None or (need.busy or {}).get(day):
        return
    only = frozenset(each.id for each in office.team if each.serves(need.spot))
    open_from, open_until = need.within(day)
    begins, minute = moment_of(day, 0), timedelta(minutes=1)
    first = max(open_from, entry.start_min, (entry.earliest - begins) // minute)
    last = min(open_until, entry.end_min, (entry.latest - begins) // minute, DAY_MIN - 1)
    if only and first <= last:
        minutes = need.kind.minutes
        yield (
            Stop(-entry.id, first, minutes, first, last, need.spot.place),
            Terms(
                skills=need.skills,
                only=only,
                prize=WORTH + entry.priority,
                is_promised=False,
                market=need.spot.name,
            ),
        )
