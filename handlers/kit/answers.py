"""How the answers of an order are taken, and how they read."""

import re
from collections.abc import Mapping

from bot.dialogue.phrases import CHANGED, ERRORS, NOTED
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Problem, View
from bot.nlu.kits import parse_items, qty_error
from bot.services.kits import products_of
from handlers.kit.words import (
    NAMES,
    counted,
    language_names,
    name_of,
    named,
    piece_of,
    topic,
)
from kits.catalog import PRODUCTS
from kits.fonts import missing_glyphs

ITEMS_LABEL = "홍보물"
PHRASE_MAX = 30
"""What a passer-by reads, and what a row of the summary shows; the catalogue takes more."""
PHRASE_TOO_LONG = "{max}자까지 들어가요. 지금은 {length}자예요. 조금 줄여 주세요."
PHRASE_SIGNS = "‘{signs}’ 이 글자는 인쇄가 안 돼요. 빼고 다시 적어 주세요."
WHICH_COUNT = "어느 것이 {count}장이에요? ‘{item} {count}장’처럼 적어 주세요."
ITEMS_TEXT = "‘{store}’ 홍보물, 무엇을 드릴까요?\n여러 개를 한 번에 적으셔도 돼요."
QTY_TEXT = "{item} 몇 {piece} 필요하세요?\n예) 10{piece}"
QTY_AGAIN_TEXT = "어느 것을 몇 장으로 할까요?\n예) {item} 10장"
THEME_TEXT = "{items}, 어떤 모양이 좋으세요?\n그림을 보시고 번호나 이름을 보내 주세요."
SUGGESTED = ("5장", "10장", "30장")
SUGGESTED_CARDS = ("50장", "100장", "200장")
_MORE = re.compile(r"추가|더\s|더$|도\s?(?:넣|같이|주|줘|할|해|[\d한두세네다열]|$)|까지")
"""What says that something comes on top of what was ordered already."""
_ON_TOP = re.compile(
    r"(?:장|개|부|매|[\d한두세네])\s?(?:만|씩)?\s?더(?:\s|주|줘|해|할|넣|요|추가|$)"
)
"""A count that is added to the one that was said before (두 장 더)."""
_SIZE = (
    ("A3", re.compile(r"(?:제일|젤|가장)?\s?(?:큰|커다란|큼직한|대형)\s?(?:거|것|걸|벽)?\s?포스[터타]|포스[터타]\s?(?:는|은)?\s?(?:제일|젤)?\s?(?:큰|크게|대형)|[aA]3")),
    ("A6", re.compile(r"(?:작은|쪼그만|조그만|소형)\s?(?:거|것|걸)?\s?포스[터타]|포스[터타]\s?(?:는|은)?\s?(?:제일|젤)?\s?(?:작은|작게|소형)|[aA]6")),
    ("A4", re.compile(r"[aA]4|보통\s?포스[터타]|포스[터타]\s?(?:는|은)?\s?보통")),
)  # fmt: skip
"""A size said along with the poster (큰 포스터 두 장)."""


def counts(view: View) -> dict[str, int | None]:
    """Return the wanted items with their counts, None where it was not said yet."""
    return dict(view.get("qty") or {})


def pieces(view: View) -> dict[str, int]:
    """Return what is ordered; one of each for somebody who prints the file."""
    return {item: count or 1 for item, count in counts(view).items()}


def is_counted(value: JsonValue) -> bool:
    """Return whether every wanted item has a count."""
    return bool(value and all(value.values()))


def needs_counts(view: View) -> bool:
    """Return whether counts matter: who prints the file decides alone."""
    return str(view.get("delivery")) != "file"


def is_poster_wanted(view: View) -> bool:
    """Return whether a poster is among the items."""
    return "poster" in counts(view)


def has_room_for_words(view: View) -> bool:
    """Return whether anything that is wanted carries a sentence of the merchant."""
    products = products_of(pieces(view), view.get("size"))
    return any("slogan" in PRODUCTS[product].texts for product in products)


def items_text(view: View) -> str:
    """Return the first question, with the store that it is for."""
    overview = view.facts.kit_overview()
    return ITEMS_TEXT.format(store=overview.store_name if overview else "우리 가게")


def accept_items(view: View, value: JsonValue) -> Accepted:
    """Take the items; one more comes on top of those that were ordered already."""
    wanted: dict[str, int | None] = dict(value) if isinstance(value, dict) else {value: None}
    if view.get("items") and _MORE.search(view.text):
        wanted = {**counts(view), **wanted}
    size = _size_in(view.text) if "poster" in wanted else None
    echo = CHANGED if view.get("items") else NOTED
    return Accepted(
        wanted,
        also={"size": size} if size else {},
        sets={"qty": dict(wanted)},
        say=echo.format(label=ITEMS_LABEL, value=_with_counts(wanted)),
    )


def _with_counts(items: Mapping[str, int | None]) -> str:
    """Return items as they were said, each with its count when it had one."""
    return ", ".join(counted({i: c}) if c else name_of(i) for i, c in items.items())


def _size_in(text: str) -> str | None:
    return next((size for size, pattern in _SIZE if pattern.search(text)), None)


def show_items(view: View, value: JsonValue) -> str:
    """Return the names of the items; their counts have a line of their own."""
    del view
    return named(value)


def missing_item(view: View) -> str | None:
    """Return the item whose count is asked for now; None when all are known."""
    return next((item for item, count in counts(view).items() if count is None), None)


def qty_text(view: View) -> str:
    """Return the question for one item's count; for all when they are to be changed."""
    item = missing_item(view) or _only(view)
    if item is None:
        return QTY_AGAIN_TEXT.format(item=NAMES[next(iter(counts(view)))])
    return QTY_TEXT.format(item=topic(NAMES[item]), piece=piece_of(item))


def _only(view: View) -> str | None:
    known = list(counts(view))
    return known[0] if len(known) == 1 else None


def suggest_counts(view: View) -> tuple[str, ...]:
    """Return counts that most people want."""
    item = missing_item(view) or _only(view)
    if item is None:
        return ()
    usual = SUGGESTED_CARDS if item == "card" else SUGGESTED
    return tuple(text[:-1] + piece_of(item) for text in usual)


def accept_qty(view: View, value: JsonValue) -> Accepted | Problem:
    """Take a count: of the items that are named with it, else of the one that is asked.

    An item that was not wanted before is wanted now.
    """
    known = counts(view)
    said = parse_items(view.text)
    by_name = {item: count for item, count in said.items.items() if count} if said else {}
    if not by_name:
        item = missing_item(view) or _only(view)
        if item is None:
            example = NAMES[next(iter(known))] if known else ""
            return Problem("which_item", WHICH_COUNT.format(count=value, item=example))
        by_name = {item: int(value)}
    if _ON_TOP.search(view.text):
        by_name = {item: count + (known.get(item) or 0) for item, count in by_name.items()}
    if any(qty_error(count) for count in by_name.values()):
        return Problem("qty_range", ERRORS["qty_range"])
    echo = CHANGED if any(known.get(item) for item in by_name) else NOTED
    said_again = echo.format(label=named(by_name), value=_only_counts(by_name))
    taken = {**known, **by_name}
    return Accepted(taken, sets={"items": taken}, say=said_again)


def _only_counts(items: Mapping[str, int]) -> str:
    return ", ".join(f"{count}{piece_of(item)}" for item, count in items.items())


def show_qty(view: View, value: JsonValue) -> str:
    """Return the counts of what is wanted."""
    del view
    return counted(value)


def accept_phrase(_view: View, value: JsonValue) -> Accepted | Problem:
    """Take a sentence that fits and that our letters can print."""
    words = " ".join(str(value).split())
    if len(words) > PHRASE_MAX:
        return Problem("phrase_too_long", PHRASE_TOO_LONG.format(max=PHRASE_MAX, length=len(words)))
    signs = missing_glyphs(words)
    if signs:
        return Problem("phrase_signs", PHRASE_SIGNS.format(signs=" ".join(signs[:5])))
    return Accepted(words)


def theme_text(view: View) -> str:
    """Return the question for the look, with what it is for."""
    items = counted(counts(view)) or named(counts(view))
    return THEME_TEXT.format(items=items)


def picture_of(view: View, theme: str) -> str:
    """Return the address of what is wanted first, in a colour theme."""
    products = products_of(pieces(view), view.get("size"))
    return view.facts.kit_thumbnail(theme, products[0] if products else "poster")


def needs_channel(view: View) -> bool:
    """Return whether nobody knows the address of the store's channel."""
    overview = view.facts.kit_overview()
    return overview is not None and not overview.has_channel


def show_channel(_view: View, value: JsonValue) -> str:
    """Return the channel's address."""
    return f"pf.kakao.com/{value}"


def accept_languages(view: View, value: JsonValue) -> Accepted:
    """Take further languages; one more comes on top of those that were said before."""
    before = view.get("languages") or [] if _MORE.search(view.text) else []
    return Accepted(list(dict.fromkeys([*before, *value])))


def show_languages(_view: View, value: JsonValue) -> str:
    """Return the names of further languages."""
    return language_names(value) or "없음"
