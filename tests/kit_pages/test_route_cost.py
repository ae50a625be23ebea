"""`make bench`: what a scanned code costs."""

import pytest

from tests.benchmarks import route_cost

pytestmark = pytest.mark.bench


def test_a_scanned_code_is_among_the_cheapest_routes() -> None:
    figures = route_cost.report()
    assert figures["GET /k/<code>"] < figures["GET /kits/<token>"]
    assert figures["GET /k/<code>"] < figures["GET /console/login"]
