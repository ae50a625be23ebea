"""The few elements that plans are drawn with: text in, SVG text out."""

import unicodedata
from html import escape

FONT = "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', sans-serif"
INK, GREY, FAINT, PAPER = "#1c2128", "#57606a", "#d0d7de", "#ffffff"
COLOURS = (
    "#1f5fd0",
    "#c2410c",
    "#15803d",
    "#7c3aed",
    "#be185d",
    "#0e7490",
    "#334155",
    "#a16207",
    "#b91c1c",
    "#4d7c0f",
    "#6d4c41",
    "#1e3a8a",
)
"""Dark enough for white letters, and as far apart as twelve can be; then they come again."""
_NARROW = 0.58
"""Width of a Latin letter in heights; a Hangul syllable is as wide as high."""


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element; `_` in names stands for `-`, content is SVG already."""
    given = "".join(f' {k.replace("_", "-")}="{_plain(v)}"' for k, v in attributes.items())
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def text(x: float, y: float, words: str, size: float = 12, **attributes: object) -> str:
    """Return words with their baseline at a point."""
    return tag("text", escape(words), x=x, y=y, font_size=size, **attributes)


def rect(box: tuple[float, float, float, float], **attributes: object) -> str:
    """Return a rectangle: left, top, width, height."""
    x, y, width, height = box
    return tag("rect", x=x, y=y, width=max(0.0, width), height=height, **attributes)


def colour(number: int) -> str:
    """Return the colour of the n-th supporter."""
    return COLOURS[number % len(COLOURS)]


def comes_again(number: int) -> bool:
    """Tell whether the n-th supporter has a colour that another one has; drawn hollow then."""
    return number >= len(COLOURS)


def width(words: str, size: float) -> float:
    """Return about how wide words are."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in words)
    return size * (wide + _NARROW * (len(words) - wide))


def fitted(words: str, size: float, room: float) -> str:
    """Return as much of the words as there is room for; "" when it is not worth it."""
    if width(words, size) <= room:
        return words
    kept = words
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return f"{kept}…" if len(kept) > 1 else ""


def document(size: tuple[float, float], content: str, title: str) -> str:
    """Return a whole drawing that needs nothing from outside."""
    wide, high = size
    inside = tag("title", escape(title)) + rect((0, 0, wide, high), fill=PAPER) + content
    return tag(
        "svg",
        inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(wide)} {_plain(high)}",
        width=wide,
        height=high,
        font_family=FONT,
        fill=INK,
        lang="ko",
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))
