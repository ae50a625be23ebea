"""The tables of the engine for several machines, as tests fill and read them."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from sqlalchemy import text

from bot.jobs import procrastinate_schema
from bot.jobs.deliveries import Feeder
from bot.outbox.plan import About, plan
from models.session import Database
from tests.fakes.rows import NOW, conversation
from tests.jobs.engine_process import BOOK, MUST

MINUTE = timedelta(minutes=1)
NEVER = float("inf")


def rows(database: Database, columns: str) -> list[tuple[Any, ...]]:
    """Return columns of every job of the engine."""
    statement = f"SELECT {columns} FROM procrastinate.procrastinate_jobs ORDER BY id"  # noqa: S608 -- columns of the tests
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(statement)).all()]


def planned(database: Database, *dues: timedelta, kind: str = MUST, talk: int | None = None) -> int:
    """Plan messages to one person, due so long after NOW; return the person."""
    with database.transaction() as session:
        talk = talk or conversation(session).id
        for due in dues:
            about = About(
                conversation_id=talk, subject="t", subject_id=talk, anchor=NOW + due, key=f"{due}"
            )
            assert plan(session, BOOK[kind], about, NOW)
    return talk


def feeder(database: Database, room: int = 1000, stopped: frozenset[str] = frozenset()) -> Feeder:
    def take(_: object) -> tuple[int, frozenset[str], float]:
        return room, stopped, NEVER

    return Feeder(database, take, timedelta(), threading.Event())


def managing(database: Database, work: Callable[[JobManager], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        connector = PsycopgConnector(
            conninfo=procrastinate_schema.plain(database.url),
            kwargs={"options": "-c search_path=procrastinate"},
            min_size=1,
        )
        await connector.open_async()
        try:
            return await work(JobManager(connector))
        finally:
            await connector.close_async()

    return asyncio.run(run())


def status_of(database: Database) -> list[str]:
    return [status for (status,) in rows(database, "status::text")]
