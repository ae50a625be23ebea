"""What a merchant wants printed, and which products that means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import RuleBrokenError
from kits.catalog import resolve
from kits.errors import KitError
from kits.themes import THEMES

PIECES = range(1, 301)
SIZES = ("A3", "A4", "A6")
DELIVERIES = ("pickup", "delivery", "file")
_SHORT_NAMES = {"tent": "tent", "sticker": "sticker-square", "card": "card-sheet"}
"""What the chat calls things -> id of the catalogue. A card is ordered by the sheet of ten."""
_POSTERS = {"A3": "poster-a3", "A6": "stand-a6"}
_USUAL_POSTER = "poster-a4"


@dataclass(frozen=True, slots=True)
class KitWish:
    """An order as it was confirmed in the chat.

    Attributes:
        items: `poster`, `tent`, `sticker`, `card` or ids of the catalogue -> pieces.
        size: of the poster: A3, A4 or A6; None for the usual one.
        theme: id of a colour theme.
        phrase: the merchant's own sentence; None for none.
        delivery: `pickup`, `delivery` or `file`.
        languages: "ko" first.
        reorder_of: id of the order that this one replaces or repeats.
        number: one that was reserved by `bot.services.kits.numbers.free_number`, so that the
            answer of the same turn can name it; None for any.
    """

    items: Mapping[str, int]
    size: str | None = None
    theme: str = "yellow"
    phrase: str | None = None
    delivery: str = "pickup"
    languages: Sequence[str] = ("ko",)
    reorder_of: int | None = None
    number: str | None = None


def products_of(items: Mapping[str, int], size: str | None) -> tuple[str, ...]:
    """Return the products of the catalogue that were meant.

    >>> products_of({"poster": 2, "card": 1}, "A3")
    ('poster-a3', 'card-sheet')
    """
    return tuple(pieces_of(items, size))


def pieces_of(items: Mapping[str, int], size: str | None) -> dict[str, int]:
    """Return how many pieces of which product were meant."""
    pieces: dict[str, int] = {}
    for name, count in items.items():
        product = product_of(name, size)
        pieces[product] = pieces.get(product, 0) + count
    return pieces


def product_of(name: str, size: str | None = None) -> str:
    """Return the product that one name means.

    Raises:
        RuleBrokenError: code `product_unknown`.
    """
    if name == "poster":
        return _POSTERS.get(size or "", _USUAL_POSTER)
    try:
        return resolve(_SHORT_NAMES.get(name, name)).id
    except KitError as error:
        raise RuleBrokenError(error.message, code=error.code) from error


def check(wish: KitWish) -> None:
    """Refuse what cannot be ordered.

    Raises:
        RuleBrokenError: code `kit_items` (nothing was ordered), `product_unknown`, `qty_range`,
            `kit_size`, `theme_unknown` or `kit_delivery`.
    """
    if not wish.items:
        raise RuleBrokenError("an order needs at least one item", code="kit_items")
    if any(count not in PIECES for count in pieces_of(wish.items, wish.size).values()):
        raise RuleBrokenError("1 to 300 pieces of each item", code="qty_range")
    if wish.size is not None and wish.size not in SIZES:
        raise RuleBrokenError(f"no such size: {wish.size}", code="kit_size")
    if wish.theme not in THEMES:
        raise RuleBrokenError(f"no such theme: {wish.theme}", code="theme_unknown")
    if wish.delivery not in DELIVERIES:
        raise RuleBrokenError(f"no such way: {wish.delivery}", code="kit_delivery")
