"""Skill payloads as the messenger sends them, for the simulator's page and terminal.

The page in the browser fills the same template (`template`), so that there is one idea of
what a payload looks like. Shape: SkillPayload of the Kakao i Open Builder guide; the member
`flow` is a newer addition that real traffic carries (kakao-chatbot 0.4.3).
"""

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bot.clock import KST

DEFAULT_BOT_ID = "65a0c0ffee5051400000b071"
"""Stands for our bot while KAKAO_BOT_IDS is empty; 24 hexadecimal digits as the vendor's."""
DEFAULT_BLOCK_ID = "65a0c0ffee5051400000fa11"
"""Stands for the fallback block while KAKAO_BLOCK_ID is empty."""
PHOTO_UTTERANCE = "이미지 보안전송 플러그인에 의해 자동으로 생성되는 발화입니다."
"""What the vendor's secure upload says in the person's name."""
PHOTO_LIFETIME = timedelta(minutes=10)
"""How long an address of the secure upload stays open in the simulator."""

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The person who chats.

    Attributes:
        user_key: the vendor's id of the person in this bot, 66 hexadecimal digits in life.
        channel_key: the vendor's id of the person in this channel (plusfriendUserKey).
        app_user_id: the vendor's id of the person in our app, digits.
        is_friend: whether the person has added the channel; a payload never says False, it
            leaves the member out.
    """

    user_key: str
    channel_key: str
    app_user_id: str
    is_friend: bool = True

    @classmethod
    def named(cls, user_key: str, *, is_friend: bool = True) -> "Visitor":
        """Return the visitor whose other two ids follow from `user_key`."""
        digest = hashlib.sha256(user_key.encode()).hexdigest()
        app_user_id = str(int(digest[:8], 16))
        return cls(
            user_key=user_key,
            channel_key=digest[8:20],
            app_user_id=app_user_id,
            is_friend=is_friend,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the person did in one turn.

    Attributes:
        text: the utterance; for a tap what the button says in the person's name.
        trigger: the vendor's word for what was touched (TEXT_INPUT, CARD_BUTTON_BLOCK …).
        block_id: the block that a button names; None lets the fallback block answer.
        extra: what a block button carries; arrives as `action.clientExtra`.
        photos: addresses of pictures sent through the secure upload.
        photos_until: when those addresses close; needed with `photos`.
        contexts: open contexts, in the vendor's form.
    """

    text: str = ""
    trigger: str = "TEXT_INPUT"
    block_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    photos_until: datetime | None = None
    contexts: tuple[Mapping[str, Any], ...] = ()


def template(bot_id: str = "", block_id: str = "") -> Payload:
    """Return a payload in which only the person and the words are missing.

    Args:
        bot_id: the vendor's id of the bot; empty takes `DEFAULT_BOT_ID`.
        block_id: the block that catches everything; empty takes `DEFAULT_BLOCK_ID`.
    """
    block = {"id": block_id or DEFAULT_BLOCK_ID, "name": "폴백 블록"}
    return {
        "bot": {"id": bot_id or DEFAULT_BOT_ID, "name": "소신상인 도우미"},
        "intent": block | {"extra": {"reason": {"code": 1, "message": "OK"}}},
        "action": {
            "id": "65a0c0ffee5051400000ac70",
            "name": "소신상인 스킬",
            "params": {},
            "detailParams": {},
            "clientExtra": {},
        },
        "userRequest": {
            "block": dict(block),
            "user": {"id": "", "type": "botUserKey", "properties": {}},
            "utterance": "",
            "params": {"surface": "Kakaotalk.plusfriend"},
            "lang": "ko",
            "timezone": "Asia/Seoul",
        },
        "contexts": [],
        "flow": {"lastBlock": dict(block), "trigger": {"type": "TEXT_INPUT"}},
    }


def filled(blank: Payload, visitor: Visitor, words: Words) -> Payload:
    """Return `blank` with the person and what they did; `blank` stays as it is."""
    payload = copy.deepcopy(blank)
    request = payload["userRequest"]
    request["utterance"] = PHOTO_UTTERANCE if words.photos else words.text
    request["user"]["id"] = visitor.user_key
    request["user"]["properties"] = _properties(visitor)
    payload["flow"]["trigger"]["type"] = words.trigger
    payload["contexts"] = [dict(context) for context in words.contexts]
    payload["action"]["clientExtra"] = dict(words.extra)
    if words.block_id:
        request["block"] = {"id": words.block_id, "name": "이어지는 블록"}
        payload["intent"] |= request["block"]
    if words.photos and words.photos_until:
        value = secure_images(words.photos, words.photos_until)
        payload["action"]["params"] = {"secureimage": value}
        detail = {"origin": value, "value": value, "groupName": ""}
        payload["action"]["detailParams"] = {"secureimage": detail}
    return payload


def _properties(visitor: Visitor) -> dict[str, Any]:
    """Return the ids in both spellings that real payloads carry."""
    properties: dict[str, Any] = {
        "botUserKey": visitor.user_key,
        "bot_user_key": visitor.user_key,
        "plusfriendUserKey": visitor.channel_key,
        "plusfriend_user_key": visitor.channel_key,
        "appUserId": visitor.app_user_id,
        "app_user_id": visitor.app_user_id,
        "appUserStatus": "REGISTERED",
        "app_user_status": "REGISTERED",
    }
    if visitor.is_friend:
        properties["isFriend"] = True
    return properties


def secure_images(urls: Sequence[str], until: datetime) -> str:
    """Return the parameter of the secure upload: JSON in a string, addresses as `List(a, b)`.

    Args:
        urls: addresses of the pictures.
        until: when they close; written in Korean time with `+0900`.
    """
    value = {
        "privacyAgreement": "Y",
        "imageQuantity": str(len(urls)),
        "secureUrls": f"List({', '.join(urls)})",
        "expire": until.astimezone(KST).strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def with_expiry(url: str, until: datetime) -> str:
    """Return `url` with the query value that tells when the secure upload closes it."""
    joint = "&" if "?" in url else "?"
    return url + joint + urlencode({"expires": int(until.timestamp())})


def encoded(payload: Payload) -> bytes:
    """Return the body of the request: UTF-8, Hangul not escaped."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
