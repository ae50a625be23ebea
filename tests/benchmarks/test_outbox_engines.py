"""`make bench`: the two engines of jobs side by side."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from models.session import Database
from tests.benchmarks import outbox_engines as bench
from tests.databases import Cluster

pytestmark = pytest.mark.bench
BEAT_S = bench.TICK.total_seconds()


@pytest.fixture
def empty(postgres: Cluster) -> Iterator["Place"]:
    place = Place(postgres)
    yield place
    place.empty()


class Place:
    """A database that is emptied between measurements."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def empty(self) -> str:
        """Empty the database and return its address."""
        url = self._cluster.empty()
        database = Database(url)
        with database.write.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS procrastinate CASCADE"))
        database.dispose()
        return url


def test_how_fast_a_hundred_thousand_due_messages_go_out(empty: Place) -> None:
    embedded, cheap = bench.drained("embedded", empty.empty())
    queued, dear = bench.drained("procrastinate", empty.empty())
    print(
        f"\n100,000 due, vendor at once, one process: embedded {embedded:.0f}/s at {cheap:.1f} ms"
        f" of processor each, procrastinate {queued:.0f}/s at {dear:.1f} ms"
        f" ({queued / embedded:.2f} of the speed, {dear / cheap:.1f}x the cost)"
    )
    assert dear < 5 * cheap


def test_how_late_a_due_message_is(empty: Place) -> None:
    for name in ("embedded", "procrastinate"):
        median, worst = bench.lags(name, empty.empty())
        print(f"\nlag at a beat of {BEAT_S:.0f} s, {name}: p50 {median:.1f} s, p99 {worst:.1f} s")
        assert worst < 3 * BEAT_S


def test_what_messages_of_the_future_cost(empty: Place) -> None:
    idle, full = bench.feeding(empty.empty(), 0)
    idle_after, full_after = bench.feeding(empty.empty(), bench.MANY)
    print(
        f"\nfilling the queue: nothing due {idle:.1f} ms, 100 due {full:.1f} ms;"
        f" with 100,000 of the future {idle_after:.1f} ms ({idle_after / idle:.2f}x)"
        f" and {full_after:.1f} ms ({full_after / full:.2f}x)"
    )
    assert full_after < 2 * full + 20
