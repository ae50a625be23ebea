"""Many people book at once: what they try, and what is looked at afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select

from bot.errors import ConflictError
from bot.services.visits import (
    Offer,
    SlotTakenError,
    VisitRuleError,
    cancel,
    change,
    confirm,
    hold,
    reassign,
    release,
)
from bot.services.visits.calendar import day_of, minute_of
from bot.services.visits.timeline import Shift, Stop
from bot.services.visits.travel import Place, Travel
from models.session import Database
from models.supporter import SupporterDay
from models.visit import OCCUPYING, Visit
from tests.databases import PATIENCE
from tests.visits.checker import Judge
from tests.visits.rows import (
    OFFICE,
    PLACES,
    TUESDAY,
    Stall,
    Town,
    add_market,
    add_stall,
    add_supporter,
)

PATIENCE_S = 120.0
PROCESSES = 5
SHIFT = Shift(Place(*OFFICE), ((540, 720), (780, 1080)), 8, 480)
DAYS = (TUESDAY, TUESDAY + timedelta(days=1))


def crowd(database: Database, supporters: int, stalls: int) -> Town:
    """Furnish a database with many merchants."""
    made = Town(database)
    with database.transaction() as session:
        for name in PLACES:
            made.markets[name] = add_market(session, name)
        made.supporters = [
            add_supporter(session, n + 1, max_visits=8, max_travel_min=480)
            for n in range(supporters)
        ]
        ids = list(made.markets.values())
        made.stalls = [add_stall(session, ids[n % len(ids)], n + 1) for n in range(stalls)]
    return made


@dataclass
class Storm:
    """Threads that try to book, and change their minds.

    Attributes:
        place: the furnished database.
        days: how many days they want.
        minds: share of attempts that go on with a change, a cancellation, another supporter.
        doors: the same database, once for each process that is played; a process has few
            connections. SQLite lets one write at a time anyway.
    """

    place: Town
    days: int = 1
    minds: float = 0.0
    seed: int = 1
    outcomes: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    doors: list[Database] = field(default_factory=list)

    def __post_init__(self) -> None:
        here = self.place.database
        url = here.url.render_as_string(hide_password=False)
        self.doors = (
            [here] if here.is_sqlite else [Database(url, PATIENCE) for _ in range(PROCESSES)]
        )

    def close(self) -> None:
        """Hang up."""
        for door in self.doors:
            door.dispose()

    def rage(self, threads: int, attempts: int) -> None:
        """Run; every exception that is no ordinary answer is raised."""
        gate = threading.Barrier(threads)
        failures: list[BaseException] = []
        shares = [range(n, attempts, threads) for n in range(threads)]

        def work(share: range) -> None:
            dice = random.Random(self.seed * 1000 + share.start)  # noqa: S311 -- repeatable
            gate.wait()
            try:
                for number in share:
                    self._attempt(number, dice)
            except BaseException as error:
                failures.append(error)
                raise

        running = [threading.Thread(target=work, args=(share,)) for share in shares]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        if failures:
            raise failures[0]

    def _attempt(self, number: int, dice: random.Random) -> None:
        stall = self.place.stalls[number % len(self.place.stalls)]
        visit_id: list[int] = []
        self._try(lambda: visit_id.append(self._hold(stall, number, dice)))
        if not visit_id:
            return
        self._try(lambda: self._confirm(stall, number, visit_id[0]))
        if dice.random() < self.minds:
            self._try(lambda: self._change_mind(stall, number, visit_id[0], dice))

    def _try(self, step: Callable[[], object]) -> None:
        started = time.perf_counter()
        try:
            step()
            self.outcomes["done"] += 1
        except SlotTakenError:
            self.outcomes["taken"] += 1
        except VisitRuleError as error:
            self.outcomes[error.code] += 1
        except ConflictError as error:
            self.outcomes["conflict:" + error.code] += 1
        self.waits.append(time.perf_counter() - started)

    def _door(self, number: int) -> Database:
        return self.doors[number % len(self.doors)]

    def _hold(self, stall: Stall, number: int, dice: random.Random) -> int:
        offer = self._offer(stall, dice)
        with self._door(number).transaction(PATIENCE_S) as session:
            return hold(stall.turn(session, f"h{number}"), offer)

    def _confirm(self, stall: Stall, number: int, visit_id: int) -> None:
        with self._door(number).transaction(PATIENCE_S) as session:
            confirm(stall.turn(session, f"c{number}"), visit_id)

    def _change_mind(self, stall: Stall, number: int, visit_id: int, dice: random.Random) -> None:
        step = dice.choice(("cancel", "change", "reassign", "release"))
        with self._door(number).transaction(PATIENCE_S) as session:
            tx = stall.turn(session, f"m{number}")
            match step:
                case "cancel":
                    cancel(tx, visit_id)
                case "release":
                    release(tx, visit_id)
                case "change":
                    change(tx, visit_id, self._offer(stall, dice))
                case _:
                    office = self.place.office(session, f"r{number}")
                    reassign(office, visit_id, dice.choice(self.place.supporters))

    def _offer(self, stall: Stall, dice: random.Random) -> Offer:
        supporter = dice.choice(self.place.supporters)
        day = DAYS[dice.randrange(self.days)]
        start = dice.randrange(18, 35) * 30
        return Offer.named(supporter, day, start, 60, stall.wish(supporter_id=supporter))

    def __str__(self) -> str:
        ordered = sorted(self.waits)
        p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        return f"{dict(self.outcomes)}, p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"


def faults(database: Database, supporters: Collection[int]) -> list[str]:
    """Return what is wrong with the days: overlaps, ways that are too long, wrong counts."""
    judge = Judge(SHIFT, Travel())
    found: list[str] = []
    with database.reading() as session:
        rows = session.scalars(
            select(Visit)
            .where(Visit.state.in_(OCCUPYING), Visit.supporter_id.in_(supporters))
            .order_by(Visit.starts_at)
        ).all()
        counts = {
            (row.supporter_id, row.day): row.visit_count
            for row in session.scalars(
                select(SupporterDay).where(SupporterDay.supporter_id.in_(supporters))
            )
        }
    days: dict[tuple[int, object], list[Stop]] = {}
    for row in rows:
        assert day_of(row.starts_at) == row.day
        days.setdefault((row.supporter_id, row.day), []).append(_stop(row))
    for key, stops in days.items():
        for one, other in pairwise(stops):
            if other.start < one.end:
                found.append(f"{key}: {one} and {other} overlap")
        if not judge.planned(stops) or not judge.limits(stops):
            found.append(f"{key} cannot be kept: {stops}")
    for key, count in counts.items():
        if count != len(days.get(key, [])):
            found.append(f"{key}: {count} counted, {len(days.get(key, []))} there")
    return found


def _stop(row: Visit) -> Stop:
    start = minute_of(row.starts_at)
    return Stop(
        row.id,
        start,
        (row.ends_at - row.starts_at) // timedelta(minutes=1),
        minute_of(row.promise_from),
        minute_of(row.promise_to),
        Place(row.latitude, row.longitude, row.market_id),
    )
