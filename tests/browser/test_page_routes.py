"""The routes of the page without a browser: what is refused, and that production has none."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from bot.clock import SystemClock
from bot.outbox.templates import Tap
from tests.browser.fake_bot import SECRET, SETTINGS, FakeBot, fake_app

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {},
    {"Origin": "http://evil.test"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.test"},
    {"Origin": "http://localhost:81"},
]
ROUTES = [
    ("GET", "/simulator"),
    ("GET", "/simulator/static/main.js"),
    ("GET", "/simulator/state?user_key=u"),
    ("GET", "/simulator/arrivals?user_key=u"),
    ("POST", "/simulator/clock"),
    ("POST", "/simulator/transcript"),
]


@pytest.fixture
def fresh() -> FakeBot:
    return FakeBot()


@pytest.fixture
def client(fresh: FakeBot) -> FlaskClient:
    return fake_app(fresh).test_client()


def config_of(client: FlaskClient) -> dict[str, Any]:
    text = client.get("/simulator").get_data(as_text=True)
    start = text.index('id="config">') + len('id="config">')
    found: dict[str, Any] = json.loads(unescape(text[start : text.index("</script>", start)]))
    return found


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_production_has_none_of_it(fresh: FakeBot, method: str, path: str) -> None:
    client = fake_app(fresh, replace(SETTINGS, app_env="production")).test_client()
    answer = client.open(path, method=method, json={"reset": True}, headers=OWN)
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_workshop_has_all_of_it(client: FlaskClient, method: str, path: str) -> None:
    body = {"reset": True, "turns": []}
    with client.open(path, method=method, json=body, headers=OWN) as answer:
        assert answer.status_code == HTTPStatus.OK


def test_the_page_runs_only_scripts_of_its_own(client: FlaskClient) -> None:
    policy = client.get("/simulator").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_page_knows_the_secret_and_the_bot(fresh: FakeBot) -> None:
    settings = replace(
        SETTINGS,
        kakao_skill_secret=f"{SECRET}, older",
        kakao_bot_ids=("5f0000000000000000000001", "5f0000000000000000000002"),
        kakao_block_id="5f00000000000000000000bb",
    )
    config = config_of(fake_app(fresh, settings).test_client())
    assert config["secret"] == SECRET
    assert config["template"]["bot"]["id"] == "5f0000000000000000000001"
    assert config["template"]["userRequest"]["block"]["id"] == "5f00000000000000000000bb"


def test_a_setting_cannot_break_out_of_the_page(fresh: FakeBot) -> None:
    settings = replace(SETTINGS, kakao_skill_secret="</script><script>alert(1)</script>")
    text = fake_app(fresh, settings).test_client().get("/simulator").get_data(as_text=True)
    assert "<script>alert" not in text


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/simulator/clock", "/simulator/transcript"])
def test_other_pages_may_not_use_the_tools(
    client: FlaskClient, fresh: FakeBot, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(path, json={"advance_s": 3600, "turns": []}, headers=headers)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert abs(fresh.clock.now() - SystemClock().now()) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, OWN]
)
def test_the_page_itself_may(client: FlaskClient, fresh: FakeBot, headers: dict[str, str]) -> None:
    answer = client.post("/simulator/clock", json={"advance_s": 3600}, headers=headers)
    moved = answer.get_json()
    assert moved == {"now": moved["now"], "moved_s": 3600, "jumped": False, "done": True}
    ahead = fresh.clock.now() - SystemClock().now()
    assert abs(ahead - timedelta(hours=1)) < timedelta(seconds=5)
    client.post("/simulator/clock", json={"reset": True}, headers=headers)
    assert abs(fresh.clock.now() - SystemClock().now()) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"until_arrival": 1},
        {"until_arrival": ""},
        {"advance_s": "1"},
        {"advance_s": True},
        {"advance_s": 10**12},
        [],
        "x",
        None,
    ],
)
def test_nonsense_does_not_move_the_clock(client: FlaskClient, body: object) -> None:
    answer = client.post("/simulator/clock", json=body, headers=OWN)
    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("query", ["", "?user_key=", f"?user_key={'k' * 71}"])
@pytest.mark.parametrize("path", ["state", "arrivals"])
def test_looking_needs_a_user_key(client: FlaskClient, path: str, query: str) -> None:
    assert client.get(f"/simulator/{path}{query}").status_code == HTTPStatus.BAD_REQUEST


def test_what_arrived_is_told_for_each_person(client: FlaskClient, fresh: FakeBot) -> None:
    fresh.promise(
        timedelta(minutes=90),
        "내일 방문이 있어요.",
        Tap("방문 확인"),
        Tap("보기", "https://e.test"),
    )
    assert client.get("/simulator/arrivals?user_key=a").get_json() == {}
    client.post("/simulator/clock", json={"advance_s": 3 * 3600}, headers=OWN)
    found = client.get("/simulator/arrivals?user_key=a&user_key=b").get_json()
    assert set(found) == {"a", "b"}
    (message,) = found["a"]
    assert message["text"] == "내일 방문이 있어요."
    assert message["buttons"] == [
        {"label": "방문 확인", "link": ""},
        {"label": "보기", "link": "https://e.test"},
    ]
    assert datetime.fromisoformat(message["at"]) < fresh.clock.now() - timedelta(hours=1)


def test_the_clock_goes_to_the_next_arrival(client: FlaskClient, fresh: FakeBot) -> None:
    fresh.promise(timedelta(days=2), "내일 방문이 있어요.")
    answer = client.post("/simulator/clock", json={"until_arrival": "a"}, headers=OWN)
    moved = answer.get_json()
    assert moved["done"]
    assert abs(moved["moved_s"] - 2 * 86_400) < 5


def test_state_says_what_is_asked(client: FlaskClient, fresh: FakeBot) -> None:
    fresh.payloads.append({"userRequest": {"user": {"id": "u"}}})
    found = client.get("/simulator/state?user_key=u").get_json()
    assert found["asked"] == "channel.owner_name"
    assert found["conversation"]["turns"] == 1


def test_a_transcript_is_yaml(client: FlaskClient) -> None:
    turns = [{"user": "안녕", "response": None, "asked": None}]
    answer = client.post(
        "/simulator/transcript", json={"name": "이름", "turns": turns}, headers=OWN
    )
    assert answer.content_type.startswith("application/yaml")
    assert yaml.safe_load(answer.data) == {
        "name": "이름",
        "turns": [{"user": "안녕"}],
        "expect": {},
    }


@pytest.mark.parametrize("turns", [None, "x", [1], [{}], [{"user": 1}], [{"later": "soon"}]])
def test_a_transcript_of_nonsense_is_refused(client: FlaskClient, turns: object) -> None:
    answer = client.post("/simulator/transcript", json={"turns": turns}, headers=OWN)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.get_json()["error"]


def test_a_huge_transcript_is_refused(client: FlaskClient) -> None:
    answer = client.post("/simulator/transcript", data=b"[" + b" " * 2_000_001 + b"]", headers=OWN)
    assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
