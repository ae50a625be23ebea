"""The four vendored fonts: where they are, that they are whole, what they can write.

The files are unmodified releases under the SIL Open Font License (texts beside them). System
fonts are never used, so that a kit looks the same wherever it is made.
"""

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
SUMS = FOLDER / "SHA256SUMS"

_TEXT = FOLDER / "Pretendard-Black.otf"
"""The three weights of Pretendard cover the same characters (a test sees to it)."""
_HANJA = FOLDER / "NotoSansSC-Bold.ttf"

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
_PLAIN = frozenset({" ", "\n"})
"""Need no glyph: the layout makes the gap or the break itself."""


def files() -> tuple[Path, ...]:
    """Return the font files in the order of their names."""
    return tuple(sorted([*FOLDER.glob("*.otf"), *FOLDER.glob("*.ttf")]))


def damaged() -> tuple[str, ...]:
    """Return the names of font files that are missing or differ from their checksum."""
    wrong = []
    for line in SUMS.read_text().splitlines():
        digest, name = line.split()
        path = FOLDER / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(name)
    return tuple(wrong)


def missing_glyphs(text: str) -> tuple[str, ...]:
    """Return the characters of a text that cannot be printed, each once, in order.

    Right-to-left writing counts as missing even where a glyph exists: our lines run left to
    right only.

    >>> missing_glyphs("바다수산 大 Butcher & Co.")
    ()
    """
    return tuple(dict.fromkeys(sign for sign in text if not _printable(sign)))


def _printable(sign: str) -> bool:
    if sign in _PLAIN:
        return True
    if unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
        return False
    return unicodedata.category(sign)[0] != "C" and ord(sign) in _covered()


@cache
def _covered() -> frozenset[int]:
    """Return every code point of the two families, read from the character maps alone."""
    points: set[int] = set()
    for path in (_TEXT, _HANJA):
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)
