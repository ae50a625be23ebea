"""Reading a file of results: each row once, each in a transaction of its own.

A file that was read without an error is not read again; one that had errors is, and its good
rows change nothing the second time. A process that is killed in between can begin again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from bot.errors import InvalidInputError, SosinError
from bot.services.kits.numbers import add_once
from bot.services.pay_rules.provider import ProviderConfig, provider
from bot.services.payments.handover.answers import Broken, Row, rows_of
from bot.services.payments.handover.applied import Step, apply_row, keep_word
from bot.services.payments.handover.issued import Issued, read_code
from bot.services.sealed_files import SealedFiles
from models.errors import ModelError
from models.payment import PayImport
from models.session import Database

_WORD_KEPT = ("unknown_status", "unknown_reason")
"""Nothing moves, but what the provider said is kept."""


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file as it came.

    Attributes:
        pictures: name as it stands in the file -> PNG or JPEG.
    """

    name: str
    data: bytes = field(repr=False)
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def sha256(self) -> str:
        """Digest of the file and its pictures: the same file with other pictures is new."""
        whole = hashlib.sha256(self.data)
        for name in sorted(self.pictures):
            whole.update(
                b"\0" + name.encode() + b"\0" + hashlib.sha256(self.pictures[name]).digest()
            )
        return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that could not be used.

    Attributes:
        line: line of the file.
        code: stable name of what is wrong.
        sentence: what is wrong, in English.
    """

    line: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What reading a file did, or would do.

    Attributes:
        is_known: the file was read before, and nothing was looked at.
        errors: every row that could not be used.
    """

    applied: int
    unchanged: int
    errors: tuple[RowError, ...]
    is_dry: bool
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class _Reader:
    database: Database
    files: SealedFiles
    config: ProviderConfig
    given: ResultFile
    by: str
    now: datetime
    dry: bool

    def read(self, row: Row) -> bool:
        """Apply one row; False when it says nothing new."""
        issued = self._issued(row)
        step = Step(row=row, issued=issued, config=self.config, by=self.by, now=self.now)
        with self.database.transaction() as session:
            changed = apply_row(session, step)
            if self.dry:
                session.rollback()
        return changed

    def keep_word(self, row: Row) -> None:
        """Keep the provider's word of a row that moved nothing."""
        if not self.dry:
            with self.database.transaction() as session:
                keep_word(session, self.config, row)

    def _issued(self, row: Row) -> Issued | None:
        if not row.picture and not row.payload:
            return None
        picture = self.given.pictures.get(row.picture) if row.picture else None
        if row.picture and picture is None:
            raise InvalidInputError(f"no picture {row.picture!r} came along", code="no_picture")
        return read_code(row.merchant_code, picture, row.payload, None if self.dry else self.files)


def import_results(  # noqa: PLR0913 -- where, what, who, when, and whether it counts
    database: Database,
    files: SealedFiles,
    provider_key: str,
    given: ResultFile,
    by: str,
    now: datetime,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Read a file of results; call outside any transaction.

    Raises:
        InvalidInputError: code `unknown_provider`, or the file cannot be read: see `rows_of`.
    """
    reader = _Reader(database, files, provider(provider_key), given, by, now, dry_run)
    with database.reading() as session:
        known = session.scalars(select(PayImport).where(PayImport.sha256 == given.sha256))
        before = known.one_or_none()
    if before is not None and before.errors == 0:
        return ImportReport(0, before.applied + before.unchanged, (), dry_run, is_known=True)
    applied, unchanged, errors = 0, 0, []
    for row in list(rows_of(given.data, given.name)):
        if isinstance(row, Broken):
            errors.append(RowError(row.line, row.code, row.sentence))
            continue
        try:
            changed = reader.read(row)
        except (SosinError, ModelError) as error:
            errors.append(RowError(row.line, error.code, str(error)))
            if error.code in _WORD_KEPT:
                reader.keep_word(row)
            continue
        applied, unchanged = applied + changed, unchanged + (not changed)
    report = ImportReport(applied, unchanged, tuple(errors), dry_run)
    if not dry_run:
        _note(reader, report)
    return report


def _note(reader: _Reader, report: ImportReport) -> None:
    """Write down that a file was read; two who read it at one moment write one line."""
    with reader.database.transaction() as session:
        same = select(PayImport).where(PayImport.sha256 == reader.given.sha256)
        row = session.scalars(same).one_or_none() or _fill(
            PayImport(sha256=reader.given.sha256), reader, report
        )
        if row.id is None and not add_once(session, row):
            row = session.scalars(same.execution_options(populate_existing=True)).one()
        _fill(row, reader, report)


def _fill(row: PayImport, reader: _Reader, report: ImportReport) -> PayImport:
    row.provider, row.by, row.at = reader.config.key, reader.by, reader.now
    row.applied, row.unchanged = report.applied, report.unchanged
    row.errors = len(report.errors)
    return row
