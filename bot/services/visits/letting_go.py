"""Giving a time back: not taken, cancelled, kept too long."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from bot.errors import ConflictError
from bot.services.transaction import Transaction
from bot.services.visits.board import Office
from bot.services.visits.booking import refuse_late
from bot.services.visits.days import DayKey
from bot.services.visits.journal import Step, happened, read_visit, take_step
from bot.services.visits.ledger import Change, Pages, settle
from bot.services.visits.ownership import by_system, is_person, own, step_key
from bot.services.visits.reasons import Reason
from bot.services.visits.requests import close_request
from models.session import Database
from models.states import RequestState, VisitState
from models.visit import Visit

BATCH = 200


def release(tx: Transaction, visit_id: int) -> None:
    """Give back a time that was kept; a visit that is none any more is left alone."""
    visit = read_visit(tx.session, visit_id)
    own(tx, visit)
    if visit.state is VisitState.HELD:
        key = step_key(tx, "release")
        drop(tx, visit_id, Step(kind="released", key=key, to=VisitState.RELEASED))
        close_request(tx, visit.request_id, RequestState.WITHDRAWN, "withdrawn")


def cancel(tx: Transaction, visit_id: int, reason: str = "asked") -> None:
    """Cancel a visit, or give back a time that was kept.

    Raises:
        VisitRuleError: too late for the chat (code `too_late`), or the visit is over (code
            `wrong_state`).
    """
    visit = read_visit(tx.session, visit_id)
    own(tx, visit)
    key = step_key(tx, "cancel")
    if happened(tx.session, visit_id, key):
        return
    if visit.state is VisitState.HELD:
        release(tx, visit_id)
        return
    refuse_late(tx, visit)
    to = VisitState.CANCELLED_BY_MERCHANT if is_person(tx) else VisitState.CANCELLED_BY_STAFF
    values = {"cancel_reason": reason}
    drop(tx, visit_id, Step(kind="cancelled", key=key, to=to, reason=reason, values=values))
    close_request(tx, visit.request_id, RequestState.WITHDRAWN, "withdrawn")


def drop(tx: Transaction, visit_id: int, step: Step) -> None:
    """Take a visit off its day with a step that ends it."""

    def keys() -> Iterable[DayKey]:
        visit = read_visit(tx.session, visit_id)
        return [DayKey(visit.supporter_id, visit.day)]

    def decide(_office: Office, pages: Pages) -> Change[None]:
        visit = read_visit(tx.session, visit_id)
        days = {
            key: page.timeline
            if isinstance(page.timeline, Reason)
            else page.timeline.without((visit_id,))
            for key, page in pages.items()
        }
        return Change(days, lambda: take_step(tx, visit, step), frozenset((visit_id,)))

    settle(tx, keys, decide)


def expire_holds(database: Database, now: datetime) -> int:
    """Give back every time that was kept too long; return how many."""
    lapsed = (Visit.state == VisitState.HELD, Visit.hold_expires_at <= now)
    with database.reading() as session:
        found = session.execute(
            select(Visit.id, Visit.supporter_id, Visit.day).where(*lapsed).limit(BATCH)
        ).all()
    return sum(_expire(database, row.id, DayKey(row.supporter_id, row.day), now) for row in found)


def _expire(database: Database, visit_id: int, key: DayKey, now: datetime) -> int:
    with database.transaction() as session:
        tx = by_system(session, now, f"expire:{visit_id}")
        try:
            settle(tx, lambda: [key], lambda _office, _pages: Change({}, lambda: None))
        except ConflictError:
            return 0  # others are booking on that day and sweep it themselves
        return int(read_visit(session, visit_id).state is VisitState.EXPIRED)
