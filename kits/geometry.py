"""Places on a page: matrices of PDF, and the rectangles around what a path draws."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kits.content import numbers
from kits.errors import KitError

Matrix = tuple[float, float, float, float, float, float]
"""The six numbers of a PDF matrix: x' = a x + c y + e, y' = b x + d y + f."""
Extent = tuple[float, float, float, float]
"""Left, bottom, right, top."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_OPERATORS = bytes.maketrans(b"mlcvyh", b"      ")
_RECTANGLE = re.compile(rb"([-+.0-9]+)\s+([-+.0-9]+)\s+([-+.0-9]+)\s+([-+.0-9]+)\s+re")


def times(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def as_matrix(values: Sequence[float]) -> Matrix:
    """Return six numbers as a matrix.

    Raises:
        KitError: there are not six (`content_broken`).
    """
    if len(values) != len(IDENTITY):
        raise KitError("content_broken", "A matrix of the PDF does not have six numbers.")
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def moved(matrix: Matrix, box: Extent) -> Extent:
    """Return the smallest upright rectangle around a rectangle set by a matrix."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    across = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    up = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(across), min(up), max(across), max(up)


def around(extents: Iterable[Extent]) -> Extent:
    """Return the smallest rectangle around one or more."""
    left, bottom, right, top = zip(*extents, strict=True)
    return min(left), min(bottom), max(right), max(top)


@lru_cache(maxsize=512)
def extent(path: bytes) -> Extent | None:
    """Return the rectangle around all points of a path, handles of curves included.

    None for a path without points.
    """
    across, up = _points(path)
    return (min(across), min(up), max(across), max(up)) if up else None


@lru_cache(maxsize=512)
def is_rectangle(path: bytes) -> bool:
    """Whether a path is one upright rectangle."""
    if b"c" in path or path.count(b"m") + path.count(b"re") != 1:
        return False
    across, up = _points(path)
    return len(set(across)) == len(set(up)) == 2 and len(up) in {2, 4, 5}  # noqa: PLR2004  # corners


def _points(path: bytes) -> tuple[list[float], list[float]]:
    if b"re" in path:
        path = _RECTANGLE.sub(_corners, path)
    values = numbers(path.translate(_OPERATORS))
    return values[0::2], values[1::2]


def _corners(found: re.Match[bytes]) -> bytes:
    x, y, width, height = numbers(found[0])
    return b"%f %f %f %f" % (x, y, x + width, y + height)
