"""What must never be stored: resident numbers, card numbers, passwords; and masking.

Resident registration numbers (주민등록번호, 외국인등록번호): 개인정보 보호법 24조의2. Cards:
ISO/IEC 7812 with the Luhn check. Masking is for transcripts and logs: the sentence stays
readable, the number does not.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.nlu.banks import find_bank
from bot.nlu.digits import DigitRun, digit_runs
from bot.nlu.phones import is_phone

PiiKind = Literal["rrn", "card", "password"]


@dataclass(frozen=True, slots=True)
class PiiSpan:
    """A stretch of text that must not be stored: its kind and where it stands."""

    kind: PiiKind
    start: int
    end: int


_RRN_LENGTH, _RRN_FRONT = 13, 6
_CARD_LENGTHS = range(14, 17)
_CARD_FIRST = "23456"
_RRN_WORD = re.compile(r"주민|외국인\s?등록|생년월일\s?이랑\s?뒷자리|민증")
_CARD_WORD = re.compile(r"카드")
_ACCOUNT_WORD = re.compile(r"계좌|통장|은행|입금")
_MASKED_RRN = re.compile(r"(?<!\d)\d{6}\s?[-.]\s?[1-8][\d*xX●○]{6}(?![\d*])")
_RRN_APART = re.compile(r"(?<!\d)(\d{6})\D{1,12}([1-8]\d{6})(?!\d)")
"""Front and back of a resident number with words between them; needs the word beside it."""
_WIDE = re.compile("[\uff01-\uff5e]")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width signs as Korean keyboards make them, one to one, so that places stay."""
_PASSWORD = re.compile(
    r"(?:비밀\s?번호|비번|패스워드|password|passwd|pw|암호|인증\s?번호|인증\s?코드|otp|오티피|핀\s?번호|pin)"
    r"\s*(?:는|은|가|이|를|을|is|:|=|이요|요)?\s*(?:바로|그냥|여기|요거)?\s*[:=]?\s*"
    r"(?P<secret>[A-Za-z0-9!@#$%^&*_+-]{4,}|[공영일이삼사오육륙칠팔구]{4,})",
    re.IGNORECASE,
)
_PASSWORD_AFTER = re.compile(
    r"(?<![A-Za-z0-9!@#$%^&*_+-])(?P<secret>[A-Za-z0-9!@#$%^&*_+-]{4,32})\s*(?:이|가|은|는|이게|이거)?\s*(?:내|제|우리)?\s*(?:비밀\s?번호|비번|패스워드|인증\s?번호|암호)(?!를?\s?(?:몰|모르|잊|까먹))",
    re.IGNORECASE,
)
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _birth_ok(digits: str) -> bool:
    """Tell whether the first seven digits are a birthday and a code of century and sex."""
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month] and digits[6] in "12345678"  # noqa: PLR2004 - a plain count


def _rrn_shape(run: DigitRun) -> bool:
    """Tell whether the run is written like a resident number: 6-7, or digit by digit."""
    widths = [len(group) for group in run.groups]
    return widths in ([6, 7], [6, 1, 6], [13]) or max(widths) <= 2 or widths[0] == _RRN_FRONT  # noqa: PLR2004 - a plain count


def _is_rrn(run: DigitRun, text: str) -> bool:
    """Tell whether a run of digits is a resident number."""
    for digits in run.readings():
        if len(digits) == _RRN_LENGTH and _birth_ok(digits):
            if _RRN_WORD.search(text):
                return True
            if _rrn_shape(run) and not (len(run.groups) == 1 and _is_account(digits, text)):
                return True
    return False


def _is_account(digits: str, text: str) -> bool:
    """Tell whether digits without a break are an account: it is said, and no check digit fits.

    Numbers given out since October 2020 have no check digit; whoever names a bank before one
    of those cannot be told from somebody with such an account.
    """
    return _is_account_text(text) and not _check_digit_ok(digits)


def _check_digit_ok(digits: str) -> bool:
    """Tell whether the last digit is that of a resident number (of foreigners, too).

    >>> _check_digit_ok("8001011234560"), _check_digit_ok("8001011234567")
    (True, False)
    """
    total = sum(int(digit) * (place % 8 + 2) for place, digit in enumerate(digits[:-1]))
    rest = 11 - total % 11
    foreign = digits[_RRN_FRONT] in "5678"
    return (
        int(digits[-1]) in {rest % 10, (rest + 2) % 10}
        if foreign
        else (int(digits[-1]) == rest % 10)
    )


def _is_account_text(text: str) -> bool:
    return (
        bool(_ACCOUNT_WORD.search(text)) or find_bank(re.sub(r"\s", "", text).lower()) is not None
    )


def _luhn(digits: str) -> bool:
    """Tell whether the digits pass the Luhn check."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - digit sum of a two-digit product
    return total % 10 == 0


def _is_card(run: DigitRun, text: str) -> bool:
    """Tell whether a run of digits is a card number."""
    for digits in run.readings():
        if len(digits) in _CARD_LENGTHS and digits[0] in _CARD_FIRST and _luhn(digits):
            return len(digits) == _CARD_LENGTHS[-1] or bool(_CARD_WORD.search(text))
        if len(digits) == _CARD_LENGTHS[-1] and _CARD_WORD.search(text):
            return True
    return False


def find_pii(text: str) -> tuple[PiiSpan, ...]:
    """Return the resident numbers, card numbers and passwords in a text, left to right.

    >>> [span.kind for span in find_pii("800101-1234567")]
    ['rrn']
    >>> find_pii("비번을 몰라요"), find_pii("010-1234-5678")
    ((), ())
    """
    text = _narrow(text)
    if not text or not _WORTH_LOOKING.search(text):
        return ()
    found = [PiiSpan("rrn", m.start(), m.end()) for m in _MASKED_RRN.finditer(text)]
    if _RRN_WORD.search(text):
        apart = _RRN_APART.finditer(text)
        found += [PiiSpan("rrn", *m.span()) for m in apart if _birth_ok(m[1] + m[2])]
    for run in digit_runs(text, least=_RRN_LENGTH):
        if _is_rrn(run, text):
            found.append(PiiSpan("rrn", run.start, run.end))
        elif _is_card(run, text):
            found.append(PiiSpan("card", run.start, run.end))
    for pattern in (_PASSWORD, _PASSWORD_AFTER):
        found += [
            PiiSpan("password", *m.span("secret")) for m in pattern.finditer(text) if _secret(m)
        ]
    return _without_overlaps(found)


_WORTH_LOOKING = re.compile(
    r"[0-9공영일이삼사오육륙칠팔구]{4}|(?:[0-9공영일이삼사오육륙칠팔구][\s.\-]*){13}|비밀|비번|패스|pass|pw|암호|인증|otp|오티피|핀|pin",
    re.IGNORECASE,
)


def _narrow(text: str) -> str:
    """Return the text with full-width signs as plain ones."""
    return text.translate(_NARROW) if _WIDE.search(text) else text


def _secret(match: re.Match[str]) -> bool:
    """Tell whether the match holds a digit or a digit word, as passwords told in chat do."""
    secret = match.group("secret")
    return any(char.isdigit() for char in secret) or not secret.isascii()


def _without_overlaps(spans: list[PiiSpan]) -> tuple[PiiSpan, ...]:
    """Return the spans in order, the first of two that overlap."""
    kept: list[PiiSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9])[A-Za-z0-9._%+-]{0,64}@([A-Za-z0-9.-]+\.[A-Za-z]{2,})"
)
_MASK_FROM = 9
"""Digit runs of this length and more identify a person, an account or a business."""


def _masked(run: DigitRun, text: str) -> str:
    """Return what stands in a transcript instead of a run of digits."""
    digits = next(filter(is_phone, run.readings()), run.digits)
    if _is_rrn(run, text) or _is_card(run, text):
        return "*" * len(digits)
    if digits.startswith("01") and is_phone(digits):
        return f"{digits[:3]}-****-{digits[-4:]}"
    if is_phone(digits) and digits.startswith("0"):
        return f"{digits[:2]}-****-{digits[-4:]}"
    if len(digits) == 10:  # noqa: PLR2004 - a business number, 3-2-5
        return f"{digits[:3]}-**-*****"
    return "*" * (len(digits) - 2) + digits[-2:]


def mask(text: str) -> str:
    """Return the text with numbers that identify somebody hidden, for transcripts and logs.

    >>> mask("제 번호는 010-1234-5678이고 메일은 kim@example.com이에요")
    '제 번호는 010-****-5678이고 메일은 k***@example.com이에요'
    >>> mask("사업자번호 123-45-67891"), mask("비번은 abcd12")
    ('사업자번호 123-**-*****', '비번은 ******')
    """
    text = _narrow(text)
    cuts = [(run.start, run.end, _masked(run, text)) for run in digit_runs(text, least=_MASK_FROM)]
    taken = [(start, end) for start, end, _ in cuts]
    cuts += [
        (span.start, span.end, "*" * (span.end - span.start))
        for span in find_pii(text)
        if not any(start < span.end and span.start < end for start, end in taken)
    ]
    for start, end, shown in sorted(cuts, reverse=True):
        text = text[:start] + shown + text[end:]
    return _EMAIL.sub(r"\1***@\2", text)
