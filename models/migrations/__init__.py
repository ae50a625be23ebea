"""Bring a database to the tables of this version, in process.

Every upgrade runs in one transaction that other processes wait for: on SQLite it begins as
a writer, on PostgreSQL it holds an advisory lock. Two processes that start at once are
safe; the second one finds nothing left to do.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text

from models.errors import ModelError
from models.session import normal_url

LOCK_ID = 5_005_005
"""Number of the PostgreSQL advisory lock; any fixed number of our own."""
LOCK_WAIT_S = 60
"""How long an upgrade waits for another one."""


@cache
def head() -> str:
    """Return the newest revision of this version; looked up once, it comes with the code."""
    (revision,) = ScriptDirectory.from_config(_config()).get_heads()
    return revision


def current(url: str) -> str | None:
    """Return the revision of the database; None when it is empty."""
    parsed = normal_url(url)
    if _is_missing_file(parsed):
        return None
    with _engine(parsed).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`; creates a SQLite file where there is none."""
    parsed = normal_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    with _alone(parsed) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision`, `base` for an empty one. Loses data."""
    with _alone(normal_url(url)) as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _is_missing_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


@contextmanager
def _alone(url: URL) -> Generator[Connection]:
    """Open the one transaction in which migrations run."""
    engine = _engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK_ID})
        yield connection
        if connection.dialect.name == "sqlite":
            _refuse_dangling(connection)
    engine.dispose()


def _refuse_dangling(connection: Connection) -> None:
    """Stop when a rebuilt table left rows that point nowhere (keys are off meanwhile)."""
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling is not None:
        raise ModelError(f"migration left a dangling row in {dangling[0]}", code="migrations")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        options = f"-c lock_timeout={LOCK_WAIT_S * 1000}"
        return create_engine(url, poolclass=NullPool, connect_args={"options": options})
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": LOCK_WAIT_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions by itself

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
