"""Business registration numbers (사업자등록번호): ten digits, 3-2-5.

Source of the check digit: weights 1 3 7 1 3 7 1 3 5 and floor(d9 * 5 / 10), as published by
the National Tax Service and verified on three published numbers. An office code below 101,
a type of 00 and a serial of 0000 are never issued.
"""

import re

from bot.nlu.digits import digit_runs
from bot.nlu.phones import FoundNumber, is_phone

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
LENGTH = 10
_FIRST_OFFICE = 101
_SPOKEN_LEAST = 6
"""Digit words shorter than this are ordinary words."""


def checksum_ok(digits: str) -> bool:
    """Tell whether the tenth digit fits the first nine.

    >>> checksum_ok("1234567891"), checksum_ok("1234567890")
    (True, False)
    """
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
    total += int(digits[8]) * 5 // 10
    return (10 - total % 10) % 10 == int(digits[9])


def check(digits: str) -> str | None:
    """Return the error code of a number, None when it is good.

    >>> check("0000000000"), check("123456789"), check("1234567890"), check("1234567891")
    ('brn_invalid', 'brn_length', 'brn_checksum', None)
    """
    if len(digits) != LENGTH:
        return "brn_length"
    if int(digits[:3]) < _FIRST_OFFICE or digits[3:5] == "00" or digits[5:9] == "0000":
        return "brn_invalid"
    return None if checksum_ok(digits) else "brn_checksum"


def find_business_numbers(text: str) -> tuple[FoundNumber, ...]:
    """Return the valid business numbers in the text; telephone numbers are left alone.

    >>> find_business_numbers("등록번호 987-01-12345 입니다")[0].value
    '9870112345'
    """
    found = []
    for run in digit_runs(text, least=LENGTH):
        for digits in run.readings():
            if check(digits) is None and not (digits.startswith("0") and is_phone(digits)):
                found.append(FoundNumber(digits, run.start, run.end))
                break
    return tuple(found)


def parse_business_number(text: str) -> tuple[str | None, str | None]:
    """Read an answer to "사업자등록번호를 알려주세요": the value, or an error code, or neither.

    >>> parse_business_number("222 22 22227 이거 맞나")
    ('2222222227', None)
    >>> parse_business_number("10자리가 아니고 9자린데 987011234")
    (None, 'brn_length')
    """
    found = find_business_numbers(text)
    if found:
        return found[-1].value, None
    runs = [
        run
        for run in digit_runs(text, least=4)
        if run.spoken < len(run.digits) or len(run.digits) >= _SPOKEN_LEAST
    ]
    if not runs:
        bare = re.fullmatch(r"\D*(\d{1,3})\D{0,4}", text.strip())
        return None, "brn_length" if bare else None
    readings = max(runs, key=lambda run: len(run.digits)).readings()
    fitting = [digits for digits in readings if len(digits) == LENGTH] or list(readings)
    return None, check(fitting[0])
