"""What is still needed from whom; the same list for the chat and for the operators.

A requirement belongs to a subject and a capability. An error code always leads to exactly
one fix action, by the one table here. Requirements with the same group stand in for each
other: when one is met the others no longer press.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from bot.outbox.plan import call_off
from models.requirement import Requirement
from models.states import Level

FIXES: Mapping[str, str] = MappingProxyType(
    {
        # business number
        "brn_checksum": "correct_brn",
        "brn_length": "correct_brn",
        "brn_invalid": "correct_brn",
        "brn_closed": "send_new_brc",
        "brn_suspended": "explain_suspension",
        "brn_not_found_new": "wait_for_register",
        "rep_mismatch": "correct_owner_name",
        # channel
        "name_mismatch": "correct_store_name",
        "search_id_taken": "choose_search_id",
        "search_id_invalid": "choose_search_id",
        "customer_center_missing": "fill_customer_center",
        "channel_private": "open_channel",
        "not_master": "ask_master",
        "phone_owner_mismatch": "use_own_phone",
        "policy": "talk_to_staff",
        "business_closed": "send_new_brc",
        "market_unknown": "wait_for_staff",
        "duplicate_store": "wait_for_staff",
        "owner_confirmation_missing": "wait_for_staff",
        "changed_after_submit": "wait_for_staff",
        # documents
        "doc_unreadable": "send_again",
        "doc_cropped": "send_again",
        "doc_old": "send_new_brc",
        "doc_wrong_kind": "send_again",
        "permit_missing": "send_permit",
        # payment
        "holder_mismatch": "choose_account",
        "account_not_found": "correct_account",
        "account_length": "correct_account",
        "bank_unsupported": "choose_account",
        "trade_restricted": "talk_to_staff",
        "owner_phone_mismatch": "use_own_phone",
        "consent_missing": "give_consent",
        "provider_timeout": "wait_for_provider",
        "provider_unknown": "wait_for_staff",
    }
)
"""Error code -> the one thing that has to be done about it."""

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
        error_code: a key of `FIXES`.
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
    """One requirement as it is."""

    key: str
    level: Level
    error_code: str | None
    fix_action: str | None
    deadline: datetime | None
    group: str
    updated_at: datetime


def put(session: Session, subject: Subject, needs: Iterable[Need], now: datetime) -> None:
    """Create or change requirements; those not named stay as they are.

    A deadline that runs already is not prolonged by saying the same thing again.

    Raises:
        KeyError: an error code without a fix.
    """
    known = {row.key: row for row in _rows(session, subject)}
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
    wanted = list(subjects)
    result: dict[Subject, tuple[RequirementLine, ...]] = dict.fromkeys(wanted, ())
    if not wanted:
        return result
    key = tuple_(Requirement.subject, Requirement.subject_id, Requirement.capability)
    places = [(subject.table, subject.id, subject.capability) for subject in wanted]
    rows = session.scalars(select(Requirement).where(key.in_(places)).order_by(Requirement.id))
    grouped: dict[Subject, list[Requirement]] = {}
    for row in rows:
        place = Subject(row.subject, row.subject_id, row.capability)
        grouped.setdefault(place, []).append(row)
    for place, found in grouped.items():
        result[place] = tuple(sorted(map(_item, found), key=_pressing))
    return result


def open_items(found: Iterable[RequirementLine]) -> tuple[RequirementLine, ...]:
    """Return what is not done with, leaving out what a met alternative stands in for."""
    every = tuple(found)
    done = {item.group for item in every if item.group and item.level is Level.MET}
    return tuple(item for item in every if item.level in OPEN and item.group not in done)


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


def _item(row: Requirement) -> RequirementLine:
    return RequirementLine(
        key=row.key,
        level=row.level,
        error_code=row.error_code,
        fix_action=row.fix_action,
        deadline=row.deadline,
        group=row.alternatives,
        updated_at=row.updated_at,
    )


def _pressing(item: RequirementLine) -> int:
    return OPEN.index(item.level) if item.level in OPEN else len(OPEN)
