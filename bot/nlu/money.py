"""Amounts in won as merchants say them: 300만원, 한 8천만원쯤, 12억 5천, 오백.

A bare "오백" means 500 won or 5,000,000 won depending on the question, hence `bare_unit`.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.nlu.normalise import READ_LIMIT
from bot.nlu.numbers import NumberSpan, find_numbers, find_vague, parse_number

_EOK = 10**8
_MAN = 10**4
_BARE_DIGITS_IN_WON = 10**6
"""A bare number from here on is already in won, whatever the question's unit is."""

_CURRENCY = re.compile(r"\s?(?:원|won|krw|₩)", re.IGNORECASE)
_NOT_MONEY = frozenset({
    "개월", "사람", "명", "인", "장", "개", "번", "년", "월", "일", "시", "분", "시간", "달", "주", "살",
    "층", "호", "강", "회", "대", "평", "%",
})  # fmt: skip
_TO = re.compile(r"\s?(?:원|만원|만)?\s?(?:~|-|에서|부터|내지|와|과)\s?")
_ABOVE = re.compile(r"\s?(?:원|만원)?\s?(?:은|는|을|를|이|가)?\s?(?:이상|초과|넘|보다 많|부터)")
_BELOW = re.compile(
    r"\s?(?:원|만원)?\s?(?:이|가|도|은|는|을|를)?\s?(?:이하|미만|안\s?[되돼]|못|아래|보다 적|까지)"
)
_YEAR = re.compile(
    r"(?:1\s?년|일\s?년|한\s?해|연|작년|연간|년간|년\s?매출|해)\S{0,4}\s?(?:총|전부|다\s?해서|한|약|매출이?)?\s?$"
)
_OTHER_PERIOD = re.compile(
    r"(?:반\s?년|한\s?달|달|월|월평균|분기|하루|일|주|주일|[1-9]\s?개월)\S{0,3}\s?(?:한|약|평균|매출이?)?\s?$"
)
_MONTH = re.compile(
    r"(?:한\s?달|1달|매달|월|월평균|다달이|달)\S{0,3}\s?(?:한|약|평균|매출이?|보통)?\s?$"
)
_NEGATED = re.compile(r"\s?(?:만?\s?원)?\s?(?:이|가|은|는)?\s?(?:아니|말고)")


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    won: int


def parse_won(text: str, *, bare_unit: int = 1, per: str = "year") -> int | None:
    """Return the amount of money a text states, in won.

    Args:
        text: normalised text.
        bare_unit: what a bare number (오백, 6천, 300) counts in; 10_000 for questions about
            sales, where people leave out 만원.
        per: "year" or "month": of several statements the one for this period wins, then the
            last one.

    Returns:
        The amount; "1억 넘어요" gives the bound. None for no amount, a vague one (삼사백) and a
        range of two amounts, see `parse_won_range`.
    """
    text = text[:READ_LIMIT]
    amounts = _amounts(text, bare_unit)
    if not amounts or _range(text, amounts):
        return None
    if find_vague(text) and not _certain(text, amounts):
        return None
    wanted = _YEAR if per == "year" else _MONTH
    for amount in reversed(amounts):
        if wanted.search(text[: amount.start]):
            return amount.won
    return _last_unless_other_period(text, amounts, per)


def parse_won_range(text: str, *, bare_unit: int = 1) -> tuple[int | None, int | None] | None:
    """Return the lowest and highest amount a text allows, in won, inclusive.

    "300~400만원" gives both ends, "5천원 이상" (5000, None), "만원 이하" (None, 10000), a plain
    amount the same twice; None when no amount stands in the text.
    """
    text = text[:READ_LIMIT]
    amounts = _amounts(text, bare_unit)
    if not amounts:
        return None
    if ends := _range(text, amounts):
        return ends
    last = amounts[-1]
    if _ABOVE.match(text, last.end):
        return last.won, None
    if _BELOW.match(text, last.end):
        return None, last.won
    return last.won, last.won


def _certain(text: str, amounts: list[_Amount]) -> bool:
    """Tell whether a vague word stands elsewhere (두어 명이 500만원), not in the amount."""
    return all(
        end < amount.start - 1 or start > amount.end
        for start, end in find_vague(text)
        for amount in amounts
    )


def _last_unless_other_period(text: str, amounts: list[_Amount], per: str) -> int | None:
    """Return the last amount unless it was said of another period (하루에 30만원)."""
    last = amounts[-1]
    before = text[: last.start]
    if per == "month" and _YEAR.search(before):
        return None
    if _OTHER_PERIOD.search(before) and not (per == "month" and _MONTH.search(before)):
        return None
    return last.won


def _amounts(text: str, bare_unit: int) -> list[_Amount]:
    found: list[_Amount] = []
    for number in find_numbers(text):
        amount = _amount(text, number, bare_unit)
        if amount and _NEGATED.match(text, amount.end):
            continue
        if amount:
            found.append(amount)
    if not found and (whole := parse_number(text)) is not None and whole >= 0:
        won = _bare(int(whole), text.strip(), bare_unit)
        return [] if won is None else [_Amount(0, len(text), won)]
    return found


def _amount(text: str, number: NumberSpan, bare_unit: int) -> _Amount | None:
    written = text[number.start : number.end]
    currency = _CURRENCY.match(text, number.end)
    end = currency.end() if currency else number.end
    if (
        number.counter in _NOT_MONEY
        or (number.kind == "native" and not currency)
        or number.value < 0
    ):
        return None
    if "억" in written:
        return _Amount(number.start, end, _with_eok(written, int(number.value)))
    if "만" in written or currency:
        return _Amount(number.start, end, round(number.value))
    won = _bare(number.value, written, bare_unit)
    return None if won is None else _Amount(number.start, end, won)


def _with_eok(written: str, value: int) -> int:
    """Return the amount of "1억 5천", where the tail counts in 만 although it is left out."""
    tail = value % _EOK
    return value - tail + tail * _MAN if "만" not in written and 0 < tail < _MAN else value


def _bare(value: float, written: str, bare_unit: int) -> int | None:
    """Return the won of a number without 만, 억 or 원, None when either reading is possible."""
    if "만" in written or "억" in written or value >= _BARE_DIGITS_IN_WON or value == 0:
        return round(value)
    if bare_unit > 1 and value >= _MAN:
        return None
    return round(value * bare_unit)


def _range(text: str, amounts: list[_Amount]) -> tuple[int, int] | None:
    """Return both ends when two amounts are joined (300~400만원, 25000원에서 3만원)."""
    for first, second in pairwise(amounts):
        joined = _TO.fullmatch(text, first.end, second.start)
        if joined and first.won != second.won:
            low = _scaled(text, first, second)
            return min(low, second.won), max(low, second.won)
    return None


def _scaled(text: str, first: _Amount, second: _Amount) -> int:
    """Return the first amount in the unit of the second: 300~400만 starts at 300만."""
    written = text[first.start : first.end]
    if "만" in text[second.start : second.end] and not re.search("[만억원]", written):
        number = parse_number(written)
        return round((number or 0) * _MAN)
    return first.won
