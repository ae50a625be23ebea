"""Runs the jobs: as a process that never ends, or once.

APScheduler is the ticker and nothing else: its jobs live in memory, it remembers nothing,
and what is due is always read from the database. This file holds the job room's one broad
catch: a job that fails must not stop the others, and runs again at its next time.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock, SystemClock
from bot.jobs.leader import Leader
from bot.jobs.schedule import Job
from bot.log import origin

LOG = logging.getLogger(__name__)

STANDBY_S = 5.0
"""How often a second runner looks whether the first is gone, and the first whether it is it."""
THREADS = 4


def run(
    jobs: Iterable[Job],
    clock: Clock,
    leader: Leader,
    stop: threading.Event | None = None,
    hurry: Callable[[], None] | None = None,
) -> None:
    """Run the jobs until `stop` is set, or until SIGTERM or SIGINT in the main thread.

    Args:
        jobs: what to run.
        clock: tells the jobs the time; the rhythm is the machine's.
        leader: only its holder works, everybody else stands by.
        stop: ends the run after the jobs under way.
        hurry: called when the run is to end, for jobs under way that have much before them.
    """
    ended = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
    fixed = tuple(jobs)
    while not ended.is_set():
        if leader.acquire():
            _lead(fixed, clock, leader, ended, hurry)
        ended.wait(STANDBY_S)


def tick(jobs: Iterable[Job], now: datetime) -> dict[str, int | None]:
    """Run every job once, in order; return how much each did, None where it failed."""
    return {job.name: run_one(job, now) for job in jobs}


def run_one(job: Job, now: datetime) -> int | None:
    """Run a job; return how much it did, None when it failed.

    The log names the type of what was raised and where, never its text: that may quote
    somebody's data.
    """
    try:
        done = job.work(now)
    except Exception as error:  # noqa: BLE001 -- the one broad catch of the job room
        name = type(error).__name__
        LOG.error("job %s failed: %s at %s", job.name, name, origin(error))  # noqa: TRY400 -- see above
        return None
    if done and job.name != "heartbeat":
        LOG.info("job %s: %d", job.name, done)
    return done


def _lead(
    jobs: tuple[Job, ...],
    clock: Clock,
    leader: Leader,
    ended: threading.Event,
    hurry: Callable[[], None] | None,
) -> None:
    LOG.info("leading: %d jobs", len(jobs))
    scheduler = _scheduler(jobs, clock)
    scheduler.start()
    try:
        while leader.is_held() and not ended.wait(STANDBY_S):
            pass
    finally:
        if hurry is not None and ended.is_set():
            hurry()
        scheduler.shutdown(wait=True)
        leader.release()
        LOG.info("not leading any more")


def _scheduler(jobs: tuple[Job, ...], clock: Clock) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone=UTC,
    )
    for job in jobs:
        scheduler.add_job(
            lambda job=job: run_one(job, clock.now()),
            IntervalTrigger(seconds=job.every.total_seconds(), timezone=UTC),
            id=job.name,
            next_run_time=SystemClock().now(),
        )
    return scheduler
