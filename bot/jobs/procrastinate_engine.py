"""The engine for several machines: Procrastinate on the PostgreSQL that holds everything.

Its periodic tasks beat the rhythm of our jobs, once for all processes together; its workers
run them, and deliver the messages that `deliveries` queues. What it cannot do is done here:
it stops for good when the database goes away, and it goes by the clock on the wall, so it is
begun again after either has jumped.
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from bot.jobs import deliveries, procrastinate_schema
from bot.jobs.engine import SEND_DUE, Given
from bot.jobs.procrastinate_upkeep import PULSE, Pulse, prune, take_back
from bot.jobs.rhythm import cron
from bot.jobs.runner import STANDBY_S, run_one
from bot.jobs.schedule import Job
from models.session import PG_CONNECT

LOG = logging.getLogger(__name__)

TICKS: Final = "ticks"
FIRST: Final = 1
"""Ticks go before messages: they are few, and among them is the sign of life."""
CONCURRENCY: Final = 12
"""Jobs at once in one process; a message waits for its vendor most of the time."""
POLL_S: Final = 2.0
"""How often a worker looks by itself; it is told of new jobs at once, if the line holds."""
CONNECTIONS: Final = 4
PATIENCE_S: Final = 5.0
"""How long a free connection is waited for."""
JUMP_S: Final = 5.0
"""The clock on the wall went wrong by so much between two looks."""
LOOK_S: Final = 0.1
"""How often we look whether we shall stop."""
_OPTIONS = f"-c search_path={procrastinate_schema.SCHEMA} -c statement_timeout=10000"


@dataclass(frozen=True, slots=True)
class Procrastinate:
    """One worker process; any number of them, anywhere."""

    given: Given
    pulse: Pulse = PULSE

    def run(self, stop: threading.Event | None = None) -> None:
        """Work until told to stop."""
        asyncio.run(self._run(stop or threading.Event()))

    async def _run(self, stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(CONCURRENCY + 1))
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop.set)
        while not stop.is_set():
            try:
                await self._work(stop)
            except (ConnectorException, psycopg.Error) as error:
                LOG.warning("the database is away: %s", type(error).__name__)
            await _wait(stop, STANDBY_S)

    async def _work(self, stop: threading.Event) -> None:
        """Work until told to stop, until the database is lost or the clock has jumped."""
        url = self.given.database.url
        await asyncio.to_thread(procrastinate_schema.apply, url)
        app = self.app(stop)
        async with app.open_async():
            LOG.info("working: %d jobs", len(self.given.jobs))
            worker = asyncio.create_task(_worker(app, self.pulse))
            ends = [asyncio.create_task(_wait(stop)), asyncio.create_task(clock_jumps())]
            await asyncio.wait([worker, *ends], return_when=asyncio.FIRST_COMPLETED)
            for end in (*ends, worker):
                end.cancel()  # the worker finishes what is under way
            await asyncio.wait([worker])
        LOG.info("not working any more")
        if not worker.cancelled():
            worker.result()

    def app(self, stop: threading.Event) -> App:
        """Return a fresh application with every job in it."""
        given = self.given
        connector = PsycopgConnector(
            conninfo=procrastinate_schema.plain(given.database.url),
            kwargs={"options": _OPTIONS, **PG_CONNECT},
            min_size=1,
            max_size=CONNECTIONS,
            timeout=PATIENCE_S,
        )
        longest = max(job.every for job in given.jobs)
        # What was missed while nobody worked is made up for, once.
        late = (longest + timedelta(hours=1)).total_seconds()
        app = App(connector=connector, periodic_defaults={"max_delay": late})
        for job in given.jobs:
            self._add_tick(app, self._feeding(job, stop) if job.name == SEND_DUE else job)
        self._add_deliver(app)
        _add_upkeep(app, self.pulse)
        return app

    def _add_tick(self, app: App, job: Job) -> None:
        clock = self.given.clock
        # One under way and one waiting: a slow job is not doubled. The queue is filled without
        # a lock: should its filler be killed, nobody waits until that is noticed.
        lock = None if job.name == SEND_DUE else job.name

        @app.periodic(cron=cron(job.name, job.every))
        @app.task(name=job.name, queue=TICKS, priority=FIRST, lock=lock, queueing_lock=job.name)
        def _tick(timestamp: int) -> None:  # noqa: ARG001 -- the time comes from our clock
            run_one(job, clock.now())

    def _feeding(self, job: Job, stop: threading.Event) -> Job:
        """Return what takes the place of sending: workers send what is put into the queue."""
        given = self.given
        feed = deliveries.Feeder(given.database, given.outbox.room, job.every, stop)
        return Job(job.name, job.every, feed)

    def _add_deliver(self, app: App) -> None:
        clock, outbox = self.given.clock, self.given.outbox

        @app.task(name=deliveries.TASK, queue=deliveries.QUEUE)
        def _deliver(reminder_id: int) -> None:
            def work(now: datetime) -> int:
                outbox.deliver(reminder_id, now)
                return 0  # the outbox tells what became of it

            run_one(Job(deliveries.TASK, timedelta(), work), clock.now())


def _add_upkeep(app: App, pulse: Pulse) -> None:
    @app.periodic(cron=cron("take_back", pulse.looked_at))
    @app.task(name="take_back", queue=TICKS, priority=FIRST, queueing_lock="take_back")
    async def _take_back(timestamp: int) -> None:  # noqa: ARG001 -- see above
        if count := await take_back(app.job_manager, pulse):
            LOG.info("taken back: %d", count)

    @app.periodic(cron=cron("prune", timedelta(hours=1)))
    @app.task(name="prune", queue=TICKS, queueing_lock="prune")
    async def _prune(timestamp: int) -> None:  # noqa: ARG001 -- see above
        await prune(app.job_manager)


async def _worker(app: App, pulse: Pulse) -> None:
    await app.run_worker_async(
        concurrency=CONCURRENCY,
        fetch_job_polling_interval=POLL_S,
        update_heartbeat_interval=pulse.beat_s,
        stalled_worker_timeout=pulse.dead_after_s,
        delete_jobs="successful",
        install_signal_handlers=False,
    )


async def _wait(stop: threading.Event, at_most_s: float = float("inf")) -> None:
    """Return when told to stop, or when that time is over."""
    until = time.monotonic() + at_most_s
    while not stop.is_set() and time.monotonic() < until:  # noqa: ASYNC110 -- set by threads, too
        await asyncio.sleep(LOOK_S)


async def clock_jumps(wall: Callable[[], float] = time.time) -> None:
    """Return when the clock on the wall was put on or back, or the machine slept."""
    ahead = wall() - time.monotonic()
    while True:
        await asyncio.sleep(LOOK_S)
        before, ahead = ahead, wall() - time.monotonic()
        if abs(ahead - before) > JUMP_S:
            LOG.warning("the clock jumped by %.0f s", ahead - before)
            return
