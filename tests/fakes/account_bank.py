"""An account-holder service on this machine: names holders, transfers won, goes wrong on demand.

Shape: `bot/clients/account_service.py`. What happens to an account or to the next calls is
forced; without that an account that is listed has its holder, and every other one is unknown.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from tests.fakes.faults import JSON_TYPE, Fault, through
from tests.fakes.loopback import Call, LoopbackServer, Scripted

KEY = "account-check-test-key"
FORCED: Final[Mapping[str, dict[str, str]]] = {
    "other_holder": {"rsp_code": "OK", "account_holder_name": "박영희"},
    "hidden_holder": {"rsp_code": "OK", "account_holder_name": "김*자"},
    "no_account": {"rsp_code": "NO_ACCOUNT"},
    "length": {"rsp_code": "ACCOUNT_LENGTH"},
    "bank_unsupported": {"rsp_code": "BANK_UNSUPPORTED"},
    "timeout": {"rsp_code": "BANK_TIMEOUT"},
    "busy": {"rsp_code": "TRY_LATER"},
    "maintenance": {"rsp_code": "BANK_RESTS"},
    "unclear": {"rsp_code": "E9999", "rsp_message": "?"},
    "no_name": {"rsp_code": "OK", "account_holder_name": "  "},
    "other_account": {"rsp_code": "OK", "account_num": "999", "account_holder_name": "김순자"},
}
"""By name, what is answered instead of the truth."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One won that reached an account."""

    bank: str
    account: str
    memo: str
    key: str


@dataclass
class FakeAccountBank:
    """The service.

    Attributes:
        holders: account -> holder.
        forced: account or bank code -> a name of `FORCED`.
        faults: what happens to the next calls, one each.
        results: what the bank says became of every transfer: `rsp_code` of the enquiry, "" for
            the truth.
        keyed: the same number is transferred once, as the service promises; False for one
            that breaks its promise.
        transfers: every won that was really moved.
    """

    holders: dict[str, str] = field(default_factory=dict)
    forced: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    results: str = ""
    keyed: bool = True
    key: str = KEY
    transfers: list[Transfer] = field(default_factory=list)
    server: LoopbackServer = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self._answer)

    @property
    def url(self) -> str:
        """What ACCOUNT_CHECK_URL is set to."""
        return f"{self.server.url}/v1"

    @property
    def calls(self) -> int:
        """How many requests arrived."""
        return len(self.server.calls)

    def asked(self, operation: str) -> list[dict[str, str]]:
        """Return the bodies of the calls of one operation, `real_name`, `deposit` or `result`."""
        found = [call for call in self.server.calls if call.path.endswith(operation)]
        return [json.loads(call.body) for call in found]

    def close(self) -> None:
        """Stop the server."""
        self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, call: Call) -> Scripted:
        if call.headers.get("Authorization") != f"Bearer {self.key}":
            return Scripted(401, b"{}", JSON_TYPE)
        asked = json.loads(call.body)
        if call.method == "POST" and call.path == "/v1/inquiry/real_name":
            return through(self.faults, lambda: self._named(asked))
        if call.method == "POST" and call.path == "/v1/transfer/deposit":
            return through(self.faults, lambda: self._moved(asked))
        if call.method == "POST" and call.path == "/v1/transfer/result":
            return through(self.faults, lambda: self._became(asked))
        return Scripted(404, b"{}", JSON_TYPE)

    def _named(self, asked: dict[str, str]) -> Scripted:
        account = asked["account_num"]
        truth = {"rsp_code": "NO_ACCOUNT"}
        if account in self.holders:
            truth = {"rsp_code": "OK", "account_holder_name": self.holders[account]}
        return _json({"account_num": account, **truth, **self._force(asked)})

    def _moved(self, asked: dict[str, str]) -> Scripted:
        forced = self._force(asked)
        code = forced.get("rsp_code", "OK")
        with self._lock:
            if self.keyed and any(one.key == asked["bank_tran_id"] for one in self.transfers):
                code = "REPEATED"
            elif asked["account_num"] not in self.holders and code == "OK":
                code = "NO_ACCOUNT"
            if code == "OK" and asked["tran_amt"] == "1":
                keys = ("bank_code_std", "account_num", "print_content", "bank_tran_id")
                self.transfers.append(Transfer(*(asked[key] for key in keys)))
        return _json({"bank_tran_id": asked["bank_tran_id"], "rsp_code": code})

    def _became(self, asked: dict[str, str]) -> Scripted:
        key = asked["org_bank_tran_id"]
        with self._lock:
            was_made = any(one.key == key for one in self.transfers)
        code = self.results or ("OK" if was_made else "NO_TRANSFER")
        return _json({"org_bank_tran_id": key, "rsp_code": code})

    def _force(self, asked: dict[str, str]) -> dict[str, str]:
        name = self.forced.get(asked["account_num"]) or self.forced.get(asked["bank_code_std"])
        return dict(FORCED[name]) if name else {}


def _json(body: dict[str, Any]) -> Scripted:
    return Scripted(200, json.dumps(body, ensure_ascii=False).encode(), JSON_TYPE)
