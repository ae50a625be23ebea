"""What the engines of jobs cost and how late they are, on one PostgreSQL.

The vendor of these measurements takes everything at once, so the figures are those of the
engine and the outbox. The server of the tests does not wait for its disk.
"""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.clock import AdjustableClock, SystemClock
from bot.jobs.deliveries import Feeder
from bot.jobs.engine import Given, engine_of, prepare
from bot.jobs.schedule import Job
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from models.session import Database
from tests.fakes.rows import NOW, conversation
from tests.jobs.engine_process import BOOK, MUST

PEOPLE = 500
MANY = 100_000
TICK = timedelta(seconds=5)
"""The beat of `send_due` in the schedule."""
UNBOUND = Rate(per_second=1e6, burst=1e6)
FILL = text(
    """
    INSERT INTO reminder (public_id, kind, message_class, conversation_id, subject, subject_id,
        subject_version, dedup_key, params, due_at, not_before, expires_at, state,
        next_attempt_at, attempts, refused_by, looks, created_at, updated_at)
    SELECT gen_random_uuid(), :kind, 'transactional', :first + n % :people, 'bench', n, 0,
        :key || n, '{}', due, due, due + interval '1 day', 'scheduled', due, 0, '[]', 0, :now, :now
    FROM (
        SELECT n, cast(:start AS timestamptz) + n * make_interval(secs => :gap) AS due
        FROM generate_series(1, :count) AS n
    ) AS plan
    """
)


@dataclass
class Nowhere:
    """Takes every message at once and remembers when."""

    name: str = "nowhere"
    rate: Rate = UNBOUND
    looks_after: tuple[timedelta, ...] = ()
    taken: dict[UUID, float] = field(default_factory=dict)

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        return None

    def send(self, to: Recipient, message: Message) -> Taken:
        self.taken[message.mark] = time.monotonic()
        return Taken(ref="taken", is_final=True)

    def look(self, question: Question) -> Report:
        return Report(Fate.CANNOT_TELL)


def fill(session: Session, count: int, start: datetime, gap_s: float = 0.0) -> None:
    """Plan so many messages to `PEOPLE` persons, one every `gap_s`, the first at `start`."""
    first = min(conversation(session).id for _ in range(PEOPLE))
    values = {"kind": MUST, "people": PEOPLE, "first": first, "now": NOW, "count": count}
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(FILL, values | {"start": start, "gap": gap_s, "key": f"bench:{first}:"})
    session.execute(text("ANALYZE reminder"))


@contextmanager
def working(name: str, url: str, clock: AdjustableClock, sender: Nowhere) -> Iterator[None]:
    """Run an engine in a thread, at the beat of the schedule."""
    database, stop = Database(url), threading.Event()
    outbox = Outbox(database, BOOK, (sender,), f"{name}-{id(sender)}")
    jobs = (Job("send_due", TICK, outbox.send_due),)
    given = Given(jobs=jobs, outbox=outbox, clock=clock, database=database)
    thread = threading.Thread(target=engine_of(name, given).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        database.dispose()


def noon() -> AdjustableClock:
    """Return a clock that goes, at noon in Korea now."""
    clock = AdjustableClock()
    clock.advance(NOW - SystemClock().now())
    return clock


def drained(name: str, url: str, seconds: float = 20.0) -> tuple[float, float]:
    """Return messages a second while 100,000 are due, and ms of our processor for each."""
    database, sender = Database(url), Nowhere()
    with database.transaction() as session:
        fill(session, MANY, NOW - timedelta(minutes=10))
    with working(name, url, noon(), sender):
        until = time.monotonic() + 60
        while len(sender.taken) < PEOPLE // 5 and time.monotonic() < until:
            time.sleep(0.05)
        count, began, cpu = len(sender.taken), time.monotonic(), time.process_time()
        time.sleep(seconds)
        done = len(sender.taken) - count
        rate = done / (time.monotonic() - began)
        cost = (time.process_time() - cpu) / done * 1000
    assert len(set(sender.taken)) == len(sender.taken)
    database.dispose()
    return rate, cost


def lags(name: str, url: str, count: int = 200, over_s: float = 40.0) -> tuple[float, float]:
    """Return by how many seconds messages come late: the median and the 99th of a hundred."""
    database, sender, clock = Database(url), Nowhere(), noon()
    with working(name, url, clock, sender):
        time.sleep(6)
        began, start = time.monotonic(), clock.now() + timedelta(seconds=1)
        with database.transaction() as session:
            fill(session, count, start, over_s / count)
        until = began + over_s + 60
        while len(sender.taken) < count and time.monotonic() < until:
            time.sleep(0.1)
    with database.reading() as session:
        found = session.execute(text("SELECT public_id, due_at FROM reminder")).all()
    offset = (start - timedelta(seconds=1)).timestamp()
    late = sorted(
        sender.taken[row.public_id] - began - (row.due_at.timestamp() - offset) for row in found
    )
    database.dispose()
    return statistics.median(late), late[int(len(late) * 0.99)]


def feeding(url: str, future: int, runs: int = 20) -> tuple[float, float]:
    """Return ms for a look that finds nothing, and for one that queues a hundred."""
    database = Database(url)
    prepare("procrastinate", database)

    def room(_: datetime) -> tuple[int, frozenset[str], float]:
        return 1000, frozenset(), 0.0

    feed = Feeder(database, room, timedelta(), threading.Event())
    if future:
        with database.transaction() as session:
            fill(session, future, NOW + timedelta(days=1))
    idle = [_timed(feed, NOW) for _ in range(runs)]
    full = []
    for number in range(runs):
        with database.transaction() as session:
            fill(session, 100, NOW - timedelta(minutes=1, seconds=number))
        full.append(_timed(feed, NOW))
        with database.write.begin() as connection:
            connection.execute(text("SET LOCAL search_path = procrastinate, public"))
            connection.execute(text("DELETE FROM procrastinate_jobs"))
            connection.execute(
                text("DELETE FROM reminder WHERE next_attempt_at <= :now"), {"now": NOW}
            )
    database.dispose()
    return statistics.median(idle), statistics.median(full)


def _timed(feed: Feeder, now: datetime) -> float:
    began = time.perf_counter()
    feed(now)
    return (time.perf_counter() - began) * 1000
