"""`make bench`: times for a wish."""

import itertools
from collections.abc import Iterator

import pytest

from models import migrations
from models.session import Database
from tests.benchmarks import visit_slots
from tests.databases import Cluster

pytestmark = pytest.mark.bench


@pytest.fixture
def fresh_postgres(postgres: Cluster) -> Iterator[list[str]]:
    """Return the addresses of empty, migrated databases."""
    names = [postgres.create() for _ in visit_slots.SIZES]
    for name in names:
        migrations.upgrade(postgres.address(name))
    yield [postgres.address(name) for name in names]
    for name in names:
        postgres.drop(name)


def test_times_for_a_wish(fresh_postgres: list[str]) -> None:
    addresses = itertools.cycle(fresh_postgres)
    figures = visit_slots.report(
        {
            "sqlite": visit_slots.fresh_sqlite,
            "postgresql": lambda: Database(next(addresses)),
        }
    )
    for size in ("8 x 10", "20 x 10", "40 x 14"):
        for name in ("sqlite", "postgresql"):
            assert (
                figures[f"{name} {size} kept"].cpu_p50 < figures[f"{name} {size} all anew"].cpu_p50
            )
