"""The steps of an application that the provider's answers and people set.

What a merchant may do stands in `applying` and `changing`; `collecting` and `ready` follow
from the requirements by themselves.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.errors import InvalidInputError, RuleBrokenError
from bot.nlu.pii import mask
from bot.services.fixes import FIXES
from bot.services.handoff import open_task
from bot.services.kit_codes import hold_payment, take_back_payment
from bot.services.kit_upkeep import lock_chats
from bot.services.pay_rules.bringing import bring_up, bring_up_all, touch
from bot.services.pay_rules.needs import OWNER
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import IN_REVIEW
from bot.services.payments.findings import Found, ask_for, note
from bot.services.payments.qr import active_code, revoke_codes
from bot.services.payments.rows import lock_chats_of, needed
from bot.services.reminders import on_payment
from bot.services.requirements import Subject, disabled_reason, settle
from bot.services.transaction import Transaction
from models.merchant import ChannelRegistration, MerchantAgent, Store
from models.moves import MOVES
from models.payment import CheckResult, PayApplication
from models.states import Cause, PayState, move, moved_before

BY_HAND = (
    PayState.HANDED_OFF,
    PayState.PROVIDER_REVIEW,
    PayState.ADDITIONAL_REQUIRED,
    PayState.APPROVED,
    PayState.QR_ISSUED,
    PayState.LIVE,
    PayState.REJECTED,
    PayState.SUSPENDED,
    PayState.TERMINATED,
)
"""What the provider says, or a person in its name."""
DECIDED = (PayState.APPROVED, PayState.REJECTED)
ENDED = "결제 {number}: 결제 회사가 끝냈어요. 가게에 걸린 결제 QR을 걷어 주세요."
SUSPENDED = "결제 {number}: 결제 회사가 멈췄어요. 풀릴 때까지 결제 QR을 가려 두게 해 주세요."
WITH_REASON = (PayState.ADDITIONAL_REQUIRED, PayState.REJECTED, PayState.SUSPENDED)
"""A reason has to be told: the merchant is told it, too."""
BEFORE = (PayState.READY, PayState.ADDITIONAL_REQUIRED)
"""From here an application is handed over (again)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a provider said beside the state.

    Attributes:
        ref: the provider's number of the application.
        raw: the provider's word for the state, as it came.
        retry_after: when a refused application may come again.
        key: what an error is about, where the code alone does not tell.
    """

    ref: str | None = None
    raw: str | None = None
    retry_after: date | None = None
    key: str | None = None


def steps_from(state: PayState) -> tuple[PayState, ...]:
    """Return the steps that may be set by hand next, in the order of the way."""
    legal = MOVES[PayApplication.__tablename__][state]
    return tuple(step for step in BY_HAND if step.value in legal)


def move_payment(
    session: Session,
    application_id: int,
    to: PayState,
    cause: Cause,
    answer: Answer | None = None,
) -> bool:
    """Set a step; False when this key was applied before.

    Args:
        session: inside a write transaction.
        application_id: which application.
        to: the new state; `handed_off` only for what is complete, see `hand_off`.
        cause: who, when, idempotency key; for `WITH_REASON` the reason is a code of the
            table of fixes, and it is asked for when more is wanted.
        answer: what the provider said beside it.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: a state that nobody sets by hand (code `not_by_hand`), a code that
            has no fix (code `reason_needed`), something is still missing (code `not_ready`),
            or there is no code of the provider to hang up (code `qr_missing`).
        models.errors.IllegalMoveError: the step does not follow from the present state.
    """
    if to not in BY_HAND:
        raise RuleBrokenError(f"nobody sets {to} by hand", code="not_by_hand")
    if to in WITH_REASON and cause.reason not in FIXES:
        raise RuleBrokenError(f"{to} wants a reason: {cause.reason}", code="reason_needed")
    lock_chats_of(session, application_id)
    row = needed(session, application_id)
    if moved_before(session, row, cause.key) == to:
        return False
    _allowed(session, row, to, cause)
    before = row.state
    if not move(session, row, to, cause):
        return False
    row.reason = cause.reason if to in (*WITH_REASON, PayState.TERMINATED) else None
    _keep(row, to, cause, answer or Answer())
    touch(row, cause.now)
    _follow(session, row, to, cause, answer or Answer())
    session.flush()
    on_payment.moved(session, row, before, cause)
    return True


def hand_off(session: Session, application_id: int, cause: Cause) -> bool:
    """Note that an application was given to the provider; False when this key did so already.

    What it needs is worked out anew, because a consent may be gone in the meantime. One that
    the provider had sent back goes on in its review.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: something is still missing (code `not_ready`), or it may not come
            again yet (code `too_early`).
        models.errors.IllegalMoveError: it is not waiting to be handed over.
    """
    lock_chats_of(session, application_id)
    row = needed(session, application_id)
    if moved_before(session, row, cause.key) in IN_REVIEW:
        return False
    sent_back = row.state is PayState.ADDITIONAL_REQUIRED
    to = PayState.PROVIDER_REVIEW if sent_back else PayState.HANDED_OFF
    if not move_payment(session, application_id, to, cause):
        return False
    row.handed_off_at = cause.now
    note(session, row, Found("details", CheckResult.PASS), cause)
    bring_up(session, row, cause)
    return True


def is_complete(session: Session, application_id: int, cause: Cause) -> bool:
    """Work out anew what an application needs; tell whether it may be handed over."""
    row = needed(session, application_id)
    lines = bring_up(session, row, cause)
    today = cause.now.astimezone(KST).date()
    waits = row.retry_after is not None and row.retry_after > today
    open_but_details = [line for line in lines if line.key != "details"]
    return row.state in BEFORE and not waits and disabled_reason(open_but_details) is None


def confirm_owner(session: Session, merchant_id: int, cause: Cause) -> bool:
    """Note that the owner agreed to what an agent has asked for; False when that is known.

    Raises:
        InvalidInputError: nobody acts for this merchant (code `no_agent`).
    """
    for store_id in session.scalars(select(Store.id).where(Store.merchant_id == merchant_id)).all():
        lock_chats(session, store_id)
    agent = session.scalars(
        select(MerchantAgent).where(MerchantAgent.merchant_id == merchant_id).with_for_update()
    ).first()
    if agent is None:
        raise InvalidInputError("nobody acts for this merchant", code="no_agent")
    if agent.owner_confirmed_at is not None:
        return False
    agent.owner_confirmed_at = cause.now
    registrations = select(ChannelRegistration.id).join(
        Store, Store.id == ChannelRegistration.store_id
    )
    for registration_id in session.scalars(registrations.where(Store.merchant_id == merchant_id)):
        place = Subject(ChannelRegistration.__tablename__, registration_id, "channel")
        settle(session, place, OWNER, cause.now)
    bring_up_all(session, merchant_id, cause)
    return True


def _allowed(session: Session, row: PayApplication, to: PayState, cause: Cause) -> None:
    leaves = to is PayState.HANDED_OFF and row.state is PayState.READY
    returns = to is PayState.PROVIDER_REVIEW and row.state is PayState.ADDITIONAL_REQUIRED
    today = cause.now.astimezone(KST).date()
    if leaves and row.retry_after is not None and row.retry_after > today:
        raise RuleBrokenError(f"{row.number} not before {row.retry_after}", code="too_early")
    if (leaves or returns) and not is_complete(session, row.id, cause):
        raise RuleBrokenError(f"{row.number} is not complete", code="not_ready")
    if to is PayState.QR_ISSUED and active_code(session, row.id) is None:
        raise RuleBrokenError(f"{row.number} has no code", code="qr_missing")


def _keep(row: PayApplication, to: PayState, cause: Cause, answer: Answer) -> None:
    """Keep when it was and what the provider said."""
    row.provider_ref = answer.ref or row.provider_ref
    row.provider_status_raw = mask(answer.raw) if answer.raw else row.provider_status_raw
    if to is PayState.HANDED_OFF:
        row.handed_off_at = cause.now
    if to in DECIDED:
        row.decided_at = cause.now
    if to is PayState.REJECTED:
        days = timedelta(days=provider(row.provider).retry_days)
        row.retry_after = answer.retry_after or (cause.now.astimezone(KST) + days).date()
        row.merchant_code = None
    elif to is PayState.APPROVED:
        row.retry_after = None
    if to is PayState.LIVE:
        row.live_at = row.live_at or cause.now


def _follow(
    session: Session, row: PayApplication, to: PayState, cause: Cause, answer: Answer
) -> None:
    if to is PayState.ADDITIONAL_REQUIRED and cause.reason:
        ask_for(session, row.id, cause.reason, cause, key=answer.key)
    elif to is PayState.TERMINATED:
        revoke_codes(session, row.id, cause.now)
        take_back_payment(session, row.store_id, cause)
        _ask_people(session, row, "pay_terminated", ENDED, cause)
    elif to is PayState.SUSPENDED:
        hold_payment(session, row.store_id, cause)
        _ask_people(session, row, "pay_suspended", SUSPENDED, cause)


def _ask_people(
    session: Session, row: PayApplication, reason: str, sentence: str, cause: Cause
) -> None:
    """Put it on the people's list; without a conversation the list of codes has to do."""
    if row.conversation_id is None:
        return
    tx = Transaction(session, cause.now, row.conversation_id, cause.key, cause.actor)
    open_task(tx, reason, summary=sentence.format(number=row.number))
