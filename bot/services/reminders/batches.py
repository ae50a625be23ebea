"""Going through what a planner found, without holding it all or staying at its beginning."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

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


def one_by_one(
    database: Database,
    statement: Select[int],
    column: Any,
    work: Callable[[Session, int, datetime], int],
    now: datetime,
) -> int:
    """Do something with each id that a statement finds, each in a transaction of its own.

    Args:
        database: where they are.
        statement: selects `column`, in no order.
        column: the id.
        work: looks at the row again, because it may have changed; says how much it did.
        now: aware.

    Returns:
        how much was done altogether.
    """
    done = 0
    for found in each(database, statement, column):
        with database.transaction() as session:
            done += work(session, found, now)
    return done
