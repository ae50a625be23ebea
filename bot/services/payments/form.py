"""The filled application, by the keys of the vocabulary, and where its values are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from bot.services.pay_rules.provider import USUAL
from models.crypto import blind_index
from models.payment import PayApplication, PayKind, TaxType

SALES_BANDS = (
    (300_000_000, "up_to_300m"),
    (500_000_000, "up_to_500m"),
    (1_000_000_000, "up_to_1bn"),
    (3_000_000_000, "up_to_3bn"),
)
"""Won a year, as the law on card fees for small shops draws the lines (여신전문금융업법 감독규정)."""
ABOVE = "above_3bn"
MONTHS = 12
_TAX_WORDS = (
    ("간이", TaxType.SIMPLIFIED),
    ("면세", TaxType.EXEMPT),
    ("일반", TaxType.GENERAL),
)
_EXEMPT_TYPES = range(90, 100)
LAST_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A filled application, by the keys of the vocabulary.

    Attributes:
        business_type: `sole`, `corp` or `none`.
        tax_type: `general`, `simplified`, `exempt` or `unknown`.
        brn, account: digits; other signs are left out.
        opened_on: day of opening on the registration certificate, where it is known; with it
            the tax office can say whether number and owner belong together.
        bank: three-digit bank code.
        monthly_sales: won; only a band of the year is kept.
        store_id: None for the newest store of the person.
        provider: key of a provider's configuration.
        number: one that was reserved by `free_pay_number`, so that the answer of the same
            turn can name it; None for any.
    """

    business_type: str | None = None
    tax_type: str | None = None
    brn: str | None = None
    opened_on: date | None = None
    holder: str | None = None
    bank: str | None = None
    account: str | None = None
    monthly_sales: int | None = None
    store_id: int | None = None
    provider: str = USUAL
    number: str | None = None

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Self:
        """Take what is known out of a form's slots; other keys are left alone."""
        names = {item.name for item in fields(cls)}
        values = {key: value for key, value in slots.items() if key in names and value is not None}
        if isinstance(values.get("opened_on"), str):
            values["opened_on"] = date.fromisoformat(values["opened_on"])
        return cls(**values)


def columns(application: Application) -> dict[str, object]:
    """Return what of a form goes into the row; what was not told is left out."""
    given: dict[str, object] = {
        "business_kind": PayKind(application.business_type) if application.business_type else None,
        "tax_type": TaxType(application.tax_type) if application.tax_type else None,
        "brn": digits(application.brn),
        "opened_on": application.opened_on,
        "holder": (application.holder or "").strip() or None,
        "bank_code": application.bank,
        "account": digits(application.account),
        "sales_band": sales_band(application.monthly_sales),
    }
    return {key: value for key, value in given.items() if value is not None}


def index(row: PayApplication) -> None:
    """Bring look-ups and last digits in line with the sealed values."""
    row.brn_hmac = blind_index(row.brn) if row.brn else None
    if row.account:
        row.account_hmac = blind_index(row.account)
        row.account_last4 = row.account[-LAST_DIGITS:]


def digits(text: str | None) -> str | None:
    """Return the digits of a number, None when there are none.

    >>> digits("123-45-67891"), digits(""), digits(None)
    ('1234567891', None, None)
    """
    return "".join(char for char in text or "" if char.isascii() and char.isdigit()) or None


def sales_band(monthly: int | None) -> str | None:
    """Return the band of a year's sales.

    >>> sales_band(5_000_000), sales_band(300_000_000), sales_band(None)
    ('up_to_300m', 'above_3bn', None)
    """
    if monthly is None:
        return None
    return next((band for limit, band in SALES_BANDS if monthly * MONTHS <= limit), ABOVE)


def tax_type_of(words: str, brn: str | None = None) -> TaxType:
    """Return how a business is taxed, by the tax office's words or else by its number.

    >>> tax_type_of("부가가치세 간이과세자").value, tax_type_of("", "1239067891").value
    ('simplified', 'exempt')
    """
    for word, kind in _TAX_WORDS:
        if word in words:
            return kind
    if brn and brn[3:5].isdigit() and int(brn[3:5]) in _EXEMPT_TYPES:
        return TaxType.EXEMPT
    return TaxType.UNKNOWN
