"""What the outbox costs: claiming, marking, delivering, and a million messages of the future.

PostgreSQL of the tests does not wait for the disk; SQLite does here, as in the process that
sends.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, func, select, text

from bot.clock import AdjustableClock, SystemClock
from bot.jobs import runner
from bot.jobs.schedule import Job
from bot.outbox import claim
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from models.base import UtcDateTime
from models.outbox import Reminder
from models.session import Database
from models.states import ReminderState
from tests.outbox.office import NOON, TEXTS, World, books
from tests.storage.rows import add_conversation
from tests.trials.outbox_process import EverybodyLeads

DAY = timedelta(days=1)
MUST = "visit.day_before"
PEOPLE = 1000
_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) ",
    "postgresql": "WITH n AS (SELECT generate_series(1, :count) AS i) ",
}
_UUID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
_SHIFT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :due, '+' || (i * :gap_s) || ' seconds')",
    "postgresql": "CAST(:due AS timestamptz) + make_interval(secs => i * :gap_s)",
}
_FILL = """
INSERT INTO reminder (public_id, kind, message_class, conversation_id, subject, subject_id,
    subject_version, dedup_key, params, due_at, not_before, expires_at, state, next_attempt_at,
    attempts, refused_by, looks, created_at, updated_at)
{numbers} SELECT {uuid}, :kind, 'transactional', 1 + i % {people}, 'bench', i, 0,
    :mark || i, :nothing, {due}, {due}, :ends, 'scheduled', {due}, 0, :none, 0, :now, :now FROM n
"""


class Instant:
    """A sender that takes everything at once."""

    name: str = "instant"
    rate: Rate = Rate(per_second=1e6, burst=1e6)
    looks_after: tuple[timedelta, ...] = ()

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        return None

    def send(self, to: Recipient, message: Message) -> Taken:
        return Taken(ref="1", is_final=True)

    def look(self, question: Question) -> Report:
        return Report(Fate.CANNOT_TELL)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a database as the process that sends does, with people in it."""
    database = Database(url)
    database.keep_every_commit()
    with database.transaction() as session:
        for number in range(PEOPLE):
            add_conversation(session, f"bench-{number}")
    yield database
    database.dispose()


def fill(database: Database, mark: str, count: int, due: datetime, gap_s: float = 0.0) -> None:
    """Plan many messages with one statement.

    Args:
        database: where.
        mark: tells them from others.
        count: how many.
        due: the first of them.
        gap_s: seconds from one to the next.
    """
    kind = database.url.get_backend_name()
    parts = {"numbers": _NUMBERS[kind], "uuid": _UUID[kind], "due": _SHIFT[kind], "people": PEOPLE}
    moments = [bindparam(name, type_=UtcDateTime()) for name in ("due", "ends", "now")]
    statement = text(_FILL.format(**parts)).bindparams(*moments)
    last = due + timedelta(seconds=gap_s * count)
    values = {"count": count, "mark": mark, "kind": MUST, "nothing": "{}", "none": "[]"}
    times = {"due": due, "ends": last + DAY, "now": NOON, "gap_s": gap_s}
    with database.write.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(statement, {**values, **times})
    with database.write.begin() as connection:
        connection.execute(text("ANALYZE reminder"))


def batches(database: Database, count: int) -> tuple[float, list[float]]:
    """Claim and mark due messages, a batch at a time; two transactions a batch.

    Returns:
        messages a second, and the milliseconds of every claim.
    """
    claims, began, done = [], time.perf_counter(), 0
    for number in range(count // claim.BATCH):
        mark, at = f"bench/{number}", time.perf_counter()
        with database.transaction() as session:
            mine = [one.id for one in claim.claim_due(session, mark, NOON, claim.BATCH)]
        claims.append((time.perf_counter() - at) * 1000)
        with database.transaction() as session:
            done += claim.settle(session, mine, mark, NOON, state=ReminderState.ACCEPTED)
    took = time.perf_counter() - began
    assert done == count
    return count / took, claims


def outbox(database: Database) -> Outbox:
    """Return what sends, with a sender that costs nothing."""
    return Outbox(database, books(World()), (Instant(),), "bench", texts=TEXTS)


def whole_way(database: Database, count: int) -> tuple[float, float]:
    """Send due messages as the ticker does.

    Returns:
        messages a second, and milliseconds of this process's processor for each.
    """
    fill(database, "whole", count, NOON - timedelta(minutes=1))
    sends, done = outbox(database), 0
    began, busy = time.perf_counter(), time.process_time()
    while done < count:
        done += sends.send_due(NOON)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    assert delivered(database) == count
    return count / took, busy * 1000 / count


def delivered(database: Database) -> int:
    """Return how many messages have arrived."""
    statement = select(func.count()).where(Reminder.state == ReminderState.DELIVERED)
    with database.reading() as session:
        return session.execute(statement).scalar_one()


def resident_mb() -> float:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def lags(database: Database, seconds: int, a_second: int) -> list[float]:
    """Let messages fall due while the ticker runs as it comes; return the seconds they waited."""
    clock = AdjustableClock()
    clock.advance(NOON - SystemClock().now())
    start = clock.now() + timedelta(seconds=2)
    fill(database, "lag", seconds * a_second, start, 1 / a_second)
    sends, stop = outbox(database), threading.Event()
    jobs = (
        Job("reap_reminders", timedelta(seconds=30), sends.reap),
        Job("send_due", timedelta(seconds=5), sends.send_due),
        Job("look_up_reminders", timedelta(seconds=10), sends.look_up),
    )
    runs = threading.Thread(target=runner.run, args=(jobs, clock, EverybodyLeads(), stop))
    runs.start()
    until = time.monotonic() + seconds + 30
    while delivered(database) < seconds * a_second and time.monotonic() < until:
        time.sleep(0.2)
    stop.set()
    runs.join()
    with database.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.accepted_at.is_not(None))).all()
        return sorted((row.accepted_at - row.due_at).total_seconds() for row in rows)  # type: ignore[operator]  # not null
