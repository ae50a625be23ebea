"""One won with a code in its memo: sent once, told by the holder, limited."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clients.account_holder import HolderAnswer, WonAnswer, WonOutcome
from bot.errors import RuleBrokenError
from bot.services import payments
from models.payment import PayApplication
from models.session import Database
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

DAY = timedelta(days=1)


@dataclass
class Bank:
    """A bank that makes transfers, or does not."""

    outcome: WonOutcome = "sent"
    memos: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    asked_about: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def holder(self, bank: str, account: str) -> HolderAnswer:
        raise NotImplementedError

    def send_won(self, bank: str, account: str, memo: str, key: str) -> WonAnswer:
        self.memos.append(memo)
        self.keys.append(key)
        if self.meanwhile:
            self.meanwhile()
        return WonAnswer(self.outcome)

    def find_won(self, key: str) -> WonAnswer:
        self.asked_about.append(key)
        return WonAnswer("unclear")


def asked(database: Database) -> Applicant:
    who = applicant(database)
    who.agree()
    who.apply()
    assert ask(who) is True
    return who


def ask(who: Applicant, now: datetime = NOW) -> bool:
    with who.person.turn(f"ask {now}", now) as tx:
        return payments.ask_for_won(tx.session, who.id, tx.now)


def tell(who: Applicant, said: str, now: datetime = NOW) -> str:
    with who.person.turn(f"tell {said}", now) as tx:
        return payments.tell_won_code(tx, who.id, said)


def send(who: Applicant, bank: Bank, now: datetime = NOW) -> int:
    return payments.send_won(who.database, bank, now)


def test_the_right_digits_prove_the_account(database: Database) -> None:
    who, bank = asked(database), Bank()
    assert ask(who) is False
    assert tell(who, "1234") == "none"
    assert send(who, bank) == 1
    assert send(who, bank) == 0
    assert len(bank.memos) == 1
    assert who.overview().won_sent_at == NOW
    assert tell(who, f"{bank.memos[0]} 이요") == "right"
    assert tell(who, bank.memos[0]) == "none"
    assert "account" not in who.open_keys()
    assert who.overview().won_sent_at is None


def test_the_row_does_not_tell_the_code(database: Database) -> None:
    who, bank = asked(database), Bank()
    send(who, bank)
    with database.reading() as session:
        mark = session.scalars(select(PayApplication.won_code_hmac)).one()
    assert mark is not None
    assert bank.memos[0] not in mark
    assert bank.keys == [mark]


def test_digits_are_not_guessed(database: Database) -> None:
    who, bank = asked(database), Bank()
    send(who, bank)
    right = bank.memos[0][-4:]
    wrong = "0000" if right != "0000" else "1111"
    assert [tell(who, wrong) for _ in range(3)] == ["wrong", "wrong", "too_often"]
    assert tell(who, right) == "too_often"
    assert ask(who) is False
    assert ask(who, NOW + DAY) is True


def test_digits_do_not_hold_for_ever(database: Database) -> None:
    who, bank = asked(database), Bank()
    send(who, bank)
    assert tell(who, bank.memos[0], NOW + 3 * DAY) == "none"


@pytest.mark.parametrize(
    ("outcome", "sends", "code"),
    [
        ("unclear", 1, None),
        ("unavailable", 2, None),
        ("not_found", 1, "account_not_found"),
        ("unsupported", 1, "provider_unknown"),
    ],
)
def test_only_what_surely_was_not_sent_is_sent_again(
    database: Database, outcome: WonOutcome, sends: int, code: str | None
) -> None:
    who, bank = asked(database), Bank(outcome)
    for minutes in (0, 9, 11):
        send(who, bank, NOW + timedelta(minutes=minutes))
    assert len(bank.memos) == sends
    assert len(set(bank.keys)) == 1
    line = next(line for line in who.overview().requirements if line.key == "account")
    assert line.error_code == code


def test_a_twin_of_the_job_does_not_send_twice(database: Database) -> None:
    who, bank = asked(database), Bank()
    bank.meanwhile = lambda: send(who, bank)
    send(who, bank)
    assert len(bank.memos) == 1


def test_a_code_for_the_account_of_before_is_none(database: Database) -> None:
    who, bank = asked(database), Bank()
    send(who, bank)
    with who.person.turn("other") as tx:
        payments.change_account(tx, who.id, "088", "110123456789", "김순자")
    assert tell(who, bank.memos[0]) == "none"


def test_without_an_account_nothing_is_sent(database: Database) -> None:
    who = applicant(database)
    who.apply(account="")
    with pytest.raises(RuleBrokenError) as error:
        ask(who)
    assert error.value.code == "no_account"
