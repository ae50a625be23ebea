"""Supporters' days out of the tables: read for one booking, or kept for many questions."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import DateTime, Row, case, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.services.visits.board import TRAVEL, Office, read_office, read_stamps
from bot.services.visits.reasons import Reason
from bot.services.visits.timeline import Stop, Timeline
from bot.services.visits.travel import Place
from models.states import VisitState
from models.supporter import SupporterDay
from models.visit import STANDING, Visit

KEPT_DAYS = 5_000
"""Days that a process remembers; about four kilobytes each."""
_SEOUL_MIN, _DAY_MIN = 9 * 60, 24 * 60


class utc(FunctionElement[datetime]):  # noqa: N801 -- reads like an SQL function
    """A moment as it is stored, without a time zone.

    Ten thousands of them are read for one question; the usual column type would cost more than
    everything that is computed with them.
    """

    type = DateTime()
    inherit_cache = True


@compiles(utc, "sqlite")
def _utc_sqlite(element: utc, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(utc, "postgresql")
def _utc_postgresql(element: utc, compiler: SQLCompiler, **options: Any) -> str:
    return f"timezone('UTC', {compiler.process(element.clauses, **options)})"


_V = Visit.metadata.tables[Visit.__tablename__].c
_D = SupporterDay.metadata.tables[SupporterDay.__tablename__].c
_VISITS = (
    _V.supporter_id,
    _V.day,
    _V.id,
    utc(_V.starts_at),
    utc(_V.ends_at),
    utc(case((_V.promise_from != _V.promise_to, _V.promise_from))),
    utc(case((_V.promise_from != _V.promise_to, _V.promise_to))),
    _V.latitude,
    _V.longitude,
    _V.market_id,
    _V.revision,
    case((_V.state == VisitState.HELD, _V.hold_expires_at)),
)


class DayKey(NamedTuple):
    """One supporter's day; in the order in which several are locked."""

    supporter_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one supporter's day.

    Attributes:
        version: of `supporter_day`; None while there is no row.
        timeline: the day, or why the supporter does not work.
        revisions: visit -> revision, of the visits in it.
        lapsed: (visit, revision) of holds that nobody confirmed in time; not in it any more.
        until: when the next hold lapses, and the page with it.
    """

    key: DayKey
    version: int | None
    timeline: Timeline | Reason
    revisions: Mapping[int, int]
    lapsed: tuple[tuple[int, int], ...]
    until: datetime | None


def read_pages(
    session: Session, office: Office, keys: Iterable[DayKey], now: datetime
) -> dict[DayKey, Page]:
    """Read some days; versions first, so that whatever changes meanwhile is noticed."""
    wanted = sorted(set(keys))
    supporters = {key.supporter_id for key in wanted}
    days = {key.day for key in wanted}
    versions = {
        DayKey(row.supporter_id, row.day): row.version
        for row in _day_rows(session, supporters, days)
    }
    visits = _visit_rows(session, supporters, days)
    return {key: _page(office, key, versions.get(key), visits.get(key, ()), now) for key in wanted}


def _day_rows(
    session: Session, supporters: Collection[int], days: Collection[date]
) -> Sequence[Row[int, date, int, int]]:
    statement = select(_D.supporter_id, _D.day, _D.version, _D.visit_count).where(
        _D.supporter_id.in_(supporters), _D.day.between(min(days), max(days))
    )
    return session.connection().execute(statement).all()


class _Entry(NamedTuple):
    """One visit as it is read; `expires` is None for all but holds."""

    stop: Stop
    revision: int
    expires: datetime | None


def _visit_rows(
    session: Session, supporters: Collection[int], days: Collection[date]
) -> dict[tuple[int, date], list[_Entry]]:
    found: dict[tuple[int, date], list[_Entry]] = {}
    statement = select(*_VISITS).where(
        _V.supporter_id.in_(supporters),
        _V.day.between(min(days), max(days)),
        _V.state.in_(STANDING),
    )
    for row in session.connection().execute(statement).all():
        who, day, visit_id, starts, ends, first, last, lat, lon, market, revision, expires = row
        start = _minute(starts)
        earliest = start if first is None else _minute(first)
        latest = start if last is None else _minute(last)
        minutes = (_minute(ends) or _DAY_MIN) - start
        stop = Stop(visit_id, start, minutes, earliest, latest, Place(lat, lon, market))
        found.setdefault((who, day), []).append(_Entry(stop, revision, expires))
    return found


def _minute(moment: datetime) -> int:
    """Return the minute of the day in Korea of a moment in UTC."""
    return (moment.hour * 60 + moment.minute + _SEOUL_MIN) % _DAY_MIN


def _page(
    office: Office, key: DayKey, version: int | None, entries: Sequence[_Entry], now: datetime
) -> Page:
    standing: list[Stop] = []
    revisions: dict[int, int] = {}
    lapsed: list[tuple[int, int]] = []
    until: datetime | None = None
    for stop, revision, expires in entries:
        if expires is not None:
            if expires <= now:
                lapsed.append((stop.visit_id, revision))
                continue
            if until is None or expires < until:
                until = expires
        standing.append(stop)
        revisions[stop.visit_id] = revision
    standing.sort(key=_start)
    shift = office.shift(*key)
    timeline = shift if isinstance(shift, Reason) else Timeline(shift, standing, office.travel)
    return Page(key, version, timeline, revisions, tuple(lapsed), until)


_start = attrgetter("start")


class Diary:
    """What a process remembers of supporters and their days.

    A day is kept under its version: a booking moves the version, so what is kept is never
    older than what the database says. What changes seldom is kept under its stamps. Filled by
    reading sessions only: in a transaction a version may be seen that never comes to stand.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._office: Office | None = None
        self._pages: dict[DayKey, Page] = {}

    def forget_days(self) -> None:
        """Read every day anew; what changes seldom is kept."""
        with self._lock:
            self._pages = {}

    def open(self, session: Session, now: datetime) -> "OpenDiary":
        """Return the diary for one question, up to date."""
        stamps = read_stamps(session)
        with self._lock:
            office, pages = self._office, self._pages
        if office is None or office.stamps != stamps:
            same_ways = office is not None and office.stamps.get(TRAVEL) == stamps.get(TRAVEL)
            office = read_office(
                session, now, travel=office.travel if office and same_ways else None
            )
            pages = {}
            with self._lock:
                self._office, self._pages = office, pages
        return OpenDiary(session, office, pages, now)


class OpenDiary:
    """The diary during one question; see `slots.Days`.

    Attributes:
        office: what changes seldom.
    """

    def __init__(
        self, session: Session, office: Office, kept: dict[DayKey, Page], now: datetime
    ) -> None:
        self.office = office
        self._session = session
        self._kept = kept
        self._pages: dict[DayKey, Page] = {}
        self._now = now
        self._load: dict[int, int] = {}
        self._moving: int | None = None

    def leaving_out(self, visit_id: int | None) -> "OpenDiary":
        """Look at the days as they are without one visit: it is to be moved."""
        self._moving = visit_id
        return self

    def prepare(self, supporters: Sequence[int], days: Sequence[date]) -> None:
        """Read what has changed since it was kept."""
        if not supporters or not days:
            return
        versions: dict[DayKey, int] = {}
        for row in _day_rows(self._session, supporters, days):
            versions[DayKey(row.supporter_id, row.day)] = row.version
            count = self._load.get(row.supporter_id, 0)
            self._load[row.supporter_id] = count + row.visit_count
        stale: list[DayKey] = []
        for key in (DayKey(supporter, day) for supporter in supporters for day in days):
            page = self._kept.get(key)
            if page is None or not self._is_fresh(page, versions.get(key)):
                stale.append(key)
            else:
                self._pages[key] = page
        if stale:
            self._read(stale, versions)

    def _read(self, keys: list[DayKey], versions: dict[DayKey, int]) -> None:
        supporters, days = {key.supporter_id for key in keys}, {key.day for key in keys}
        rows = _visit_rows(self._session, supporters, days)
        if len(self._kept) > KEPT_DAYS:
            self._kept.clear()
        for key in keys:
            page = _page(self.office, key, versions.get(key), rows.get(key, ()), self._now)
            self._kept[key] = self._pages[key] = page

    def of(self, supporter: int, day: date) -> Timeline | Reason:
        """Return the day of a supporter, or why there is none."""
        timeline = self._pages[DayKey(supporter, day)].timeline
        if self._moving is not None and isinstance(timeline, Timeline):
            return timeline.without((self._moving,))
        return timeline

    def load(self, supporter: int) -> float:
        """Return how many visits the supporter has on the prepared days, weighed."""
        known = self.office.supporter(supporter)
        return self._load.get(supporter, 0) * 100 / (known.weight if known else 100)

    def _is_fresh(self, page: Page, version: int | None) -> bool:
        lasts = page.until is None or self._now < page.until
        return lasts and page.version == version
