"""Opening a test payment: one at a time for an application, however often it is asked for."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.clients.kakaopay import Opened
from bot.errors import ExternalRejectedError, ExternalUnavailableError, RuleBrokenError
from bot.services.payments.rows import locked
from bot.services.trial_payments.rows import (
    STANDING,
    InHand,
    fail,
    locked_trial,
    take,
)
from bot.services.trial_payments.shown import CALLED_FOR, PROVED_FOR
from bot.services.trial_payments.till import A_DAY, AMOUNT, LEASE, LIFE, MARGIN, Till
from models.payment import PayTrial
from models.states import Cause, TrialState, record

DAY = timedelta(days=1)


def open_trial(till: Till, application_id: int, now: datetime) -> int:
    """Open a test payment, or find the one that is not over; return its id.

    A telephone that has paid is proved for a week, so that one is returned, too. Where KakaoPay
    does not open a payment, the row that is returned says so.

    Raises:
        RuleBrokenError: nothing is to be tried (code `trial_not_called_for`), or too often
            today (code `too_many_trials`).
    """
    with till.database.transaction() as session:
        row = _standing(session, application_id, now)
        if row is not None:
            return row.id
        hand = take(till, _new(session, application_id, now), now)
    try:
        opened = till.client.ready(hand.purchase)
    except (ExternalUnavailableError, ExternalRejectedError) as error:
        _not_opened(till, hand, error.code)
    else:
        _opened(till, hand, opened)
    return hand.id


def stop_trial(till: Till, trial_id: int, code: str, now: datetime) -> None:
    """End a test payment that the telephone came back from without paying.

    Args:
        till: what it works with.
        trial_id: which one; one that money may have moved for is left alone.
        code: `stopped` by the person, or `failed` at KakaoPay.
        now: aware.
    """
    with till.database.transaction() as session:
        row = locked_trial(session, trial_id)
        if row is not None and row.state is TrialState.OPENED:
            fail(session, row, code, now)


def _standing(session: Session, application_id: int, now: datetime) -> PayTrial | None:
    """Return what is open or has succeeded; the application stays locked till the end.

    Raises:
        RuleBrokenError: see `open_trial`.
    """
    application = locked(session, application_id)
    if application is None or application.state not in CALLED_FOR:
        raise RuleBrokenError("no test payment is called for", code="trial_not_called_for")
    is_proof = (PayTrial.state == TrialState.CANCELLED) & (PayTrial.cancelled_at > now - PROVED_FOR)
    row = session.scalars(
        select(PayTrial)
        .where(
            PayTrial.application_id == application_id, or_(PayTrial.state.in_(STANDING), is_proof)
        )
        .order_by(PayTrial.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if row is None or not _is_over(row, now):
        return row
    fail(session, row, "expired" if row.tid else "lost", now)
    return None


def _is_over(row: PayTrial, now: datetime) -> bool:
    """Tell whether nobody can pay this any more, and nobody has tried to approve it."""
    if row.state is not TrialState.OPENED or row.code is not None:
        return False
    return row.expires_at <= now or (row.tid is None and row.created_at + LEASE <= now)


def _new(session: Session, application_id: int, now: datetime) -> PayTrial:
    today = session.execute(
        select(func.count())
        .select_from(PayTrial)
        .where(PayTrial.application_id == application_id, PayTrial.created_at > now - DAY)
    ).scalar_one()
    if today >= A_DAY:
        raise RuleBrokenError("too many test payments today", code="too_many_trials")
    row = PayTrial(
        application_id=application_id,
        order_id=f"trial-{secrets.token_hex(12)}",
        amount=AMOUNT,
        state=TrialState.OPENED,
        attempts=0,
        look_at=now + LEASE,
        expires_at=now + LIFE,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    record(session, row, None, Cause(actor="merchant", key="opened", now=now))
    return row


def _opened(till: Till, hand: InHand, opened: Opened) -> None:
    with till.database.transaction() as session:
        row = hand.row(session)
        if row is None or row.state is not TrialState.OPENED:
            return
        row.tid, row.redirect_url = opened.tid, opened.redirect_url
        row.look_at = row.expires_at + MARGIN


def _not_opened(till: Till, hand: InHand, code: str) -> None:
    """Give up: whatever KakaoPay opened, nobody knows its address, and nobody can pay it."""
    with till.database.transaction() as session:
        row = hand.row(session)
        if row is not None and row.state is TrialState.OPENED:
            fail(session, row, code, hand.now)
