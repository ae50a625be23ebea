"""A strict checker of SkillResponses, for tests and the simulator.

It was written from the vendor's tables, not from `render`, and knows more than we send, so
that answers made elsewhere (a console export, another bot) can be checked as well.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from bot.channels.kakao import limits
from bot.channels.kakao.check_components import CARDS, CAROUSEL_CARDS, QUICK_REPLY
from bot.channels.kakao.check_fields import (
    Findings,
    address,
    any_object,
    array,
    flag,
    number,
    one_of,
    shape,
    text,
)

_PARTS_OF_ALL: Final = ("thumbnail", "head", "profile", "imageTitle")
"""On every itemCard of a carousel or on none."""


def problems(response: object) -> list[str]:
    """Return every way in which `response` breaks the SkillResponse 2.0 format.

    Args:
        response: the decoded JSON.

    Returns:
        One line a finding, led by the path of the value; [] when all is well.
    """
    found: Findings = []
    _RESPONSE(response, "response", found)
    if isinstance(response, dict):
        if not {"template", "data", "useCallback"} & response.keys():
            found.append("response: neither template, data nor useCallback")
        body = json.dumps(response, ensure_ascii=False, separators=(",", ":"))
        size = len(body.encode("utf-8", "replace"))
        if size > limits.RESPONSE_BYTES:
            found.append(f"response: {size} bytes, at most {limits.RESPONSE_BYTES}")
    return found


def warnings(response: object) -> list[str]:
    """Return what is allowed but will be cut or folded by a phone.

    Args:
        response: a decoded response without problems; with problems the answer is [].
    """
    if not isinstance(response, dict) or problems(response):
        return []
    found: list[str] = []
    for index, output in enumerate(response.get("template", {}).get("outputs", ())):
        for field, value, shown in _shown(output):
            if limits.size(value) > shown:
                found.append(f"outputs[{index}].{field}: only about {shown} units are shown")
    return found


def _shown(output: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield name, text and visible length of every field that phones shorten."""
    [(kind, content)] = output.items()
    if kind == "simpleText":
        yield "simpleText.text", content["text"], limits.SIMPLE_TEXT_UNFOLDED
    elif kind == "listCard":
        yield "listCard.header.title", content["header"]["title"], limits.LIST_HEADER_SHOWN
        for row in content["items"]:
            yield "listCard.items.title", row["title"], limits.LIST_ROW_TITLE_SHOWN
            description = row.get("description", "")
            yield "listCard.items.description", description, limits.LIST_ROW_DESCRIPTION_SHOWN
    elif kind == "itemCard":
        for row in content["itemList"]:
            description = row["description"]
            yield "itemCard.itemList.description", description, limits.ITEM_ROW_DESCRIPTION_SHOWN
    elif kind == "carousel" and content["type"] == "basicCard":
        for card in content["items"]:
            description = card.get("description", "")
            yield "carousel.description", description, limits.BASIC_CARD_SHOWN_IN_CAROUSEL


def _carousel(value: Any, path: str, found: Findings) -> None:
    _CAROUSEL(value, path, found)
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in CAROUSEL_CARDS:
        return
    most = limits.LIST_CAROUSEL_ITEMS if kind == "listCard" else limits.CAROUSEL_ITEMS
    items = value.get("items")
    array(CAROUSEL_CARDS[kind], 1, most)(items, f"{path}.items", found)
    if kind in {"textCard", "listCard"} and "header" in value:
        found.append(f"{path}.header: not for {kind}")
    cards = [card for card in items if isinstance(card, dict)] if isinstance(items, list) else []
    if len({_ratio(card) for card in cards}) > 1:
        found.append(f"{path}.items: pictures of different ratios")
    if kind == "itemCard":
        for part in _PARTS_OF_ALL:
            if 0 < sum(part in card for card in cards) < len(cards):
                found.append(f"{path}.items: {part} on some cards only")


def _ratio(card: dict[str, Any]) -> bool:
    """Return whether a card's picture is square; wide is the default."""
    thumbnail = card.get("thumbnail")
    return isinstance(thumbnail, dict) and thumbnail.get("fixedRatio") is True


def _output(value: Any, path: str, found: Findings) -> None:
    if not isinstance(value, dict) or len(value) != 1:
        found.append(f"{path}: not an object with exactly one component")
        return
    [(kind, content)] = value.items()
    if kind == "carousel":
        _carousel(content, f"{path}.carousel", found)
    elif kind in CARDS:
        CARDS[kind](content, f"{path}.{kind}", found)
    else:
        found.append(f"{path}.{kind}: unknown component")


def _texts(value: Any, path: str, found: Findings) -> None:
    any_object(value, path, found)
    if isinstance(value, dict):
        found.extend(
            f"{path}.{name}: not a text"
            for name, entry in value.items()
            if not isinstance(entry, str)
        )


def _anything(_value: Any, _path: str, _found: Findings) -> None:
    """Accept any value; another rule looks at it."""


_CAROUSEL: Final = shape(
    {
        "type": one_of(*limits.CAROUSEL_KINDS),
        "items": _anything,
        "header": shape(
            {
                "title": text(limits.CAROUSEL_HEADER_TITLE, lines=2),
                "description": text(limits.CAROUSEL_HEADER_DESCRIPTION, lines=3),
                "thumbnail": shape({"imageUrl": address}, ("imageUrl",)),
            }
        ),
    },
    ("type", "items"),
)
_CONTEXT: Final = shape(
    {
        "name": text(limits.CONTEXT_NAME),
        "lifeSpan": number(0, limits.CONTEXT_LIFE_SPAN),
        "ttl": number(0),
        "params": _texts,
    },
    ("name", "lifeSpan"),
)
_RESPONSE: Final = shape(
    {
        "version": one_of(limits.VERSION),
        "template": shape(
            {
                "outputs": array(_output, 0, limits.OUTPUTS),
                "quickReplies": array(QUICK_REPLY, 1, limits.QUICK_REPLIES),
            },
            ("outputs",),
        ),
        "context": shape({"values": array(_CONTEXT, 0, 100)}, ("values",)),
        "data": any_object,
        "useCallback": flag,
    },
    ("version",),
)
