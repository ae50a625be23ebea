"""Changing when supporters work, and finding the visits that this leaves in the air."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.transaction import Transaction
from bot.services.visits.board import CALENDAR, SUPPORTERS, read_office, touch
from bot.services.visits.days import DayKey, read_pages
from bot.services.visits.reasons import Reason
from models.states import SupporterState, VisitState, move
from models.supporter import Absence, AvailabilityException, DayKind, HolidayOverride, Supporter
from models.visit import Visit


@dataclass(frozen=True, slots=True)
class Conflict:
    """A booked visit that cannot take place as it stands; a person has to move it.

    Attributes:
        reason: `holiday`, `day_off`, or `travel` when the visits of the day do not fit.
    """

    visit_id: int
    supporter_id: int
    day: date
    reason: Reason


def add_exception(
    session: Session,
    supporter_id: int,
    span: tuple[datetime, datetime],
    kind: Absence,
    reason: str = "",
) -> int:
    """Enter time off, extra time or another lunch; visits that stand are not touched.

    Raises:
        InvalidInputError: it ends before it begins.
    """
    if span[0] >= span[1]:
        raise InvalidInputError("an exception ends after it begins")
    row = AvailabilityException(
        supporter_id=supporter_id, starts_at=span[0], ends_at=span[1], kind=kind, reason=reason
    )
    session.add(row)
    touch(session, SUPPORTERS)
    return row.id


def drop_exception(session: Session, exception_id: int) -> None:
    """Take an exception back."""
    session.delete(session.get_one(AvailabilityException, exception_id))
    touch(session, SUPPORTERS)


def enter_day(
    session: Session, day: date, kind: DayKind, name: str, source: str, now: datetime
) -> None:
    """Enter a day as closed, or open, against the calendar."""
    row = session.get(HolidayOverride, day)
    if row is None:
        row = HolidayOverride(day=day, created_at=now)
        session.add(row)
    row.kind, row.name, row.source = kind, name, source
    touch(session, CALENDAR)


def drop_day(session: Session, day: date) -> None:
    """Take an entry of the calendar back."""
    row = session.get(HolidayOverride, day)
    if row is not None:
        session.delete(row)
        touch(session, CALENDAR)


def set_state(tx: Transaction, supporter_id: int, to: SupporterState) -> None:
    """Pause a supporter, or take one back, or let one go; visits that stand are not touched."""
    row = tx.session.get_one(Supporter, supporter_id)
    move(tx.session, row, to, tx.cause(f"supporter:{supporter_id}"))
    row.updated_at = tx.now
    touch(tx.session, SUPPORTERS)


def conflicts(session: Session, now: datetime) -> tuple[Conflict, ...]:
    """Return the visits to come that do not fit their day any more, in order."""
    rows = session.execute(
        select(Visit.id, Visit.supporter_id, Visit.day)
        .where(Visit.state.in_((VisitState.HELD, VisitState.CONFIRMED)), Visit.starts_at > now)
        .order_by(Visit.starts_at)
    ).all()
    if not rows:
        return ()
    keys = {DayKey(row.supporter_id, row.day) for row in rows}
    office = read_office(session, now)
    pages = read_pages(session, office, keys, now)
    found = []
    for row in rows:
        timeline = pages[DayKey(row.supporter_id, row.day)].timeline
        if isinstance(timeline, Reason):
            found.append(Conflict(row.id, row.supporter_id, row.day, timeline))
        elif not timeline.possible:
            found.append(Conflict(row.id, row.supporter_id, row.day, Reason.TRAVEL))
    return tuple(found)
