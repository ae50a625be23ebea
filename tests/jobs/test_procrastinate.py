"""The engine for several machines: its beats, its tables, its clock and its database."""

import asyncio
import threading
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, text

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.errors import ConfigError
from bot.jobs import procrastinate_schema
from bot.jobs.engine import SEND_DUE, Given, prepare
from bot.jobs.procrastinate_engine import Procrastinate, clock_jumps
from bot.jobs.rhythm import cron
from bot.jobs.schedule import Collaborators, Job, all_jobs
from bot.outbox.outbox import Outbox
from bot.services.documents import DocumentStore
from bot.services.kits.shop import open_shop
from bot.services.reminders import BOOK as ALL_NOTICES
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.session import Database
from models.tables import METADATA
from tests.databases import Cluster
from tests.fakes.press import FakePress
from tests.fakes.rows import NOW
from tests.jobs.engine_process import BOOK
from tests.jobs.test_work import NoForms, NoPictures, Office
from tests.patience import PATIENCE_S

MINUTE = timedelta(minutes=1)


def idle(_: datetime) -> int:
    return 0


def test_every_job_of_the_schedule_beats_in_its_rhythm(
    engine_database: Database, tmp_path: Path
) -> None:
    outbox = Outbox(engine_database, ALL_NOTICES, (), "test")
    jobs = all_jobs(
        Collaborators(
            database=engine_database,
            documents=DocumentStore(SealedFiles(tmp_path, crypto.ring())),
            images=NoPictures(),
            tax_office=Office(),
            kits=open_shop(Settings(kit_dir=str(tmp_path)), engine_database, FakePress()),
            expire=idle,
            forms=NoForms(),
            outbox=outbox,
        )
    )
    given = Given(jobs=jobs, outbox=outbox, clock=AdjustableClock(NOW), database=engine_database)
    app = Procrastinate(given).app(threading.Event())
    found = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
    assert set(found) == {job.name for job in jobs} | {"take_back", "prune"}
    assert SEND_DUE in found
    for job in jobs:
        beats = found[job.name].croniter
        times = [beats.get_next(start_time=NOW.timestamp()), *(beats.get_next() for _ in "abcd")]
        gaps = {after - before for before, after in pairwise(times)}
        assert gaps == {job.every.total_seconds()}, job.name
        assert app.tasks[job.name].queueing_lock == job.name
        assert app.tasks[job.name].lock == (None if job.name == SEND_DUE else job.name)


@pytest.mark.parametrize("seconds", [0.5, 7, 45, 90, 7 * 60, 5 * 3600, 48 * 3600])
def test_a_rhythm_that_the_wall_clock_does_not_know_is_refused(seconds: float) -> None:
    with pytest.raises(ConfigError, match=r"job odd: .* does not go into"):
        cron("odd", timedelta(seconds=seconds))


def test_long_rhythms_do_not_all_fall_on_the_full_hour() -> None:
    lines = {cron(f"job{number}", timedelta(hours=6)) for number in range(20)}
    assert len({line.split()[0] for line in lines}) > 10
    assert cron("x", timedelta(seconds=2)) == "* * * * * */2"
    assert cron("x", timedelta(minutes=1)) == "0-59/1 * * * *"


def test_the_engine_has_its_own_schema_and_ours_is_untouched(engine_database: Database) -> None:
    before = rows_of_catalogue(engine_database)
    prepare("procrastinate", engine_database)
    prepare("embedded", engine_database)
    assert rows_of_catalogue(engine_database) == before
    with engine_database.read.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        names = {name for (name,) in connection.execute(text(IN_PUBLIC))}
    assert names == {*METADATA.tables, "alembic_version"}


CATALOGUE = (
    """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'procrastinate' ORDER BY 1, 2
    """,
    "SELECT indexname FROM pg_indexes WHERE schemaname = 'procrastinate' ORDER BY 1",
    "SELECT proname FROM pg_proc WHERE pronamespace = 'procrastinate'::regnamespace ORDER BY 1",
    "SELECT obj_description('procrastinate'::regnamespace)",
)
IN_PUBLIC = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def rows_of_catalogue(engine_database: Database) -> list[Any]:
    """Return tables, columns, indexes and functions of the engine, and where it stands."""
    with engine_database.reading() as session:
        return [session.execute(text(statement)).all() for statement in CATALOGUE]


def test_a_new_release_of_the_engine_takes_the_steps_in_between(
    engine_database: Database, postgres: Cluster
) -> None:
    whole = rows_of_catalogue(engine_database)
    name = postgres.create()
    other = Database(postgres.address(name))
    with other.write.begin() as connection:
        connection.execute(text("CREATE SCHEMA procrastinate"))
        connection.execute(text("COMMENT ON SCHEMA procrastinate IS '00'"))
    procrastinate_schema.apply(make_url(postgres.address(name)))
    assert rows_of_catalogue(other) == whole
    other.dispose()
    postgres.drop(name)


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0, 86400.0])
def test_a_clock_that_jumps_is_noticed(jump_s: float) -> None:
    ahead = 0.0

    async def jump() -> None:
        nonlocal ahead
        watching = asyncio.create_task(clock_jumps(lambda: time.time() + ahead))
        await asyncio.sleep(0.3)
        assert not watching.done()
        ahead = jump_s
        await asyncio.wait_for(watching, timeout=PATIENCE_S)

    asyncio.run(jump())


def test_a_database_that_is_away_is_waited_for() -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    jobs = (Job("beat", MINUTE, idle),)
    outbox = Outbox(away, BOOK, (), "test")
    given = Given(jobs=jobs, outbox=outbox, clock=AdjustableClock(NOW), database=away)
    ended = threading.Event()
    thread = threading.Thread(target=Procrastinate(given).run, args=(ended,))
    thread.start()
    time.sleep(1)
    assert thread.is_alive()
    ended.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    with pytest.raises(psycopg.OperationalError):
        procrastinate_schema.apply(away.url)
