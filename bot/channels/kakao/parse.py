"""SkillPayload -> Inbound: reads what Kakao sends, and everything that may come instead.

Kakao promises little: fields are missing, null, the text "null", JSON inside a string, or
there twice under two spellings, and new ones may be added at any time. Only
`userRequest.user.id` is insisted on. Nothing here knows Flask, and nothing is logged:
what a person wrote stays in the `Inbound`.

Source: kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format (SkillPayload),
read November 2026, and payloads seen in public repositories.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from unicodedata import is_normalized, normalize

from bot.channels.kakao import limits
from bot.dialogue.message import Inbound
from bot.errors import PayloadError

Json = Mapping[str, object]


class Headers(Protocol):
    """A request's headers: any mapping, or a web framework's own class."""

    def get(self, key: str, /) -> str | None:
        """Return a header's value, None when it did not come."""
        ...


# Numbers stay text: an id may come as a number, and no number can then be too large for us.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_NOTHING: Json = {}

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls except tab and line feed
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, direction
    "\u3164\uffa0"  # Hangul fillers, which look like nothing
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"  # lone surrogates, annotation marks, no characters
    "\U000e0000-\U000e007f]"  # tags
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_IMAGE_KEY = "secureUrls"
_TRANSPORT_PARAMS = frozenset({"surface", "ignoreMe"})


def parse(body: bytes, headers: Headers, received_at: datetime) -> Inbound:
    """Read one skill call.

    Args:
        body: the request's body as it came.
        headers: the request's headers; looked up by their usual and lower-case spelling.
        received_at: aware, UTC; when the request came.

    Returns:
        The message. Its text is empty when nothing was written, also when a picture came
        (the sentence that Kakao puts there was written by nobody).

    Raises:
        PayloadError: not JSON, not an object, or without a usable `userRequest.user.id`.
    """
    payload = _decoded(body)
    request, action = _object(payload.get("userRequest")), _object(payload.get("action"))
    user = _object(request.get("user"))
    properties, extra = _object(user.get("properties")), _object(action.get("clientExtra"))
    user_key, bot_id = _user_key(user), _bot_id(payload.get("bot"))
    event, event_params = _event(payload, request)
    params, images = _params(action, request.get("params"), event_params)
    text = clean(_scalar(request.get("utterance")))
    head = (bot_id, user_key, _line(_object(request.get("block")).get("id")), text)
    return Inbound(
        bot_id=bot_id,
        user_key=user_key,
        text="" if images else text,
        received_at=received_at,
        request_id=_request_id(headers),
        fingerprint=_fingerprint(head, params, extra, images),
        channel_user_key=_channel_key(properties),
        app_user_id=_app_user_id(properties),
        is_friend=_is_friend(properties),
        token=_token(extra),
        images=images,
        event=event,
        params=params,
        callback_url=_callback_url(request),
        is_group=bool(_object(request.get("chat"))),
    )


def clean(text: str) -> str:
    r"""Return `text` without the transport's artefacts.

    Line ends become line feeds; zero-width, direction and control characters and halves of
    characters go; the rest is composed (NFC), stripped and cut at 10,000 characters.

    Example:
        >>> clean("발화\u200b 내용\r\n")
        '발화 내용'
    """
    # Cut first, so that composing a hostile text costs little; 3 jamo make a syllable.
    text = text[: 3 * limits.UTTERANCE_LENGTH]
    if _LINE_ENDS.search(text):
        text = _LINE_ENDS.sub("\n", text)
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    if not is_normalized("NFC", text):
        text = normalize("NFC", text)
    return text.strip()[: limits.UTTERANCE_LENGTH].rstrip()


def _decoded(body: bytes) -> Json:
    try:
        payload = _DECODER.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise PayloadError("not JSON") from error
    if not isinstance(payload, dict):
        raise PayloadError("not an object")
    return payload


def _object(value: object) -> Json:
    """Return an object as it is, one inside a string decoded, anything else as empty."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value.startswith("{"):
        try:
            decoded = _DECODER.decode(value)
        except (ValueError, RecursionError):
            return _NOTHING
        return decoded if isinstance(decoded, dict) else _NOTHING
    return _NOTHING


def _scalar(value: object) -> str:
    return value if isinstance(value, str) else ""


def _line(value: object) -> str:
    """Return a key or a name: one line of visible text, empty when it is no text."""
    if not isinstance(value, str):
        return ""
    return value if value.isalnum() else " ".join(_INVISIBLE.sub("", value).split())


def _user_key(user: Json) -> str:
    key = _line(user.get("id"))
    if not key or len(key) > limits.USER_ID_LENGTH:
        raise PayloadError("no usable userRequest.user.id")
    return key


def _bot_id(bot: object) -> str:
    """Return the bot's id; the development channel's one carries a "!" at its end."""
    return _line(_object(bot).get("id")).removesuffix("!")[: limits.BOT_ID_LENGTH]


def _request_id(headers: Headers) -> str | None:
    given = headers.get("X-Request-Id") or headers.get("x-request-id") or ""
    request_id = _line(given)
    if len(request_id) > limits.REQUEST_ID_LENGTH:
        return hashlib.sha256(request_id.encode()).hexdigest()
    return request_id or None


def _token(extra: Json) -> str | None:
    token = extra.get("t")
    if not isinstance(token, str) or len(token) > limits.TOKEN_LENGTH:
        return None
    return _line(token) or None


def _channel_key(properties: Json) -> str | None:
    key = properties.get("plusfriendUserKey") or properties.get("plusfriend_user_key")
    return _line(key)[: limits.USER_ID_LENGTH] or None


def _app_user_id(properties: Json) -> str | None:
    key = properties.get("appUserId") or properties.get("app_user_id")
    return _line(key)[: limits.USER_ID_LENGTH] or None


def _is_friend(properties: Json) -> bool | None:
    """Read the friend mark: true for friends, simply missing for others.

    A call without the channel's key (the console's skill test) says nothing about it.
    """
    mark = properties.get("isFriend", properties.get("is_friend"))
    if mark is None:
        return False if _channel_key(properties) else None
    return mark is True or mark == "true"


def _callback_url(request: Json) -> str | None:
    url = request.get("callbackUrl") or request.get("callback_url")
    if not isinstance(url, str) or len(url) > limits.URL_LENGTH:
        return None
    return _line(url) or None


def _event(payload: Json, request: Json) -> tuple[str | None, Json]:
    """Return name and data of the Event API call behind this one, (None, {}) without.

    Kakao does not document where the name arrives; every place that makes sense is read.
    """
    for place in (payload.get("event"), request.get("event")):
        if place is None:
            continue
        event = _object(place)
        name = _line(event.get("name")) or ("" if event else _line(place))
        if name:
            return name[: limits.REQUEST_ID_LENGTH], _object(event.get("data"))
    params = _object(request.get("params"))
    name = _line(params.get("event")) or _line(params.get("eventName"))
    return name[: limits.REQUEST_ID_LENGTH] or None, _NOTHING


def _params(
    action: Json, request_params: object, event_params: Json
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return all parameters as text, and apart from them the addresses of pictures."""
    params: dict[str, str] = {}
    images: tuple[str, ...] = ()
    details = {
        key: _object(detail).get("value")
        for key, detail in _object(action.get("detailParams")).items()
    }
    for source in (_object(action.get("params")), details, event_params, _object(request_params)):
        for name, value in source.items():
            key = _line(name)
            if value is None or not key or key in params or key in _TRANSPORT_PARAMS:
                continue
            found = _images(value)
            if found:
                images = images or found
            else:
                params[key] = clean(_flat(value))
    return params, images


def _images(value: object) -> tuple[str, ...]:
    """Return the addresses in the value of a secure upload, () for any other value.

    The list comes as the text `List(url1, url2)`, which is not JSON.

    Example:
        >>> _images('{"secureUrls": "List(http://a/1?x=1, http://a/2)"}')
        ('http://a/1?x=1', 'http://a/2')
    """
    if isinstance(value, str) and _IMAGE_KEY not in value and not value.startswith("List("):
        return ()
    urls: object = _object(value).get(_IMAGE_KEY, value if isinstance(value, str) else None)
    parts = urls if isinstance(urls, list) else [urls]
    found = [url for part in parts if isinstance(part, str) for url in _addresses(part)]
    return tuple(url for url in found if len(url) <= limits.URL_LENGTH)[: limits.IMAGES]


def _addresses(text: str) -> list[str]:
    inner = _INVISIBLE.sub("", text).strip().removeprefix("List(").removesuffix(")")
    return [part for part in re.split(r"[,\s]+(?=https?://)", inner) if _is_address(part)]


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and not re.search(r"[\s<>\"]", text)


def _flat(value: object) -> str:
    """Return a parameter's value as text: text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return _ENCODER.encode(value)
    except RecursionError:
        return ""


def _fingerprint(
    head: tuple[str, ...], params: Mapping[str, str], extra: Json, images: tuple[str, ...]
) -> str:
    """Return a hash over everything that makes two deliveries the same message."""
    parts = "\x1f".join(head)
    if params or extra or images:
        parts += "\x1e" + "\x1f".join((_flat(params), _flat(extra), *images))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
