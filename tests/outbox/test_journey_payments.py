"""What is told of easy payment: what is missing, what went wrong, what moved, what was promised."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.outbox.outbox import Outbox
from bot.services import payments, preferences, privacy
from bot.services.payments import Found
from bot.services.reminders import BOOK
from models.merchant import Merchant, Store
from models.outbox import Reminder
from models.payment import CheckResult, PayApplication
from models.requirement import DocumentKind
from models.session import Database
from models.states import MerchantState, PayState, ReminderState, StoreState
from tests.outbox.journey import Journey, kst
from tests.payments.applicants import ACCOUNT, Applicant, staff
from tests.payments.test_won import Bank
from tests.use_cases.people import NOW

SAID = re.compile(r"\d{5,}")
"""No number of more digits than a date has stands in a message."""


@dataclass
class Days:
    """An applicant whose days pass; the application begins on a Monday at ten."""

    journey: Journey
    who: Applicant = field(init=False)

    def __post_init__(self) -> None:
        self.who = Applicant(self.journey.person)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.journey.clock.now()

    def at(self, text: str) -> list[str]:
        """Let the jobs run at a moment of 2026 in Korea; return what arrived there."""
        return self.journey.at(f"2026-{text}")

    @property
    def said(self) -> str:
        """Return the words of what arrived last."""
        return self.journey.post.arrived[-1].text

    def reviewed(self) -> None:
        """Bring the application to the provider."""
        self.who.complete()
        self.who.hand_off()


@pytest.fixture
def days(database: Database) -> Days:
    return Days(Journey(database))


def _started(days: Days) -> None:
    """Apply, with both papers still to come."""
    days.who.agree()
    days.who.apply()
    days.who.clear("brn")


def test_three_reminders_name_one_thing_and_then_a_person_once(days: Days) -> None:
    _started(days)
    for at in ("11-25", "11-30", "12-07"):
        assert days.at(f"{at} 09:59") == []
        assert days.at(f"{at} 10:00") == ["payment.missing"]
        assert days.said.splitlines()[1] == "사업자등록증 사진을 보내 주세요."
    assert days.at("12-08 09:59") == []
    assert days.journey.tickets() == []
    assert days.at("12-08 10:00") == []
    assert days.journey.tickets() == ["pay_missing"]
    assert days.at("12-09 10:00") == days.at("12-30 10:00") == []
    assert days.journey.tickets() == ["pay_missing"]


def test_each_step_counts_anew_and_the_last_one_ends_it(days: Days) -> None:
    _started(days)
    assert days.at("11-25 10:00") == ["payment.missing"]
    days.who.send(DocumentKind.BRC, now=kst("2026-11-26 12:00"))
    assert days.at("11-27 10:00") == []
    assert days.at("11-30 10:00") == ["payment.missing"]
    assert "통장 앞면 사진" in days.said
    days.who.send(DocumentKind.BANKBOOK, now=kst("2026-11-30 15:00"))
    assert set(days.journey.states("payment.missing")[-2:]) == {ReminderState.CANCELLED}
    assert days.at("12-01 10:00") == []
    assert days.at("12-02 16:00") == ["payment.waiting"]
    assert days.at("12-15 10:00") == []


def test_what_somebody_else_finds_wrong_is_told_and_what_is_mended_is_not(days: Days) -> None:
    _started(days)
    wrong = Found("account", CheckResult.FAIL, "account_not_found", "name_enquiry")
    with days.journey.database.transaction() as session:
        payments.record_check(session, days.who.id, wrong, staff("bank", NOW))
    assert days.at("11-23 10:01") == ["payment.fix"]
    assert "계좌번호를 찾을 수 없대요" in days.said
    later = kst("2026-11-24 12:00")
    with days.journey.database.transaction() as session:
        found = Found("holder", CheckResult.FAIL, "holder_mismatch", "name_enquiry")
        payments.record_check(session, days.who.id, found, staff("bank 2", later))
    with days.who.person.turn("mend", later + timedelta(seconds=20)) as tx:
        payments.change_account(tx, days.who.id, "088", "110123456789", "김순자")
    assert days.at("11-24 12:02") == []
    assert days.journey.states("payment.fix") == [ReminderState.DELIVERED, ReminderState.CANCELLED]


def test_a_refused_paper_of_the_application_alone_leads_to_the_application(days: Days) -> None:
    _started(days)
    book = days.who.send(DocumentKind.BANKBOOK, now=NOW)
    days.who.refuse(book, "doc_cropped", NOW + timedelta(hours=2))
    assert days.at("11-23 12:01") == ["payment.fix"]
    assert days.journey.rows("document.refused") == []


def test_every_step_of_the_provider_arrives_once_and_the_newest_alone(days: Days) -> None:
    days.reviewed()
    assert days.at("11-23 10:01") == ["payment.moved"]
    assert "카카오페이에 넘겼어요" in days.said
    assert "12월 7일(월)까지" in days.said
    noon = kst("2026-11-27 12:00")
    days.who.step(PayState.PROVIDER_REVIEW, now=noon)
    assert days.at("11-27 12:01") == [], "nothing changes for anybody"
    days.who.step(PayState.ADDITIONAL_REQUIRED, "doc_old", now=noon, key="bankbook")
    assert days.at("11-27 12:02") == ["payment.moved"]
    assert "통장 앞면 서류가 오래됐어요" in days.said
    days.who.accept(days.who.send(DocumentKind.BANKBOOK, "new", noon), noon)
    days.who.hand_off(noon)
    days.who.step(PayState.APPROVED, now=noon)
    days.who.issue(noon)
    days.who.step(PayState.QR_ISSUED, now=noon)
    days.who.step(PayState.LIVE, now=noon)
    days.who.step(PayState.LIVE, now=noon)  # the same again
    assert days.at("11-27 12:10") == ["payment.moved"]
    assert "이제 QR로 결제를 받으실 수 있어요." in days.said
    assert days.at("12-30 16:00") == []


def test_what_was_mended_is_told_to_be_back_in_the_review(days: Days) -> None:
    """Word was promised within two days; without it the next one would be that of the review."""
    days.reviewed()
    days.who.step(PayState.ADDITIONAL_REQUIRED, "doc_old", key="brc")
    at = kst("2026-11-24 12:00")
    days.who.accept(days.who.send(DocumentKind.BRC, "new", at), at)
    assert days.who.overview().next_word_on == date(2026, 11, 26)
    days.who.hand_off(at + timedelta(hours=1))
    assert days.at("11-24 13:01")[-1:] == ["payment.moved"]
    assert "카카오페이에 다시 보냈어요.\n" in days.said
    assert "12월 8일(화)까지" in days.said
    assert days.who.overview().next_word_on == date(2026, 12, 8)


def test_a_refusal_names_the_day_and_a_stop_takes_the_code_down(days: Days) -> None:
    days.reviewed()
    days.who.step(PayState.REJECTED, "trade_restricted")
    assert days.at("11-23 10:02") == ["payment.moved"]
    assert "업종 때문이래요. 12월 7일(월)부터" in days.said
    assert days.at("12-30 16:00") == [], "nobody who was refused is reminded"


@pytest.mark.parametrize("to", [PayState.SUSPENDED, PayState.TERMINATED])
def test_a_code_that_must_not_hang_is_told_in_the_morning_even_to_who_has_left(
    to: PayState, days: Days
) -> None:
    days.who.live()
    days.at("11-23 10:05")
    days.who.step(to, "trade_restricted", now=kst("2026-11-24 23:30"))
    with days.journey.database.transaction() as session:
        session.execute(update(Merchant).values(state=MerchantState.WITHDRAWN))
    assert days.at("11-24 23:31") == []
    assert days.at("11-25 08:00") == ["payment.revoked"]
    assert "떼어 주세요" in days.said
    assert days.at("11-25 12:00") == []


def test_what_goes_on_again_before_anybody_was_told_takes_nothing_down(days: Days) -> None:
    days.who.live()
    days.at("11-23 10:05")
    days.who.step(PayState.SUSPENDED, "trade_restricted", now=kst("2026-11-24 23:30"))
    days.who.step(PayState.LIVE, now=kst("2026-11-24 23:40"))
    assert days.at("11-25 08:20") == ["payment.moved"]
    assert "다시 걸어 주세요" in days.said


def test_a_store_that_closed_is_told_and_an_end_in_the_chat_is_not(days: Days) -> None:
    days.who.live()
    days.at("11-23 10:05")
    with days.journey.database.transaction() as session:
        session.execute(update(Store).values(state=StoreState.CLOSED))
    assert payments.end_closed(days.journey.database, kst("2026-11-24 12:00")) == 1
    assert days.at("11-24 12:00") == ["payment.revoked"]
    assert days.at("12-30 16:00") == []


def test_ending_and_taking_back_in_the_chat_calls_everything_off(days: Days) -> None:
    _started(days)
    with days.who.person.turn("withdraw", kst("2026-11-24 12:00")) as tx:
        payments.withdraw(tx, days.who.id)
    assert days.at("12-30 16:00") == []
    days.who.apply("again", now=kst("2026-12-31 12:00"))
    with days.who.person.turn("erase", kst("2026-12-31 13:00")) as tx:
        privacy.erase(tx)
    days.journey.at("2027-01-20 16:00")
    assert days.journey.post.kinds() == []
    assert days.journey.tickets() == []


def test_who_wants_no_messages_gets_none(days: Days) -> None:
    with days.who.person.turn("off", NOW) as tx:
        preferences.prefer(tx, "transactional", enabled=False)
    days.who.live()
    days.who.step(PayState.SUSPENDED, "trade_restricted", now=kst("2026-11-24 12:00"))
    days.at("11-24 12:01")
    days.at("12-30 16:00")
    assert days.journey.post.kinds() == []


def test_a_promised_day_is_kept_and_the_next_one_is_the_one_that_was_named(days: Days) -> None:
    days.reviewed()
    days.at("11-23 10:01")
    assert days.who.overview().next_word_on == date(2026, 12, 7)
    with days.journey.database.transaction() as session:  # things happen that are no news
        late = kst("2026-12-03 12:00")
        payments.record_check(
            session, days.who.id, Found("brn", CheckResult.UNAVAILABLE), staff("nts", late)
        )
        session.execute(update(PayApplication).values(updated_at=late))
    assert days.who.overview().next_word_on == date(2026, 12, 7)
    assert days.at("12-07 09:00") == []
    assert days.journey.tickets() == ["pay_word"]
    assert days.at("12-07 15:59") == []
    assert days.at("12-07 16:00") == ["payment.waiting"]
    assert "12월 10일(목)까지" in days.said
    days.at("12-07 16:10")
    assert days.who.overview().next_word_on == date(2026, 12, 10)
    assert days.at("12-10 16:00") == ["payment.waiting"]
    assert "12월 18일(금)까지" in days.said, "the days lie further apart"
    days.who.step(PayState.APPROVED, now=kst("2026-12-11 12:00"))
    assert days.at("12-11 12:01") == ["payment.moved"]
    assert days.at("12-18 15:00") == []


def test_a_change_at_a_store_that_takes_payments_is_told_when_it_is_settled(days: Days) -> None:
    days.who.live()
    days.at("11-23 10:05")
    at = kst("2026-11-24 12:00")
    with days.who.person.turn("brn", at) as tx:
        payments.change_account(tx, days.who.id, "088", "110123456789", "김순자")
    days.who.accept(days.who.send(DocumentKind.BANKBOOK, "new", at), at)
    days.who.clear("details", at + timedelta(hours=1))
    assert days.who.overview().requirements == ()
    assert days.at("11-24 13:01") == ["payment.done"]
    assert days.at("12-30 16:00") == []


def test_one_won_is_told_of_by_the_last_digits_of_the_account(days: Days) -> None:
    _started(days)
    with days.who.person.turn("won", NOW) as tx:
        payments.ask_for_won(tx.session, days.who.id, tx.now)
    payments.send_won(days.journey.database, Bank(), NOW)
    assert days.at("11-23 10:01") == ["payment.won"]
    assert f"끝번호 {ACCOUNT[-4:]}" in days.said


def test_no_message_and_no_plan_holds_a_number_of_anybody(days: Days) -> None:
    _started(days)
    days.at("11-25 10:00")
    days.who.send(DocumentKind.BRC, now=days.now)
    days.who.send(DocumentKind.BANKBOOK, now=days.now)
    days.at("12-02 16:00")
    with days.journey.database.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.kind.like("payment.%"))).all()
    assert len(rows) > 3
    assert not [one for one in days.journey.post.arrived if SAID.search(one.text)]
    assert not [row for row in rows if ACCOUNT in str(row.params) + row.dedup_key]


def test_nothing_arrives_twice_under_a_mutation_of_what_was_planned(days: Days) -> None:
    """Jobs that run again, and a process that sends once more, bring nothing new."""
    days.reviewed()
    days.at("11-23 10:01")
    before = days.journey.post.kinds()
    for owner in ("one", "two"):
        days.journey.plan()
        Outbox(days.journey.database, BOOK, (days.journey.post,), owner).send_due(days.now)
    days.who.hand_off()
    assert days.at("11-23 10:02") == []
    assert days.journey.post.kinds() == before
