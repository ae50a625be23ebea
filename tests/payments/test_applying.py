"""Applying: exactly once, by one path, whatever comes twice or at the same time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.clients.nts import BusinessStatus
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import payments
from bot.services.payments import Application
from bot.services.registration.form import Checks
from bot.services.transaction import Transaction
from models.conversation import Conversation
from models.payment import PayApplication, TaxType
from models.session import Database
from models.staff import HandoffTicket
from models.states import PayState
from tests.payments.applicants import FORM, applicant
from tests.use_cases.people import NOW, newcomer


def count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(PayApplication)).scalar_one()


def test_from_the_first_wish_to_ready(database: Database) -> None:
    who = applicant(database)
    who.complete()
    assert who.history() == [
        (None, "draft"),
        ("draft", "collecting"),
        ("collecting", "ready"),
    ]
    assert (who.overview().waits_for, who.due()) == ("us", None)


def test_the_form_is_taken_from_the_slots() -> None:
    slots = {
        "business_type": "sole",
        "brn": "123-45-67891",
        "bank": "004",
        "doc": "x",
        "holder": None,
    }
    assert Application.from_slots(slots) == Application(
        business_type="sole", brn="123-45-67891", bank="004"
    )
    assert str(Application.from_slots({"opened_on": "2020-01-31"}).opened_on) == "2020-01-31"


def test_the_same_again_changes_nothing(database: Database) -> None:
    who = applicant(database)
    first = who.apply()
    before = who.overview()
    assert who.apply("apply") == first
    assert who.apply("later", now=NOW + timedelta(days=2)) == first
    assert who.overview() == before
    assert count(database) == 1
    assert len(who.history()) == 2


def test_other_details_change_the_application(database: Database) -> None:
    who = applicant(database)
    first = who.apply()
    assert who.apply("again", bank="088", account="110123456789") == first
    known = who.overview()
    assert (known.bank_code, known.masked_account) == ("088", "****6789")
    assert known.brn == "1234567891"
    assert count(database) == 1


def test_what_is_not_told_stays_as_it_was(database: Database) -> None:
    who = applicant(database)
    who.apply()
    with who.person.turn("less") as tx:
        payments.apply(tx, Application(holder="김순자 사장님"))
    known = who.overview()
    assert (known.holder, known.bank_code) == ("김순자 사장님", "004")


def test_eight_at_a_time_make_one_application(database: Database) -> None:
    who = applicant(database)

    def tap(number: int) -> int:
        return who.apply(f"tap {number % 4}", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(tap, range(16)))
    assert len(made) == 1
    assert count(database) == 1
    assert who.history() == [(None, "draft"), ("draft", "collecting")]


def test_two_chats_of_one_merchant_make_one_application(database: Database) -> None:
    who = applicant(database)
    merchant_id = who.person.overview().merchant_id
    other = newcomer(database, "second phone")
    with database.transaction() as session:
        session.get_one(Conversation, other.conversation_id).merchant_id = merchant_id
    chats = (who.person.conversation_id, other.conversation_id)

    def tap(number: int) -> int:
        with database.transaction() as session:
            tx = Transaction(session, NOW, chats[number % 2], f"tap {number}")
            return payments.apply(tx, FORM)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(tap, range(8)))) == 1
    assert count(database) == 1


def test_nobody_applies_without_a_store_or_for_a_strange_one(database: Database) -> None:
    who, stranger = applicant(database), newcomer(database, "u2")
    with stranger.turn() as tx, pytest.raises(RuleBrokenError) as error:
        payments.apply(tx, FORM)
    assert error.value.code == "not_registered"
    other = applicant(database, "u3", store_name="바다수산")
    strange = who.person.overview().newest.id
    with other.person.turn() as tx, pytest.raises(RuleBrokenError) as error:
        payments.apply(tx, replace(FORM, store_id=strange))
    assert error.value.code == "not_yours"


def test_a_provider_has_to_be_known(database: Database) -> None:
    who = applicant(database)
    with who.person.turn() as tx, pytest.raises(InvalidInputError) as error:
        payments.apply(tx, replace(FORM, provider="nobody"))
    assert error.value.code == "unknown_provider"


def test_the_tax_office_fills_in_what_the_merchant_does_not_know(database: Database) -> None:
    who = applicant(database)
    status = BusinessStatus("continuing", "부가가치세 간이과세자", None, NOW)
    who.apply(checks=Checks(status), tax_type="unknown")
    assert who.overview().tax_type is TaxType.SIMPLIFIED
    assert "brn" not in who.open_keys()


def test_a_store_applies_anew_after_the_end_but_not_beside(database: Database) -> None:
    who = applicant(database)
    first = who.live()
    with who.person.turn("end") as tx:
        payments.terminate(tx, first, "asked")
    second = who.apply("anew", now=NOW + timedelta(days=1))
    assert second != first
    assert who.state in (PayState.COLLECTING, PayState.READY)
    assert count(database) == 2


def test_an_agent_needs_the_owner_before_anything_leaves(database: Database) -> None:
    who = applicant(database, role="agent", relation="딸")
    who.agree()
    who.apply()
    assert who.due() == ("brc", None, None)
    assert "owner_confirmation" in who.open_keys()
    assert "proxy" in who.open_keys()
    with database.reading() as session:
        tickets = session.scalars(select(HandoffTicket)).all()
        assert [ticket.reason for ticket in tickets] == ["pay_owner"]


def test_numbers_are_reserved_and_unlike(database: Database) -> None:
    who = applicant(database)
    with database.reading() as session:
        number = payments.free_pay_number(session)
    who.apply(number=number)
    assert who.overview().number == number
    assert number.startswith("P-")
    assert len(number) == 6
