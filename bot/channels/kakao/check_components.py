"""What each component of a SkillResponse must be: one rule a component.

Source: the tables of kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
(read November 2026); figures and their marks are in `limits`.
"""

import re
from typing import Any, Final

from bot.channels.kakao import limits
from bot.channels.kakao.check_fields import (
    Findings,
    Rule,
    address,
    all_of,
    any_object,
    array,
    flag,
    number,
    one_of,
    shape,
    text,
)

_NEEDS: Final = {
    "webLink": "webLinkUrl",
    "message": "messageText",
    "block": "blockId",
    "phone": "phoneNumber",
    "share": "",
    "operator": "",
}
_ALLOWED_BESIDE: Final = {"block": {"messageText", "extra"}, "message": {"extra"}}
_ACTION_FIELDS: Final[dict[str, Rule]] = {
    "action": one_of(*_NEEDS),
    "webLinkUrl": address,
    "messageText": text(limits.MESSAGE_TEXT),
    "blockId": text(limits.BOT_ID_LENGTH),
    "phoneNumber": text(20),
    "extra": any_object,
}
_SUMMARY_TEXT: Final = re.compile(r"[\d,.\s₩$€¥£원]+")


def _action(value: Any, path: str, found: Findings) -> None:
    action = value.get("action")
    if not isinstance(action, str) or action not in _NEEDS:
        return
    needed = _NEEDS[action]
    if needed and needed not in value:
        found.append(f"{path}.{needed}: missing for action {action}")
    beside = {"action", needed} | _ALLOWED_BESIDE.get(action, set())
    found.extend(
        f"{path}.{name}: not for action {action}"
        for name in _ACTION_FIELDS
        if name in value and name not in beside
    )


_BUTTON: Final = all_of(
    shape({"label": text(limits.LABEL, lines=1)} | _ACTION_FIELDS, ("label", "action")), _action
)
QUICK_REPLY: Final = all_of(
    shape(
        {"label": text(limits.LABEL, lines=1)}
        | _ACTION_FIELDS
        | {"action": one_of("message", "block")},
        ("label", "action"),
    ),
    _action,
)
_LINK: Final = shape({"web": address, "pc": address, "mobile": address})
_THUMBNAIL: Final = shape(
    {
        "imageUrl": address,
        "link": _LINK,
        "fixedRatio": flag,
        "altText": text(limits.ALT_TEXT),
        "width": number(1),
        "height": number(1),
    },
    ("imageUrl",),
)
_LAYOUT: Final = one_of("vertical", "horizontal")


def _labels(value: Any, path: str, found: Findings) -> None:
    """Hold two buttons that are not said to stand below each other to short labels."""
    buttons = value.get("buttons")
    if not isinstance(buttons, list) or value.get("buttonLayout") == "vertical":
        return
    if value.get("buttonLayout") == "horizontal" and len(buttons) > limits.SQUARE_CARD_BUTTONS:
        found.append(f"{path}.buttonLayout: horizontal hides three buttons")
    if len(buttons) == limits.SQUARE_CARD_BUTTONS:
        short = text(limits.LABEL_SIDE_BY_SIDE)
        for index, button in enumerate(buttons):
            if isinstance(button, dict) and "label" in button:
                short(button["label"], f"{path}.buttons[{index}].label(side by side)", found)


def _together(limit: int, lines: int = 0) -> Rule:
    """Hold title and description together to `limit` units and `lines` lines."""

    def rule(value: Any, path: str, found: Findings) -> None:
        parts = [value.get("title"), value.get("description")]
        texts = [part for part in parts if isinstance(part, str)]
        units = sum(limits.size(part) for part in texts)
        if units > limit:
            found.append(f"{path}: title and description have {units} units, at most {limit}")
        if lines and sum(part.count("\n") + 1 for part in texts) > lines:
            found.append(f"{path}: title and description have over {lines} lines")

    return rule


def _title_or_description(value: Any, path: str, found: Findings) -> None:
    if "title" not in value and "description" not in value:
        found.append(f"{path}: neither title nor description")


def _text_card(budget: int) -> Rule:
    fields = {
        "title": text(limits.TITLE),
        "description": text(limits.TEXT_CARD),
        "buttons": array(_BUTTON, 1, limits.CARD_BUTTONS),
        "buttonLayout": _LAYOUT,
        "forwardable": flag,
    }
    return all_of(shape(fields), _title_or_description, _together(budget), _labels)


def _square(value: Any, path: str, found: Findings) -> None:
    thumbnail, buttons = value.get("thumbnail"), value.get("buttons")
    square = isinstance(thumbnail, dict) and thumbnail.get("fixedRatio") is True
    if square and isinstance(buttons, list) and len(buttons) > limits.SQUARE_CARD_BUTTONS:
        found.append(f"{path}.buttons: at most 2 under a square picture")


_BASIC_CARD: Final = all_of(
    shape(
        {
            "title": text(limits.TITLE),
            "description": text(limits.BASIC_CARD),
            "thumbnail": _THUMBNAIL,
            "buttons": array(_BUTTON, 1, limits.CARD_BUTTONS),
            "buttonLayout": _LAYOUT,
            "forwardable": flag,
        },
        ("thumbnail",),
    ),
    _square,
    _labels,
)


def _discount(value: Any, path: str, found: Findings) -> None:
    if "discountRate" in value and "discountedPrice" not in value:
        found.append(f"{path}.discountRate: needs discountedPrice")


_PROFILE: Final = shape(
    {"title": text(limits.ITEM_PROFILE_TITLE), "nickname": text(50), "imageUrl": address}
)
_COMMERCE_CARD: Final = all_of(
    shape(
        {
            "title": text(limits.COMMERCE_TITLE),
            "description": text(limits.COMMERCE_DESCRIPTION),
            "price": number(0),
            "currency": one_of("won"),
            "discount": number(0),
            "discountRate": number(0, limits.DISCOUNT_RATE),
            "discountedPrice": number(0),
            "thumbnails": array(_THUMBNAIL, 1, 1),
            "profile": _PROFILE,
            "buttons": array(_BUTTON, 1, limits.CARD_BUTTONS),
            "buttonLayout": _LAYOUT,
            "forwardable": flag,
        },
        ("price", "currency", "thumbnails", "buttons"),
    ),
    _discount,
    _labels,
)


def _tappable(value: Any, path: str, found: Findings) -> None:
    if "link" not in value and "action" not in value:
        found.append(f"{path}: neither link nor action")


_LIST_ROW: Final = all_of(
    shape(
        {
            "title": text(limits.LIST_ROW_TITLE, lines=1),
            "description": text(limits.LIST_ROW_DESCRIPTION),
            "imageUrl": address,
            "link": _LINK,
        }
        | _ACTION_FIELDS
        | {"action": one_of("message", "block")},
        ("title",),
    ),
    _action,
    _tappable,
)


def _list_card(most: int) -> Rule:
    fields = {
        "header": shape({"title": text(limits.LIST_HEADER, lines=1), "link": _LINK}, ("title",)),
        "items": array(_LIST_ROW, 1, most),
        "buttons": array(_BUTTON, 1, limits.LIST_BUTTONS),
        "forwardable": flag,
    }
    return all_of(shape(fields, ("header", "items")), _labels)


def _item_card_whole(value: Any, path: str, found: Findings) -> None:
    if "head" in value and "profile" in value:
        found.append(f"{path}: head and profile exclude each other")
    if "description" in value and "title" not in value:
        found.append(f"{path}.description: needs title")


def _summary_text(value: Any, path: str, found: Findings) -> None:
    if isinstance(value, str) and not _SUMMARY_TEXT.fullmatch(value):
        found.append(f"{path}: only currency, digits, comma and point")


_ITEM_ROW: Final = shape(
    {
        "title": text(limits.ITEM_ROW_TITLE, lines=1),
        "description": text(limits.ITEM_ROW_DESCRIPTION, lines=limits.ITEM_ROW_LINES),
    },
    ("title", "description"),
)
_ITEM_SUMMARY: Final = shape(
    {
        "title": text(limits.ITEM_SUMMARY_TITLE, lines=1),
        "description": all_of(text(limits.ITEM_SUMMARY_DESCRIPTION, lines=1), _summary_text),
    },
    ("title", "description"),
)
_IMAGE_TITLE: Final = shape(
    {
        "title": text(limits.IMAGE_TITLE, lines=2),
        "description": text(limits.IMAGE_TITLE, lines=1),
        "imageUrl": address,
    },
    ("title",),
)


def _item_card(rows: int, budget: int, buttons: int) -> Rule:
    fields = {
        "thumbnail": _THUMBNAIL,
        "head": shape({"title": text(limits.ITEM_HEAD, lines=1)}, ("title",)),
        "profile": _PROFILE,
        "imageTitle": _IMAGE_TITLE,
        "itemList": array(_ITEM_ROW, 1, rows),
        "itemListAlignment": one_of("left", "right"),
        "itemListSummary": _ITEM_SUMMARY,
        "title": text(budget),
        "description": text(budget),
        "buttons": array(_BUTTON, 1, buttons),
        "buttonLayout": _LAYOUT,
    }
    whole = _together(budget, limits.ITEM_TEXT_LINES)
    return all_of(shape(fields, ("itemList",)), _item_card_whole, whole, _labels)


CARDS: Final[dict[str, Rule]] = {
    "simpleText": shape({"text": text(limits.SIMPLE_TEXT)}, ("text",)),
    "simpleImage": shape(
        {"imageUrl": address, "altText": text(limits.ALT_TEXT)}, ("imageUrl", "altText")
    ),
    "textCard": _text_card(limits.TEXT_CARD),
    "basicCard": _BASIC_CARD,
    "commerceCard": _COMMERCE_CARD,
    "listCard": _list_card(limits.LIST_ITEMS),
    "itemCard": _item_card(limits.ITEM_ROWS, limits.ITEM_TEXT, limits.CARD_BUTTONS),
}
"""Rules of components that stand alone, by name."""

CAROUSEL_CARDS: Final[dict[str, Rule]] = {
    "textCard": _text_card(limits.TEXT_CARD_IN_CAROUSEL),
    "basicCard": _BASIC_CARD,
    "commerceCard": _COMMERCE_CARD,
    "listCard": _list_card(limits.LIST_ITEMS_IN_CAROUSEL),
    "itemCard": _item_card(
        limits.ITEM_ROWS_IN_CAROUSEL, limits.ITEM_TEXT_IN_CAROUSEL, limits.ITEM_CAROUSEL_BUTTONS
    ),
}
"""Rules of cards inside a carousel, by its type."""
