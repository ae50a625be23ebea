"""What runs the jobs: one port, two engines, chosen by JOBS_ENGINE.

Both are given the same table of jobs and the same way to deliver one message, and both may
be killed at any moment and run several times at once: what is due, and what has been done
about it, stands in our own tables and nowhere else.

- `embedded`: one process leads, APScheduler ticks in it. SQLite, or one machine.
- `procrastinate`: as many processes on as many machines as you like share the work over
  PostgreSQL.
"""

import threading
from dataclasses import dataclass
from typing import Final, Protocol

from bot.clock import Clock
from bot.jobs.leader import leader_of
from bot.jobs.runner import run
from bot.jobs.schedule import Job
from bot.outbox.outbox import Outbox
from models.session import Database

SEND_DUE: Final = "send_due"
"""The job that delivers what is due; an engine with a queue of its own fills that instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an engine works with.

    Attributes:
        jobs: everything that happens by itself. A tick is one run of one of them; how much
            is due is its own affair, so it does not matter who ticks, how often, or late.
        outbox: the one that the jobs send with; an engine with a queue has it deliver messages
            one by one.
        clock: tells the jobs the time; the rhythm is the machine's.
    """

    jobs: tuple[Job, ...]
    outbox: Outbox
    clock: Clock
    database: Database


class JobEngine(Protocol):
    """Runs the jobs."""

    def run(self, stop: threading.Event | None = None) -> None:
        """Work until `stop` is set, or until SIGTERM or SIGINT in the main thread.

        What is under way is finished, nothing new is begun. A database that is away is
        waited for.
        """
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """Ticks in one process; others stand by."""

    given: Given

    def run(self, stop: threading.Event | None = None) -> None:
        """Work until told to stop."""
        given = self.given
        leader = leader_of(given.database)
        run(given.jobs, given.clock, leader, stop, hurry=given.outbox.rest)


def engine_of(name: str, given: Given) -> JobEngine:
    """Return the engine of the setting JOBS_ENGINE."""
    if name == "procrastinate":
        # Web processes and most installations do without it: 0.3 s and 30 MB at each start.
        from bot.jobs.procrastinate_engine import Procrastinate  # noqa: PLC0415 -- see above

        return Procrastinate(given)
    return Embedded(given)


def prepare(name: str, database: Database) -> None:
    """Bring the tables of an engine to this release; a step of `db upgrade`."""
    if name == "procrastinate":
        from bot.jobs import procrastinate_schema  # noqa: PLC0415 -- as above

        procrastinate_schema.apply(database.url)
