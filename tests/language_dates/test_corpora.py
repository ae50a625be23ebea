"""The figures that must not fall, over the optional corpora; skipped where they are absent."""

from datetime import datetime

import pytest

from bot.nlu.dates import find, parse_datetime
from bot.nlu.normalise import normalise
from tests.benchmarks import language_dates_eval as bench

NOW = datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- Korean local time, as the parsers take it
pytestmark = pytest.mark.skipif(not bench.CORPORA.is_dir(), reason="the corpora are not here")


def share(pair: tuple[int, int]) -> float:
    return pair[0] / pair[1]


def test_booking_points_and_ranges() -> None:
    rows, aside = bench.booking_rows()
    assert aside < 0.2 * len(rows)
    right, total = bench.score(rows, parse_datetime)
    for ours in (False, True):
        assert share(bench.summed(right, total, bench.POINTS, ours=ours)) >= 0.97
        assert share(bench.summed(right, total, bench.RANGES, ours=ours)) >= 0.93


def test_every_row_set_aside_exists_and_has_a_reason() -> None:
    known = {row["id"] for row in bench.corpus("datetime.dev.jsonl")}
    aside = bench.set_aside()
    assert set(aside) <= known
    assert all(len(reason) > 20 for reason in aside.values())


def test_a_row_that_is_right_is_not_set_aside() -> None:
    aside = bench.set_aside()
    rows = [row for row in bench.corpus("datetime.dev.jsonl") if row["id"] in aside]
    right, _ = bench.score(rows, parse_datetime)
    assert sum(right.values()) == 0


def test_colloquial_phrases() -> None:
    rows = [
        row for row in bench.corpus("colloquial_datetime.dev.jsonl") if row["type"] == "datetime"
    ]
    right = [bench._exact(row, parse_datetime) for row in rows]
    assert sum(right) >= 0.97 * len(rows)


def test_small_talk_holds_no_dates() -> None:
    lines = (bench.CORPORA / "smalltalk.dev.txt").read_text(encoding="utf-8").splitlines()
    plain = [line for line in lines if not bench.TIME_WORD.search(line)]
    assert len(plain) > 0.85 * len(lines)
    false = [line for line in plain if find(normalise(line).text, NOW)]
    assert len(false) <= 0.0005 * len(plain), false
