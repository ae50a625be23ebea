"""The waiting list: who wanted a time that was not free, and is asked when one frees.

One merchant is asked at a time, and has half an hour: the time is kept like any other until
then. Whoever does not answer gives the time to the next one and may enter again.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.services.transaction import Transaction
from bot.services.visits.calendar import DAY_MIN, day_of, moment_of
from bot.services.visits.ownership import merchant_for, refuse_strangers, step_key
from bot.services.visits.requests import put_request
from bot.services.visits.wish import PERIODS, VisitWish
from models.states import RequestState, WaitState, move, record
from models.visit import Visit, VisitRequest, WaitlistEntry

WAIT_DAYS = 28
AROUND_MIN = 60
"""Somebody who named a time is also asked about times this near to it."""
FIRST_PRIORITY = 10
"""Of a merchant whose supporter did not come."""


def wait(tx: Transaction, wish: VisitWish) -> int:
    """Enter a merchant on the waiting list; return the entry's id.

    Raises:
        VisitRuleError: no store, or somebody else's (codes `no_store`, `not_yours`).
    """
    merchant_id = merchant_for(tx, wish)
    key = step_key(tx, "wait")
    request = put_request(tx, merchant_id, wish, key)
    tx.session.flush()
    known = tx.session.scalars(
        select(WaitlistEntry).where(WaitlistEntry.request_id == request.id)
    ).one_or_none()
    return known.id if known else _enter(tx, request, wish, priority=0)


def wait_again(tx: Transaction, visit: Visit) -> None:
    """Put a merchant whose visit did not happen at the head of the list."""
    request = tx.session.get_one(VisitRequest, visit.request_id)
    wish = VisitWish(
        store_id=visit.store_id,
        market_id=visit.market_id,
        topics=tuple(request.topics),
        type_code=visit.type_code,
        place=request.place,
    )
    known = tx.session.scalars(
        select(WaitlistEntry).where(WaitlistEntry.request_id == request.id)
    ).one_or_none()
    if known is None:
        _enter(tx, request, wish, priority=FIRST_PRIORITY)


def stop_waiting(tx: Transaction, entry_id: int) -> None:
    """Take a merchant off the list; an entry that is over is left alone."""
    entry = tx.session.get_one(WaitlistEntry, entry_id, with_for_update=True)
    request = tx.session.get_one(VisitRequest, entry.request_id)
    if entry.state in (WaitState.WAITING, WaitState.OFFERED):
        refuse_strangers(tx, request.merchant_id)
        move(tx.session, entry, WaitState.WITHDRAWN, tx.cause(f"unwait:{entry_id}"))
        move(tx.session, request, RequestState.WITHDRAWN, tx.cause(f"unwait:{request.id}"))
        entry.updated_at = request.updated_at = tx.now


def accept_offer(tx: Transaction, visit_id: int) -> None:
    """Close the place on the list that a confirmed visit came from, if any."""
    entry = tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.offered_visit_id == visit_id, WaitlistEntry.state == WaitState.OFFERED
        )
    ).one_or_none()
    if entry is not None:
        move(tx.session, entry, WaitState.ACCEPTED, tx.cause(f"accepted:{entry.id}"))
        entry.offer_expires_at, entry.updated_at = None, tx.now


def wish_of_entry(entry: WaitlistEntry, request: VisitRequest, now: datetime) -> VisitWish:
    """Return what an entry waits for, as a wish that needs no day's notice."""
    first = max(day_of(entry.earliest), day_of(now))
    span = (entry.start_min, entry.end_min)
    narrow = span[1] - span[0] <= 2 * AROUND_MIN
    return VisitWish(
        start=sum(span) // 2 if narrow else None,
        period=next((name for name, starts in PERIODS.items() if starts == span), None),
        not_before=max(0, span[0]),
        store_id=request.store_id,
        market_id=request.market_id,
        topics=tuple(request.topics),
        type_code=request.type_code,
        place=request.place,
        flexibility=request.flexibility,
        day=first,
        until=max(first, day_of(entry.latest)),
        only_day=True,
        not_weekdays=tuple(d for d in range(7) if entry.weekdays and d not in entry.weekdays),
        request_id=request.id,
        by_staff=True,
        count=20,
    )


def _enter(tx: Transaction, request: VisitRequest, wish: VisitWish, priority: int) -> int:
    first, last = _starts(wish)
    today = day_of(tx.now)
    entry = WaitlistEntry(
        request_id=request.id,
        earliest=max(tx.now, moment_of(wish.day or today, 0)),
        latest=moment_of(wish.until or wish.day or today + timedelta(days=WAIT_DAYS), DAY_MIN),
        start_min=first,
        end_min=last,
        weekdays=[d for d in range(7) if d not in wish.not_weekdays] if wish.not_weekdays else [],
        priority=priority,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(entry)
    record(tx.session, entry, None, tx.cause("waitlist_entry"))
    if request.state is not RequestState.WAITING:
        move(tx.session, request, RequestState.WAITING, tx.cause(f"waiting:{request.id}"))
    return entry.id


def _starts(wish: VisitWish) -> tuple[int, int]:
    if wish.start is not None:
        return wish.start - AROUND_MIN, wish.start + AROUND_MIN
    first, end = PERIODS.get(wish.period or "", (0, DAY_MIN))
    return max(first, wish.not_before or 0), end
