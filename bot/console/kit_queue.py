"""What goes to the printer: one list by product, one archive, one button when it is done."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.clock import KST
from bot.console import kit_words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, log_access, me, once
from bot.errors import InvalidInputError
from bot.services.kits import move_order, read_file
from bot.services.kits.board import BoardRow, Piece, to_print
from bot.services.kits.pieces import counted, sheets_of
from bot.services.sealed_files import SealedFiles
from bot.services.spreadsheets import as_csv
from kits.catalog import PRODUCTS
from models.errors import IllegalMoveError
from models.states import Cause, KitState

BUNDLE_VARIANTS = ("outlined", "print")
"""Print shops here want type as curves, so that comes first."""
FOR_PRINT = "print"
LIST_COLUMNS = ("품목", "주문번호", "가게", "시장", "개수", "인쇄 장수", "파일", "검사")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Job:
    """One product of one order, as the printer sees it."""

    order: BoardRow
    piece: Piece

    @property
    def pieces(self) -> str:
        """How many were ordered: "3장"."""
        return counted(self.piece.product, self.piece.quantity)

    @property
    def sheets(self) -> int:
        """How often the file is printed."""
        return sheets_of(self.piece.product, self.piece.quantity)


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything of one product."""

    product: str
    title: str
    size: str
    jobs: tuple[Job, ...]

    @property
    def sheets(self) -> int:
        """How many sheets in all."""
        return sum(job.sheets for job in self.jobs)


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the queue, its archive, and the button that empties it."""

    @guard.page("/kits/queue", *READERS)
    def kit_queue() -> ResponseReturnValue:
        with desk.database.reading() as session:
            rows = to_print(session)
        return render_template(
            "console/kit_queue.html",
            rows=rows,
            batches=batches(rows),
            variants=BUNDLE_VARIANTS,
            kit_words=kit_words,
        )

    @guard.page("/kits/queue/bundle.zip", *WORKERS, method="POST")
    def kit_bundle() -> ResponseReturnValue:
        variant = request.form.get("variant", "")
        if variant not in BUNDLE_VARIANTS:
            abort(400)
        with desk.database.reading() as session:
            rows = to_print(session, _chosen())
        log_access(desk, "download", "*", FOR_PRINT, len(rows))
        day = f"{desk.clock.now().astimezone(KST):%Y-%m-%d}"
        response = Response(bundle(rows, desk.kit_files, variant), mimetype="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="print-{day}.zip"'
        return response

    @guard.page("/kits/queue/printed", *WORKERS, method="POST")
    def kit_printed() -> ResponseReturnValue:
        flash(kit_words.PRINTED.format(count=_printed(desk, _chosen())))
        return redirect(url_for("console.kit_queue"), 303)


def _chosen() -> list[int]:
    return [int(number) for number in request.form.getlist("order") if number.isdecimal()]


def _printed(desk: Desk, orders: list[int]) -> int:
    """Set what was printed; what somebody else moved on in the meantime stays as it is."""
    done, key = 0, once()
    for order_id in orders:
        cause = Cause(actor=me().actor, key=f"{key}:{order_id}", now=desk.clock.now())
        try:
            with desk.database.transaction() as session:
                done += move_order(session, order_id, KitState.PRINTED, cause)
        except (IllegalMoveError, InvalidInputError):
            continue
    return done


def batches(rows: list[BoardRow]) -> list[Batch]:
    """Return what is to be printed by product, in the order of the catalogue."""
    jobs: dict[str, list[Job]] = {}
    for row in rows:
        for piece in row.pieces:
            jobs.setdefault(piece.product, []).append(Job(row, piece))
    known = [product for product in PRODUCTS if product in jobs]
    return [
        Batch(product, jobs[product][0].piece.title, kit_words.size(product), tuple(jobs[product]))
        for product in (*known, *sorted(jobs.keys() - set(known)))
    ]


class _Outlet(io.RawIOBase):
    """Takes what a ZIP writer writes until somebody fetches it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        part = bytes(data)  # type: ignore[call-overload]  # any buffer, as the base class has it
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def bundle(rows: list[BoardRow], files: SealedFiles, variant: str) -> Iterator[bytes]:
    """Yield a ZIP piece by piece: a folder a product, a file an order, and a list of all.

    One kit is open at a time, however many there are. A file that is gone is named in the
    list instead of stopping the others.

    Args:
        rows: the orders.
        files: where their archives lie.
        variant: which files.
    """
    outlet = _Outlet()
    lines: list[tuple[object, ...]] = []
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for batch in batches(rows):
            for job in batch.jobs:
                name = f"{_plain(batch.title)}/{_file_name(job)}"
                data = _data(files, job, variant)
                if data is not None:
                    archive.writestr(zipfile.ZipInfo(name, _EPOCH), data)
                    yield outlet.taken()
                lines.append(_line(batch, job, name if data is not None else ""))
        entry = zipfile.ZipInfo(kit_words.LIST_NAME, _EPOCH)
        archive.writestr(entry, as_csv([LIST_COLUMNS, *lines]).encode())
    yield outlet.taken()


def _data(files: SealedFiles, job: Job, variant: str) -> bytes | None:
    """Return the file to print, in the other variant where this one was not made."""
    if job.order.storage_key is None:
        return None
    for wanted in (variant, *BUNDLE_VARIANTS):
        try:
            name = f"{job.piece.product}.{wanted}.pdf"
            return read_file(files, job.order.storage_key, name).data
        except InvalidInputError:
            continue
    return None


def _plain(text: str) -> str:
    return _FORBIDDEN.sub(" ", text).strip(" .") or "-"


def _file_name(job: Job) -> str:
    store = _plain(job.order.store_name)[:40]
    return f"{job.order.number}_{store}_{job.sheets}장.pdf"


def _line(batch: Batch, job: Job, name: str) -> tuple[object, ...]:
    order = job.order
    return (
        batch.title,
        order.number,
        order.store_name,
        order.market,
        job.pieces,
        job.sheets,
        name or kit_words.NO_FILE,
        kit_words.DECODED if job.piece.is_decoded else kit_words.NOT_DECODED,
    )
