"""What one row of a file of results says, before anything is looked up."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.errors import InvalidInputError
from bot.nlu.pii import mask
from bot.services.spreadsheets import table_of

NUMBER, REF, STATUS, CODE = "신청번호", "접수번호", "상태", "가맹점코드"
REASON, RETRY, PICTURE, PAYLOAD, DAY = "사유", "재신청일", "QR그림", "QR내용", "처리일"
COLUMNS = (NUMBER, REF, STATUS, CODE, REASON, RETRY, PICTURE, PAYLOAD, DAY)
MAX_BYTES = 5 * 1024 * 1024
MAX_WORD = 100


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
    def word(self) -> str:
        """The provider's word for the state as it may be kept and told: no number in it."""
        return mask(self.status)[:MAX_WORD]

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
    """Yield the rows of a CSV or of the first sheet of a workbook; empty ones are left out.

    Raises:
        InvalidInputError: it is too large (code `file_size`), lacks columns or has one twice
            (codes `columns_missing`, `columns_twice`), or cannot be read: see
            `bot.services.spreadsheets.table_of`.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInputError(f"{name} is larger than 5 MB", code="file_size")
    table = table_of(data, name)
    _, names = next(table, (0, []))
    _has_columns(names)
    for line, cells in table:
        yield _row(line, names, cells)


def _has_columns(names: list[str]) -> None:
    missing = [STATUS] if STATUS not in names else []
    if NUMBER not in names and REF not in names:
        missing.append(f"{NUMBER} or {REF}")
    if missing:
        raise InvalidInputError("missing columns: " + ", ".join(missing), code="columns_missing")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise InvalidInputError("columns twice: " + ", ".join(twice), code="columns_twice")


def _row(line: int, names: list[str], cells: list[str]) -> Row | Broken:
    if len(cells) > len(names):
        return Broken(line, "too_many_cells", "it has more cells than the table has columns")
    told = dict(zip(names, cells, strict=False))
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
