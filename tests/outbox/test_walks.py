"""Random lives of messages: crashes, failures, wishes, jumps of the clock, two processes.

Whatever happens, every step that can be seen in the database is a legal one, nothing goes out
at a wrong hour, advertising goes out once at most, and in the end every message has arrived,
is over for a reason, or is in front of an operator.
"""

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import KST
from bot.outbox import by_hand
from bot.outbox.plan import call_off
from bot.outbox.sender import Fate, Message
from models.consent import MessagePreference
from models.errors import ModelError
from models.moves import MOVES
from models.outbox import MessageClass, Reminder
from models.session import Database
from tests.fakes.post import Failure, RecordingSender
from tests.outbox.office import Office

FAILURES: tuple[Failure, ...] = ("not_sent", "refused", "unknown", "drop")
FATES = tuple(Fate)
ENDS = frozenset({"delivered", "accepted", "cancelled", "expired", "suppressed", "unknown", "dead"})


class Killed(BaseException):
    """The process ends here, and no code of its own runs any more."""


class Life:
    """One random life of a few messages."""

    def __init__(self, database: Database, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- a repeatable life
        self.office = Office(database)
        self.second = RecordingSender(self.office.clock, "second")
        self.office.senders = (self.office.post, self.second)
        for sender in (self.office.post, self.second):
            sender.is_final = bool(self.random.getrandbits(1))
            sender.during = self.at_the_vendor
        self.people = [self.office.person() for _ in range(2)]
        for whose in self.people:
            self.office.add(self._agreed(whose))
        self.known: dict[int, str] = {}
        self.sent: list[tuple[datetime, Message]] = []

    def _agreed(self, whose: int) -> MessagePreference:
        return MessagePreference(
            conversation_id=whose,
            message_class="marketing",
            enabled=True,
            changed_at=self.office.now,
            reconfirm_due=self.office.now + timedelta(days=300),
        )

    def at_the_vendor(self, message: Message) -> None:
        """Note when something goes out; sometimes the process dies at this very place."""
        self.sent.append((self.office.now, message))
        if self.random.random() < 0.1:
            raise Killed

    def step(self) -> None:
        """Let something happen."""
        choice = self.random.choice(
            (
                self.plan,
                self.plan,
                self.send,
                self.send,
                self.send,
                self.look,
                self.reap,
                self.fail,
                self.wait,
                self.wait,
                self.jump,
                self.call_off,
                self.operate,
            )
        )
        choice()
        self.check()

    def plan(self) -> None:
        kind = self.random.choice(list(self.office.book))
        self.office.plan(
            kind,
            whose=self.random.choice(self.people),
            due=self.office.now + timedelta(minutes=self.random.randrange(0, 300)),
            subject_id=self.random.randrange(4),
        )

    def send(self) -> None:
        outbox = self.office.outbox(f"process {self.random.randrange(99)}")
        with self.office.database.reading() as session:
            due = session.scalars(select(Reminder.id).where(Reminder.state == "scheduled")).all()
        for number in self.random.sample(due, len(due)):
            try:
                outbox.deliver(number, self.office.now)
            except Killed:
                return

    def look(self) -> None:
        for sender in (self.office.post, self.second):
            sender.fates = [self.random.choice(FATES) for _ in range(3)]
            sender.look_failures = self.random.randrange(2)
        self.office.outbox().look_up(self.office.now)

    def reap(self) -> None:
        self.office.outbox().reap(self.office.now)

    def fail(self) -> None:
        sender = self.random.choice((self.office.post, self.second))
        sender.failures = [self.random.choice(FAILURES) for _ in range(self.random.randrange(7))]

    def wait(self) -> None:
        self.pass_by(timedelta(seconds=self.random.randrange(1, 20_000)))

    def jump(self) -> None:
        hours = self.random.choice((-24, -1, 1, 24))
        self.pass_by(timedelta(hours=hours))

    def pass_by(self, by: timedelta) -> None:
        self.office.now += by
        self.office.clock.advance(by)

    def call_off(self) -> None:
        with self.office.database.transaction() as session:
            subject = self.random.randrange(4)
            call_off(session, "visit", subject, "visit_cancelled", self.office.now)

    def operate(self) -> None:
        if not self.known:
            return
        number = self.random.choice(list(self.known))
        step = self.random.choice((by_hand.retry, by_hand.cancel, by_hand.mark_sent))
        if self.office.row(number).message_class is MessageClass.MARKETING:
            return  # who sends an advertisement by hand again does so knowingly
        try:
            with self.office.database.transaction() as session:
                step(session, number, "staff:kim", self.office.now)
        except ModelError:
            pass

    def check(self) -> None:
        """Compare with what was seen before; several steps may have been made at once."""
        with self.office.database.reading() as session:
            rows = session.scalars(select(Reminder)).all()
        for row in rows:
            before, after = self.known.get(row.id, "scheduled"), row.state.value
            assert after in reachable(before), f"{row.kind}: {before} -> {after}"
            if after in {"claimed", "sending"}:
                assert row.lease_owner is not None
            else:
                assert row.lease_owner is None
            if after not in {"scheduled", "claimed", "sending", "accepted", "delivered"}:
                assert row.reason, f"{after} without a reason"
            self.known[row.id] = after

    def end(self) -> None:
        """Let everything come to its end, with senders that work."""
        for sender in (self.office.post, self.second):
            sender.failures, sender.during, sender.look_failures = [], None, 0
            sender.fates = []
        for _ in range(60):
            self.pass_by(timedelta(hours=4))
            outbox = self.office.outbox()
            outbox.reap(self.office.now)
            outbox.look_up(self.office.now)
            outbox.send_due(self.office.now)
            self.check()


def reachable(state: str) -> set[str]:
    """Return every state that a message may have come to in any number of legal steps."""
    found, fresh = {state}, {state}
    while fresh:
        fresh = {to for source in fresh for to in MOVES["reminder"][source]} - found
        found |= fresh
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_random_life_ends_well(database: Database, seed: int) -> None:
    life = Life(database, seed)
    for _ in range(80):
        life.step()
    life.end()
    assert set(life.known.values()) <= ENDS
    assert life.sent, "a life without any message shows nothing"
    for at, message in life.sent:
        assert_decent(at, message)
    reached = [one.mark for one in (*life.office.post.arrived, *life.second.arrived)]
    for _, message in life.sent:
        if message.message_class is MessageClass.MARKETING:
            assert reached.count(str(message.mark)) <= 1, "an advertisement went out twice"


def assert_decent(at: datetime, message: Message) -> None:
    hour = at.astimezone(KST).hour
    if message.message_class is MessageClass.MARKETING:
        assert 9 <= hour < 20
    elif message.kind != "visit.moved":
        assert 8 <= hour < 21
