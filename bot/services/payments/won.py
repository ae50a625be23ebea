"""Proving an account by a transfer of one won: its memo holds four digits for the holder alone.

The digits follow from a random mark in the row and the data keys, so the database by itself
does not tell them. A transfer that may have been made is never made again by itself: before it
is made it is written into the book (`pay_check` of the kind `won`) as one of which nothing is
known, and only a clear answer changes that. The bank is asked what became of it, after growing
pauses, and until it says so nobody sends another. What surely was not made is tried again after
growing pauses, a few times.
"""

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.clients.account_holder import BANK_RESTS, AccountChecker, WonAnswer
from bot.errors import RuleBrokenError
from bot.services.documents import lock_conversation
from bot.services.pay_rules.bringing import bring_up, touch
from bot.services.pay_rules.waiting import AT_REST
from bot.services.payments import bank_calls
from bot.services.payments.asking import last_of, says_less
from bot.services.payments.bank_calls import TRANSFER, WON
from bot.services.payments.findings import Found, note
from bot.services.payments.form import digits
from bot.services.payments.rows import locked, mine, needed
from bot.services.reminders import on_payment
from bot.services.transaction import Transaction
from models.crypto import blind_index
from models.payment import CheckResult, PayApplication, PayCheck
from models.session import Database
from models.states import Cause, PayState

Told = Literal["right", "wrong", "too_often", "none"]
MEMO = "소신{code}"
BATCH = 20
AGAIN_AFTER = timedelta(days=1)
VALID_FOR = timedelta(days=3)
TRIES = 3
CODE_LENGTH = 4
MOST_SENDINGS = 5
"""Two and a half hours of growing pauses; then a person looks at the bankbook."""
_FINDINGS = {
    "not_found": Found("account", CheckResult.FAIL, "account_not_found", TRANSFER),
    "unsupported": Found("account", CheckResult.UNCLEAR, "provider_unknown", TRANSFER),
    "unavailable": Found("account", CheckResult.UNCLEAR, "provider_unknown", TRANSFER),
}
_BOOKED = {
    "sent": CheckResult.PASS,
    "unavailable": CheckResult.UNAVAILABLE,
    "not_found": CheckResult.FAIL,
    "unsupported": CheckResult.FAIL,
}
"""What a clear answer is in the book; an unclear one changes nothing there."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A transfer that may have been made at a moment."""

    id: int
    mark: str
    sent_at: datetime


def ask_for_won(session: Session, application_id: int, now: datetime) -> bool:
    """Have one won sent to the account; False when that cannot be now.

    One is on its way, or came today already, or this person has had as many as one may have.
    What may have been sent is to be looked up first: see `clear_doubts`. It is the office that
    wishes it; the merchant is told when it leaves.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: there is no account (code `no_account`), or nobody knows what became
            of the one before (code `won_unknown`).
    """
    row = needed(session, application_id)
    if not row.account or row.state in AT_REST:
        raise RuleBrokenError(f"{row.number} has no account", code="no_account")
    waits = row.won_code_hmac is not None and row.won_sent_at is None
    if waits or (row.won_sent_at is not None and row.won_sent_at > now - AGAIN_AFTER):
        return False
    if _is_in_doubt(session, row):
        raise RuleBrokenError(f"{row.number} may have got one", code="won_unknown")
    if not bank_calls.may_send_won(session, row.merchant_id, now):
        return False
    row.won_code_hmac, row.won_sent_at, row.won_tries = secrets.token_hex(16), None, 0
    touch(row, now)
    return True


def tell_won_code(tx: Transaction, application_id: int, said: str) -> Told:
    """Compare what the merchant read in the memo; the right digits prove the account.

    Raises:
        RuleBrokenError: code `not_yours`.
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    if row.won_code_hmac is None or row.won_sent_at is None:
        return "none"
    if row.won_sent_at <= tx.now - VALID_FOR or row.state in AT_REST:
        return "none"
    if row.won_tries >= TRIES:
        return "too_often"
    if not hmac.compare_digest((digits(said) or "")[-CODE_LENGTH:], _code(row.won_code_hmac)):
        row.won_tries += 1
        return "wrong" if row.won_tries < TRIES else "too_often"
    row.won_code_hmac = None
    note(tx.session, row, Found("account", CheckResult.PASS, source=TRANSFER), tx.cause("pay_won"))
    touch(row, tx.now)
    bring_up(tx.session, row, tx.cause("pay_won"))
    return "right"


def send_won(database: Database, checker: AccountChecker, now: datetime) -> int:
    """Make the transfers that were asked for; return how many.

    First the bank is asked about those of which nothing is known. Stops at the first outage,
    unless it is one bank's alone.
    """
    if bank_calls.banks_rest(now):
        return 0
    with database.reading() as session:
        if bank_calls.service_rests(session, TRANSFER, now):
            return 0
    clear_doubts(database, checker, now)
    with database.reading() as session:
        waiting = [row.id for row in session.scalars(_wanted()) if _is_due(session, row, now)]
    sent = 0
    for application_id in waiting[:BATCH]:
        with database.transaction() as session:
            claimed = _claimed(session, application_id, now)
        if claimed is None:
            continue
        bank, account, mark = claimed
        answer = checker.send_won(bank, account, MEMO.format(code=_code(mark)), mark)
        with database.transaction() as session:
            _settle(session, application_id, mark, answer, now)
        if answer.outcome != "unavailable":
            sent += 1
        elif answer.code != BANK_RESTS:
            return sent
    return sent


def clear_doubts(
    database: Database, checker: AccountChecker, now: datetime, application_id: int | None = None
) -> None:
    """Ask the bank what became of transfers of which nothing is known; call outside of any.

    Stops at the first that stays unknown.

    Args:
        database: where the book is.
        checker: who is asked.
        now: aware.
        application_id: only about this one, whether its pause is over or not.
    """
    with database.reading() as session:
        doubts = list(_doubts(session, now, application_id))
    for doubt in doubts[:BATCH]:
        answer = checker.find_won(doubt.mark)
        with database.transaction() as session:
            _cleared(session, doubt, answer, now)
        if answer.outcome == "unclear":
            return


def _doubts(session: Session, now: datetime, application_id: int | None) -> Iterator[_Doubt]:
    sent = select(PayApplication).where(
        PayApplication.won_code_hmac.is_not(None), PayApplication.state.not_in(AT_REST)
    )
    if application_id is None:
        sent = sent.where(PayApplication.won_sent_at > now - VALID_FOR)
    else:
        sent = sent.where(PayApplication.id == application_id)
    for row in session.scalars(sent.order_by(PayApplication.id)):
        if not (row.won_code_hmac and row.won_sent_at and _is_in_doubt(session, row)):
            continue
        if application_id is not None or _is_to_be_asked(session, row, now):
            yield _Doubt(row.id, row.won_code_hmac, row.won_sent_at)


def _is_in_doubt(session: Session, row: PayApplication) -> bool:
    """Tell whether a won may have been sent and nobody knows."""
    if row.won_code_hmac is None or row.won_sent_at is None:
        return False
    last = last_of(session, row.id, WON, _booked_as(row.won_code_hmac))
    return last is not None and last.result is CheckResult.UNCLEAR


def _is_to_be_asked(session: Session, row: PayApplication, now: datetime) -> bool:
    """Tell whether the pause is over: after it was sent, and after each answer that was none."""
    asked = select(PayCheck.at).where(
        PayCheck.application_id == row.id,
        PayCheck.kind == WON,
        PayCheck.about == _booked_as(row.won_code_hmac or ""),
        PayCheck.result == CheckResult.UNCLEAR,
    )
    moments = session.scalars(asked.order_by(PayCheck.id)).all()
    return bool(moments) and moments[-1] + bank_calls.pause_after(len(moments)) <= now


def _cleared(session: Session, doubt: _Doubt, answer: WonAnswer, now: datetime) -> None:
    """Keep what the bank says, unless it was made again meanwhile: the answer is older."""
    row = locked(session, doubt.id)
    if row is None or (row.won_code_hmac, row.won_sent_at) != (doubt.mark, doubt.sent_at):
        return
    if not _is_in_doubt(session, row):
        return
    if answer.outcome == "unclear":
        _write(session, row, doubt.mark, CheckResult.UNCLEAR, now)
    else:
        _settle(session, doubt.id, doubt.mark, answer, now)


def _wanted() -> Select[PayApplication]:
    return (
        select(PayApplication)
        .where(
            PayApplication.won_code_hmac.is_not(None),
            PayApplication.won_sent_at.is_(None),
            PayApplication.account.is_not(None),
            PayApplication.state.not_in(AT_REST),
        )
        .order_by(PayApplication.id)
    )


def _is_due(session: Session, row: PayApplication, now: datetime) -> bool:
    """Tell whether the pause after an outage is over."""
    about = _booked_as(row.won_code_hmac or "")
    missed = bank_calls.outages(session, row.id, TRANSFER, about)
    last = last_of(session, row.id, WON, about)
    return last is None or not missed or last.at + bank_calls.pause_after(missed) <= now


def _booked_as(mark: str) -> str:
    return blind_index(f"won-book|{mark}")


def _code(mark: str) -> str:
    return f"{int(blind_index(f'won|{mark}'), 16) % 10**CODE_LENGTH:0{CODE_LENGTH}}"


def _claimed(session: Session, application_id: int, now: datetime) -> tuple[str, str, str] | None:
    """Take a transfer in hand before it is made, so that a twin of this job leaves it alone."""
    row = locked(session, application_id)
    if row is None or row.state in AT_REST or row.won_sent_at is not None:
        return None
    if row.won_code_hmac is None or not (row.account and row.bank_code):
        return None
    row.won_sent_at = now
    on_payment.won_begins(session, row, now)
    _write(session, row, row.won_code_hmac, CheckResult.UNCLEAR, now)
    return row.bank_code, row.account, row.won_code_hmac


def _write(
    session: Session, row: PayApplication, mark: str, result: CheckResult, now: datetime
) -> None:
    about = _booked_as(mark)
    session.add(
        PayCheck(
            application_id=row.id, kind=WON, result=result, source=TRANSFER, about=about, at=now
        )
    )
    session.flush()


def _settle(
    session: Session, application_id: int, mark: str, answer: WonAnswer, now: datetime
) -> None:
    row = locked(session, application_id)
    if row is None or row.state is PayState.ERASED or answer.outcome == "unclear":
        return
    _write(session, row, mark, _BOOKED[answer.outcome], now)
    if row.won_code_hmac != mark or answer.outcome == "sent":
        return
    row.won_sent_at = None
    missed = bank_calls.outages(session, row.id, TRANSFER, _booked_as(mark))
    if answer.outcome == "unavailable" and missed < MOST_SENDINGS:
        return
    row.won_code_hmac = None
    if row.state not in AT_REST:
        _tell(session, row, answer, Cause(actor="system", key=f"won:{mark}", now=now))


def _tell(session: Session, row: PayApplication, answer: WonAnswer, cause: Cause) -> None:
    """Let follow what came out, unless it says less than is known about the account."""
    found = _FINDINGS[answer.outcome]
    if says_less(session, row, found):
        return
    note(session, row, found, cause)
    touch(row, cause.now)
    bring_up(session, row, cause)
