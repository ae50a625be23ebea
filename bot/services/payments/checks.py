"""Asking the tax office about applications, outside of any turn; see `asking`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.clients.nts import TaxOffice
from bot.services.business import state_of
from bot.services.pay_rules.waiting import GATHERED
from bot.services.payments.asking import BATCH, keep, last_of, pending
from bot.services.payments.findings import (
    BY_MERCHANT,
    TAX_OFFICE,
    Found,
    brn_finding,
    digest_of,
)
from models.merchant import Merchant
from models.payment import CheckResult, PayApplication, PayCheck, PayKind
from models.session import Database

AFTER_OUTAGE = timedelta(hours=1)
AFTER_NOT_FOUND = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Business:
    """One business number that the tax office has to be asked about."""

    id: int
    brn: str
    opened_on: date | None
    owner_name: str
    about: dict[str, str]


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
            keep(session, business.id, found, business.about, now)
        if found[0].result is CheckResult.UNAVAILABLE:
            return answered
        answered += 1
    return answered


def _businesses(session: Session, now: datetime) -> Iterator[_Business]:
    rows = (*session.scalars(pending("brn")), *session.scalars(_unmatched()))
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
    return (
        select(PayApplication)
        .where(PayApplication.state.in_(GATHERED), PayApplication.opened_on.is_not(None))
        .order_by(PayApplication.updated_at, PayApplication.id)
    )


def _worth_asking(
    session: Session, row: PayApplication, about: dict[str, str], now: datetime
) -> bool:
    last = last_of(session, row.id, "brn", about["brn"])
    if last is None or _ask_again(last, now):
        return True
    matched = last_of(session, row.id, "owner_name", about["owner_name"])
    return row.opened_on is not None and matched is None and last.at <= now - AFTER_OUTAGE


def _ask_again(last: PayCheck, now: datetime) -> bool:
    """Tell whether the last answer was none, and was so long enough ago."""
    if last.result is CheckResult.UNAVAILABLE:
        return last.at <= now - AFTER_OUTAGE
    if last.result is CheckResult.UNCLEAR and last.code == "brn_not_found_new":
        return last.at <= now - AFTER_NOT_FOUND
    return last.result is CheckResult.UNCLEAR and last.source == BY_MERCHANT


def _match(verdict: str) -> list[Found]:
    """Return what the verdict about number, day and owner means; no verdict means nothing."""
    if verdict == "valid":
        return [Found("owner_name", CheckResult.PASS, source=TAX_OFFICE)]
    if verdict == "invalid":
        return [Found("owner_name", CheckResult.FAIL, "rep_mismatch", TAX_OFFICE)]
    return []
