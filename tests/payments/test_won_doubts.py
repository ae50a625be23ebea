"""A won of which nothing is known: the bank is asked about it before another one leaves."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clients.account_holder import NoAccountChecker, WonAnswer
from bot.clients.account_service import AccountService
from bot.errors import RuleBrokenError
from bot.services import payments
from models.payment import PayApplication, PayCheck
from models.session import Database
from tests.fakes.account_bank import KEY, FakeAccountBank
from tests.fakes.faults import DOWN, DROPPED, FAULTS, LOST, SLOW, Fault
from tests.fakes.loopback import Scripted
from tests.patience import PATIENT
from tests.payments.applicants import ACCOUNT, Applicant, applicant
from tests.use_cases.people import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST = NOW + 10 * MINUTE
"""When the bank is asked first what became of what was sent at `NOW`."""


def ask(who: Applicant, now: datetime) -> bool:
    with who.person.turn(f"ask {now}", now) as tx:
        return payments.ask_for_won(tx.session, who.id, tx.now)


def in_doubt(
    database: Database, bank: FakeAccountBank, service: AccountService, fault: Fault
) -> Applicant:
    """Let one won be sent whose answer nobody heard."""
    who = applicant(database)
    who.agree()
    who.apply()
    assert ask(who, NOW)
    bank.faults = [fault]
    payments.send_won(database, service, NOW)
    return who


def press(who: Applicant, service: AccountService, now: datetime) -> bool:
    """Wish for another one at the console, as its button does."""
    payments.clear_doubts(who.database, service, now, who.id)
    return ask(who, now)


def told(who: Applicant, memo: str, now: datetime) -> str:
    with who.person.turn(f"tell {now}", now) as tx:
        return payments.tell_won_code(tx, who.id, memo)


def book(database: Database) -> list[str]:
    with database.reading() as session:
        rows = select(PayCheck.result).where(PayCheck.kind == "won").order_by(PayCheck.id)
        return [result.value for result in session.scalars(rows)]


def test_what_was_sent_is_found_and_not_sent_again(
    database: Database, bank: FakeAccountBank, service: AccountService
) -> None:
    who = in_doubt(database, bank, service, LOST)
    payments.send_won(database, service, FIRST - MINUTE)
    assert bank.asked("result") == [], "the call may still be under way"
    payments.send_won(database, service, FIRST)
    for minutes in range(60, 600, 60):
        payments.send_won(database, service, NOW + minutes * MINUTE)
    assert len(bank.asked("result")) == 1, "one answer is enough"
    assert bank.asked("result") == [{"org_bank_tran_id": bank.asked("deposit")[0]["bank_tran_id"]}]
    assert book(database) == ["unclear", "pass"]
    assert len(bank.transfers) == 1
    assert told(who, bank.transfers[0].memo, NOW + DAY) == "right"


def test_what_was_not_sent_is_sent_once_under_the_same_number(
    database: Database, bank: FakeAccountBank, service: AccountService
) -> None:
    who = in_doubt(database, bank, service, DROPPED)
    assert bank.transfers == []
    for minutes in (10, 19, 20, 21, 60, 600):
        payments.send_won(database, service, NOW + minutes * MINUTE)
    assert len({body["bank_tran_id"] for body in bank.asked("deposit")}) == 1
    assert len(bank.transfers) == 1
    assert book(database) == ["unclear", "unavailable", "unclear", "pass"]
    assert who.overview().won_sent_at == NOW + 20 * MINUTE
    assert told(who, bank.transfers[0].memo, NOW + DAY) == "right"


def test_while_the_bank_does_not_know_nobody_sends_another(
    database: Database, bank: FakeAccountBank, service: AccountService
) -> None:
    who = in_doubt(database, bank, service, DROPPED)
    bank.results = "IN_PROGRESS"
    asked_at = []
    for minutes in range(10, 24 * 60, 10):
        before = len(bank.asked("result"))
        payments.send_won(database, service, NOW + minutes * MINUTE)
        if len(bank.asked("result")) > before:
            asked_at.append(minutes)
    assert asked_at[:4] == [10, 30, 70, 150], "less and less often"
    for days in (1, 2, 9):
        with pytest.raises(RuleBrokenError) as error:
            press(who, service, NOW + days * DAY)
        assert error.value.code == "won_unknown"
    bank.results = ""
    assert press(who, service, NOW + 10 * DAY) is False, "it waits for the job"
    payments.send_won(database, service, NOW + 10 * DAY + 10 * MINUTE)
    assert len(bank.transfers) == 1


@pytest.mark.parametrize("fault", [*FAULTS.values(), SLOW], ids=[*FAULTS, "slow"])
def test_trouble_with_the_question_is_no_answer(
    database: Database, bank: FakeAccountBank, service: AccountService, fault: Fault
) -> None:
    who = in_doubt(database, bank, service, LOST)
    bank.faults = [fault]
    with pytest.raises(RuleBrokenError) as error:
        press(who, service, NOW + DAY)
    assert error.value.code == "won_unknown"
    assert press(who, service, NOW + DAY + MINUTE), "found sent, and its day is over"
    assert len(bank.asked("result")) == 2
    assert len(bank.transfers) == 1


def test_an_answer_about_another_transfer_is_none(
    bank: FakeAccountBank, service: AccountService
) -> None:
    other = b'{"org_bank_tran_id": "other", "rsp_code": "OK"}'
    for answer in (Fault(Scripted(200, other)), Fault(Scripted(404, b"{}")), DOWN):
        bank.faults = [answer]
        assert service.find_won("key-1").outcome == "unclear"
    assert service.find_won("key-1").outcome == "unavailable"
    assert service.send_won("004", ACCOUNT, "소신1234", "key-1").outcome == "sent"
    assert service.find_won("key-1").outcome == "sent"
    assert NoAccountChecker().find_won("key-1").outcome == "unclear"


def test_an_answer_of_before_does_not_undo_what_was_sent_since(
    database: Database, bank: FakeAccountBank, service: AccountService
) -> None:
    who = in_doubt(database, bank, service, DROPPED)
    later = FIRST + 10 * MINUTE

    class Slow(AccountService):
        """Hears that nothing was sent, and meanwhile a twin of the job sends it."""

        def find_won(self, key: str) -> WonAnswer:
            heard = service.find_won(key)
            payments.send_won(database, service, FIRST)
            payments.send_won(database, service, later)
            return heard

    payments.clear_doubts(database, Slow(bank.url, KEY, PATIENT), FIRST, who.id)
    payments.send_won(database, service, later + 10 * MINUTE)
    assert len(bank.transfers) == 1
    with database.reading() as session:
        assert session.scalars(select(PayApplication.won_sent_at)).one() == later
