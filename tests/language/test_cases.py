"""Every line of cases.tsv is understood fully: all keys equal."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.nlu import understand
from tests.language.questions import context

LEAST_CASES = 400


def _cases() -> list[tuple[str, str, dict[str, Any]]]:
    lines = (Path(__file__).parent / "cases.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(asked, text, json.loads(expected)) for asked, text, expected in rows]


CASES = _cases()


@pytest.mark.parametrize(("asked", "text", "expected"), CASES)
def test_understood(asked: str, text: str, expected: dict[str, Any]) -> None:
    assert understand(text, context(asked)).as_result() == expected


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len(CASES) >= LEAST_CASES
    assert len({(asked, text) for asked, text, _ in CASES}) == len(CASES)
