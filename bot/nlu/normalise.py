"""Bring a chat message into one shape before anything reads it.

Merchants write from many keyboards: decomposed Hangul, full-width digits, invisible
characters pasted from other apps, long runs of ㅋ and exclamation marks. All parsers of
`bot.nlu` read the normalised text; the offsets lead back to what was written.
"""

import re
import unicodedata
from dataclasses import dataclass

READ_LIMIT = 600
"""How many characters of a message the number, money and date grammars read.

Keeps the time of every turn bounded whatever is pasted; no answer is longer than that.
"""

THUMBS = "👌👍"
"""Emoji that mean "yes" and therefore survive."""

# Look-alikes that arrive from phone keyboards and office documents -> what the grammars read.
_TILDES = dict.fromkeys("～〜∼˜∽", "~")
_DASHES = dict.fromkeys("‐‑‒–—―−﹣－", "-")
_DOTS = dict.fromkeys("ㆍ・‧•∙⋅", "·")
_CIRCLED = {chr(0x2460 + number - 1): str(number) for number in range(1, 21)}
_REPLACED = {
    **_TILDES,
    **_DASHES,
    **_DOTS,
    **_CIRCLED,
    "：": ":",
    "\u3000": " ",
    "…": ".",
    "₩": "원",
    "￦": "원",
}

# Zero-width, bidi control, soft hyphen, variation selector, skin tone, tag characters.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001f3fb-\U0001f3ff"
    "\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f\x7f]"
)
_EMOJI = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
)
# A conjoining syllable (leading, vowel, optional tail) or a character with its marks.
_CLUSTER = re.compile(
    "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|.[\u0300-\u036f\u3099\u309a\u20d0-\u20ff]*",
    re.DOTALL,
)
_RUNNING = frozenset("ㅋㅎㅠㅜ!?.~,^;")
# Plain Hangul and ASCII without anything to collapse: returned as it is.
_PLAIN = re.compile(r"[ -~가-힣ㄱ-ㅣ·]*")
_RUN = re.compile(r"([ㅋㅎㅠㅜ!?.~,^; ])\1")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised message and the way back.

    Attributes:
        text: what the parsers read.
        original: what was written.
        offsets: for each character of `text` its index in `original`, never falling.
    """

    text: str
    original: str
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of `original` behind `text[start:end]`."""
        if not self.offsets or start >= len(self.offsets):
            return len(self.original), len(self.original)
        first = self.offsets[start]
        last = self.offsets[end] if end < len(self.offsets) else len(self.original)
        return first, max(first, last)


def normalise(text: str) -> Normalised:
    """Return `text` in NFC, half-width, without invisible characters and long runs.

    Blanks are single and never at an end; a run of ㅋ, ㅎ, ㅠ, ㅜ or of one punctuation mark
    becomes one; a run of emoji becomes its first one, or the thumb among them. Takes time
    linear in the length; never raises.
    """
    if _PLAIN.fullmatch(text) and not _RUN.search(text):
        stripped = text.strip()
        lead = len(text) - len(text.lstrip())
        return Normalised(stripped, text, tuple(range(lead, lead + len(stripped))))
    chars: list[str] = []
    offsets: list[int] = []
    for char, index in _characters(text):
        _append(chars, offsets, char, index)
    if chars and chars[-1] == " ":
        chars.pop()
        offsets.pop()
    return Normalised("".join(chars), text, tuple(offsets))


def _characters(text: str) -> list[tuple[str, int]]:
    """Return the visible characters, composed and half-width, with their origin."""
    found: list[tuple[str, int]] = []
    for match in _CLUSTER.finditer(text):
        cluster = match.group()
        if len(cluster) > 1:
            cluster = unicodedata.normalize("NFC", cluster)
        found.extend(
            (replaced, match.start())
            for char in cluster
            if not _INVISIBLE.match(char)
            for replaced in _half_width(char)
        )
    return found


def _half_width(char: str) -> str:
    """Return what the grammars read for one character."""
    if char in _REPLACED:
        return _REPLACED[char]
    if "！" <= char <= "～":
        return chr(ord(char) - 0xFEE0)
    if char.isspace():
        return " "
    return unicodedata.normalize("NFC", char)


def _append(chars: list[str], offsets: list[int], char: str, index: int) -> None:
    """Add one character unless it only prolongs a run."""
    last = chars[-1] if chars else " "
    if char == " " == last or (char == last and char in _RUNNING):
        return
    if _EMOJI.match(char) and _EMOJI.match(last):
        if char in THUMBS and last not in THUMBS:
            chars[-1] = char
        return
    chars.append(char)
    offsets.append(index)
