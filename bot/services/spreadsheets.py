"""Tables that go to and come from spreadsheets: safe to open, and read as people save them."""

import csv
import io
from collections.abc import Iterable

from bot.errors import InvalidInputError

BOM = "\ufeff"
"""Without it Excel reads Hangul as another encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these may be run as a formula (OWASP, CSV injection)."""
_ENCODINGS = ("utf-8-sig", "cp949")


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as a CSV text with a byte order mark and cells that are no formulas."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(str(cell)) for cell in row])
    return BOM + out.getvalue()


def decoded(raw: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, with or without a mark, or CP949.

    Raises:
        InvalidInputError: it is neither.
    """
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInputError(f"{name} is neither UTF-8 nor CP949")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and cell != "-" else cell
