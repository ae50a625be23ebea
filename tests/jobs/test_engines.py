"""The same trials for both engines: what is due goes out once, whatever happens meanwhile."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.clock import AdjustableClock, SystemClock
from bot.jobs import runner
from bot.outbox.plan import About, plan
from models.outbox import Reminder
from models.session import Database
from models.states import ReminderState
from tests.databases import PATIENCE
from tests.fakes.loopback import Call, LoopbackServer, Scripted
from tests.fakes.rows import NOW, conversation
from tests.jobs.engine_process import BOOK, MAY, MUST, engine
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
MINUTE = timedelta(minutes=1)
LATER = timedelta(minutes=10)
"""After this every lease is over, and every unclear message that must arrive is due again."""


class Post:
    """The vendor: remembers what it took, in order, and is slow where it is told to be.

    Attributes:
        may_answer: tells of somebody whether the vendor answers now; till then it waits.
    """

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.slow_s = 0.0
        self.may_answer: Callable[[str], bool] = lambda _: True
        self.server = LoopbackServer(self._answer)

    def _answer(self, call: Call) -> Scripted:
        message = json.loads(call.body)
        self.taken.append(message)
        until(lambda: self.may_answer(message["to"]))
        return Scripted(delay_s=self.slow_s)

    def counts(self) -> Counter[str]:
        """Return how often each message arrived, by its mark."""
        return Counter(message["mark"] for message in self.taken)


@dataclass
class Place:
    """An engine, the database it works on, and the vendor it posts to."""

    name: str
    url: str
    post: Post
    clock: AdjustableClock = field(default_factory=AdjustableClock)

    def __post_init__(self) -> None:
        self.database = Database(self.url, PATIENCE)
        self.clock.advance(NOW - SystemClock().now())

    def plan(self, kind: str, people: Sequence[str], due: timedelta = -MINUTE) -> list[str]:
        """Plan a message to each of these people; return the marks."""
        marks = []
        with self.database.transaction() as session:
            for person in people:
                talk = conversation(session, user_key=f"{person}-{time.monotonic_ns()}")
                marks += self._plan(session, kind, talk.id, due)
        return marks

    def plan_for_one(self, person: str, dues: Sequence[timedelta]) -> list[str]:
        """Plan several messages to one person; return the marks in the order of `dues`."""
        with self.database.transaction() as session:
            talk = conversation(session, user_key=person)
            return [m for due in dues for m in self._plan(session, MUST, talk.id, due)]

    def _plan(self, session: Session, kind: str, talk: int, due: timedelta) -> list[str]:
        about = About(
            conversation_id=talk, subject="test", subject_id=talk, anchor=NOW + due, key=str(due)
        )
        assert plan(session, BOOK[kind], about, NOW)
        row = session.scalars(select(Reminder).order_by(Reminder.id.desc()).limit(1)).one()
        return [str(row.public_id)]

    def states(self, *kinds: str) -> Counter[ReminderState]:
        """Return how many messages are in each state, of all kinds or of these."""
        statement = select(Reminder.state).where(Reminder.kind.in_(kinds or (MUST, MAY)))
        with self.database.reading() as session:
            return Counter(session.scalars(statement))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the engine in a thread of this process, with connections of its own."""
        stop, database = threading.Event(), Database(self.url, PATIENCE)
        runs = engine(self.name, database, self.post.server.url, self.clock).run
        thread = threading.Thread(target=runs, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE_S)
            database.dispose()
            assert not thread.is_alive()

    def process(self) -> "subprocess.Popen[str]":
        """Start the engine in a process of its own."""
        offset = (self.clock.now() - SystemClock().now()).total_seconds()
        arguments = [self.name, self.url, self.post.server.url, str(offset)]
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.jobs.engine_process", *arguments],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )


ON_POSTGRES = ["embedded-postgres", "procrastinate-postgres"]
IN_PROCESSES = [
    "embedded-sqlite",
    pytest.param("embedded-postgres", marks=pytest.mark.long),
    "procrastinate-postgres",
]
"""Processes take seconds to start; the usual run takes each engine once."""


@pytest.fixture(params=["embedded-sqlite", *ON_POSTGRES])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(runner, "STANDBY_S", 0.2)
    name, _, kind = request.param.partition("-")
    url: str = request.getfixturevalue(f"{kind}_url")
    found = Place(name, url, Post())
    yield found
    found.post.server.close()
    if name == "procrastinate":
        with found.database.write.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS procrastinate CASCADE"))
    found.database.dispose()


def until(*conditions: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not all(condition() for condition in conditions):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def people(count: int) -> list[str]:
    return [f"person{number}" for number in range(count)]


def test_what_is_due_goes_out_once_though_two_engines_run(place: Place) -> None:
    due = place.plan(MUST, people(30)) + place.plan(MAY, people(10))
    soon = place.plan(MAY, ["soon"], due=timedelta(seconds=2))
    place.plan(MUST, ["tomorrow"], due=timedelta(days=1))
    with place.running(), place.running():
        until(lambda: place.states()[ReminderState.DELIVERED] == 41)
        time.sleep(1.2)
    assert place.post.counts() == dict.fromkeys(due + soon, 1)
    assert place.states() == {ReminderState.DELIVERED: 41, ReminderState.SCHEDULED: 1}


def test_one_person_is_written_to_in_order_and_slowness_holds_up_nobody_else(place: Place) -> None:
    slow = place.plan_for_one("slow", [-3 * MINUTE, -2 * MINUTE, -MINUTE])
    others = place.plan(MUST, people(20), due=timedelta())
    place.post.may_answer = lambda to: (
        to != "slow" or len(place.post.counts().keys() - slow) == len(others)
    )
    with place.running():
        until(lambda: place.states()[ReminderState.DELIVERED] == 23)
    order = [message["mark"] for message in place.post.taken]
    assert [mark for mark in order if mark in slow] == slow
    assert max(map(order.index, others)) < order.index(slow[1])
    assert place.post.counts() == dict.fromkeys(slow + others, 1)


@pytest.mark.parametrize("place", IN_PROCESSES, indirect=True)
def test_killed_in_the_middle_of_sending_it_forgets_nothing(place: Place) -> None:
    place.post.slow_s = 0.2
    must, may = place.plan(MUST, people(30)), place.plan(MAY, people(30))
    with place.process() as process:
        until(lambda: len(place.post.taken) >= 12)
        process.kill()
    place.post.slow_s = 0.0
    in_flight = place.states()[ReminderState.SENDING]
    place.clock.advance(LATER)
    with place.running():
        until(lambda: set(place.states()) <= {ReminderState.DELIVERED, ReminderState.UNKNOWN})
        until(lambda: place.states(MUST) == {ReminderState.DELIVERED: len(must)})
    counts = place.post.counts()
    assert all(counts[mark] >= 1 for mark in must)
    assert all(counts[mark] <= 1 for mark in may)
    assert sum(counts.values()) - len(counts) <= in_flight
    assert place.states()[ReminderState.UNKNOWN] <= in_flight


@pytest.mark.parametrize("place", IN_PROCESSES, indirect=True)
def test_told_to_end_it_finishes_what_is_under_way_and_begins_nothing(place: Place) -> None:
    told, place.post.slow_s = threading.Event(), 1.0
    place.post.may_answer = lambda _: told.is_set()
    place.plan(MUST, people(150))
    with place.process() as process:
        until(lambda: len(place.post.taken) >= 4)
        process.terminate()
        told.set()
        assert process.wait(PATIENCE_S) == 0
    states = place.states()
    assert set(states) == {ReminderState.DELIVERED, ReminderState.SCHEDULED}
    assert states[ReminderState.DELIVERED] == len(place.post.taken)
    assert states[ReminderState.SCHEDULED] > 100


@pytest.mark.long
@pytest.mark.parametrize("place", ON_POSTGRES, indirect=True)
def test_a_database_that_goes_away_again_and_again_costs_no_message(place: Place) -> None:
    place.post.slow_s = 0.05
    must, may = place.plan(MUST, people(60)), place.plan(MAY, people(20))
    with place.running():
        until(lambda: len(place.post.taken) >= 5)
        for _ in range(4):
            disconnect_everybody(place.database)
            time.sleep(0.4)
        place.clock.advance(LATER)
        until(lambda: place.states(MUST) == {ReminderState.DELIVERED: len(must)})
    counts = place.post.counts()
    assert all(counts[mark] >= 1 for mark in must)
    assert all(counts[mark] <= 1 for mark in may)


def disconnect_everybody(database: Database) -> None:
    with database.write.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
