"""Asking banks and the tax office: every answer, outages, and values changed meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.clients.account_holder import HolderAnswer, HolderOutcome, NoAccountChecker, WonAnswer
from bot.clients.nts import BusinessStatus, State, Verdict
from bot.services import payments
from models.payment import PayCheck
from models.requirement import DocumentKind
from models.session import Database
from models.states import PayState
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

HOUR = timedelta(hours=1)


@dataclass
class Bank:
    """A bank that answers one thing and counts."""

    answer: HolderAnswer = field(default_factory=lambda: HolderAnswer("found", "김순자"))
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def holder(self, bank: str, account: str) -> HolderAnswer:
        self.asked.append(f"{bank}:{account}")
        if self.meanwhile:
            self.meanwhile()
        return self.answer

    def send_won(self, bank: str, account: str, memo: str, key: str) -> WonAnswer:
        raise NotImplementedError

    def find_won(self, key: str) -> WonAnswer:
        raise NotImplementedError


@dataclass
class Office:
    """A tax office that answers one thing and counts."""

    state: State = "continuing"
    verdict: Verdict = "valid"
    asked: list[str] = field(default_factory=list)

    def status(self, brn: str) -> BusinessStatus:
        self.asked.append(brn)
        return BusinessStatus(self.state, "", None, NOW)

    def validate(self, brn: str, opened_on: date, owner_name: str) -> Verdict:
        self.asked.append(f"{brn}:{opened_on}:{owner_name}")
        return self.verdict


def ask(who: Applicant, bank: Bank, now: datetime = NOW) -> int:
    return payments.check_accounts(who.database, bank, now)


def office(who: Applicant, answers: Office, now: datetime = NOW) -> int:
    return payments.check_businesses(who.database, answers, now)


def waiting(database: Database, **other: str) -> Applicant:
    who = applicant(database)
    who.agree()
    with who.person.turn("apply") as tx:
        payments.apply(tx, payments.Application.from_slots({**SLOTS, **other}))
    return who


SLOTS = {
    "business_type": "sole",
    "brn": "1234567891",
    "holder": "김순자",
    "bank": "004",
    "account": "12345601123456",
}


def checks(database: Database) -> list[tuple[str, str, str | None]]:
    with database.reading() as session:
        rows = session.scalars(select(PayCheck).order_by(PayCheck.id))
        return [(row.kind, row.result.value, row.code) for row in rows]


def test_the_bank_names_the_holder_and_no_bankbook_is_wanted(database: Database) -> None:
    who, bank = waiting(database), Bank(HolderAnswer("found", "김순자(순자네반찬)"))
    assert ask(who, bank) == 1
    assert bank.asked == ["004:12345601123456"]
    assert checks(database) == [("account", "pass", None), ("holder", "pass", None)]
    assert who.open_keys() == ["brc", "brn"]
    assert ask(who, bank, NOW + HOUR) == 0
    assert len(bank.asked) == 1


ANSWERS: list[tuple[HolderOutcome, str, str | None, str | None]] = [
    ("not_found", "account", "account_not_found", "correct_account"),
    ("bad_length", "account", "account_length", "correct_account"),
    ("unsupported", "bankbook", None, None),
    ("unclear", "bankbook", None, None),
]


@pytest.mark.parametrize(("outcome", "key", "code", "fix"), ANSWERS)
def test_every_other_answer_asks_for_something_and_refuses_nobody(
    database: Database, outcome: HolderOutcome, key: str, code: str | None, fix: str | None
) -> None:
    who = waiting(database)
    who.accept(who.send(DocumentKind.BRC))
    ask(who, Bank(HolderAnswer(outcome)))
    assert who.due() == (key, code, fix)
    assert who.state is PayState.COLLECTING
    line = next(line for line in who.overview().requirements if line.key == "account")
    assert line.error_code is not None


def test_an_account_of_somebody_else_is_found_out(database: Database) -> None:
    who = waiting(database)
    ask(who, Bank(HolderAnswer("found", "박영희")))
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    with who.person.turn("other") as tx:
        payments.repair(tx, who.id, {"bank": "088", "account": "110123456789"})
    assert ask(who, Bank(), NOW + HOUR) == 1
    assert "holder" not in who.open_keys()


def test_a_hidden_name_waits_for_a_person(database: Database) -> None:
    who = waiting(database)
    ask(who, Bank(HolderAnswer("found", "(주)")))
    line = next(line for line in who.overview().waiting if line.key == "holder")
    assert (line.error_code, line.fix_action) == ("provider_unknown", "wait_for_staff")


def test_the_name_that_the_bank_told_is_nowhere(database: Database) -> None:
    who = waiting(database)
    ask(who, Bank(HolderAnswer("found", "남의이름")))
    with database.reading() as session:
        shown = payments.shown_payments(session, who.person.conversation_id)
    assert "남의이름" not in repr(shown)
    assert "남의이름" not in repr(who.overview())


def test_an_answer_about_the_account_of_before_does_not_count(database: Database) -> None:
    who = waiting(database)

    def change() -> None:
        with who.person.turn("meanwhile") as tx:
            payments.change_account(tx, who.id, "088", "110123456789", "김순자")

    ask(who, Bank(HolderAnswer("not_found"), meanwhile=change))
    assert checks(database) == []
    assert "account_not_found" not in {line.error_code for line in who.overview().requirements}


def test_an_application_taken_back_meanwhile_stays_so(database: Database) -> None:
    who = waiting(database)

    def back() -> None:
        with who.person.turn("meanwhile") as tx:
            payments.withdraw(tx, who.id)

    ask(who, Bank(meanwhile=back))
    assert checks(database) == []
    assert who.state is PayState.WITHDRAWN


def test_the_job_can_run_twice_at_once(database: Database) -> None:
    who = waiting(database)
    ask(who, Bank(meanwhile=lambda: ask(who, Bank())))
    with database.reading() as session:
        count = session.execute(select(func.count()).select_from(PayCheck)).scalar_one()
    assert count == 2


def test_without_a_service_people_look_at_the_bankbook(database: Database) -> None:
    who = waiting(database)
    payments.check_accounts(database, NoAccountChecker(), NOW)
    who.clear("brn")
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    assert who.state is PayState.READY


@pytest.mark.parametrize(
    ("state", "code", "fix"),
    [
        ("continuing", None, None),
        ("closed", "brn_closed", "send_new_brc"),
        ("suspended", "brn_suspended", "explain_suspension"),
        ("unregistered", "brn_not_found_new", "wait_for_register"),
        ("unavailable", None, None),
    ],
)
def test_what_the_tax_office_says(
    database: Database, state: State, code: str | None, fix: str | None
) -> None:
    who = waiting(database)
    office(who, Office(state))
    lines = {line.key: line for line in who.overview().requirements}
    assert ("brn" in lines) is (state != "continuing")
    if "brn" in lines:
        assert (lines["brn"].error_code, lines["brn"].fix_action) == (code, fix)


def test_a_new_business_is_asked_about_a_day_later(database: Database) -> None:
    who, answers = waiting(database), Office("unregistered")
    office(who, answers)
    office(who, answers, NOW + 23 * HOUR)
    assert len(answers.asked) == 1
    office(who, Office("continuing"), NOW + 24 * HOUR)
    assert "brn" not in who.open_keys()


def test_number_day_and_owner_are_compared_where_the_day_is_known(database: Database) -> None:
    who, answers = waiting(database, opened_on="2020-01-31"), Office(verdict="invalid")
    office(who, answers)
    assert answers.asked == ["1234567891", "1234567891:2020-01-31:김순자"]
    assert who.due() == ("owner_name", "rep_mismatch", "correct_owner_name")
    with who.person.turn("name") as tx:
        payments.repair(tx, who.id, {"owner_name": "김순남", "holder": "김순남"})
    assert who.due() != ("owner_name", "rep_mismatch", "correct_owner_name")
    office(who, Office(), NOW + 2 * HOUR)
    assert checks(database)[-1] == ("owner_name", "pass", None)
