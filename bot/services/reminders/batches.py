"""Going through what a planner found, without holding it all or staying at its beginning."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select

from models.session import Database

BATCH = 200


def each(database: Database, statement: Select[int], column: Any) -> Iterator[int]:
    """Yield the ids that a statement finds, in small reads of their own.

    Args:
        database: where they are.
        statement: selects `column`, in no order.
        column: the id, by which it goes on.
    """
    last = 0
    while True:
        with database.reading() as session:
            page = statement.where(column > last).order_by(column).limit(BATCH)
            found = session.scalars(page).all()
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1]
