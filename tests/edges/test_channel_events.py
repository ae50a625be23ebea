"""POST /kakao/channel: friends of the channel come and go."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.channels.kakao.friends import FriendEvent
from bot.clock import AdjustableClock
from bot.config import Settings
from bot.web.channel_events import REMEMBERED, channel_blueprint
from tests.edges.doubles import AT, PRODUCTION, SETTINGS, FakeFriends, app_with

KEYED = replace(PRODUCTION, kakao_admin_key="admin-1,admin-2")
ADDED: dict[str, Any] = {
    "event": "added",
    "id": "4400112233",
    "id_type": "app_user_id",
    "channel_public_id": "_exampLe",
    "channel_uuid": "@example",
    "updated_at": "2026-11-20T09:30:00Z",
}


def client_of(settings: Settings, friends: FakeFriends) -> FlaskClient:
    return app_with(channel_blueprint(settings, AdjustableClock(AT), friends)).test_client()


def deliver(
    client: FlaskClient, payload: Any = None, resource: str = "r-1", key: str = "KakaoAK admin-1"
) -> TestResponse:
    headers = {"Authorization": key, "X-Kakao-Resource-ID": resource}
    return client.post(
        "/kakao/channel", json=ADDED if payload is None else payload, headers=headers
    )


def test_a_new_friend() -> None:
    friends = FakeFriends()
    assert deliver(client_of(KEYED, friends)).status_code == 200
    happened = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    expected = FriendEvent("r-1", "added", "app_user_id", "4400112233", "_exampLe", happened)
    assert friends.events == [expected]


@pytest.mark.parametrize("key", ["", "KakaoAK", "KakaoAK ", "KakaoAK wrong", "admin-1", "Bearer x"])
def test_a_wrong_key(key: str) -> None:
    friends = FakeFriends()
    assert deliver(client_of(KEYED, friends), key=key).status_code == 401
    assert friends.events == []


def test_the_second_key_counts_too() -> None:
    assert deliver(client_of(KEYED, FakeFriends()), key="KakaoAK admin-2").status_code == 200


def test_without_a_key_only_development_listens() -> None:
    assert deliver(client_of(SETTINGS, FakeFriends()), key="").status_code == 200
    assert deliver(client_of(PRODUCTION, FakeFriends()), key="KakaoAK ").status_code == 401


@pytest.mark.parametrize(
    "payload",
    [
        [],
        "added",
        {},
        ADDED | {"event": "renamed"},
        ADDED | {"event": None},
        ADDED | {"event": ["added"]},
        ADDED | {"id": ""},
        ADDED | {"id": None},
        ADDED | {"id": "x" * 201},
        ADDED | {"id": "a\nb"},
    ],
    ids=count(),
)
def test_rubbish(payload: Any) -> None:
    friends = FakeFriends()
    assert deliver(client_of(KEYED, friends), payload).status_code == 400
    assert friends.events == []


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 50_000, b"\xff"], ids=count())
def test_no_json(raw: bytes) -> None:
    client = client_of(SETTINGS, FakeFriends())
    assert client.post("/kakao/channel", data=raw).status_code == 400


def test_too_long() -> None:
    client = client_of(SETTINGS, FakeFriends())
    assert client.post("/kakao/channel", data=b" " * 65_537).status_code == 413


def test_a_repeated_delivery_is_answered_and_not_handed_on() -> None:
    friends = FakeFriends()
    client = client_of(KEYED, friends)
    assert [deliver(client, resource=r).status_code for r in ("a", "a", "b", "a")] == [200] * 4
    assert [event.resource_id for event in friends.events] == ["a", "b"]


def test_only_the_last_deliveries_are_remembered() -> None:
    friends = FakeFriends()
    client = client_of(KEYED, friends)
    for number in range(REMEMBERED + 1):
        deliver(client, resource=str(number))
    deliver(client, resource="0")
    assert len(friends.events) == REMEMBERED + 2


def test_without_a_resource_id_the_body_tells_deliveries_apart() -> None:
    friends = FakeFriends()
    client = client_of(KEYED, friends)
    deliver(client, resource="")
    deliver(client, resource="")
    deliver(client, ADDED | {"event": "blocked"}, resource=" ")
    assert [event.event for event in friends.events] == ["added", "blocked"]
    assert len(friends.events[0].resource_id) == 64


def test_a_failure_is_answered_with_200_and_a_repetition_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    friends = FakeFriends(ValueError("4400112233"))
    client = client_of(KEYED, friends)
    assert deliver(client).status_code == 200
    assert "ValueError" in caplog.text
    assert "4400112233" not in caplog.text
    friends.error = None
    deliver(client)
    assert len(friends.events) == 1


@pytest.mark.parametrize(
    ("updated_at", "at"),
    [
        ("2026-11-20T18:30:00+09:00", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20T09:30:00", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00+09:00", AT),
        ("yesterday", AT),
        ("", AT),
        (None, AT),
        (1795400000, AT),
    ],
    ids=count(),
)
def test_when_it_happened(updated_at: object, at: datetime) -> None:
    friends = FakeFriends()
    deliver(client_of(KEYED, friends), ADDED | {"updated_at": updated_at, "id": 4400112233})
    assert [(event.at, event.user_id) for event in friends.events] == [(at, "4400112233")]
