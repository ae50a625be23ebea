import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import AdjustableClock
from bot.errors import ExternalUnavailableError
from bot.jobs import runner
from bot.jobs.leader import FileLeader, Leader, leader_of
from bot.jobs.runner import run, tick
from bot.jobs.schedule import Job
from models.session import Database
from tests.fakes.rows import NOW
from tests.patience import PATIENCE_S

OFTEN = timedelta(seconds=0.05)


class Counter:
    """A job's work that counts, and fails when it is told to."""

    def __init__(self, error: Exception | None = None, takes_s: float = 0.0) -> None:
        self.moments: list[datetime] = []
        self.at_once = 0
        self.most_at_once = 0
        self._error = error
        self._takes_s = takes_s

    def __call__(self, now: datetime) -> int:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.moments.append(now)
        time.sleep(self._takes_s)
        self.at_once -= 1
        if self._error:
            raise self._error
        return len(self.moments)


@pytest.fixture
def quick_standby(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "STANDBY_S", 0.05)


class Running:
    """A runner in a thread."""

    def __init__(self, leader: Leader, *jobs: Job) -> None:
        self.stop = threading.Event()
        clock = AdjustableClock(NOW)
        self.thread = threading.Thread(target=run, args=(jobs, clock, leader, self.stop))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@pytest.fixture
def leaders(database: Database) -> Iterator[tuple[Leader, Leader]]:
    """Two processes' worth of locks on one database, on each database."""
    other = Database(database.url.render_as_string(hide_password=False))
    first, second = leader_of(database), leader_of(other)
    yield first, second
    first.release()
    second.release()
    other.dispose()


def _until(*conditions: object) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not all(condition() for condition in conditions if callable(condition)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_tick_runs_everything_in_order_and_survives_failures(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    order: list[str] = []

    def note(name: str, error: Exception | None = None) -> Job:
        def work(_: datetime) -> int:
            order.append(name)
            if error:
                raise error
            return 3

        return Job(name, OFTEN, work)

    secret = ExternalUnavailableError("010-1234-5678")
    done = tick([note("a"), note("b", secret), note("c"), note("d", KeyError("김순자"))], NOW)
    assert order == ["a", "b", "c", "d"]
    assert done == {"a": 3, "b": None, "c": 3, "d": None}
    assert "job b failed: ExternalUnavailableError at test_runner.py:" in caplog.text
    assert "1234" not in caplog.text
    assert "김순자" not in caplog.text


@pytest.mark.usefixtures("quick_standby")
def test_jobs_run_again_and_again_with_our_clock(tmp_path: Path) -> None:
    good, bad, slow = Counter(), Counter(ValueError("x")), Counter(takes_s=0.2)
    jobs = [Job(name, OFTEN, work) for name, work in (("g", good), ("b", bad), ("s", slow))]
    running = Running(FileLeader(tmp_path / "lock"), *jobs)
    _until(lambda: len(good.moments) >= 5, lambda: len(bad.moments) >= 5)
    _until(lambda: len(slow.moments) >= 2)
    running.end()
    assert set(good.moments) == {NOW}
    assert slow.most_at_once == 1
    assert slow.at_once == 0  # a job under way was waited for
    count = len(good.moments)
    time.sleep(0.2)
    assert len(good.moments) == count


@pytest.mark.usefixtures("quick_standby")
def test_a_second_runner_waits_and_takes_over(leaders: tuple[Leader, Leader]) -> None:
    first_work, second_work = Counter(), Counter()
    first = Running(leaders[0], Job("w", OFTEN, first_work))
    _until(lambda: first_work.moments)
    second = Running(leaders[1], Job("w", OFTEN, second_work))
    time.sleep(0.3)
    assert second_work.moments == []
    first.end()
    _until(lambda: second_work.moments)
    second.end()


def test_one_leader(leaders: tuple[Leader, Leader]) -> None:
    first, second = leaders
    assert not first.is_held()
    assert first.acquire()
    assert first.acquire()
    assert first.is_held()
    assert not second.acquire()
    assert not second.is_held()
    first.release()
    assert not first.is_held()
    assert second.acquire()
    second.release()
    second.release()


def test_a_leader_that_lost_its_connection_steps_down(postgres_url: str) -> None:
    database = Database(postgres_url)
    leader = leader_of(database)
    assert leader.acquire()
    with database.write.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert not leader.is_held()
    assert leader.acquire()
    leader.release()
    database.dispose()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from bot.jobs.leader import FileLeader\n"
        "leader = FileLeader(Path(sys.argv[1]))\n"
        "print(leader.acquire(), flush=True); time.sleep(60)"
    )
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "True"
        assert not FileLeader(path).acquire()
        process.kill()
        process.wait()
    leader = FileLeader(path)
    assert leader.acquire()
    leader.release()


def test_a_database_that_is_away_has_no_leader() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    assert not leader_of(database).acquire()
    database.dispose()


def test_the_process_ends_on_a_signal(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import timedelta; from pathlib import Path\n"
        "from bot.clock import SystemClock; from bot.jobs.leader import FileLeader\n"
        "from bot.jobs.runner import run; from bot.jobs.schedule import Job\n"
        "say = lambda now: print('ran', flush=True) or 1\n"
        "job = Job('say', timedelta(seconds=60), say)\n"
        "run([job], SystemClock(), FileLeader(Path(sys.argv[1])))\n"
        "print('ended', flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ran"
        process.terminate()
        assert process.stdout.readline().strip() == "ended"
        assert process.wait(PATIENCE_S) == 0
