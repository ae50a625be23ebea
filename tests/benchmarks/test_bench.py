"""`make bench`: measures, prints, and fails only where a figure would be a defect."""

import importlib.util
from typing import Any

import pytest

from tests.benchmarks import kit_cost, load, pay_list_cost, pay_turn_cost, turn_cost

pytestmark = pytest.mark.bench
OTHERS = ("tests.benchmarks.language_eval", "tests.benchmarks.language_dates_eval")
"""Measurements of understanding; each prints its own report."""


def test_cost_of_a_turn() -> None:
    figures = turn_cost.report()
    assert figures["floor"] < figures["ours"]


def test_cost_of_a_payment_turn() -> None:
    figures = pay_turn_cost.report()
    assert 1 < figures["an answer"] < figures["sending it in"]


def test_cost_of_the_list_of_applications() -> None:
    growth = pay_list_cost.report()
    assert max(growth.values()) < pay_list_cost.MANY / pay_list_cost.FEW


def test_load(sqlite_url: str, postgres_url: str) -> None:
    figures = load.report({"sqlite": sqlite_url, "postgresql": postgres_url})
    for each in figures.values():
        assert (each.errors, each.apologies) == (0, 0)
        assert each.turns > 0


def test_cost_of_a_kit() -> None:
    figures = kit_cost.report()
    assert figures.read == kit_cost.CODES
    assert figures.thumbnail_ms < 150
    assert figures.late_mb < figures.early_mb + 60


@pytest.mark.parametrize("name", OTHERS)
def test_understanding(name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not there")
    module: Any = importlib.import_module(name)
    printed = module.report()
    if isinstance(printed, str):
        print(printed)
