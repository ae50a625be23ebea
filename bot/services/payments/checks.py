"""Asking banks and the tax office about applications, outside of any turn.

What is asked is read first, the office is asked while no transaction is open, and the answer
is kept in a short one that looks whether it still fits. Asking twice does no harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.clients.account_holder import AccountChecker, HolderAnswer
from bot.clients.nts import TaxOffice
from bot.services.business import state_of
from bot.services.pay_rules.bringing import CAPABILITY, bring_up, touch
from bot.services.pay_rules.facts import OVER
from bot.services.pay_rules.names import same_holder
from bot.services.pay_rules.provider import provider
from bot.services.payments.findings import (
    BY_MERCHANT,
    TAX_OFFICE,
    Found,
    brn_finding,
    digest_of,
    note,
)
from bot.services.payments.rows import locked
from models.merchant import Merchant, Store
from models.payment import CheckResult, HolderMatch, PayApplication, PayCheck, PayKind
from models.requirement import Requirement
from models.session import Database
from models.states import Cause, Level, PayState

BATCH = 20
AFTER_OUTAGE = timedelta(hours=1)
AFTER_NOT_FOUND = timedelta(hours=24)
DAY = timedelta(days=1)
ENQUIRIES_A_DAY = 5
"""Nobody may find out through us whose accounts these are."""
ENQUIRY = "name_enquiry"
_STILL = (*OVER, PayState.DRAFT, PayState.WITHDRAWN, PayState.REJECTED)
_FINDINGS: dict[str, tuple[CheckResult, str]] = {
    "not_found": (CheckResult.FAIL, "account_not_found"),
    "unsupported": (CheckResult.UNCLEAR, "provider_unknown"),
    "unclear": (CheckResult.UNCLEAR, "provider_unknown"),
    "unavailable": (CheckResult.UNAVAILABLE, "provider_timeout"),
}


@dataclass(frozen=True, slots=True)
class _Account:
    """One account that somebody has to be asked about."""

    id: int
    bank: str
    account: str
    about: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Business:
    """One business number that the tax office has to be asked about."""

    id: int
    brn: str
    opened_on: date | None
    owner_name: str
    about: dict[str, str]


def check_accounts(database: Database, checker: AccountChecker, now: datetime) -> int:
    """Ask whose accounts these are; return about how many there is an answer now.

    Stops at the first outage.
    """
    with database.reading() as session:
        waiting = list(_accounts(session, now))
    answered = 0
    for account in waiting:
        answer = checker.holder(account.bank, account.account)
        with database.transaction() as session:
            _note_holder(session, account, answer, now)
        if answer.outcome == "unavailable":
            return answered
        answered += 1
    return answered


def check_businesses(database: Database, tax_office: TaxOffice, now: datetime) -> int:
    """Ask whether business numbers are in use and whose; return about how many were answered.

    Stops at the first outage.
    """
    with database.reading() as session:
        waiting = list(_businesses(session, now))
    answered = 0
    for business in waiting:
        found = [brn_finding(state_of(tax_office.status(business.brn)))]
        if business.opened_on and business.owner_name:
            verdict = tax_office.validate(business.brn, business.opened_on, business.owner_name)
            found += _match(verdict)
        with database.transaction() as session:
            _keep(session, business.id, found, business.about, now)
        if found[0].result is CheckResult.UNAVAILABLE:
            return answered
        answered += 1
    return answered


def _pending(key: str) -> Select[PayApplication]:
    """Return applications for which somebody else has to say something about `key`."""
    open_need = select(Requirement.id).where(
        Requirement.subject == PayApplication.__tablename__,
        Requirement.subject_id == PayApplication.id,
        Requirement.capability == CAPABILITY,
        Requirement.key == key,
        Requirement.level == Level.PENDING_VERIFICATION,
    )
    return (
        select(PayApplication)
        .where(PayApplication.state.not_in(_STILL), open_need.exists())
        .order_by(PayApplication.updated_at, PayApplication.id)
    )


def _accounts(session: Session, now: datetime) -> Iterator[_Account]:
    found = 0
    for row in session.scalars(_pending("account").where(PayApplication.bank_code.is_not(None))):
        about = {kind: digest_of(session, row, kind) for kind in ("account", "holder")}
        last = _last(session, row.id, "account", about["account"])
        if last is not None and not _ask_again(last, now):
            continue
        if row.account and row.bank_code and _enquiries(session, row.id, now) < ENQUIRIES_A_DAY:
            yield _Account(row.id, row.bank_code, row.account, about)
            found += 1
        if found == BATCH:
            return


def _businesses(session: Session, now: datetime) -> Iterator[_Business]:
    rows = (*session.scalars(_pending("brn")), *session.scalars(_unmatched()))
    wanted = {row.id: row for row in rows if row.brn and row.business_kind is not PayKind.NONE}
    found = 0
    for row in wanted.values():
        about = {kind: digest_of(session, row, kind) for kind in ("brn", "owner_name")}
        if not _worth_asking(session, row, about, now):
            continue
        owner = session.get_one(Merchant, row.merchant_id).owner_name or ""
        yield _Business(row.id, row.brn or "", row.opened_on, owner, about)
        found += 1
        if found == BATCH:
            return


def _unmatched() -> Select[PayApplication]:
    """Return applications being collected whose day of opening is known."""
    collected = (PayState.COLLECTING, PayState.READY)
    return (
        select(PayApplication)
        .where(PayApplication.state.in_(collected), PayApplication.opened_on.is_not(None))
        .order_by(PayApplication.updated_at, PayApplication.id)
    )


def _worth_asking(
    session: Session, row: PayApplication, about: dict[str, str], now: datetime
) -> bool:
    last = _last(session, row.id, "brn", about["brn"])
    if last is None or _ask_again(last, now):
        return True
    matched = _last(session, row.id, "owner_name", about["owner_name"])
    return row.opened_on is not None and matched is None and last.at <= now - AFTER_OUTAGE


def _last(session: Session, application_id: int, kind: str, about: str) -> PayCheck | None:
    return session.scalars(
        select(PayCheck)
        .where(
            PayCheck.application_id == application_id,
            PayCheck.kind == kind,
            PayCheck.about == about,
        )
        .order_by(PayCheck.id.desc())
        .limit(1)
    ).one_or_none()


def _ask_again(last: PayCheck, now: datetime) -> bool:
    """Tell whether the last answer was none, and was so long enough ago."""
    if last.result is CheckResult.UNAVAILABLE:
        return last.at <= now - AFTER_OUTAGE
    if last.result is CheckResult.UNCLEAR and last.code == "brn_not_found_new":
        return last.at <= now - AFTER_NOT_FOUND
    return last.result is CheckResult.UNCLEAR and last.source == BY_MERCHANT


def _enquiries(session: Session, application_id: int, now: datetime) -> int:
    return session.execute(
        select(func.count())
        .select_from(PayCheck)
        .where(
            PayCheck.application_id == application_id,
            PayCheck.kind == "account",
            PayCheck.source == ENQUIRY,
            PayCheck.result != CheckResult.UNAVAILABLE,
            PayCheck.at > now - DAY,
        )
    ).scalar_one()


def _note_holder(session: Session, asked: _Account, answer: HolderAnswer, now: datetime) -> None:
    if answer.outcome == "found":
        found = [
            Found("account", CheckResult.PASS, source=ENQUIRY),
            _whose(session, asked.id, answer.holder),
        ]
        if found[1].result is CheckResult.PASS:
            found += _book_not_needed(session, asked.id)
    else:
        result, code = _FINDINGS[answer.outcome]
        found = [Found("account", result, code, ENQUIRY)]
    _keep(session, asked.id, found, asked.about, now)


def _whose(session: Session, application_id: int, holder: str) -> Found:
    """Compare the name that the bank told; it is not kept and not shown to anybody."""
    row = session.get_one(PayApplication, application_id)
    owner = session.get_one(Merchant, row.merchant_id).owner_name or ""
    stores = session.scalars(select(Store.name).where(Store.merchant_id == row.merchant_id))
    match = same_holder(holder, owner, filter(None, stores))
    if match is HolderMatch.UNKNOWN:
        return Found("holder", CheckResult.UNCLEAR, "provider_unknown", ENQUIRY)
    if provider(row.provider).takes(match, row.business_kind):
        return Found("holder", CheckResult.PASS, source=ENQUIRY)
    return Found("holder", CheckResult.FAIL, "holder_mismatch", ENQUIRY)


def _book_not_needed(session: Session, application_id: int) -> list[Found]:
    """Return that no other bankbook is wanted, where the change of account asked for one."""
    row = session.get_one(PayApplication, application_id)
    last = _last(session, row.id, "bankbook", digest_of(session, row, "bankbook"))
    if last is None or last.result is not CheckResult.FAIL or last.source != BY_MERCHANT:
        return []
    return [Found("bankbook", CheckResult.PASS, source=ENQUIRY)]


def _match(verdict: str) -> list[Found]:
    """Return what the verdict about number, day and owner means; no verdict means nothing."""
    if verdict == "valid":
        return [Found("owner_name", CheckResult.PASS, source=TAX_OFFICE)]
    if verdict == "invalid":
        return [Found("owner_name", CheckResult.FAIL, "rep_mismatch", TAX_OFFICE)]
    return []


def _keep(
    session: Session, application_id: int, found: list[Found], about: dict[str, str], now: datetime
) -> None:
    """Keep what was found, unless the value was changed or erased while we asked."""
    row = locked(session, application_id)
    if row is None or row.state in _STILL:
        return
    kinds = "+".join(one.kind for one in found)
    cause = Cause(actor="system", key=f"check:{kinds}:{now.isoformat()}", now=now)
    fitting = [replace(one, about=about.get(one.kind)) for one in found]
    noted = [note(session, row, one, cause) for one in fitting]
    if any(noted):
        touch(row, now)
        bring_up(session, row, cause)
