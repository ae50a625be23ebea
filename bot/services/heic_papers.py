"""A HEIC photo without what the phone tells about itself.

It cannot be drawn here, so the picture stays as it is; the items for EXIF (with the place) and
XMP are overwritten with zeros where they lie. Layout: ISO/IEC 14496-12, boxes `meta`, `iinf`,
`iloc`, and 23008-12 for the items.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import InvalidInputError

_TELLING = frozenset({b"Exif", b"mime", b"uri "})
_IN_FILE, _IN_IDAT = 0, 1
_LONG_IDS = 2
"""Version of `iloc` from which ids and counts have four bytes."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


class _Reader:
    """Reads big-endian numbers one after the other."""

    def __init__(self, data: bytes | bytearray, place: int, end: int) -> None:
        self._data, self.place, self._end = data, place, end

    def number(self, size: int) -> int:
        if self.place + size > self._end:
            raise InvalidInputError(code="file_broken")
        found = int.from_bytes(self._data[self.place : self.place + size], "big")
        self.place += size
        return found


def without_place(data: bytes) -> bytes:
    """Return the photo with EXIF and XMP blanked.

    Raises:
        InvalidInputError: code `file_broken`: it is no whole HEIC.
    """
    blank = bytearray(data)
    meta = _find(blank, _Box(b"", 0, len(blank)), b"meta")
    inner = _Box(b"meta", meta.start + 4, meta.end)
    told = set(_telling_items(blank, _find(blank, inner, b"iinf")))
    for item, method, offset, length in _places(blank, _find(blank, inner, b"iloc")):
        if item not in told:
            continue
        start = offset if method == _IN_FILE else offset + _idat(blank, inner, method)
        end = start + length if length else len(blank)
        if end > len(blank):
            raise InvalidInputError(code="file_broken")
        blank[start:end] = bytes(end - start)
    return bytes(blank)


def _idat(data: bytearray, meta: _Box, method: int) -> int:
    """Return where offsets are counted from that do not count from the beginning of the file."""
    if method != _IN_IDAT:
        raise InvalidInputError(code="file_broken")
    return _find(data, meta, b"idat").start


def _boxes(data: bytearray, start: int, end: int) -> Iterator[_Box]:
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        head = 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        size = size or end - start
        if size < head or start + size > end:
            raise InvalidInputError(code="file_broken")
        yield _Box(kind, start + head, start + size)
        start += size


def _find(data: bytearray, within: _Box, kind: bytes) -> _Box:
    for box in _boxes(data, within.start, within.end):
        if box.kind == kind:
            return box
    raise InvalidInputError(code="file_broken")


def _telling_items(data: bytearray, iinf: _Box) -> Iterator[int]:
    wide = data[iinf.start] > 0
    first = iinf.start + 4 + (4 if wide else 2)
    for infe in _boxes(data, first, iinf.end):
        version = data[infe.start]
        reader = _Reader(data, infe.start + 4, infe.end)
        item = reader.number(4 if version > _LONG_IDS else 2)
        reader.number(2)
        if reader.number(4).to_bytes(4, "big") in _TELLING:
            yield item


def _places(data: bytearray, iloc: _Box) -> Iterator[tuple[int, int, int, int]]:
    """Yield item, way of counting, offset and length of each piece."""
    version = data[iloc.start]
    wide = 4 if version >= _LONG_IDS else 2
    reader = _Reader(data, iloc.start + 4, iloc.end)
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (
        sizes >> shift & 15 for shift in (12, 8, 4, 0)
    )
    for _ in range(reader.number(wide)):
        item = reader.number(wide)
        method = reader.number(2) & 15 if version else _IN_FILE
        reader.number(2)
        base = reader.number(base_size)
        for _ in range(reader.number(2)):
            reader.number(index_size if version else 0)
            yield item, method, base + reader.number(offset_size), reader.number(length_size)
