"""The one way in which supporters' days change; chat, staff and plans go through it.

A change reads the days with their versions, decides, and writes only if nobody else changed
one of them meanwhile (compare and swap on `supporter_day.version`). Days are taken in
ascending order and before any visit of them is touched, so two changes do not wait for each
other in a circle. Whoever comes second looks again, a little later.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from sqlalchemy import text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.services.transaction import Transaction
from bot.services.visits.board import Office, read_office
from bot.services.visits.calendar import moment_of
from bot.services.visits.days import DayKey, Page, read_pages
from bot.services.visits.journal import (
    SYSTEM,
    OutdatedError,
    Step,
    moment,
    read_visit,
    take_step,
)
from bot.services.visits.reasons import Reason
from bot.services.visits.timeline import Stop, Timeline
from models.session import touched
from models.states import VisitState
from models.supporter import SupporterDay

T = TypeVar("T")
ATTEMPTS = 12
STEP_S = 0.004
"""The n-th attempt comes after a random wait of up to n times this."""
RETRIED = frozenset({"40001", "40P01", "23P01", "23505", "55P03"})
"""PostgreSQL: serialization, deadlock, exclusion, unique, lock not available."""
CONSTRAINT = "ex_visit_supporter_time"

_DAYS = SupporterDay.metadata.tables[SupporterDay.__tablename__]

Pages = Mapping[DayKey, Page]


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What a change makes of the days.

    Attributes:
        days: the days as they will be; those that were read and are not named stay.
        write: writes the visits that the change is about; the result is handed back.
        mine: visits that `write` deals with; others that shift inside their promise are
            written by the ledger.
    """

    days: Mapping[DayKey, Timeline | Reason]
    write: Callable[[], T]
    mine: frozenset[int] = field(default_factory=frozenset)


def settle(
    tx: Transaction,
    keys: Callable[[], Iterable[DayKey]],
    decide: Callable[[Office, Pages], Change[T]],
) -> T:
    """Change some days, or raise what `decide` raised.

    Args:
        tx: the transaction; between two attempts only what was done here is undone.
        keys: the days that are concerned; asked anew before each attempt.
        decide: looks at the days and says what becomes of them; may raise.

    Raises:
        ConflictError: others were faster all the time (code `busy`).
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, STEP_S * attempt))  # noqa: S311 -- jitter, no secret
        try:
            with tx.session.begin_nested():
                return _once(tx, sorted(set(keys())), decide)
        except OutdatedError:
            continue
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in RETRIED:
                raise
    raise ConflictError("others were booking all the time", code="busy")


def _once(tx: Transaction, keys: list[DayKey], decide: Callable[[Office, Pages], Change[T]]) -> T:
    session = tx.session
    office = read_office(session, tx.now, only={key.supporter_id for key in keys})
    pages = read_pages(session, office, keys, tx.now)
    change = decide(office, pages)
    for key in keys:
        _take(session, pages[key], change)
        _expire_lapsed(tx, pages[key], change.mine)
    shifted = [
        (stop, pages[key])
        for key, after in change.days.items()
        for stop in _shifted(pages[key], after)
        if stop.visit_id not in change.mine
    ]
    if not shifted:
        return change.write()
    look_for_overlaps(session, at_once=False)
    for stop, page in shifted:
        _adjust(tx, stop, page)
    result = change.write()
    look_for_overlaps(session, at_once=True)
    return result


def look_for_overlaps(session: Session, *, at_once: bool) -> None:
    """On PostgreSQL, look for overlaps now and after each statement, or only at the end.

    Visits that change places overlap until the last of them is written.
    """
    if session.get_bind().dialect.name == "postgresql":
        when = "IMMEDIATE" if at_once else "DEFERRED"
        session.execute(text(f"SET CONSTRAINTS {CONSTRAINT} {when}"))


def _take(session: Session, page: Page, change: Change[T]) -> None:
    """Move the version of a day from what was read; the row is ours until the commit.

    Raises:
        OutdatedError: it is not what was read.
    """
    key = page.key
    after = change.days.get(key, page.timeline)
    if isinstance(after, Timeline):
        count, ways = len(after.stops), after.on_the_way
    else:  # nobody works any more on this day, but visits of before may still stand in it
        count, ways = len(page.revisions.keys() - change.mine), 0
    values = {"visit_count": count, "travel_min": ways}
    if page.version is None:
        is_postgres = session.get_bind().dialect.name == "postgresql"
        make = postgresql.insert if is_postgres else sqlite.insert
        row = {"supporter_id": key.supporter_id, "day": key.day, "version": 1, **values}
        first = make(_DAYS).values(row).on_conflict_do_nothing().returning(_DAYS.c.version)
        taken = session.execute(first).first() is not None
    else:
        statement = update(SupporterDay).where(
            SupporterDay.supporter_id == key.supporter_id,
            SupporterDay.day == key.day,
            SupporterDay.version == page.version,
        )
        moved = statement.values(version=page.version + 1, **values)
        taken = touched(session, moved) == 1
    if not taken:
        raise OutdatedError(f"supporter {key.supporter_id}, {key.day}")


def _expire_lapsed(tx: Transaction, page: Page, mine: frozenset[int]) -> None:
    """Mark holds as expired that nobody confirmed in time; a constraint cannot know the time."""
    for visit_id, revision in page.lapsed:
        if visit_id in mine:
            continue
        visit = read_visit(tx.session, visit_id)
        expires = visit.hold_expires_at
        if visit.revision != revision or expires is None or expires > tx.now:
            raise OutdatedError(f"visit {visit_id}")
        take_step(tx, visit, expiry(visit.revision))


def expiry(revision: int) -> Step:
    """Return the step of a hold that nobody confirmed in time."""
    return Step(
        kind="expired",
        key=f"expired:{revision}",
        to=VisitState.EXPIRED,
        values={"hold_expires_at": None},
        actor=SYSTEM,
    )


def _shifted(page: Page, after: Timeline | Reason) -> list[Stop]:
    """Return the visits of a page whose planned start is another one now."""
    if not isinstance(after, Timeline) or not isinstance(page.timeline, Timeline):
        return []
    before = {stop.visit_id: stop.start for stop in page.timeline.stops}
    return [stop for stop in after.stops if before.get(stop.visit_id, stop.start) != stop.start]


def _adjust(tx: Transaction, stop: Stop, page: Page) -> None:
    """Move a visit inside the part of the day that was promised."""
    visit = read_visit(tx.session, stop.visit_id)
    if visit.revision != page.revisions[stop.visit_id]:
        raise OutdatedError(f"visit {visit.id}")
    starts_at = moment_of(page.key.day, stop.start)
    step = Step(
        kind="adjusted",
        key=f"adjusted:{visit.revision}",
        values={"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=stop.minutes)},
        payload={"starts_at": moment(starts_at), "before": moment(visit.starts_at)},
    )
    take_step(tx, visit, step)
