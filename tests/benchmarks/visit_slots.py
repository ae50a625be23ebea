"""How long it takes to find times for a wish, with everything read anew and with days kept.

Supporters of one city, five visits on every working day; each request names a market, a day
and a time. CPU time of the calling thread beside the clock, because other processes share the
cores. Run: python -m tests.benchmarks.visit_slots
"""

import gc
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.app import settle
from bot.services.visits import Diary, VisitWish, offers
from bot.services.visits.board import read_office
from bot.services.visits.calendar import moment_of
from bot.services.visits.needs import read_spot
from bot.services.visits.timeline import Shift, Stop, Timeline, fixed
from bot.services.visits.travel import Place, distance_km
from models import crypto, migrations
from models.merchant import Merchant
from models.session import Database
from models.states import VisitState
from models.supporter import SupporterDay
from models.visit import Visit, VisitRequest
from tests.databases import TEST_KEYS
from tests.visits.rows import NOW, SEOUL, add_market, add_supporter

SIZES = ((8, 10), (20, 10), (40, 14))
"""Supporters and working days."""
MARKETS, NEAR, STOPS, REQUESTS = 40, 12, 5, 60
FIRST = date(2026, 11, 25)
TARGET_MS = 15.0


@dataclass(frozen=True)
class Figures:
    """Milliseconds.

    Attributes:
        p50, p95: by the clock.
        cpu_p50, cpu_p95: of the thread.
    """

    p50: float
    p95: float
    cpu_p50: float
    cpu_p95: float

    def __str__(self) -> str:
        return (
            f"p50 {self.p50:5.1f}  p95 {self.p95:5.1f} ms"
            f"   (CPU {self.cpu_p50:5.1f}, {self.cpu_p95:5.1f})"
        )


def workdays(count: int) -> list[date]:
    """Return so many working days from the first one on."""
    days = [FIRST + timedelta(days=n) for n in range(2 * count)]
    return [day for day in days if day.weekday() < 5][:count]


def furnish(database: Database, supporters: int, days: list[date]) -> list[int]:
    """Fill a database and return the ids of its markets."""
    dice = random.Random(7)  # noqa: S311 -- the same town every time
    with database.transaction() as session:
        markets = [
            add_market(
                session,
                f"시장{n}",
                source_key=f"b{n}",
                latitude=round(dice.uniform(37.48, 37.65), 4),
                longitude=round(dice.uniform(126.85, 127.15), 4),
            )
            for n in range(MARKETS)
        ]
        for n in range(supporters):
            home = [round(dice.uniform(37.48, 37.65), 4), round(dice.uniform(126.85, 127.15), 4)]
            add_supporter(session, n + 1, home=home, max_visits=8, areas=((SEOUL, ""),))
        merchant = Merchant(created_at=NOW, updated_at=NOW)
        session.add(merchant)
        session.flush()
        request = VisitRequest(
            merchant_id=merchant.id,
            type_code="channel",
            idempotency_key="bench",
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(request)
        session.flush()
        _book(session, (merchant.id, request.id), days, dice)
    return markets


def _book(session: Session, ids: tuple[int, int], days: list[date], dice: random.Random) -> None:
    office = read_office(session, NOW)
    spots = [read_spot(session, n + 1) for n in range(MARKETS)]
    visits, rows = [], []
    for supporter in office.team:
        near = sorted(
            (spot for spot in spots if spot is not None),
            key=lambda spot: distance_km(supporter.home, spot.place),
        )[:NEAR]
        for day in days:
            shift = supporter.shift(day, office.calendar)
            assert isinstance(shift, Shift)
            timeline = Timeline(shift, [], office.travel)
            for _ in range(40):
                if len(timeline.stops) >= STOPS:
                    break
                timeline = _added(timeline, dice.choice(near).place, dice)
            visits += [_row(ids, supporter.id, day, stop) for stop in timeline.stops]
            rows.append(
                {
                    "supporter_id": supporter.id,
                    "day": day,
                    "version": 1,
                    "visit_count": len(timeline.stops),
                    "travel_min": timeline.on_the_way,
                }
            )
    session.execute(insert(Visit), visits)
    session.execute(insert(SupporterDay), rows)


def _added(timeline: Timeline, place: Place, dice: random.Random) -> Timeline:
    for room in timeline.room(place, 40):
        first, last = dice.choice(room.starts)
        start = -(-first // 10) * 10
        if start <= last:
            return timeline.taking(fixed(0, start, 40, place), room.position) or timeline
    return timeline


def _row(ids: tuple[int, int], supporter_id: int, day: date, stop: Stop) -> dict[str, object]:
    starts = moment_of(day, stop.start)
    return {
        "request_id": ids[1],
        "merchant_id": ids[0],
        "supporter_id": supporter_id,
        "market_id": stop.place.market_id,
        "type_code": f"t{supporter_id}-{day}-{stop.start}",
        "day": day,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=stop.minutes),
        "promise_from": starts,
        "promise_to": starts,
        "latitude": stop.place.latitude,
        "longitude": stop.place.longitude,
        "state": VisitState.CONFIRMED,
        "created_at": NOW,
        "updated_at": NOW,
    }


def wishes(markets: list[int], days: list[date]) -> list[VisitWish]:
    """Return what people ask for: a day and a time, anywhere in the town."""
    dice = random.Random(11)  # noqa: S311 -- the same wishes every time
    return [
        VisitWish(
            market_id=dice.choice(markets),
            topics=("channel",),
            day=days[0],
            until=days[-1],
            start=dice.randrange(18, 34) * 30,
        )
        for _ in range(REQUESTS)
    ]


def measured(ask: Callable[[VisitWish], object], asked: list[VisitWish]) -> Figures:
    """Ask for every wish and return what it took."""
    clock, cpu = [], []
    for wish in asked:
        started, worked = time.perf_counter(), time.thread_time()
        ask(wish)
        clock.append((time.perf_counter() - started) * 1000)
        cpu.append((time.thread_time() - worked) * 1000)
    return Figures(median(clock), _p95(clock), median(cpu), _p95(cpu))


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def one(database: Database, supporters: int, count: int) -> dict[str, Figures]:
    """Measure one size: everything read anew, only the days read anew, all kept."""
    days = workdays(count)
    asked = wishes(furnish(database, supporters, days), days)
    now: datetime = NOW

    def anew(wish: VisitWish) -> object:
        with database.reading() as session:
            return offers(session, wish, now)

    diary = Diary()

    def kept(wish: VisitWish) -> object:
        with database.reading() as session:
            return offers(session, wish, now, diary)

    def days_anew(wish: VisitWish) -> object:
        diary.forget_days()
        return kept(wish)

    anew(asked[0])  # statements are compiled once a process
    named = [replace(wish, day=days[n % count], until=None) for n, wish in enumerate(asked)]
    return {
        "all anew": measured(anew, asked),
        "days anew": measured(days_anew, asked),
        "kept": measured(kept, asked),
        "one day named, all anew": measured(anew, named),
        "one day named, kept": measured(kept, named),
    }


def report(databases: dict[str, Callable[[], Database]]) -> dict[str, Figures]:
    """Measure every size on fresh databases and print; garbage is collected as in a server."""
    usual = gc.get_threshold()
    settle(NOW)
    try:
        return _report(databases)
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)


def _report(databases: dict[str, Callable[[], Database]]) -> dict[str, Figures]:
    figures = {}
    print("\ntimes for a wish, supporters x days, five visits a day")
    for name, fresh in databases.items():
        for supporters, count in SIZES:
            database = fresh()
            for how, each in one(database, supporters, count).items():
                print(f"  {name:<11}{f'{supporters} x {count}':>8}  {how:<24}{each}")
                figures[f"{name} {supporters} x {count} {how}"] = each
            database.dispose()
    print(f"  aim: p95 < {TARGET_MS:.0f} ms with days read anew, 20 x 10")
    return figures


def fresh_sqlite() -> Database:
    """Return a new, migrated SQLite file."""
    url = f"sqlite:///{Path(tempfile.mkdtemp()) / 'bench.db'}"
    migrations.upgrade(url)
    return Database(url)


if __name__ == "__main__":
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    report({"sqlite": fresh_sqlite})
