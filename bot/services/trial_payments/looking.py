"""Asking how payments stand, and finishing what is open: the only way out of `unclear`."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.kakaopay import Standing
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.services.trial_payments.rows import (
    InHand,
    fail,
    found,
    given_back,
    locked_trial,
    paid,
    put_off,
    reach,
    take,
)
from bot.services.trial_payments.till import LEASE, MARGIN, Till
from models.payment import CheckResult, PayTrial
from models.states import TrialState

BATCH = 20
GIVEN_UP = timedelta(days=1)


def finish_trials(till: Till, now: datetime) -> int:
    """Look up what is due, and give back what was paid; return how many were looked at.

    Stops when KakaoPay does not answer.
    """
    with till.database.reading() as session:
        due = select(PayTrial.id).where(PayTrial.look_at <= now).order_by(PayTrial.look_at)
        waiting = list(session.scalars(due.limit(BATCH)))
    done = 0
    for trial_id in waiting:
        if not look(till, trial_id, now, only_due=True):
            return done
        done += 1
    return done


def look_soon(session: Session, trial_id: int, now: datetime) -> bool:
    """Let the job ask now about one that is not over; False when there is nothing to ask."""
    row = locked_trial(session, trial_id)
    if row is None or row.state not in (TrialState.UNCLEAR, TrialState.PAID):
        return False
    row.look_at = now
    return True


def look(till: Till, trial_id: int, now: datetime, *, only_due: bool = False) -> bool:
    """Ask how a payment stands and bring it further; False when nobody answered.

    What is found paid is given back, unless that was tried a moment ago and may be under way.

    Args:
        till: what it works with.
        trial_id: which one.
        now: aware.
        only_due: leave it alone when a twin of this job has just taken it in hand.
    """
    with till.database.transaction() as session:
        row = locked_trial(session, trial_id)
        if row is None or row.look_at is None or (only_due and row.look_at > now):
            return True
        if row.tid is None:
            fail(session, row, "lost", now)
            return True
        hand = take(till, row, now)
    try:
        standing = till.client.order(hand.tid)
    except (ExternalUnavailableError, ExternalRejectedError) as error:
        _not_told(till, hand, error)
        return not error.retryable
    with till.database.transaction() as session:
        row = hand.row(session)
        left = _settled(session, row, standing, now) if row is not None else 0
    if left:
        give_back(till, trial_id, left, now)
    return True


def give_back(till: Till, trial_id: int, left: int, now: datetime) -> None:
    """Give the money of a paid test payment back; after any unclear end it is looked up.

    Args:
        till: what it works with.
        trial_id: which one; only one that is `paid` is given back.
        left: won that can be given back.
        now: aware.
    """
    with till.database.transaction() as session:
        row = locked_trial(session, trial_id)
        if row is None or row.state is not TrialState.PAID:
            return
        hand = take(till, row, now)
        row.code = "cancelling"
        reach(session, row, TrialState.UNCLEAR, now, "system")
    try:
        till.client.cancel(hand.tid, left)
    except (ExternalUnavailableError, ExternalRejectedError) as error:
        _not_told(till, hand, error)
        if error.maybe_done:
            look(till, trial_id, now)
        return
    with till.database.transaction() as session:
        row = hand.row(session)
        if row is not None:
            given_back(session, row, now)


def _not_told(
    till: Till, hand: InHand, error: ExternalUnavailableError | ExternalRejectedError
) -> None:
    """Ask again later; what KakaoPay does not want to know any more had no money taken for it."""
    with till.database.transaction() as session:
        row = hand.row(session)
        if row is None:
            return
        holds_money = row.state in (TrialState.UNCLEAR, TrialState.PAID)
        if not error.retryable and not holds_money and hand.now >= row.expires_at + GIVEN_UP:
            fail(session, row, row.code or "expired", hand.now)
        else:
            put_off(row, error.code, hand.now)


def _settled(session: Session, row: PayTrial, standing: Standing, now: datetime) -> int:
    """Bring a row to where the payment stands; return how much is to be given back now."""
    if standing.status == "paid":
        return _is_paid(session, row, standing, now)
    if standing.status == "cancelled":
        given_back(session, row, now)
    elif row.paid_at is not None or standing.status == "unknown":
        put_off(row, f"odd_{standing.raw.lower()}", now)  # it was paid before; people have to look
    elif standing.status == "failed":
        fail(session, row, "failed", now)
        found(session, row, CheckResult.FAIL, now)
    else:
        _waits(session, row, now)
    return 0


def _is_paid(session: Session, row: PayTrial, standing: Standing, now: datetime) -> int:
    """Note it; a giving-back that was begun a moment ago may still be on its way."""
    is_on_its_way = row.state is TrialState.UNCLEAR and row.paid_at is not None
    left = row.amount if standing.left is None else standing.left
    if not left:
        put_off(row, "odd_nothing_left", now)
        return 0
    if is_on_its_way and now < row.updated_at + LEASE:
        put_off(row, row.code or "cancelling", now)
        return 0
    paid(session, row, standing.aid, now)
    return left


def _waits(session: Session, row: PayTrial, now: datetime) -> None:
    """Nothing was taken; an approval that was begun a moment ago may still be on its way."""
    if now >= row.expires_at + MARGIN:
        fail(session, row, "expired", now)
    elif row.state is TrialState.UNCLEAR and now < row.updated_at + LEASE:
        put_off(row, row.code or "approving", now)
    elif row.state is TrialState.UNCLEAR:
        row.code = row.code or "not_taken"
        reach(session, row, TrialState.OPENED, now, "system")
        row.look_at = row.expires_at + MARGIN
    else:
        row.look_at = row.expires_at + MARGIN
