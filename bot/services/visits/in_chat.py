"""Visits as the chat asks for them: is this time still free, take it, say yes, give it back.

A rule that is broken at the moment of writing (somebody at the console was faster) is a
conflict here: the turn is thought again, and what is said is true again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.services import handoff
from bot.services.registration.overview import merchant_of
from bot.services.transaction import Transaction
from bot.services.visits import booking, fieldwork, letting_go, waiting
from bot.services.visits.booking import ABSENCES_BEFORE_PHONE
from bot.services.visits.days import Diary
from bot.services.visits.kinds import kind_of
from bot.services.visits.offering import offers
from bot.services.visits.reasons import VisitRuleError
from bot.services.visits.wish import Offer, Offered, VisitWish
from models.conversation import StepEvent
from models.errors import IllegalMoveError
from models.fieldwork import VisitReport
from models.states import VisitState, WaitState
from models.supporter import Supporter
from models.visit import MADE, Visit, VisitRequest, WaitlistEntry

RATE_WITHIN = timedelta(days=7)
"""How long after a visit we ask how it was."""
TO_ANSWER = timedelta(minutes=30)
"""How long somebody may think about an offer without its day's notice running out."""
LOW_RATING = 2
"""A visit rated this badly is looked at by a person."""
_TOLD = "started"


@dataclass(frozen=True, slots=True)
class VisitNews:
    """What a merchant should hear about without asking.

    Attributes:
        offered: the visit that is kept for somebody on the waiting list, not spoken of yet.
        unrated: the visit that was made and not rated, not spoken of yet.
    """

    offered: int | None = None
    unrated: int | None = None


def offers_to_name(
    session: Session, wish: VisitWish, now: datetime, diary: Diary | None = None
) -> Offered:
    """Return the offers for a wish without those that would be too near by the answer."""
    days = diary or Diary()
    found = offers(session, wish, now, days)
    kind = kind_of(days.open(session, now).office.kinds, wish.code)
    first = now + timedelta(hours=kind.notice_h) + TO_ANSWER
    return Offered(tuple(o for o in found if o.starts_at >= first), lambda: found.refused)


def offer_at(
    session: Session,
    wish: VisitWish,
    at: tuple[date, int],
    now: datetime,
    diary: Diary | None = None,
) -> Offer | None:
    """Return the offer of one certain time; None when it cannot be had."""
    day, start = at
    exactly = replace(
        wish,
        day=day,
        until=None,
        start=start,
        period=None,
        not_before=None,
        not_weekdays=(),
        only_day=True,
        count=1,
    )
    found = offers(session, exactly, now, diary)
    return next((o.of(wish) for o in found if (o.day, o.start) == at), None)


def supporter_name(session: Session, supporter_id: int) -> str:
    """Return what a supporter is called, "" for nobody."""
    known = session.get(Supporter, supporter_id)
    return known.name if known else ""


def is_by_phone(session: Session, conversation_id: int) -> bool:
    """Tell whether somebody was missing so often that visits are arranged by telephone."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return False
    missed = session.scalar(
        select(func.count())
        .select_from(Visit)
        .where(Visit.merchant_id == merchant.id, Visit.state == VisitState.MERCHANT_NO_SHOW)
    )
    return (missed or 0) >= ABSENCES_BEFORE_PHONE


def visit_news(session: Session, conversation_id: int, now: datetime) -> VisitNews:
    """Return what a merchant should hear about; each thing is spoken of once."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return VisitNews()
    offered = session.execute(
        select(WaitlistEntry.offered_visit_id, WaitlistEntry.updated_at)
        .join(VisitRequest, VisitRequest.id == WaitlistEntry.request_id)
        .join(Visit, Visit.id == WaitlistEntry.offered_visit_id)
        .where(
            VisitRequest.merchant_id == merchant.id,
            WaitlistEntry.state == WaitState.OFFERED,
            WaitlistEntry.offer_expires_at > now,
            Visit.state == VisitState.HELD,
        )
    ).first()
    if offered and not _told(session, conversation_id, "visit_waiting", offered.updated_at):
        return VisitNews(offered=offered.offered_visit_id)
    unrated = session.execute(
        select(VisitReport.visit_id, VisitReport.created_at)
        .join(Visit, Visit.id == VisitReport.visit_id)
        .where(
            Visit.merchant_id == merchant.id,
            VisitReport.rating.is_(None),
            VisitReport.created_at > now - RATE_WITHIN,
        )
        .order_by(VisitReport.id.desc())
    ).first()
    if unrated and not _told(session, conversation_id, "visit_rate", unrated.created_at):
        return VisitNews(unrated=unrated.visit_id)
    return VisitNews()


def _told(session: Session, conversation_id: int, flow: str, since: datetime) -> bool:
    spoken = select(StepEvent.id).where(
        StepEvent.conversation_id == conversation_id,
        StepEvent.flow == flow,
        StepEvent.kind == _TOLD,
        StepEvent.at >= since,
    )
    return session.execute(spoken.limit(1)).first() is not None


def rateable(session: Session, conversation_id: int) -> Visit | None:
    """Return the visit that was made last, for rating it."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return None
    return session.scalars(
        select(Visit)
        .where(Visit.merchant_id == merchant.id, Visit.state.in_(MADE))
        .order_by(Visit.starts_at.desc())
        .limit(1)
    ).first()


@contextmanager
def _else_again() -> Iterator[None]:
    try:
        yield
    except (VisitRuleError, IllegalMoveError) as error:
        raise ConflictError(str(error), code=error.code) from error


def take(tx: Transaction, offer: Offer) -> None:
    """Keep a time for the merchant for five minutes."""
    with _else_again():
        booking.hold(tx, offer)


def keep(tx: Transaction, visit_id: int) -> None:
    """Keep a time a little longer while the merchant is still writing."""
    with _else_again():
        booking.refresh_hold(tx, visit_id)


def say_yes(tx: Transaction, visit_id: int) -> None:
    """Take the merchant's yes to a time that was kept."""
    with _else_again():
        booking.confirm(tx, visit_id)


def book(tx: Transaction, offer: Offer) -> None:
    """Take a time and say yes to it at once: what was kept is gone and it is still free."""
    with _else_again():
        booking.book(tx, offer)


def give_back(tx: Transaction, visit_id: int) -> None:
    """Give a time back that was kept."""
    with _else_again():
        letting_go.release(tx, visit_id)


def move(tx: Transaction, visit_id: int, offer: Offer) -> None:
    """Move a visit to another time."""
    with _else_again():
        booking.change(tx, visit_id, offer)


def call_off(tx: Transaction, visit_id: int) -> None:
    """Cancel a visit."""
    with _else_again():
        letting_go.cancel(tx, visit_id)


def enter_list(tx: Transaction, wish: VisitWish) -> None:
    """Enter the merchant on the waiting list."""
    with _else_again():
        waiting.wait(tx, wish)


def leave_list(tx: Transaction, entry_id: int) -> None:
    """Take the merchant off the waiting list, and give back what was kept for the answer."""
    with _else_again():
        visit_id = tx.session.get_one(WaitlistEntry, entry_id).offered_visit_id
        waiting.stop_waiting(tx, entry_id)
        if visit_id is not None:
            letting_go.release(tx, visit_id)


def nobody_came(tx: Transaction, visit_id: int) -> None:
    """Note that the supporter did not come: first on the waiting list, and on the staff's."""
    with _else_again():
        fieldwork.supporter_missing(tx, visit_id, "merchant_said")
    handoff.open_task(tx, "visit_no_show", summary=f"방문 {visit_id}: 서포터즈가 안 왔다고 해요")


def ask_person(tx: Transaction, visit_id: int, wanted: str) -> None:
    """Let a person settle what the chat may not do any more."""
    handoff.open_task(tx, "visit_late_change", summary=f"방문 {visit_id}: {wanted}")


def rate(tx: Transaction, visit_id: int, rating: int) -> None:
    """Take the merchant's opinion of a visit; a bad one is looked at by a person."""
    with _else_again():
        fieldwork.rate(tx, visit_id, rating)
    if rating <= LOW_RATING:
        handoff.open_task(tx, "visit_rated_low", summary=f"방문 {visit_id}: {rating}점")
