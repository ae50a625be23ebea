"""Days in Korea."""

import doctest
from datetime import UTC, date, datetime

import pytest

from bot.services.visits import calendar, kinds, supporter_file, worked
from bot.services.visits.calendar import (
    Calendar,
    clock,
    day_of,
    is_market_day,
    is_store_closed,
    minute_from,
    minute_of,
    moment_of,
)
from models.supporter import DayKind


def test_a_day_begins_at_midnight_in_korea() -> None:
    before, after = (
        datetime(2026, 11, 30, 14, 59, tzinfo=UTC),
        datetime(2026, 11, 30, 15, 0, tzinfo=UTC),
    )
    assert (day_of(before), minute_of(before)) == (date(2026, 11, 30), 1439)
    assert (day_of(after), minute_of(after)) == (date(2026, 12, 1), 0)
    assert moment_of(date(2026, 12, 1), 0) == after
    assert moment_of(date(2026, 12, 1), 1440) == moment_of(date(2026, 12, 2), 0)


def test_clock_and_back() -> None:
    assert [clock(minute_from(text)) for text in ("00:00", "9:05", "24:00")] == [
        "00:00",
        "09:05",
        "24:00",
    ]
    for wrong in ("24:01", "9:60", "x", "-1:00", "9"):
        with pytest.raises(ValueError, match="not a time"):
            minute_from(wrong)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 25), "기독탄신일"),
        (date(2027, 2, 8), "설날 다음날"),
        (date(2027, 2, 9), "설날 대체 휴일"),
        (date(2026, 12, 24), None),
    ],
)
def test_holidays(day: date, name: str | None) -> None:
    assert Calendar().holiday(day) == name


def test_what_the_office_enters_stands_above_the_calendar() -> None:
    christmas, friday = date(2026, 12, 25), date(2026, 12, 4)
    entered = Calendar({christmas: (DayKind.OPEN, ""), friday: (DayKind.CLOSED, "임시공휴일")})
    assert entered.holiday(christmas) is None
    assert entered.holiday(friday) == "임시공휴일"
    assert Calendar({friday: (DayKind.CLOSED, "")}).holiday(friday)


def test_market_days() -> None:
    held = [day for day in range(1, 32) if is_market_day([2, 7], date(2026, 12, day))]
    assert held == [2, 7, 12, 17, 22, 27]
    tens = [day for day in range(1, 32) if is_market_day([5, 0], date(2026, 12, day))]
    assert tens == [5, 10, 15, 20, 25, 30]
    assert not is_market_day([1], date(2026, 12, 31))


@pytest.mark.parametrize(
    ("code", "day", "closed"),
    [
        ("weekly:SUN", date(2026, 11, 29), True),
        ("weekly:SUN", date(2026, 11, 30), False),
        ("monthly:2SUN", date(2026, 12, 13), True),
        ("monthly:2SUN", date(2026, 12, 6), False),
        ("monthly:-1TUE", date(2026, 12, 29), True),
        ("monthly:-1TUE", date(2026, 12, 22), False),
        ("holiday:SEOLLAL", date(2027, 2, 7), True),
        ("holiday:SEOLLAL", date(2027, 2, 8), True),
        ("holiday:SEOLLAL", date(2027, 2, 9), False),
        ("holiday:CHUSEOK", date(2026, 9, 24), True),
        ("whatever", date(2026, 9, 24), False),
        ("monthly:SUN", date(2026, 12, 13), False),
    ],
)
def test_closed_days_of_a_store(code: str, day: date, *, closed: bool) -> None:
    assert is_store_closed([code], day) is closed


@pytest.mark.parametrize(
    "module", [calendar, kinds, supporter_file, worked], ids=lambda m: m.__name__
)
def test_examples(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # modules
