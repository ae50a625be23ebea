"""Registrations of as many different merchants as a trial needs."""

from functools import cache

from tests.transcript import ROOT, read

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
"""Of the check digit of a business number (국세청 사업자등록번호 체계)."""


def business_number(number: int) -> str:
    """Return a well-formed business number, different for each `number` below 100,000."""
    digits = [int(digit) for digit in f"1234{number:05}"]
    total = sum(d * w for d, w in zip(digits, _WEIGHTS, strict=True)) + digits[8] * 5 // 10
    return "".join(map(str, (*digits, -total % 10)))


def phone(number: int) -> str:
    """Return a mobile number, different for each `number`."""
    return f"0105{number:07}"


@cache
def _happy() -> tuple[str, ...]:
    turns = read(ROOT / "channel" / "happy.yaml").turns
    return tuple(turn["user"] for turn in turns)


def messages(number: int) -> tuple[str, ...]:
    """Return every message of the happy registration, with data of this merchant's own.

    The last two answer what is asked after the submission.
    """
    own = {
        "공일공 일이삼사 오육칠팔": phone(number),
        "123-45-67891": business_number(number),
    }
    said = [own.get(text, text) for text in _happy()]
    return (*said[:13], f"복순상회{number}", *said[14:])


SUBMIT_AT = 14
"""Place of the message that submits."""
