import os
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from models.conversation import Conversation
from models.errors import DatabaseUrlError
from models.session import BUSY_TIMEOUT_MS, POLL_MS, Database, normal_url
from tests.databases import PATIENCE
from tests.storage.rows import add_conversation

THREADS, TURNS = 8, 12


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgresql://u:p@db/sosin", "postgresql+psycopg"),
        ("postgres://u:p@db/sosin", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@db/sosin", "postgresql+psycopg"),
        ("sqlite:///sosin.db", "sqlite"),
    ],
)
def test_an_address_gets_the_driver_of_this_project(given: str, driver: str) -> None:
    assert normal_url(given).drivername == driver


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///:memory:", "mysql://u@db/sosin"])
def test_other_databases_are_refused(given: str) -> None:
    with pytest.raises(DatabaseUrlError):
        Database(given)


def test_an_error_takes_everything_back(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as session:
            add_conversation(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


def test_reading_and_writing_at_once_loses_nothing(database: Database) -> None:
    """Read first, then write: what fails or loses updates with deferred transactions."""
    with database.transaction() as session:
        add_conversation(session)

    def work() -> None:
        for _ in range(TURNS):
            with database.transaction() as session:
                row = session.scalars(select(Conversation).with_for_update()).one()
                row.revision += 1

    assert _in_threads(work) == []
    with database.reading() as session:
        assert session.scalars(select(Conversation.revision)).one() == THREADS * TURNS


def test_two_processes_that_write_wait_for_each_other(sqlite_url: str) -> None:
    """Two `Database` objects share no lock of this process, as two processes do not."""
    databases = [Database(sqlite_url, PATIENCE), Database(sqlite_url, PATIENCE)]
    with databases[0].transaction() as session:
        add_conversation(session)
    turn = iter(range(THREADS))

    def work() -> None:
        mine = databases[next(turn) % 2]
        for _ in range(TURNS):
            with mine.transaction() as session:
                session.execute(update(Conversation).values(revision=Conversation.revision + 1))

    assert _in_threads(work) == []
    with databases[0].reading() as session:
        assert session.scalars(select(Conversation.revision)).one() == THREADS * TURNS
    for each in databases:
        each.dispose()


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.transaction() as session:
        add_conversation(session)
    with database.reading() as other:  # connecting takes its own time, whoever writes
        assert other.scalars(select(Conversation.revision)).one() == 0
    with database.transaction() as session:
        session.execute(update(Conversation).values(revision=7))
        with database.reading() as other:  # whoever had to wait for the writer would give up
            assert other.scalars(select(Conversation.revision)).one() == 0


def test_the_reading_engine_of_sqlite_refuses_to_write(sqlite_database: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"), sqlite_database.reading() as session:
        session.execute(text("DELETE FROM conversation"))


def test_sqlite_runs_with_the_measured_settings(sqlite_url: str) -> None:
    opened = Database(sqlite_url)
    wanted = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}
    engines = {opened.write: POLL_MS, opened.read: BUSY_TIMEOUT_MS}
    for engine, patience in engines.items():
        wanted["busy_timeout"] = patience
        with engine.connect() as connection:
            for name, value in wanted.items():
                found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                assert found == value, name
    opened.dispose()


def test_a_process_that_sends_loses_no_commit(sqlite_database: Database) -> None:
    with sqlite_database.write.connect():
        pass  # a connection of before stands in the pool
    sqlite_database.keep_every_commit()
    for engine, wanted in ((sqlite_database.write, 2), (sqlite_database.read, 1)):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == wanted


def test_a_writer_that_is_kept_waiting_gives_up_in_time(sqlite_url: str) -> None:
    first, second = Database(sqlite_url), Database(sqlite_url)
    with first.transaction() as session:
        add_conversation(session)
        with pytest.raises(OperationalError, match="locked"), second.transaction() as other:
            add_conversation(other, "user-2")
    first.dispose()
    second.dispose()


def test_postgresql_runs_with_limits_below_the_answer_time(postgres_url: str) -> None:
    opened = Database(postgres_url)
    with opened.write.connect() as connection:
        shown = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("statement_timeout", "lock_timeout")
        }
    assert shown == {"statement_timeout": "3s", "lock_timeout": "1500ms"}
    opened.dispose()


def test_who_is_patient_waits_longer_for_everything(database: Database) -> None:
    limits = ("busy_timeout",) if database.is_sqlite else ("statement_timeout", "lock_timeout")
    word = "PRAGMA" if database.is_sqlite else "SHOW"
    with database.read.connect() as connection:
        shown = [connection.exec_driver_sql(f"{word} {name}").scalar_one() for name in limits]
    assert shown == ([12_000] if database.is_sqlite else ["30s", "15s"])


def test_postgresql_survives_a_server_that_dropped_the_connection(postgres_url: str) -> None:
    opened = Database(postgres_url)
    with opened.transaction() as session:
        add_conversation(session)
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with opened.read.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    with opened.transaction() as session:
        assert session.scalars(select(Conversation.user_key)).one() == "user-1"
    opened.dispose()


def test_postgresql_writer_that_is_kept_waiting_gives_up_in_time(postgres_url: str) -> None:
    opened = Database(postgres_url)
    with opened.transaction() as session:
        add_conversation(session)
    with opened.transaction() as session:
        session.execute(update(Conversation).values(revision=1))
        with pytest.raises(DBAPIError, match="lock timeout"), opened.transaction() as other:
            other.execute(update(Conversation).values(revision=2))
    opened.dispose()


def test_a_child_process_opens_connections_of_its_own(database: Database) -> None:
    with database.transaction() as session:
        add_conversation(session)
    with database._lock:  # held by a thread of the parent that the child does not have
        child = os.fork()
        if child == 0:  # pragma: no cover -- another process
            os._exit(0 if _can_write(database) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with database.transaction() as session:
        assert session.scalars(select(Conversation.revision)).one() == 41


def _can_write(database: Database) -> bool:  # pragma: no cover -- in a child process
    with database.transaction() as session:
        session.execute(update(Conversation).values(revision=41))
    return True


def _in_threads(work: Callable[[], None]) -> list[Exception]:
    failures: list[Exception] = []

    def guarded() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- collected and shown by the test
            failures.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
