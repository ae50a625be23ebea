"""Tables that go to and come from spreadsheets: safe to open, and read as people save them."""

import csv
import io
from collections.abc import Iterable, Iterator
from enum import StrEnum

from bot.errors import InvalidInputError

BOM = "\ufeff"
"""Without it Excel reads Hangul as another encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these may be run as a formula (OWASP, CSV injection)."""
_ENCODINGS = ("utf-8-sig", "cp949")
MAX_ROWS = 5_000
MAX_CELL = 5_000
"""Characters; the longest code that a QR can hold has 4,296."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How XLS and locked workbooks begin; they are refused with a sentence of their own."""


class SheetFormat(StrEnum):
    """As what a table leaves the house; in a workbook long numbers stay whole."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def mime(self) -> str:
        """Media type of such a file."""
        return _XLSX if self is SheetFormat.XLSX else "text/csv; charset=utf-8"


def as_file(rows: Iterable[Iterable[object]], file_format: SheetFormat) -> bytes:
    """Return rows as a file of one format."""
    if file_format is SheetFormat.XLSX:
        from bot.services.workbooks import as_xlsx  # noqa: PLC0415 -- see there

        return as_xlsx(rows)
    return as_csv(rows).encode()


def table_of(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file of either format, told by its content: (line, cells, trimmed).

    Empty cells at the end of a row, and rows without any cell, are left out.

    Raises:
        InvalidInputError: no text, no table (code `bad_csv`), too many rows (code
            `too_many_rows`), a cell that is too long (code `cell_size`), or see
            `bot.services.workbooks.rows_of_xlsx`.
    """
    is_workbook = data.startswith((_WORKBOOK, OLD_WORKBOOK))
    rows = _rows_of_workbook(data, name) if is_workbook else _rows_of_csv(data, name)
    count = 0
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise InvalidInputError(f"{name} has more than {MAX_ROWS} rows", code="too_many_rows")
        if max(map(len, cells)) > MAX_CELL:
            raise InvalidInputError(f"{name}, line {line}: a cell is too long", code="cell_size")
        yield line, cells


def _rows_of_workbook(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    from bot.services.workbooks import rows_of_xlsx  # noqa: PLC0415 -- see there

    return rows_of_xlsx(data, name)


def _rows_of_csv(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    table = csv.reader(io.StringIO(decoded(data, name), newline=""), strict=True)
    try:
        for row in table:
            yield table.line_num, row
    except csv.Error as error:
        raise InvalidInputError(
            f"{name}, line {table.line_num}: {error}", code="bad_csv"
        ) from error


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
