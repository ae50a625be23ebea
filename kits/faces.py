"""The fonts of a PDF as its texts see them: codes and widths."""

import re
from collections.abc import Iterable, Iterator

from kits.objects import data, elements, entry, figure, figures, is_number, name

_TWO_BYTES = 2
_SPACE = 0x20

_ONE_BY_ONE = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_IN_ROWS = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_ROW = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


class PdfFace:
    """One font dictionary.

    Attributes:
        label: name of the font; empty when it has none.
        kind: "/Type0" for Typst's fonts, "/Type1", "/TrueType" or "/Type3" for others.
        encoding: name of the code map; empty when it is a stream or a dictionary.
        source: the dictionary that has widths and program: the descendant of a Type0 font.
    """

    def __init__(self, font: object) -> None:
        self._font = font
        self._letters: dict[int, str] | None = None
        self._glyph_ids: bytes | None = None
        self.label = name(entry(font, "/BaseFont"))[1:]
        self.kind = name(entry(font, "/Subtype"))
        self.encoding = name(entry(font, "/Encoding"))
        descendants = elements(entry(font, "/DescendantFonts"))
        self.source = descendants[0] if self.is_keyed and descendants else font
        self._widths = self._keyed_widths() if self.is_keyed else self._plain_widths()
        self._default = figure(entry(self.source, "/DW"), 1000.0) if self.is_keyed else 0.0

    @property
    def is_keyed(self) -> bool:
        """Whether codes are two bytes long."""
        return self.kind == "/Type0"

    @property
    def program(self) -> object:
        """The embedded font program, a stream; None when there is none."""
        descriptor = entry(self.source, "/FontDescriptor")
        keys = ("/FontFile3", "/FontFile2", "/FontFile")
        return next((entry(descriptor, key) for key in keys if entry(descriptor, key)), None)

    @property
    def box(self) -> tuple[float, float]:
        """Lowest and highest point of its letters, in thousandths of the size."""
        values = figures(entry(entry(self.source, "/FontDescriptor"), "/FontBBox"))
        return (values[1], values[3]) if len(values) == len("xyXY") else (-200.0, 900.0)

    def codes(self, text: bytes) -> Iterator[tuple[int, float, bool]]:
        """Yield code, advance in thousandths of the size, and whether it is a word space."""
        if not self.is_keyed:
            for code in text:
                yield code, self._widths.get(code, self._default), code == _SPACE
            return
        for at in range(0, len(text) - 1, _TWO_BYTES):
            code = text[at] << 8 | text[at + 1]
            yield code, self._widths.get(code, self._default), False

    def lost(self, codes: Iterable[int]) -> int:
        """Count the codes of a keyed font that show its empty box."""
        if self._glyph_ids is None:
            mapping = entry(self.source, "/CIDToGIDMap")
            self._glyph_ids = data(mapping) if not name(mapping) else b""
        ids = self._glyph_ids
        if not ids:
            return sum(code == 0 for code in codes)
        return sum(not any(ids[2 * code : 2 * code + 2]) for code in codes)

    def text(self, codes: Iterable[int]) -> str:
        """Return what codes of a keyed font stand for; unknown ones are left out."""
        if self._letters is None:
            self._letters = _meanings(data(entry(self._font, "/ToUnicode")))
        return "".join([self._letters.get(code, "") for code in codes])

    def _plain_widths(self) -> dict[int, float]:
        first = int(figure(entry(self.source, "/FirstChar"), 0))
        return dict(enumerate(figures(entry(self.source, "/Widths")), first))

    def _keyed_widths(self) -> dict[int, float]:
        """Read /W: `first [w w w]` or `first last w`, in any mixture."""
        widths: dict[int, float] = {}
        values = elements(entry(self.source, "/W"))
        at = 0
        while at + 1 < len(values):
            first = int(figure(values[at], 0))
            if not is_number(values[at + 1]):
                widths.update(enumerate(figures(values[at + 1]), first))
                at += 2
                continue
            last = min(int(figure(values[at + 1], 0)), 0xFFFF)
            width = figure(values[at + 2], 0) if at + 2 < len(values) else 0.0
            widths.update(dict.fromkeys(range(first, last + 1), width))
            at += 3
        return widths


def _meanings(table: bytes) -> dict[int, str]:
    """Read a ToUnicode table: pairs, and rows of codes that count on from a letter."""
    letters = {
        int(code, 16): _letters(text)
        for part in _ONE_BY_ONE.findall(table)
        for code, text in _PAIR.findall(part)
    }
    for part in _IN_ROWS.findall(table):
        for low, high, text in _ROW.findall(part):
            first, last = int(low, 16), min(int(high, 16), 0xFFFF)
            start = _letters(text)
            for code in range(first, last + 1):
                end = min(ord(start[-1]) + code - first, 0x10FFFF) if start else 0
                letters[code] = start[:-1] + chr(end)
    return letters


def _letters(digits: bytes) -> str:
    return bytes.fromhex(digits.decode().rjust(4, "0")[: len(digits) // 4 * 4 or 4]).decode(
        "utf-16-be", "replace"
    )
