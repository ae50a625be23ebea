"""Write bot/nlu/data/holidays.tsv from the `holidays` package.

The package takes 0.3 s to import, too long for the start of the server, and its dates of the
lunar calendar do not change; a test compares the table with the package.
Run: python -m tests.language_dates.make_holidays
"""

from pathlib import Path

import holidays

TABLE = Path(__file__).parents[2] / "bot" / "nlu" / "data" / "holidays.tsv"
YEARS = range(2024, 2036)
_KEYS = {"설날": "seollal", "추석": "chuseok", "부처님오신날": "buddha"}


def rows() -> list[str]:
    """Return the lines of the table: date, key, name."""
    found = holidays.country_holidays("KR", years=YEARS, language="ko")
    lines = []
    for day, name in sorted(found.items()):
        keys = [key for word, key in _KEYS.items() if word in name.split("; ")]
        lines.append(f"{day.isoformat()}\t{keys[0] if keys else 'other'}\t{name}")
    return lines


def table() -> str:
    """Return the whole file."""
    head = (
        "# Korean public holidays, made by tests/language_dates/make_holidays.py: date, key, name\n"
    )
    return head + "\n".join(rows()) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
