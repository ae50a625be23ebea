import subprocess
import sys
from datetime import date, datetime

import pytest

from bot.nlu.dates import almanac, parse_appointment
from tests.language_dates import make_holidays

NOW = datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- Korean local time, as the parsers take it


def test_the_holiday_table_is_what_the_package_says() -> None:
    assert make_holidays.TABLE.read_text(encoding="utf-8") == make_holidays.table()


def test_substitute_days_are_holidays() -> None:
    assert almanac.is_holiday(date(2027, 2, 9))
    assert not almanac.is_holiday(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("month", "nth", "monday"),
    [(12, 1, date(2026, 11, 30)), (11, -1, date(2026, 11, 23)), (1, 1, date(2025, 12, 29))],
)
def test_a_week_belongs_to_the_month_of_its_thursday(month: int, nth: int, monday: date) -> None:
    assert almanac.week_of_month(2026, month, nth) == monday


@pytest.mark.parametrize(
    ("text", "digits", "day"),
    [
        ("다음 장날", (2, 7), date(2026, 11, 27)),
        ("장날 두시", (5, 0), date(2026, 11, 25)),
        ("이번 장날", (3, 8), date(2026, 11, 23)),
        ("다음 장날", (3, 8), date(2026, 11, 28)),
        ("장날 다음날", (4, 9), date(2026, 11, 25)),
        ("2·7일장 장날", (), date(2026, 11, 27)),
        ("장서는 날", (1, 6), date(2026, 11, 26)),
    ],
)
def test_market_days_follow_the_five_day_cycle(
    text: str, digits: tuple[int, ...], day: date
) -> None:
    assert parse_appointment(text, NOW, market_days=digits).date == day


def test_the_thirty_first_is_no_market_day() -> None:
    assert almanac.market_day(date(2026, 12, 30), (1, 6)) == date(2027, 1, 1)


def test_reading_dates_loads_neither_the_holiday_package_nor_dateparser() -> None:
    code = (
        "import sys, bot.nlu.dates; "
        "assert not {'holidays', 'dateparser'} & set(sys.modules), 'too heavy'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
