"""`make bench`: the outbox; fails only where a figure would be a defect."""

import time
from datetime import timedelta

import pytest

from bot.outbox.claim import BATCH
from bot.outbox.outbox import Outbox
from models.session import Database
from tests.benchmarks import outbox_rows as rows
from tests.outbox.office import NOON

pytestmark = pytest.mark.bench
DUE, DELIVERED, MILLION = 10_000, 1_000, 1_000_000
ROUNDS = 50
AIM, RATIO = 2000, 1.2


def test_claiming_marking_and_sending(database_url: str) -> None:
    with rows.opened(database_url) as database:
        tries = []
        for number in range(3):
            rows.fill(database, f"due-{number}-", DUE, NOON - timedelta(minutes=2))
            tries.append(rows.batches(database, DUE))
        speed, one = max(tries)
        whole, busy = rows.whole_way(database, DELIVERED)
        name = database.url.get_backend_name()
    print(
        f"\n{name}: claim and mark {speed:,.0f} messages/s (batches of {BATCH}, two transactions "
        f"each, a claim {one:.1f} ms; best of {[round(each) for each, _ in tries]}); the whole way "
        f"with an instant sender {whole:,.0f}/s, {busy:.1f} ms of processor each"
    )
    assert speed > AIM


def test_a_million_messages_of_the_future(database_url: str) -> None:
    with rows.opened(database_url) as database:
        rows.fill(database, "warm", DUE, NOON - timedelta(minutes=2))
        rows.batches(database, DUE)
        sends = rows.outbox(database)
        before = _claim(database, "before")
        quiet = min(_tick(sends), _tick(sends))
        rows.fill(database, "future", MILLION, NOON + timedelta(days=1), 1.0)
        memory = rows.resident_mb()
        after = _claim(database, "after")
        full = min(_tick(sends), _tick(sends))
        grown = rows.resident_mb() - memory
        name = database.url.get_backend_name()
    print(
        f"\n{name}: {MILLION:,} messages of the future: a claim of {BATCH} {before:.1f} -> "
        f"{after:.1f} ms, x {after / before:.2f}; a tick without work {quiet:.1f} -> {full:.1f} "
        f"ms; memory {grown:+.1f} MB"
    )
    assert after < RATIO * before + 0.5
    assert grown < 10


def _claim(database: Database, mark: str) -> float:
    """Return the milliseconds of a claim, the best of three rounds: others use the machine, too."""
    rounds = []
    for number in range(3):
        rows.fill(database, f"{mark}-{number}-", DUE, NOON - timedelta(minutes=2))
        rounds.append(rows.batches(database, DUE)[1])
    return min(rounds)


def _tick(sends: Outbox) -> float:
    """Return the milliseconds of one tick that finds nothing to do."""
    began = time.perf_counter()
    for _ in range(ROUNDS):
        assert sends.send_due(NOON) + sends.reap(NOON) + sends.look_up(NOON) == 0
        sends.next_due()
    return (time.perf_counter() - began) * 1000 / ROUNDS


def test_lag_with_the_default_tick(database_url: str) -> None:
    with rows.opened(database_url) as database:
        lags = rows.lags(database, seconds=30, a_second=20)
        name = database.url.get_backend_name()
    p50, p99 = lags[len(lags) // 2], lags[len(lags) * 99 // 100]
    print(f"\n{name}: lag of {len(lags)} messages, tick 5 s: p50 {p50:.1f} s, p99 {p99:.1f} s")
    assert len(lags) == 600
    assert p99 < 10
