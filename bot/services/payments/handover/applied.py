"""What one row of results does to its application, and what a code does that came by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.errors import InvalidInputError, RuleBrokenError
from bot.nlu.pii import mask
from bot.services.fixes import FIXES
from bot.services.kit_upkeep import lock_chats
from bot.services.pay_rules.bringing import touch
from bot.services.pay_rules.provider import ProviderConfig
from bot.services.payments.handover.answers import Row
from bot.services.payments.handover.issued import Issued, keep_code
from bot.services.payments.moving import WITH_REASON, Answer, move_payment
from bot.services.payments.qr import active_code
from bot.services.payments.rows import lock_chats_of, needed, seen
from bot.services.reminders import on_payment
from models.payment import PayApplication, PayQr
from models.states import Cause, PayState, moved_before

TAKES_CODES = (PayState.APPROVED, PayState.QR_ISSUED, PayState.LIVE, PayState.SUSPENDED)
"""The provider has agreed, so a code may come."""
_WAY = (PayState.APPROVED, PayState.QR_ISSUED, PayState.LIVE)
"""A provider may tell the last of these alone; what lies before it happened, too."""
_WITH_CODE = (PayState.QR_ISSUED, PayState.LIVE)
"""Not before the code itself is here; its number alone can be hung up nowhere."""
_ASKED = (PayState.HANDED_OFF, PayState.PROVIDER_REVIEW, PayState.ADDITIONAL_REQUIRED)
_UNTOLD = "provider_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row, and what came with it."""

    row: Row
    issued: Issued | None
    config: ProviderConfig
    by: str
    now: datetime


def apply_row(session: Session, step: Step) -> bool:
    """Do what a row says; False when it says nothing new.

    Raises:
        InvalidInputError: code `no_application`, `other_application`, `unknown_status`,
            `unknown_reason`, `bad_date`, or one of a code.
        RuleBrokenError: see `move_payment`.
        models.errors.IllegalMoveError: the word does not follow from the present state.
    """
    application_id = _find(session, step.config, step.row)
    row = needed(session, application_id)
    to, reason = _meaning(step)
    day = step.row.decided_on
    handed = row.handed_off_at
    if day and handed and day < handed.astimezone(KST).date():
        return False
    salt = "" if day else str(handed)
    key = f"result:{step.row.digest(salt)}"
    if moved_before(session, row, f"{key}:{to}") is not None:
        return False
    hanging = active_code(session, row.id)
    changed = step.issued is not None and keep_code(session, row, step.issued, step.now)
    answer = Answer(ref=step.row.ref or None, raw=step.row.word, retry_after=step.row.retry_after)
    path = _path(row.state, to)
    if to in _WITH_CODE and step.row.merchant_code and active_code(session, row.id) is None:
        changed = row.merchant_code != step.row.merchant_code
        row.merchant_code = step.row.merchant_code
        path = tuple(state for state in path if state not in _WITH_CODE)
    for state in path:
        cause = Cause(actor=step.by, key=f"{key}:{state}", now=step.now, reason=reason)
        move_payment(session, application_id, state, cause, answer)
    if changed and not path:
        touch(row, step.now)
    _tell_replaced(session, row, hanging, step.now)
    row.provider_status_raw = step.row.word
    return bool(path) or changed


def expects_code(session: Session, application_id: int) -> PayApplication:
    """Return an application that a code may come for, to look at.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: the provider has not agreed (code `not_expected`).
    """
    return _expecting(seen(session, application_id))


def take_code(session: Session, application_id: int, issued: Issued, cause: Cause) -> bool:
    """Let a code count that came by hand, and note that it is out where that is the next step.

    False when that is known.

    Raises:
        InvalidInputError: code `no_application`, or `qr_of_another`.
        RuleBrokenError: see `expects_code`.
    """
    lock_chats_of(session, application_id)
    row = _expecting(needed(session, application_id))
    hanging = active_code(session, row.id)
    done = keep_code(session, row, issued, cause.now)
    if row.state is PayState.APPROVED:
        done = move_payment(session, application_id, PayState.QR_ISSUED, cause)
    elif done:
        touch(row, cause.now)
    _tell_replaced(session, row, hanging, cause.now)
    return done


def keep_word(session: Session, config: ProviderConfig, row: Row) -> None:
    """Keep the provider's word of a row that moved nothing."""
    needed(session, _find(session, config, row)).provider_status_raw = row.word


def _expecting(row: PayApplication) -> PayApplication:
    if row.state not in TAKES_CODES:
        raise RuleBrokenError(f"{row.number} is {row.state}", code="not_expected")
    return row


def _tell_replaced(
    session: Session, row: PayApplication, hanging: PayQr | None, now: datetime
) -> None:
    """Tell that the code of before has to come down; after the moves, which call that off."""
    code = active_code(session, row.id)
    if hanging is not None and code is not None and code.id != hanging.id:
        on_payment.code_replaced(session, row, code, now)


def _find(session: Session, config: ProviderConfig, row: Row) -> int:
    """Return the application of a row, its chats locked."""
    of_provider = select(PayApplication).where(PayApplication.provider == config.key)
    same = PayApplication.number == row.number
    if not row.number:
        same = PayApplication.provider_ref == row.ref
    found = session.scalars(of_provider.where(same)).all()
    if len(found) != 1:
        called = mask(row.number or row.ref)
        raise InvalidInputError(f"no application {called}", code="no_application")
    known = found[0]
    if row.ref and known.provider_ref and row.ref != known.provider_ref:
        raise InvalidInputError(
            f"{known.number} has another number at the provider", code="other_application"
        )
    lock_chats(session, known.store_id)
    return known.id


def _meaning(step: Step) -> tuple[PayState, str | None]:
    to = step.config.statuses.get(step.row.status)
    if to is None:
        raise InvalidInputError(f"unknown word {step.row.word!r}", code="unknown_status")
    if to not in WITH_REASON:
        return to, None
    told = step.row.reason
    reason = step.config.reasons.get(told, told) or _UNTOLD
    if reason not in FIXES:
        raise InvalidInputError(f"unknown reason {mask(told)!r}", code="unknown_reason")
    return to, reason


def _path(state: PayState, to: PayState) -> tuple[PayState, ...]:
    """Return the steps from a state to what a word says; none when it is there already.

    >>> _path(PayState.HANDED_OFF, PayState.QR_ISSUED)
    (<PayState.APPROVED: 'approved'>, <PayState.QR_ISSUED: 'qr_issued'>)
    """
    if state is to:
        return ()
    if to not in _WAY:
        return (to,)
    if state in _ASKED:
        return _WAY[: _WAY.index(to) + 1]
    if state in _WAY:
        return _WAY[_WAY.index(state) + 1 : _WAY.index(to) + 1]
    return (to,)
