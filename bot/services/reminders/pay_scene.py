"""An application for easy payment as the notices find it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.services.pay_rules.waiting import AT_REST, WaitsFor, subject, waits_for
from bot.services.requirements import DUE, RequirementLine, items_of, next_due
from models.events import StateEvent
from models.outbox import Reminder
from models.payment import PayApplication
from models.requirement import Document
from models.states import DocumentState, PayState, ReminderState

SUBJECT = PayApplication.__tablename__
AHEAD = (ReminderState.SCHEDULED, ReminderState.CLAIMED, ReminderState.SENDING)


def application_of(session: Session, application_id: int) -> PayApplication | None:
    """Return an application as it stands; None for one that was erased."""
    row = session.get(PayApplication, application_id, populate_existing=True)
    return None if row is None or row.state is PayState.ERASED else row


def lines_of(session: Session, row: PayApplication) -> tuple[RequirementLine, ...]:
    """Return everything that an application needs or has needed."""
    return items_of(session, subject(row.id))


def waits_of(session: Session, row: PayApplication) -> WaitsFor:
    """Return who has to do something now."""
    return waits_for(row.state, lines_of(session, row))


def next_thing(session: Session, row: PayApplication) -> RequirementLine | None:
    """Return the one thing that the merchant has to do next; None for nothing."""
    if row.state in AT_REST:
        return None
    return next_due(lines_of(session, row))


def due_lines(session: Session, row: PayApplication) -> list[RequirementLine]:
    """Return everything that the merchant has to do."""
    return [line for line in lines_of(session, row) if line.level in DUE]


def faults(lines: Iterable[RequirementLine]) -> frozenset[str]:
    """Return what tells what is due, and why, from other things that are."""
    return frozenset(f"{line.key}={line.error_code or ''}" for line in lines)


def last_paper_at(session: Session, row: PayApplication) -> datetime | None:
    """Return when the merchant sent a paper last."""
    return session.scalar(
        select(func.max(Document.created_at)).where(
            Document.merchant_id == row.merchant_id, Document.state != DocumentState.PURGED
        )
    )


def last_move(session: Session, application_id: int) -> str | None:
    """Return the key of the newest change of state."""
    return session.scalars(
        select(StateEvent.idempotency_key)
        .where(StateEvent.entity == SUBJECT, StateEvent.entity_id == application_id)
        .order_by(StateEvent.id.desc())
        .limit(1)
    ).one_or_none()


def newest(session: Session, application_id: int, kind: str) -> Reminder | None:
    """Return the message of a kind that was planned last."""
    return session.scalars(_newest_of(application_id, kind)).one_or_none()


def newest_since(session: Session, application_id: int, kind: str) -> str:
    """Return from when the newest message of a kind counts, "" without one."""
    row = newest(session, application_id, kind)
    return str(row.params["since"]) if row else ""


def planned(session: Session, application_id: int, kind: str) -> Reminder | None:
    """Return the message of a kind that is still to go out."""
    ahead = _newest_of(application_id, kind).where(Reminder.state.in_(AHEAD))
    return session.scalars(ahead).one_or_none()


def all_planned(
    session: Session, application_ids: Collection[int], kind: str
) -> dict[int, Reminder]:
    """Return the message of a kind that is still to go out, by application."""
    ahead = select(Reminder).where(
        Reminder.subject == SUBJECT,
        Reminder.subject_id.in_(application_ids),
        Reminder.kind == kind,
        Reminder.state.in_(AHEAD),
    )
    return {row.subject_id: row for row in session.scalars(ahead.order_by(Reminder.id))}


def _newest_of(application_id: int, kind: str) -> Select[Reminder]:
    return (
        select(Reminder)
        .where(
            Reminder.subject == SUBJECT,
            Reminder.subject_id == application_id,
            Reminder.kind == kind,
        )
        .order_by(Reminder.id.desc())
        .limit(1)
    )
