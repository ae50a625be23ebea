"""The way of a scanned code to its channel: one read and one small write.

Everybody who points a phone at a poster comes through here, so the statements are prepared
once (see `models.hot`). Of the visit only the day is kept: no address, no kind of phone.
"""

import logging
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import psycopg
from sqlalchemy import ColumnElement, bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from bot.clock import KST
from bot.services.kits.links import CODE
from models.errors import BusyError
from models.hot import Wire
from models.kit import KitLink, KitScan
from models.merchant import ChannelRegistration
from models.session import Database
from models.states import ChannelState

LOG = logging.getLogger(__name__)

ADDRESS = "https://pf.kakao.com/{public_id}/friend"
PATIENCE_S = 1.4
"""How long counting may wait for other writers. The way matters more than the number."""
_LEADS_NOWHERE = frozenset({ChannelState.BLOCKED.value, ChannelState.ERASED.value})
_NOT_COUNTED = (BusyError, OperationalError, sqlite3.OperationalError, psycopg.OperationalError)
_TABLES = KitLink.metadata.tables
_L = _TABLES[KitLink.__tablename__]
_S = _TABLES[KitScan.__tablename__]
_R = _TABLES[ChannelRegistration.__tablename__]


@dataclass(frozen=True, slots=True)
class Signpost:
    """A code that was given out.

    Attributes:
        link_id: what is counted.
        address: where it leads; None when it was ended or its channel is gone.
    """

    link_id: int
    address: str | None


class Signposts:
    """Reads codes and counts who follows them.

    Args:
        database: where the codes are.
        patience_s: how long counting may wait for other writers.
    """

    def __init__(self, database: Database, patience_s: float = PATIENCE_S) -> None:
        wire = Wire(database)
        self._patience_s = patience_s
        self._database = database
        self._is_sqlite = database.is_sqlite
        self._read = wire.prepare(
            select(_L.c.id, _L.c.revoked_at, _R.c.channel_public_id, _R.c.state)
            .select_from(_L.outerjoin(_R, _R.c.store_id == _L.c.store_id))
            .where(_L.c.code == bindparam("code"))
        )
        insert = sqlite.insert if database.is_sqlite else postgresql.insert
        one: ColumnElement[int] = literal_column("1")
        self._count = wire.prepare(
            insert(_S)
            .values(link_id=bindparam("link_id"), day=bindparam("day"), count=one)
            .on_conflict_do_update(
                index_elements=["link_id", "day"], set_={"count": _S.c.count + one}
            )
        )

    def find(self, code: str) -> Signpost | None:
        """Return what a code is; None for one that was never given out."""
        plain = code.lower()
        if not CODE.fullmatch(plain):
            return None
        with self._database.plain_reading() as cursor:
            cursor.execute(self._read, {"code": plain})
            row = cursor.fetchone()
        if row is None:
            return None
        link_id, revoked_at, public_id, state = row
        leads = revoked_at is None and public_id and state not in _LEADS_NOWHERE
        return Signpost(
            link_id, ADDRESS.format(public_id=quote(public_id, safe="")) if leads else None
        )

    def count(self, link_id: int, now: datetime) -> None:
        """Count one visit on its day in Korea; a busy database costs the number, nothing else."""
        day = now.astimezone(KST).date()
        values = {"link_id": link_id, "day": day.isoformat() if self._is_sqlite else day}
        try:
            with self._database.plain_transaction(within=self._patience_s) as cursor:
                cursor.execute(self._count, values)
        except _NOT_COUNTED as error:
            LOG.warning("a scan was not counted: %s", type(error).__name__)
