"""Engines: one to write, one to read, on SQLite and on PostgreSQL.

SQLite: a transaction that reads first and writes later cannot always be upgraded, waiting
does not help, so the write engine begins every transaction as a writer (BEGIN IMMEDIATE).
Writers of one process queue at a lock of their own: SQLite's busy handler polls and is not
fair. WAL with synchronous=NORMAL survives a killed process; a power cut may cost the last
commits. Whoever acts on the outside world asks for more (`Database.keep_every_commit`).
(https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous)
"""

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.errors import BusyError, DatabaseUrlError

BUSY_TIMEOUT_MS = 1200
"""How long a SQLite connection waits for another process's write; the webhook has 3 s."""
POLL_MS = 10
"""How long one attempt to begin writing on SQLite waits, sleeping 1, 2 and 5 ms."""
PG_LIMITS_MS = {
    "statement_timeout": 3000,
    "lock_timeout": 1500,
    "idle_in_transaction_session_timeout": 10_000,
}
"""Limits of PostgreSQL: below the 3 s that a chat answer may take."""
PATIENCE_SECONDS = 2.5
"""How long a write may wait altogether, when its caller does not say less."""
PG_CONNECT = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000,
}
"""A server that is reached but does not answer (seconds; the last one milliseconds)."""
POOL_SIZE = 8
"""Connections an engine keeps; one for each thread of a web worker."""

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",
)


def normal_url(url: str) -> URL:
    """Return `url` with the driver this project uses.

    Raises:
        DatabaseUrlError: neither a SQLite file nor PostgreSQL.
    """
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgresql", "postgres"}:
        url = f"postgresql+psycopg{separator}{rest}"
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise DatabaseUrlError("SQLite needs a file: the two engines cannot share memory")
    if kind not in {"sqlite", "postgresql"}:
        raise DatabaseUrlError(f"DATABASE_URL must be sqlite or postgresql, not {kind}")
    return parsed


class Database:
    """The two engines of one database. One instance a process, safe across fork.

    Args:
        url: address of the database.
        patience: how many times longer than somebody who chats may wait everything here waits:
            connecting, statements, writers for each other.

    Attributes:
        url: the normalised address.
        write: engine for transactions; on SQLite each one begins as a writer.
        read: engine in autocommit; on SQLite it refuses to write.
    """

    def __init__(self, url: str, patience: int = 1) -> None:
        self.url = normal_url(url)
        self._patience = patience
        self.write = _engine(self.url, patience, read_only=False)
        self.read = _engine(self.url, patience, read_only=True)
        self._lock = threading.Lock()
        ours = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget_connections(ours))

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    def keep_every_commit(self) -> None:
        """Let no commit of this process be lost, not even by a power cut.

        For the process that sends: what it has begun to send it must not forget, or it sends
        it twice. Costs SQLite a wait for the disk with each commit (synchronous=FULL);
        PostgreSQL does so anyway.
        """
        if self.is_sqlite:
            event.listen(self.write, "connect", _wait_for_the_disk)
            self.write.dispose()

    @contextmanager
    def transaction(self, within: float = PATIENCE_SECONDS) -> Generator[Session]:
        """Open one write transaction: commit at the end, roll back on any error.

        Args:
            within: seconds to wait for other writers.

        Raises:
            BusyError: others of this process wrote all that time.
        """
        with (
            self._turn(within),
            Session(self.write, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def plain_transaction(self, within: float = PATIENCE_SECONDS) -> Generator[Any]:
        """Open one write transaction on the driver's own cursor: for the hot path only.

        A session costs more than the whole of a turn's statements. Statements and values
        have to be the driver's; `models.hot` prepares them.

        Args:
            within: seconds to wait for other writers.

        Raises:
            BusyError: others of this process wrote all that time.
        """
        with self._turn(within):
            connection = self.write.raw_connection()
            cursor = connection.cursor()
            try:
                if self.is_sqlite:
                    _begin_as_writer(cursor.execute, self._patience)
                yield cursor
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                cursor.close()
                connection.close()

    @contextmanager
    def plain_reading(self) -> Generator[Any]:
        """Lend the driver's own cursor for reading, outside any transaction."""
        connection = self.read.raw_connection()
        cursor = connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()
            connection.close()

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Open a session that only reads, outside any transaction."""
        with Session(self.read, autoflush=False) as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.write.dispose()
        self.read.dispose()

    @contextmanager
    def _turn(self, within: float) -> Generator[None]:
        """Queue the SQLite writers of this process.

        What is left of `within` has to do for another process's write, so a writer whose
        turn does not come gives up: going on, it would wait for both in a row.
        """
        if not self.is_sqlite:
            yield
            return
        own = max(0.0, within - BUSY_TIMEOUT_MS / 1000)
        if not self._lock.acquire(timeout=own * self._patience):
            raise BusyError("others of this process are writing")
        try:
            yield
        finally:
            self._lock.release()

    def after_fork(self) -> None:
        """Drop, in a child process, the connections that belong to the parent."""
        self._lock = threading.Lock()
        self.write.dispose(close=False)
        self.read.dispose(close=False)


def touched(session: Session, statement: Any) -> int:
    """Run a statement that changes rows and return how many it changed.

    Objects of the session that show these rows are not brought up to date.
    """
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0


def _forget_connections(reference: "weakref.ref[Database]") -> None:
    database = reference()
    if database is not None:
        database.after_fork()


def _engine(url: URL, patience: int, *, read_only: bool) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, patience, read_only=read_only)
    limits = (f"-c {name}={limit * patience}" for name, limit in PG_LIMITS_MS.items())
    connecting: dict[str, Any] = {**PG_CONNECT, "options": " ".join(limits)}
    connecting["connect_timeout"] *= patience
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if read_only else {}
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        pool_pre_ping=True,
        connect_args=connecting,
        **options,
    )


def _begin_as_writer(execute: Callable[[str], object], patience: int) -> None:
    """Begin as the only writer, however long another process writes, up to the timeout.

    SQLite's own waiting sleeps longer and longer, up to 100 ms a time, while others step in;
    begun anew every few milliseconds it does not fall behind.

    Raises:
        sqlite3.OperationalError: the other process did not finish; may come wrapped.
    """
    until = time.monotonic() + BUSY_TIMEOUT_MS * patience / 1000
    while True:
        try:
            execute("BEGIN IMMEDIATE")
        except (sqlite3.OperationalError, OperationalError) as error:
            cause = getattr(error, "orig", error)
            is_busy = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > until:
                raise
        else:
            return


def _wait_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")


def _sqlite(url: URL, patience: int, *, read_only: bool) -> Engine:
    engine = create_engine(url, pool_size=POOL_SIZE)

    @event.listens_for(engine, "do_connect")
    def insist(_dialect: object, _record: object, address: list[str], _options: object) -> None:
        # SQLite would make an empty file, and keep to it when the right one comes back.
        if not Path(address[0]).exists():
            raise sqlite3.OperationalError("the database file is missing")

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions by itself
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(pragma)
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        # The writer's one attempt is short, because it is made again and again.
        wait_ms = BUSY_TIMEOUT_MS * patience if read_only else POLL_MS
        connection.execute(f"PRAGMA busy_timeout={wait_ms}")

    if not read_only:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            _begin_as_writer(connection.exec_driver_sql, patience)

    return engine
