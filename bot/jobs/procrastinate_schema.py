"""The tables of Procrastinate, in a schema of their own beside ours.

They belong to the library: it brings the statements, and with a new release the steps from
the release before. Which step the schema stands at is written in its comment, so that an
upgrade of the library needs nobody who remembers. Alembic knows only our own tables.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql
from sqlalchemy import URL

SCHEMA = "procrastinate"
LOCK_ID = 5_005_006
"""Number of the PostgreSQL advisory lock; any fixed number of our own."""
LOCK_WAIT_MS = 60_000
"""How long an upgrade waits for another one."""
CONNECT_S = 5

_INDEX = """
CREATE INDEX IF NOT EXISTS sosin_jobs_lock_idx ON procrastinate.procrastinate_jobs (lock)
WHERE status IN ('todo', 'doing') AND lock IS NOT NULL
"""
"""Ours: a worker asks before each job whether an older one with its lock is waiting."""


def apply(url: URL) -> None:
    """Bring the schema to what the installed release needs; again changes nothing.

    Raises:
        psycopg.Error: the database is away, or refuses.
    """
    with psycopg.connect(plain(url), autocommit=True, connect_timeout=CONNECT_S) as connection:
        connection.execute(f"SET lock_timeout = {LOCK_WAIT_MS}".encode())
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK_ID])
        steps = [*_steps(_stands_at(connection))]
        for name, statements in steps:
            # One message to the server is one transaction: a step is taken as a whole.
            connection.execute(_step(name, statements))
        if steps:
            connection.execute(_INDEX.encode())


def plain(url: URL) -> str:
    """Return an address as the driver itself takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _stands_at(connection: psycopg.Connection) -> str | None:
    row = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
        [SCHEMA],
    ).fetchone()
    return row[0] if row else None


def _steps(stands_at: str | None) -> Iterator[tuple[str, str]]:
    """Yield the name and the statements of each step that is still to be taken."""
    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    if stands_at is None:
        yield steps[-1].stem, SchemaManager.get_schema()
        return
    for step in steps:
        if step.stem > stands_at:
            yield step.stem, step.read_text(encoding="utf-8")


def _step(name: str, statements: str) -> sql.Composed:
    return sql.SQL(
        "CREATE SCHEMA IF NOT EXISTS {schema};\nSET search_path = {schema};\n{statements};\n"
        "COMMENT ON SCHEMA {schema} IS {name}"
    ).format(
        schema=sql.Identifier(SCHEMA),
        statements=sql.SQL(statements),  # the library's own, no input
        name=sql.Literal(name),
    )
