"""Kakao's Event API, and the chat behind it: it calls our skill and keeps the bubble it got.

Shapes: POST /v2/bots/{bot}/talk and GET /v1/tasks/{task}, as the guide of the Open Builder
shows them. A person who is no friend of the channel fails in the task, not in the call.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.fakes.approved import Arrival, json_answer
from tests.fakes.faults import Fault, through
from tests.fakes.loopback import Call, Scripted
from tests.patience import PATIENCE_S

REST_KEY = "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3"
EVENTS = frozenset({"sosin_notice"})
MOST_USERS = 100
TYPES = frozenset({"botUserKey", "plusfriendUserKey", "appUserId"})

Json = dict[str, Any]


@dataclass
class Task:
    """What one call became."""

    users: list[str]
    failed: list[str] = field(default_factory=list)
    looks: int = 0


@dataclass
class Skill:
    """Where the bot's webhook is."""

    url: str
    secret: str = ""

    def ask(self, payload: Json) -> Json:
        """Post a skill call and return the answer; {} when none came that can be shown."""
        headers = {"X-Skill-Secret": self.secret, "X-Request-Id": uuid.uuid4().hex}
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(self.url, json=payload, headers=headers, timeout=PATIENCE_S)
                bubble: Json = answer.json() if answer.ok else {}
            except (requests.RequestException, ValueError):
                return {}
        return bubble


@dataclass
class FakeKakaoEvent:
    """The vendor; serve its `answer` with a LoopbackServer.

    Attributes:
        strangers: user keys that are no friends of the channel.
        faults: what happens to the next calls of talk.
        look_faults: what happens to the next look-ups.
        pending_looks: how many look-ups of a task find it still under way.
        skill: the bot's webhook; None when the event block only shows its own text.
        tasks: by their ids.
        arrived: what the chats show.
        bubbles: the skill's answers, in the order in which they came.
    """

    strangers: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    look_faults: list[Fault] = field(default_factory=list)
    pending_looks: int = 0
    skill: Skill | None = None
    rest_key: str = REST_KEY
    tasks: dict[str, Task] = field(default_factory=dict)
    arrived: list[Arrival] = field(default_factory=list)
    bubbles: list[Json] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def answer(self, call: Call) -> Scripted:
        """Answer one call."""
        self.calls.append(call)
        if call.headers.get("Authorization") != f"KakaoAK {self.rest_key}":
            return json_answer(401, {"code": -401, "msg": "wrong appKey format"})
        parts = call.path.split("?")[0].strip("/").split("/")
        match call.method, parts:
            case "POST", ["v2", "bots", bot, "talk"]:
                return through(self.faults, lambda: self._talk(bot, call.body))
            case "GET", ["v1", "tasks", task_id]:
                return through(self.look_faults, lambda: self._task(task_id))
        return json_answer(404, {"code": -404, "msg": "not found"})

    def wait_for(self, bubbles: int) -> list[Json]:
        """Return the bubbles when there are so many; fails the test otherwise."""
        until = time.monotonic() + PATIENCE_S
        while len(self.bubbles) < bubbles:
            assert time.monotonic() < until, f"{len(self.bubbles)} of {bubbles} bubbles came"
            time.sleep(0.01)
        return self.bubbles

    def _talk(self, bot: str, body: bytes) -> Scripted:
        asked = json.loads(body)
        problem = _problem(asked)
        if problem:
            return _result("FAIL", problem)
        users = [user["id"] for user in asked["user"]]
        task = Task(users, [user for user in users if user in self.strangers])
        task_id = uuid.uuid4().hex
        self.tasks[task_id] = task
        for user in users:
            if user not in task.failed:
                self._deliver(bot, user, asked)
        return _result("SUCCESS", "ok", task_id)

    def _deliver(self, bot: str, user: str, asked: Json) -> None:
        if self.skill is None:
            self._show(user, asked, {})
            return
        payload = skill_call(bot, user, asked)
        self._later(lambda: self._show(user, asked, self._asked(payload)))

    def _later(self, work: Callable[[], None]) -> None:
        """Kakao answers us first, and only then speaks to the person."""
        threading.Timer(0.05, work).start()

    def _asked(self, payload: Json) -> Json:
        answer = self.skill.ask(payload) if self.skill else {}
        self.bubbles.append(answer)
        return answer

    def _show(self, user: str, asked: Json, answer: Json) -> None:
        said = asked.get("params") or asked["event"].get("data") or {}
        text, buttons = shown(answer) if answer else (str(said.get("text", "")), ())
        self.arrived.append(Arrival("chat", user, text, str(said.get("mark", "")), "", buttons))

    def _task(self, task_id: str) -> Scripted:
        task = self.tasks.get(task_id)
        if task is None:
            return json_answer(404, {"code": -404, "msg": "no such task"})
        task.looks += 1
        failed, reached = len(task.failed), len(task.users) - len(task.failed)
        if task.looks <= self.pending_looks:
            failed = reached = 0
        users = [{"id": user, "type": "botUserKey"} for user in task.failed[:failed]]
        return json_answer(
            200,
            {
                "taskId": task_id,
                "status": f"{failed} FAIL" if failed else "ALL SUCCESS",
                "allRequestCount": len(task.users),
                "successCount": reached,
                "fail": {"count": failed, "list": users},
            },
        )


def skill_call(bot: str, user: str, asked: Json) -> Json:
    """Return the payload with which an event block calls its skill."""
    properties = {"botUserKey": user, "plusfriendUserKey": f"pf-{user[:8]}", "isFriend": True}
    given = next((one.get("properties") or {} for one in asked["user"] if one["id"] == user), {})
    return {
        "bot": {"id": bot, "name": "bot"},
        "intent": {"id": "64f0c2a17d3b9e0058a1c4aa", "name": asked["event"]["name"]},
        "action": {"id": "64f0c2a17d3b9e0058a1c4ab", "name": "skill", "params": {}},
        "userRequest": {
            "timezone": "Asia/Seoul",
            "block": {"id": "64f0c2a17d3b9e0058a1c4aa", "name": asked["event"]["name"]},
            "utterance": asked["event"]["name"],
            "lang": "ko",
            "user": {"id": user, "type": "botUserKey", "properties": properties | given},
            "params": {"surface": "Kakaotalk.plusfriend", **(asked.get("params") or {})},
        },
    }


def shown(answer: Json) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """Return text and buttons of a bubble of text or of a text card."""
    outputs = answer.get("template", {}).get("outputs", [])
    cards = [card for output in outputs for card in output.values()]
    texts = [card.get("text") or card.get("description") or "" for card in cards]
    buttons = [button for card in cards for button in card.get("buttons", ())]
    taps = (
        (one["action"], one["label"], one.get("webLinkUrl") or one.get("messageText", ""))
        for one in buttons
    )
    return "\n".join(texts), tuple(taps)


def _problem(asked: Json) -> str:
    event, users = asked.get("event"), asked.get("user")
    if not isinstance(event, dict) or event.get("name") not in EVENTS:
        return "이벤트를 찾을 수 없습니다."
    if not isinstance(users, list) or not 0 < len(users) <= MOST_USERS:
        return "user 는 1명 이상 100명 이하여야 합니다."
    if any(user.get("type") not in TYPES or not user.get("id") for user in users):
        return "user 의 type 또는 id 가 올바르지 않습니다."
    texts = [*(event.get("data") or {}).values(), *(asked.get("params") or {}).values()]
    if not all(isinstance(value, str) for value in texts):
        return "data 와 params 의 값은 문자열이어야 합니다."
    return ""


def _result(status: str, message: str, task_id: str = "") -> Scripted:
    body: Json = {"status": status, "message": message, "timestamp": int(time.time() * 1000)}
    return json_answer(200, {"taskId": task_id, **body} if task_id else body)
