"""Keeps the tables of Procrastinate in order: jobs of workers that are gone, and old ones.

Every job may run twice, so what a dead worker had in hand is simply put back. None of this
stands behind a lock: a lock that a dead worker holds is what it is here to free.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager


@dataclass(frozen=True, slots=True)
class Pulse:
    """How workers tell that they live.

    Attributes:
        beat_s: how often a worker says so.
        dead_after_s: a worker that was silent for so long is gone.
        looked_at: how often somebody looks for those.
    """

    beat_s: float = 5.0
    dead_after_s: float = 20.0
    looked_at: timedelta = timedelta(seconds=10)


PULSE: Final = Pulse()
LOST_AFTER_MIN: Final = {"outbox": 5, "ticks": 60}
"""Queue -> minutes. A job under way for so long has ended, and its worker, which lives, could
not write that down: the database was away at that moment."""
KEEP_HOURS: Final = 72
"""How long jobs that failed stay, for operators; the others are deleted when they end."""

_LOST = """
SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name,
    attempts, worker_id
FROM procrastinate_jobs AS job
WHERE status = 'doing' AND queue_name = %(queue)s AND NOT EXISTS (
    SELECT 1 FROM procrastinate_events
    WHERE job_id = job.id AND type = 'started'
    AND at > now() - make_interval(mins => %(minutes)s)
)
"""


async def take_back(manager: JobManager, pulse: Pulse) -> int:
    """Put back what nobody works on any more; return how many jobs that were."""
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=pulse.dead_after_s)
    found = {job.id: job for job in stalled}
    for queue, minutes in LOST_AFTER_MIN.items():
        rows = await manager.connector.execute_query_all_async(
            query=_LOST, queue=queue, minutes=minutes
        )
        found |= {row["id"]: Job.from_row(row) for row in rows}
    for job in found.values():
        await _put_back(manager, job)
    return len(found)


async def prune(manager: JobManager) -> None:
    """Delete what ended long ago."""
    await manager.delete_old_jobs(
        nb_hours=KEEP_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


async def _put_back(manager: JobManager, job: Job) -> None:
    try:
        await manager.retry_job(job)
    except UniqueViolation:
        # A later one of its kind is waiting already, and will do.
        await _give_up(manager, job)
    except ConnectorException:
        return  # another worker was quicker


async def _give_up(manager: JobManager, job: Job) -> None:
    try:
        await manager.finish_job(job, Status.FAILED, delete_job=True)
    except ConnectorException:
        return  # another worker was quicker
