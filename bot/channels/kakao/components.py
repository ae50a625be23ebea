"""One output of a reply -> texts and Kakao components, each within its own limits.

A part that fits no component becomes text, so that nothing the bot says is lost in
silence: long descriptions stand in a bubble before the card, rows that do not fit an
itemCard become lines, buttons beyond a card's room become quick replies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.channels.kakao import limits
from bot.channels.kakao.actions import address, button, say
from bot.channels.kakao.fitting import Component, clean, line, shorten, split_tail
from bot.channels.kakao.limits import fits, size
from bot.dialogue.message import (
    Button,
    Card,
    Carousel,
    Facts,
    ListCard,
    ListRow,
    Output,
    QuickReply,
    Text,
)

CHOOSE: Final = "아래에서 골라 주세요."
"""Stands on a card that came with buttons and without a word."""
NO_VALUE: Final = "–"
"""Stands in a row of facts that has no value yet."""

Piece = str | Component


@dataclass(slots=True)
class Sheet:
    """What the outputs of one reply have in common while they are drawn.

    Attributes:
        block_id: the block that tokens are sent to; empty when buttons just speak.
        overflow: message buttons that found no room on their card.
    """

    block_id: str = ""
    overflow: list[QuickReply] = field(default_factory=list)


def draw(output: Output, sheet: Sheet) -> list[Piece]:
    """Return texts (of any length) and components for one output; [] when it is empty."""
    match output:
        case Text():
            text = clean(output.text)
            return [text] if text else []
        case Card():
            return _card(output, sheet)
        case Facts():
            return _facts(output, sheet)
        case ListCard():
            return _list(output, sheet)
        case _:
            return _carousels(output, sheet)


def _buttons(given: Sequence[Button], most: int, sheet: Sheet) -> list[Component]:
    """Return at most `most` buttons; message buttons beyond them go to the overflow."""
    drawn: list[Component] = []
    for item in given:
        component = button(item, sheet.block_id)
        if component and len(drawn) < most:
            drawn.append(component)
        elif component and item.kind == "message":
            sheet.overflow.append(QuickReply(item.label, item.value, item.token))
    return drawn


def _with_buttons(content: Component, drawn: list[Component]) -> Component:
    """Add buttons to a card, one below the other: a thumb finds them and labels stay whole."""
    if drawn:
        content["buttons"] = drawn
    if len(drawn) > 1:
        content["buttonLayout"] = "vertical"
    return content


def _title_and_text(title: str, description: str) -> tuple[str, str]:
    """Return a title within its limit; a longer one is the beginning of the description."""
    title, description = line(title), clean(description)
    if fits(title, limits.TITLE):
        return title, description
    return "", f"{title}\n{description}".strip()


def _worded(title: str, description: str) -> Component:
    content: Component = {}
    if title:
        content["title"] = title
    if description:
        content["description"] = description
    return content


def _picture(card: Card) -> Component | None:
    url = address(card.image_url) if card.image_url else None
    if url is None:
        return None
    alt = shorten(line(card.image_alt), limits.ALT_TEXT)
    return {"imageUrl": url, "altText": alt} if alt else {"imageUrl": url}


def _card(card: Card, sheet: Sheet) -> list[Piece]:
    title, description = _title_and_text(card.title, card.description)
    drawn = _buttons(card.buttons, limits.CARD_BUTTONS, sheet)
    picture = _picture(card)
    if not (title or description or drawn or picture):
        return []
    room = limits.BASIC_CARD if picture else limits.TEXT_CARD - size(title)
    if not fits(description, room):
        if not drawn and not picture:
            return [f"{title}\n\n{description}".strip()]
        head, description = split_tail(description, room)
        text = f"{title}\n\n{head}".strip()
        return [text, _drawn_card("", description, picture, drawn)]
    return [_drawn_card(title, description, picture, drawn)]


def _drawn_card(
    title: str, description: str, picture: Component | None, drawn: list[Component]
) -> Component:
    content = _worded(title, description)
    if picture:
        return {"basicCard": _with_buttons({"thumbnail": picture} | content, drawn)}
    return {"textCard": _with_buttons(content or {"title": CHOOSE}, drawn)}


def _facts(facts: Facts, sheet: Sheet) -> list[Piece]:
    rows = [(line(label), clean(value) or NO_VALUE) for label, value in facts.rows]
    rows = [row for row in rows if row != ("", NO_VALUE)]
    title, note = line(facts.title), clean(facts.description)
    if _fits_item_card(title, rows, note):
        drawn = _buttons(facts.buttons, limits.CARD_BUTTONS, sheet)
        return [{"itemCard": _with_buttons(_item_card(title, rows, note), drawn)}]
    lines = "\n".join(f"{label}: {value}" if label else value for label, value in rows)
    text = f"{lines}\n\n{note}".strip()
    return _card(Card(title=facts.title, description=text, buttons=facts.buttons), sheet)


def _fits_item_card(title: str, rows: Sequence[tuple[str, str]], note: str) -> bool:
    return (
        0 < len(rows) <= limits.ITEM_ROWS
        and fits(title, limits.ITEM_HEAD)
        and fits(note, limits.ITEM_TEXT)
        and note.count("\n") < limits.ITEM_TEXT_LINES
        and all(_fits_item_row(label, value) for label, value in rows)
    )


def _fits_item_row(label: str, value: str) -> bool:
    return (
        bool(label)
        and fits(label, limits.ITEM_ROW_TITLE)
        and fits(value, limits.ITEM_ROW_DESCRIPTION_SHOWN)
        and value.count("\n") < limits.ITEM_ROW_LINES
    )


def _item_card(title: str, rows: Sequence[tuple[str, str]], note: str) -> Component:
    """Return an itemCard; its `title` stands below the rows, so the note goes there."""
    content: Component = {"head": {"title": title}} if title else {}
    content["itemListAlignment"] = "left"
    content["itemList"] = [{"title": label, "description": value} for label, value in rows]
    first, _, rest = note.partition("\n")
    return content | _worded(first.rstrip(), rest.strip())


def _list(card: ListCard, sheet: Sheet) -> list[Piece]:
    rows = [row for row in (_row(item) for item in card.rows) if row]
    header = shorten(line(card.header) or CHOOSE, limits.LIST_HEADER)
    if not rows:
        return _card(Card(title=card.header, buttons=card.buttons), sheet)
    chunks = [rows[at : at + limits.LIST_ITEMS] for at in range(0, len(rows), limits.LIST_ITEMS)]
    contents: list[Component] = [{"header": {"title": header}, "items": part} for part in chunks]
    drawn = _buttons(card.buttons, limits.LIST_BUTTONS, sheet)
    if len(drawn) > 1:  # a list's two buttons share a row
        for item in drawn:
            item["label"] = shorten(item["label"], limits.LABEL_SIDE_BY_SIDE)
    if drawn:
        contents[-1]["buttons"] = drawn
    return [{"listCard": content} for content in contents]


def _row(row: ListRow) -> Component | None:
    """Return a row that does something when tapped; without an action it says its title."""
    title = line(row.title) or line(row.description)
    if not title:
        return None
    drawn: Component = {"title": shorten(title, limits.LIST_ROW_TITLE_SHOWN)}
    description = line(row.description)
    if description and description != title:
        drawn["description"] = shorten(description, limits.LIST_ROW_DESCRIPTION)
    picture = address(row.image_url) if row.image_url else None
    if picture:
        drawn["imageUrl"] = picture
    link = address(row.link) if row.link and not row.message else None
    if link:
        return drawn | {"link": {"web": link}}
    said = say(title, row.message, None, "") or {}
    return drawn | {"action": "message", "messageText": said["messageText"]}


def _carousels(carousel: Carousel, sheet: Sheet) -> list[Piece]:
    """Return cards side by side, ten at a time; one card alone is just a card.

    All cards of a carousel are of one kind: with pictures when each has one, else without.
    Pictures stay in the default shape (2:1), so they share one ratio.
    """
    cards = [card for card in carousel.cards if _says_something(card)]
    if len(cards) == 1:
        return _card(cards[0], sheet)
    pictures = [_picture(card) for card in cards]
    kind = "basicCard" if all(pictures) else "textCard"
    items: list[Component] = []
    for card, picture in zip(cards, pictures, strict=True):
        shown = picture if kind == "basicCard" else None
        items.append(_carousel_card(card, shown, sheet))
    step = limits.CAROUSEL_ITEMS
    parts = [items[at : at + step] for at in range(0, len(items), step)]
    return [{"carousel": {"type": kind, "items": part}} for part in parts]


def _says_something(card: Card) -> bool:
    return bool(line(card.title) or clean(card.description))


def _carousel_card(card: Card, picture: Component | None, sheet: Sheet) -> Component:
    title, description = _title_and_text(card.title, card.description)
    room = limits.BASIC_CARD if picture else limits.TEXT_CARD_IN_CAROUSEL - size(title)
    content = _worded(title, shorten(description, room))
    if picture:
        content = {"thumbnail": picture} | content
    return _with_buttons(content, _buttons(card.buttons, limits.CARD_BUTTONS, sheet))
