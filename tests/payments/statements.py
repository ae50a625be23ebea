"""What is asked of a database meanwhile, for tests that count it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from models.session import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect every statement of both doors of a database."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    doors = (database.read, database.write)
    for door in doors:
        event.listen(door, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for door in doors:
            event.remove(door, "before_cursor_execute", note)
