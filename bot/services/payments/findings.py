"""What was found out about an application: kept, appended only, and what follows from it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from bot.services.business import FINDINGS
from bot.services.fixes import FIXES
from bot.services.pay_rules.bringing import bring_up, touch
from bot.services.pay_rules.facts import about, papers_of
from bot.services.pay_rules.needs import KEY_OF_CODE, KEYS
from bot.services.payments.rows import needed
from models.merchant import Merchant, TaxOfficeState
from models.payment import CheckResult, PayApplication, PayCheck
from models.requirement import DocumentKind
from models.states import Cause, Level

TAX_OFFICE, BY_MERCHANT = "tax_office", "merchant"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        kind: key of the requirement it is about: `brn`, `account`, `holder`, `brc`, `details`.
        result: a failed check asks for one repair; an unclear one waits for a person.
        code: what is wrong, a code of the table of fixes; None when nothing is.
        source: who found it; None for the actor of the cause.
        about: what `digest_of` said when the check began: a finding about a value that was
            changed meanwhile is left out. None for the value that stands there now.
    """

    kind: str
    result: CheckResult
    code: str | None = None
    source: str | None = None
    about: str | None = None


def record_check(session: Session, application_id: int, found: Found, cause: Cause) -> bool:
    """Keep a finding and let requirements and state follow; False when it says nothing new.

    Args:
        session: inside a write transaction.
        application_id: which application.
        found: what was found.
        cause: who and when; its key tells this finding apart.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: no such requirement (code `unknown_requirement`), or no such error
            (code `unknown_code`).
    """
    row = needed(session, application_id)
    if not note(session, row, found, cause):
        return False
    touch(row, cause.now)
    bring_up(session, row, cause)
    return True


def ask_for(
    session: Session, application_id: int, code: str, cause: Cause, *, key: str | None = None
) -> bool:
    """Ask the merchant for the one repair that an error wants; False when that is asked already.

    Args:
        session: inside a write transaction.
        application_id: which application.
        code: a code of the table of fixes.
        cause: who, when, idempotency key.
        key: what it is about, where the code alone does not tell (`doc_old` of which paper).

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: code `unknown_code` or `unknown_requirement`.
    """
    found = Found(key or KEY_OF_CODE.get(code, ""), CheckResult.FAIL, code)
    return record_check(session, application_id, found, cause)


def clear(session: Session, application_id: int, key: str, cause: Cause) -> bool:
    """Let a person say that something is in order; False when that is known already.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: code `unknown_requirement`.
    """
    return record_check(session, application_id, Found(key, CheckResult.PASS), cause)


def note(session: Session, row: PayApplication, found: Found, cause: Cause) -> bool:
    """Append a finding; False when it says nothing new, or is about a value of before.

    That nobody answered is kept each time: when to ask again is counted from it.

    Raises:
        RuleBrokenError: code `unknown_requirement` or `unknown_code`.
    """
    if found.kind not in KEYS:
        raise RuleBrokenError(f"no requirement {found.kind!r}", code="unknown_requirement")
    if found.code is not None and found.code not in FIXES:
        raise RuleBrokenError(f"no error {found.code!r}", code="unknown_code")
    digest = digest_of(session, row, found.kind)
    if found.about is not None and found.about != digest:
        return False
    is_answer = found.result is not CheckResult.UNAVAILABLE
    if is_answer and _newest(session, row.id, found.kind) == (found.result, found.code, digest):
        return False
    session.add(
        PayCheck(
            application_id=row.id,
            kind=found.kind,
            result=found.result,
            code=found.code,
            source=found.source or cause.actor,
            about=digest,
            at=cause.now,
        )
    )
    session.flush()
    return True


def digest_of(session: Session, row: PayApplication, kind: str) -> str:
    """Return what a finding of this kind would be about now."""
    merchant = session.get_one(Merchant, row.merchant_id)
    papers = papers_of(session, row.merchant_id) if kind in set(DocumentKind) else {}
    return about(row, merchant, papers, kind)


def brn_finding(state: TaxOfficeState) -> Found:
    """Return what an answer of the tax office means for `brn`."""
    finding = FINDINGS[state]
    if state is TaxOfficeState.UNAVAILABLE:
        return Found("brn", CheckResult.UNAVAILABLE, source=TAX_OFFICE)
    if finding.level is Level.MET:
        return Found("brn", CheckResult.PASS, source=TAX_OFFICE)
    failed = finding.level is Level.CURRENTLY_DUE
    result = CheckResult.FAIL if failed else CheckResult.UNCLEAR
    return Found("brn", result, finding.error_code, TAX_OFFICE)


def _newest(
    session: Session, application_id: int, kind: str
) -> tuple[CheckResult, str | None, str] | None:
    row = session.scalars(
        select(PayCheck)
        .where(PayCheck.application_id == application_id, PayCheck.kind == kind)
        .order_by(PayCheck.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.result, row.code, row.about) if row else None
