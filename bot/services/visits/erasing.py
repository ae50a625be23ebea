"""What an erasure makes of a merchant's visits: nobody comes any more, and no word stays."""

from dataclasses import replace

from sqlalchemy import select, update

from bot.services.transaction import Transaction
from bot.services.visits.journal import Step, read_visit
from bot.services.visits.letting_go import drop
from bot.services.visits.ownership import NOBODY, step_key
from bot.services.visits.series import end_series
from bot.services.visits.waiting import stop_waiting
from models.fieldwork import VisitReport
from models.moves import is_legal
from models.states import SeriesState, VisitState, WaitState
from models.visit import OPEN, Visit, VisitRequest, VisitSeries, WaitlistEntry

ERASED = "erased"
_ENDS = (VisitState.RELEASED, VisitState.CANCELLED_BY_MERCHANT, VisitState.CANCELLED_BY_STAFF)


def forget_visits(tx: Transaction, merchant_id: int) -> None:
    """Cancel what is to come and delete the words; the bare visits stay for the statistics."""
    mine = select(VisitSeries.id).where(
        VisitSeries.merchant_id == merchant_id, VisitSeries.state != SeriesState.ENDED
    )
    for series_id in tx.session.scalars(mine).all():
        end_series(replace(tx, conversation_id=NOBODY), series_id, ERASED)
    waiting = (
        select(WaitlistEntry.id)
        .join(VisitRequest, VisitRequest.id == WaitlistEntry.request_id)
        .where(
            VisitRequest.merchant_id == merchant_id,
            WaitlistEntry.state.in_((WaitState.WAITING, WaitState.OFFERED)),
        )
    )
    for entry_id in tx.session.scalars(waiting).all():
        stop_waiting(tx, entry_id)
    to_come = select(Visit.id).where(Visit.merchant_id == merchant_id, Visit.state.in_(OPEN))
    for visit_id in tx.session.scalars(to_come.order_by(Visit.id)).all():
        _cancel(tx, visit_id)
    requests = VisitRequest.merchant_id == merchant_id
    tx.session.execute(update(VisitRequest).where(requests).values(place_note=None, wish_text=None))
    visits = select(Visit.id).where(Visit.merchant_id == merchant_id)
    tx.session.execute(
        update(VisitReport).where(VisitReport.visit_id.in_(visits)).values(notes=None)
    )


def _cancel(tx: Transaction, visit_id: int) -> None:
    state = read_visit(tx.session, visit_id).state
    to = next((end for end in _ENDS if is_legal("visit", state, end)), None)
    if to is not None:
        key = step_key(tx, "erased")
        values = {"cancel_reason": ERASED}
        drop(tx, visit_id, Step(kind="cancelled", key=key, to=to, reason=ERASED, values=values))
