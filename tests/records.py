"""What `merchants show` prints, compared: with what a transcript expects, and with another talk."""

from collections.abc import Iterable
from typing import Any

VOLATILE = frozenset(
    {
        "id",
        "public_id",
        "number",
        "at",
        "asked_at",
        "decided_at",
        "created_at",
        "updated_at",
        "history",
        "submitted_at",
        "opened_at",
        "live_at",
        "deadline",
        "received_at",
        "nts_checked_at",
        "handed_off_at",
        "next_word_on",
        "retry_after",
    }
)


def lasting(record: Any) -> Any:
    """Return a record without what two equal conversations may differ in: ids and times."""
    if isinstance(record, dict):
        return {k: lasting(v) for k, v in record.items() if k not in VOLATILE}
    if isinstance(record, list):
        return [lasting(item) for item in record]
    return record


def differences(expected: Any, found: Any, path: str = "") -> Iterable[str]:
    """Yield where `found` lacks something of `expected` (a part of it)."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from differences(value, found.get(key), f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (wanted, one) in enumerate(zip(expected, found, strict=True)):
            yield from differences(wanted, one, f"{path}[{place}]")
    elif expected != found:
        yield f"{path}: expected {expected!r}, found {found!r}"
