"""Whoever sends is killed again and again: what must arrive arrives, advertising at most once.

Real processes with the real senders, against vendors on this machine that keep a book: one
that knows a repeated call (NHN), one that can be asked (SOLAPI) and one that cannot (events
of the chat). Answers are slow, so most kills fall between the beginning of a call and its end.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from models.session import Database
from tests.trials.outbox_books import Books, read
from tests.trials.outbox_town import Town, town, until

SHORT, LONG, LONG_QUEUE = 8, 200, 40
WAITING = 24
"""So many messages are due whenever a process begins."""
EARLY = 0.15
"""The share of kills that come before anything is sent."""
EARLY_S, LATE_S = 0.15, 0.5


def run_trial(built: Town, kills: int, tickers: int = 1) -> Books:
    """Kill so many processes, let the last ones finish, and hold the books together."""
    while len(built.killed) < kills:
        if built.due() < WAITING:
            built.plan(WAITING)
        before = built.market.sendings
        begun = [built.start() for _ in range(tickers)]
        if built.dice.random() < EARLY:
            time.sleep(built.dice.uniform(0, EARLY_S))
        else:
            until(partial(_has_more, built, before), built.log)
            time.sleep(built.dice.uniform(0, LATE_S))
        for pid in begun:
            built.kill(pid)
            time.sleep(built.dice.uniform(0, EARLY_S) if len(begun) > 1 else 0)
        built.go_on()
    built.finish(tickers)
    books = read(built)
    print(f"\n{built.database.url.get_backend_name()}, {built.engine} x {tickers}: {books}")  # noqa: T201 -- the trial's figures
    assert books.faults == ()
    assert books.lost == 0
    assert books.kills == kills
    assert books.landed > 0
    assert books.twice <= books.caught
    return books


def _has_more(built: Town, before: int) -> bool:
    return built.market.sendings > before


def test_kills_while_sending(database_url: str, tmp_path: Path) -> None:
    with town(database_url, tmp_path) as built:
        run_trial(built, SHORT)


@pytest.mark.long
def test_two_hundred_kills_while_sending(database_url: str, tmp_path: Path) -> None:
    with town(database_url, tmp_path) as built:
        books = run_trial(built, LONG)
    assert books.landed > LONG / 2
    assert books.twice <= books.landed


@pytest.mark.long
def test_kills_of_two_tickers_at_once(database_url: str, tmp_path: Path) -> None:
    with town(database_url, tmp_path, engine="unled") as built:
        run_trial(built, SHORT // 2, tickers=2)


@pytest.mark.long
def test_many_kills_of_two_tickers_at_once(database_url: str, tmp_path: Path) -> None:
    with town(database_url, tmp_path, engine="unled") as built:
        run_trial(built, LONG_QUEUE, tickers=2)


@pytest.fixture
def queue_url(postgres_url: str) -> Iterator[str]:
    yield postgres_url
    database = Database(postgres_url)
    with database.write.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS procrastinate CASCADE"))
    database.dispose()


@pytest.mark.long
@pytest.mark.parametrize("workers", [1, 2])
def test_kills_of_workers_with_a_queue(workers: int, queue_url: str, tmp_path: Path) -> None:
    with town(queue_url, tmp_path, engine="procrastinate") as built:
        run_trial(built, LONG_QUEUE, tickers=workers)
