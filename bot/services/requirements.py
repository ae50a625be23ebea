"""What is still needed from whom; the same list for the chat and for the operators.

A requirement belongs to a subject and a capability. An error code always leads to exactly
one fix action, by the one table in `bot.services.fixes`. Requirements with the same group
stand in for each other: when one is met the others no longer press.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.outbox.plan import call_off
from bot.services.fixes import ASKED_FIRST, FIXES, WAITS
from models.requirement import Requirement
from models.states import Level

OPEN = (Level.PAST_DUE, Level.CURRENTLY_DUE, Level.PENDING_VERIFICATION, Level.EVENTUALLY_DUE)
"""Levels that are not done with, the most pressing first."""
DUE = (Level.PAST_DUE, Level.CURRENTLY_DUE)
"""Levels for which the merchant has to act now."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose requirements, and what for.

    Attributes:
        table: `merchant`, `channel_registration`, `pay_application`.
        capability: `channel`, `pay`, `cost`.
    """

    table: str
    id: int
    capability: str


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement as it should be.

    Attributes:
        key: a slot key or a document kind.
        error_code: a key of `bot.services.fixes.FIXES`.
        within: time until it is past due; None for no deadline.
        group: requirements of the same non-empty group stand in for each other.
        evidence_id: the document that shows it.
    """

    key: str
    level: Level
    error_code: str | None = None
    within: timedelta | None = None
    group: str = ""
    evidence_id: int | None = None


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One requirement as it is.

    Attributes:
        due_since: since when the merchant is asked for it without a break; None when not.
    """

    key: str
    level: Level
    error_code: str | None
    fix_action: str | None
    deadline: datetime | None
    group: str
    updated_at: datetime
    due_since: datetime | None = None


_LINES = (
    select(
        Requirement.subject_id,
        Requirement.key,
        Requirement.level,
        Requirement.error_code,
        Requirement.fix_action,
        Requirement.deadline,
        Requirement.alternatives,
        Requirement.updated_at,
        Requirement.due_since,
    )
    .where(
        Requirement.subject == bindparam("subject"),
        Requirement.capability == bindparam("capability"),
        Requirement.subject_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(Requirement.id)
)
"""An id, and the parts of a `RequirementLine` in their order. Made once: turns read it."""


def put(session: Session, subject: Subject, needs: Iterable[Need], now: datetime) -> None:
    """Create or change requirements; those not named stay as they are.

    A deadline that runs already is not prolonged by saying the same thing again.

    Raises:
        KeyError: an error code without a fix.
    """
    _put(session, subject, _rows(session, subject), needs, now)


def derive(
    session: Session,
    subject: Subject,
    needs: Iterable[Need],
    now: datetime,
    *,
    over: Iterable[str],
) -> tuple[RequirementLine, ...]:
    """Bring the requirements of a subject in line with what follows from its rows.

    Args:
        session: inside a write transaction.
        subject: whose.
        needs: what follows now.
        now: aware.
        over: keys that follow from the rows alone: those of them that are not among the
            needs any more are waived.
    """
    rows = _rows(session, subject)
    wanted = {need.key: need for need in needs}
    gone = set(over) - set(wanted)
    waived = [
        Need(row.key, Level.WAIVED)
        for row in rows
        if row.key in gone and row.level is not Level.WAIVED
    ]
    _put(session, subject, rows, (*wanted.values(), *waived), now)
    return items_of(session, subject)


def settle(session: Session, subject: Subject, key: str, now: datetime) -> bool:
    """Mark a requirement as met; False when there is no such one."""
    found = [row for row in _rows(session, subject) if row.key == key]
    for row in found:
        met = Need(key, Level.MET, group=row.alternatives, evidence_id=row.evidence_id)
        _change(session, row, met, now)
    session.flush()
    return bool(found)


def items(
    session: Session, subjects: Iterable[Subject]
) -> dict[Subject, tuple[RequirementLine, ...]]:
    """Return the requirements of each subject, the most pressing first."""
    result: dict[Subject, list[RequirementLine]] = {subject: [] for subject in subjects}
    ids: dict[tuple[str, str], list[int]] = {}
    for subject in result:
        ids.setdefault((subject.table, subject.capability), []).append(subject.id)
    for (table, capability), of in ids.items():
        place = {"subject": table, "capability": capability, "ids": of}
        for row in session.execute(_LINES, place):
            result[Subject(table, row[0], capability)].append(RequirementLine(*row[1:]))
    return {subject: tuple(sorted(lines, key=_pressing)) for subject, lines in result.items()}


def items_of(session: Session, subject: Subject) -> tuple[RequirementLine, ...]:
    """Return the requirements of one subject, the most pressing first."""
    return items(session, [subject])[subject]


def open_items(found: Iterable[RequirementLine]) -> tuple[RequirementLine, ...]:
    """Return what is not done with, leaving out what a met alternative stands in for."""
    every = tuple(found)
    done = {item.group for item in every if item.group and item.level is Level.MET}
    return tuple(item for item in every if item.level in OPEN and item.group not in done)


def next_due(found: Iterable[RequirementLine]) -> RequirementLine | None:
    """Return the one thing that the merchant has to do next, None when there is nothing.

    The chat asks for it and the operators' list shows it, for every capability alike.
    """
    due = [item for item in open_items(found) if item.level in DUE]
    return min(due, key=_pressing, default=None)


def level_of(code: str) -> Level:
    """Return how pressing an error is: what the merchant cannot do anything about waits.

    Raises:
        KeyError: an error code without a fix.
    """
    return Level.PENDING_VERIFICATION if FIXES[code] in WAITS else Level.CURRENTLY_DUE


def disabled_reason(found: Iterable[RequirementLine]) -> str | None:
    """Return why the capability cannot go on: its most pressing level, or None."""
    levels = [item.level for item in open_items(found)]
    blocking = (*DUE, Level.PENDING_VERIFICATION)
    return next((level.value for level in blocking if level in levels), None)


def mark_past_due(session: Session, now: datetime) -> int:
    """Turn `currently_due` with a passed deadline into `past_due`; return how many."""
    statement = (
        update(Requirement)
        .where(Requirement.level == Level.CURRENTLY_DUE, Requirement.deadline < now)
        .values(level=Level.PAST_DUE, updated_at=now)
        .returning(Requirement.id)
    )
    return len(session.execute(statement).all())


def _rows(session: Session, subject: Subject) -> list[Requirement]:
    statement = select(Requirement).where(
        Requirement.subject == subject.table,
        Requirement.subject_id == subject.id,
        Requirement.capability == subject.capability,
    )
    return list(session.scalars(statement))


def _put(
    session: Session,
    subject: Subject,
    rows: Iterable[Requirement],
    needs: Iterable[Need],
    now: datetime,
) -> None:
    """Write what should be into what was read; see `put`."""
    known = {row.key: row for row in rows}
    for need in needs:
        row = known.get(need.key)
        if row is None:
            row = Requirement(
                subject=subject.table,
                subject_id=subject.id,
                capability=subject.capability,
                key=need.key,
                created_at=now,
            )
            session.add(row)
        _change(session, row, need, now)
    session.flush()


def _change(session: Session, row: Requirement, need: Need, now: datetime) -> None:
    """Write a requirement as it should be; what is done needs no reminder any more."""
    was_due = row.due_since is not None
    _fill(row, need, now)
    if was_due and row.due_since is None:
        call_off(session, Requirement.__tablename__, row.id, "already_done", now)


def _fill(row: Requirement, need: Need, now: datetime) -> None:
    if need.level not in DUE:
        row.due_since = None
    elif row.level not in DUE or row.due_since is None:
        row.due_since = now
    same = row.level == need.level and row.error_code == need.error_code
    if not (same and row.deadline):
        row.deadline = now + need.within if need.within else None
    row.level = need.level
    row.error_code = need.error_code
    row.fix_action = FIXES[need.error_code] if need.error_code else None
    row.alternatives = need.group
    row.evidence_id = need.evidence_id
    row.updated_at = now


def _pressing(item: RequirementLine) -> tuple[int, int]:
    level = OPEN.index(item.level) if item.level in OPEN else len(OPEN)
    place = ASKED_FIRST.index(item.key) if item.key in ASKED_FIRST else len(ASKED_FIRST)
    return level, place
