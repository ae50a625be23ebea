"""The Event API of Kakao's chatbot: the bot speaks first.

An answer of SUCCESS means that a task was made, not that anybody has read it; what became of
it is asked under the task's id. There is no key against doing it twice and no search: when
the answer is lost, nobody can say whether it was done.

Source: kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/event-api, read November 2026.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import quote

from bot.clients.http import FRESH, HttpClient, Timeouts
from bot.errors import ExternalRejectedError, ExternalUnavailableError

MOST_USERS: Final = 100
"""People in one call."""
TIMEOUTS: Final = Timeouts(connect_s=3.0, read_s=10.0, total_s=15.0)
ANSWER_BYTES: Final = 256 * 1024

UserType = Literal["botUserKey", "plusfriendUserKey", "appUserId"]


@dataclass(frozen=True, slots=True)
class EventUser:
    """Who is spoken to, by one of the ids that Kakao gives a person."""

    type: UserType
    id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: the name of an event block, and what its words need.

    Attributes:
        name: as it stands in the bot's console.
        data: for texts written in the console, `{{#current.event.data.key}}`.
        params: arrive in our skill as `userRequest.params`.
    """

    name: str
    data: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How a task stands: how many people it is for, how many were reached and were not."""

    asked: int
    reached: int
    failed: int


class KakaoEventClient:
    """Speaks to the bots of one Kakao app.

    Args:
        url: address of the service, without a path.
        rest_key: the REST API key of the app that the bot belongs to.
        suffix: what stands behind a bot's id; "!" for the bot of the development channel.
        timeouts: limits of every call.
    """

    def __init__(
        self, url: str, rest_key: str, suffix: str = "", timeouts: Timeouts = TIMEOUTS
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"KakaoAK {rest_key}", **FRESH}
        self._suffix = suffix
        self._http = HttpClient(timeouts, ANSWER_BYTES)

    def talk(self, bot_id: str, event: Event, users: Sequence[EventUser]) -> str:
        """Have an event block speak to people; return the task's id, "" when none was given.

        Raises:
            ExternalUnavailableError: not taken, or unclear.
            ExternalRejectedError: refused, also inside a 200 (code `event_fail`).
        """
        if not 0 < len(users) <= MOST_USERS:
            raise ExternalRejectedError(f"1 to {MOST_USERS} people a call", code="event_users")
        body: dict[str, Any] = {
            "event": {"name": event.name, "data": dict(event.data)},
            "user": [{"type": user.type, "id": user.id} for user in users],
            "params": dict(event.params),
        }
        bot = quote(bot_id + self._suffix, safe="!")
        address = f"{self._url}/v2/bots/{bot}/talk"
        return _task_id(self._http.post_json(address, body, headers=self._headers).json())

    def task(self, task_id: str) -> TaskReport:
        """Ask how a task stands.

        Raises:
            ExternalUnavailableError: cannot be asked now.
            ExternalRejectedError: refused; `http_404` for a task that is not known (any more).
        """
        address = f"{self._url}/v1/tasks/{quote(task_id, safe='')}"
        answer = self._http.get(address, headers=self._headers).json()
        if not isinstance(answer, dict):
            raise _odd()
        fail = answer.get("fail")
        failed = fail.get("count") if isinstance(fail, dict) else 0
        return TaskReport(
            _count(answer.get("allRequestCount")),
            _count(answer.get("successCount")),
            _count(failed),
        )


def _task_id(answer: object) -> str:
    status = answer.get("status") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or status not in {"SUCCESS", "FAIL", "ERROR"}:
        raise _odd()
    if status == "FAIL":
        raise ExternalRejectedError("the event was refused", code="event_fail")
    if status == "ERROR":
        # An error of theirs says nothing about what was done before it.
        raise ExternalUnavailableError("the event ended badly", code="event_error", maybe_done=True)
    task_id = answer.get("taskId")
    return task_id if isinstance(task_id, str) else ""


def _count(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise _odd()
    return raw


def _odd() -> ExternalUnavailableError:
    return ExternalUnavailableError("unexpected answer", code="odd_answer", maybe_done=True)
