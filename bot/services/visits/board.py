"""What changes seldom, out of the tables: supporters, calendar, sorts of visits, ways."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.visits.calendar import DAY_MIN, Calendar, day_of, minute_of
from bot.services.visits.kinds import VisitKind, load_kinds
from bot.services.visits.reasons import Reason
from bot.services.visits.team import Area, Hours, Supporter
from bot.services.visits.timeline import Shift
from bot.services.visits.travel import ESTIMATED, Place, Travel
from bot.services.visits.worked import Span
from models.fieldwork import TravelCache
from models.market import DataVersion
from models.states import SupporterState
from models.supporter import (
    Absence,
    AvailabilityException,
    AvailabilityRule,
    HolidayOverride,
    SupporterArea,
    SupporterSkill,
)
from models.supporter import Supporter as SupporterRow

SUPPORTERS, CALENDAR, TRAVEL, KINDS = "supporters", "holidays", "travel", "visit_types"
"""Names of the version stamps; who changes such rows moves the stamp with `touch`."""
STAMPS = (SUPPORTERS, CALENDAR, TRAVEL, KINDS)
_YESTERDAY = timedelta(days=1)

_AREA = (
    SupporterArea.supporter_id,
    SupporterArea.region,
    SupporterArea.city,
    SupporterArea.market_id,
)
_HOURS = (
    AvailabilityRule.supporter_id,
    AvailabilityRule.weekday,
    AvailabilityRule.start_min,
    AvailabilityRule.end_min,
    AvailabilityRule.valid_from,
    AvailabilityRule.valid_to,
)
_EXCEPTION = (
    AvailabilityException.supporter_id,
    AvailabilityException.starts_at,
    AvailabilityException.ends_at,
    AvailabilityException.kind,
)

Exceptions = dict[date, tuple[tuple[Absence, int, int], ...]]


@dataclass(frozen=True, slots=True)
class Office:
    """What changes seldom.

    Attributes:
        stamps: the versions it was read at.
        team: active supporters.
    """

    stamps: Mapping[str, int]
    team: tuple[Supporter, ...]
    calendar: Calendar
    kinds: Mapping[str, VisitKind]
    travel: Travel
    _usual: dict[tuple[int, int], Shift | Reason] = field(default_factory=dict, repr=False)
    _by_id: dict[int, Supporter] = field(default_factory=dict, repr=False)

    def supporter(self, supporter_id: int) -> Supporter | None:
        """Return one supporter, None when not active."""
        if not self._by_id:
            self._by_id.update((each.id, each) for each in self.team)
        return self._by_id.get(supporter_id)

    def shift(self, supporter_id: int, day: date) -> Shift | Reason:
        """Return when a supporter works on a day, or why not; usual weeks are remembered."""
        supporter = self.supporter(supporter_id)
        if supporter is None:
            return Reason.DAY_OFF
        if not supporter.is_usual(day) or self.calendar.holiday(day) is not None:
            return supporter.shift(day, self.calendar)
        key = (supporter_id, day.weekday())
        found = self._usual.get(key)
        if found is None:
            found = self._usual[key] = supporter.shift(day, self.calendar)
        return found


def touch(session: Session, stamp: str) -> None:
    """Tell every process that such rows changed."""
    row = session.get(DataVersion, stamp, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(DataVersion(name=stamp, value=1))
    else:
        row.value += 1
    session.flush()


def read_stamps(session: Session) -> dict[str, int]:
    """Return the present versions."""
    rows = session.execute(
        select(DataVersion.name, DataVersion.value).where(DataVersion.name.in_(STAMPS))
    )
    return {row.name: row.value for row in rows}


def read_office(
    session: Session,
    now: datetime,
    only: Collection[int] | None = None,
    travel: Travel | None = None,
) -> Office:
    """Read what changes seldom.

    Args:
        session: a session.
        now: exceptions that are over are left out.
        only: these supporters; None for all.
        travel: what was read of the ways before, while its stamp has not moved.
    """
    stamps = read_stamps(session)
    return Office(
        stamps,
        _team(session, now, only),
        read_calendar(session),
        load_kinds(session),
        travel or read_travel(session, stamps),
    )


def read_calendar(session: Session) -> Calendar:
    """Read what the office entered against the holidays."""
    rows = session.execute(select(HolidayOverride.day, HolidayOverride.kind, HolidayOverride.name))
    return Calendar({row.day: (row.kind, row.name) for row in rows})


def read_travel(session: Session, stamps: Mapping[str, int]) -> Travel:
    """Read the measured ways; without any the estimate has to do."""
    if TRAVEL not in stamps:
        return ESTIMATED
    rows = session.execute(select(TravelCache.from_cell, TravelCache.to_cell, TravelCache.seconds))
    return Travel({(row.from_cell, row.to_cell): row.seconds for row in rows})


def _team(session: Session, now: datetime, only: Collection[int] | None) -> tuple[Supporter, ...]:
    def of(table: Any, statement: Any) -> Any:
        column = table.id if table is SupporterRow else table.supporter_id
        return statement if only is None else statement.where(column.in_(only))

    rows = session.execute(
        of(
            SupporterRow,
            select(
                SupporterRow.id,
                SupporterRow.name,
                SupporterRow.home,
                SupporterRow.max_visits,
                SupporterRow.max_travel_min,
                SupporterRow.lunch_start,
                SupporterRow.lunch_end,
                SupporterRow.weight,
            ).where(SupporterRow.state == SupporterState.ACTIVE),
        ).order_by(SupporterRow.id)
    ).all()
    skills = _grouped(
        session.execute(
            of(SupporterSkill, select(SupporterSkill.supporter_id, SupporterSkill.skill))
        )
    )
    areas = _grouped(session.execute(of(SupporterArea, select(*_AREA))))
    hours = _grouped(session.execute(of(AvailabilityRule, select(*_HOURS))))
    recent = select(*_EXCEPTION).where(AvailabilityException.ends_at > now - _YESTERDAY)
    absent = _grouped(session.execute(of(AvailabilityException, recent)))
    return tuple(
        Supporter(
            id=row.id,
            name=row.name,
            home=_home(row.home),
            skills=frozenset(each.skill for each in skills.get(row.id, ())),
            areas=tuple(Area(a.region, a.city, a.market_id) for a in areas.get(row.id, ())),
            hours=tuple(_hours(each) for each in hours.get(row.id, ())),
            max_visits=row.max_visits,
            max_travel=row.max_travel_min,
            lunch=_lunch(row.lunch_start, row.lunch_end),
            exceptions=_exceptions(absent.get(row.id, ())),
            weight=row.weight,
        )
        for row in rows
    )


def _grouped(rows: Any) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.supporter_id, []).append(row)
    return groups


def _home(value: Any) -> Place:
    latitude, longitude = value
    return Place(float(latitude), float(longitude))


def _hours(row: Any) -> Hours:
    return Hours(row.weekday, row.start_min, row.end_min, row.valid_from, row.valid_to)


def _lunch(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else (start, end)


def _exceptions(rows: Collection[Any]) -> Exceptions:
    """Cut exceptions at midnight in Korea."""
    found: dict[date, list[tuple[Absence, int, int]]] = {}
    for row in rows:
        day, last = day_of(row.starts_at), day_of(row.ends_at)
        while day <= last:
            start = minute_of(row.starts_at) if day == day_of(row.starts_at) else 0
            end = minute_of(row.ends_at) if day == last else DAY_MIN
            if start < end:
                found.setdefault(day, []).append((row.kind, start, end))
            day += timedelta(days=1)
    return {day: tuple(spans) for day, spans in found.items()}
