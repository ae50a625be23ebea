"""The payloads are such as the vendor sends, and our own parser reads them."""

import json
from datetime import UTC, datetime

import pytest

from bot.channels.kakao.parse import parse
from bot.simulator.payload import (
    Visitor,
    Words,
    encoded,
    filled,
    secure_images,
    template,
    with_expiry,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRIEND = Visitor.named("u" * 66)
BLOCK = {"id": "str", "name": "str"}
KEYS = ("botUserKey", "bot_user_key", "plusfriendUserKey", "plusfriend_user_key")
APP_KEYS = ("appUserId", "app_user_id", "appUserStatus", "app_user_status")
SHAPE = {
    "bot": BLOCK,
    "intent": BLOCK | {"extra": {"reason": {"code": "int", "message": "str"}}},
    "action": {"id": "str", "name": "str", "params": {}, "detailParams": {}, "clientExtra": {}},
    "userRequest": {
        "block": BLOCK,
        "user": {
            "id": "str",
            "type": "str",
            "properties": dict.fromkeys((*KEYS, *APP_KEYS), "str") | {"isFriend": "bool"},
        },
        "utterance": "str",
        "params": {"surface": "str"},
        "lang": "str",
        "timezone": "str",
    },
    "contexts": "list",
    "flow": {"lastBlock": BLOCK, "trigger": {"type": "str"}},
}
"""What the vendor sends to a bot with an app key when a friend types something."""


def shape(value: object) -> object:
    """Return the keys of nested objects, and the types at their ends."""
    if not isinstance(value, dict):
        return type(value).__name__
    return {key: shape(one) for key, one in value.items()}


def test_typed_words_have_the_vendors_shape() -> None:
    assert shape(filled(template(), FRIEND, Words(text="안녕"))) == SHAPE


def test_photos_come_as_a_parameter() -> None:
    made = filled(template(), FRIEND, Words(photos=("http://a.test/1",), photos_until=NOW))
    value = secure_images(("http://a.test/1",), NOW)
    detail = {"origin": value, "value": value, "groupName": ""}
    assert made["action"]["params"] == {"secureimage": value}
    assert made["action"]["detailParams"] == {"secureimage": detail}
    assert made["userRequest"]["utterance"].startswith("이미지 보안전송 플러그인에 의해")


def test_photos_are_a_list_inside_a_string() -> None:
    value = json.loads(secure_images(("http://a.test/1", "http://a.test/2"), NOW))
    assert value == {
        "privacyAgreement": "Y",
        "imageQuantity": "2",
        "secureUrls": "List(http://a.test/1, http://a.test/2)",
        "expire": "2026-11-23T10:00:00+0900",
    }


def test_our_parser_finds_the_photos() -> None:
    urls = tuple(with_expiry(f"http://a.test/{n}", NOW) for n in (1, 2))
    payload = filled(template(), FRIEND, Words(photos=urls, photos_until=NOW))
    assert parse(encoded(payload), {}, NOW).images == urls


@pytest.mark.parametrize(
    ("url", "expected"),
    [("http://a.test/1", "?expires=1795395600"), ("http://a.test/1?x=2", "&expires=1795395600")],
)
def test_an_address_tells_when_it_closes(url: str, expected: str) -> None:
    assert with_expiry(url, NOW) == url + expected


def test_only_friends_carry_the_mark() -> None:
    stranger = Visitor.named("u" * 66, is_friend=False)
    made = filled(template(), stranger, Words(text="안녕"))
    assert "isFriend" not in made["userRequest"]["user"]["properties"]
    assert parse(encoded(made), {}, NOW).is_friend is False
    assert parse(encoded(filled(template(), FRIEND, Words(text="안녕"))), {}, NOW).is_friend is True


def test_a_block_call_brings_its_token_back() -> None:
    words = Words(text="네", block_id="b" * 24, extra={"t": "token"}, trigger="CARD_BUTTON_BLOCK")
    made = filled(template(), FRIEND, words)
    assert made["userRequest"]["block"]["id"] == made["intent"]["id"] == "b" * 24
    assert parse(encoded(made), {}, NOW).token == "token"


def test_filling_leaves_the_template_empty() -> None:
    blank = template()
    filled(blank, FRIEND, Words(text="안녕", block_id="b", extra={"a": 1}))
    assert blank == template()


def test_ids_follow_from_the_user_key() -> None:
    assert Visitor.named("a") == Visitor.named("a")
    assert Visitor.named("a").channel_key != Visitor.named("b").channel_key
    assert Visitor.named("a").app_user_id.isdecimal()


def test_hangul_is_not_escaped() -> None:
    assert "안녕".encode() in encoded(filled(template(), FRIEND, Words(text="안녕")))
