"""Short addresses on printed matter, and how often each is followed.

A code names a store and a product, nothing else. Where it leads is looked up when it is
followed, so a channel that moved takes its printed matter along. Of a follower nothing is
kept but the day.
"""

import logging
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.errors import ConflictError
from bot.services.kits.numbers import add_once, free
from models.errors import BusyError
from models.kit import KitLink, KitScan
from models.merchant import ChannelRegistration
from models.session import Database
from models.states import ChannelState

LOG = logging.getLogger(__name__)

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0 and o, no 1, i and l: people read codes to each other."""
SHORT, LONG = 6, 7
_CODE = re.compile(f"[{ALPHABET}]{{{SHORT},{LONG}}}")
_SHORT_TRIES = 4
PATIENCE_S = 1.4
"""How long counting may wait for other writers before a scan goes uncounted."""
_TRIES = 3
_LEADS_NOWHERE = (ChannelState.BLOCKED, ChannelState.ERASED)


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


def target_of(session: Session, code: str) -> str | None:
    """Return where a code leads; None for one that is unknown, ended, or without a channel."""
    if not _CODE.fullmatch(code):
        return None
    public_id = session.execute(
        select(ChannelRegistration.channel_public_id)
        .join(KitLink, KitLink.store_id == ChannelRegistration.store_id)
        .where(
            KitLink.code == code,
            KitLink.revoked_at.is_(None),
            ChannelRegistration.state.not_in(_LEADS_NOWHERE),
        )
    ).scalar()
    return f"https://pf.kakao.com/{public_id}/friend" if public_id else None


def count_scan(session: Session, code: str, day: date) -> None:
    """Count that a code was followed on a day in Korea; one statement."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    found = select(KitLink.id, literal(day, KitScan.day.type), literal(1)).where(
        KitLink.code == code
    )
    session.execute(
        insert(KitScan)
        .from_select(["link_id", "day", "count"], found)
        .on_conflict_do_update(index_elements=["link_id", "day"], set_={"count": KitScan.count + 1})
    )


def follow(database: Database, code: str, now: datetime) -> str | None:
    """Return where a code leads and count the visit; None for a code that leads nowhere.

    The way matters more than the number: when the database is busy the visit goes uncounted.
    Codes that people typed may be in capitals.
    """
    code = code.lower()
    with database.reading() as session:
        target = target_of(session, code)
    if target is None:
        return None
    try:
        with database.transaction(within=PATIENCE_S) as session:
            count_scan(session, code, now.astimezone(KST).date())
    except (BusyError, OperationalError) as error:
        LOG.warning("a scan was not counted: %s", type(error).__name__)
    return target


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
