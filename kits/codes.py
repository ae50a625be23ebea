"""QR codes as one outline each.

The strongest error correction that costs no larger symbol is used: bigger modules are read
from farther away than a stronger code of smaller modules. Neighbouring modules are merged
into one even-odd path, so that no hairline shows between them in any viewer or printer.
"""

from dataclasses import dataclass
from functools import lru_cache

import qrcode
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

Matrix = tuple[tuple[bool, ...], ...]
Contour = tuple[tuple[int, int], ...]

QUIET_MODULES = 4
"""Empty modules that a code needs on every side (ISO/IEC 18004)."""

LOGO_SHARE = {"Q": 0.08, "H": 0.12}
"""Largest part of a code's area that a logo may hide; measured under blur and rotation."""

_LEVELS = {
    "L": ERROR_CORRECT_L,
    "M": ERROR_CORRECT_M,
    "Q": ERROR_CORRECT_Q,
    "H": ERROR_CORRECT_H,
}
_MAX_VERSION = 40


@dataclass(frozen=True, slots=True)
class Code:
    """One code, measured in modules.

    Attributes:
        text: what it says.
        version: 1 to 40.
        ecc: "L", "M", "Q" or "H".
        size: modules on a side, without the quiet zone.
        matrix: rows of dark (True) and light modules, cleared where the logo lies.
        contours: closed outlines on the module grid, y downwards; fill even-odd.
        alignment: centres (x, y) of the alignment patterns.
        logo: side of the cleared square in the middle, in modules; 0 without a logo.
    """

    text: str
    version: int
    ecc: str
    size: int
    matrix: Matrix
    contours: tuple[Contour, ...]
    alignment: tuple[tuple[int, int], ...]
    logo: int = 0


class CodeTooLongError(ValueError):
    """The text does not fit in any code."""


@lru_cache(maxsize=256)
def plan(text: str, *, with_logo: bool = False) -> Code:
    """Return the code of a text.

    Raises:
        CodeTooLongError: the text is longer than a code takes.
    """
    version, ecc = _symbol(text, least="Q" if with_logo else "M")
    code = qrcode.QRCode(version=version, error_correction=_LEVELS[ecc], border=0)
    code.add_data(_data(text), optimize=0)
    code.make(fit=False)
    size = code.modules_count
    logo = _logo_side(size, ecc) if with_logo else 0
    hidden = range((size - logo) // 2, (size + logo) // 2)
    matrix = tuple(
        tuple(bool(dark) and not (x in hidden and y in hidden) for x, dark in enumerate(row))
        for y, row in enumerate(code.modules)
    )
    return Code(text, version, ecc, size, matrix, outline(matrix), _alignment(version), logo)


def _data(text: str) -> util.QRData:
    return util.QRData(text.encode())


def _symbol(text: str, least: str) -> tuple[int, str]:
    """Return the version and the level.

    The smallest symbol is that of level L. One version more is spent to reach `least`
    (for a logo, as many as needed); then the strongest level that fits in is taken.
    """
    versions = {level: _version(text, level) for level in _LEVELS}
    version = versions["L"]
    if version > _MAX_VERSION:
        raise CodeTooLongError(f"{len(text)} characters do not fit in a code")
    if least == "Q" or versions[least] <= version + 1:
        version = versions[least]
    if version > _MAX_VERSION:
        raise CodeTooLongError(f"{len(text)} characters leave no room for a logo")
    return version, [level for level in _LEVELS if versions[level] <= version][-1]


def _version(text: str, level: str) -> int:
    data = _data(text)
    for version in range(1, _MAX_VERSION + 1):
        head = 4 + util.length_in_bits(data.mode, version)
        room = sum(block.data_count for block in base.rs_blocks(version, _LEVELS[level])) * 8
        if head + 8 * len(data.data) <= room:
            return version
    return _MAX_VERSION + 1


def _logo_side(size: int, ecc: str) -> int:
    """Return the side of the cleared square: odd, like the symbol, so that it lies on modules."""
    side = int((LOGO_SHARE[ecc] ** 0.5) * size)
    return side if side % 2 else side - 1


def _alignment(version: int) -> tuple[tuple[int, int], ...]:
    places = util.pattern_position(version)
    last = places[-1] if places else 0
    corners = {(6, 6), (6, last), (last, 6)}
    return tuple((x, y) for y in places for x in places if (x, y) not in corners)


def outline(matrix: Matrix) -> tuple[Contour, ...]:
    """Return the outlines of all dark areas and of the holes in them.

    Every edge between dark and light is walked once with the dark side on the right; only
    corners are kept.
    """
    edges = _edges(matrix)
    contours = []
    while edges:
        contours.append(_walk(edges, next(iter(edges))))
    return tuple(contours)


_Point = tuple[int, int]


def _edges(matrix: Matrix) -> dict[_Point, list[_Point]]:
    """Return for every grid point the directions in which an edge leaves it."""
    height, width = len(matrix), len(matrix[0])
    edges: dict[_Point, list[_Point]] = {}
    for y in range(height):
        for x in range(width):
            if not matrix[y][x]:
                continue
            if y == 0 or not matrix[y - 1][x]:
                edges.setdefault((x, y), []).append((1, 0))
            if x == width - 1 or not matrix[y][x + 1]:
                edges.setdefault((x + 1, y), []).append((0, 1))
            if y == height - 1 or not matrix[y + 1][x]:
                edges.setdefault((x + 1, y + 1), []).append((-1, 0))
            if x == 0 or not matrix[y][x - 1]:
                edges.setdefault((x, y + 1), []).append((0, -1))
    return edges


def _walk(edges: dict[_Point, list[_Point]], start: _Point) -> Contour:
    corners: list[_Point] = []
    at, heading = start, (0, 0)
    while True:
        ways = edges[at]
        # Where two dark modules touch by a corner, turn right: the areas stay apart.
        right = (-heading[1], heading[0])
        way = right if right in ways else ways[0]
        ways.remove(way)
        if not ways:
            del edges[at]
        if way != heading:
            corners.append(at)
            heading = way
        at = (at[0] + way[0], at[1] + way[1])
        if at == start:
            break
    first, second, last = corners[0], corners[1], corners[-1]
    if first[0] == second[0] == last[0] or first[1] == second[1] == last[1]:
        del corners[0]  # the walk began in the middle of a straight
    return tuple(corners)
