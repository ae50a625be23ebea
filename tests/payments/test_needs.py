"""Every error of the catalogue: what it is about, its one fix, and that the mended case goes on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.console import words
from bot.errors import ConfigError, InvalidInputError
from bot.services import payments
from bot.services.business import FINDINGS
from bot.services.document_review import REJECT_CODES
from bot.services.fixes import FIXES, WAITS
from bot.services.pay_rules import provider as providers
from bot.services.pay_rules.facts import Finding, Given, Paper
from bot.services.pay_rules.needs import KEY_OF_CODE, KEYS, needs_of
from bot.services.pay_rules.provider import ProviderConfig, read
from bot.services.payments import provider
from bot.services.requirements import Need, RequirementLine, level_of, next_due
from models.merchant import TaxOfficeState
from models.payment import CheckResult, HolderMatch, PayKind
from models.requirement import DocumentKind
from models.session import Database
from models.states import DocumentState, Level, PayState
from tests.payments.applicants import FORM, Applicant, applicant
from tests.use_cases.people import NOW

CATALOGUE = [
    "brn_checksum",
    "brn_length",
    "brn_closed",
    "brn_not_found_new",
    "rep_mismatch",
    "holder_mismatch",
    "account_not_found",
    "account_length",
    "bank_unsupported",
    "doc_unreadable",
    "doc_cropped",
    "doc_old",
    "trade_restricted",
    "permit_missing",
    "owner_phone_mismatch",
    "duplicate_store",
    "consent_missing",
    "provider_timeout",
    "provider_unknown",
    "brn_missing",
    "owner_confirmation_missing",
]
GOOD: dict[str, object] = {
    "provider": provider("kakaopay"),
    "kind": PayKind.SOLE,
    "brn": "1234567891",
    "tax_office": TaxOfficeState.CONTINUING,
    "owner_name": "김순자",
    "businesses": ("순자네 반찬",),
    "category": "sidedish",
    "holder": "김순자",
    "bank": "004",
    "account_length": 14,
    "is_account_gone": False,
    "is_agent": False,
    "owner_agreed": False,
    "consent": True,
    "is_twin": False,
    "papers": {
        DocumentKind.BRC: Paper(1, DocumentState.ACCEPTED, None),
        DocumentKind.BANKBOOK: Paper(2, DocumentState.ACCEPTED, None),
    },
    "findings": {},
}


def needs(**other: object) -> dict[str, Need]:
    return {need.key: need for need in needs_of(Given(**{**GOOD, **other}))}  # type: ignore[arg-type]  # test values of many types


def found(result: CheckResult, code: str | None = None) -> Finding:
    return Finding(result, code, "")


def test_a_good_application_needs_nothing() -> None:
    assert {need.level for need in needs().values()} == {Level.MET}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_error_has_exactly_one_fix_and_a_place(code: str) -> None:
    assert isinstance(FIXES[code], str)
    assert KEY_OF_CODE[code] in KEYS


def test_every_error_that_can_follow_is_in_the_catalogue() -> None:
    assert set(KEY_OF_CODE) <= set(FIXES)
    assert {f.error_code for f in FINDINGS.values() if f.error_code} <= set(KEY_OF_CODE)
    assert set(REJECT_CODES) <= set(KEY_OF_CODE)
    assert set(FIXES.values()) >= WAITS


def test_operators_read_a_word_for_every_key_and_error() -> None:
    assert [key for key in KEYS if key not in words.NEEDS] == []
    assert [code for code in KEY_OF_CODE if code not in words.PROBLEMS] == []


CASES: list[tuple[dict[str, object], str, Level, str | None]] = [
    ({"kind": None}, "business_type", Level.CURRENTLY_DUE, None),
    ({"brn": None}, "brn", Level.CURRENTLY_DUE, None),
    ({"brn": "123456789"}, "brn", Level.CURRENTLY_DUE, "brn_length"),
    ({"brn": "1234567890"}, "brn", Level.CURRENTLY_DUE, "brn_checksum"),
    ({"tax_office": TaxOfficeState.CLOSED}, "brn", Level.CURRENTLY_DUE, "brn_closed"),
    ({"tax_office": TaxOfficeState.SUSPENDED}, "brn", Level.PENDING_VERIFICATION, "brn_suspended"),
    (
        {"tax_office": TaxOfficeState.UNREGISTERED},
        "brn",
        Level.PENDING_VERIFICATION,
        "brn_not_found_new",
    ),
    ({"tax_office": TaxOfficeState.UNAVAILABLE}, "brn", Level.PENDING_VERIFICATION, None),
    ({"kind": PayKind.NONE, "brn": None}, "brn", Level.CURRENTLY_DUE, "brn_missing"),
    ({"holder": ""}, "holder", Level.CURRENTLY_DUE, None),
    ({"holder": "박영희"}, "holder", Level.CURRENTLY_DUE, "holder_mismatch"),
    ({"holder": "㈜순자네반찬"}, "holder", Level.MET, None),
    ({"holder": "(주)"}, "holder", Level.PENDING_VERIFICATION, None),
    ({"kind": PayKind.CORP, "holder": "김순자"}, "holder", Level.CURRENTLY_DUE, "holder_mismatch"),
    ({"kind": PayKind.CORP, "holder": "순자네반찬"}, "holder", Level.MET, None),
    ({"bank": None}, "bank", Level.CURRENTLY_DUE, None),
    ({"bank": "050"}, "bank", Level.CURRENTLY_DUE, "bank_unsupported"),
    ({"account_length": 0}, "account", Level.CURRENTLY_DUE, None),
    ({"account_length": 5}, "account", Level.CURRENTLY_DUE, "account_length"),
    ({"papers": {}}, "account", Level.PENDING_VERIFICATION, None),
    ({"papers": {}}, "brc", Level.CURRENTLY_DUE, None),
    ({"papers": {}}, "bankbook", Level.CURRENTLY_DUE, None),
    (
        {"papers": {DocumentKind.BRC: Paper(3, DocumentState.REJECTED, "doc_unreadable")}},
        "brc",
        Level.CURRENTLY_DUE,
        "doc_unreadable",
    ),
    (
        {"papers": {DocumentKind.BRC: Paper(3, DocumentState.EXPIRED, None)}},
        "brc",
        Level.CURRENTLY_DUE,
        "doc_old",
    ),
    (
        {"papers": {DocumentKind.BRC: Paper(3, DocumentState.IN_REVIEW, None)}},
        "brc",
        Level.PENDING_VERIFICATION,
        None,
    ),
    ({"consent": None}, "consent_third_party", Level.CURRENTLY_DUE, "consent_missing"),
    ({"consent": False}, "consent_third_party", Level.CURRENTLY_DUE, "consent_missing"),
    (
        {"is_agent": True},
        "owner_confirmation",
        Level.PENDING_VERIFICATION,
        "owner_confirmation_missing",
    ),
    ({"is_agent": True, "owner_agreed": True}, "owner_confirmation", Level.MET, None),
    ({"is_agent": True}, "proxy", Level.CURRENTLY_DUE, None),
    ({"kind": PayKind.CORP}, "corp_registry", Level.CURRENTLY_DUE, None),
    ({"kind": PayKind.CORP}, "seal", Level.CURRENTLY_DUE, None),
    ({"is_twin": True}, "duplicate", Level.PENDING_VERIFICATION, "duplicate_store"),
    (
        {"businesses": ("순자네 복권",)},
        "trade",
        Level.PENDING_VERIFICATION,
        "trade_restricted",
    ),
]


@pytest.mark.parametrize(("given", "key", "level", "code"), CASES)
def test_what_is_wrong_becomes_a_requirement(
    given: dict[str, object], key: str, level: Level, code: str | None
) -> None:
    need = needs(**given)[key]
    assert (need.level, need.error_code) == (level, code)


def test_the_bank_naming_the_holder_makes_the_bankbook_unnecessary() -> None:
    both = {"account": found(CheckResult.PASS), "holder": found(CheckResult.PASS)}
    found_needs = needs(papers={}, findings=both)
    assert found_needs["bankbook"].level is Level.WAIVED
    assert found_needs["account"].level is Level.MET


def test_a_bankbook_does_not_make_up_for_an_account_that_is_not_there() -> None:
    failed = {"account": found(CheckResult.FAIL, "account_not_found")}
    assert needs(findings=failed)["account"].error_code == "account_not_found"


def test_while_the_bank_does_not_answer_a_bankbook_will_do() -> None:
    silent = {"account": found(CheckResult.UNAVAILABLE, "provider_timeout")}
    assert needs(findings=silent)["account"].level is Level.MET
    waiting = needs(findings=silent, papers={})["account"]
    assert (waiting.level, waiting.error_code) == (Level.PENDING_VERIFICATION, "provider_timeout")


@pytest.mark.parametrize("key", ["brn", "holder", "bank", "trade", "duplicate"])
def test_a_person_overrules_the_rules(key: str) -> None:
    wrong: dict[str, object] = {
        "tax_office": TaxOfficeState.CLOSED,
        "holder": "박영희",
        "bank": "050",
        "businesses": ("복권",),
        "is_twin": True,
    }
    assert needs(**wrong)[key].level is not Level.MET
    assert needs(**wrong, findings={key: found(CheckResult.PASS)})[key].level is Level.MET


def test_what_the_merchant_cannot_mend_waits() -> None:
    for code in CATALOGUE:
        expected = Level.PENDING_VERIFICATION if FIXES[code] in WAITS else Level.CURRENTLY_DUE
        assert level_of(code) is expected


def test_no_finding_of_a_machine_ever_refuses() -> None:
    levels = {level for _, _, level, _ in CASES}
    assert levels <= {Level.CURRENTLY_DUE, Level.PENDING_VERIFICATION, Level.MET}


def test_consent_comes_first_and_papers_last() -> None:
    lines = [
        RequirementLine(key, Level.CURRENTLY_DUE, None, None, None, "", NOW)
        for key in ("seal", "brc", "holder", "brn", "consent_third_party")
    ]
    order = []
    while lines:
        line = next_due(lines)
        assert line is not None
        order.append(line.key)
        lines.remove(line)
    assert order == ["consent_third_party", "brn", "holder", "brc", "seal"]
    assert next_due(()) is None


REPAIRS: list[tuple[str, dict[str, str], Callable[[Applicant], None]]] = [
    ("brn_checksum", {"brn": "1234567890"}, lambda who: mend(who, brn="1234567891")),
    ("brn_length", {"brn": "123456"}, lambda who: mend(who, brn="1234567891")),
    ("holder_mismatch", {"holder": "박영희"}, lambda who: mend(who, holder="김순자")),
    (
        "bank_unsupported",
        {"bank": "050"},
        lambda who: mend(who, bank="088", account="110123456789"),
    ),
    ("account_length", {"account": "123"}, lambda who: mend(who, account="12345601123456")),
    (
        "brn_missing",
        {"business_type": "none", "brn": ""},
        lambda who: mend(who, business_type="sole", brn="1234567891"),
    ),
]


def mend(who: Applicant, **changes: str) -> None:
    with who.person.turn("mend") as tx:
        assert payments.repair(tx, who.id, changes) is True


@pytest.mark.parametrize(("code", "wrong", "repair"), REPAIRS)
def test_the_mended_case_goes_through(
    database: Database,
    code: str,
    wrong: dict[str, str],
    repair: Callable[[Applicant], None],
) -> None:
    who = applicant(database)
    who.agree()
    with who.person.turn("apply") as tx:
        payments.apply(tx, replace(FORM, **wrong))  # type: ignore[arg-type]  # the texts of the form
    assert who.overview().error_code == code
    assert who.overview().fix_action == FIXES[code]
    repair(who)
    assert code not in {line.error_code for line in who.overview().requirements}
    who.clear("brn")
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    assert who.state is PayState.READY


@pytest.mark.parametrize("code", REJECT_CODES)
def test_a_paper_that_was_asked_for_again_goes_through(database: Database, code: str) -> None:
    who = applicant(database)
    who.complete()
    who.refuse(who.send(DocumentKind.BRC, "second"), code)
    assert who.due() == ("brc", code, FIXES[code])
    assert who.state.value == "collecting"
    third = who.send(DocumentKind.BRC, "third")
    assert who.due() is None
    who.accept(third)
    assert who.state is PayState.READY


def test_the_providers_file_says_what_it_must() -> None:
    known = provider("kakaopay")
    assert isinstance(known, ProviderConfig)
    assert known.papers_for(PayKind.SOLE, is_agent=True) == (
        DocumentKind.BRC,
        DocumentKind.BANKBOOK,
        DocumentKind.PROXY,
    )
    assert known.takes(HolderMatch.BUSINESS, PayKind.SOLE)
    assert known.name in known.fee
    assert all(len(line) <= 45 for line in known.fee.splitlines())
    with pytest.raises(InvalidInputError):
        provider("nobody")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "카카오페이"', ""),
        ("as_of = 2026-11-20", 'as_of = "soon"'),
        ('"corp_registry", "seal"', '"passport"'),
        ('none = ["owner"]', ""),
        ("review_days = 10", "review_dayz = 10"),
        ("[banks]", "[banks"),
    ],
)
def test_a_providers_file_with_a_mistake_is_refused(
    tmp_path: Path, before: str, after: str
) -> None:
    text = (providers.FOLDER / "kakaopay.toml").read_text(encoding="utf-8")
    assert before in text
    broken = tmp_path / "other.toml"
    broken.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError):
        read(broken)
