"""What an application still needs, from what is known about it. Pure: no database, no time.

A machine never refuses anybody here: what fails is asked for again or waits for a person
(PIPA 37-2). The newest finding about a value, of an office, a bank, the provider or a person
of the programme, goes before what the rules say by themselves.
"""

from collections.abc import Iterator

from bot.nlu.banks import account_length_ok
from bot.nlu.business_numbers import check as check_brn
from bot.services.business import FINDINGS
from bot.services.pay_rules.facts import Finding, Given
from bot.services.pay_rules.names import same_holder
from bot.services.requirements import Need, level_of
from models.payment import CheckResult, HolderMatch, PayKind
from models.requirement import DocumentKind
from models.states import DocumentState, Level

CONSENT = "consent_third_party"
OWNER = "owner_confirmation"
PAPERS = (
    DocumentKind.BRC,
    DocumentKind.BANKBOOK,
    DocumentKind.CORP_REGISTRY,
    DocumentKind.SEAL,
    DocumentKind.PROXY,
    DocumentKind.PERMIT,
)
KEYS = (
    CONSENT,
    "business_type",
    "brn",
    "bank",
    "account",
    "holder",
    OWNER,
    *(paper.value for paper in PAPERS),
    "trade",
    "duplicate",
    "owner_name",
    "phone",
    "details",
)
"""Every key that an application may need."""
KEY_OF_CODE = {
    "brn_checksum": "brn",
    "brn_length": "brn",
    "brn_invalid": "brn",
    "brn_closed": "brn",
    "brn_suspended": "brn",
    "brn_missing": "brn",
    "brn_not_found_new": "brn",
    "business_closed": "brn",
    "rep_mismatch": "owner_name",
    "holder_mismatch": "holder",
    "account_not_found": "account",
    "account_length": "account",
    "bank_unsupported": "bank",
    "doc_unreadable": "brc",
    "doc_cropped": "brc",
    "doc_old": "brc",
    "doc_wrong_kind": "brc",
    "permit_missing": "permit",
    "trade_restricted": "trade",
    "owner_phone_mismatch": "phone",
    "duplicate_store": "duplicate",
    "consent_missing": CONSENT,
    "owner_confirmation_missing": OWNER,
    "changed_after_submit": "details",
    "provider_timeout": "account",
    "provider_unknown": "details",
}
"""Code of the error catalogue -> what it is about, where nothing else is said."""
_PAPER_LEVELS = {
    DocumentState.RECEIVED: Level.PENDING_VERIFICATION,
    DocumentState.SCANNED: Level.PENDING_VERIFICATION,
    DocumentState.IN_REVIEW: Level.PENDING_VERIFICATION,
    DocumentState.ACCEPTED: Level.MET,
}


def needs_of(given: Given) -> list[Need]:
    """Return the requirements that follow, by the order of `KEYS`."""
    return list(_needs(given))


def match_of(given: Given) -> HolderMatch:
    """Return whose account it is by the name that was told."""
    return same_holder(given.holder, given.owner_name, given.businesses)


def _needs(given: Given) -> Iterator[Need]:
    yield _consent(given)
    if given.kind is None:
        yield Need("business_type", Level.CURRENTLY_DUE)
    yield _brn(given)
    yield _bank(given)
    yield _account(given)
    yield _holder(given)
    if given.is_agent:
        yield _owner(given)
    yield from _papers(given)
    yield from _trade(given)
    if given.is_twin or "duplicate" in given.asked:
        yield _found(given, "duplicate") or _wrong("duplicate", "duplicate_store")
    for key in ("owner_name", "phone", "details"):
        found = _found(given, key)
        if found is not None:
            yield found


def _wrong(key: str, code: str) -> Need:
    return Need(key, level_of(code), code)


def _found(given: Given, key: str) -> Need | None:
    """Return what the newest finding about a value means; None when there is none."""
    found = given.findings.get(key)
    return _meaning(key, found) if found else None


def _meaning(key: str, found: Finding) -> Need:
    if found.result is CheckResult.PASS:
        return Need(key, Level.MET)
    if found.result is CheckResult.FAIL and found.code:
        return _wrong(key, found.code)
    return Need(key, Level.PENDING_VERIFICATION, found.code)


def _consent(given: Given) -> Need:
    return Need(CONSENT, Level.MET) if given.consent else _wrong(CONSENT, "consent_missing")


def _brn(given: Given) -> Need:
    if given.kind is PayKind.NONE:
        return _found(given, "brn") or _wrong("brn", "brn_missing")
    if not given.brn:
        return Need("brn", Level.CURRENTLY_DUE)
    code = check_brn(given.brn)
    if code:
        return _wrong("brn", code)
    finding = FINDINGS[given.tax_office]
    return _found(given, "brn") or Need("brn", finding.level, finding.error_code)


def _bank(given: Given) -> Need:
    if given.is_account_gone:
        return Need("bank", Level.MET)
    if not given.bank:
        return Need("bank", Level.CURRENTLY_DUE)
    found = _found(given, "bank")
    if found is not None:
        return found
    if given.bank in given.provider.unsupported:
        return _wrong("bank", "bank_unsupported")
    return Need("bank", Level.MET)


def _account(given: Given) -> Need:
    """Return what the account needs: the bank's word, or a bankbook that a person has read."""
    if given.is_account_gone:
        return Need("account", Level.MET)
    if not given.account_length:
        return Need("account", Level.CURRENTLY_DUE)
    if not account_length_ok("0" * given.account_length, given.bank):
        return _wrong("account", "account_length")
    found = _found(given, "account")
    if found is not None and found.level is not Level.PENDING_VERIFICATION:
        return found
    if _read_in_bankbook(given):
        return Need("account", Level.MET)
    return found or Need("account", Level.PENDING_VERIFICATION)


def _read_in_bankbook(given: Given) -> bool:
    """Tell whether a person saw this very account in a bankbook, and not the one before it."""
    book = given.papers.get(DocumentKind.BANKBOOK)
    if book is None or book.state is not DocumentState.ACCEPTED:
        return False
    since = given.account_since
    return since is None or book.looked_at is None or book.looked_at >= since


def _holder(given: Given) -> Need:
    if given.is_account_gone:
        return Need("holder", Level.MET)
    if not given.holder:
        return Need("holder", Level.CURRENTLY_DUE)
    found = _found(given, "holder")
    if found is not None:
        return found
    match = match_of(given)
    if match is HolderMatch.UNKNOWN:
        return Need("holder", Level.PENDING_VERIFICATION)
    if given.provider.takes(match, given.kind):
        return Need("holder", Level.MET)
    return _wrong("holder", "holder_mismatch")


def _owner(given: Given) -> Need:
    if given.owner_agreed:
        return Need(OWNER, Level.MET)
    return _wrong(OWNER, "owner_confirmation_missing")


def _papers(given: Given) -> Iterator[Need]:
    wanted = set(given.provider.papers_for(given.kind, is_agent=given.is_agent))
    if given.category in given.provider.permit:
        wanted.add(DocumentKind.PERMIT)
    for kind in PAPERS:
        if kind in wanted or kind.value in given.asked:
            yield _paper(given, kind)


def _paper(given: Given, kind: DocumentKind) -> Need:
    paper = given.papers.get(kind)
    evidence = paper.id if paper else None
    found = _found(given, kind.value)
    if found is not None:
        return Need(kind.value, found.level, found.error_code, evidence_id=evidence)
    if paper is None:
        return _missing(given, kind)
    if paper.state in _PAPER_LEVELS:
        return Need(kind.value, _PAPER_LEVELS[paper.state], evidence_id=evidence)
    code = paper.reject_code or "doc_old"
    return Need(kind.value, Level.CURRENTLY_DUE, code, evidence_id=evidence)


def _missing(given: Given, kind: DocumentKind) -> Need:
    if kind is DocumentKind.BANKBOOK and (given.is_account_gone or _named_by_bank(given)):
        return Need(kind.value, Level.WAIVED)
    code = "permit_missing" if kind is DocumentKind.PERMIT else None
    return Need(kind.value, Level.CURRENTLY_DUE, code)


def _named_by_bank(given: Given) -> bool:
    """Tell whether the bank itself has named a holder who will do."""
    passed = [
        key in given.findings and given.findings[key].result is CheckResult.PASS
        for key in ("account", "holder")
    ]
    return given.provider.bankbook_unless_checked and all(passed)


def _trade(given: Given) -> Iterator[Need]:
    names = "".join(given.businesses)
    named = any(word in names for word in given.provider.words)
    if given.category in given.provider.restricted or named or "trade" in given.asked:
        yield _found(given, "trade") or _wrong("trade", "trade_restricted")
