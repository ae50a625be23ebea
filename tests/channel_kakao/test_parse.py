"""Every shape in which a skill call was seen."""

from itertools import count
from typing import Any

import pytest

from bot.channels.kakao.parse import _flat, clean
from bot.errors import PayloadError
from tests.channel_kakao.recorded import AT, NAMES, body, payload, read, said

USER = "7d" + "a3c9" * 16
BOT = "64f0c2a17d3b9e0058a1c4f2"
PICTURE = (
    "http://secure.kakaocdn.net/dna/AbCdE/K1example/XXX/img_{}.jpg?credential=example"
    "&expires=1795400000&allow_ip=&allow_referer=&signature=abc%2Fdef%3D"
)

EXPECTED: dict[str, dict[str, Any]] = {
    "typed_to_fallback": {
        "bot_id": BOT,
        "user_key": USER,
        "text": "낼모레 세시쯤 와주세요",
        "channel_user_key": "qW3xK9example",
        "is_friend": True,
        "token": None,
        "params": {},
        "images": (),
        "event": None,
        "callback_url": None,
        "is_group": False,
        "request_id": None,
        "channel": "kakao",
        "received_at": AT,
    },
    "quick_reply_block_call": {"text": "망원시장", "token": "ob.market.3f9a"},
    "skill_test_screen": {
        "bot_id": BOT,
        "user_key": "553101",
        "text": "상담 문의",
        "is_friend": None,
        "channel_user_key": None,
        "params": {},
    },
    "client_extra_null_text": {"text": "네", "token": None},
    "client_extra_as_text": {"text": "네", "token": "ob.ok.77"},
    "snake_case_keys": {"channel_user_key": "qW3xK9example", "is_friend": True},
    "not_a_friend": {"channel_user_key": "qW3xK9example", "is_friend": False},
    "secure_image_two": {
        "images": (PICTURE.format(1), PICTURE.format(2)),
        "text": "",
        "params": {},
    },
    "secure_image_in_detail_only": {"images": (PICTURE.format(3),), "text": "", "params": {}},
    "secure_image_as_array": {"images": (PICTURE.format(4), PICTURE.format(5)), "text": ""},
    "group_chat": {"is_group": True, "text": "@소신상인 안녕"},
    "callback_offered": {
        "callback_url": "https://bot-api.kakao.com/callback/00112233445566778899aabbccddeeff"
    },
    "event_call": {
        "event": "visit_reminder",
        "params": {"reminder": "r-1029", "store": "순이네 반찬"},
        "text": "",
    },
    "event_in_params": {
        "event": "visit_reminder",
        "params": {"event": "visit_reminder", "reminder": "1029"},
    },
    "event_as_text": {"event": "visit_reminder", "text": "알림"},
    "bare_minimum": {"bot_id": "", "user_key": "only-this", "text": "", "is_friend": None},
    "numbers_everywhere": {
        "bot_id": "64",
        "user_key": "88001",
        "text": "4",
        "token": "5",
        "callback_url": None,
        "params": {"count": "3", "ratio": "1500.0", "on": "true", "list": '["1","둘"]'},
    },
    "date_plugin": {
        "text": "11월 24일 3시요",
        "params": {
            "when": '{"value": "2026-11-24T15:00:00", "userTimeZone": "UTC+9"}',
            "market": "망원시장",
        },
    },
    "old_user_type": {"user_key": "KQ81exampleOld", "text": "처음으로", "is_friend": None},
    "untidy_text": {"text": "망원 시장\n둘째 줄"},
    "knowledge_hit": {"text": "영업시간 알려줘", "event": None},
    "everything_null": {"user_key": "u-null", "bot_id": "", "text": "", "is_group": False},
    "duplicate_keys": {"user_key": "second", "text": "셋"},
}


def test_every_recorded_payload_is_expected_to_be_something() -> None:
    assert sorted(EXPECTED) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_recorded_payload(name: str) -> None:
    inbound = read(body(name))
    assert {field: getattr(inbound, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"{}",
        b'{"userRequest": {}}',
        b'{"userRequest": []}',
        b'{"userRequest": {"user": {}}}',
        b'{"userRequest": {"user": {"id": ""}}}',
        b'{"userRequest": {"user": {"id": "  "}}}',
        b'{"userRequest": {"user": {"id": null}}}',
        b'{"userRequest": {"user": {"id": true}}}',
        b'{"userRequest": {"user": {"id": ["u"]}}}',
        b'{"userRequest": {"user": {"id": "\\u0000\\u200b"}}}',
        b'{"userRequest": {"user": {"id": "' + b"u" * 201 + b'"}}}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
    ids=count(),
)
def test_what_is_no_skill_call(raw: bytes) -> None:
    with pytest.raises(PayloadError):
        read(raw)


def test_absurd_numbers_are_only_text() -> None:
    raw = (
        b'{"userRequest": {"user": {"id": "u1"}, "utterance": ' + b"9" * 6000 + b"},"
        b'"n": NaN, "i": -Infinity, "f": 1e999999}'
    )
    assert read(raw).text == "9" * 6000


def test_deep_values_do_not_break_the_reading() -> None:
    deep: object = "x"
    for _ in range(700):
        deep = [deep]
    call = said("네") | {"action": {"params": {"deep": deep}, "clientExtra": {"t": "k", "d": deep}}}
    assert read(call).token == "k"


def test_a_user_id_of_200_characters_is_one() -> None:
    assert read(said("네") | {"userRequest": {"user": {"id": "u" * 200}}}).user_key == "u" * 200


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("  네  \n", "네"),
        ("가\r\n나\r다\u2028라", "가\n나\n다\n라"),
        ("전화\u200b번호\ufeff는\u202e요", "전화번호는요"),
        ("탭\t그대로", "탭\t그대로"),
        ("\u1112\u1161\u11ab글", "한글"),
        ("\ud83d반쪽", "반쪽"),
        ("😀 표정", "😀 표정"),
        ("\u0000\u0007", ""),
        ("\u3164네\u3164", "네"),
        ("가" * 10_001, "가" * 10_000),
        ("\u1100\u1161" * 10_000, "가" * 10_000),
        ("가" * 9_999 + "  나", "가" * 9_999),
    ],
    ids=count(),
)
def test_clean(written: str, read_as: str) -> None:
    assert clean(written) == read_as


@pytest.mark.parametrize("value", [None, True, [], {}, ["네"], {"text": "네"}])
def test_an_utterance_that_is_no_text(value: object) -> None:
    assert read(said(value)).text == ""


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({}, None),
        ({"X-Request-Id": " "}, None),
        ({"X-Request-Id": " abc-1 "}, "abc-1"),
        ({"x-request-id": "abc-2"}, "abc-2"),
        ({"X-Request-Id": "a" * 200}, "a" * 200),
    ],
)
def test_request_id(headers: dict[str, str], request_id: str | None) -> None:
    assert read(said("네"), headers).request_id == request_id


def test_a_long_request_id_is_hashed_and_still_tells_deliveries_apart() -> None:
    ids = [read(said("네"), {"X-Request-Id": "a" * n}).request_id for n in (201, 202, 201)]
    assert ids[0] == ids[2] != ids[1]
    assert len(ids[0] or "") == 64


def test_fingerprint_is_the_same_for_the_same_message() -> None:
    first = read(body("quick_reply_block_call"), {"X-Request-Id": "one"})
    assert first.fingerprint == read(body("quick_reply_block_call")).fingerprint
    assert len(first.fingerprint) == 64


@pytest.mark.parametrize(
    "path",
    [
        "bot.id",
        "userRequest.user.id",
        "userRequest.block.id",
        "userRequest.utterance",
        "action.params.x",
        "action.clientExtra.t",
        "action.clientExtra.other",
    ],
)
def test_fingerprint_looks_at(path: str) -> None:
    before = payload("quick_reply_block_call")
    after = payload("quick_reply_block_call")
    *parents, last = path.split(".")
    place = after
    for key in parents:
        place = place[key]
    place[last] = "different"
    assert read(before).fingerprint != read(after).fingerprint


def test_fingerprint_tells_pictures_apart() -> None:
    prints = {
        read(body(name)).fingerprint
        for name in ("secure_image_two", "secure_image_in_detail_only", "secure_image_as_array")
    }
    assert len(prints) == 3


def test_a_development_bot_is_the_same_bot() -> None:
    call = payload("typed_to_fallback")
    live = read(call).fingerprint
    call["bot"]["id"] += "!"
    assert read(call).fingerprint == live


@pytest.mark.parametrize("token", [True, None, [], "", "t" * 201, "\u200b"], ids=count())
def test_a_token_that_is_none(token: object) -> None:
    assert read(said("네") | {"action": {"clientExtra": {"t": token}}}).token is None


def test_too_many_and_too_long_pictures() -> None:
    urls = [f"https://secure.kakaocdn.net/{n}" for n in range(12)]
    long = "https://secure.kakaocdn.net/" + "a" * 2_048
    call = said("네") | {"action": {"params": {"p": {"secureUrls": [long, *urls]}}}}
    assert read(call).images == tuple(urls[:10])


@pytest.mark.parametrize(
    "value", ["secureUrls", '{"secureUrls": 5}', '{"secureUrls": "List()"}', "List(no address)"]
)
def test_a_secure_upload_without_pictures(value: str) -> None:
    inbound = read(said("네") | {"action": {"params": {"secureimage": value}}})
    assert (inbound.images, inbound.text) == ((), "네")


def test_broken_json_inside_a_text_is_nothing() -> None:
    assert read(said("네") | {"action": {"clientExtra": "{broken"}}).token is None
    assert read(said("네") | {"action": {"clientExtra": "[1]", "params": "{" * 5000}}).params == {}


def test_a_callback_address_that_is_too_long_is_none() -> None:
    call = said("네")
    call["userRequest"]["callback_url"] = "https://bot-api.kakao.com/" + "a" * 2_048
    assert read(call).callback_url is None


def test_a_value_too_deep_to_write_down_is_nothing() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    assert _flat(deep) == ""


@pytest.mark.parametrize("event", [{}, [], False, "", {"data": {"a": "b"}}, {"name": ["x"]}])
def test_an_event_without_a_name_is_none(event: object) -> None:
    inbound = read(said("네") | {"event": event})
    assert (inbound.event, inbound.params) == (None, {})
