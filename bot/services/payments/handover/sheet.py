"""The columns of the file for a provider: what the consent names, and nothing else."""

from sqlalchemy.orm import Session

from bot.nlu.banks import NAMES
from bot.services.spreadsheets import SheetFormat, as_file
from models.merchant import Merchant, Store
from models.payment import PayApplication

COLUMNS = (
    "신청번호",
    "사업자종류",
    "과세유형",
    "사업자등록번호",
    "대표자",
    "휴대전화",
    "가게이름",
    "시장",
    "자리",
    "업종",
    "매출구간",
    "예금주",
    "은행코드",
    "은행",
    "계좌번호",
)


def sheet(session: Session, rows: list[PayApplication], file_format: SheetFormat) -> bytes:
    """Return the file, account numbers whole: nowhere else are they."""
    return as_file([COLUMNS, *(_line(session, row) for row in rows)], file_format)


def _line(session: Session, row: PayApplication) -> tuple[str, ...]:
    merchant = session.get_one(Merchant, row.merchant_id)
    store = session.get_one(Store, row.store_id)
    values = (
        row.number,
        row.business_kind,
        row.tax_type,
        row.brn,
        merchant.owner_name,
        merchant.phone,
        store.name,
        store.market_name,
        store.stall,
        store.category,
        row.sales_band,
        row.holder,
        row.bank_code,
        NAMES.get(row.bank_code or ""),
        row.account,
    )
    return tuple(str(value or "") for value in values)
