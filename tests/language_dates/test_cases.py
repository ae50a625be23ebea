"""Own cases of dates, times, hours, closed days, numbers and money, one per line of cases.tsv."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.nlu.dates import (
    Appointment,
    parse_appointment,
    parse_closed_days,
    parse_datetime,
    parse_hours,
)
from bot.nlu.money import parse_won
from bot.nlu.numbers import parse_number, parse_ordinal

NOW = datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- Korean local time, as the parsers take it
TABLE = Path(__file__).parent / "cases.tsv"


def cases() -> list[tuple[str, str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    split = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(cells[0], cells[1], cells[2] if len(cells) > 2 else "") for cells in split]


def written(answer: Appointment) -> str:
    """Return an appointment in the short form of the table."""
    days = f"{answer.date_start or ''}~{answer.date_end or ''}"
    times = f"{answer.range_start:%H:%M}-{answer.range_end:%H:%M}" if answer.range_start else ""
    parts = {
        "d": answer.date,
        "t": answer.time and answer.time.isoformat("minutes"),
        "p": answer.period,
        "after": answer.time_after and answer.time_after.isoformat("minutes"),
        "before": answer.time_before and answer.time_before.isoformat("minutes"),
        "range": times,
        "days": days.strip("~") and days,
        "alt": ",".join(map(str, answer.alternatives)),
        "ex": ",".join(answer.exclude),
        "wk": answer.week,
        "any": answer.any,
        "clarify": answer.clarify,
        "error": answer.error,
        "conflict": ",".join(map(str, answer.conflict)),
        "wd": ",".join(answer.weekdays),
    }
    found = [f"{name}={value}" for name, value in parts.items() if value]
    return " ".join(sorted([*found, "every"] if answer.every else found))


def datetime_answer(text: str) -> str:
    return " ".join(sorted(f"{key}={value}" for key, value in parse_datetime(text, NOW).items()))


def hours_answer(text: str) -> str:
    found = parse_hours(text)
    return "" if found is None else found if isinstance(found, str) else " ".join(found)


def closed_answer(text: str) -> str:
    found = parse_closed_days(text)
    return "" if found is None else " ".join(found) or "[]"


def plain(value: float | None) -> str:
    return "" if value is None else str(value)


ASK: dict[str, Callable[[str], str]] = {
    "date": lambda text: written(parse_appointment(text, NOW)),
    "time": lambda text: written(parse_appointment(text, NOW, asked="time")),
    "datetime": datetime_answer,
    "hours": hours_answer,
    "closed": closed_answer,
    "number": lambda text: plain(parse_number(text)),
    "won": lambda text: plain(parse_won(text, bare_unit=10_000)),
    "ordinal": lambda text: plain(parse_ordinal(text)),
}


@pytest.mark.parametrize(("asked", "text", "expected"), cases())
def test_own_case(asked: str, text: str, expected: str) -> None:
    in_order = asked in {"hours", "closed"}
    assert ASK[asked](text) == (expected if in_order else " ".join(sorted(expected.split())))


def test_there_are_at_least_two_hundred_own_cases_of_every_kind() -> None:
    kinds = [asked for asked, _, _ in cases()]
    assert len(kinds) >= 200
    assert set(kinds) == set(ASK)
