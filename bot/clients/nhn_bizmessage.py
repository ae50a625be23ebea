"""NHN Cloud KakaoTalk Bizmessage v2.3: AlimTalk by phone number.

Every answer is HTTP 200; whether anything was taken stands in `header.isSuccessful` and in
the result of each recipient. A key in `X-NC-API-IDEMPOTENCY-KEY` makes a second call within
ten minutes fail instead of sending twice. Moments are minutes of Korean time.

Source: docs.nhncloud.com, KakaoTalk Bizmessage, AlimTalk API v2.3 and error codes, read
November 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote

from bot.clients.http import FRESH, HttpClient, Timeouts
from bot.clock import KST
from bot.errors import ExternalRejectedError, ExternalUnavailableError

TIMEOUTS: Final = Timeouts(connect_s=3.0, read_s=10.0, total_s=15.0)
ANSWER_BYTES: Final = 1_000_000
REPEATED: Final = "nhn_repeated"
"""Code of the refusal of a second call with the same key."""
PAGE: Final = 100
"""Messages of one person since a moment that we look at; more are never ours to find."""
_REPEATED_CODES: Final = frozenset({-1005, 400305})
_OWN_FAULTS: Final = (-9000, 500_000)
"""Codes at and beyond these tell of an error of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInstead:
    """The text message that goes out when the AlimTalk does not arrive."""

    sender: str
    kind: Literal["SMS", "LMS"]
    title: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alimtalk:
    """One AlimTalk.

    Attributes:
        to: digits of the recipient.
        template_code: of the approved template.
        variables: name -> value.
        mark: our own id of the message; its `recipientGroupingKey`.
        instead: None for no text message.
    """

    to: str = field(repr=False)
    template_code: str
    variables: Mapping[str, str] = field(repr=False)
    mark: str
    instead: TextInstead | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A message as NHN lists it.

    Attributes:
        request_id: what it was asked for under.
        mark: our own id of it; "" when it carries none.
        status: COMPLETED, FAILED, CANCEL, or something else while it is under way.
        result: MRC01 arrived, MRC02 did not; "" while unknown.
        text_status: RSC01 no text message, RSC02 to be sent, RSC03 under way, RSC04 arrived,
            RSC05 did not.
    """

    request_id: str
    mark: str
    status: str
    result: str
    text_status: str


class NhnBizmessageClient:
    """One app at NHN Cloud.

    Args:
        url: address of the service, without a path.
        app_key, secret: of the app.
        sender_key: of our channel.
        timeouts: limits of every call.
    """

    def __init__(
        self, url: str, app_key: str, secret: str, sender_key: str, timeouts: Timeouts = TIMEOUTS
    ) -> None:
        self._address = f"{url.rstrip('/')}/alimtalk/v2.3/appkeys/{quote(app_key, safe='')}"
        self._headers = {"X-Secret-Key": secret, **FRESH}
        self._sender_key = sender_key
        self._http = HttpClient(timeouts, ANSWER_BYTES, hidden=(quote(app_key, safe=""),))

    def send(self, message: Alimtalk, key: str) -> str:
        """Ask for one message; return the id of the request.

        Args:
            message: the message.
            key: the same for every try of the same message.

        Raises:
            ExternalUnavailableError: not taken, or unclear.
            ExternalRejectedError: refused (code `nhn_<their code>`), or asked for before
                under this key (code `nhn_repeated`).
        """
        body = {
            "senderKey": self._sender_key,
            "templateCode": message.template_code,
            "recipientList": [_recipient(message)],
        }
        headers = {**self._headers, "X-NC-API-IDEMPOTENCY-KEY": key}
        answer = self._http.post_json(f"{self._address}/messages", body, headers=headers).json()
        return _request_id(_checked(answer).get("message"))

    def in_request(self, request_id: str) -> tuple[Row, ...]:
        """Return the messages of a request. Raises as `find` does."""
        return self._listed({"requestId": request_id})

    def find(self, to: str, mark: str, since: datetime, until: datetime) -> tuple[Row, ...]:
        """Return what was asked for, for a recipient under a mark, between two moments (aware).

        Raises:
            ExternalUnavailableError: cannot be asked now.
            ExternalRejectedError: the question was refused.
        """
        query = {
            "startCreateDate": _minute(since),
            "endCreateDate": _minute(until),
            "recipientNo": to,
            "recipientGroupingKey": mark,
        }
        return self._listed(query)

    def _listed(self, query: Mapping[str, str]) -> tuple[Row, ...]:
        params = {**query, "pageNum": "1", "pageSize": str(PAGE)}
        answer = self._http.get(f"{self._address}/messages", params=params, headers=self._headers)
        found = _checked(answer.json()).get("messageSearchResultResponse")
        rows = found.get("messages") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise _odd()
        return tuple(_row(item) for item in rows if isinstance(item, dict))


def _recipient(message: Alimtalk) -> dict[str, Any]:
    instead = message.instead
    # Left out, the setting of the console would decide about text messages.
    resend: dict[str, Any] = {"isResend": instead is not None}
    if instead is not None:
        resend |= {
            "resendType": instead.kind,
            "resendContent": instead.text,
            "resendSendNo": instead.sender,
        }
        if instead.kind == "LMS":
            resend["resendTitle"] = instead.title
    return {
        "recipientNo": message.to,
        "templateParameter": dict(message.variables),
        "resendParameter": resend,
        "recipientGroupingKey": message.mark,
    }


def _checked(answer: object) -> Mapping[str, Any]:
    header = answer.get("header") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(header, dict):
        raise _odd()
    if header.get("isSuccessful") is not True:
        _raise_for(header.get("resultCode"))
    return answer


def _request_id(message: object) -> str:
    if not isinstance(message, dict):
        raise _odd()
    results = message.get("sendResults")
    first = results[0] if isinstance(results, list) and results else None
    if isinstance(first, dict) and first.get("resultCode") != 0:
        _raise_for(first.get("resultCode"))
    request_id = message.get("requestId")
    if not isinstance(request_id, str) or not request_id:
        raise _odd()
    return request_id


def _raise_for(code: object) -> None:
    if isinstance(code, bool) or not isinstance(code, int):
        raise _odd()
    if code in _REPEATED_CODES:
        raise ExternalRejectedError("asked for before", code=REPEATED)
    if code <= _OWN_FAULTS[0] or code >= _OWN_FAULTS[1]:
        raise ExternalUnavailableError("an error of theirs", code=f"nhn_{code}", maybe_done=True)
    raise ExternalRejectedError("the request was refused", code=f"nhn_{code}")


def _row(item: Mapping[str, Any]) -> Row:
    names = ("requestId", "recipientGroupingKey", "messageStatus", "resultCode", "resendStatus")
    return Row(*(str(item.get(name) or "") for name in names))


def _minute(moment: datetime) -> str:
    return moment.astimezone(KST).strftime("%Y-%m-%d %H:%M")


def _odd() -> ExternalUnavailableError:
    return ExternalUnavailableError("unexpected answer", code="odd_answer", maybe_done=True)
