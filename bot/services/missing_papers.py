"""A paper that did not come after three reminders is asked for by a person.

Kept apart from the reminders themselves, because papers build on those and tickets on papers.
"""

from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.nlu.dates.almanac import workdays_on
from bot.services.documents import lock_conversation
from bot.services.handoff import open_task
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.documents import (
    LOOKED_BACK,
    MISSING,
    PAPERS,
    chat_of,
    is_met_otherwise,
    moment,
)
from bot.services.reminders.series import steps
from bot.services.requirements import DUE
from bot.services.transaction import Transaction
from models.events import StateEvent
from models.outbox import Reminder
from models.requirement import Requirement
from models.session import Database

REASON = "document_missing"
SUMMARY = "{paper} 사진이 평일 열흘 넘게 안 왔어요."
ACTOR = "system"


def hand_over_missing(database: Database, now: datetime) -> int:
    """Open tickets for papers that nobody sent; return how many, each once."""
    return one_by_one(database, _waiting(now), Requirement.id, _handed, now)


def _waiting(now: datetime) -> Select[int]:
    """Return papers that were asked for and are still due; whose turn it is, is looked at each."""
    asked = exists().where(
        Reminder.subject == Requirement.__tablename__,
        Reminder.subject_id == Requirement.id,
        Reminder.kind == MISSING.kind,
        Reminder.due_at <= now,
    )
    return select(Requirement.id).where(
        Requirement.level.in_(DUE),
        Requirement.key.in_(PAPERS),
        Requirement.due_since > now - LOOKED_BACK,
        asked,
    )


def _handed(session: Session, requirement_id: int, now: datetime) -> bool:
    row = session.get_one(Requirement, requirement_id)
    chat = chat_of(session, row)
    if chat is None or row.due_since is None or now < _turn_of_people(row.due_since):
        return False
    lock_conversation(session, chat)  # first, as every turn does
    session.refresh(row, with_for_update=True)
    if row.due_since is None or row.level not in DUE or is_met_otherwise(session, row):
        return False
    key = f"{REASON}:{moment(row.due_since)}"
    if not _note(session, row, key, now):
        return False
    summary = SUMMARY.format(paper=PAPERS[row.key])
    open_task(Transaction(session, now, chat, key, ACTOR), REASON, summary=summary)
    return True


def _turn_of_people(since: datetime) -> datetime:
    """Return when a person takes over: a working day after the last reminder."""
    last = max(when.due(since) for when in steps(MISSING))
    day = workdays_on(last.astimezone(KST).date(), 1)
    return datetime.combine(day, last.timetz())


def _note(session: Session, row: Requirement, key: str, now: datetime) -> bool:
    """Write down that it was handed over; False when that was done before."""
    of_row = (StateEvent.entity == Requirement.__tablename__, StateEvent.entity_id == row.id)
    known = select(StateEvent.id).where(*of_row, StateEvent.idempotency_key == key)
    if session.execute(known).first() is not None:
        return False
    session.add(
        StateEvent(
            entity=Requirement.__tablename__,
            entity_id=row.id,
            from_state=row.level,
            to_state=row.level,
            reason=REASON,
            actor=ACTOR,
            idempotency_key=key,
            at=now,
        )
    )
    session.flush()
    return True
