"""Seal every column anew with the newest key; may be stopped and started again at any time.

Files have it from `bot.services.sealed_files`.
"""

from collections.abc import Iterator

from sqlalchemy import LargeBinary, Table, column, select, table, update
from sqlalchemy.sql.expression import TableClause

from models.crypto import EncryptedBytes, EncryptedJson, EncryptedText, KeyRing, ring
from models.session import Database
from models.tables import METADATA

SEALED_TYPES = (EncryptedText, EncryptedBytes, EncryptedJson)
BATCH = 200
"""Rows in one write transaction: short enough for a chat to wait for."""


def sealed_columns() -> Iterator[tuple[Table, str]]:
    """Return every sealed column as (table, name of the column)."""
    for found in METADATA.sorted_tables:
        for item in found.columns:
            if isinstance(item.type, SEALED_TYPES):
                yield found, item.name


def reseal(database: Database, batch: int = BATCH) -> int:
    """Seal every value that an older key sealed with the newest one; return how many.

    Raises:
        models.errors.KeyRingError: a value was sealed with a key that is no longer given.
    """
    return sum(_column(database, found, name, batch) for found, name in sealed_columns())


def _column(database: Database, found: Table, name: str, batch: int) -> int:
    raw = table(found.name, column("id"), column(name, LargeBinary))
    context = f"{found.name}.{name}"
    last, changed = 0, 0
    while True:
        with database.reading() as session:
            rows = session.execute(
                select(raw.c.id, raw.c[name])
                .where(raw.c.id > last, raw.c[name].is_not(None))
                .order_by(raw.c.id)
                .limit(batch)
            ).all()
        if not rows:
            return changed
        last = rows[-1][0]
        old = [(row_id, bytes(value)) for row_id, value in rows if _is_old(bytes(value))]
        changed += _write(database, raw, context, old)


def _is_old(value: bytes) -> bool:
    return KeyRing.key_id(value) != ring().ids[0]


def _write(database: Database, raw: TableClause, context: str, old: list[tuple[int, bytes]]) -> int:
    """Replace values that are still what was read; one that changed meanwhile is new anyway."""
    if not old:
        return 0
    name = context.partition(".")[2]
    with database.transaction() as session:
        for row_id, value in old:
            sealed = ring().seal(ring().open(value, context), context)
            same = (raw.c.id == row_id) & (raw.c[name] == value)
            session.execute(update(raw).where(same).values({name: sealed}))
    return len(old)
