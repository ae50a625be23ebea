"""What KakaoPay answers: its words for a payment, its errors, and the fields that we rely on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.clients.http import Answer, raise_for
from bot.errors import ExternalRejectedError, ExternalUnavailableError

CODES: Final = {
    -400: "kakaopay_no_key",
    -401: "kakaopay_bad_key",
    -403: "kakaopay_not_enabled",
    -429: "kakaopay_quota",
    -500: "kakaopay_crashed",
    -503: "kakaopay_down",
    -702: "kakaopay_approved_before",
    -731: "kakaopay_bad_cid",
    -780: "kakaopay_not_approved",
    -785: "kakaopay_duplicate",
}
"""Our codes of theirs; any other is `kakaopay_<number>`."""
_LATER: Final = frozenset({-429, -500, -503})

PayStatus = Literal["waiting", "paid", "cancelled", "failed", "unknown"]
STATUSES: Final[Mapping[str, PayStatus]] = {
    "READY": "waiting",
    "SEND_TMS": "waiting",
    "OPEN_PAYMENT": "waiting",
    "SELECT_METHOD": "waiting",
    "ARS_WAITING": "waiting",
    "AUTH_PASSWORD": "waiting",
    "ISSUED_SID": "waiting",
    "SUCCESS_PAYMENT": "paid",
    "PART_CANCEL_PAYMENT": "paid",  # a part of it is still there
    "CANCEL_PAYMENT": "cancelled",
    "FAIL_AUTH_PASSWORD": "failed",
    "QUIT_PAYMENT": "failed",
    "FAIL_PAYMENT": "failed",
}
_METHOD: Final = re.compile(r"[A-Z0-9_-]{1,40}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payment stands.

    Attributes:
        status: in our words; `unknown` for a word that was not documented.
        raw: in theirs.
        left: won that can still be given back; None when it did not say.
        aid: of the approval; "" when there was none.
    """

    status: PayStatus
    raw: str
    left: int | None
    aid: str


def status_of(raw: str) -> PayStatus:
    """Return our word for theirs."""
    return STATUSES.get(raw, "unknown")


def refuse(answer: Answer) -> None:
    """Raise what an answer means that is not 2xx; one of a gateway has no code of KakaoPay's.

    Raises:
        ExternalUnavailableError: it may be asked again later.
        ExternalRejectedError: it does not want to.
    """
    number, method = _reason(answer) if answer.status >= 400 else (None, "")  # noqa: PLR2004 -- the first status that is a refusal
    if number is None:
        raise_for(answer.status, answer.headers)
        return
    words = f"answered {answer.status}" + (f", method {method}" if method else "")
    code = CODES.get(number, f"kakaopay_{number}")
    if number in _LATER:
        raise ExternalUnavailableError(words, code=code)
    raise ExternalRejectedError(words, code=code)


def _reason(answer: Answer) -> tuple[int | None, str]:
    """Return their code, and that of the bank or card; their sentences may be about people."""
    try:
        found = answer.json()
    except ExternalUnavailableError:
        return None, ""
    number = found.get("error_code") if isinstance(found, dict) else None
    if isinstance(number, bool) or not isinstance(number, int):
        return None, ""
    extras = found.get("extras")
    method = str(extras.get("method_result_code") or "") if isinstance(extras, dict) else ""
    return number, method if _METHOD.fullmatch(method) else ""


def text_of(answer: Mapping[str, Any], name: str) -> str:
    """Return a field that has to be there.

    Raises:
        ExternalUnavailableError: it is not, or is empty (code `odd_answer`).
    """
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise odd()
    return value


def total_of(answer: Mapping[str, Any], name: str) -> int:
    """Return the sum of an amount.

    Raises:
        ExternalUnavailableError: there is none (code `odd_answer`).
    """
    amounts = answer.get(name)
    total = amounts.get("total") if isinstance(amounts, dict) else None
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise odd()
    return total


def aid_of(actions: object) -> str:
    """Return the id of the approval among what was done with a payment, "" without one."""
    rows = actions if isinstance(actions, list) else []
    paid = [
        row for row in rows if isinstance(row, dict) and row.get("payment_action_type") == "PAYMENT"
    ]
    return str(paid[-1].get("aid") or "") if paid else ""


def odd() -> ExternalUnavailableError:
    """Return the error of an answer that was never promised."""
    return ExternalUnavailableError("unexpected answer", code="odd_answer", maybe_done=True)
