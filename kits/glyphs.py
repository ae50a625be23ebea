"""Outlines of the letters in an embedded font, as PDF path operators.

Typst embeds subsets: CFF for OpenType fonts with PostScript outlines, glyf for TrueType.
Its CFF subsets call no subroutines, so the bytes of a letter's program say all about its
shape: the same letter in the subset of another store is drawn only once per process.
"""

import io
import struct
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import CharStringCompileError, T2CharString
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont, TTLibError

from kits.errors import KitError
from kits.geometry import Matrix, times
from kits.objects import data, entry, name

Drawer = Callable[[int], tuple[bytes, Matrix]]
"""Takes a glyph's code; gives its path and the matrix from its units to a font of size 1."""

_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    CharStringCompileError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TTLibError,
    TypeError,
    ValueError,
    struct.error,
)
"""What fontTools lets out of a damaged font; it has no error of its own for that."""

_UNIT: Matrix = (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)


class _Pen(BasePen):  # type: ignore[misc]  # fontTools declares no types
    """Writes what a glyph draws as PDF path operators."""

    def __init__(self, glyphs: object = None) -> None:
        super().__init__(glyphs)
        self._out: list[bytes] = []

    def path(self) -> bytes:
        return b"\n".join(self._out)

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802  # named by fontTools
        self._write(b"m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802  # named by fontTools
        self._write(b"l", pt)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802  # by fontTools
        self._write(b"c", *points)

    def _closePath(self) -> None:  # noqa: N802  # named by fontTools
        self._out.append(b"h")

    def _endPath(self) -> None:  # noqa: N802  # named by fontTools
        self._out.append(b"h")

    def _write(self, operator: bytes, *points: tuple[float, float]) -> None:
        figures = [written(value, places=2) for point in points for value in point]
        self._out.append(b" ".join([*figures, operator]))


def written(value: float, places: int = 6) -> bytes:
    """Return a number as PDF takes it: no exponent, no needless zeros."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
    return b"0" if text in {"-0", ""} else text.encode()


def drawer(descendant: object) -> Drawer:
    """Return what draws the glyphs of a descendant font (a CIDFont).

    Raises:
        KitError: there is no font program that we can read (`outline_unsupported`).
    """
    descriptor = entry(descendant, "/FontDescriptor")
    try:
        if program := data(entry(descriptor, "/FontFile3")):
            return _postscript(program)
        if program := data(entry(descriptor, "/FontFile2")):
            return _truetype(program, _glyph_ids(entry(descendant, "/CIDToGIDMap")))
    except _DAMAGE as error:
        raise KitError("outline_unsupported", "A font of the PDF cannot be read.") from error
    raise KitError("outline_unsupported", "A font of the PDF is not embedded as CFF or TrueType.")


def _postscript(program: bytes) -> Drawer:
    if program.startswith(b"OTTO"):
        fonts = TTFont(io.BytesIO(program), lazy=True)["CFF "].cff
    else:
        fonts = CFFFontSet()
        fonts.decompile(io.BytesIO(program), None)
    top = fonts[0]
    letters = top.CharStrings
    by_code = {_code(label, at): label for at, label in enumerate(top.charset)}
    parts = getattr(top, "FDArray", None)
    whole = top.rawDict.get("FontMatrix")

    def draw(code: int) -> tuple[bytes, Matrix]:
        if code not in by_code:
            raise _missing(code)
        try:
            letter, part = letters.getItemAndSelector(by_code[code])
            own = parts[part or 0].rawDict.get("FontMatrix") if parts else None
            return _path(letter), _units(own, whole)
        except _DAMAGE as error:
            raise KitError("outline_unsupported", f"Glyph {code} cannot be drawn.") from error

    return draw


def _code(label: str, at: int) -> int:
    """Return the number by which a text calls a glyph: its CID, without one its place."""
    return int(label[3:]) if label.startswith("cid") and label[3:].isdigit() else at


def _units(own: Any, whole: Any) -> Matrix:
    """Combine the matrix of a part of a keyed font with that of the whole; either may lack."""
    if own and whole:
        return times(_as_matrix(own), _as_matrix(whole))
    return _as_matrix(own or whole or _UNIT)


def _as_matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _path(letter: Any) -> bytes:
    calls_others = letter.globalSubrs or getattr(letter.private, "Subrs", None)
    if letter.bytecode is not None and not calls_others:
        return _path_of_program(letter.bytecode)
    pen = _Pen()
    letter.draw(pen)
    return pen.path()


@lru_cache(maxsize=8192)
def _path_of_program(program: bytes) -> bytes:
    """Draw a letter that is complete in itself; its private data only bear on its width."""
    widths = SimpleNamespace(nominalWidthX=0, defaultWidthX=0)
    pen = _Pen()
    T2CharString(program, private=widths, globalSubrs=[]).draw(pen)
    return pen.path()


@lru_cache(maxsize=64)
def _truetype(program: bytes, glyph_ids: bytes) -> Drawer:
    font = TTFont(io.BytesIO(program), lazy=True)
    shapes, labels = font["glyf"], font.getGlyphOrder()
    scale = 1 / font["head"].unitsPerEm
    units: Matrix = (scale, 0.0, 0.0, scale, 0.0, 0.0)

    @lru_cache(maxsize=2048)
    def draw(code: int) -> tuple[bytes, Matrix]:
        at = int.from_bytes(glyph_ids[2 * code : 2 * code + 2]) if glyph_ids else code
        if not at < len(labels):
            raise _missing(code)
        try:
            pen = _Pen(font.getGlyphSet())
            shapes[labels[at]].draw(pen, shapes)
            return pen.path(), units
        except _DAMAGE as error:
            raise KitError("outline_unsupported", f"Glyph {code} cannot be drawn.") from error

    return draw


def _glyph_ids(mapping: object) -> bytes:
    """Return the map from codes to glyphs, two bytes each; empty when they are the same."""
    return b"" if name(mapping) == "/Identity" else data(mapping)


def _missing(code: int) -> KitError:
    return KitError("missing_glyph", f"The font has no glyph {code}, which the text shows.")
