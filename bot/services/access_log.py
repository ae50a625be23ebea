"""Who saw, exported or changed personal data: written once, in a chain.

Each row holds the digest of the row before, so a row that was changed or taken out shows.
The database itself refuses UPDATE and DELETE (migration 0004). Kept two years (safety
standard for personal data, access records: one year, two for large holders).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from models.events import AccessLog

FIRST = "0" * 64
"""What the first row names as the one before."""
_LOCK = 5_005_006
"""PostgreSQL advisory lock that lets one writer at a time add to the chain."""
_NEEDS_REASON = frozenset({"export", "download"})
"""Actions that the safety standard wants a reason for."""


@dataclass(frozen=True, slots=True)
class Access:
    """One look at, or change of, personal data.

    Attributes:
        actor: `merchant`, `agent`, `system` or `staff:<login>`.
        action: `view`, `export`, `download`, `correct`, `erase`, `login`, …
        subject: `table:id` of whose data; `*` for many.
        reason: in words for an export, a code otherwise; never a personal value.
        row_count: how many persons an export holds.
        source_address: IP address; None inside the chat.
    """

    actor: str
    action: str
    subject: str
    reason: str = ""
    row_count: int = 1
    source_address: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the record is whole.

    Attributes:
        rows: how many rows fit together from the oldest on.
        broken_at: id of the first row that does not; None when all do.
    """

    rows: int
    broken_at: int | None


def write(session: Session, access: Access, now: datetime) -> None:
    """Append one record.

    Raises:
        RuleBrokenError: an export or download without a reason (code `reason_needed`).
    """
    if access.action in _NEEDS_REASON and not access.reason.strip():
        raise RuleBrokenError(f"{access.action} needs a reason", code="reason_needed")
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    newest = select(AccessLog.hash).order_by(AccessLog.id.desc()).limit(1)
    before = session.execute(newest).scalar_one_or_none() or FIRST
    row = AccessLog(
        at=now,
        actor=access.actor,
        action=access.action,
        subject=access.subject,
        reason=access.reason,
        row_count=access.row_count,
        source_address=access.source_address,
        prev_hash=before,
    )
    row.hash = _digest(row)
    session.add(row)
    session.flush()


def verify(session: Session) -> Chain:
    """Walk the chain from the oldest row that is kept."""
    before: str | None = None
    count = 0
    for row in session.scalars(select(AccessLog).order_by(AccessLog.id)).yield_per(1000):
        fits = before is None or row.prev_hash == before
        if not fits or row.hash != _digest(row):
            return Chain(count, row.id)
        before = row.hash
        count += 1
    return Chain(count, None)


def _digest(row: AccessLog) -> str:
    parts = [
        row.prev_hash,
        row.at.astimezone(UTC).isoformat(),
        row.actor,
        row.action,
        row.subject,
        row.reason,
        row.row_count,
        row.source_address,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
