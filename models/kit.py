"""Printed matter: what was ordered, what its codes say, and how often they were scanned."""

import datetime as dt
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedJson, EncryptedText
from models.states import KitState


class KitDelivery(StrEnum):
    """How a kit reaches the merchant."""

    PICKUP = "pickup"
    DELIVERY = "delivery"
    FILE = "file"


class KitProblem(StrEnum):
    """What is wrong with printed matter, as merchants report it."""

    QR_NOT_SCANNING = "qr_not_scanning"
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"
    MISPRINT = "misprint"
    TAMPERED = "tampered"
    MISSING_ITEMS = "missing_items"
    PRINT_QUALITY = "print_quality"


class KitOrder(Base):
    """One order of printed matter for one store, with a copy of what is printed on it.

    The copy is taken over when the order is made; what has not been rendered yet follows
    later corrections, what has been is marked as outdated by them.

    Attributes:
        number: what people call the order on the telephone, `K-4821`.
        reason: a `KitProblem`, or the code of what stopped the rendering.
        items: as ordered: `poster`, `tent`, `sticker`, `card` or ids of the catalogue -> pieces.
        size: A3, A4 or A6; None for the usual one.
        phrase: the merchant's own sentence.
        store_name, market, stall, phone: what is printed; `phone` only when it was wanted.
        channel_public_id, search_id: of the channel on it; None before there is a channel.
        content_key: digest of everything that the files follow from.
        storage_key: where the sealed files lie; None before they are made and once purged.
        report: what the check before printing found.
        is_outdated: the store or its channel is called differently now.
        claimed_until: a renderer works on it until then; its mark, too.
        attempts: how often rendering was begun.
        note: what the merchant said about a problem.
        submission_key: makes ordering idempotent.
    """

    __tablename__ = "kit_order"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("submission_key"),
        Index(None, "state", "claimed_until"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    number: Mapped[str]
    store_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("store.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[KitState] = mapped_column(one_of(KitState), default=KitState.CONFIRMED)
    reason: Mapped[str | None]
    items: Mapped[dict[str, int]] = mapped_column(JSON)
    size: Mapped[str | None]
    theme: Mapped[str]
    delivery: Mapped[KitDelivery] = mapped_column(one_of(KitDelivery))
    languages: Mapped[list[str]] = mapped_column(JSON)
    phrase: Mapped[str | None] = mapped_column(EncryptedText("kit_order.phrase"))
    store_name: Mapped[str | None] = mapped_column(EncryptedText("kit_order.store_name"))
    market: Mapped[str | None] = mapped_column(EncryptedText("kit_order.market"))
    stall: Mapped[str | None] = mapped_column(EncryptedText("kit_order.stall"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("kit_order.phone"))
    channel_public_id: Mapped[str | None]
    search_id: Mapped[str | None]
    content_key: Mapped[str | None]
    storage_key: Mapped[str | None]
    report: Mapped[dict[str, object] | None] = mapped_column(EncryptedJson("kit_order.report"))
    is_outdated: Mapped[bool] = mapped_column(default=False)
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None] = mapped_column(EncryptedText("kit_order.note"))
    reorder_of: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("kit_order.id", ondelete="SET NULL")
    )
    submission_key: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class KitItem(Base):
    """One product of an order.

    Attributes:
        product: id of the catalogue.
        code_text: what its code says; None before it was rendered.
        sha256: digest of its file for the print shop.
        is_decoded: whether the code of the finished file was read and says `code_text`.
    """

    __tablename__ = "kit_item"
    __table_args__ = (UniqueConstraint("order_id", "product"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("kit_order.id", ondelete="CASCADE"))
    product: Mapped[str]
    quantity: Mapped[int]
    code_text: Mapped[str | None]
    sha256: Mapped[str | None]
    is_decoded: Mapped[bool] = mapped_column(default=False)


_ACTIVE = text("revoked_at IS NULL")


class KitLink(Base):
    """A short address that leads to the channel of a store, one for each product."""

    __tablename__ = "kit_link"
    __table_args__ = (
        UniqueConstraint("code"),
        Index(
            None,
            "store_id",
            "product",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )

    id: Mapped[Id]
    code: Mapped[str]
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("store.id", ondelete="CASCADE"))
    product: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class KitScan(Base):
    """How often a link was followed on one day in Korea; by whom is not kept."""

    __tablename__ = "kit_scan"

    link_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("kit_link.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    count: Mapped[int]
