"""Statements for the path that every message takes, prepared once for the driver's cursor.

They are written as Core expressions, so a renamed column fails when the process starts; the
session and the execution machinery, which cost more than the statements, are left out.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql import ClauseElement

from models.errors import NaiveTimeError
from models.session import Database


class Wire:
    """Knows how one database's driver wants its statements and values.

    Args:
        database: the database.
    """

    def __init__(self, database: Database) -> None:
        self._is_sqlite = database.is_sqlite
        self._dialect: Dialect = (
            SQLiteDialect_pysqlite(paramstyle="named")
            if self._is_sqlite
            else PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]  # untyped there
        )

    def prepare(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> str:
        """Return a statement as the driver takes it, with named parameters.

        Args:
            statement: a Core expression.
            columns: for an insert, the columns that are given.
        """
        keys = list(columns) if columns is not None else None
        return str(statement.compile(dialect=self._dialect, column_keys=keys))

    def moment(self, value: datetime | None) -> Any:
        """Return a moment as the driver stores it, the same way as `models.base.UtcDateTime`.

        Raises:
            NaiveTimeError: the moment has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTimeError(f"a moment needs a time zone: {value.isoformat()}")
        if not self._is_sqlite:
            return value
        plain = value.astimezone(UTC).replace(tzinfo=None)
        return plain.isoformat(sep=" ", timespec="microseconds")

    def identifier(self, value: uuid.UUID) -> Any:
        """Return a UUID as the driver stores it."""
        return value.hex if self._is_sqlite else value
