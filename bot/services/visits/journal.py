"""Changing one visit, and writing down what happened to it.

A visit changes only here: the row has to be as it was read (id, state, revision), the move has
to be a legal one, an event is appended, and what has to be told of it is planned.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.services.reminders.on_visit import Before, visit_changed
from bot.services.transaction import Transaction
from bot.services.visits.reasons import VisitRuleError
from models.moves import is_legal
from models.session import touched
from models.states import VisitState
from models.visit import Visit, VisitEvent

SYSTEM = "system"


class OutdatedError(ConflictError):
    """What was read is not so any more."""

    code = "outdated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to a visit.

    Attributes:
        kind: `confirmed`, `rescheduled`, `adjusted`, …
        key: idempotency key, unique for the visit.
        to: the new state; None when it stays.
        reason: a code.
        values: columns that change.
        payload: what messages need to know; no personal value.
        actor: who does it; None for whoever the transaction is of.
    """

    kind: str
    key: str
    to: VisitState | None = None
    reason: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    actor: str | None = None


def read_visit(session: Session, visit_id: int) -> Visit:
    """Return a visit as the database has it now.

    Raises:
        VisitRuleError: there is none (code `no_visit`).
    """
    found = session.get(Visit, visit_id, populate_existing=True)
    if found is None:
        raise VisitRuleError(f"there is no visit {visit_id}", code="no_visit")
    return found


def happened(session: Session, visit_id: int, key: str) -> bool:
    """Tell whether a step with this key was taken before."""
    known = select(VisitEvent.id).where(
        VisitEvent.visit_id == visit_id, VisitEvent.idempotency_key == key
    )
    return session.execute(known).first() is not None


def take_step(tx: Transaction, visit: Visit, step: Step) -> None:
    """Change a visit that is as it was read.

    Raises:
        VisitRuleError: the move is not a legal one (code `wrong_state`).
        OutdatedError: somebody changed it meanwhile.
    """
    to = step.to or visit.state
    if step.to is not None and not is_legal("visit", visit.state, step.to):
        raise VisitRuleError(f"visit {visit.id}: {visit.state} -> {step.to}", code="wrong_state")
    revision, before = visit.revision + 1, Before.of(visit)
    values = {"state": to, "revision": revision, "updated_at": tx.now, **step.values}
    statement = (
        update(Visit)
        .where(Visit.id == visit.id, Visit.state == visit.state, Visit.revision == visit.revision)
        .values(values)
    )
    if touched(tx.session, statement) != 1:
        raise OutdatedError(f"visit {visit.id}")
    add_event(tx, visit.id, step, (visit.state, to), revision)
    tx.session.expire(visit)
    visit_changed(tx, visit, before)


def add_event(
    tx: Transaction,
    visit_id: int,
    step: Step,
    states: tuple[VisitState | None, VisitState],
    revision: int,
) -> None:
    """Append what happened to a visit."""
    tx.session.execute(
        insert(VisitEvent).values(
            visit_id=visit_id,
            at=tx.now,
            actor=step.actor or tx.actor,
            kind=step.kind,
            from_state=states[0].value if states[0] else None,
            to_state=states[1].value,
            revision=revision,
            reason=step.reason,
            payload=step.payload,
            idempotency_key=step.key,
        )
    )


def moment(at: datetime) -> str:
    """Return a moment as payloads hold it."""
    return at.isoformat(timespec="minutes")
