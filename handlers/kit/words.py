"""What printed matter is called in the chat, and how an order reads."""

from collections.abc import Mapping

from bot.dialogue.view import Choice
from bot.services.kits import KitLine, KitOverview
from kits.catalog import PRODUCTS
from kits.themes import THEMES

ITEMS = (
    Choice("sticker", "유리문 스티커"),
    Choice("tent", "탁자 세움판"),
    Choice("poster", "벽 포스터"),
    Choice("card", "명함"),
)
NAMES = {"sticker": "스티커", "tent": "세움판", "poster": "포스터", "card": "명함"}
SIZES = (Choice("A3", "큰 것(A3)"), Choice("A4", "보통(A4)"), Choice("A6", "작은 것(A6)"))
THEME_CHOICES = tuple(Choice(theme.id, theme.title) for theme in THEMES.values())
LANGUAGES = (Choice("en", "영어"), Choice("ja", "일본어"), Choice("zh", "중국어"))
DELIVERIES = (
    Choice("pickup", "찾으러 가기"),
    Choice("delivery", "가게로 받기"),
    Choice("file", "파일로 받기"),
)
USUAL_SIZE = "A4"
ROW = 30
"""Characters of a card's row before a phone cuts it."""
_PIECES = {"tent": "개"}
_STARTS_WITH, _FINALS = 0xAC00, 28
"""Hangul syllables in Unicode: the first one, and how many end on each vowel."""


def name_of(item: str) -> str:
    """Return what an item is called, also one that only the staff can order."""
    return NAMES[item] if item in NAMES else PRODUCTS[item].title if item in PRODUCTS else item


def piece_of(item: str) -> str:
    """Return what an item is counted in."""
    return _PIECES.get(item, "장")


def topic(word: str) -> str:
    """Return a word as the subject of a question: 스티커는, 명함은."""
    has_final = (ord(word[-1]) - _STARTS_WITH) % _FINALS > 0
    return f"{word}{'은' if has_final else '는'}"


def counted(items: Mapping[str, int | None]) -> str:
    """Return items with their counts; shorter when they would not fit a row.

    >>> counted({"sticker": 5, "tent": 2})
    '스티커 5장, 세움판 2개'
    """
    parts = [f"{name_of(item)} {count}{piece_of(item)}" for item, count in items.items() if count]
    whole = ", ".join(parts)
    return whole if len(whole) <= ROW else "·".join(part[:-1] for part in parts)


def named(items: Mapping[str, object]) -> str:
    """Return the names of items."""
    return ", ".join(name_of(item) for item in items)


def label_of(choices: tuple[Choice, ...], key: object) -> str:
    """Return what stands on the button of a choice, "" for one that is gone."""
    return next((choice.label for choice in choices if choice.key == key), "")


def language_names(keys: object) -> str:
    """Return the names of further languages."""
    wanted = keys if isinstance(keys, (list, tuple)) else ()
    return ", ".join(label_of(LANGUAGES, key) for key in wanted if key != "ko")


def contents(order: KitLine) -> str:
    """Return what an order is made of, on one line."""
    return counted(order.items)


def order_numbered(overview: KitOverview | None, number: object) -> KitLine | None:
    """Return the order of this number; None when there is no such (any more)."""
    orders = overview.orders if overview else ()
    return next((order for order in orders if order.number == number), None)


def rows_of(order: KitLine, items: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return (label, value) of how items look and come when they are made as in an order."""
    rows = (
        ("크기", label_of(SIZES, order.size or USUAL_SIZE) if "poster" in items else ""),
        ("넣을 말", order.phrase or ""),
        ("모양", label_of(THEME_CHOICES, order.theme)),
        ("외국어", language_names(order.languages)),
        ("받는 법", label_of(DELIVERIES, order.delivery)),
    )
    return tuple(row for row in rows if row[1])
