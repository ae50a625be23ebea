"""Puts due messages into the queue of Procrastinate; workers deliver them.

A waiting job is the mark that a message is queued: nothing is written to the message itself,
so it can be called off until the moment somebody takes it. The queue holds what is due and
what the senders would take now, not what is planned: jobs of the future would be walked past
by every look for work, and a message that waits for its sender costs nothing in our table.
"""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from procrastinate import jobs
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from models.session import Database

TASK: Final = "deliver"
QUEUE: Final = "outbox"
BATCH = 1_000
"""Messages queued in one transaction: 0.3 s, well below the limit of a statement."""
MOST_WAITING = 1_000
"""Messages in the queue at once, however fast the senders: some seconds' work of many workers."""
BULK = 500
"""So many new rows, and the database counts its tables again: it would guess wrong by far."""
SOON_S = 1.0
"""A sender that takes the next message within so many seconds is waited for."""
PAUSE_S = 0.5
"""How long workers and senders are left alone before the queue is filled up again."""
Room = Callable[[datetime], tuple[int, Collection[str], float]]
"""How many messages the senders would take at a moment, which kinds are stopped, and the
seconds until the senders take the next one."""

BESIDE: Final = text(
    "SELECT set_config('search_path', current_setting('search_path') || ', procrastinate', true)"
)
"""Lets a transaction of ours reach the engine's tables, whose triggers name no schema."""
_WAITING = text(
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = :q"
)
_DUE = text(
    """
    SELECT id, conversation_id, supporter_id FROM reminder
    WHERE state = 'scheduled' AND next_attempt_at <= :now AND kind <> ALL(:stopped)
    AND id NOT IN (
        SELECT (args->>'reminder_id')::bigint FROM procrastinate_jobs
        WHERE status IN ('todo', 'doing') AND queue_name = :queue
    )
    ORDER BY next_attempt_at, id
    LIMIT :room
    """
)


@dataclass(frozen=True, slots=True)
class Feeder:
    """Fills the queue. Several processes may do so at once.

    Attributes:
        room: what the senders would take.
        lasts: how long one run goes on while there is more than they take at once.
        stop: ends a run.
    """

    database: Database
    room: Room
    lasts: timedelta
    stop: threading.Event

    def __call__(self, now: datetime) -> int:
        """Queue what is due and not queued yet; return how many."""
        began, total = time.monotonic(), 0
        while True:
            passed = timedelta(seconds=time.monotonic() - began)
            count, is_full = self._fill_up(now + passed)
            total += count
            if not is_full or passed >= self.lasts or self.stop.wait(PAUSE_S):
                return total

    def _fill_up(self, now: datetime) -> tuple[int, bool]:
        """Queue as much as there is room for; return how much, and whether that was the limit."""
        room, stopped, wait = self.room(now)
        if room <= 0:
            return 0, wait <= SOON_S
        try:
            with self.database.transaction() as session:
                session.execute(BESIDE)
                waiting = session.execute(_WAITING, {"q": QUEUE}).scalar_one()
                limit = min(BATCH, min(room, MOST_WAITING) - waiting)
                due = _due(session, now, stopped, limit) if limit > 0 else ()
                _defer(session, due)
        except AlreadyEnqueued:
            return 0, False  # another process was quicker; what is left comes with the next beat
        if len(due) >= BULK:
            self._count_again()
        return len(due), len(due) >= limit

    def _count_again(self) -> None:
        with self.database.reading() as session:
            session.execute(text("ANALYZE procrastinate.procrastinate_jobs"))


def _due(
    session: Session, now: datetime, stopped: Collection[str], limit: int
) -> Sequence[Row[Any]]:
    values = {"now": now, "stopped": sorted(stopped), "queue": QUEUE, "room": limit}
    return session.execute(_DUE, values).all()


def _defer(session: Session, due: Sequence[Row[Any]]) -> None:
    if not due:
        return
    # The library's own way in, on the connection of our transaction.
    manager = JobManager(SyncPsycopgConnector())
    raw = session.connection().connection.driver_connection
    manager.batch_defer_jobs([_job(row) for row in due], connection=raw)


def _job(row: Row[Any]) -> jobs.Job:
    """Return the job of one message; it names rows of ours, never a person's data."""
    message = f"reminder:{row.id}"
    return jobs.Job(
        queue=QUEUE,
        task_name=TASK,
        task_kwargs={"reminder_id": row.id},
        lock=_whose(row) or message,
        queueing_lock=message,
    )


def _whose(row: Row[Any]) -> str | None:
    """Return the lock of a person: messages go one after the other, as they were due."""
    if row.conversation_id is not None:
        return f"conversation:{row.conversation_id}"
    return None if row.supporter_id is None else f"supporter:{row.supporter_id}"
