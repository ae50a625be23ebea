"""Sends what is due: claims it, decides, calls the sender, and writes down how it ended.

A message goes out in three steps. In the first transaction it is decided that it goes now,
and that is written down before anything is sent. Then the sender is called; no transaction is
open meanwhile. In the second transaction its answer is written down. Whoever is killed in
between leaves a message in the state `sending`, which may or may not have arrived: it is
looked up, and repeated only where its kind says so.
"""

import itertools
import logging
import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.log import origin
from bot.outbox import breaker, claim, lookup, outcome, reaping
from bot.outbox.away import insist
from bot.outbox.claim import Claimed
from bot.outbox.digest import with_digest
from bot.outbox.gate import TOO_LATE, Gate, Go, Later
from bot.outbox.notice import Book
from bot.outbox.outcome import Ended
from bot.outbox.sender import Sender
from bot.outbox.stop import stops
from bot.outbox.templates import Template, templates
from bot.outbox.watch import WATCH, Moments, Watch
from models.outbox import Outcome, Reminder
from models.session import Database
from models.states import ReminderState

LOG = logging.getLogger(__name__)

WORKERS = 4
"""Calls of senders at once."""
SOON = 1.0
"""A sender that takes the next message within so many seconds is waited for."""
PAUSE = 0.25
"""Seconds to wait for it: long enough for several tokens."""
TROUBLE = timedelta(seconds=30)
"""A message that could not be looked at is left alone so long."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A message that is about to be handed over."""

    id: int
    go: Go


class Outbox:
    """Sends messages. Shared by threads; several on one database share the work.

    Args:
        database: where the messages are; durable, so that what was begun is never forgotten.
        book: every notice.
        senders: who carries, the first choice first.
        owner: names this process in what it has in hand; another process has another name.
        watch: tells the time within a call.
        texts: every template by its kind; None for those of this release.
    """

    def __init__(
        self,
        database: Database,
        book: Book,
        senders: tuple[Sender, ...],
        owner: str,
        watch: Watch = WATCH,
        texts: Mapping[str, Template] | None = None,
    ) -> None:
        self._database = database
        self._book = with_digest(book)
        self._senders = senders
        self._owner = owner
        self._watch = watch
        self._numbers = itertools.count(1)
        self._resting = threading.Event()
        self._gate = Gate(self._book, senders, templates() if texts is None else texts)
        by_name = {sender.name: sender for sender in senders}
        self._look_up = lookup.LookUp(database, by_name, self._book)

    def send_due(self, now: datetime) -> int:
        """Deliver what is due until nothing is, or some seconds have passed; return how many."""
        moments = Moments(now, self._watch)
        total = 0
        with ThreadPoolExecutor(WORKERS) as pool:
            while not self._is_over(moments):
                mark = self._mark()
                batch, late = self._claim(mark, moments.now())
                if not batch and not late and not self._comes_soon(moments.now()):
                    break
                work = [
                    pool.submit(self._deliver_all, ids, mark, moments) for ids in _by_person(batch)
                ]
                total += late + sum(one.result() for one in work)
        return total

    def deliver(self, reminder_id: int, now: datetime) -> ReminderState | None:
        """Deliver one message if it is due and in nobody's hands.

        Returns:
            its state afterwards; None when there is no such message.
        """
        mark = self._mark()
        with self._database.transaction() as session:
            taken = claim.take(session, reminder_id, mark, now)
        if taken:
            self._deliver_all([reminder_id], mark, Moments(now, self._watch))
        return self._state(reminder_id)

    def reap(self, now: datetime) -> int:
        """Take messages out of dead hands; end what is too late. Returns how many."""
        return reaping.reap(self._database, now)

    def look_up(self, now: datetime) -> int:
        """Ask the senders what became of messages; return about how many they were asked."""
        asked = self._look_up.due(now)

        def find_out(one: lookup.Asked) -> None:
            self._look_up.conclude(one, self._look_up.ask(one), now)

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda one: self._guarded(one.id, lambda: find_out(one)), asked))
        return len(asked)

    def next_due(self) -> datetime | None:
        """Return when the next message is due; None when none is planned."""
        with self._database.reading() as session:
            return session.scalars(
                select(Reminder.next_attempt_at)
                .where(claim.WAITING)
                .order_by(Reminder.next_attempt_at)
                .limit(1)
            ).first()

    def room(self, now: datetime) -> tuple[int, frozenset[str], float]:
        """Return how many the senders would take, what is stopped, and the seconds to the next."""
        with self._database.reading() as session:
            stopped = stops(session)
            senders = [sender for sender in self._senders if not stopped.holds(sender.name)]
            number, wait = breaker.room(session, senders, now)
        if stopped.everything:
            return 0, stopped.scopes, math.inf
        return number, stopped.scopes, wait

    def rest(self) -> None:
        """Begin nothing more: the process is about to end. What is not begun is given back."""
        self._resting.set()

    def _claim(self, mark: str, now: datetime) -> tuple[Sequence[Claimed], int]:
        """Take as many messages as the senders will take, and not more than a batch.

        Returns:
            the messages, and how many more were too late and are over.
        """
        number, stopped, _ = self.room(now)
        if number == 0:
            return (), 0
        with self._database.transaction() as session:
            batch = claim.claim_due(session, mark, now, min(claim.BATCH, number), stopped)
            late = [one.id for one in batch if one.expires_at <= now]
            if late:
                expired = ReminderState.EXPIRED
                claim.settle(session, late, mark, now, state=expired, reason=TOO_LATE)
        return [one for one in batch if one.expires_at > now], len(late)

    def _comes_soon(self, now: datetime) -> bool:
        """Wait for a sender that has taken as much as it may, if it is not for long."""
        number, _, wait = self.room(now)
        due = self.next_due()
        if number > 0 or wait > SOON or due is None or due > now:
            return False
        self._watch.pause(PAUSE)
        return True

    def _is_over(self, moments: Moments) -> bool:
        return moments.is_over or self._resting.is_set()

    def _deliver_all(self, ids: Sequence[int], mark: str, moments: Moments) -> int:
        """Deliver the messages of one person; those that come too late are given back."""
        for done, reminder_id in enumerate(ids):
            if self._is_over(moments):
                with self._database.transaction() as session:
                    claim.settle(session, ids[done:], mark, moments.now())
                return done
            if not self._guarded(
                reminder_id, partial(self._deliver, reminder_id, mark, moments.now)
            ):
                self._put_off(reminder_id, mark, moments.now())
        return len(ids)

    def _guarded(self, reminder_id: int, work: Callable[[], None]) -> bool:
        """Do something with one message; False when it failed, and the log says where.

        One message in trouble must not hold up the others. The text of what was raised is
        not logged: it may quote somebody's data.
        """
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- the one broad catch of the outbox
            name = type(error).__name__
            LOG.error("reminder %d: %s at %s", reminder_id, name, origin(error))  # noqa: TRY400 -- see above
            return False
        return True

    def _deliver(self, reminder_id: int, mark: str, moment: Callable[[], datetime]) -> None:
        now = moment()
        with self._database.transaction() as session:
            claim.lock_person(session, reminder_id)
            begun = self._decide(session, reminder_id, mark, now)
        if begun is not None:
            self._hand_over(begun, moment)

    def _decide(
        self, session: Session, reminder_id: int, mark: str, now: datetime
    ) -> _Begun | None:
        row = session.scalars(claim.held(reminder_id, mark)).one_or_none()
        if row is None:
            return None  # merged, called off, or taken back, meanwhile
        verdict = self._gate.judge(session, row, now)
        outcome.decide(session, row, verdict, now, self._owner)
        return _Begun(row.id, verdict) if isinstance(verdict, Go) else None

    def _hand_over(self, begun: _Begun, moment: Callable[[], datetime]) -> None:
        sender, message = begun.go.sender, begun.go.message
        try:
            ended = Ended(Outcome.ACCEPTED, sender.send(begun.go.to, message))
        except (ExternalUnavailableError, ExternalRejectedError) as error:
            ended = outcome.end_of(error)
        insist(lambda: self._write_down(begun, ended, moment()), self._watch, self._resting)

    def _write_down(self, begun: _Begun, ended: Ended, now: datetime) -> None:
        sender = begun.go.sender
        with self._database.transaction() as session:
            row = session.get_one(Reminder, begun.id, with_for_update=True)
            attempt = outcome.attempt_of(session, begun.id, begun.go.message.attempt)
            case = outcome.Call(sender, now)
            outcome.conclude(row, attempt, ended, case)
            well = ended.outcome in (Outcome.ACCEPTED, Outcome.REFUSED)
            breaker.note(session, sender, now, well=well, retry_after_s=ended.retry_after_s)

    def _put_off(self, reminder_id: int, mark: str, now: datetime) -> None:
        """Leave a message alone for a while that could not be looked at.

        One that was being sent stays as it is: the reaper finds it.
        """
        with self._database.transaction() as session:
            row = session.scalars(claim.held(reminder_id, mark)).one_or_none()
            if row is not None:
                outcome.decide(session, row, Later(now + TROUBLE, "trouble"), now, self._owner)

    def _state(self, reminder_id: int) -> ReminderState | None:
        with self._database.reading() as session:
            return session.scalars(
                select(Reminder.state).where(Reminder.id == reminder_id)
            ).one_or_none()

    def _mark(self) -> str:
        return f"{self._owner}/{next(self._numbers)}"


def _by_person(batch: Iterable[Claimed]) -> list[list[int]]:
    """Return the messages of each person in the order in which they were due."""
    people: dict[tuple[int | None, int | None], list[int]] = {}
    for one in batch:
        people.setdefault(one.person, []).append(one.id)
    return list(people.values())
