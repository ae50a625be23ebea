"""Puts due messages into the queue of Procrastinate; workers deliver them.

A waiting job is the mark that a message is queued: nothing is written to the message itself,
so it can be called off until the moment somebody takes it. The queue holds what is due, not
what is planned, and only so much of it: jobs of the future would be walked past by every
look for work, and a long queue is no faster than a short one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from procrastinate import jobs
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from bot.outbox.stop import stops
from models.session import Database

TASK: Final = "deliver"
QUEUE: Final = "outbox"
MOST_WAITING = 5_000
"""Messages in the queue at once; several workers need some seconds for them."""
BATCH = 1_000
"""Messages queued in one transaction: 0.3 s, well below the limit of a statement."""
BULK = 500
"""So many new rows, and the database counts its tables again: it would guess wrong by far."""

_BESIDE = text(
    "SELECT set_config('search_path', current_setting('search_path') || ', procrastinate', true)"
)
_WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = :q")
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


def queue_due(database: Database, now: datetime) -> int:
    """Queue what is due and not queued yet; return how many.

    Several processes may do so at once: the second to queue a message finds it queued.
    """
    queued = 0
    while fresh := _queue_some(database, now):
        queued += fresh
        if fresh < BATCH:
            break
    if queued >= BULK:
        with database.reading() as session:
            session.execute(text("ANALYZE procrastinate.procrastinate_jobs"))
    return queued


def _queue_some(database: Database, now: datetime) -> int:
    try:
        with database.transaction() as session:
            due = _due(session, now)
            _defer(session, due)
    except AlreadyEnqueued:
        return 0  # another process was quicker; what is left comes with the next beat
    return len(due)


def _due(session: Session, now: datetime) -> Sequence[Row[Any]]:
    stopped = stops(session)
    session.execute(_BESIDE)
    waiting = session.execute(_WAITING, {"q": QUEUE}).scalar_one()
    room = min(BATCH, MOST_WAITING - waiting)
    if stopped.everything or room <= 0:
        return []
    values = {"now": now, "stopped": sorted(stopped.scopes), "queue": QUEUE, "room": room}
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
