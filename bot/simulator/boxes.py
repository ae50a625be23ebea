"""A skill response drawn with text boxes for the terminal.

A Hangul syllable takes two columns of a terminal, so widths are counted in columns.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.outbox.templates import Tap as Button
from bot.simulator.answer import Bubble, Tap, bubbles, quick_replies

WIDTH = 46
"""Inner width of a box in columns: 23 Hangul syllables, about a phone's bubble."""
SILENT = "(조용함: 봇이 아무 말도 하지 않았습니다)"
CALLBACK = "(기다리는 말풍선: 진짜 답은 나중에 다른 주소로 보냅니다)"
_WIDE = {"W", "F"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines to print, and what the numbers on them stand for (the first is 1)."""

    lines: tuple[str, ...]
    taps: tuple[Tap, ...]


def drawn(response: Mapping[str, Any]) -> Drawing:
    """Return the answer as text boxes with numbered buttons and quick replies."""
    lines: list[str] = []
    taps: list[Tap] = []
    for bubble in bubbles(response):
        lines += _box(bubble, len(taps))
        taps += bubble.taps
    replies = quick_replies(response)
    if replies:
        start = len(taps) + 1
        lines.append("  " + "  ".join(f"[{n}] {tap.label}" for n, tap in enumerate(replies, start)))
        taps += replies
    if not lines:
        lines.append(CALLBACK if response.get("useCallback") else SILENT)
    return Drawing(tuple(lines), tuple(taps))


def as_response(text: str, buttons: Iterable[Button]) -> Mapping[str, Any]:
    """Return a message that the bot began as an answer would say it."""
    shown = [
        {"label": each.label, "action": "webLink", "webLinkUrl": each.link}
        if each.link
        else {"label": each.label, "action": "message"}
        for each in buttons
    ]
    return {"template": {"outputs": [{"textCard": {"description": text, "buttons": shown}}]}}


def said(text: str) -> str:
    """Return the person's own line, towards the right edge as in the messenger."""
    return " " * max(0, WIDTH + 4 - columns(text) - 2) + f"» {text}"


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    Example:
        >>> columns("반찬 a")
        6
    """
    return sum(2 if unicodedata.east_asian_width(char) in _WIDE else 1 for char in text)


def wrapped(text: str, width: int = WIDTH) -> Iterator[str]:
    """Yield `text` in lines of at most `width` columns, broken at spaces where possible."""
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if columns(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        *full, line = _pieces(word, width)
        yield from full
    yield line


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for char in word:
        if columns(pieces[-1] + char) > width:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _box(bubble: Bubble, taps_before: int) -> list[str]:
    rows = [part for line in bubble.lines for part in wrapped(_printable(line))]
    rows += [_button(number, tap) for number, tap in enumerate(bubble.taps, taps_before + 1)]
    body = [f"│ {row}{' ' * (WIDTH - columns(row))} │" for row in rows]
    return ["┌" + "─" * (WIDTH + 2) + "┐", *body, "└" + "─" * (WIDTH + 2) + "┘"]


def _button(number: int, tap: Tap) -> str:
    aim = "" if tap.speaks else f" → {tap.text or tap.action}"
    return next(wrapped(_printable(f"[{number}] {tap.label}{aim}")))


def _printable(text: str) -> str:
    """Drop control characters: an answer must not steer the terminal."""
    return "".join(char for char in text if char.isprintable())
