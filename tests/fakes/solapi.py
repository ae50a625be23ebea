"""SOLAPI: registers AlimTalks, checks them as SOLAPI does, and lists what became of them.

A wrong signature, a salt that was used before or an old date is refused. What a message
lacks is told by a code in a 200. `fates` says what becomes of the messages to a number.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.clock import SystemClock
from tests.fakes.approved import AlimtalkVendor, Arrival, json_answer
from tests.fakes.faults import through
from tests.fakes.loopback import Call, Scripted

KEY, SECRET = "NCSTESTKEY000001", "0123456789abcdef0123456789abcdef"
PF_ID = "KA01PF000000000000000000000000ab"
FROM = "0200000000"
SUBJECT_BYTES = 40
MAX_AGE = timedelta(minutes=15)
_AUTH = re.compile(r"HMAC-SHA256 ApiKey=(\w+), Date=(\S+), salt=(\w{12,64}), signature=(\w+)")

Json = dict[str, Any]


@dataclass
class FakeSolapi(AlimtalkVendor):
    """The vendor; serve its `answer` with a LoopbackServer.

    A fate is a code of SOLAPI's; 4000 has arrived.

    Attributes:
        rows: messages by their ids, as they are listed.
    """

    key: str = KEY
    secret: str = SECRET
    rows: dict[str, Json] = field(default_factory=dict)
    salts: set[str] = field(default_factory=set)

    def answer(self, call: Call) -> Scripted:
        """Answer one call."""
        self.calls.append(call)
        problem = self._auth_problem(call.headers.get("Authorization", ""))
        if problem:
            return json_answer(403, {"errorCode": problem, "errorMessage": "not allowed"})
        address = urlsplit(call.path)
        match call.method, address.path:
            case "POST", "/messages/v4/send-many/detail":
                return through(self.faults, lambda: self._registered(json.loads(call.body)))
            case "GET", "/messages/v4/list":
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                return through(self.look_faults, lambda: self._listed(query))
        return json_answer(404, {"errorCode": "NotFound", "errorMessage": "not found"})

    def _auth_problem(self, given: str) -> str:
        match = _AUTH.fullmatch(given)
        if not match or match[1] != self.key:
            return "InvalidAPIKey"
        _, date, salt, signature = match.groups()
        if salt in self.salts:
            return "DuplicatedSignature"
        self.salts.add(salt)
        moment = datetime.fromisoformat(date)
        if moment.tzinfo is None or abs(SystemClock().now() - moment) > MAX_AGE:
            return "RequestTimeTooSkewed"
        right = hmac.new(self.secret.encode(), (date + salt).encode(), "sha256").hexdigest()
        return "" if hmac.compare_digest(signature, right) else "SignatureDoesNotMatch"

    def _registered(self, asked: Json) -> Scripted:
        messages = asked.get("messages")
        if not isinstance(messages, list) or not messages:
            return json_answer(400, {"errorCode": "ValidationError", "errorMessage": "messages"})
        group_id = f"G4V{self._number()}"
        refused = [self._refusal(message, group_id) for message in messages]
        failed = [one for one in refused if one is not None]
        taken = [
            self._taken(message, group_id)
            for message, problem in zip(messages, refused, strict=True)
            if problem is None
        ]
        counts = {"total": len(messages), "registeredFailed": len(failed)}
        group = {
            "groupId": group_id,
            "count": {**counts, "registeredSuccess": len(taken)},
            "status": "SENDING" if taken else "PENDING",
        }
        body: Json = {"groupInfo": group, "failedMessageList": failed}
        return json_answer(200, {**body, "messageList": taken if asked["showMessageList"] else []})

    def _refusal(self, message: Json, group_id: str) -> Json | None:
        code = self._problem(message)
        if not code:
            return None
        return {
            "to": message.get("to"),
            "from": message.get("from"),
            "type": message.get("type"),
            "groupId": group_id,
            "messageId": f"M4V{self._number()}",
            "statusCode": code,
            "statusMessage": "등록할 수 없습니다.",
            "customFields": message.get("customFields"),
        }

    def _problem(self, message: Json) -> str:
        """Return SOLAPI's code of what is wrong; "" when it can be sent."""
        options = message.get("kakaoOptions") or {}
        fields = message.get("customFields") or {}
        template = self.templates.get(options.get("templateId", ""))
        given = {name[2:-1] for name, value in (options.get("variables") or {}).items() if value}
        checks = {
            "1011": not re.fullmatch(r"\d{8,20}", message.get("to", "")),
            "1041": options.get("pfId") != PF_ID,
            "1042": template is None,
            "1043": template is not None and not template.variables <= given,
            "1062": not options.get("disableSms") and message.get("from") != FROM,
            "1032": not all(_is_field(key, value) for key, value in fields.items()),
            "1014": len(message.get("subject", "").encode("euc_kr")) > SUBJECT_BYTES,
        }
        return next((code for code, wrong in checks.items() if wrong), "")

    def _taken(self, message: Json, group_id: str) -> Json:
        options = message["kakaoOptions"]
        values = {name[2:-1]: value for name, value in options["variables"].items()}
        text, buttons = self.templates[options["templateId"]].filled(values)
        row = self._row(message, group_id, "ATA", self.fates.get(message["to"], "4000"))
        mark = str((message.get("customFields") or {}).get("mark", ""))
        if row["fate"] == "4000":
            self._arrive(Arrival("alimtalk", message["to"], text, mark, "", tuple(buttons)))
        elif not options.get("disableSms"):
            self._text_instead(message, group_id, text, mark)
        row["text"] = text
        return {
            "messageId": row["messageId"],
            "statusCode": "2000",
            "statusMessage": "정상 접수(이통사로 접수 예정)",
        }

    def _text_instead(self, message: Json, group_id: str, text: str, mark: str) -> None:
        way = "SMS" if len(text.encode("euc_kr")) <= 90 else "LMS"
        fate = self.text_fates.get(message["to"], "4000")
        row = self._row(message, group_id, way, fate)
        row["replacement"] = True
        if fate == "4000":
            title = message.get("subject", "") if way == "LMS" else ""
            self._arrive(Arrival(way, message["to"], text, mark, title))

    def _row(self, message: Json, group_id: str, kind: str, fate: str) -> Json:
        message_id = f"M4V{self._number()}"
        row: Json = {
            "messageId": message_id,
            "groupId": group_id,
            "to": message["to"],
            "from": message.get("from"),
            "type": kind,
            "kakaoOptions": message["kakaoOptions"],
            "customFields": message.get("customFields") or {},
            "replacement": False,
            "dateCreated": SystemClock().now().isoformat(),
            "looks": 0,
            "fate": fate,
        }
        self.rows[message_id] = row
        return row

    def _arrive(self, arrival: Arrival) -> None:
        self.arrived.append(arrival)

    def _listed(self, query: Mapping[str, str]) -> Scripted:
        start = datetime.fromisoformat(query.get("startDate", "2000-01-01T00:00:00+00:00"))
        if start > SystemClock().now():
            return json_answer(400, {"errorCode": "ValidationError", "errorMessage": "startDate"})
        found = {
            message_id: self._shown(row)
            for message_id, row in self.rows.items()
            if query.get("groupId", row["groupId"]) == row["groupId"]
            and query.get("to", row["to"]) == row["to"]
            and datetime.fromisoformat(row["dateCreated"]) >= start.astimezone(UTC)
        }
        limit = int(query.get("limit", "20"))
        shown = dict(list(found.items())[:limit])
        return json_answer(200, {"startKey": None, "limit": limit, "messageList": shown})

    def _shown(self, row: Json) -> Json:
        row["looks"] += 1
        code = "3000" if row["looks"] <= self.pending_looks else row["fate"]
        kept = {name: value for name, value in row.items() if name not in {"looks", "fate"}}
        return {**kept, "statusCode": code}

    def _number(self) -> str:
        return f"20261127{next(self.numbers):020d}"


def _is_field(key: str, value: object) -> bool:
    return len(key) <= 30 and isinstance(value, str) and len(value) <= 100
