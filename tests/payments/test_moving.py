"""The steps of an application: legal ones only, each once, and what has to hold for them."""

from datetime import date, timedelta

import pytest

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import payments
from bot.services.payments.moving import is_complete
from models.errors import IllegalMoveError
from models.requirement import DocumentKind
from models.session import Database
from models.states import PayState
from tests.payments.applicants import applicant, staff
from tests.use_cases.people import NOW

DAY = timedelta(days=1)


def test_the_whole_way_with_every_step_once(database: Database) -> None:
    who = applicant(database)
    who.live()
    assert [to for _, to in who.history()] == [
        "draft",
        "collecting",
        "ready",
        "handed_off",
        "approved",
        "qr_issued",
        "live",
    ]
    assert payments.steps_from(PayState.LIVE) == (PayState.SUSPENDED, PayState.TERMINATED)


def test_the_same_key_moves_once(database: Database) -> None:
    who = applicant(database)
    application_id = who.complete()
    cause = staff("one key")
    with database.transaction() as session:
        assert payments.hand_off(session, application_id, cause) is True
        assert payments.move_payment(session, application_id, PayState.HANDED_OFF, cause) is False
    assert [to for _, to in who.history()].count("handed_off") == 1


def test_what_is_not_complete_does_not_leave(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.agree("no", decision=False)
    with database.transaction() as session, pytest.raises((RuleBrokenError, IllegalMoveError)):
        payments.hand_off(session, who.id, staff("out"))
    with database.transaction() as session:
        assert is_complete(session, who.id, staff("look")) is False


@pytest.mark.parametrize(
    ("to", "reason", "code"),
    [
        (PayState.READY, None, "not_by_hand"),
        (PayState.WITHDRAWN, None, "not_by_hand"),
        (PayState.REJECTED, None, "reason_needed"),
        (PayState.ADDITIONAL_REQUIRED, "because", "reason_needed"),
    ],
)
def test_steps_that_nobody_sets(
    sqlite_database: Database, to: PayState, reason: str | None, code: str
) -> None:
    who = applicant(sqlite_database)
    who.complete()
    who.hand_off()
    with pytest.raises(RuleBrokenError) as error:
        who.step(to, reason)
    assert error.value.code == code


def test_no_code_hangs_that_the_provider_did_not_issue(sqlite_database: Database) -> None:
    who = applicant(sqlite_database)
    who.complete()
    who.hand_off()
    who.step(PayState.APPROVED)
    with pytest.raises(RuleBrokenError) as error:
        who.step(PayState.QR_ISSUED)
    assert error.value.code == "qr_missing"
    who.issue()
    who.step(PayState.QR_ISSUED)
    code = who.overview().code
    assert code is not None
    assert code.merchant_code == "M-0001"


def test_the_provider_wants_more_and_gets_it(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.step(PayState.PROVIDER_REVIEW, ref="R-7", raw="심사중")
    who.step(PayState.ADDITIONAL_REQUIRED, "permit_missing", raw="서류보완")
    assert who.due() == ("permit", "permit_missing", "send_permit")
    assert who.overview().waits_for == "merchant"
    with database.transaction() as session, pytest.raises(RuleBrokenError) as error:
        payments.hand_off(session, who.id, staff("too soon"))
    assert error.value.code == "not_ready"
    who.accept(who.send(DocumentKind.PERMIT))
    assert who.overview().waits_for == "us"
    who.hand_off(NOW + DAY)
    assert who.state is PayState.PROVIDER_REVIEW
    assert who.overview().waits_for == "provider"


def test_an_error_about_a_certain_paper(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.step(PayState.ADDITIONAL_REQUIRED, "doc_cropped", key="bankbook")
    assert who.due() == ("bankbook", "doc_cropped", "send_again")
    again = who.send(DocumentKind.BANKBOOK, "better")
    assert who.due() is None
    who.accept(again)
    who.hand_off(NOW + DAY)


def test_a_refusal_says_when_it_may_come_again(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.step(PayState.REJECTED, "trade_restricted")
    known = who.overview()
    assert (known.reason, known.waits_for) == ("trade_restricted", "merchant")
    assert known.retry_after == date(2026, 12, 7)
    who.apply("again", now=NOW + DAY)
    assert who.state is PayState.READY
    with database.transaction() as session, pytest.raises(RuleBrokenError) as error:
        payments.hand_off(session, who.id, staff("early", NOW + DAY))
    assert error.value.code == "too_early"
    who.hand_off(NOW + 14 * DAY)
    assert [to for _, to in who.history()].count("handed_off") == 2


def test_when_we_write_again(database: Database) -> None:
    who = applicant(database)
    who.complete()
    assert who.overview().next_word_on == date(2026, 11, 25)
    who.hand_off()
    assert who.overview().next_word_on == date(2026, 12, 7)
    with database.reading() as session:
        later = payments.overview(session, who.person.conversation_id, today=date(2026, 12, 11))
    assert later is not None
    assert later.next_word_on == date(2026, 12, 16)
    who.step(PayState.ADDITIONAL_REQUIRED, "doc_old", key="brc")
    assert who.overview().next_word_on is None


def test_the_owner_agrees_to_what_an_agent_asked_for(database: Database) -> None:
    who = applicant(database, role="agent", relation="딸")
    who.agree()
    who.apply()
    who.clear("brn")
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK, DocumentKind.PROXY):
        who.accept(who.send(kind))
    assert who.open_keys() == ["owner_confirmation"]
    merchant_id = who.person.overview().merchant_id
    with database.transaction() as session:
        assert payments.confirm_owner(session, merchant_id, staff("owner")) is True
        assert payments.confirm_owner(session, merchant_id, staff("owner 2")) is False
    assert who.state is PayState.READY
    assert "owner_confirmation" not in {line.key for line in who.person.overview().requirements}
    plain = applicant(database, "u2", phone="01000009999")
    with database.transaction() as session, pytest.raises(InvalidInputError) as error:
        payments.confirm_owner(session, plain.person.overview().merchant_id, staff("x"))
    assert error.value.code == "no_agent"


def test_findings_are_about_what_there_is(sqlite_database: Database) -> None:
    who = applicant(sqlite_database)
    who.apply()
    with sqlite_database.transaction() as session:
        with pytest.raises(RuleBrokenError) as error:
            payments.ask_for(session, who.id, "no_such_code", staff("x"))
        assert error.value.code == "unknown_requirement"
        with pytest.raises(RuleBrokenError) as error:
            payments.ask_for(session, who.id, "no_such_code", staff("x"), key="brn")
        assert error.value.code == "unknown_code"
        with pytest.raises(InvalidInputError):
            payments.ask_for(session, 999, "doc_old", staff("x"))
        assert payments.ask_for(session, who.id, "doc_old", staff("x")) is True
        assert payments.ask_for(session, who.id, "doc_old", staff("y")) is False
