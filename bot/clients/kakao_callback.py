"""Posts late answers to the one-time addresses that KakaoTalk offers for them.

Which addresses may be used at all is decided in `bot.channels.kakao.callback`.

Source: kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide, read
November 2026; the answer has the shape of the Event API's: taskId, status, message, timestamp.
"""

import json
from collections.abc import Mapping
from typing import Final

import requests

from bot.clients.http import HttpClient, Timeouts
from bot.errors import ExternalRejectedError

CONNECT_S: Final = 3.0
READ_S: Final = 10.0
ANSWER_BYTES: Final = 64 * 1024
_REFUSALS: Final = frozenset({"FAIL", "ERROR"})


class CallbackPoster:
    """Posts a late answer, once; for the life of a process, shared by its threads.

    Args:
        http: how to speak HTTP; None for the ordinary way (3 s to connect, 10 s to read).
    """

    def __init__(self, http: HttpClient | None = None) -> None:
        self._http = http or HttpClient(Timeouts(CONNECT_S, READ_S), ANSWER_BYTES)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post `body` (JSON in UTF-8) to `url`; never repeated, because the address works once.

        Raises:
            ExternalUnavailableError: no connection, a timeout or 5xx.
            ExternalRejectedError: any other refusal, also one inside a 200.
        """
        sent = {"Content-Type": "application/json; charset=utf-8", **headers}
        answer = self._http.send(requests.Request("POST", url, headers=sent, data=body))
        if _status(answer.body) in _REFUSALS:
            raise ExternalRejectedError("the late answer was refused", code="callback_refused")


def _status(body: bytes) -> str:
    """Return the status word of the answer; empty when it has none (2xx alone is enough)."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    status = answer.get("status") if isinstance(answer, dict) else None
    return status if isinstance(status, str) else ""
