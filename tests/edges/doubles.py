"""Stand-ins for what stands behind the web edge, and an application around one blueprint."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from bot.channels.kakao import render
from bot.channels.kakao.friends import FriendEvent
from bot.clock import AdjustableClock
from bot.config import Settings
from bot.dialogue.message import Inbound, Reply, Text
from bot.web.errors import register_error_pages
from bot.web.guards import security_headers
from bot.web.webhook import skill_blueprint
from tests.patience import PATIENCE_S

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = "first-secret"
BOT = "64f0c2a17d3b9e0058a1c4f2"
SETTINGS = Settings(app_env="test", kakao_skill_secret=SECRET, kakao_bot_ids=(BOT,))
PRODUCTION = replace(SETTINGS, app_env="production")


@dataclass
class FakeConversation:
    """Repeats what was said, after `delay_s` and not before `gate` opens, or raises `error`."""

    error: BaseException | None = None
    delay_s: float = 0.0
    gate: threading.Event | None = None
    heard: list[Inbound] = field(default_factory=list)

    def handle(self, inbound: Inbound) -> bytes:
        self.heard.append(inbound)
        time.sleep(self.delay_s)
        if self.gate:
            assert self.gate.wait(PATIENCE_S)
        if self.error:
            raise self.error
        return render(Reply((Text(f"들었어요: {inbound.text}"),)))


@dataclass
class FakeFriends:
    """Remembers events, or raises `error`."""

    error: Exception | None = None
    events: list[FriendEvent] = field(default_factory=list)

    def handle(self, event: FriendEvent) -> None:
        if self.error:
            raise self.error
        self.events.append(event)


@dataclass
class FakePost:
    """Remembers what was posted where, or raises `error`; `posted` is set either way."""

    error: Exception | None = None
    sent: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    posted: threading.Event = field(default_factory=threading.Event)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.sent.append((url, body, headers))
        self.posted.set()
        if self.error:
            raise self.error


def app_with(blueprint: Blueprint, *, production: bool = False) -> Flask:
    app = Flask("edge")
    app.register_blueprint(blueprint)
    register_error_pages(app)
    app.after_request(security_headers(production=production))
    return app


@dataclass
class Skill:
    """The skill webhook with its stand-ins."""

    settings: Settings = SETTINGS
    conversation: FakeConversation = field(default_factory=FakeConversation)
    post: Callable[[str, bytes, Mapping[str, str]], None] | None = None
    clock: AdjustableClock = field(default_factory=lambda: AdjustableClock(AT))
    direct_seconds: float = 0.05

    def __post_init__(self) -> None:
        self.app = app_with(
            skill_blueprint(
                self.settings,
                self.clock,
                self.conversation,
                post_callback=self.post,
                direct_seconds=self.direct_seconds,
            )
        )

    def call(self, payload: object = None, **request: Any) -> TestResponse:
        if payload is not None:
            request["json"] = payload
        request.setdefault("headers", {"X-Skill-Secret": SECRET})
        return self.app.test_client().post("/kakao/skill", **request)


def a_message(text: str = "네", bot: str = BOT, **user_request: object) -> dict[str, Any]:
    request = {"user": {"id": "u1"}, "utterance": text, **user_request}
    return {"bot": {"id": bot}, "userRequest": request}


def words(response: TestResponse) -> str:
    """Return the text of the first bubble of a 200."""
    assert response.status_code == 200
    body = response.get_json()
    found: str = body["template"]["outputs"][0]["simpleText"]["text"]
    return found
