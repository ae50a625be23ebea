"""The provider: files that leave for it, with a reason, and its results, looked at first."""

import io
import uuid
import zipfile
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.clock import KST
from bot.console import payment_words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, given_reason, log_access, me
from bot.console.posted import posted_file, posted_files
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.pay_rules.provider import USUAL, providers
from bot.services.payments.handover.answers import COLUMNS
from bot.services.payments.handover.answers import MAX_BYTES as MAX_TABLE
from bot.services.payments.handover.export import Taken, batches, export, export_again
from bot.services.payments.handover.results import ImportReport, ResultFile, import_results
from bot.services.payments.staff_board import count_ready
from bot.services.payments.waiting_files import WaitingFiles
from bot.services.spreadsheets import SheetFormat

MAX_PICTURES = 40 * 1024 * 1024
"""Bytes of all pictures together."""
MAX_NAME = 100
_KIND = "pay-results-1"
_TABLE = "table"
_PICTURES = "pictures/"
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that cannot be used, in Korean."""

    line: int
    told: str
    code: str


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add what leaves and what comes back; only for people who see every market."""
    _add_export(guard, desk)
    _add_import(guard, desk)


def _add_export(guard: Guard, desk: Desk) -> None:
    @guard.page("/payments/exchange", *READERS)
    def payment_exchange() -> ResponseReturnValue:
        _all_markets()
        with desk.database.reading() as session:
            known, ready = batches(session), count_ready(session)
        return render_template(
            "console/payment_exchange.html",
            batches=known,
            ready=ready,
            providers=providers(),
            usual=USUAL,
            formats=list(SheetFormat),
            columns=COLUMNS,
        )

    @guard.page("/payments/export", *WORKERS, method="POST")
    def payment_export() -> ResponseReturnValue:
        _all_markets()
        key, form, reason = _provider(), _format(), given_reason()
        now = desk.clock.now()
        with desk.database.transaction() as session:
            taken = export(session, key, me().actor, reason, now, form)
        if taken is None:
            flash(payment_words.NOTHING_READY)
            return redirect(url_for("console.payment_exchange"), 303)
        return _file(desk, taken)

    @guard.page("/payments/batches/<batch>", *WORKERS, method="POST")
    def payment_batch(batch: str) -> ResponseReturnValue:
        _all_markets()
        form, reason, wanted = _format(), given_reason(), _batch(batch)
        try:
            with desk.database.transaction() as session:
                taken = export_again(session, wanted, me().actor, reason, desk.clock.now(), form)
        except InvalidInputError as error:
            flash(payment_words.MESSAGES.get(error.code, payment_words.FAILED))
            return redirect(url_for("console.payment_exchange"), 303)
        return _file(desk, taken)


def _add_import(guard: Guard, desk: Desk) -> None:
    waiting = WaitingFiles(desk.settings.secret_key, _KIND, desk.documents.files, desk.clock)

    @guard.page("/payments/import", *WORKERS, method="POST")
    def payment_import() -> ResponseReturnValue:
        _all_markets()
        key = _provider()
        try:
            given = _posted()
            report = _read(desk, key, given, dry_run=True)
        except InvalidInputError as error:
            flash(payment_words.MESSAGES.get(error.code, payment_words.FILE_FAILED))
            return redirect(url_for("console.payment_exchange"), 303)
        token = waiting.put(_packed(given), me().id, key, given.name)
        return _report(report, given, token)

    @guard.page("/payments/import/confirm", *WORKERS, method="POST")
    def payment_import_confirm() -> ResponseReturnValue:
        _all_markets()
        try:
            file = waiting.get(request.form.get("token", ""))
            who, key, name = file.told
            if who != me().id:
                abort(400)
            given = _unpacked(str(name), file.data)
            report = _read(desk, str(key), given, dry_run=False)
        except (InvalidInputError, RuleBrokenError) as error:
            flash(payment_words.MESSAGES.get(error.code, payment_words.FILE_FAILED))
            return redirect(url_for("console.payment_exchange"), 303)
        waiting.drop(file)
        log_access(desk, "import", "pay_import:*", given.sha256[:16], report.applied)
        return _report(report, given, "")


def _all_markets() -> None:
    """Answer 403 to who sees one market: these files know no markets."""
    if me().market_id is not None:
        abort(403)


def _batch(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)


def _provider() -> str:
    key = request.form.get("provider", USUAL)
    if key not in providers():
        abort(400)
    return str(key)


def _format() -> SheetFormat:
    form = request.form.get("format", SheetFormat.XLSX)
    if form not in set(SheetFormat):
        abort(400)
    return SheetFormat(form)


def _file(desk: Desk, taken: Taken) -> Response:
    day = f"{desk.clock.now().astimezone(KST):%Y-%m-%d}"
    name = f"payments-{day}-{str(taken.batch)[:8]}.{taken.file_format}"
    response = Response(taken.data, content_type=taken.file_format.mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _posted() -> ResultFile:
    """Return the file of results that was posted, with its pictures.

    Raises:
        InvalidInputError: code `file_empty` or `file_size`.
    """
    name, data = posted_file("table", MAX_TABLE)
    pictures = dict(posted_files("pictures", MAX_PICTURES))
    return ResultFile(name[-MAX_NAME:], data, pictures)


def _packed(given: ResultFile) -> bytes:
    """Return a file of results and its pictures in one piece."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_TABLE, _DAY), given.data)
        for name, picture in given.pictures.items():
            archive.writestr(zipfile.ZipInfo(_PICTURES + name, _DAY), picture)
    return out.getvalue()


def _unpacked(name: str, data: bytes) -> ResultFile:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pictures = {
            path.removeprefix(_PICTURES): archive.read(path)
            for path in archive.namelist()
            if path.startswith(_PICTURES)
        }
        return ResultFile(name, archive.read(_TABLE), pictures)


def _read(desk: Desk, key: str, given: ResultFile, *, dry_run: bool) -> ImportReport:
    now, files = desk.clock.now(), desk.documents.files
    return import_results(desk.database, files, key, given, me().actor, now, dry_run=dry_run)


def _report(report: ImportReport, given: ResultFile, token: str) -> str:
    lines = [
        Line(
            row.line,
            payment_words.ROW_ERRORS.get(row.code, payment_words.ROW_FAILED),
            row.code,
        )
        for row in report.errors
    ]
    return render_template(
        "console/payment_import.html",
        report=report,
        lines=lines,
        name=given.name,
        pictures=len(given.pictures),
        token=token,
    )
