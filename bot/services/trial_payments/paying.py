"""Approving what a telephone agreed to, and giving it back at once."""

from datetime import datetime

from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.services.trial_payments.looking import give_back, look
from bot.services.trial_payments.rows import InHand, locked_trial, paid, put_off, reach, take
from bot.services.trial_payments.till import MARGIN, Till
from models.states import TrialState

MAX_TOKEN = 255


def pay(till: Till, trial_id: int, pg_token: str, now: datetime) -> None:
    """Take the money that a telephone agreed to, and give it back; once, however often called.

    Args:
        till: what it works with.
        trial_id: which test payment.
        pg_token: as it came with the telephone.
        now: aware.
    """
    hand = _claimed(till, trial_id, now) if 0 < len(pg_token) <= MAX_TOKEN else None
    if hand is None:
        return
    try:
        aid = till.client.approve(hand.tid, hand.purchase, pg_token)
    except (ExternalUnavailableError, ExternalRejectedError) as error:
        _not_approved(till, hand, error)
        return
    with till.database.transaction() as session:
        row = hand.row(session)
        if row is None:
            return  # looked up meanwhile; what was found out then is newer
        paid(session, row, aid, now)
    give_back(till, trial_id, hand.purchase.amount, now)


def _claimed(till: Till, trial_id: int, now: datetime) -> InHand | None:
    """Say that an approval is being made, before it is: only what waits for one is approved."""
    with till.database.transaction() as session:
        row = locked_trial(session, trial_id)
        if row is None or row.state is not TrialState.OPENED or not row.tid:
            return None
        hand = take(till, row, now)
        row.code = "approving"
        reach(session, row, TrialState.UNCLEAR, now, "merchant")
        return hand


def _not_approved(
    till: Till, hand: InHand, error: ExternalUnavailableError | ExternalRejectedError
) -> None:
    """Ask what became of it, unless it surely never left; then it can be tried again."""
    with till.database.transaction() as session:
        row = hand.row(session)
        if row is None:
            return
        put_off(row, error.code, hand.now)
        if not error.maybe_done:
            reach(session, row, TrialState.OPENED, hand.now, "system")
            row.look_at = row.expires_at + MARGIN
            return
    look(till, hand.id, hand.now)
