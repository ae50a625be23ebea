"""Telephone numbers. Rules of the Korean numbering plan (전기통신번호관리세칙, read 2026-11).

010 takes exactly eight more digits, 01[16789] seven or eight, area codes 02 and 03x-06x
seven or eight, 070 eight, 050x eight, 15xx/16xx/18xx four. Alerts need a mobile number;
whether a number is one is for the caller (`is_mobile`).
"""

import re
from dataclasses import dataclass

from bot.nlu.digits import DigitRun, digit_runs

_VALID = re.compile(
    r"010\d{8}|01[16789]\d{7,8}|02\d{7,8}|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}"
    r"|070\d{8}|050\d\d{8}|1[568]\d{2}\d{4}"
)
_COUNTRY = re.compile(r"\+?\s*82[\s)-]*0?(?=1[016789])")
_LEADING_JUNK = re.compile(r"01[016789]\d{7,8}$")
_NATIVE_DIGITS = {"하나": "1", "둘": "2", "셋": "3", "넷": "4", "다섯": "5"}
_NATIVE = re.compile("|".join(_NATIVE_DIGITS))
PARTIAL_DIGITS = 3
"""From this many digits on, an answer is a mistyped number rather than no number."""


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number and where it stood in the text."""

    value: str
    start: int
    end: int


def is_phone(digits: str) -> bool:
    """Tell whether the digits are a complete Korean telephone number.

    >>> is_phone("01012345678"), is_phone("0101234567")
    (True, False)
    """
    return _VALID.fullmatch(digits) is not None


def is_mobile(digits: str) -> bool:
    """Tell whether messages can be sent to the number.

    >>> is_mobile("01012345678"), is_mobile("0212345678")
    (True, False)
    """
    return digits.startswith("01") and is_phone(digits)


def _reading(run: DigitRun) -> str | None:
    """Return the telephone number that a run of digits is, if it is one."""
    for digits in run.readings():
        if is_phone(digits):
            return digits
        late = _LEADING_JUNK.search(digits)
        if run.spoken and late and is_phone(late.group()):
            return late.group()
    return None


def find_phones(text: str) -> tuple[FoundNumber, ...]:
    """Return the telephone numbers in the text, left to right.

    >>> find_phones("공일공 일이삼사 오육칠팔")[0].value
    '01012345678'
    """
    domestic = _COUNTRY.sub(lambda m: "0".rjust(len(m.group())), text)
    found = []
    for run in digit_runs(domestic, least=8):
        value = _reading(run)
        if value:
            found.append(FoundNumber(value, run.start, run.end))
    return tuple(found)


def _native_digit(match: re.Match[str]) -> str:
    return _NATIVE_DIGITS[match.group()]


def parse_phone(text: str) -> tuple[str | None, str | None]:
    """Read an answer to "전화번호를 알려주세요": the value, or an error code, or neither.

    The last number wins.

    >>> parse_phone("01012345678 아 아니다 01012345679")
    ('01012345679', None)
    >>> parse_phone("010-1234-567")
    (None, 'phone_invalid')
    """
    found = find_phones(text) or find_phones(_NATIVE.sub(_native_digit, text))
    if found:
        return found[-1].value, None
    if any(
        len(run.digits) > PARTIAL_DIGITS or run.digits.startswith("01") for run in digit_runs(text)
    ):
        return None, "phone_invalid"
    return None, None
