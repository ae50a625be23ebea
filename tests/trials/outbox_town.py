"""A town for trials of the outbox: vendors with a book, people, and processes that die."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.clock import KST, SystemClock
from bot.outbox.plan import About, plan
from bot.outbox.senders.alimtalk import registrations
from models.consent import MessagePreference
from models.conversation import Friend
from models.outbox import MessageClass, Reminder
from models.session import Database
from models.states import ReminderState
from tests.databases import PATIENCE
from tests.fakes.approved import approved
from tests.fakes.faults import DROPPED, through
from tests.fakes.kakao_event import FakeKakaoEvent
from tests.fakes.loopback import Call, LoopbackServer, Scripted
from tests.fakes.nhn import FakeNhn
from tests.fakes.solapi import FakeSolapi
from tests.outbox.office import NOON, TEXTS, World, books
from tests.patience import PATIENCE_S
from tests.storage.rows import add_conversation, add_merchant
from tests.trials.outbox_process import EVENT, SOLAPI_IDS, FileClock

ROOT = Path(__file__).parents[2]
STEP = timedelta(minutes=7)
"""Every lease is over then, and whatever is unclear may be looked up or tried again."""
MOST_STEPS = 200
STILL_S = 20.0
"""Nothing moves any more, though somebody who lives has something to do: he cannot."""
EVENING, MORNING = 19, 9
MUST, NUDGE, OFFER = "visit.day_before", "form.unfinished", "offer"
IN_HAND = (ReminderState.CLAIMED, ReminderState.SENDING)
FLYING = (ReminderState.ACCEPTED, ReminderState.UNKNOWN)


class Market:
    """All vendors on one port; slow, and now and then they take nothing and hang up.

    Args:
        seed: for their moods.
        slow_s: the longest time that an answer takes.
        deaf: the share of calls that come to nothing.
    """

    def __init__(self, seed: int, slow_s: float, deaf: float) -> None:
        known = approved(registrations(TEXTS))
        by_code = {one.kind: known[one.code] for one in registrations(TEXTS)}
        self.event = FakeKakaoEvent()
        self.solapi = FakeSolapi({SOLAPI_IDS[kind]: each for kind, each in by_code.items()})
        self.nhn = FakeNhn(known)
        self.slow_s, self.deaf = slow_s, deaf
        self._dice = random.Random(seed)  # noqa: S311 -- moods, not secrets
        self._lock = threading.Lock()
        self.server = LoopbackServer(self._answer)

    def _answer(self, call: Call) -> Scripted:
        vendors = {"messages": self.solapi.answer, "alimtalk": self.nhn.answer}
        vendor = vendors.get(call.path.split("/")[1], self.event.answer)
        with self._lock:
            deaf = call.method == "POST" and self._dice.random() < self.deaf
            slow_s = self._dice.uniform(self.slow_s / 4, self.slow_s)
            faults = [DROPPED] if deaf else []
            answer = through(faults, lambda: vendor(call))
        return replace(answer, delay_s=slow_s) if call.method == "POST" else answer

    @property
    def sendings(self) -> int:
        """Return how many calls to send came in, taken or not."""
        return sum(call.method == "POST" for call in self.server.calls)

    def book(self) -> Counter[str]:
        """Return how often each message was taken, by its mark."""
        every = (*self.event.arrived, *self.solapi.arrived, *self.nhn.arrived)
        return Counter(arrival.mark for arrival in every)


@dataclass
class Town:
    """Vendors, people and their messages, and processes that send."""

    url: str
    folder: Path
    engine: str = "embedded"
    seed: int = 1
    slow_s: float = 0.25
    deaf: float = 0.1
    through: str = ""
    killed: set[int] = field(default_factory=set)
    running: set[int] = field(default_factory=set)
    planned: int = 0

    def __post_init__(self) -> None:
        self.database = Database(self.url, PATIENCE)
        self.market = Market(self.seed, self.slow_s, self.deaf)
        self.dice = random.Random(self.seed)  # noqa: S311 -- moments, not secrets
        self._file = self.folder / "clock"
        self._offset = NOON - SystemClock().now()
        self.advance(timedelta())
        self.clock = FileClock(self._file)
        self._log = (self.folder / "processes.log").open("wb")
        self._mother = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.trials.outbox_process"),
                *(self.through or self.url, self.market.server.url, str(self._file)),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def close(self) -> None:
        """End everything."""
        self._mother.communicate(timeout=PATIENCE_S)
        self._log.close()
        self.market.server.close()
        self.database.dispose()

    @property
    def log(self) -> str:
        """What the processes wrote."""
        return (self.folder / "processes.log").read_text(encoding="utf-8")

    def start(self) -> int:
        """Begin a process that sends; return its number."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(f"{self.engine}\n")
        self._mother.stdin.flush()
        pid = int(self._mother.stdout.readline())
        self.running.add(pid)
        return pid

    def kill(self, pid: int, number: signal.Signals = signal.SIGKILL) -> None:
        """End a process at once (or as `number` does) and wait until it is gone."""
        os.kill(pid, number)
        until(lambda: not Path(f"/proc/{pid}").exists(), "it does not end")
        self.running.discard(pid)
        if number is signal.SIGKILL:
            self.killed.add(pid)

    def advance(self, by: timedelta = STEP) -> None:
        """Move the clock of all processes."""
        self._offset += by
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(self._offset.total_seconds()))
        fresh.rename(self._file)

    def go_on(self) -> None:
        """Move the clock to where all that was in dead hands is free; never into the night."""
        self.advance()
        local = self.clock.now().astimezone(KST)
        if local.hour >= EVENING:
            tomorrow = local.replace(hour=MORNING, minute=30) + timedelta(days=1)
            self.advance(tomorrow - local)

    def plan(self, count: int) -> None:
        """Plan messages that are due, each to somebody else."""
        now = self.clock.now()
        with self.database.transaction() as session:
            for _ in range(count):
                self._plan(session, now)

    def _plan(self, session: Session, now: datetime) -> None:
        self.planned += 1
        number = self.planned
        phone = f"010{number // 9:07d}{number % 9}"
        kinds = (MUST, NUDGE, OFFER) if phone[-1] in EVENT else (MUST, MUST, NUDGE)
        merchant = add_merchant(session, phone=phone)
        person = add_conversation(
            session,
            f"user-{number}",
            bot_id="b" * 24,
            friend=Friend.FRIEND,
            merchant_id=merchant.id,
        )
        kind = kinds[number // 9 % 3]
        if kind == OFFER:
            session.add(_consent(person.id, now))
        about = About(conversation_id=person.id, subject="trial", subject_id=number, anchor=now)
        assert plan(session, books(World())[kind], about, now)

    def due(self) -> int:
        """Return how many messages wait and are due."""
        return self._count(
            and_(
                Reminder.state == ReminderState.SCHEDULED,
                Reminder.next_attempt_at <= self.clock.now(),
            )
        )

    def in_hand(self) -> int:
        """Return how many messages are in the hands of processes that live."""
        with self.database.reading() as session:
            held = select(Reminder.lease_owner).where(Reminder.state.in_(IN_HAND))
            owners = [owner for owner in session.scalars(held) if owner]
        return sum(not pids([owner]).isdisjoint(self.running) for owner in owners)

    def open(self) -> int:
        """Return of how many messages more is to be heard."""
        waits = Reminder.state.in_((*IN_HAND, ReminderState.SCHEDULED))
        return self._count(
            or_(waits, and_(Reminder.state.in_(FLYING), Reminder.look_at.is_not(None)))
        )

    def is_quiet(self) -> bool:
        """Tell whether nothing is to be done at this moment."""
        looks = and_(Reminder.state.in_(FLYING), Reminder.look_at <= self.clock.now())
        return self.due() == self.in_hand() == self._count(looks) == 0

    def pass_time(self) -> None:
        """Let time pass until there is nothing to do any more for those who run."""
        steps = 0
        while self.open():
            self._settle()
            self.go_on()
            steps += 1
            assert steps < MOST_STEPS, self.log

    def _settle(self) -> None:
        """Wait until nothing is to be done now; what is in dead hands stays there for now."""
        picture, since = self._picture(), time.monotonic()
        while not self.is_quiet() and time.monotonic() - since < STILL_S:
            time.sleep(0.02)
            if (fresh := self._picture()) != picture:
                picture, since = fresh, time.monotonic()

    def _picture(self) -> list[tuple[int, str]]:
        with self.database.reading() as session:
            rows = session.execute(select(Reminder.id, Reminder.state).order_by(Reminder.id))
            return [(row.id, row.state.value) for row in rows]

    def finish(self, processes: int = 1) -> None:
        """Let processes work, and time pass, until there is nothing to do any more."""
        for _ in range(processes):
            self.start()
        self.pass_time()
        for pid in tuple(self.running):
            self.kill(pid, signal.SIGTERM)

    def _count(self, condition: ColumnElement[bool]) -> int:
        with self.database.reading() as session:
            statement = select(func.count(Reminder.id)).where(condition)
            return session.execute(statement).scalar_one()


def _consent(conversation_id: int, now: datetime) -> MessagePreference:
    return MessagePreference(
        conversation_id=conversation_id,
        message_class=MessageClass.MARKETING.value,
        enabled=True,
        changed_at=now,
        reconfirm_due=now + timedelta(days=700),
    )


def until(condition: Callable[[], object], trouble: str) -> None:
    """Wait for something."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, trouble
        time.sleep(0.01)


@contextmanager
def town(url: str, folder: Path, **values: Any) -> Iterator[Town]:
    """Build a town for a while."""
    built = Town(url, folder, **values)
    try:
        yield built
    finally:
        built.close()


def pids(owners: Sequence[str]) -> set[int]:
    """Return the numbers of processes by the names under which they send."""
    return {int(owner.partition("-")[0]) for owner in owners}
