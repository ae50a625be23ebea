"""A time may have become free: who on the waiting list is asked."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.services.reminders.on_waiting import time_offered, waited_in_vain
from bot.services.transaction import Transaction
from bot.services.visits.booking import hold
from bot.services.visits.calendar import minute_of
from bot.services.visits.days import Diary
from bot.services.visits.offering import offers
from bot.services.visits.ownership import by_system
from bot.services.visits.reasons import VisitRuleError
from bot.services.visits.waiting import wish_of_entry
from bot.services.visits.wish import Offer
from models.session import Database
from models.states import RequestState, VisitState, WaitState, move
from models.visit import Visit, VisitRequest, WaitlistEntry

LOG = logging.getLogger(__name__)

ANSWER_WITHIN = timedelta(minutes=30)
AHEAD = timedelta(hours=3)
"""Nobody is asked about a visit that is nearer than this."""
ASKED_FROM, ASKED_UNTIL = 8 * 60, 20 * 60 + 30
"""Minutes of the day in Korea: who is asked needs half an hour before the quiet hours begin."""
BATCH = 100


def ask_waiting(database: Database, now: datetime) -> int:
    """Offer what is free to who waits, the first of the list first; return how many were asked."""
    _close_unanswered(database, now)
    if not ASKED_FROM <= minute_of(now) <= ASKED_UNTIL:
        return 0
    diary = Diary()
    with database.reading() as session:
        waiting = session.scalars(
            select(WaitlistEntry.id)
            .where(WaitlistEntry.state == WaitState.WAITING)
            .order_by(WaitlistEntry.priority.desc(), WaitlistEntry.id)
            .limit(BATCH)
        ).all()
    asked = 0
    for entry_id in waiting:
        with database.reading() as session:
            offer = _offer(session, entry_id, now, diary)
        if offer is not None:
            asked += _ask(database, entry_id, offer, now)
    return asked


def _offer(session: Session, entry_id: int, now: datetime, diary: Diary) -> Offer | None:
    """Return a time that suits an entry, None when there is none."""
    entry = session.get_one(WaitlistEntry, entry_id)
    if entry.latest <= now + AHEAD:
        return None
    request = session.get_one(VisitRequest, entry.request_id)
    found = offers(session, wish_of_entry(entry, request, now), now, diary)
    return next((offer for offer in found if _suits(entry, offer, now)), None)


def _suits(entry: WaitlistEntry, offer: Offer, now: datetime) -> bool:
    in_days = max(entry.earliest, now + AHEAD) <= offer.starts_at <= entry.latest
    return in_days and entry.start_min <= offer.start <= entry.end_min


def _ask(database: Database, entry_id: int, offer: Offer, now: datetime) -> int:
    with database.transaction() as session:
        tx = by_system(session, now, f"ask:{entry_id}:{now:%Y%m%d%H%M}")
        entry = session.get_one(WaitlistEntry, entry_id, with_for_update=True)
        if entry.state is not WaitState.WAITING:
            return 0
        try:
            visit_id = hold(tx, offer, ANSWER_WITHIN)
        except VisitRuleError as error:
            LOG.info("waitlist entry %d: %s", entry_id, error.code)
            _end(tx, entry, WaitState.WITHDRAWN, RequestState.WITHDRAWN)
            return 0
        except ConflictError:
            return 0  # somebody was faster; asked again at the next time that frees
        move(session, entry, WaitState.OFFERED, tx.cause("offered"))
        entry.offered_visit_id = visit_id
        entry.offer_expires_at, entry.updated_at = now + ANSWER_WITHIN, now
        time_offered(tx, entry, visit_id)
        return 1


def _close_unanswered(database: Database, now: datetime) -> None:
    """Take off the list who did not answer, and who waits for days that are over."""
    with database.transaction() as session:
        tx = by_system(session, now, f"unanswered:{now:%Y%m%d%H%M%S}")
        gone = select(WaitlistEntry).join(Visit, Visit.id == WaitlistEntry.offered_visit_id)
        unanswered = gone.where(
            WaitlistEntry.state == WaitState.OFFERED,
            WaitlistEntry.offer_expires_at <= now,
            or_(
                Visit.state.in_((VisitState.EXPIRED, VisitState.RELEASED)),
                and_(Visit.state == VisitState.HELD, Visit.hold_expires_at <= now),
            ),
        )
        over = select(WaitlistEntry).where(
            WaitlistEntry.state == WaitState.WAITING, WaitlistEntry.latest <= now + AHEAD
        )
        for entry in session.scalars(unanswered.limit(BATCH)):
            _end(tx, entry, WaitState.EXPIRED, RequestState.EXPIRED)
        for entry in session.scalars(over.limit(BATCH)):
            _end(tx, entry, WaitState.EXPIRED, RequestState.EXPIRED)
            waited_in_vain(tx, entry)


def _end(tx: Transaction, entry: WaitlistEntry, to: WaitState, request_to: RequestState) -> None:
    request = tx.session.get_one(VisitRequest, entry.request_id)
    move(tx.session, entry, to, tx.cause(f"{to}:{entry.id}"))
    if request.state is RequestState.WAITING:
        move(tx.session, request, request_to, tx.cause(f"{request_to}:{request.id}"))
    entry.updated_at = request.updated_at = tx.now
