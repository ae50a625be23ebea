"""When banks are asked and how often: growing pauses, the hours they rest, limits of a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.clients.account_holder import BANK_RESTS, HolderAnswer, WonAnswer
from bot.services import payments
from bot.services.payments.asking import BATCH
from bot.services.payments.bank_calls import (
    ENQUIRIES_A_DAY,
    ENQUIRIES_A_MONTH,
    MOST_TRIES,
    WONS_A_DAY,
    banks_rest,
)
from models.requirement import DocumentKind
from models.session import Database
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOW + 14 * HOUR
"""00:00 in Korea."""


class Banks:
    """Banks that answer by their code, and what they were asked when."""

    def __init__(self, holder: HolderAnswer, won: WonAnswer | None = None) -> None:
        self.answers = {"": holder}
        self.won = won or WonAnswer("unavailable", "timeout")
        self.now = NOW
        self.asked: list[tuple[datetime, str]] = []

    def holder(self, bank: str, account: str) -> HolderAnswer:
        self.asked.append((self.now, account))
        return self.answers.get(bank, self.answers[""])

    def send_won(self, bank: str, account: str, memo: str, key: str) -> WonAnswer:
        del bank, memo
        self.asked.append((self.now, key))
        return self.won

    def find_won(self, key: str) -> WonAnswer:
        raise NotImplementedError

    def tick(self, database: Database, now: datetime) -> None:
        self.now = now
        payments.check_accounts(database, self, now)
        payments.send_won(database, self, now)

    def pauses(self) -> list[int]:
        return [int((b - a) / MINUTE) for (a, _), (b, _) in pairwise(self.asked)]


DOWN = HolderAnswer("unavailable", code="timeout")
FOUND = HolderAnswer("found", "김순자")


def waiting(database: Database, user_key: str = "user-1", **other: Any) -> Applicant:
    who = applicant(database, user_key)
    who.agree()
    who.apply(**other)
    return who


def around(*minutes: int) -> Iterator[datetime]:
    """Yield the beginning, the minute before each of these, and it; then two days later."""
    yield NOW
    for minute in minutes:
        yield NOW + (minute - 1) * MINUTE
        yield NOW + minute * MINUTE
    yield NOW + 2 * DAY


def account_line(who: Applicant) -> tuple[str | None, str | None] | None:
    lines = {line.key: line for line in who.overview().requirements}
    line = lines.get("account")
    return (line.error_code, line.fix_action) if line else None


def test_pauses_grow_and_in_the_end_a_person_looks(database: Database) -> None:
    who, banks = waiting(database), Banks(DOWN)
    promised, said = who.overview().updated_at, []
    for now in around(10, 30, 70, 150, 310, 630, 990):
        before = len(banks.asked)
        banks.tick(database, now)
        if len(banks.asked) > before:
            said.append(account_line(who))
            moved = who.overview().updated_at != promised
            assert moved == (len(said) in (3, MOST_TRIES)), "only news moves the day of our word"
            promised = who.overview().updated_at
    assert banks.pauses() == [10, 20, 40, 80, 160, 320, 360]
    assert said[:2] == [(None, None)] * 2
    assert set(said[2:-1]) == {("provider_timeout", "wait_for_provider")}
    assert said[-1] == ("provider_unknown", "wait_for_staff")
    assert who.overview().waits_for == "merchant", "the bankbook is asked for meanwhile"
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.send(kind)
    after = who.overview()
    assert after.waits_for == "us"
    assert after.next_word_on is not None
    who.accept(who.send(DocumentKind.BANKBOOK, "b"))
    assert account_line(who) is None, "the person who read the bankbook has the last word"


def test_after_an_outage_the_answer_counts(database: Database) -> None:
    who, banks = waiting(database), Banks(DOWN)
    for minutes in (0, 10, 30):
        banks.tick(database, NOW + minutes * MINUTE)
    assert account_line(who) == ("provider_timeout", "wait_for_provider")
    banks.answers[""] = FOUND
    banks.tick(database, NOW + 70 * MINUTE)
    assert account_line(who) is None
    assert "bankbook" not in who.open_keys()


def test_nobody_is_asked_while_banks_close_the_day(database: Database) -> None:
    who, banks = waiting(database), Banks(FOUND, WonAnswer("sent"))
    with who.person.turn("won") as tx:
        assert payments.ask_for_won(tx.session, who.id, tx.now)
    hours = {minutes: banks_rest(MIDNIGHT + minutes * MINUTE) for minutes in (-31, -30, 29, 30)}
    assert hours == {-31: False, -30: True, 29: True, 30: False}
    banks.tick(database, MIDNIGHT)
    assert banks.asked == []
    banks.tick(database, MIDNIGHT + 30 * MINUTE)
    assert len(banks.asked) == 2


def test_a_service_that_is_down_is_left_in_peace(database: Database) -> None:
    people = [waiting(database, f"user-{number}") for number in range(5)]
    banks = Banks(DOWN)
    for seconds in range(0, 240, 30):
        banks.tick(database, NOW + timedelta(seconds=seconds))
    assert len(banks.asked) == 3, "not one call for each who waits"
    banks.answers[""] = FOUND
    for minutes in range(15, 60, 15):
        banks.tick(database, NOW + minutes * MINUTE)
    assert [account_line(who) for who in people] == [None] * 5


def test_one_bank_that_rests_keeps_nobody_else_waiting(database: Database) -> None:
    first, second = waiting(database), waiting(database, "user-2", bank="088")
    banks = Banks(FOUND)
    banks.answers["004"] = HolderAnswer("unavailable", code=BANK_RESTS)
    banks.tick(database, NOW)
    assert (account_line(first), account_line(second)) == ((None, None), None)


def test_accounts_are_not_tried_out_through_us(database: Database) -> None:
    who, banks = waiting(database), Banks(HolderAnswer("not_found"))
    who.person.register("another", store_name="순자네 떡집", search_id="순자네떡집")
    number = 0
    for day in range(5):
        for turn in range(2 * ENQUIRIES_A_DAY):
            number += 1
            now = NOW + day * DAY + turn * MINUTE
            who.apply(f"try {number}", account=f"1234560112{number:04}", now=now)
            banks.tick(database, now)
        assert len(banks.asked) == min((day + 1) * ENQUIRIES_A_DAY, ENQUIRIES_A_MONTH)
        if day == 0:
            with database.reading() as session:
                (newest, *_) = payments.overviews(session, who.person.conversation_id)
            assert newest.store_name == "순자네 떡집"
    assert len(banks.asked) == ENQUIRIES_A_MONTH
    line = next(line for line in who.overview().requirements if line.key == "account")
    assert line.error_code is None, "nobody is told to mend what was not looked at"
    assert who.overview().next_due is not None


def test_names_are_not_tried_out_either(database: Database) -> None:
    who, banks = waiting(database), Banks(HolderAnswer("found", "박영희"))
    banks.tick(database, NOW)
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    for turn in range(1, 9):
        now = NOW + turn * MINUTE
        with who.person.turn(f"name {turn}", now) as tx:
            payments.repair(tx, who.id, {"owner_name": f"박영{'가나다라마바사아자'[turn]}"})
        banks.tick(database, now)
    assert len(banks.asked) == ENQUIRIES_A_DAY


def test_the_bank_is_asked_anew_when_the_owner_is_called_otherwise(database: Database) -> None:
    who, banks = waiting(database), Banks(HolderAnswer("found", "김순남"))
    banks.tick(database, NOW)
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    with who.person.turn("name") as tx:
        payments.repair(tx, who.id, {"owner_name": "김순남", "holder": "김순남"})
    banks.tick(database, NOW + MINUTE)
    assert not {"holder", "account", "bankbook"} & set(who.open_keys())


def test_another_name_for_the_same_account_does_not_pass(database: Database) -> None:
    who, banks = waiting(database), Banks(HolderAnswer("found", "박영희"))
    banks.tick(database, NOW)
    with who.person.turn("name") as tx:
        payments.repair(tx, who.id, {"holder": "순자네 반찬"})
    banks.tick(database, NOW + MINUTE)
    assert who.due() == ("holder", "holder_mismatch", "choose_account")


def test_a_transfer_is_tried_a_few_times_and_then_a_person_looks(database: Database) -> None:
    who, banks = waiting(database), Banks(HolderAnswer("unsupported"))
    with who.person.turn("won") as tx:
        payments.ask_for_won(tx.session, who.id, tx.now)
    for now in around(10, 30, 70, 150, 310):
        banks.tick(database, now)
    keys = [key for _, key in banks.asked[1:]]
    assert (len(keys), len(set(keys))) == (5, 1)
    assert account_line(who) == ("provider_unknown", "wait_for_staff")
    assert who.overview().won_sent_at is None


def test_a_person_has_so_many_won_a_day(database: Database) -> None:
    who, banks = waiting(database), Banks(HolderAnswer("unsupported"), WonAnswer("sent"))
    taken = []
    for number in range(2 * WONS_A_DAY):
        now = NOW + number * MINUTE
        with who.person.turn(f"won {number}", now) as tx:
            payments.change_account(tx, who.id, "004", f"1234560112{number:04}", "김순자")
            taken.append(payments.ask_for_won(tx.session, who.id, tx.now))
        banks.tick(database, now)
    assert taken == [True] * WONS_A_DAY + [False] * WONS_A_DAY


def test_wishes_that_nobody_waits_for_hold_nobody_up(sqlite_database: Database) -> None:
    wishes = BATCH + 1
    people = [waiting(sqlite_database, f"user-{number}") for number in range(wishes + 1)]
    for who in people:
        with who.person.turn("won") as tx:
            payments.ask_for_won(tx.session, who.id, tx.now)
    for who in people[:wishes]:
        with who.person.turn("back") as tx:
            payments.withdraw(tx, who.id)
    banks = Banks(HolderAnswer("unsupported"), WonAnswer("sent"))
    payments.send_won(sqlite_database, banks, NOW)
    assert len(banks.asked) == 1
