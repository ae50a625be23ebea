from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.clock import KST
from bot.errors import RuleBrokenError
from bot.services.access_log import Access, verify, write
from models.events import AccessLog
from models.session import Database
from tests.use_cases.people import NOW

VIEW = Access("staff:op", "view", "merchant:1", source_address="192.0.2.1")


def fill(database: Database, number: int) -> None:
    for step in range(number):
        with database.transaction() as session:
            write(session, VIEW, NOW + timedelta(seconds=step))


def tamper(database: Database, statement: str) -> None:
    """Change the record as somebody could who may switch the triggers off."""
    with database.transaction() as session:
        if database.is_sqlite:
            for action in ("UPDATE", "DELETE"):
                session.execute(text(f"DROP TRIGGER access_log_{action}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement))


def test_an_untouched_record_is_whole(database: Database) -> None:
    with database.reading() as session:
        assert (verify(session).rows, verify(session).broken_at) == (0, None)
    fill(database, 3)
    with database.reading() as session:
        assert (verify(session).rows, verify(session).broken_at) == (3, None)


def test_the_zone_of_the_clock_does_not_matter(database: Database) -> None:
    with database.transaction() as session:
        write(session, VIEW, datetime(2026, 11, 23, 10, 0, tzinfo=KST))
    with database.reading() as session:
        assert verify(session).broken_at is None


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE access_log SET actor = 'staff:other' WHERE id = 2", 2),
        ("UPDATE access_log SET row_count = 500 WHERE id = 3", 3),
        ("UPDATE access_log SET source_address = NULL WHERE id = 2", 2),
        ("DELETE FROM access_log WHERE id = 2", 3),
        ("UPDATE access_log SET hash = prev_hash WHERE id = 4", 4),
    ],
)
def test_a_changed_record_shows(database: Database, statement: str, broken_at: int) -> None:
    fill(database, 4)
    tamper(database, statement)
    with database.reading() as session:
        assert verify(session).broken_at == broken_at


def test_the_oldest_records_may_have_gone(database: Database) -> None:
    fill(database, 4)
    tamper(database, "DELETE FROM access_log WHERE id <= 2")
    with database.reading() as session:
        assert (verify(session).rows, verify(session).broken_at) == (2, None)


@pytest.mark.parametrize("action", ["export", "download"])
def test_taking_data_out_wants_a_reason(sqlite_database: Database, action: str) -> None:
    without = Access("staff:op", action, "*", " ")
    with pytest.raises(RuleBrokenError), sqlite_database.transaction() as session:
        write(session, without, NOW)


def test_what_is_written_comes_back(database: Database) -> None:
    taken = Access("staff:op", "export", "*", "상인회 보고", 17, "192.0.2.7")
    with database.transaction() as session:
        write(session, taken, NOW)
    with database.reading() as session:
        row = session.get_one(AccessLog, 1)
    assert (row.actor, row.action, row.reason, row.row_count) == (
        "staff:op",
        "export",
        "상인회 보고",
        17,
    )


def test_many_at_once_make_one_chain(database: Database) -> None:
    def note(number: int) -> None:
        with database.transaction() as session:
            write(session, VIEW, NOW + timedelta(seconds=number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))
    with database.reading() as session:
        assert (verify(session).rows, verify(session).broken_at) == (40, None)
