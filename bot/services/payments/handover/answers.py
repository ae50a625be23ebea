"""What one row of a file of results says, before anything is looked up."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.errors import InvalidInputError
from bot.services.spreadsheets import decoded

NUMBER, REF, STATUS, CODE = "신청번호", "접수번호", "상태", "가맹점코드"
REASON, RETRY, PICTURE, PAYLOAD, DAY = "사유", "재신청일", "QR그림", "QR내용", "처리일"
COLUMNS = (NUMBER, REF, STATUS, CODE, REASON, RETRY, PICTURE, PAYLOAD, DAY)
MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it came, cells trimmed; "" for what is not told.

    Attributes:
        line: line of the file.
        number: ours, `P-4821`.
        ref: the provider's.
        day: when the provider decided; "" or `YYYY-MM-DD`, as is `retry`.
    """

    line: int
    number: str
    ref: str
    status: str
    merchant_code: str
    reason: str
    retry: str
    picture: str
    payload: str
    day: str

    @property
    def retry_after(self) -> date | None:
        """When a refused application may come again.

        Raises:
            InvalidInputError: code `bad_date`.
        """
        return _date(self.retry, RETRY)

    @property
    def decided_on(self) -> date | None:
        """When the provider said it.

        Raises:
            InvalidInputError: code `bad_date`.
        """
        return _date(self.day, DAY)

    def digest(self, salt: str) -> str:
        """Return what tells this row from all others, wherever it stands in a file."""
        told = (self.status, self.merchant_code, self.reason, self.retry, self.picture,
                self.payload, self.day, salt)  # fmt: skip
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read."""

    line: int
    code: str
    sentence: str


def rows_of(data: bytes, name: str) -> Iterator[Row | Broken]:
    """Yield the rows of a file; empty ones are left out.

    Raises:
        InvalidInputError: it is too large (code `file_size`), no text, no table (code
            `bad_csv`), or lacks columns (code `columns_missing`).
    """
    if len(data) > MAX_BYTES:
        raise InvalidInputError(f"{name} is larger than 5 MB", code="file_size")
    table = csv.DictReader(io.StringIO(decoded(data, name), newline=""), strict=True)
    try:
        _has_columns(table.fieldnames or ())
        for cells in table:
            if any(cells.values()):
                yield _row(table.line_num, cells)
    except csv.Error as error:
        raise InvalidInputError(
            f"{name}, line {table.line_num}: {error}", code="bad_csv"
        ) from error


def _has_columns(found: object) -> None:
    names = [str(name).strip() for name in found] if isinstance(found, list) else []
    missing = [STATUS] if STATUS not in names else []
    if NUMBER not in names and REF not in names:
        missing.append(f"{NUMBER} or {REF}")
    if missing:
        raise InvalidInputError("missing columns: " + ", ".join(missing), code="columns_missing")


def _row(line: int, cells: dict[str, str | None]) -> Row | Broken:
    if None in cells:
        return Broken(line, "too_many_cells", "it has more cells than the table has columns")
    told = {(name or "").strip(): (value or "").strip() for name, value in cells.items()}
    number, ref, status = told.get(NUMBER, ""), told.get(REF, ""), told.get(STATUS, "")
    if not status or not (number or ref):
        return Broken(line, "cells_missing", f"{STATUS}, and {NUMBER} or {REF}, have to be filled")
    return Row(
        line=line,
        number=number.upper(),
        ref=ref,
        status=status,
        merchant_code=told.get(CODE, ""),
        reason=told.get(REASON, ""),
        retry=told.get(RETRY, ""),
        picture=told.get(PICTURE, ""),
        payload=told.get(PAYLOAD, ""),
        day=told.get(DAY, ""),
    )


def _date(text: str, column: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInputError(f"{column} {text!r} is no day", code="bad_date") from error
