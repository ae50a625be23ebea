"""Reading a skill response: its bubbles, their first lines, and what can be tapped.

Only as much of SkillResponse 2.0 as a terminal and a transcript need; the page in the
browser draws every component itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tap:
    """Something on the screen that can be tapped.

    Attributes:
        label: what stands on it.
        action: the vendor's word: message, block, webLink, phone, share, operator.
        text: what it says in the person's name, or the address or number that it opens.
        block_id: the block that it names, if any.
        extra: what it carries to that block.
        trigger: what the vendor calls this kind of tap.
    """

    label: str
    action: str
    text: str = ""
    block_id: str | None = None
    extra: Json = field(default_factory=dict)
    trigger: str = "CARD_BUTTON_MESSAGE"

    @property
    def speaks(self) -> bool:
        """True when the tap sends a message."""
        return self.action in {"message", "block"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One component.

    Attributes:
        lines: all that it says, as lines of text.
        taps: its rows and buttons.
        quote: the first line of its texts, word for word; empty for a mere picture.
    """

    lines: tuple[str, ...]
    taps: tuple[Tap, ...] = ()
    quote: str = ""


def bubbles(response: Json) -> list[Bubble]:
    """Return what the answer shows, in order; a carousel gives one bubble per card."""
    outputs = _objects(_at(response, "template"), "outputs")
    return [bubble for output in outputs for bubble in _bubbles_of(output)]


def quick_replies(response: Json) -> list[Tap]:
    """Return the quick replies in order."""
    found = _objects(_at(response, "template"), "quickReplies")
    return [_tap(item, "QUICKREPLY_BUTTON") for item in found]


def _at(value: Json, key: str) -> Json:
    inner = value.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _objects(value: Json, key: str) -> list[Json]:
    inner = value.get(key)
    found = inner if isinstance(inner, list) else []
    return [item for item in found if isinstance(item, Mapping)]


def _bubbles_of(output: Json) -> Iterator[Bubble]:
    for kind in output:
        card = _at(output, kind)
        if kind == "carousel":
            cards = _objects(card, "items")
            yield from (_bubble(str(card.get("type", "")), item) for item in cards)
        else:
            yield _bubble(kind, card)


def _bubble(kind: str, card: Json) -> Bubble:
    lines = [line for text in _texts(kind, card) for line in str(text).splitlines()]
    rows = [_tap(item, "LIST_ITEM") for item in _objects(card, "items")]
    buttons = [_tap(item, "CARD_BUTTON") for item in _objects(card, "buttons")]
    tappable = [row for row in rows if row.action]
    return Bubble(tuple(lines), (*tappable, *buttons), _quote(card))


def _quote(card: Json) -> str:
    rows = _objects(card, "itemList")
    parts = (_at(card, "header"), _at(card, "profile"), _at(card, "head"), card, *rows)
    found = (part.get(key) for part in parts for key in ("text", "title", "description"))
    lines = (line for text in found if text for line in str(text).splitlines())
    return next((line.strip() for line in lines if line.strip()), "")


def _texts(kind: str, card: Json) -> Iterator[str]:
    if kind == "simpleText":
        yield card.get("text", "")
    elif kind == "simpleImage":
        yield f"(사진) {card.get('altText', '')}"
    else:
        yield from _heading(card)
        yield from _rows(card)


def _heading(card: Json) -> Iterator[str]:
    for part in (_at(card, "header"), _at(card, "profile"), _at(card, "head"), card):
        for key in ("title", "nickname", "description"):
            if part.get(key):
                yield part[key]
    if "price" in card:
        yield f"{card.get('discountedPrice', card['price'])}원"


def _rows(card: Json) -> Iterator[str]:
    for row in _objects(card, "itemList"):
        yield f"{row.get('title', '')}: {row.get('description', '')}"
    summary = _at(card, "itemListSummary")
    if summary:
        yield f"{summary.get('title', '')}: {summary.get('description', '')}"
    for row in _objects(card, "items"):
        tail = f" - {row['description']}" if row.get("description") else ""
        yield f"· {row.get('title', '')}{tail}"


def _tap(item: Json, place: str) -> Tap:
    label = str(item.get("label") or item.get("title") or "")
    action = str(item.get("action") or ("webLink" if item.get("link") else ""))
    text = item.get("messageText") or label
    if action == "webLink":
        text = item.get("webLinkUrl") or _at(item, "link").get("web", "")
    elif action == "phone":
        text = item.get("phoneNumber", "")
    extra = item.get("extra")
    return Tap(
        label=label,
        action=action,
        text=str(text),
        block_id=item.get("blockId") if action == "block" else None,
        extra=extra if action == "block" and isinstance(extra, Mapping) else {},
        trigger=f"{place}_{'BLOCK' if action == 'block' else 'MESSAGE'}",
    )
