"""SOLAPI: AlimTalk by phone number, with a text message where KakaoTalk does not arrive.

An answer means that messages were registered. What became of them is listed by the group
that the answer names; when the answer was lost, a message is found by its recipient, the time
and our own mark in `customFields`. There is no key against sending twice.

Sources: developers.solapi.com (messages/sendManyDetail, messages/getMessageList, status
codes) and SOLAPI's own libraries, read November 2026.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.clients.http import FRESH, HttpClient, Timeouts
from bot.clock import SystemClock
from bot.errors import ExternalRejectedError, ExternalUnavailableError

TIMEOUTS: Final = Timeouts(connect_s=3.0, read_s=10.0, total_s=15.0)
ANSWER_BYTES: Final = 1_000_000
SALT_BYTES: Final = 16
"""12 to 64 characters are asked for; this makes 32, fresh for every call."""
MARK: Final = "mark"
"""Our own field in `customFields` (names up to 30 characters, values up to 100)."""
PAGE: Final = 100
"""Messages of one person since a moment that we look at; more are never ours to find."""
_TRY_AGAIN: Final = frozenset({"1024"})
"""Codes of a registration that failed through an error of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alimtalk:
    """One AlimTalk.

    Attributes:
        to: digits of the recipient.
        template_id: SOLAPI's id of the approved template.
        variables: `#{name}` -> value.
        mark: our own id of the message.
        text_from: registered number that a text message comes from instead; "" for none.
        text_title: title of a long text message; "" for none.
    """

    to: str = field(repr=False)
    template_id: str
    variables: Mapping[str, str] = field(repr=False)
    mark: str
    text_from: str = ""
    text_title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A message as SOLAPI lists it.

    Attributes:
        group_id: what it was registered with.
        code: 2000 registered, 3000 handed on, 4000 arrived, anything else a failure.
        mark: our own id; "" when it carries none.
        is_text: it is the text message that was sent instead.
    """

    group_id: str
    code: str
    mark: str
    is_text: bool


class SolapiClient:
    """One account at SOLAPI.

    Args:
        url: address of the service, without a path.
        key, secret: of the API key.
        pf_id: SOLAPI's id of our channel.
        timeouts: limits of every call.
    """

    def __init__(
        self, url: str, key: str, secret: str, pf_id: str, timeouts: Timeouts = TIMEOUTS
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._secret = secret.encode()
        self._pf_id = pf_id
        # The service compares the stamp of a signature with its own clock.
        self._clock = SystemClock()
        self._http = HttpClient(timeouts, ANSWER_BYTES)

    def send(self, message: Alimtalk) -> str:
        """Register one message; return the id of its group.

        Raises:
            ExternalUnavailableError: not taken, or unclear.
            ExternalRejectedError: refused, also inside a 200 (code `solapi_<their code>`).
        """
        body = {
            "messages": [self._body(message)],
            "allowDuplicates": False,
            "showMessageList": True,
        }
        address = f"{self._url}/messages/v4/send-many/detail"
        return _group_id(self._http.post_json(address, body, headers=self._signed()).json())

    def in_group(self, group_id: str) -> tuple[Row, ...]:
        """Return the messages of a group. Raises as `find` does."""
        return self._listed({"groupId": group_id})

    def find(self, to: str, since: datetime) -> tuple[Row, ...]:
        """Return what was registered for a recipient since a moment (aware).

        Raises:
            ExternalUnavailableError: cannot be asked now.
            ExternalRejectedError: the question was refused.
        """
        start = since.astimezone(UTC).isoformat(timespec="seconds")
        return self._listed({"to": to, "dateType": "CREATED", "startDate": start})

    def _listed(self, query: Mapping[str, str]) -> tuple[Row, ...]:
        params = {**query, "limit": str(PAGE)}
        address = f"{self._url}/messages/v4/list"
        answer = self._http.get(address, params=params, headers=self._signed()).json()
        found = answer.get("messageList") if isinstance(answer, dict) else None
        if isinstance(found, dict):
            found = list(found.values())
        if not isinstance(found, list):
            raise _odd()
        return tuple(_row(item) for item in found if isinstance(item, dict))

    def _body(self, message: Alimtalk) -> dict[str, Any]:
        body: dict[str, Any] = {
            "to": message.to,
            "type": "ATA",
            "country": "82",
            "kakaoOptions": {
                "pfId": self._pf_id,
                "templateId": message.template_id,
                "variables": dict(message.variables),
                "disableSms": not message.text_from,
            },
            "customFields": {MARK: message.mark},
        }
        if message.text_from:
            body["from"] = message.text_from
        if message.text_title:
            body["subject"] = message.text_title
        return body

    def _signed(self) -> dict[str, str]:
        date = self._clock.now().isoformat(timespec="milliseconds")
        salt = secrets.token_hex(SALT_BYTES)
        signature = hmac.digest(self._secret, (date + salt).encode(), "sha256").hex()
        words = f"ApiKey={self._key}, Date={date}, salt={salt}, signature={signature}"
        return {"Authorization": f"HMAC-SHA256 {words}", **FRESH}


def _group_id(answer: object) -> str:
    group = answer.get("groupInfo") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(group, dict):
        raise _odd()
    refused = answer.get("failedMessageList")
    if isinstance(refused, list) and refused:
        _raise_for(refused[0])
    group_id = group.get("groupId")
    if not isinstance(group_id, str) or not group_id:
        raise _odd()
    return group_id


def _raise_for(refused: object) -> None:
    code = _code(refused.get("statusCode")) if isinstance(refused, dict) else "unknown"
    if code in _TRY_AGAIN:
        raise ExternalUnavailableError("an error of theirs", code=f"solapi_{code}")
    raise ExternalRejectedError("the message was refused", code=f"solapi_{code}")


def _row(item: Mapping[str, Any]) -> Row:
    fields = item.get("customFields")
    mark = fields.get(MARK) if isinstance(fields, dict) else None
    kind = item.get("type")
    return Row(
        group_id=str(item.get("groupId") or ""),
        code=_code(item.get("statusCode")),
        mark=mark if isinstance(mark, str) else "",
        is_text=item.get("replacement") is True or kind in {"SMS", "LMS"},
    )


def _code(raw: object) -> str:
    """Return a code as it may be kept and logged: four digits, or `unknown`."""
    text = str(raw)
    return text if text.isdecimal() and len(text) == len("2000") else "unknown"


def _odd() -> ExternalUnavailableError:
    return ExternalUnavailableError("unexpected answer", code="odd_answer", maybe_done=True)
