"""What people see of test payments: the page of a telephone, and operators."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.services.payments.rows import in_scope
from models.merchant import Store
from models.payment import PayApplication, PayTrial
from models.states import PayState, TrialState

CALLED_FOR = (
    PayState.COLLECTING,
    PayState.READY,
    PayState.HANDED_OFF,
    PayState.PROVIDER_REVIEW,
    PayState.ADDITIONAL_REQUIRED,
    PayState.APPROVED,
    PayState.QR_ISSUED,
    PayState.LIVE,
)
"""States of an application in which it matters whether the telephone can pay."""
STUCK_AFTER = timedelta(minutes=2)
"""Usually nothing is unclear for longer than some seconds."""
PROVED_FOR = timedelta(days=7)
"""After that a telephone may be tried again: there are new ones, and new troubles."""

Phase = Literal["opening", "open", "checking", "returning", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """One test payment.

    Attributes:
        number: of the application, `P-4821`.
        order_id: our number of the payment; KakaoPay shows it, too.
        code: what went wrong or is under way; None when nothing is.
        was_tried: an approval was tried, so that KakaoPay is asked before this is let go of.
        attempts: calls to KakaoPay so far.
        redirect_url: where a telephone pays; None when it cannot.
    """

    id: int
    application_id: int
    number: str
    order_id: str
    state: TrialState
    code: str | None
    was_tried: bool
    amount: int
    attempts: int
    opened_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    redirect_url: str | None = field(repr=False)

    @property
    def is_proved(self) -> bool:
        """Tell whether the telephone has paid."""
        return self.paid_at is not None

    def is_old(self, now: datetime) -> bool:
        """Tell whether it proved a telephone, but so long ago that it may be tried again."""
        return self.cancelled_at is not None and self.cancelled_at <= now - PROVED_FOR

    def phase(self, now: datetime) -> Phase:
        """Return what a person has before them at that moment."""
        match self.state:
            case TrialState.UNCLEAR:
                return "returning" if self.is_proved else "checking"
            case TrialState.PAID:
                return "returning"
            case TrialState.CANCELLED:
                return "done"
            case TrialState.FAILED:
                return "failed"
        if self.expires_at <= now:
            return "checking" if self.was_tried else "failed"
        return "open" if self.redirect_url else "opening"


def is_called_for(session: Session, application_id: int, now: datetime) -> bool:
    """Tell whether the owner may try the telephone, or has not seen the end of a trial."""
    state = select(PayApplication.state).where(PayApplication.id == application_id)
    if session.scalar(state) not in CALLED_FOR:
        return False
    newest = newest_trial(session, application_id)
    return newest is None or newest.state is not TrialState.CANCELLED or newest.is_old(now)


def newest_trial(session: Session, application_id: int) -> TrialView | None:
    """Return the test payment that was opened last; None before there is one."""
    newest = _of(application_id).limit(1)
    return next((_view(row, number) for row, number in session.execute(newest)), None)


def trials_of(session: Session, application_id: int) -> tuple[TrialView, ...]:
    """Return every test payment of an application, the newest first."""
    rows = session.execute(_of(application_id))
    return tuple(_view(row, number) for row, number in rows)


def stuck_trials(
    session: Session, now: datetime, scope: int | None = None
) -> tuple[TrialView, ...]:
    """Return those of which nobody knows whether money was taken or went back: for people.

    Args:
        session: a reading session.
        now: aware.
        scope: id of the only market that may be seen; None for all.
    """
    rows = _all().where(
        PayTrial.state.in_((TrialState.UNCLEAR, TrialState.PAID)),
        PayTrial.created_at < now - STUCK_AFTER,
        in_scope(scope),
    )
    return tuple(_view(row, number) for row, number in session.execute(rows))


def _of(application_id: int) -> Select[PayTrial, str]:
    return _all().where(PayTrial.application_id == application_id)


def _all() -> Select[PayTrial, str]:
    return (
        select(PayTrial, PayApplication.number)
        .join(PayApplication, PayApplication.id == PayTrial.application_id)
        .join(Store, Store.id == PayApplication.store_id)
        .order_by(PayTrial.id.desc())
    )


def _view(row: PayTrial, number: str) -> TrialView:
    return TrialView(
        id=row.id,
        application_id=row.application_id,
        number=number,
        order_id=row.order_id,
        state=row.state,
        code=row.code,
        was_tried=row.code is not None and row.look_at is not None,
        amount=row.amount,
        attempts=row.attempts,
        opened_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        cancelled_at=row.cancelled_at,
        redirect_url=row.redirect_url,
    )
