"""Taking a time: keeping it for a moment, saying yes, moving it, giving it to somebody else.

The same code serves the chat, staff and standing slots; what differs is who acts
(`Transaction`) and what the wish says. A repeated message finds its own event and changes
nothing.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.services.transaction import Transaction
from bot.services.visits.calendar import minute_of
from bot.services.visits.journal import (
    OutdatedError,
    Step,
    happened,
    read_visit,
    take_step,
)
from bot.services.visits.kinds import kind_of, load_kinds
from bot.services.visits.ownership import is_person, merchant_for, own, step_key
from bot.services.visits.placing import Placing, place
from bot.services.visits.reasons import VisitRuleError
from bot.services.visits.requests import close_request, for_staff, wish_of
from bot.services.visits.waiting import accept_offer
from bot.services.visits.wish import Offer
from models.session import touched
from models.states import RequestState, VisitState
from models.visit import OPEN, Visit, VisitEvent

HOLD_FOR = timedelta(minutes=5)
"""How long a time is kept for somebody who has not said yes; anew with each message."""
ABSENCES_BEFORE_PHONE = 2
"""After the first missed visit one more is booked here, after the second by telephone."""
_TRIES = 3


def hold(tx: Transaction, offer: Offer, keep: timedelta = HOLD_FOR) -> int:
    """Keep a time until the merchant says yes; return the id of the visit.

    A time that is kept already for the same sort of visit is given up for it. When the
    supporter of the offer is taken meanwhile, another one comes at the same time.

    Raises:
        SlotTakenError: nobody can come at that time any more.
        VisitRuleError: a visit of this sort is booked already (code `already_booked`), or
            the merchant was missing twice (code `by_phone`).
    """
    merchant_id = merchant_for(tx, offer.wish)
    key = step_key(tx, "hold")
    known = _with_event(tx.session, merchant_id, key)
    if known is not None:
        return known
    if is_person(tx):
        _refuse_absent(tx.session, merchant_id)
    before = open_visit(tx.session, merchant_id, offer.wish.code)
    if offer.wish.series_id is not None:
        before = None
    if before is not None and before.state is not VisitState.HELD:
        raise VisitRuleError(f"visit {before.id} is booked", code="already_booked")
    moving = before.id if before else None
    placing = Placing(merchant_id, moving, VisitState.HELD, "held", key, tx.now + keep)
    return place(tx, offer.of(replace(offer.wish, moving=moving)), placing)


def confirm(tx: Transaction, visit_id: int) -> None:
    """Take the merchant's yes. A hold that has lapsed is taken up again when it is still free.

    Raises:
        SlotTakenError: it lapsed and is not free any more.
        VisitRuleError: the visit is neither kept nor confirmed (code `wrong_state`).
    """
    key = step_key(tx, "confirm")
    for _ in range(_TRIES):
        visit = read_visit(tx.session, visit_id)
        own(tx, visit)
        if visit.state is VisitState.CONFIRMED or happened(tx.session, visit_id, key):
            return
        try:
            _confirm(tx, visit, key)
        except OutdatedError:
            continue
        close_request(tx, visit.request_id, RequestState.BOOKED, "booked")
        accept_offer(tx, visit_id)
        return
    raise OutdatedError(f"visit {visit_id}")


def book(tx: Transaction, offer: Offer) -> int:
    """Take a time at once, without keeping it first: staff and standing slots.

    Raises as `hold` does.
    """
    visit_id = hold(tx, offer)
    confirm(tx, visit_id)
    return visit_id


def refresh_hold(tx: Transaction, visit_id: int) -> bool:
    """Keep a time for five minutes more; False when it has lapsed."""
    visit = read_visit(tx.session, visit_id)
    own(tx, visit)
    expires = visit.hold_expires_at
    if visit.state is not VisitState.HELD or expires is None or expires <= tx.now:
        return False
    until = max(expires, tx.now + HOLD_FOR)
    same = (Visit.id == visit_id, Visit.revision == visit.revision)
    values = {"hold_expires_at": until, "revision": visit.revision + 1}
    done = touched(tx.session, update(Visit).where(*same).values(values)) == 1
    tx.session.expire(visit)
    return done


def change(tx: Transaction, visit_id: int, offer: Offer) -> int:
    """Move a visit to another time; return its id.

    Raises:
        SlotTakenError: the new time is not free any more; the old one stays.
        VisitRuleError: too late for the chat (code `too_late`), or the visit is over (code
            `wrong_state`).
    """
    visit = read_visit(tx.session, visit_id)
    own(tx, visit)
    merchant_for(tx, replace(offer.wish, store_id=visit.store_id))
    key = step_key(tx, "change")
    if happened(tx.session, visit_id, key):
        return visit_id
    refuse_late(tx, visit)
    wish = replace(
        wish_of(tx.session, visit),
        by_staff=offer.wish.by_staff,
        anyway=offer.wish.anyway,
        flexibility=offer.wish.flexibility,
    )
    placing = Placing(visit.merchant_id, visit_id, visit.state, "rescheduled", key)
    if visit.state is VisitState.HELD:
        placing = replace(placing, kind="held", hold_until=tx.now + HOLD_FOR)
    elif visit.state is not VisitState.CONFIRMED:
        raise VisitRuleError(f"visit {visit_id} is {visit.state}", code="wrong_state")
    return place(tx, offer.of(wish), placing)


def reassign(tx: Transaction, visit_id: int, supporter_id: int) -> None:
    """Let another supporter make a confirmed visit at the same time; for staff.

    Raises:
        SlotTakenError: that supporter cannot.
    """
    visit = read_visit(tx.session, visit_id)
    key = step_key(tx, "reassign")
    if happened(tx.session, visit_id, key):
        return
    if visit.state is not VisitState.CONFIRMED:
        raise VisitRuleError(f"visit {visit_id} is {visit.state}", code="wrong_state")
    wish = replace(for_staff(wish_of(tx.session, visit)), supporter_id=supporter_id)
    minutes = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    offer = Offer.named(supporter_id, visit.day, minute_of(visit.starts_at), minutes, wish)
    place(tx, offer, Placing(visit.merchant_id, visit_id, visit.state, "reassigned", key))


def open_visit(session: Session, merchant_id: int, code: str) -> Visit | None:
    """Return the single visit of a sort that a merchant has before him, None without one."""
    return session.scalars(
        select(Visit)
        .where(
            Visit.merchant_id == merchant_id,
            Visit.type_code == code,
            Visit.state.in_(OPEN),
            Visit.series_id.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def refuse_late(tx: Transaction, visit: Visit) -> None:
    """Refuse what a merchant wants after the cut-off; a person can still do it.

    Raises:
        VisitRuleError: code `too_late`.
    """
    kind = kind_of(load_kinds(tx.session), visit.type_code)
    if is_person(tx) and tx.now > kind.last_change(visit.starts_at):
        raise VisitRuleError(f"visit {visit.id} is too near", code="too_late")


def _confirm(tx: Transaction, visit: Visit, key: str) -> None:
    expires = visit.hold_expires_at
    if visit.state is VisitState.HELD and expires is not None and expires > tx.now:
        values = {"hold_expires_at": None}
        take_step(
            tx, visit, Step(kind="confirmed", key=key, to=VisitState.CONFIRMED, values=values)
        )
        return
    if visit.state not in (VisitState.HELD, VisitState.EXPIRED):
        raise VisitRuleError(f"visit {visit.id} is {visit.state}", code="wrong_state")
    other = open_visit(tx.session, visit.merchant_id, visit.type_code)
    if other is not None and other.id != visit.id and visit.series_id is None:
        raise VisitRuleError(f"visit {other.id} is booked", code="already_booked")
    wish = wish_of(tx.session, visit)
    minutes = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    offer = Offer.named(visit.supporter_id, visit.day, minute_of(visit.starts_at), minutes, wish)
    place(tx, offer, Placing(visit.merchant_id, visit.id, VisitState.CONFIRMED, "confirmed", key))


def _with_event(session: Session, merchant_id: int, key: str) -> int | None:
    found = (
        select(VisitEvent.visit_id)
        .join(Visit, Visit.id == VisitEvent.visit_id)
        .where(Visit.merchant_id == merchant_id, VisitEvent.idempotency_key == key)
    )
    return session.scalars(found).first()


def _refuse_absent(session: Session, merchant_id: int) -> None:
    missed = session.scalar(
        select(func.count())
        .select_from(Visit)
        .where(Visit.merchant_id == merchant_id, Visit.state == VisitState.MERCHANT_NO_SHOW)
    )
    if (missed or 0) >= ABSENCES_BEFORE_PHONE:
        raise VisitRuleError("missed twice", code="by_phone")
