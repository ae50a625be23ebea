"""A stand-in for the whole bot: the page's real routes over a webhook with canned answers."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.outbox.templates import Tap
from bot.services.arrivals import Arrival
from bot.simulator.page import Trial, simulator_blueprint
from bot.simulator.passing import Passage
from tests.browser import answers
from tests.patience import PATIENCE_S

SECRET = "only-for-tests"
SHOP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><rect width="80" height="40" '
    'fill="#f7d9a8"/><rect x="14" y="16" width="52" height="24" fill="#b5533c"/>'
    '<path d="M10 8h60l5 9H5z" fill="#2f7d6a"/></svg>'
)
SETTINGS = Settings(app_env="test", kakao_skill_secret=SECRET, kakao_admin_key="admin-key")


@dataclass
class FakeBot:
    """What the page sent to us, and the clock that it moves.

    Attributes:
        go: lets the answer to 천천히 go.
        answer_ms: so long the page waits for an answer.
    """

    clock: AdjustableClock = field(default_factory=AdjustableClock)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    event_keys: list[str] = field(default_factory=list)
    promised: list[tuple[datetime, str, tuple[Tap, ...]]] = field(default_factory=list)
    sent: list[Arrival] = field(default_factory=list)
    stops: list[datetime] = field(default_factory=list)
    answered: dict[str, bytes] = field(default_factory=dict)
    overlapping: int = 0
    most_overlapping: int = 0
    go: threading.Event = field(default_factory=threading.Event)
    answer_ms: int = int(PATIENCE_S * 1000)

    def inspect(self, user_key: str) -> dict[str, Any]:
        """Return a made-up state of the person."""
        turns = sum(1 for one in self.payloads if one["userRequest"]["user"]["id"] == user_key)
        asked = "channel.owner_name" if turns else None
        return {"conversation": {"asked": asked, "turns": turns}, "merchant": None}

    def trial(self) -> Trial:
        """Return what the page plays with."""
        passage = Passage(self.clock, self.live, self.live, self.next_due, PATIENCE_S)
        arrived = self.arrived
        return Trial(
            clock=self.clock,
            passage=passage,
            inspect=self.inspect,
            arrived=arrived,
            answer_ms=self.answer_ms,
        )

    def promise(self, after: timedelta, text: str, *buttons: Tap) -> None:
        """Have a message arrive at everybody when the clock has gone so far."""
        self.promised.append((self.clock.now() + after, text, buttons))

    def next_due(self, after: datetime) -> datetime | None:
        """Return when the next message is due."""
        return min((at for at, _, _ in self.promised if at > after), default=None)

    def live(self, now: datetime) -> None:
        """Send what is due."""
        self.stops.append(now)
        for one in [each for each in self.promised if each[0] <= now]:
            self.promised.remove(one)
            self.sent.append(
                Arrival(len(self.sent) + 1, "visit.day_before", now, *one[1:], "console")
            )

    def arrived(self, user_keys: Sequence[str]) -> dict[str, list[Arrival]]:
        """Return what was sent; everybody got it."""
        return {key: list(self.sent) for key in user_keys} if self.sent else {}

    def forget(self) -> None:
        """Make the bot as new."""
        self.clock.reset()
        for kept in (self.payloads, self.request_ids, self.events, self.event_keys):
            kept.clear()
        for told in (self.promised, self.sent, self.stops):
            told.clear()
        self.answered.clear()
        self.go.clear()
        self.most_overlapping = 0

    def skill(self) -> ResponseReturnValue:
        """Answer the webhook; the utterance chooses what happens."""
        if request.headers.get("X-Skill-Secret") != SECRET:
            return Response("no", 401)
        payload = request.get_json()
        said = payload["userRequest"]["utterance"]
        request_id = request.headers["X-Request-Id"]
        self.payloads.append(payload)
        self.request_ids.append(request_id)
        if said in {"401", "500"}:
            return Response("<h1>broken</h1>", int(said))
        if said == "깨진 답":
            return Response("<html>", content_type="text/html")
        self._linger(said)
        if said == "변덕" or request_id not in self.answered:
            self.answered[request_id] = self._body(said, len(self.payloads))
        return Response(self.answered[request_id], content_type="application/json")

    def _linger(self, said: str) -> None:
        self.overlapping += 1
        self.most_overlapping = max(self.most_overlapping, self.overlapping)
        if said == "천천히":
            self.go.wait(PATIENCE_S)
        until = time.monotonic() + PATIENCE_S
        while said.startswith("동시") and self.most_overlapping < 2 and time.monotonic() < until:
            time.sleep(0.01)
        self.overlapping -= 1

    def _body(self, said: str, number: int) -> bytes:
        answer = answers.ANSWERS.get(said) or answers.text(
            f"들었습니다: {said} ({number})", "네", "아니요"
        )
        raw = json.dumps(answer, ensure_ascii=False)
        return raw.replace("{host}", request.host_url.rstrip("/")).encode()

    def channel(self) -> ResponseReturnValue:
        """Take an event of the channel's webhook."""
        if request.headers.get("Authorization") != "KakaoAK admin-key":
            return Response("no", 401)
        self.events.append(request.get_json())
        self.event_keys.append(request.headers["X-Kakao-Resource-ID"])
        return Response(status=200)


def fake_app(bot: FakeBot, settings: Settings = SETTINGS) -> Flask:
    """Return an app with the simulator's routes and the fake webhook."""
    app = Flask(__name__, static_folder=None)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # the tests load the same page often
    app.register_blueprint(simulator_blueprint(settings, bot.trial()))
    app.add_url_rule("/kakao/skill", view_func=bot.skill, methods=["POST"])
    app.add_url_rule("/kakao/channel", view_func=bot.channel, methods=["POST"])
    app.add_url_rule(
        "/pictures/shop.svg", "picture", lambda: Response(SHOP, content_type="image/svg+xml")
    )
    app.add_url_rule("/elsewhere", "elsewhere", lambda: "<title>elsewhere</title>")
    return app


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, and the test output free of a line per request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app on a free loopback port; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def served(bot: FakeBot) -> AbstractContextManager[str]:
    """Serve the fake on a free loopback port; yields its address."""
    return serving(fake_app(bot))
