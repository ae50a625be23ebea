"""Lists to take along: masked, with a reason, and safe to open in a spreadsheet."""

from collections.abc import Mapping

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console import kit_words, masking, words
from bot.console.desk import Desk
from bot.console.guard import WORKERS, Guard, given_reason, log_access
from bot.services.kits.board import BoardRow, Wanted, board, scan_totals
from bot.services.spreadsheets import as_csv
from models.merchant import ChannelRegistration, Merchant, Store
from models.states import ChannelState

COLUMNS = (
    "번호",
    "상태",
    "시장",
    "가게",
    "대표자",
    "전화",
    "사업자등록번호",
    "검색용 아이디",
    "신청한 날",
    "개설한 날",
    "운영 시작",
)

KIT_COLUMNS = (
    "주문번호",
    "상태",
    "이유",
    "시장",
    "가게",
    "품목",
    "개수",
    "받는 방법",
    "검사",
    "QR 열린 횟수(가게 전체)",
    "주문한 때",
    "바뀐 때",
)


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the page that asks for the reason, and the file."""

    @guard.page("/exports", *WORKERS)
    def exports() -> ResponseReturnValue:
        return render_template("console/exports.html")

    @guard.page("/exports/registrations.csv", *WORKERS, method="POST")
    def export_registrations() -> ResponseReturnValue:
        reason = given_reason()
        with desk.database.reading() as session:
            rows = _rows(session)
        log_access(desk, "export", "*", reason, len(rows))
        return _file(as_csv([COLUMNS, *rows]), "registrations.csv")

    @guard.page("/exports/kits.csv", *WORKERS, method="POST")
    def export_kits() -> ResponseReturnValue:
        reason = given_reason()
        with desk.database.reading() as session:
            orders, scans = board(session, Wanted()), scan_totals(session)
        log_access(desk, "export", "kit_order:*", reason, len(orders))
        return _file(as_csv([KIT_COLUMNS, *_kit_rows(orders, scans)]), "kits.csv")


def _rows(session: Session) -> list[tuple[object, ...]]:
    statement = (
        select(ChannelRegistration, Store, Merchant)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .where(ChannelRegistration.state != ChannelState.ERASED)
        .order_by(ChannelRegistration.id)
    )
    return [
        (
            registration.id,
            words.word(words.CHANNEL_STATES, registration.state),
            store.market_name,
            store.name or "-",
            masking.name(merchant.owner_name),
            masking.phone(merchant.phone),
            masking.brn(merchant.brn),
            registration.search_id or "-",
            words.moment(registration.submitted_at),
            words.moment(registration.opened_at),
            words.moment(registration.live_at),
        )
        for registration, store, merchant in session.execute(statement)
    ]


def _kit_rows(
    orders: list[BoardRow], scans: Mapping[tuple[int, str], int]
) -> list[tuple[object, ...]]:
    """Return a row for each product of each order."""
    return [
        (
            order.number,
            words.word(kit_words.STATES, order.state),
            words.word(kit_words.REASONS, order.reason),
            order.market or "-",
            order.store_name or "-",
            piece.title,
            piece.quantity,
            words.word(kit_words.DELIVERIES, order.delivery),
            kit_words.DECODED if piece.is_decoded else "-",
            scans.get((order.store_id, piece.product), 0),
            words.moment(order.created_at),
            words.moment(order.since),
        )
        for order in orders
        for piece in order.pieces
    ]


def _file(text: str, name: str) -> Response:
    response = Response(text.encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
