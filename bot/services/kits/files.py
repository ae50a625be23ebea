"""The files of an order: what the download page shows, and what it hands out."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.kits.overview import is_file_ready
from bot.services.kits.rendering import ARCHIVE
from bot.services.sealed_files import SealedFiles
from kits.catalog import PRODUCTS
from models.kit import KitDelivery, KitItem, KitOrder
from models.session import Database
from models.states import Cause, KitState, move

ORPHAN_AGE = timedelta(hours=1)
"""A file without a row may belong to a transaction that is still under way."""
FIRST_DOWNLOAD = "first_download"
_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".zip": "application/zip",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class PageItem:
    """One product of an order.

    Attributes:
        product: id of the catalogue.
        title: what it is called, in Korean.
        variants: which files there are: `print`, `outlined`, `home`.
        code_text: what its code says; None when it has none.
        is_decoded: every code of the finished files was read and says so.
    """

    product: str
    title: str
    quantity: int
    variants: tuple[str, ...]
    code_text: str | None
    is_decoded: bool

    @property
    def picture(self) -> str:
        """Name of its preview."""
        return f"{self.product}.png"

    def sheet(self, variant: str) -> str:
        """Return the name of its file."""
        return f"{self.product}.{variant}.pdf"


@dataclass(frozen=True, slots=True)
class KitPage:
    """What the download page knows.

    Attributes:
        storage_key: for `read_file`; None when there are no files (yet, or any more).
        store_name: "" after an erasure.
    """

    order_id: int
    number: str
    state: KitState
    reason: str | None
    store_name: str
    theme: str
    delivery: KitDelivery
    created_at: datetime
    is_outdated: bool
    items: tuple[PageItem, ...]
    storage_key: str | None


def open_page(session: Session, number: str) -> KitPage | None:
    """Return an order by its number; None when there is no such one."""
    order = session.scalars(
        select(KitOrder).where(KitOrder.number == number, KitOrder.state != KitState.ERASED)
    ).one_or_none()
    return page_of(session, order) if order else None


def page_of(session: Session, order: KitOrder) -> KitPage:
    """Return what the download page knows of an order."""
    return KitPage(
        order_id=order.id,
        number=order.number,
        state=order.state,
        reason=order.reason,
        store_name=order.store_name or "",
        theme=order.theme,
        delivery=order.delivery,
        created_at=order.created_at,
        is_outdated=order.is_outdated,
        items=items_of(session, order),
        storage_key=order.storage_key if is_file_ready(order) else None,
    )


def items_of(session: Session, order: KitOrder) -> tuple[PageItem, ...]:
    """Return the products of an order."""
    made: dict[str, list[str]] = {}
    for entry in _entries(order.report):
        made.setdefault(entry["product"], []).append(entry["variant"])
    items = select(KitItem).where(KitItem.order_id == order.id).order_by(KitItem.id)
    return tuple(
        PageItem(
            product=item.product,
            title=title_of(item.product),
            quantity=item.quantity,
            variants=tuple(made.get(item.product, ())),
            code_text=item.code_text,
            is_decoded=item.is_decoded,
        )
        for item in session.scalars(items)
    )


def _entries(report: dict[str, Any] | None) -> list[dict[str, Any]]:
    return list(report["items"]) if report else []


def title_of(product: str) -> str:
    """Return what a product is called in Korean; its id when the catalogue dropped it."""
    known = PRODUCTS.get(product)
    return known.title if known else product


@dataclass(frozen=True, slots=True)
class KitFile:
    """One file, opened."""

    name: str
    mime: str
    data: bytes


def read_file(files: SealedFiles, storage_key: str, name: str) -> KitFile:
    """Return a file of an order: one of the archive, or the archive itself.

    Raises:
        InvalidInputError: code `file_missing`.
    """
    whole = files.get(storage_key)
    if name == ARCHIVE:
        return KitFile(name, _TYPES[".zip"], whole)
    mime = _TYPES.get(PurePath(name).suffix, "")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        if not mime or name not in archive.namelist():
            raise InvalidInputError(code="file_missing")
        return KitFile(name, mime, archive.read(name))


def note_download(database: Database, number: str, now: datetime) -> bool:
    """Let an order of files alone be delivered by its first download; False for any other.

    Call it when a file was handed out, not for a preview.
    """
    waits = (
        KitOrder.number == number,
        KitOrder.state == KitState.PREFLIGHTED,
        KitOrder.delivery == KitDelivery.FILE,
    )
    with database.reading() as session:
        if session.scalars(select(KitOrder.id).where(*waits)).first() is None:
            return False
    with database.transaction() as session:
        order = session.scalars(select(KitOrder).where(*waits).with_for_update()).one_or_none()
        if order is None:
            return False
        order.updated_at = now
        cause = Cause(actor="merchant", key=FIRST_DOWNLOAD, now=now)
        return move(session, order, KitState.DELIVERED, cause)


def sweep(database: Database, files: SealedFiles, now: datetime) -> int:
    """Remove files that no order refers to; return how many."""
    old = list(files.names_before(now - ORPHAN_AGE))
    with database.reading() as session:
        kept = set(
            session.scalars(select(KitOrder.storage_key).where(KitOrder.storage_key.is_not(None)))
        )
    orphans = [name for name in old if name not in kept]
    for name in orphans:
        files.delete(name)
    return len(orphans)
