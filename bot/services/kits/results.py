"""What an order keeps of its finished files."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.kit_upkeep import PAYMENT_PRODUCTS, differs
from bot.services.kits.press import Pressed
from models.kit import KitItem, KitOrder
from models.merchant import ChannelRegistration, Store


def note_files(
    session: Session, order: KitOrder, pressed: Pressed, name: str, now: datetime
) -> None:
    """Note where the files lie, what the check found and what the codes say."""
    order.content_key, order.storage_key = pressed.key, name
    order.report = pressed.report
    order.reason = None
    order.claimed_until = None
    order.updated_at = now
    order.is_outdated = differs(
        order,
        session.get_one(Store, order.store_id),
        session.scalars(
            select(ChannelRegistration).where(ChannelRegistration.store_id == order.store_id)
        ).one(),
    )
    for item in session.scalars(select(KitItem).where(KitItem.order_id == order.id)):
        _record_item(item, pressed)


def _record_item(item: KitItem, pressed: Pressed) -> None:
    sheet = pressed.files.get(f"{item.product}.print.pdf")
    item.sha256 = hashlib.sha256(sheet).hexdigest() if sheet else None
    codes = [
        code
        for entry in pressed.report["items"]
        if entry["product"] == item.product
        for code in entry["codes"]
    ]
    # what a payment code says is sealed where it was issued, and stays there alone
    is_sealed_elsewhere = item.product in PAYMENT_PRODUCTS
    item.code_text = codes[0]["expected"] if codes and not is_sealed_elsewhere else None
    item.is_decoded = all(code["decoded"] == code["expected"] for code in codes)
