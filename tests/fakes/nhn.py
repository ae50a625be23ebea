"""NHN Cloud KakaoTalk Bizmessage v2.3: takes AlimTalks, checks them as NHN does, lists them.

Everything is HTTP 200; `header.isSuccessful` and the results of the recipients tell. A key in
X-NC-API-IDEMPOTENCY-KEY is refused for ten minutes after it was used for something taken.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.clock import KST, SystemClock
from tests.fakes.approved import AlimtalkVendor, Approved, Arrival, json_answer
from tests.fakes.faults import through
from tests.fakes.loopback import Call, Scripted

APP_KEY, SECRET = "nhnTestAppKey000", "nhnTestSecret0"
SENDER_KEY = "0123456789abcdef0123456789abcdef01234567"
FROM = "0200000000"
MOST_RECIPIENTS = 1000
KEY_LIVES = timedelta(minutes=10)
MONTH = timedelta(days=30)
MINUTE = "%Y-%m-%d %H:%M"

Json = dict[str, Any]


@dataclass
class FakeNhn(AlimtalkVendor):
    """The vendor; serve its `answer` with a LoopbackServer.

    A fate is `delivered`, `failed`, `pending` or `cancelled`.

    Attributes:
        keys: idempotency keys and when they were used.
        rows: messages as they are listed, the newest first.
    """

    app_key: str = APP_KEY
    secret: str = SECRET
    keys: dict[str, datetime] = field(default_factory=dict)
    rows: list[Json] = field(default_factory=list)

    def answer(self, call: Call) -> Scripted:
        """Answer one call."""
        self.calls.append(call)
        address = urlsplit(call.path)
        parts = address.path.strip("/").split("/")
        if parts[:3] != ["alimtalk", "v2.3", "appkeys"] or parts[4:] != ["messages"]:
            return json_answer(404, {"header": _header(-1, "not found")})
        if parts[3] != self.app_key:
            return _refused(-1000, "Invalid appKey.")
        if call.headers.get("X-Secret-Key") != self.secret:
            return _refused(-1001, "Invalid secretKey.")
        if call.method == "POST":
            key = call.headers.get("X-NC-API-IDEMPOTENCY-KEY", "")
            return through(self.faults, lambda: self._asked(json.loads(call.body), key))
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        return through(self.look_faults, lambda: self._listed(query))

    def _asked(self, asked: Json, key: str) -> Scripted:
        now = SystemClock().now()
        if key in self.keys and now - self.keys[key] < KEY_LIVES:
            words = "The same 'X-NC-API-IDEMPOTENCY-KEY' was used within the last 10 minute."
            return _refused(-1005, words)
        recipients = asked.get("recipientList")
        template = self.templates.get(asked.get("templateCode", ""))
        if asked.get("senderKey") != SENDER_KEY:
            return _refused(-2017, "Not exist plus friend.")
        if not isinstance(recipients, list) or not 0 < len(recipients) <= MOST_RECIPIENTS:
            return _refused(-2004, "The 'recipientList' must be between 1 and 1000.")
        if template is None:
            return _refused(-3003, "Template does not exist.")
        request_id = f"20261127{next(self.numbers):012d}reqid"
        results = [
            self._result(number, recipient, template, request_id, asked["templateCode"])
            for number, recipient in enumerate(recipients, 1)
        ]
        if key and any(result["resultCode"] == 0 for result in results):
            self.keys[key] = now
        message = {"requestId": request_id, "senderGroupingKey": None, "sendResults": results}
        return json_answer(200, {"header": _header(0, "SUCCESS"), "message": message})

    def _result(
        self, number: int, recipient: Json, template: Approved, request_id: str, code: str
    ) -> Json:
        problem, words = _problem(recipient, template)
        if not problem:
            self._take(number, recipient, template, request_id, code)
        return {
            "recipientSeq": number,
            "recipientNo": recipient.get("recipientNo"),
            "resultCode": problem,
            "resultMessage": words,
            "recipientGroupingKey": recipient.get("recipientGroupingKey"),
        }

    def _take(
        self, number: int, recipient: Json, template: Approved, request_id: str, code: str
    ) -> None:
        phone, mark = recipient["recipientNo"], recipient.get("recipientGroupingKey", "")
        text, buttons = template.filled(recipient.get("templateParameter") or {})
        fate = self.fates.get(phone, "delivered")
        resend = recipient.get("resendParameter") or {}
        texts = resend.get("isResend") and fate == "failed"
        now = SystemClock().now().astimezone(KST)
        self.rows.insert(
            0,
            {
                "requestId": request_id,
                "recipientSeq": number,
                "senderKey": SENDER_KEY,
                "templateCode": code,
                "recipientNo": phone,
                "content": text,
                "createDate": now.strftime("%Y-%m-%d %H:%M:%S.0"),
                "recipientGroupingKey": mark,
                "fate": fate,
                "text_fate": self.text_fates.get(phone, "delivered") if texts else "",
                "looks": 0,
            },
        )
        if fate == "delivered":
            self.arrived.append(Arrival("alimtalk", phone, text, mark, "", tuple(buttons)))
        elif texts and self.text_fates.get(phone, "delivered") == "delivered":
            kind, title = resend["resendType"], resend.get("resendTitle", "")
            self.arrived.append(Arrival(kind, phone, _cut(resend), mark, title))

    def _listed(self, query: Mapping[str, str]) -> Scripted:
        start, end = query.get("startCreateDate"), query.get("endCreateDate")
        if "requestId" not in query and not (start and end):
            return _refused(-4000, "Invalid parameter")
        if start and end:
            first, last = datetime.strptime(start, MINUTE), datetime.strptime(end, MINUTE)  # noqa: DTZ007 -- KST without a mark, as NHN writes it
            if last - first > MONTH:
                return _refused(-4003, "Search range is over a month.")
        names = ("requestId", "recipientNo", "recipientGroupingKey")
        found = [
            self._shown(row)
            for row in self.rows
            if all(query.get(name, row[name]) == row[name] for name in names)
            and (start or "") <= row["createDate"] <= (end or "9") + ":60"
        ]
        page = found[: int(query.get("pageSize", "15"))]
        body = {"messages": page, "totalCount": len(found)}
        header = _header(0, "SUCCESS")
        return json_answer(200, {"header": header, "messageSearchResultResponse": body})

    def _shown(self, row: Json) -> Json:
        row["looks"] += 1
        fate = "pending" if row["looks"] <= self.pending_looks else row["fate"]
        status, result = STATUS[fate]
        kept = {name: row[name] for name in row if name not in {"fate", "text_fate", "looks"}}
        states = {"messageStatus": status, "resultCode": result}
        return {**kept, **states, "resendStatus": TEXT_STATUS[row["text_fate"]]}


STATUS = {
    "delivered": ("COMPLETED", "MRC01"),
    "failed": ("FAILED", "MRC02"),
    "pending": ("READY", None),
    "cancelled": ("CANCEL", None),
}
TEXT_STATUS = {"": "RSC01", "pending": "RSC03", "delivered": "RSC04", "failed": "RSC05"}


def _problem(recipient: Json, template: Approved) -> tuple[int, str]:
    phone, resend = recipient.get("recipientNo", ""), recipient.get("resendParameter") or {}
    if not 0 < len(phone) <= 15 or not phone.isdecimal():
        return -2000, "The 'recipientNo' must be at less than or equal to 15."
    given = {name for name, value in (recipient.get("templateParameter") or {}).items() if value}
    if not template.variables <= given:
        return -3004, "Please check template parameter."
    if any("@" in name for name in given):
        return -3347, "Template parameter key cannot contain '@' character."
    if len(recipient.get("recipientGroupingKey", "")) > 100:
        return -2000, "The 'recipientGroupingKey' must be at less than or equal to 100."
    if resend.get("isResend") and resend.get("resendSendNo") != FROM:
        return -1003, "Invalid Sms Sendno"
    return 0, "SUCCESS"


def _cut(resend: Json) -> str:
    """Return the text as a phone shows it: cut at the limit of its kind."""
    limit = 90 if resend["resendType"] == "SMS" else 2000
    raw: bytes = resend["resendContent"].encode("euc_kr")
    return raw[:limit].decode("euc_kr", "ignore")


def _header(code: int, words: str) -> Json:
    return {"resultCode": code, "resultMessage": words, "isSuccessful": code == 0}


def _refused(code: int, words: str) -> Scripted:
    return json_answer(200, {"header": _header(code, words)})
