"""Text into bubbles: cleaning, shortening, splitting, and at most three bubbles an answer.

What does not fit is cut here on purpose, at the end of a paragraph, line, sentence or word,
before a phone cuts it somewhere. Lengths are in the units of `limits.size`.
"""

import re
from collections.abc import Sequence
from typing import Any, Final
from unicodedata import combining

from bot.channels.kakao import limits
from bot.channels.kakao.limits import fits

Component = dict[str, Any]
"""One entry of `template.outputs`: the component's name and its fields."""

ELLIPSIS: Final = "…"
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SENTENCE_END = re.compile(r"(?<=[.!?…~。])\s+")
_LINE_END = re.compile(r"\n\s*")
_PARAGRAPH_END = re.compile(r"\n\s*\n\s*")
_SPACE = re.compile(r"\s+")
_BREAKS: Final = (_PARAGRAPH_END, _LINE_END, _SENTENCE_END, _SPACE)
_ENOUGH: Final = 0.4
"""A part of a split text is filled at least this far before a better break is preferred."""
_JOINERS: Final = "\u200d\ufe0e\ufe0f\u20e3"
_LONGEST_CLUSTER: Final = 32
"""Characters looked back over for the start of one visible sign; longer ones are hostile."""


def clean(text: str) -> str:
    """Return `text` stripped and without characters that no bubble can show."""
    if _UNPRINTABLE.search(text):
        text = _UNPRINTABLE.sub("", text.replace("\t", " "))
    return text.strip()


def line(text: str) -> str:
    """Return `text` cleaned, on one line, with single spaces."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """Return `text` when it fits, else its beginning with an ellipsis at a word's end.

    Example:
        >>> shorten("시장 상인을 위한 안내", 9)
        '시장 상인을…'
    """
    if fits(text, limit):
        return text
    end = _reach(text, limit - 1)
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space >= end * _ENOUGH:
        end = space
    return text[:end].rstrip(" \n,.·:;-") + ELLIPSIS


def split(text: str, limit: int, most: int) -> list[str]:
    """Return `text` in at most `most` parts of at most `limit` units, in order.

    Nothing but white space is lost as long as the parts suffice; otherwise the last one
    ends with an ellipsis.
    """
    parts: list[str] = []
    while len(parts) < most - 1 and not fits(text, limit):
        window = text[: _reach(text, limit) + 1]
        end = _last_break(window) or len(window) - 1
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, shorten(text, limit)]


def split_tail(text: str, limit: int) -> tuple[str, str]:
    """Return a head and a tail of `text`; the tail is as long as fits into `limit` units.

    The tail goes onto the card with the buttons, because the question stands at the end.
    """
    if fits(text, limit):
        return "", text
    units = text.encode("utf-16-le")[-2 * limit :]
    window = units.decode("utf-16-le", "ignore")
    found = (pattern.search(window, 1) for pattern in _BREAKS)
    ends = [match.end() for match in found if match and match.end() < len(window)]
    near = [end for end in ends if end <= len(window) * (1 - _ENOUGH)]
    start = len(text) - len(window) + (near or ends or [0])[0]
    return text[:start].rstrip(), text[start:]


def arrange(pieces: Sequence[str | Component]) -> list[Component]:
    """Return at most three bubbles for texts and finished components.

    Neighbouring texts are merged only when there are too many pieces; if that is not
    enough, all but the last two become one text, because the question and its buttons
    stand at the end. A text over 500 units is split as far as there is room, so that no
    phone folds it.
    """
    kept = list(pieces)
    if len(kept) > limits.OUTPUTS:
        kept = _merged(kept)
    if len(kept) > limits.OUTPUTS:
        head = (piece if isinstance(piece, str) else plain(piece) for piece in kept[:-2])
        kept = ["\n\n".join(head), *kept[-2:]]
    spare = limits.OUTPUTS - len(kept)
    bubbles: list[Component] = []
    for piece in kept:
        if isinstance(piece, str):
            parts = _parts(piece, spare + 1)
            spare -= len(parts) - 1
            bubbles.extend({"simpleText": {"text": part}} for part in parts)
        else:
            bubbles.append(piece)
    return bubbles


def plain(component: Component) -> str:
    """Return what a component says, as lines of text without its buttons and pictures."""
    [content] = component.values()
    return "\n".join(_lines(content))


def _parts(text: str, most: int) -> list[str]:
    if fits(text, limits.SIMPLE_TEXT_UNFOLDED):
        return [text]
    parts = split(text, limits.SIMPLE_TEXT_UNFOLDED, most + 1)
    return parts if len(parts) <= most else split(text, limits.SIMPLE_TEXT, most)


def _merged(pieces: Sequence[str | Component]) -> list[str | Component]:
    merged: list[str | Component] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] = f"{merged[-1]}\n\n{piece}"
        else:
            merged.append(piece)
    return merged


def _lines(content: Component) -> list[str]:
    """Return the readable lines of a component's content, in the order of the screen."""
    lines: list[str] = []
    lines.extend(content[part]["title"] for part in ("header", "head") if part in content)
    rows = content.get("itemList", ())
    lines.extend(f"{row['title']}: {row['description']}" for row in rows)
    lines.extend(content[key] for key in ("text", "title", "description") if key in content)
    for item in content.get("items", ()):
        lines.extend(_lines(item))
    return lines


def _reach(text: str, limit: int) -> int:
    """Return how many characters of a too long text fit, without tearing one sign apart."""
    units = text[:limit].encode("utf-16-le")[: 2 * limit]
    end = len(units.decode("utf-16-le", "ignore"))
    for back in range(min(end, _LONGEST_CLUSTER)):
        if not _inside_cluster(text, end - back):
            return end - back
    return end


def _inside_cluster(text: str, at: int) -> bool:
    following = text[at]
    return (
        following in _JOINERS
        or text[at - 1] == "\u200d"
        or combining(following) != 0
        or "\U0001f3fb" <= following <= "\U0001f3ff"
    )


def _last_break(window: str) -> int:
    """Return where the text may be cut within `window`: the best kind in its later part."""
    least = len(window) * _ENOUGH
    for pattern in _BREAKS:
        starts = [match.start() for match in pattern.finditer(window)]
        if starts and starts[-1] >= least:
            return starts[-1]
    return 0
