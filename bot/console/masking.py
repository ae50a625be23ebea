"""Personal data as it is shown before anybody gave a reason to see it."""

_NAME_END = 2
_TAIL = 4
_BRN_DIGITS = 10


def name(text: str | None) -> str:
    """Return a name with its middle hidden: 홍길동 -> 홍*동, 김철 -> 김*."""
    if not text:
        return "-"
    if len(text) <= _NAME_END:
        return text[0] + "*"
    return text[0] + "*" * (len(text) - 2) + text[-1]


def phone(digits: str | None) -> str:
    """Return a phone number of which only the last four digits are left."""
    return f"***-****-{digits[-_TAIL:]}" if digits and len(digits) > _TAIL else "-"


def brn(digits: str | None) -> str:
    """Return a business number without its middle: 120-**-***67."""
    if not digits or len(digits) != _BRN_DIGITS:
        return "-"
    return f"{digits[:3]}-**-***{digits[-2:]}"


def full_phone(digits: str | None) -> str:
    """Return a phone number with hyphens, as it is dialled."""
    if not digits:
        return "-"
    head = 2 if digits.startswith("02") else 3
    return f"{digits[:head]}-{digits[head:-_TAIL]}-{digits[-_TAIL:]}"


def full_brn(digits: str | None) -> str:
    """Return a business number with hyphens, as it is printed."""
    if not digits or len(digits) != _BRN_DIGITS:
        return digits or "-"
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
