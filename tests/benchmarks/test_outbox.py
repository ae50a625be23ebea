"""`make bench`: the outbox; fails only where a figure would be a defect."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import pytest

from bot.outbox.claim import BATCH
from bot.outbox.outbox import Outbox
from models import migrations
from models.session import Database
from tests.benchmarks import outbox_rows as rows
from tests.databases import Cluster
from tests.outbox.office import NOON

pytestmark = pytest.mark.bench
DUE, DELIVERED, MILLION = 10_000, 1_000, 1_000_000
ROUNDS, CLAIM_ROUNDS = 50, 8
AIM, RATIO = 2000, 1.2


def test_claiming_marking_and_sending(database_url: str) -> None:
    with rows.opened(database_url) as database:
        tries = []
        for number in range(3):
            rows.fill(database, f"due-{number}-", DUE, NOON - timedelta(minutes=2))
            tries.append(rows.batches(database, DUE))
        speed, claims = max(tries)
        whole, busy = rows.whole_way(database, DELIVERED)
        name = database.url.get_backend_name()
    print(
        f"\n{name}: claim and mark {speed:,.0f} messages/s (batches of {BATCH}, two transactions "
        f"each, a claim {median(claims):.1f} ms; best of {[round(each) for each, _ in tries]}); the whole way "
        f"with an instant sender {whole:,.0f}/s, {busy:.1f} ms of processor each"
    )
    assert speed > AIM


@dataclass
class Twins:
    """Two databases of one kind: what the machine does meanwhile hits both alike."""

    usual: Database
    full: Database

    @property
    def both(self) -> tuple[Database, Database]:
        return self.usual, self.full


@pytest.fixture(params=["sqlite", "postgresql"])
def twins(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Twins]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            urls = [f"sqlite:///{tmp_path / name}" for name in ("usual.db", "full.db")]
        else:
            cluster: Cluster = request.getfixturevalue("postgres")
            name = cluster.create()
            stack.callback(cluster.drop, name)
            urls = [cluster.empty(), cluster.address(name)]
        for url in urls:
            migrations.upgrade(url)
        yield Twins(*(stack.enter_context(rows.opened(url)) for url in urls))


def test_a_million_messages_of_the_future(twins: Twins) -> None:
    rows.fill(twins.full, "future", MILLION, NOON + timedelta(days=1), 1.0)
    for database in twins.both:
        rows.fill(database, "warm", DUE, NOON - timedelta(minutes=2))
        rows.batches(database, DUE)
    memory = rows.resident_mb()
    before, after = _claims(twins)
    quiet, full = _ticks(twins)
    grown = rows.resident_mb() - memory
    print(
        f"\n{twins.full.url.get_backend_name()}: {MILLION:,} messages of the future: a claim of "
        f"{BATCH} {before:.1f} -> {after:.1f} ms, x {after / before:.2f}; a tick without work "
        f"{quiet:.1f} -> {full:.1f} ms; memory {grown:+.1f} MB"
    )
    assert after < RATIO * before + 0.5
    assert grown < 10


def _claims(twins: Twins) -> list[float]:
    """Return the milliseconds of a claim in both, as the quickest quarter of all takes.

    What others do on the machine slows most claims down, and never the same ones twice; what
    the messages of the future would cost is in every claim.
    """
    claims: list[list[float]] = [[], []]
    for number in range(CLAIM_ROUNDS):
        for database, known in zip(twins.both, claims, strict=True):
            rows.fill(database, f"due-{number}-", DUE // 2, NOON - timedelta(minutes=2))
            known.extend(rows.batches(database, DUE // 2)[1])
    return [quantiles(known, n=4)[0] for known in claims]


def _ticks(twins: Twins) -> list[float]:
    """Return the milliseconds of a tick that finds nothing to do, in both."""
    each = [rows.outbox(database) for database in twins.both]
    ticks = [[_tick(sends) for sends in each] for _ in range(ROUNDS)]
    return [quantiles(known, n=4)[0] for known in zip(*ticks, strict=True)]


def _tick(sends: Outbox) -> float:
    began = time.perf_counter()
    assert sends.send_due(NOON) + sends.reap(NOON) + sends.look_up(NOON) == 0
    sends.next_due()
    return (time.perf_counter() - began) * 1000


def test_lag_with_the_default_tick(database_url: str) -> None:
    with rows.opened(database_url) as database:
        lags = rows.lags(database, seconds=30, a_second=20)
        name = database.url.get_backend_name()
    p50, p99 = lags[len(lags) // 2], lags[len(lags) * 99 // 100]
    print(f"\n{name}: lag of {len(lags)} messages, tick 5 s: p50 {p50:.1f} s, p99 {p99:.1f} s")
    assert len(lags) == 600
    assert p99 < 10
