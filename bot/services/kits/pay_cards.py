"""A provider's payment code on printed matter: as it was issued, and only while it counts.

Which code that is stands in one place, `usable_code`: what is rendered asks for it when it is
begun and once more before it is kept, so a code that was revoked in between is on no card.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.kit_codes import carries_code
from bot.services.kit_upkeep import PAYMENT_PRODUCTS
from bot.services.kits.numbers import add_once, free_number
from bot.services.kits.press import UnprintableError
from bot.services.pay_rules.provider import provider
from bot.services.sealed_files import SealedFiles
from kits.spec import Payment
from kits.themes import THEMES
from models.errors import KeyRingError
from models.kit import KitDelivery, KitItem, KitOrder
from models.merchant import Store
from models.payment import PayApplication, PayQr
from models.states import Cause, KitState, PayState, record

CARD = "pay-card"
HANGS = (PayState.QR_ISSUED, PayState.LIVE)
"""Where a code may be hung up; while a provider has suspended it, nothing new is made."""
_USABLE = (
    PayApplication.state.in_(HANGS),
    PayQr.revoked_at.is_(None),
    PayQr.storage_key.is_not(None),
    PayQr.payload.is_not(None),
)
"""A code that came as words alone is on no card: we never draw one."""


@dataclass(frozen=True, slots=True)
class CardCode:
    """A code that may be printed.

    Attributes:
        id: of its row.
        issued_at: since when it counts; a code that comes back is another one.
        provider: key of the provider's configuration.
        storage_key: where the provider's picture lies, sealed.
        sha256: digest of that picture.
    """

    id: int
    issued_at: datetime
    provider: str
    merchant_code: str
    payload: str
    storage_key: str
    sha256: str


def usable_code(session: Session, store_id: int) -> CardCode | None:
    """Return the code that may be printed for a store now; None when there is none."""
    found = session.scalars(
        select(PayQr)
        .join(PayApplication, PayApplication.id == PayQr.application_id)
        .where(PayApplication.store_id == store_id, *_USABLE)
        .order_by(PayQr.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None or found.payload is None or found.storage_key is None:
        return None
    return CardCode(
        id=found.id,
        issued_at=found.issued_at,
        provider=found.provider,
        merchant_code=found.merchant_code,
        payload=found.payload,
        storage_key=found.storage_key,
        sha256=found.sha256,
    )


def must_have_code(session: Session, store_id: int, products: Iterable[str]) -> None:
    """Refuse an order with a payment code where none counts that could be printed.

    Raises:
        RuleBrokenError: code `no_pay_code`.
    """
    if PAYMENT_PRODUCTS.intersection(products) and usable_code(session, store_id) is None:
        raise RuleBrokenError("there is no payment code to print", code="no_pay_code")


def carries_more() -> ColumnElement[bool]:
    """Tell whether an order holds anything but payment codes, in a statement about orders."""
    return exists().where(KitItem.order_id == KitOrder.id, KitItem.product.not_in(PAYMENT_PRODUCTS))


def has_usable_code() -> ColumnElement[bool]:
    """Tell whether the store has a code that may be printed, in a statement about stores."""
    return exists().where(
        PayQr.application_id == PayApplication.id, PayApplication.store_id == Store.id, *_USABLE
    )


def as_issued(code: CardCode, papers: SealedFiles) -> Payment:
    """Return the code with its picture, byte for byte as the provider sent it.

    Raises:
        UnprintableError: the picture is gone or is another one (code `pay_picture`).
    """
    try:
        picture = papers.get(code.storage_key)
    except (InvalidInputError, KeyRingError) as error:
        raise UnprintableError("the provider's picture cannot be read", code="pay_picture") from (
            error
        )
    if hashlib.sha256(picture).hexdigest() != code.sha256:
        raise UnprintableError("the provider's picture was changed", code="pay_picture")
    return Payment(provider(code.provider).name, code.merchant_code, picture, code.payload)


def order_card(session: Session, application: PayApplication, code: PayQr, now: datetime) -> bool:
    """Order the card of a code that was just issued; False when that was done, or it cannot be.

    As many as there were before; it looks and comes as what the store ordered last.

    Args:
        session: inside a write transaction, the chats of the store locked.
        application: whose code.
        code: the code that counts from now on.
        now: the moment.
    """
    if code.storage_key is None:
        return False
    key = f"{CARD}:{code.id}:{now.isoformat()}"
    if session.scalars(select(KitOrder.id).where(KitOrder.submission_key == key)).first():
        return False
    last = _last(session, application.store_id)
    before = _last(session, application.store_id, cards=True)
    pieces = _pieces(session, before) if before else 1
    row = KitOrder(
        number=free_number(session),
        store_id=application.store_id,
        conversation_id=application.conversation_id,
        state=KitState.CONFIRMED,
        items={CARD: pieces},
        theme=last.theme if last else next(iter(THEMES)),
        delivery=last.delivery if last else KitDelivery.PICKUP,
        languages=["ko"],
        reorder_of=before.id if before else None,
        submission_key=key,
        created_at=now,
        updated_at=now,
    )
    if not add_once(session, row):
        return False
    record(session, row, None, Cause(actor="system", key=key, now=now, reason="code_issued"))
    session.add(KitItem(order_id=row.id, product=CARD, quantity=pieces))
    session.flush()
    return True


def _last(session: Session, store_id: int, *, cards: bool = False) -> KitOrder | None:
    wanted = select(KitOrder).where(
        KitOrder.store_id == store_id, KitOrder.state != KitState.ERASED
    )
    if cards:
        wanted = wanted.where(carries_code())
    return session.scalars(wanted.order_by(KitOrder.id.desc()).limit(1)).one_or_none()


def _pieces(session: Session, order: KitOrder) -> int:
    counts = select(KitItem.quantity).where(
        KitItem.order_id == order.id, KitItem.product.in_(PAYMENT_PRODUCTS)
    )
    return sum(session.scalars(counts)) or 1
