"""The content of a PDF page as operations.

A page of ours is a few hundred operations and thousands of path points, most of them in
codes. One compiled pattern takes a whole path as one piece, so that the points are looked
at only where somebody asks, and equal paths only once.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kits.errors import KitError

PATH = b"path"
"""Name of the operation that stands for a run of m, l, c, v, y, re and h."""
IMAGE = b"BI"
"""Name of the operation that stands for a picture written into the content."""


class Operation(NamedTuple):
    """One operator with its operands, as written; `raw` is all of it."""

    name: bytes
    operands: bytes
    raw: bytes

    @property
    def label(self) -> str:
        """The name that the operator is given, with its slash."""
        return labelled(self.operands.rpartition(b"/")[2].split(b" ")[0].strip())


def labelled(text: bytes) -> str:
    """Return a name of a content stream as resources know it, with its slash."""
    return "/" + text.decode("latin-1")


_SPACE = rb"[\x00\t\n\f\r ]"
_GAP = rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*+)"
_NUMBER = rb"[-+.0-9]++"
_PLAIN = rb"[^()\\]++|\\[\s\S]"
_NEST = rb"\((?:" + _PLAIN + rb")*+\)"
for _ in range(3):
    # Parentheses inside a string may stand unescaped when they are balanced.
    _NEST = rb"\((?:" + _PLAIN + rb"|" + _NEST + rb")*+\)"
_STRING = _NEST
_HEX = rb"<[0-9A-Fa-f\x00\t\n\f\r ]*+>"
_NAME = rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]*+"
_ATOM = rb"(?:" + rb"|".join((_NUMBER, _NAME, _STRING, _HEX, rb"\[|\]|<<|>>")) + rb")"
_OPERATOR = rb"[A-Za-z'\"][A-Za-z0-9*'\"]*+"

_POINT = _NUMBER + _SPACE + rb"++" + _NUMBER + _SPACE + rb"++"
_PATH = (
    rb"(?:"
    + rb"|".join(
        (
            _POINT + rb"[ml]",
            _POINT * 3 + rb"c",
            _POINT * 2 + rb"(?:re|[vy])",
            rb"h",
        )
    )
    + rb")(?=[\x00\t\n\f\r /(<\[%]|$)"
    + _SPACE
    + rb"*+"
)
_STEP = re.compile(
    rb"(?P<path>(?:" + _PATH + rb")++)" + _GAP + rb"*+"
    rb"|(?P<operands>(?:" + _ATOM + _GAP + rb"*+|(?:true|false|null)" + _GAP + rb"++)*+)"
    rb"(?P<operator>" + _OPERATOR + rb")" + _GAP + rb"*+"
)
_BLANK = re.compile(_GAP + rb"*+")
_IMAGE_DATA = re.compile(
    rb"(?P<head>(?:" + _ATOM + _GAP + rb"*+|(?:true|false|null)" + _GAP + rb"++)*+)"
    rb"ID" + _SPACE + rb"[\s\S]*?" + _SPACE + rb"EI(?=" + _SPACE + rb"|$)" + _GAP + rb"*+"
)
_NUMBERS = re.compile(_NUMBER)


def operations(content: bytes) -> Iterator[Operation]:
    """Yield the operations of a content stream in their order.

    Raises:
        KitError: the stream is not PDF content (`content_broken`).
    """
    at, end = _after(_BLANK, content, 0), len(content)
    match = _STEP.match
    while at < end:
        step = match(content, at)
        if step is None:
            raise KitError("content_broken", f"The page content cannot be read at byte {at}.")
        path, operands, operator = step.groups()
        raw, at = step[0], step.end()
        if path is not None:
            yield Operation(PATH, path, raw)
        elif operator == IMAGE:
            picture = _IMAGE_DATA.match(content, at)
            if picture is None:
                raise KitError("content_broken", f"A picture in the page content at {at} is cut.")
            at = picture.end()
            match = _STEP.match
            yield Operation(IMAGE, picture["head"], raw + picture[0])
        else:
            yield Operation(operator, operands, raw)


def _after(pattern: re.Pattern[bytes], content: bytes, at: int) -> int:
    found = pattern.match(content, at)
    return found.end() if found else at


def numbers(operands: bytes) -> list[float]:
    """Return the numbers among operands; what is no number counts as 0, as viewers do."""
    try:
        return [float(text) for text in _NUMBERS.findall(operands)]
    except ValueError:
        return [_number(text) for text in _NUMBERS.findall(operands)]


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_TEXT_PIECE = re.compile(
    rb"(?P<string>" + _STRING + rb")|(?P<hex>" + _HEX + rb")|(?P<number>" + _NUMBER + rb")"
)


def text_pieces(operands: bytes) -> Iterator[bytes | float]:
    """Yield the strings and the shifts between them of a text-showing operator."""
    for piece in _TEXT_PIECE.finditer(operands):
        if piece["number"] is not None:
            yield _number(piece["number"])
        elif piece["hex"] is not None:
            digits = re.sub(rb"[^0-9A-Fa-f]", b"", piece["hex"])
            yield bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        else:
            yield _ESCAPE.sub(_unescaped, piece["string"][1:-1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes((int(found[1], 8) & 0xFF,))
    if found[2] in {b"\n", b"\r", b"\r\n"}:
        return b""
    return _ESCAPED.get(found[2], found[2])
