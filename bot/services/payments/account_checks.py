"""Asking banks whose accounts these are, outside of any turn; see `asking`.

A bank that does not answer is asked again after growing pauses. The merchant is told from the
third time on, and after half a day a person looks at the bankbook. An answer of a bank is
compared with the owner and the stores, and forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.clients.account_holder import BANK_RESTS, AccountChecker, HolderAnswer
from bot.services.pay_rules.names import same_holder
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import GATHERED
from bot.services.payments import bank_calls
from bot.services.payments.asking import BATCH, keep, last_of, pending
from bot.services.payments.bank_calls import ENQUIRY
from bot.services.payments.findings import BY_MERCHANT, Found, digest_of
from models.merchant import Merchant, Store
from models.payment import CheckResult, HolderMatch, PayApplication, PayCheck
from models.session import Database

NOBODY_ANSWERS, LOOK_YOURSELF = "provider_timeout", "provider_unknown"
_FINDINGS: dict[str, tuple[CheckResult, str]] = {
    "not_found": (CheckResult.FAIL, "account_not_found"),
    "bad_length": (CheckResult.FAIL, "account_length"),
    "unsupported": (CheckResult.UNCLEAR, LOOK_YOURSELF),
    "unclear": (CheckResult.UNCLEAR, LOOK_YOURSELF),
}


@dataclass(frozen=True, slots=True)
class _Account:
    """One account that a bank has to be asked about."""

    id: int
    bank: str
    account: str
    about: dict[str, str]


def check_accounts(database: Database, checker: AccountChecker, now: datetime) -> int:
    """Ask whose accounts these are; return about how many there is an answer now.

    Stops at the first outage, unless it is one bank's alone.
    """
    if bank_calls.banks_rest(now):
        return 0
    with database.reading() as session:
        if bank_calls.service_rests(session, ENQUIRY, now):
            return 0
        waiting = list(_accounts(session, now))
    answered = 0
    for account in waiting:
        answer = checker.holder(account.bank, account.account)
        with database.transaction() as session:
            _note(session, account, answer, now)
        if answer.outcome != "unavailable":
            answered += 1
        elif answer.code != BANK_RESTS:
            return answered
    return answered


def _accounts(session: Session, now: datetime) -> Iterator[_Account]:
    found = 0
    rows = (*session.scalars(pending("account")), *session.scalars(_renamed()))
    for row in dict.fromkeys(rows):
        about = {kind: digest_of(session, row, kind) for kind in ("account", "holder")}
        if not (row.account and row.bank_code) or not _worth_asking(session, row, about, now):
            continue
        if bank_calls.may_enquire(session, row.merchant_id, now):
            yield _Account(row.id, row.bank_code, row.account, about)
            found += 1
        if found == BATCH:
            return


def _renamed() -> Select[PayApplication]:
    """Return applications being collected whose bank has answered: a name may be another now."""
    answered = select(PayCheck.id).where(
        PayCheck.application_id == PayApplication.id,
        PayCheck.kind == "account",
        PayCheck.source == ENQUIRY,
        PayCheck.result == CheckResult.PASS,
    )
    return (
        select(PayApplication)
        .where(PayApplication.state.in_(GATHERED), answered.exists())
        .order_by(PayApplication.updated_at, PayApplication.id)
    )


def _worth_asking(
    session: Session, row: PayApplication, about: dict[str, str], now: datetime
) -> bool:
    last = last_of(session, row.id, "account", about["account"])
    if last is None:
        return True
    if last.result is CheckResult.UNAVAILABLE:
        missed = bank_calls.outages(session, row.id, ENQUIRY, about["account"])
        return last.at + bank_calls.pause_after(missed) <= now
    if last.result is CheckResult.UNCLEAR:
        return last.source == BY_MERCHANT
    if last.result is CheckResult.PASS and last.source == ENQUIRY:
        return last_of(session, row.id, "holder", about["holder"]) is None
    return False


def _note(session: Session, asked: _Account, answer: HolderAnswer, now: datetime) -> None:
    keep(session, asked.id, _findings(session, asked, answer), asked.about, now)


def _findings(session: Session, asked: _Account, answer: HolderAnswer) -> list[Found]:
    if answer.outcome == "unavailable":
        return [_outage(session, asked)]
    if answer.outcome != "found":
        result, code = _FINDINGS[answer.outcome]
        return [Found("account", result, code, ENQUIRY)]
    found = [
        Found("account", CheckResult.PASS, source=ENQUIRY),
        _whose(session, asked.id, answer.holder),
    ]
    if found[1].result is CheckResult.PASS:
        found += _book_not_needed(session, asked.id)
    return found


def _outage(session: Session, asked: _Account) -> Found:
    tries = 1 + bank_calls.outages(session, asked.id, ENQUIRY, asked.about["account"])
    if tries >= bank_calls.MOST_TRIES:
        return Found("account", CheckResult.UNCLEAR, LOOK_YOURSELF, ENQUIRY)
    code = NOBODY_ANSWERS if tries >= bank_calls.TOLD_AFTER else None
    return Found("account", CheckResult.UNAVAILABLE, code, ENQUIRY)


def _whose(session: Session, application_id: int, holder: str) -> Found:
    """Compare the name that the bank told; it is not kept and not shown to anybody."""
    row = session.get_one(PayApplication, application_id)
    owner = session.get_one(Merchant, row.merchant_id).owner_name or ""
    stores = session.scalars(select(Store.name).where(Store.merchant_id == row.merchant_id))
    match = same_holder(holder, owner, filter(None, stores))
    if match is HolderMatch.UNKNOWN:
        return Found("holder", CheckResult.UNCLEAR, LOOK_YOURSELF, ENQUIRY)
    if provider(row.provider).takes(match, row.business_kind):
        return Found("holder", CheckResult.PASS, source=ENQUIRY)
    return Found("holder", CheckResult.FAIL, "holder_mismatch", ENQUIRY)


def _book_not_needed(session: Session, application_id: int) -> list[Found]:
    """Return that no other bankbook is wanted, where the change of account asked for one."""
    row = session.get_one(PayApplication, application_id)
    last = last_of(session, row.id, "bankbook", digest_of(session, row, "bankbook"))
    if last is None or last.result is not CheckResult.FAIL or last.source != BY_MERCHANT:
        return []
    return [Found("bankbook", CheckResult.PASS, source=ENQUIRY)]
