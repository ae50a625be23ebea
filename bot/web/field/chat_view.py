"""An answer of the bot as the pages draw it: bubbles, and what can be tapped under them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
_KINDS = {"message": "say", "block": "say", "webLink": "link", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Tap:
    """Something to tap.

    Attributes:
        kind: `say` writes `value`, `link` opens it, `phone` dials it.
        token: what a tap carries back to the bot.
    """

    kind: str
    label: str
    value: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """What stands in one bubble."""

    lines: tuple[str, ...]
    taps: tuple[Tap, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer."""

    bubbles: tuple[Bubble, ...]
    replies: tuple[Tap, ...]


def shown(reply: bytes | None) -> Shown:
    """Return what an answer shows; nothing for no answer."""
    template = json.loads(reply).get("template", {}) if reply else {}
    bubbles = (b for output in template.get("outputs", ()) for b in _bubbles(output))
    replies = (_tap(item) for item in template.get("quickReplies", ()))
    return Shown(tuple(bubbles), tuple(tap for tap in replies if tap))


def _bubbles(output: Json) -> Iterator[Bubble]:
    for kind, card in output.items():
        if kind == "carousel":
            yield from (_bubble(item) for item in card.get("items", ()))
        else:
            yield _bubble(card)


def _bubble(card: Json) -> Bubble:
    taps = [_tap(item) for item in (*card.get("items", ()), *card.get("buttons", ()))]
    return Bubble(tuple(_lines(card)), tuple(tap for tap in taps if tap))


def _lines(card: Json) -> Iterator[str]:
    """Yield the words of a card in reading order."""
    for key in ("header", "head", "title", "text", "description"):
        value = card.get(key)
        text = value.get("title", "") if isinstance(value, Mapping) else value
        if isinstance(text, str) and text:
            yield from text.split("\n")
    for row in card.get("itemList", ()):
        yield f"{row.get('title', '')}: {row.get('description', '')}"
    for item in card.get("items", ()):
        if not _tap(item):
            yield " ".join(filter(None, (item.get("title"), item.get("description"))))


def _tap(item: Json) -> Tap | None:
    kind = _KINDS.get(str(item.get("action", "")))
    label = str(item.get("label") or item.get("title") or "")
    if item.get("link"):
        return Tap("link", label, str(item["link"].get("web", "")))
    if kind is None or not label:
        return None
    name = {"say": "messageText", "link": "webLinkUrl", "phone": "phoneNumber"}[kind]
    token = str((item.get("extra") or {}).get("t", ""))
    return Tap(kind, label, str(item.get(name) or label), token)
