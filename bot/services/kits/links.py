"""Short addresses on printed matter, and how often each was followed.

A code names a store and a product, nothing else. Where it leads is looked up when it is
followed (`bot.services.kits.signposts`), so a channel that moved takes its printed matter
along.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.services.kits.numbers import add_once, free
from models.kit import KitLink, KitScan

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0 and o, no 1, i and l: people read codes to each other."""
SHORT, LONG = 6, 7
CODE = re.compile(f"[{ALPHABET}]{{{SHORT},{LONG}}}")
"""What every code looks like."""
_SHORT_TRIES = 4
_TRIES = 3


def short_link(session: Session, store_id: int, product: str, now: datetime) -> str:
    """Return the code of a product of a store, made when there is none.

    Args:
        session: inside a write transaction.
        store_id: whose channel it leads to.
        product: id of the catalogue.
        now: when, in case it is made.

    Raises:
        ConflictError: code `no_free_name`.
    """
    for _ in range(_TRIES):
        known = _active(session, store_id, product)
        if known is not None:
            return known
        code = free(session, KitLink.code, _code)
        row = KitLink(code=code, store_id=store_id, product=product, created_at=now)
        if add_once(session, row):
            return code
    raise ConflictError(code="no_free_name")


def _active(session: Session, store_id: int, product: str) -> str | None:
    return session.scalars(
        select(KitLink.code).where(
            KitLink.store_id == store_id,
            KitLink.product == product,
            KitLink.revoked_at.is_(None),
        )
    ).one_or_none()


def _code(attempt: int) -> str:
    length = SHORT if attempt < _SHORT_TRIES else LONG
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def short_links(
    session: Session, base: str, store_id: int, products: Iterable[str], now: datetime
) -> dict[str, str]:
    """Return what the codes of a store's products say, by product; `base` is ours and public."""
    return {
        product: f"{base}/{short_link(session, store_id, product, now)}" for product in products
    }


@dataclass(frozen=True, slots=True)
class ScanCount:
    """How often the code of one product was followed.

    Attributes:
        total: since the code exists.
        recent: on the days since the one that was asked for.
    """

    product: str
    code: str
    is_revoked: bool
    total: int
    recent: int


def scan_counts(session: Session, store_id: int, since: date) -> list[ScanCount]:
    """Return how often the codes of a store were followed, in all and since a day in Korea."""
    recent = func.coalesce(
        func.sum(KitScan.count).filter(KitScan.day >= since),
        0,
    )
    rows = session.execute(
        select(KitLink, func.coalesce(func.sum(KitScan.count), 0), recent)
        .outerjoin(KitScan, KitScan.link_id == KitLink.id)
        .where(KitLink.store_id == store_id)
        .group_by(KitLink.id)
        .order_by(KitLink.id)
    )
    return [
        ScanCount(link.product, link.code, link.revoked_at is not None, int(total), int(last))
        for link, total, last in rows
    ]
