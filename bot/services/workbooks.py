"""Workbooks (XLSX): a table whose cells are all text, and tables that offices send back.

A CSV of account numbers that is opened in Excel loses leading zeros and shows fourteen digits
as 1.2E+13. In a workbook a cell says itself that it is text, so it stays what it was, and
nothing in it is ever run as a formula.

A workbook is an archive of XML files: a small one can unpack to gigabytes. What it would
unpack to is looked at before anything is unpacked.

Imported by `bot.services.spreadsheets` where a workbook is at hand, and not before: the library
costs 70 ms and tens of megabytes, and most processes never see a workbook.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from bot.errors import InvalidInputError
from bot.services.spreadsheets import OLD_WORKBOOK

MAX_UNPACKED = 16 * 1024 * 1024
"""Bytes of all parts together; 5,000 rows of results are about 4 MB."""
MAX_TAGS = 500_000
"""Tags of all parts together, begun or ended; 5,000 rows of results have about 300,000. What
a parser costs, it costs by the tag: 16 MB of empty ones kept one busy for minutes."""
MAX_PARTS = 200
"""Files in the archive; Excel writes a dozen for one sheet."""
MAX_COLUMNS = 40
MAX_LINES = 20_000
"""Rows of a sheet, empty ones among them; a row may claim any number for itself."""
WIDTH = 18
"""Of a column, in characters."""
TEXT = "@"
"""The number format that says: leave it as it is."""
_EXACT = 10**15
"""A workbook keeps numbers as binary64: longer ones have lost their last digits already."""
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
"""How XML in UTF-16 or UTF-32 begins; office programs write UTF-8."""
_ZEROS = re.compile(r"0+")
_LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 -- the format knows no zones; the same always
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, KeyError, ValueError,
    TypeError, AttributeError, IndexError, OverflowError, OSError, EOFError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
"""The library raises any of these on damaged files."""


def as_xlsx(rows: Iterable[Iterable[object]]) -> bytes:
    """Return a workbook with one sheet of text cells; the same rows give the same bytes."""
    book = Workbook()
    book.properties.created = book.properties.modified = _LONG_AGO
    book.properties.creator = ""
    sheet = book.worksheets[0]
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            _write(sheet.cell(line, column), str(value))
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    with _Archive(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _InMemory(book, archive).write_data()
    return out.getvalue()


def _write(cell: Any, value: str) -> None:
    """Put a text into a cell; without its type said, one that begins with = is a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.number_format = TEXT


class _Archive(zipfile.ZipFile):
    """An archive whose parts carry no time of writing."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Write one part."""
        part = zipfile.ZipInfo(str(zinfo_or_arcname), _ZIP_DATE)
        super().writestr(part, data, zipfile.ZIP_DEFLATED)


class _InMemory(ExcelWriter):
    """Writes sheets without the temporary file that would hold their cells on the disk."""

    def __init__(self, book: Workbook, archive: zipfile.ZipFile) -> None:
        super().__init__(book, archive)
        self._into = archive

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write one sheet."""
        out = io.BytesIO()
        WorksheetWriter(ws, out).write()
        self._into.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def rows_of_xlsx(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet that is not hidden: (line, cells as text).

    Formulas are not run: what they said when the file was saved counts.

    Raises:
        InvalidInputError: code `old_workbook` (.xls, or locked by a password),
            `workbook_size`, `workbook_entities` (parts that no office program writes),
            `bad_workbook` (damaged, or something else), `too_many_columns`, or `cell_number`.
    """
    _looked_over(data, name)
    try:
        yield from _read(data, name)
    except _BROKEN as error:
        raise InvalidInputError(f"{name} is no readable workbook", code="bad_workbook") from error


def _looked_over(data: bytes, name: str) -> None:
    """Refuse what must not even be unpacked."""
    if data.startswith(OLD_WORKBOOK):
        raise InvalidInputError(
            f"{name} is an old or locked workbook: save it as .xlsx without a password",
            code="old_workbook",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise InvalidInputError(f"{name} unpacks to too much", code="workbook_size")
            tags = 0
            for part in parts:
                content = archive.read(part)
                if _is_strange(content):
                    raise InvalidInputError(
                        f"{name} holds parts that no office program writes",
                        code="workbook_entities",
                    )
                tags += content.count(b"<")
            if tags > MAX_TAGS:
                raise InvalidInputError(f"{name} unpacks to too much", code="workbook_size")
    except _BROKEN as error:
        raise InvalidInputError(f"{name} is no readable workbook", code="bad_workbook") from error


def _is_strange(part: bytes) -> bool:
    """Tell what could define entities, or hide that it does; neither is ever needed."""
    return part.startswith(_WIDE) or b"<!DOCTYPE" in part or b"<!ENTITY" in part


def _read(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        return
    for line, row in enumerate(shown[0].iter_rows(max_col=MAX_COLUMNS + 1), 1):
        if line > MAX_LINES:
            raise InvalidInputError(f"{name} has more than {MAX_LINES} rows", code="too_many_rows")
        cells = [_text(cell, f"{name}, line {line}") for cell in row]
        if len(cells) > MAX_COLUMNS and cells[MAX_COLUMNS]:
            raise InvalidInputError(
                f"{name}, line {line}: more than {MAX_COLUMNS} columns", code="too_many_columns"
            )
        yield line, cells


def _text(cell: Any, where: str) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, str(cell.number_format), where)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float, shown_as: str, where: str) -> str:
    """Return a number as it is shown: whole ones without a point, with zeros in front if so."""
    if abs(value) >= _EXACT:
        raise InvalidInputError(
            f"{where}: a number of more than 15 digits has lost the last ones; "
            "make the column text",
            code="cell_number",
        )
    if value != int(value):
        return repr(value)
    digits = str(int(value))
    return digits.zfill(len(shown_as)) if _ZEROS.fullmatch(shown_as) else digits
