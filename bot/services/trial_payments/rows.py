"""Taking a test payment in hand, and bringing it to an end.

Every call to KakaoPay is counted in `attempts` before it is made, and its outcome is kept only
while that count is still the same: an old answer cannot undo what somebody found out later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.kakaopay import Purchase
from bot.services.payments.rows import locked
from bot.services.trial_payments.till import LAST_LOOK, LEASE, LONGEST_PAUSE, PAUSE, Till
from models.moves import is_legal
from models.payment import CheckResult, PayApplication, PayCheck, PayTrial
from models.states import Cause, PayState, TrialState, move

KIND = "trial"
"""Kind of the finding that says whether the owner's telephone can pay."""
SOURCE = "trial_payment"
STANDING = (TrialState.OPENED, TrialState.UNCLEAR, TrialState.PAID)
"""States in which a test payment is not over."""


@dataclass(frozen=True, slots=True)
class InHand:
    """A test payment that a call is made for.

    Attributes:
        step: the count of calls with this one.
    """

    id: int
    step: int
    tid: str
    purchase: Purchase
    now: datetime

    def row(self, session: Session) -> PayTrial | None:
        """Return the row, locked; None when somebody else has taken it in hand since."""
        row = locked_trial(session, self.id)
        return row if row is not None and row.attempts == self.step else None


def locked_trial(session: Session, trial_id: int) -> PayTrial | None:
    """Return a test payment that nobody else changes until this transaction ends.

    Its application is locked first, by everybody, so that nobody waits in a circle.
    """
    where = PayTrial.id == trial_id
    application_id = session.scalar(select(PayTrial.application_id).where(where))
    if application_id is None:
        return None
    locked(session, application_id)
    anew = {"populate_existing": True}
    return session.scalars(
        select(PayTrial).where(where).with_for_update(), execution_options=anew
    ).one_or_none()


def take(till: Till, row: PayTrial, now: datetime) -> InHand:
    """Take a row in hand for one call."""
    row.attempts += 1
    row.look_at = now + LEASE
    return InHand(row.id, row.attempts, row.tid or "", till.purchase(row), now)


def reach(session: Session, row: PayTrial, to: TrialState, now: datetime, actor: str) -> None:
    """Bring a row to a state, by way of `unclear` where there is no straight one."""
    if row.state is to:
        return
    steps = (to,) if is_legal(row.__tablename__, row.state, to) else (TrialState.UNCLEAR, to)
    for step in steps:
        key = f"{row.attempts}:{row.state}:{step}"
        move(session, row, step, Cause(actor=actor, key=key, now=now, reason=row.code))
    row.updated_at = now


def put_off(row: PayTrial, code: str, now: datetime) -> None:
    """Leave a row for the job, which asks less and less often.

    The code of a row that waits or has ended stays: it says whether an approval was tried.
    """
    if row.state in (TrialState.UNCLEAR, TrialState.PAID):
        row.code = code
    row.look_at = now + min(PAUSE * 2 ** min(max(row.attempts - 3, 0), 10), LONGEST_PAUSE)


def fail(session: Session, row: PayTrial, code: str, now: datetime) -> None:
    """End a row for which no money is held; where an approval was tried, it is looked up again."""
    was_tried = row.code is not None
    row.code = code
    if row.state is TrialState.FAILED:
        close(session, row, None)
        return
    reach(session, row, TrialState.FAILED, now, "system")
    close(session, row, LAST_LOOK if was_tried else None)


def paid(session: Session, row: PayTrial, aid: str, now: datetime) -> None:
    """Note that money was taken: the telephone can pay, and the money has to go back."""
    reach(session, row, TrialState.PAID, now, "system")
    row.code = None
    row.aid, row.paid_at, row.look_at = aid or row.aid, row.paid_at or now, now + PAUSE
    found(session, row, CheckResult.PASS, now)


def given_back(session: Session, row: PayTrial, now: datetime) -> None:
    """Note that the money went back: the end."""
    reach(session, row, TrialState.CANCELLED, now, "system")
    row.code = None
    row.paid_at, row.cancelled_at = row.paid_at or now, now
    found(session, row, CheckResult.PASS, now)
    close(session, row, None)


def close(session: Session, row: PayTrial, again_after: timedelta | None) -> None:
    """Let go of what is not needed any more; nothing stays of an application that was erased."""
    row.redirect_url = None
    row.look_at = row.updated_at + again_after if again_after else None
    if row.look_at is None and _application(session, row).state is PayState.ERASED:
        row.tid = row.aid = None


def found(session: Session, row: PayTrial, result: CheckResult, now: datetime) -> None:
    """Keep what a test payment says about the telephone, unless that is known already."""
    if _application(session, row).state is PayState.ERASED:
        return
    of_trials = (PayCheck.application_id == row.application_id, PayCheck.kind == KIND)
    newest = select(PayCheck.result).where(*of_trials).order_by(PayCheck.id.desc()).limit(1)
    if session.scalar(newest) is result:
        return
    check = PayCheck(
        application_id=row.application_id, kind=KIND, result=result, source=SOURCE, at=now
    )
    session.add(check)


def _application(session: Session, row: PayTrial) -> PayApplication:
    return session.get_one(PayApplication, row.application_id)
