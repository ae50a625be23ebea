"""Printed matter: every order, what is on it, whether it can be printed, how it is used."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.clock import KST
from bot.console import kit_words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, log_access
from bot.console.kit_report import Inspection, inspections
from bot.console.kit_steps import choices
from bot.errors import InvalidInputError
from bot.services.kits import OrderDetail, detail_of, read_file
from bot.services.kits.board import DUTIES, BoardRow, ScanDays, Wanted, board, line_of, scan_days
from models.kit import KitDelivery
from models.states import KitState

PAGE = 50
DAYS = 14
"""Of scans, shown day by day."""
PICTURE_KEPT = "private, max-age=600"
FOR_PRINT = "print"
"""Why a file is taken, on record."""
_ENDINGS = (".pdf", ".zip")


@dataclass(frozen=True, slots=True)
class Made:
    """One product of an order: how it looks and the inspections of its files."""

    product: str
    title: str
    inspections: tuple[Inspection, ...]


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the list, the page of one order, and its pictures and files."""

    @guard.page("/kits", *READERS)
    def kits() -> ResponseReturnValue:
        return _list(desk)

    @guard.page("/kits/<int:order_id>", *READERS)
    def kit(order_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"kit_order:{order_id}", "masked")
        return _detail(desk, order_id)

    @guard.page("/kits/<int:order_id>/pictures/<product>", *READERS)
    def kit_picture(order_id: int, product: str) -> ResponseReturnValue:
        _, data, mime = _file(desk, order_id, f"{product}.png")
        response = Response(data, mimetype=mime)
        response.headers["Cache-Control"] = PICTURE_KEPT
        return response

    @guard.page("/kits/<int:order_id>/files/<name>", *WORKERS)
    def kit_file(order_id: int, name: str) -> ResponseReturnValue:
        if not name.endswith(_ENDINGS):
            abort(404)
        row, data, mime = _file(desk, order_id, name)
        log_access(desk, "download", f"kit_order:{order_id}", FOR_PRINT)
        response = Response(data, mimetype=mime)
        named = f'attachment; filename="{row.number}-{name}"'
        response.headers["Content-Disposition"] = named
        return response


def wanted_here() -> Wanted:
    """Return which orders the address asks for; nonsense asks for all."""
    state, delivery = request.args.get("state", ""), request.args.get("delivery", "")
    return Wanted(
        state=KitState(state) if state in set(KitState) else None,
        duty=state if state in DUTIES and state not in set(KitState) else "",
        market=request.args.get("market", "").strip(),
        delivery=KitDelivery(delivery) if delivery in set(KitDelivery) else None,
        number=request.args.get("number", "").strip(),
    )


def _list(desk: Desk) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    wanted = wanted_here()
    with desk.database.reading() as session:
        found = board(session, wanted, offset=(page - 1) * PAGE, limit=PAGE + 1)
    return render_template(
        "console/kits.html",
        rows=found[:PAGE],
        wanted=wanted,
        page=page,
        more=len(found) > PAGE,
        kit_words=kit_words,
    )


def _detail(desk: Desk, order_id: int) -> str:
    today = desk.clock.now().astimezone(KST).date()
    with desk.database.reading() as session:
        found = detail_of(session, order_id, today - timedelta(days=DAYS - 1))
        if found is None:
            abort(404)
        scans = scan_days(session, found.store_id, today, DAYS)
    return render_template(
        "console/kit.html",
        order=found,
        row=found.row,
        made=_made(found),
        may_do=choices(found.row, found.steps),
        bars=[_bars(scan, today) for scan in scans],
        kit_words=kit_words,
    )


def _made(found: OrderDetail) -> list[Made]:
    by_product = groupby(inspections(found.report), lambda one: (one.product, one.title))
    return [Made(product, title, tuple(group)) for (product, title), group in by_product]


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of one code.

    Attributes:
        height: 0 to 40, in relation to the best day of the code.
    """

    at: int
    day: str
    count: int
    height: int


@dataclass(frozen=True, slots=True)
class ScanBars:
    """One code with a bar for each day."""

    scan: ScanDays
    recent: int
    bars: tuple[DayBar, ...]


def _bars(scan: ScanDays, today: date) -> ScanBars:
    most = max(scan.days, default=0) or 1
    first = today - timedelta(days=len(scan.days) - 1)
    bars = tuple(
        DayBar(at, f"{first + timedelta(days=at):%m-%d}", count, round(count / most * 40))
        for at, count in enumerate(scan.days)
    )
    return ScanBars(scan, sum(scan.days), bars)


def _file(desk: Desk, order_id: int, name: str) -> tuple[BoardRow, bytes, str]:
    """Return an order and one of its files; answers 404 when there is none."""
    with desk.database.reading() as session:
        row = line_of(session, order_id)
    if row is None or row.storage_key is None:
        abort(404)
    try:
        file = read_file(desk.kit_files, row.storage_key, name)
    except InvalidInputError:
        abort(404)
    return row, file.data, file.mime
