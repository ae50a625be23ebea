"""One job runner at a time, so that operators see one leader.

The jobs themselves are safe when they run twice; the lock saves work and confusing logs. On
PostgreSQL it is an advisory lock of one connection, on SQLite a locked file beside the
database. Both vanish with the process that held them.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from models.session import Database

LOCK_ID = 5_005_007
"""Number of the PostgreSQL advisory lock; any fixed number of our own."""


class Leader(Protocol):
    """The right to run the jobs."""

    def acquire(self) -> bool:
        """Try to become the leader; True also when this process is it already."""
        ...

    def is_held(self) -> bool:
        """Tell whether this process is still the leader."""
        ...

    def release(self) -> None:
        """Let somebody else lead."""
        ...


def leader_of(database: Database) -> Leader:
    """Return the lock that belongs to a database."""
    if database.is_sqlite:
        return FileLeader(Path(f"{database.url.database}.jobs.lock"))
    return PostgresLeader(database)


class FileLeader:
    """A lock on a file, for processes of one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Try to become the leader."""
        if self._file is not None:
            return True
        file = self._path.open("w", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def is_held(self) -> bool:
        """Tell whether this process is still the leader."""
        return self._file is not None

    def release(self) -> None:
        """Let somebody else lead."""
        if self._file is not None:
            self._file.close()
            self._file = None


class PostgresLeader:
    """An advisory lock that lives as long as its connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Try to become the leader."""
        if self.is_held():
            return True
        try:
            connection = self._database.read.connect()
        except SQLAlchemyError:
            return False
        try:
            got = connection.scalar(text("SELECT pg_try_advisory_lock(:id)"), {"id": LOCK_ID})
        except SQLAlchemyError:
            got = False
        if got:
            self._connection = connection
        else:
            connection.close()
        return bool(got)

    def is_held(self) -> bool:
        """Tell whether this process is still the leader; a broken connection ends it."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self._connection.invalidate()
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let somebody else lead."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if not connection.invalidated:
            # Closing the session frees the lock for sure, but only when the server gets round
            # to it; whoever is next in line would be refused meanwhile.
            with suppress(SQLAlchemyError):
                connection.execute(text("SELECT pg_advisory_unlock(:id)"), {"id": LOCK_ID})
        if not connection.invalidated:
            connection.invalidate()
        connection.close()
