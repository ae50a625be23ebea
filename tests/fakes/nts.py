"""The tax office's register as a server on this machine.

Shapes of answers as the public data portal (15081808) sends them, its oddities included: an
unregistered number has empty codes and the reason stands in `tax_type`; `valid_cnt` and
`match_cnt` are missing when nothing matched; errors of the gateway come as XML.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.fakes.loopback import Call, LoopbackServer, Scripted

KEY = "a+key/with=signs=="
MAX_NUMBERS = 100
UNREGISTERED = "국세청에 등록되지 않은 사업자등록번호입니다."

JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}
MAINTENANCE = Scripted(
    200,
    "<!DOCTYPE html><html><body>국세청 시스템 점검 중입니다.</body></html>".encode(),
    {"Content-Type": "text/html; charset=utf-8"},
)
GATEWAY_XML = Scripted(
    200,
    b"<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>"
    b"<returnReasonCode>04</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>",
    {"Content-Type": "text/xml"},
)
ODD_BYTES = Scripted(200, b'{"status_code":"OK","data":[{"b_no":"\xff\xfe', JSON_TYPE)


@dataclass(frozen=True, slots=True)
class Business:
    """A business in the register."""

    code: str = "01"
    tax_type: str = "부가가치세 간이과세자"
    end_date: str = ""
    opened_on: str = "20200102"
    owner_name: str = "홍길동"


@dataclass(slots=True)
class FakeTaxOffice:
    """The register; `trouble` answers every call instead while it is set.

    Attributes:
        businesses: number to business; every other number is unregistered.
        trouble: an answer that replaces the register's own.
    """

    businesses: Mapping[str, Business] = field(default_factory=dict)
    trouble: Scripted | None = None
    key: str = KEY
    server: LoopbackServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self._answer)

    @property
    def url(self) -> str:
        """What NTS_URL is set to."""
        return f"{self.server.url}/api/nts-businessman/v1"

    @property
    def calls(self) -> int:
        """How many requests arrived."""
        return len(self.server.calls)

    def close(self) -> None:
        """Stop the server."""
        self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, call: Call) -> Scripted:
        if self.trouble is not None:
            return self.trouble
        address = urlsplit(call.path)
        if parse_qs(address.query).get("serviceKey") != [self.key]:
            return _json(401, {"code": -4, "msg": "등록되지 않은 인증키 입니다."})
        asked = json.loads(call.body)
        rows = asked.get("b_no") or asked.get("businesses")
        if len(rows) > MAX_NUMBERS:
            return _json(413, {"status_code": "TOO_LARGE_REQUEST"})
        if address.path.endswith("/status"):
            return self._statuses(rows)
        return self._verdicts(rows)

    def _statuses(self, numbers: list[str]) -> Scripted:
        matched = sum(number in self.businesses for number in numbers)
        answer: dict[str, Any] = {"request_cnt": len(numbers), "status_code": "OK"}
        if matched:
            answer["match_cnt"] = matched
        answer["data"] = [_status(number, self.businesses.get(number)) for number in numbers]
        return _json(200, answer)

    def _verdicts(self, rows: list[dict[str, str]]) -> Scripted:
        data = [_verdict(row, self.businesses.get(row["b_no"])) for row in rows]
        valid = sum(row["valid"] == "01" for row in data)
        answer: dict[str, Any] = {"request_cnt": len(rows), "status_code": "OK", "data": data}
        if valid:
            answer["valid_cnt"] = valid
        return _json(200, answer)


def _json(status: int, body: object) -> Scripted:
    return Scripted(status, json.dumps(body, ensure_ascii=False).encode(), JSON_TYPE)


def _status(number: str, business: Business | None) -> dict[str, str]:
    words = {"01": "계속사업자", "02": "휴업자", "03": "폐업자", "": ""}
    code = business.code if business else ""
    return {
        "b_no": number,
        "b_stt": words[code],
        "b_stt_cd": code,
        "tax_type": business.tax_type if business else UNREGISTERED,
        "tax_type_cd": "02" if business else "",
        "end_dt": business.end_date if business else "",
        "utcc_yn": "N" if business else "",
        "tax_type_change_dt": "",
        "invoice_apply_dt": "",
        "rbf_tax_type": "해당없음" if business else "",
        "rbf_tax_type_cd": "99" if business else "",
    }


def _verdict(row: dict[str, str], business: Business | None) -> dict[str, Any]:
    fits = (
        business is not None
        and row["start_dt"] == business.opened_on
        and row["p_nm"] == business.owner_name
    )
    answer: dict[str, Any] = {
        "b_no": row["b_no"],
        "valid": "01" if fits else "02",
        "request_param": row,
    }
    if fits:
        answer["status"] = _status(row["b_no"], business)
    else:
        answer["valid_msg"] = "확인할 수 없습니다."
    return answer
