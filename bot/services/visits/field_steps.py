"""What a supporter presses on the phone: on the way, arrived, done, nobody there, put off.

A press may come late, after a dead spot, and more than once. It carries a key: the first
time it is carried out and the answer is kept, afterwards the kept answer is given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.services.field_door import Visitor
from bot.services.transaction import Transaction
from bot.services.visits.fieldwork import (
    Arrival,
    Report,
    check_in,
    depart,
    merchant_missing,
    report,
)
from bot.services.visits.journal import Step, happened, read_visit
from bot.services.visits.letting_go import drop
from bot.services.visits.ownership import NOBODY, step_key
from bot.services.visits.reasons import VisitRuleError
from bot.services.visits.requests import close_request
from bot.services.visits.waiting import wait_again
from models.errors import IllegalMoveError
from models.field import FieldPress
from models.fieldwork import CheckinMethod, VisitOutcome, VisitReport
from models.session import Database
from models.states import RequestState, VisitState
from models.visit import Visit

OLDEST = timedelta(hours=12)
"""A press is believed to have been made this long ago, and not earlier."""
BY_HAND, LATE, PUT_OFF, NOBODY_THERE = "phone", "phone_late", "postponed", "nobody_there"
_TRIES = 5
_ON_THE_WAY = (VisitState.CONFIRMED, VisitState.EN_ROUTE)


class Action(StrEnum):
    """What can be pressed."""

    DEPART = "depart"
    ARRIVE = "arrive"
    DONE = "done"
    MISSING = "missing"
    POSTPONE = "postpone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One press.

    Attributes:
        key: from the phone; the same for every repetition.
        note: the supporter's words; kept sealed.
        age: how long ago it was pressed, as the phone counted.
        latitude, longitude, accuracy_m: where the phone says it is, when it says so.
    """

    key: str
    visit_id: int
    action: Action
    note: str = ""
    age: timedelta = timedelta()
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: int | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of it.

    Attributes:
        code: why not; "" when it was carried out.
        state: of the visit; "" when it is nobody's business here.
    """

    ok: bool
    code: str = ""
    state: str = ""


def press(database: Database, who: Visitor, pressed: Press, now: datetime) -> Pressed:
    """Carry a press out, or give the answer that it got before.

    Raises:
        ConflictError: others changed the same day all the time.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with database.transaction() as session:
                return _answered(session, who, pressed, now) or _carried_out(
                    session, who, pressed, now
                )
        except (VisitRuleError, IllegalMoveError) as error:
            refused = Pressed(ok=False, code=error.code)
            break
        except (ConflictError, IntegrityError):
            # Somebody changed the day, or the same press came twice at once: look again.
            if attempt == _TRIES:
                raise ConflictError(code="busy") from None
    return _refused(database, who, pressed, refused, now)


def _answered(session: Session, who: Visitor, pressed: Press, now: datetime) -> Pressed | None:
    """Return the answer of the same press; None, and the key is taken, for a new one."""
    mine = (FieldPress.supporter_id == who.id, FieldPress.key == pressed.key)
    known = session.scalars(select(FieldPress).where(*mine)).one_or_none()
    if known is not None:
        return Pressed(**known.answer)
    session.add(FieldPress(supporter_id=who.id, key=pressed.key, answer={}, at=now))
    session.flush()
    return None


def _carried_out(session: Session, who: Visitor, pressed: Press, now: datetime) -> Pressed:
    at = now - min(max(pressed.age, timedelta()), OLDEST)
    tx = Transaction(session, at, NOBODY, f"{who.actor}:{pressed.key}", actor=who.actor)
    visit = read_visit(session, pressed.visit_id)
    if visit.supporter_id != who.id:
        raise VisitRuleError(f"visit {visit.id} is somebody else's", code="not_yours")
    _ACTIONS[pressed.action](tx, visit, pressed)
    if pressed.note and pressed.action is not Action.DONE:
        _keep_note(tx, visit, pressed.note)
    done = Pressed(ok=True, state=read_visit(session, pressed.visit_id).state.value)
    _keep(session, who, pressed, done)
    return done


def _refused(
    database: Database, who: Visitor, pressed: Press, refused: Pressed, now: datetime
) -> Pressed:
    try:
        with database.transaction() as session:
            known = _answered(session, who, pressed, now)
            if known is not None:
                return known
            visit = session.get(Visit, pressed.visit_id)
            state = visit.state.value if visit and visit.supporter_id == who.id else ""
            answer = Pressed(ok=False, code=refused.code, state=state)
            _keep(session, who, pressed, answer)
            return answer
    except IntegrityError:
        raise ConflictError(code="busy") from None


def _keep(session: Session, who: Visitor, pressed: Press, answer: Pressed) -> None:
    mine = (FieldPress.supporter_id == who.id, FieldPress.key == pressed.key)
    kept = session.scalars(select(FieldPress).where(*mine)).one()
    kept.answer = {"ok": answer.ok, "code": answer.code, "state": answer.state}


def _depart(tx: Transaction, visit: Visit, _pressed: Press) -> None:
    depart(tx, visit.id)


def _arrive(tx: Transaction, visit: Visit, pressed: Press) -> None:
    if pressed.latitude is None or pressed.longitude is None:
        check_in(tx, visit.id, Arrival(CheckinMethod.MANUAL, reason=BY_HAND))
        return
    where = (pressed.latitude, pressed.longitude, pressed.accuracy_m)
    try:
        check_in(tx, visit.id, Arrival(CheckinMethod.GPS, *where))
    except VisitRuleError as error:
        if error.code != "too_far":
            raise
        # Roofs of markets bend positions; the supporter said so, and how far off is kept.
        check_in(tx, visit.id, Arrival(CheckinMethod.MANUAL, *where, reason="too_far"))


def _done(tx: Transaction, visit: Visit, pressed: Press) -> None:
    """Report; who forgot to press arriving has arrived by then."""
    if visit.state in _ON_THE_WAY:
        check_in(tx, visit.id, Arrival(CheckinMethod.MANUAL, reason=LATE))
    report(tx, visit.id, Report(VisitOutcome.DONE, notes=pressed.note or None))


def _missing(tx: Transaction, visit: Visit, _pressed: Press) -> None:
    merchant_missing(tx, visit.id, NOBODY_THERE)


def _postpone(tx: Transaction, visit: Visit, _pressed: Press) -> None:
    """Take the visit off the day; its merchant is the first to be asked about a new time."""
    if visit.state is VisitState.IN_PROGRESS:
        report(tx, visit.id, Report(VisitOutcome.NOT_DONE))
    else:
        _drop(tx, visit.id)
    after = read_visit(tx.session, visit.id)
    close_request(tx, after.request_id, RequestState.OPEN, PUT_OFF)
    wait_again(tx, after)


def _drop(tx: Transaction, visit_id: int) -> None:
    key = step_key(tx, PUT_OFF)
    if happened(tx.session, visit_id, key):
        return
    to, values = VisitState.CANCELLED_BY_STAFF, {"cancel_reason": PUT_OFF}
    drop(tx, visit_id, Step(kind="cancelled", key=key, to=to, reason=PUT_OFF, values=values))


def _keep_note(tx: Transaction, visit: Visit, note: str) -> None:
    """Keep the words beside the outcome; a visit that goes on has none yet."""
    known = tx.session.scalars(
        select(VisitReport).where(VisitReport.visit_id == visit.id)
    ).one_or_none()
    if known is not None:
        known.notes, known.updated_at = note, tx.now
        return
    if read_visit(tx.session, visit.id).state in (*_ON_THE_WAY, VisitState.IN_PROGRESS):
        return
    tx.session.add(
        VisitReport(
            visit_id=visit.id,
            outcome=VisitOutcome.NOT_DONE,
            notes=note,
            created_at=tx.now,
            updated_at=tx.now,
        )
    )


_ACTIONS: Mapping[Action, Callable[[Transaction, Visit, Press], None]] = {
    Action.DEPART: _depart,
    Action.ARRIVE: _arrive,
    Action.DONE: _done,
    Action.MISSING: _missing,
    Action.POSTPONE: _postpone,
}
