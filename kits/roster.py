"""A list of stores as operators keep it: CSV out of a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kits.errors import KitError
from kits.intake import COLUMNS

KNOWN = (*COLUMNS, "theme", "products")
NEEDED = ("store", "public_id")
MAX_BYTES = 8 * 1024 * 1024
MAX_STORES = 5000

_ENCODINGS = ("utf-8-sig", "cp949")
"""What Excel writes in Korea: UTF-8 with a mark, or the old Windows code page."""
_DELIMITERS = ",;\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DIGITS = re.compile(r"(\d+)")
_BETWEEN = frozenset({"", "호", "-", "~", "/", ","})
"""Stand between or behind the numbers of stalls and say nothing about their order."""
_UNSAFE = re.compile(r"[^0-9A-Za-z가-힣_]+")
_NAME_CHARS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One store of the list.

    Attributes:
        number: line of the file, from 1, as a spreadsheet shows it.
        cells: column to text.
        extra: number of cells beyond the last column.
    """

    number: int
    cells: Mapping[str, str]
    extra: int = 0


def read_file(path: Path) -> tuple[Line, ...]:
    """Return the stores of a file.

    Raises:
        KitError: `csv_invalid`, `file_missing`.
    """
    try:
        with path.open("rb") as file:
            return read(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise KitError("file_missing", f"{path.name!r} cannot be read.") from error


def read(raw: bytes) -> tuple[Line, ...]:
    """Return the stores of a CSV file, blank lines left out.

    Raises:
        KitError: `csv_invalid`.
    """
    if len(raw) > MAX_BYTES:
        raise KitError("csv_invalid", f"The list is larger than {MAX_BYTES // 1024 // 1024} MB.")
    text = _decoded(raw)
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        _check_columns([name.strip() for name in reader.fieldnames or ()])
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        lines = tuple(_lines(reader))
    except csv.Error as error:
        number = reader.line_num
        raise KitError("csv_invalid", f"Line {number} of the list is no CSV: {error}.") from error
    if not lines:
        raise KitError("csv_invalid", "The list holds no store.")
    if len(lines) > MAX_STORES:
        raise KitError("csv_invalid", f"The list holds more than {MAX_STORES} stores.")
    return lines


def _decoded(raw: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KitError("csv_invalid", "The list is neither UTF-8 nor CP949 text.")


def _check_columns(names: list[str]) -> None:
    known = ", ".join(KNOWN)
    for name in NEEDED:
        if name not in names:
            raise KitError("csv_invalid", f"The list has no column {name!r}; known: {known}.")
    for name in names:
        if name not in KNOWN:
            raise KitError(
                "csv_invalid", f"The list has an unknown column {name[:40]!r}; known: {known}."
            )
        if names.count(name) > 1:
            raise KitError("csv_invalid", f"The list has the column {name!r} twice.")


def _lines(reader: "csv.DictReader[str]") -> Iterable[Line]:
    for row in reader:
        extra = row.pop(None, [])  # where csv puts surplus cells
        cells = {name: value or "" for name, value in row.items()}
        if any(value.strip() for value in cells.values()):
            yield Line(reader.line_num, cells, len(extra))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts stall 2 before stall 10, and stall 2-1 between 2 and 3."""
    parts = (part.strip() for part in _DIGITS.split(text))
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in parts
        if part not in _BETWEEN
    )


def folder_name(line: Line, taken: Iterable[str]) -> str:
    """Return a name that every file system takes and that is not taken yet."""
    told = (line.cells.get(key, "") for key in ("stall", "store", "public_id"))
    words = [_UNSAFE.sub("-", text).strip("-")[:_NAME_CHARS] for text in told]
    name = "-".join(word for word in words if word) or "store"
    lower = {other.lower() for other in taken}
    unique, count = name, 1
    while unique.lower() in lower:
        count += 1
        unique = f"{name}-{count}"
    return unique


def as_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as a CSV that a spreadsheet opens right and never executes."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_harmless(str(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
