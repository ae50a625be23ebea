"""Supporters' days out of the tables: read for one booking, or kept for many questions."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.services.visits.board import TRAVEL, Office, read_office, read_stamps
from bot.services.visits.calendar import moment_of
from bot.services.visits.reasons import Reason
from bot.services.visits.timeline import Stop, Timeline
from bot.services.visits.travel import Place
from models.states import VisitState
from models.supporter import SupporterDay
from models.visit import STANDING, Visit

MINUTE = timedelta(minutes=1)
KEPT_DAYS = 50_000
"""Days that a process remembers; a few hundred bytes each."""
_COLUMNS = (
    Visit.id,
    Visit.supporter_id,
    Visit.day,
    Visit.starts_at,
    Visit.ends_at,
    Visit.promise_from,
    Visit.promise_to,
    Visit.latitude,
    Visit.longitude,
    Visit.market_id,
    Visit.revision,
    Visit.hold_expires_at,
    Visit.state,
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
    statement = select(
        SupporterDay.supporter_id, SupporterDay.day, SupporterDay.version, SupporterDay.visit_count
    ).where(
        SupporterDay.supporter_id.in_(supporters),
        SupporterDay.day.between(min(days), max(days)),
    )
    return session.execute(statement).all()


def _visit_rows(
    session: Session, supporters: Collection[int], days: Collection[date]
) -> dict[DayKey, list[Any]]:
    found: dict[DayKey, list[Any]] = {}
    statement = select(*_COLUMNS).where(
        Visit.supporter_id.in_(supporters),
        Visit.day.between(min(days), max(days)),
        Visit.state.in_(STANDING),
    )
    for row in session.execute(statement.order_by(Visit.starts_at)):
        found.setdefault(DayKey(row.supporter_id, row.day), []).append(row)
    return found


def _page(
    office: Office, key: DayKey, version: int | None, rows: Sequence[Any], now: datetime
) -> Page:
    standing, lapsed = [], []
    until: datetime | None = None
    for row in rows:
        expires = row.hold_expires_at if row.state is VisitState.HELD else None
        if expires is not None and expires <= now:
            lapsed.append((row.id, row.revision))
            continue
        if expires is not None and (until is None or expires < until):
            until = expires
        standing.append(row)
    return Page(
        key,
        version,
        _timeline(office, key, standing),
        {row.id: row.revision for row in standing},
        tuple(lapsed),
        until,
    )


def _timeline(office: Office, key: DayKey, rows: Sequence[Any]) -> Timeline | Reason:
    supporter = office.supporter(key.supporter_id)
    shift = supporter.shift(key.day, office.calendar) if supporter else Reason.DAY_OFF
    if isinstance(shift, Reason):
        return shift
    midnight = moment_of(key.day, 0)
    return Timeline(shift, [_stop(row, midnight) for row in rows], office.travel)


def _stop(row: Any, midnight: datetime) -> Stop:
    start = (row.starts_at - midnight) // MINUTE
    fixed = row.promise_from == row.promise_to
    return Stop(
        row.id,
        start,
        (row.ends_at - row.starts_at) // MINUTE,
        start if fixed else (row.promise_from - midnight) // MINUTE,
        start if fixed else (row.promise_to - midnight) // MINUTE,
        Place(row.latitude, row.longitude, row.market_id),
    )


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
