"""The day in the market: setting off, arriving, reporting, somebody missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.errors import ConflictError
from bot.services.transaction import Transaction
from bot.services.visits.journal import Step, happened, read_visit, take_step
from bot.services.visits.letting_go import drop
from bot.services.visits.ownership import by_system, own, step_key
from bot.services.visits.reasons import VisitRuleError
from bot.services.visits.requests import close_request
from bot.services.visits.travel import Place, distance_km
from bot.services.visits.waiting import wait_again
from models.fieldwork import Checkin, CheckinKind, CheckinMethod, VisitOutcome, VisitReport
from models.session import Database
from models.states import RequestState, VisitState
from models.visit import Visit

ARRIVE_BEFORE = timedelta(minutes=60)
NEAR_M = 500
MISSING_AFTER = timedelta(minutes=15)
"""From the promised start; nobody is called missing before."""
AGREED_AFTER = timedelta(hours=48)
"""A report that nobody objects to counts as agreed."""
BEST_RATING = 5
BATCH = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """How it is known that a supporter is there.

    Attributes:
        latitude, longitude: where the telephone says it is; looked at and not kept.
        accuracy_m: as the telephone says.
        reason: why it is done by hand; needed for `manual`.
    """

    method: CheckinMethod
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a visit; `notes` are the supporter's words, kept sealed."""

    outcome: VisitOutcome
    tasks_done: tuple[str, ...] = ()
    notes: str | None = None
    photo_refs: tuple[str, ...] = ()


def depart(tx: Transaction, visit_id: int) -> None:
    """Set off for a visit."""
    _step(tx, visit_id, "en_route", VisitState.EN_ROUTE)


def check_in(tx: Transaction, visit_id: int, arrival: Arrival) -> None:
    """Arrive.

    Raises:
        VisitRuleError: more than an hour early (code `too_early`), more than 500 m away (code
            `too_far`), by hand without a reason (code `no_reason`).
    """
    visit = read_visit(tx.session, visit_id)
    key = step_key(tx, "arrived")
    if happened(tx.session, visit_id, key):
        return
    if tx.now < visit.starts_at - ARRIVE_BEFORE:
        raise VisitRuleError(f"visit {visit_id} is later", code="too_early")
    distance = _distance_m(visit, arrival)
    if arrival.method is CheckinMethod.MANUAL:
        if not arrival.reason:
            raise VisitRuleError("by hand, but why?", code="no_reason")
    elif distance is not None and distance > NEAR_M:
        raise VisitRuleError(f"{distance} m away", code="too_far")
    elif distance is None and arrival.method is CheckinMethod.GPS:
        raise VisitRuleError("no position", code="too_far")
    take_step(tx, visit, Step(kind="arrived", key=key, to=VisitState.IN_PROGRESS))
    tx.session.add(
        Checkin(
            visit_id=visit_id,
            kind=CheckinKind.ARRIVE,
            at=tx.now,
            method=arrival.method,
            distance_m=distance,
            accuracy_m=arrival.accuracy_m,
            reason=arrival.reason,
        )
    )


def report(tx: Transaction, visit_id: int, done: Report) -> None:
    """Report on a visit that is under way; with it the supporter leaves."""
    key = step_key(tx, "reported")
    if happened(tx.session, visit_id, key):
        return
    _step(tx, visit_id, "reported", VisitState.REPORTED, reason=done.outcome.value)
    tx.session.add_all(
        (
            VisitReport(
                visit_id=visit_id,
                outcome=done.outcome,
                tasks_done=list(done.tasks_done),
                notes=done.notes,
                photo_refs=list(done.photo_refs),
                created_at=tx.now,
                updated_at=tx.now,
            ),
            Checkin(
                visit_id=visit_id,
                kind=CheckinKind.LEAVE,
                at=tx.now,
                method=CheckinMethod.MANUAL,
                reason="report",
            ),
        )
    )


def merchant_missing(tx: Transaction, visit_id: int, reason: str | None = None) -> None:
    """Note that nobody was at the stall; one more visit may be booked in the chat.

    Raises:
        VisitRuleError: earlier than 15 minutes after the promised start (code `too_early`).
    """
    visit = _missing(tx, visit_id, "merchant_missing", VisitState.MERCHANT_NO_SHOW, reason)
    if visit is not None:
        close_request(tx, visit.request_id, RequestState.OPEN, "missed")


def supporter_missing(tx: Transaction, visit_id: int, reason: str | None = None) -> None:
    """Note that the supporter did not come; the merchant goes to the head of the waiting list.

    Raises:
        VisitRuleError: earlier than 15 minutes after the promised start (code `too_early`).
    """
    visit = _missing(tx, visit_id, "supporter_missing", VisitState.SUPPORTER_NO_SHOW, reason)
    if visit is not None:
        wait_again(tx, visit)


def agree(tx: Transaction, visit_id: int) -> None:
    """Take the merchant's yes to a report."""
    visit = read_visit(tx.session, visit_id)
    own(tx, visit)
    if visit.state is not VisitState.COMPLETED:
        _step(tx, visit_id, "completed", VisitState.COMPLETED)
        _report_of(tx, visit_id).merchant_confirmed_at = tx.now
        close_request(tx, visit.request_id, RequestState.DONE, "done")


def object_to(tx: Transaction, visit_id: int, reason: str) -> None:
    """Take the merchant's no to a report; a person looks at it."""
    own(tx, read_visit(tx.session, visit_id))
    _step(tx, visit_id, "disputed", VisitState.DISPUTED, reason=reason)


def rate(tx: Transaction, visit_id: int, rating: int) -> None:
    """Take the merchant's opinion, 1 to 5; the last one counts.

    Raises:
        VisitRuleError: another number, or nothing was reported yet (code `rating`).
    """
    visit = read_visit(tx.session, visit_id)
    own(tx, visit)
    if not 1 <= rating <= BEST_RATING or visit.state not in (
        VisitState.REPORTED,
        VisitState.COMPLETED,
        VisitState.DISPUTED,
    ):
        raise VisitRuleError(f"rating {rating} of visit {visit_id}", code="rating")
    found = _report_of(tx, visit_id)
    found.rating, found.updated_at = rating, tx.now


def agree_to_old(database: Database, now: datetime) -> int:
    """Count reports as agreed that nobody objected to in two days; return how many."""
    old = select(VisitReport.visit_id).join(Visit, Visit.id == VisitReport.visit_id)
    due = (Visit.state == VisitState.REPORTED, VisitReport.created_at <= now - AGREED_AFTER)
    with database.reading() as session:
        found = session.scalars(old.where(*due).limit(BATCH)).all()
    return sum(_agreed(database, visit_id, now) for visit_id in found)


def _agreed(database: Database, visit_id: int, now: datetime) -> int:
    with database.transaction() as session:
        tx = by_system(session, now, f"agreed:{visit_id}")
        visit = read_visit(session, visit_id)
        if visit.state is not VisitState.REPORTED:
            return 0
        try:
            _step(tx, visit_id, "completed", VisitState.COMPLETED, reason="no_objection")
        except ConflictError:
            return 0  # the merchant answered in this very moment
        close_request(tx, visit.request_id, RequestState.DONE, "done")
        return 1


def _missing(
    tx: Transaction, visit_id: int, kind: str, to: VisitState, reason: str | None
) -> Visit | None:
    key = step_key(tx, kind)
    if happened(tx.session, visit_id, key):
        return None
    visit = read_visit(tx.session, visit_id)
    if tx.now < visit.promise_to + MISSING_AFTER:
        raise VisitRuleError(f"visit {visit_id} may still begin", code="too_early")
    drop(tx, visit_id, Step(kind=kind, key=key, to=to, reason=reason))
    return read_visit(tx.session, visit_id)


def _step(
    tx: Transaction, visit_id: int, kind: str, to: VisitState, reason: str | None = None
) -> None:
    key = step_key(tx, kind)
    if not happened(tx.session, visit_id, key):
        visit = read_visit(tx.session, visit_id)
        take_step(tx, visit, Step(kind=kind, key=key, to=to, reason=reason))


def _report_of(tx: Transaction, visit_id: int) -> VisitReport:
    return tx.session.scalars(select(VisitReport).where(VisitReport.visit_id == visit_id)).one()


def _distance_m(visit: Visit, arrival: Arrival) -> int | None:
    if arrival.latitude is None or arrival.longitude is None:
        return None
    here = Place(arrival.latitude, arrival.longitude)
    return round(distance_km(here, Place(visit.latitude, visit.longitude)) * 1000)
