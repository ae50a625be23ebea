from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from bot.clock import SystemClock
from models.events import AccessLog, StateEvent
from models.session import Database

TODAY = SystemClock().now()
EVENT = {
    "entity": "merchant",
    "entity_id": 1,
    "to_state": "draft",
    "actor": "system",
    "idempotency_key": "k",
}
ACCESS = {"actor": "staff:op", "action": "view", "subject": "merchant:1", "prev_hash": "0"}


def fill(database: Database, age: timedelta) -> None:
    with database.transaction() as session:
        session.execute(insert(StateEvent).values(**EVENT, at=TODAY - age))
        session.execute(insert(AccessLog).values(**ACCESS, hash="1", at=TODAY - age))


@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'nobody'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["state_event", "access_log"])
def test_the_database_itself_refuses_to_rewrite_the_past(
    database: Database, table: str, statement: str
) -> None:
    fill(database, timedelta(days=700))
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(text(statement.format(table)))


def test_records_older_than_two_years_may_go(database: Database) -> None:
    fill(database, timedelta(days=735))
    with database.transaction() as session:
        session.execute(delete(AccessLog))
        session.execute(delete(StateEvent))
    with database.reading() as session:
        assert session.scalars(select(AccessLog)).all() == []
        assert session.scalars(select(StateEvent)).all() == []


def test_even_old_records_are_not_changed(database: Database) -> None:
    fill(database, timedelta(days=735))
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(text("UPDATE access_log SET actor = 'nobody'"))
