"""Sales of another stretch of time than a month: 석 달에 9백, 분기 천오백, 하루 30.

A stall is open some 25 days a month; what is sold in a month is needed only roughly, and is
said back to the merchant.
"""

import re
from fractions import Fraction

from bot.nlu.endings import strip_copula, trim
from bot.nlu.money import parse_won
from bot.nlu.numbers import parse_number

MONTHLY_UNIT = 10_000
"""A bare number for sales (오백, 300) counts 만원."""
DAYS_OPEN = 25
_DAY, _WEEK, _HALF = Fraction(1, DAYS_OPEN), Fraction(12, 52), Fraction(1, 2)
_MONTHS = {"개월": Fraction(1), "달": Fraction(1), "분기": Fraction(3), "년": Fraction(12),
           "해": Fraction(12), "주일": _WEEK, "주": _WEEK, "일": _DAY}  # fmt: skip
"""Unit -> how many months it is."""
_NATIVE = {"한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6,
           "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "열한": 11, "열두": 12}  # fmt: skip
_WORDS = {"하루": _DAY, "하루벌이": _DAY, "매일": _DAY, "이틀": 2 * _DAY, "사흘": 3 * _DAY, "일매출": _DAY,
          "일주일": _WEEK, "매주": _WEEK, "보름": _HALF, "매달": Fraction(1), "매월": Fraction(1),
          "다달이": Fraction(1), "월": Fraction(1), "분기": Fraction(3), "반년": Fraction(6),
          "반기": Fraction(6), "연": Fraction(12), "작년": Fraction(12), "해마다": Fraction(12),
          "매년": Fraction(12)}  # fmt: skip
_AFTER = r"\s?(?:치|간|동안|마다|평균|매출|당)?(?:에|은|는|이면|으로|로|이)?"
_COUNTED = re.compile(
    rf"(?<![가-힣\d])(?P<count>\d{{1,2}}|{'|'.join(_NATIVE)}|[일이삼사오육칠팔구십]{{1,3}})\s?"
    rf"(?P<unit>개월|달|분기|년|해|주일|주|일(?=에|간|동안|치)){_AFTER}(?![가-힣])"
)
_NAMED = re.compile(
    rf"(?<![가-힣\d])(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}|주(?=에|당))"
    rf"{_AFTER}(?=\s|\d|[한약총일이삼사오육칠팔구십백천만억]|$)"
)


def stretches(text: str) -> tuple[tuple[Fraction, int, int], ...]:
    """Return the stretches of time in a text: how many months, and where they stand."""
    found = [(_counted(m), *m.span()) for m in _COUNTED.finditer(text)]
    for match in _NAMED.finditer(text):
        if not any(start < match.end() and match.start() < end for _, start, end in found):
            found.append((_WORDS.get(match["word"], _WEEK), *match.span()))
    return tuple((months, start, end) for months, start, end in found if months)


def _counted(match: re.Match[str]) -> Fraction:
    count = _NATIVE.get(match["count"]) or parse_number(match["count"]) or 0
    return Fraction(count) * _MONTHS[match["unit"]]


def is_of_another_stretch(text: str) -> bool:
    """Tell whether a text speaks of anything but one month.

    >>> is_of_another_stretch("3개월에 삼백"), is_of_another_stretch("한 달에 삼백")
    (True, False)
    """
    return any(months != 1 for months, _, _ in stretches(text))


def sales_a_month(text: str) -> int | None:
    """Return what is sold in a month when sales of another stretch of time were told.

    >>> sales_a_month("석 달에 9백"), sales_a_month("일년에 육천"), sales_a_month("하루 30")
    (3000000, 5000000, 7500000)
    """
    plain = strip_copula(trim(text))
    found = stretches(plain)
    if any(months == 1 for months, _, _ in found):
        return parse_won(plain, bare_unit=MONTHLY_UNIT, per="month")
    if len({months for months, _, _ in found}) != 1:
        return None
    months = found[0][0]
    for _, start, end in sorted(found, reverse=True, key=lambda each: each[1]):
        plain = f"{plain[:start]} {plain[end:]}"
    won = parse_won(plain.strip(), bare_unit=MONTHLY_UNIT, per="month")
    return None if won is None else round(won / months / MONTHLY_UNIT) * MONTHLY_UNIT
