"""Proving an account by a transfer of one won: its memo holds four digits for the holder alone.

The digits follow from a random mark in the row and the data keys, so the database by itself
does not tell them. A transfer that may have been made is never made again by itself.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.account_holder import AccountChecker, WonAnswer
from bot.errors import RuleBrokenError
from bot.services.documents import lock_conversation
from bot.services.pay_rules.bringing import bring_up, touch
from bot.services.pay_rules.facts import OVER
from bot.services.payments.findings import Found, note
from bot.services.payments.form import digits
from bot.services.payments.rows import locked, mine
from bot.services.transaction import Transaction
from models.crypto import blind_index
from models.payment import CheckResult, PayApplication
from models.session import Database
from models.states import Cause, PayState

Told = Literal["right", "wrong", "too_often", "none"]
TRANSFER = "transfer"
MEMO = "소신{code}"
BATCH = 20
AGAIN_AFTER = timedelta(days=1)
VALID_FOR = timedelta(days=3)
TRIES = 3
CODE_LENGTH = 4
_STILL = (*OVER, PayState.WITHDRAWN, PayState.REJECTED)
_FINDINGS = {
    "not_found": Found("account", CheckResult.FAIL, "account_not_found", TRANSFER),
    "unsupported": Found("account", CheckResult.UNCLEAR, "provider_unknown", TRANSFER),
}


def ask_for_won(tx: Transaction, application_id: int) -> bool:
    """Have one won sent to the account; False when one is on its way or came today already.

    Raises:
        RuleBrokenError: code `not_yours`, or there is no account (code `no_account`).
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    if not row.account or row.state in _STILL:
        raise RuleBrokenError(f"{row.number} has no account", code="no_account")
    waits = row.won_code_hmac is not None and row.won_sent_at is None
    if waits or (row.won_sent_at is not None and row.won_sent_at > tx.now - AGAIN_AFTER):
        return False
    row.won_code_hmac, row.won_sent_at, row.won_tries = secrets.token_hex(16), None, 0
    touch(row, tx.now)
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
    if row.won_sent_at <= tx.now - VALID_FOR or row.state in _STILL:
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
    """Make the transfers that were asked for; return how many. Stops at the first outage."""
    wanted = (
        select(PayApplication.id)
        .where(PayApplication.won_code_hmac.is_not(None), PayApplication.won_sent_at.is_(None))
        .order_by(PayApplication.id)
        .limit(BATCH)
    )
    with database.reading() as session:
        waiting = list(session.scalars(wanted))
    sent = 0
    for application_id in waiting:
        with database.transaction() as session:
            claimed = _claimed(session, application_id, now)
        if claimed is None:
            continue
        bank, account, mark = claimed
        answer = checker.send_won(bank, account, MEMO.format(code=_code(mark)), mark)
        with database.transaction() as session:
            _settle(session, application_id, mark, answer, now)
        if answer.outcome == "unavailable":
            return sent
        sent += 1
    return sent


def _code(mark: str) -> str:
    return f"{int(blind_index(f'won|{mark}'), 16) % 10**CODE_LENGTH:0{CODE_LENGTH}}"


def _claimed(session: Session, application_id: int, now: datetime) -> tuple[str, str, str] | None:
    """Take a transfer in hand before it is made, so that a twin of this job leaves it alone."""
    row = locked(session, application_id)
    if row is None or row.state in _STILL or row.won_sent_at is not None:
        return None
    if row.won_code_hmac is None or not (row.account and row.bank_code):
        return None
    row.won_sent_at = now
    return row.bank_code, row.account, row.won_code_hmac


def _settle(
    session: Session, application_id: int, mark: str, answer: WonAnswer, now: datetime
) -> None:
    row = locked(session, application_id)
    if row is None or row.won_code_hmac != mark or answer.outcome in ("sent", "unclear"):
        return
    row.won_sent_at = None
    if answer.outcome == "unavailable":
        return
    row.won_code_hmac = None
    cause = Cause(actor="system", key=f"won:{mark}", now=now)
    note(session, row, _FINDINGS[answer.outcome], cause)
    touch(row, now)
    bring_up(session, row, cause)
