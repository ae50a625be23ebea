"""What is complete leaves for the provider: one file, on record, each application once.

The file is not kept. Which applications were in a batch stands in their events, so a batch
can be taken out again; that is on record again.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.nlu.pii import mask
from bot.services import access_log
from bot.services.pay_rules.facts import gather
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import AT_REST
from bot.services.payments.handover.sheet import sheet
from bot.services.payments.moving import BEFORE, hand_off
from bot.services.payments.rows import lock_chats_of, locked
from bot.services.spreadsheets import SheetFormat
from models.events import StateEvent
from models.payment import PayApplication, PayHandover
from models.states import Cause


@dataclass(frozen=True, slots=True)
class Taken:
    """A file for the provider.

    Attributes:
        batch: public id of the batch.
        data: CSV, UTF-8 with a mark, or a workbook.
        sha256: 64 hex digits.
        numbers: the applications in it.
        file_format: which of them; gives the ending of the name and the media type.
    """

    batch: uuid.UUID
    data: bytes
    sha256: str
    numbers: tuple[str, ...]
    file_format: SheetFormat


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is on record."""

    id: uuid.UUID
    provider: str
    by: str
    reason: str
    at: datetime
    sha256: str
    count: int


def export(
    session: Session,
    provider_key: str,
    by: str,
    reason: str,
    now: datetime,
    file_format: SheetFormat = SheetFormat.CSV,
) -> Taken | None:
    """Hand over everything that is complete; None when nothing is.

    Commit before the file is shown to anybody: it counts as handed over from then on.

    Args:
        session: inside a write transaction.
        provider_key: whose applications.
        by: `staff:<login>` or `command`.
        reason: why, in words; kept.
        now: the moment.
        file_format: a workbook keeps leading zeros when it is opened in an office program.

    Raises:
        InvalidInputError: code `unknown_provider`.
        RuleBrokenError: code `reason_needed`.
    """
    _wanted(reason)
    batch = uuid.uuid4()
    cause = Cause(actor=by, key=_key(batch), now=now)
    ids = _waiting(session, provider(provider_key).key)
    rows = [row for row in _locked(session, ids) if _leaves(session, row, cause)]
    if not rows:
        return None
    taken = _taken(session, batch, rows, file_format)
    session.add(
        PayHandover(
            public_id=batch,
            provider=provider_key,
            by=by,
            reason=_kept(reason),
            at=now,
            sha256=taken.sha256,
            count=len(rows),
        )
    )
    _log(session, taken, by, reason, now)
    return taken


def export_again(
    session: Session,
    batch: uuid.UUID,
    by: str,
    reason: str,
    now: datetime,
    file_format: SheetFormat = SheetFormat.CSV,
) -> Taken:
    """Return the file of an older batch anew, as things stand now; nothing moves.

    An application that is over, whose person took the consent back, or whose account is not
    kept any more is not in it.

    Args:
        session: inside a write transaction.
        batch: public id of the batch.
        by: `staff:<login>` or `command`.
        reason: why, in words; kept.
        now: the moment.
        file_format: see `export`; it may be another one than before.

    Raises:
        InvalidInputError: there is no such batch (code `no_batch`), or nothing of it may be
            shown any more (code `batch_empty`).
        RuleBrokenError: code `reason_needed`.
    """
    _wanted(reason)
    known = session.scalars(select(PayHandover).where(PayHandover.public_id == batch))
    if known.one_or_none() is None:
        raise InvalidInputError(f"no batch {batch}", code="no_batch")
    rows = [row for row in _locked(session, _members(session, batch)) if _may_go(session, row)]
    if not rows:
        raise InvalidInputError(f"nothing of batch {batch} may be shown", code="batch_empty")
    taken = _taken(session, batch, rows, file_format)
    _log(session, taken, by, reason, now)
    return taken


def batches(session: Session, limit: int = 50) -> tuple[Batch, ...]:
    """Return the batches on record, the newest first."""
    rows = session.scalars(select(PayHandover).order_by(PayHandover.id.desc()).limit(limit))
    return tuple(
        Batch(row.public_id, row.provider, row.by, row.reason, row.at, row.sha256, row.count)
        for row in rows
    )


def _kept(reason: str) -> str:
    """Return a reason without numbers of people: it is read by others, and unsealed."""
    return mask(reason.strip())


def _wanted(reason: str) -> None:
    if not reason.strip():
        raise RuleBrokenError("an export needs a reason", code="reason_needed")


def _key(batch: uuid.UUID) -> str:
    return f"handover:{batch}"


def _waiting(session: Session, provider_key: str) -> list[int]:
    waiting = select(PayApplication.id).where(
        PayApplication.provider == provider_key, PayApplication.state.in_(BEFORE)
    )
    return list(session.scalars(waiting.order_by(PayApplication.id)))


def _members(session: Session, batch: uuid.UUID) -> list[int]:
    events = select(StateEvent.entity_id).where(
        StateEvent.entity == PayApplication.__tablename__,
        StateEvent.idempotency_key == _key(batch),
    )
    return sorted(session.scalars(events))


def _locked(session: Session, ids: Iterable[int]) -> Iterator[PayApplication]:
    """Yield applications, their chats locked first, as every turn does."""
    for application_id in ids:
        lock_chats_of(session, application_id)
        row = locked(session, application_id)
        if row is not None:
            yield row


def _leaves(session: Session, row: PayApplication, cause: Cause) -> bool:
    """Hand an application over, unless something is missing or somebody else just did."""
    if row.state not in BEFORE or row.account is None:
        return False
    try:
        return hand_off(session, row.id, cause)
    except RuleBrokenError:
        return False  # something is missing, or it may not come again yet


def _may_go(session: Session, row: PayApplication) -> bool:
    return (
        row.state not in AT_REST
        and row.account is not None
        and gather(session, row).consent is True
    )


def _taken(
    session: Session, batch: uuid.UUID, rows: list[PayApplication], file_format: SheetFormat
) -> Taken:
    data = sheet(session, rows, file_format)
    numbers = tuple(row.number for row in rows)
    return Taken(batch, data, hashlib.sha256(data).hexdigest(), numbers, file_format)


def _log(session: Session, taken: Taken, by: str, reason: str, now: datetime) -> None:
    access = access_log.Access(
        actor=by,
        action="export",
        subject=f"pay_handover:{taken.batch}",
        reason=_kept(reason),
        row_count=len(taken.numbers),
    )
    access_log.write(session, access, now)
