"""An account-holder service over HTTP.

There is no single vendor of it, so this shape is ours, after three calls of Korea's open
banking (오픈뱅킹 수취조회·입금이체·이체결과조회), with their field names. Everything that matters travels in
the body of a POST: an account number in an address would stand in every log on the way. A
vendor of another shape takes the place of this one file.

`POST {url}/inquiry/real_name` asks for `bank_code_std` and `account_num`, and is answered
`{"rsp_code", "account_num", "account_holder_name"}`. `POST {url}/transfer/deposit` asks for
`bank_tran_id`, the same two, `tran_amt` "1" and `print_content`, and is answered
`{"rsp_code", "bank_tran_id"}`. `POST {url}/transfer/result` asks with `org_bank_tran_id` what
became of a transfer, and is answered `{"rsp_code", "org_bank_tran_id"}`: `OK` when it was made,
`NO_TRANSFER` when it was not and will not be. The key travels as a bearer token.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from bot.clients.account_holder import (
    BANK_RESTS,
    HolderAnswer,
    HolderOutcome,
    WonAnswer,
    WonOutcome,
)
from bot.clients.http import FRESH, HttpClient, Timeouts
from bot.errors import ExternalRejectedError, ExternalUnavailableError

LOG = logging.getLogger(__name__)

TIMEOUTS: Final = Timeouts(connect_s=3.0, read_s=10.0, total_s=15.0)
ANSWER_BYTES: Final = 64 * 1024
MAX_NAME: Final = 60
MAX_CODE: Final = 40
HOLDERS: Final[Mapping[str, HolderOutcome]] = {
    "OK": "found",
    "NO_ACCOUNT": "not_found",
    "ACCOUNT_LENGTH": "bad_length",
    "BANK_UNSUPPORTED": "unsupported",
    "BANK_RESTS": "unavailable",
    "BANK_TIMEOUT": "unavailable",
    "TRY_LATER": "unavailable",
}
"""`rsp_code` of a name enquiry; every other one is unclear."""
WONS: Final[Mapping[str, WonOutcome]] = {
    "OK": "sent",
    "REPEATED": "sent",
    "NO_ACCOUNT": "not_found",
    "ACCOUNT_LENGTH": "not_found",
    "BANK_UNSUPPORTED": "unsupported",
    "BANK_RESTS": "unavailable",
    "TRY_LATER": "unavailable",
}
"""`rsp_code` of a transfer; every other one is unclear, `BANK_TIMEOUT` above all. `REPEATED`:
it was made before under this number."""
FOUND: Final[Mapping[str, WonOutcome]] = {"OK": "sent", "NO_TRANSFER": "unavailable"}
"""`rsp_code` of the question what became of a transfer; every other one leaves it open."""
_NO_ENTRY = frozenset({"http_401", "http_403"})
"""The key is not taken: nothing was looked at, let alone done."""


class AccountService:
    """Asks one service.

    Args:
        url: address of the service, without the operation.
        key: the bearer token.
        timeouts: limits of every call.
    """

    def __init__(self, url: str, key: str, timeouts: Timeouts = TIMEOUTS) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", **FRESH}
        self._http = HttpClient(timeouts, ANSWER_BYTES)

    def holder(self, bank: str, account: str) -> HolderAnswer:
        """Return the holder of an account; never raises for an outage."""
        body = {"bank_code_std": bank, "account_num": account}
        try:
            answer = self._asked("inquiry/real_name", body)
        except ExternalUnavailableError as error:
            return HolderAnswer("unavailable", code=error.code)
        except ExternalRejectedError as error:
            outcome: HolderOutcome = "unavailable" if error.code in _NO_ENTRY else "unclear"
            return HolderAnswer(outcome, code=error.code)
        return _holder(answer, account)

    def send_won(self, bank: str, account: str, memo: str, key: str) -> WonAnswer:
        """Transfer one won; never raises for an outage.

        Whatever leaves open whether it was made is `unclear`, refusals included.
        """
        body = {
            "bank_tran_id": key,
            "bank_code_std": bank,
            "account_num": account,
            "tran_amt": "1",
            "print_content": memo,
        }
        try:
            answer = self._asked("transfer/deposit", body)
        except ExternalUnavailableError as error:
            return WonAnswer("unclear" if error.maybe_done else "unavailable", error.code)
        except ExternalRejectedError as error:
            return WonAnswer("unavailable" if error.code in _NO_ENTRY else "unclear", error.code)
        code = _code(answer)
        if answer.get("bank_tran_id", key) != key:
            return WonAnswer("unclear", "other_transfer")
        return WonAnswer(WONS.get(code, "unclear"), _ours(code))

    def find_won(self, key: str) -> WonAnswer:
        """Return what became of a transfer; never raises for an outage.

        Silence, refusals and answers about another transfer leave it open.
        """
        try:
            answer = self._asked("transfer/result", {"org_bank_tran_id": key})
        except (ExternalUnavailableError, ExternalRejectedError) as error:
            return WonAnswer("unclear", error.code)
        if answer.get("org_bank_tran_id") != key:
            return WonAnswer("unclear", "other_transfer")
        code = _code(answer)
        return WonAnswer(FOUND.get(code, "unclear"), _ours(code))

    def _asked(self, operation: str, body: Mapping[str, str]) -> dict[str, Any]:
        try:
            answer = self._http.post_json(
                f"{self._url}/{operation}", body, headers=self._headers
            ).json()
        except (ExternalUnavailableError, ExternalRejectedError) as error:
            LOG.warning("account service %s: %s", operation, error.code)
            raise
        if not isinstance(answer, dict):
            LOG.warning("account service %s: unexpected answer", operation)
            return {}
        return answer


def _holder(answer: Mapping[str, Any], account: str) -> HolderAnswer:
    code = _code(answer)
    outcome = HOLDERS.get(code, "unclear")
    if outcome != "found":
        return HolderAnswer(outcome, code=_ours(code))
    name = answer.get("account_holder_name")
    if answer.get("account_num", account) != account:
        return HolderAnswer("unclear", code="other_account")
    if not isinstance(name, str) or not name.strip():
        return HolderAnswer("unclear", code="no_name")
    return HolderAnswer("found", name.strip()[:MAX_NAME], code)


def _code(answer: Mapping[str, Any]) -> str:
    code = answer.get("rsp_code")
    return code[:MAX_CODE] if isinstance(code, str) else ""


def _ours(code: str) -> str:
    return BANK_RESTS if code == "BANK_RESTS" else code
