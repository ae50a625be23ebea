"""Papers that are missing: 2, 5 and 10 working days, then a person; and papers refused."""

import pytest
from sqlalchemy import update

from bot.services import privacy
from bot.services.document_review import accept, reject, send_to_review
from bot.services.missing_papers import hand_over_missing
from bot.services.registration import move_channel
from bot.services.reminders.documents import plan_documents
from models.requirement import Document, DocumentKind
from models.session import Database
from models.staff import HandoffTicket
from models.states import Cause, ChannelState, DocumentState, ReminderState, TicketState, record
from tests.outbox.journey import Journey, kst

SEOLLAL = ("2027-02-04 11:00", "2027-02-10 10:00", "2027-02-15 10:00", "2027-02-22 10:00")
"""A Thursday; the holidays are 6 to 9 February; Wednesday, Monday, Monday."""


@pytest.fixture
def journey(database: Database) -> Journey:
    return Journey(database)


def _comes_back(journey: Journey, at: str, reason: str = "doc_unreadable") -> None:
    now = kst(at)
    cause = Cause(actor="staff:kim", key=f"fix:{at}", now=now, reason=reason)
    with journey.database.transaction() as session:
        move_channel(session, journey.registration_id, ChannelState.NEEDS_FIX, cause)


def _sends(journey: Journey, at: str, kind: DocumentKind = DocumentKind.BRC) -> int:
    """Let the merchant send a paper in; return its id."""
    now = kst(at)
    with journey.person.turn(f"paper:{at}", now) as tx:
        document = Document(
            conversation_id=journey.person.conversation_id,
            merchant_id=journey.person.overview().merchant_id,
            kind=kind,
            sha256=at.rjust(64, "0"),
            mime="image/jpeg",
            size=1,
            storage_key=at,
            created_at=now,
            updated_at=now,
        )
        tx.session.add(document)
        record(tx.session, document, None, tx.cause("paper"))
        send_to_review(tx.session, document, now)
        return document.id


def _refused(journey: Journey, document_id: int, at: str, code: str = "doc_cropped") -> None:
    cause = Cause(actor="staff:kim", key=f"reject:{at}", now=kst(at), reason=code)
    with journey.database.transaction() as session:
        reject(session, document_id, cause)


def test_working_days_over_a_holiday_and_then_a_person_once(journey: Journey) -> None:
    begins, *days = SEOLLAL
    _comes_back(journey, begins)
    assert journey.at(begins) == ["channel.needs_fix"]
    for day in days:
        assert journey.at(day.replace("10:00", "09:59")) == []
        assert journey.at(day) == ["document.missing"]
    assert "사업자등록증 사진" in journey.post.arrived[-1].text
    assert journey.at("2027-02-23 09:59") == []
    assert journey.tickets() == []
    assert journey.at("2027-02-23 10:00") == []
    assert journey.tickets() == ["document_missing"]
    assert hand_over_missing(journey.database, kst("2027-02-24 10:00")) == 0
    assert journey.at("2027-03-20 10:00") == []


def test_a_ticket_that_was_settled_is_not_opened_again(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    for day in SEOLLAL:
        journey.at(day)
    journey.at("2027-02-23 10:00")
    with journey.database.transaction() as session:
        session.execute(update(HandoffTicket).values(state=TicketState.RESOLVED))
    assert hand_over_missing(journey.database, kst("2027-02-25 10:00")) == 0


def test_planning_twice_and_late_changes_nothing(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    now = kst(SEOLLAL[0])
    assert plan_documents(journey.database, now) == 3
    assert plan_documents(journey.database, now) == 0
    assert plan_documents(journey.database, kst("2027-02-12 10:00")) == 0


def test_a_day_without_the_planner_swallows_what_is_late(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    assert plan_documents(journey.database, kst("2027-02-11 10:00")) == 2
    assert [row.due_at for row in journey.rows("document.missing")] == [
        kst(SEOLLAL[2]),
        kst(SEOLLAL[3]),
    ]


def test_what_is_sent_in_calls_everything_off(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    journey.at(SEOLLAL[0])
    assert journey.at(SEOLLAL[1]) == ["document.missing"]
    document_id = _sends(journey, "2027-02-11 12:00")
    assert journey.states("document.missing")[1:] == [ReminderState.CANCELLED] * 2
    assert journey.at(SEOLLAL[2]) == []
    with journey.database.transaction() as session:
        cause = Cause(actor="staff:kim", key="ok", now=kst("2027-02-15 11:00"))
        accept(session, document_id, cause)
    assert journey.at(SEOLLAL[3]) == []
    assert journey.at("2027-02-23 10:00") == []
    assert journey.tickets() == []


def test_a_refused_paper_is_told_at_once_and_counted_anew(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    journey.at(SEOLLAL[0])
    document_id = _sends(journey, "2027-02-05 12:00")
    _refused(journey, document_id, "2027-02-10 14:00")
    assert journey.at("2027-02-10 14:00") == ["document.refused"]
    assert "네 귀퉁이" in journey.post.arrived[-1].text
    assert journey.at("2027-02-12 10:00") == ["document.missing"]
    assert journey.at("2027-02-17 10:00") == ["document.missing"]


def test_a_newer_paper_makes_the_refusal_of_the_old_one_stale(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    journey.at(SEOLLAL[0])
    document_id = _sends(journey, "2027-02-05 12:00")
    _refused(journey, document_id, "2027-02-10 22:00")
    _sends(journey, "2027-02-10 22:30")
    assert journey.at("2027-02-11 09:00") == []
    assert journey.states("document.refused") == [ReminderState.CANCELLED]


def test_an_erased_merchant_gets_nothing(journey: Journey) -> None:
    _comes_back(journey, SEOLLAL[0])
    journey.at(SEOLLAL[0])
    with journey.person.turn("erase", kst("2027-02-05 12:00")) as tx:
        privacy.erase(tx)
    for day in SEOLLAL[1:]:
        assert journey.at(day) == []
    assert set(journey.states("document.missing")) == {ReminderState.CANCELLED}
    assert journey.at("2027-02-23 10:00") == []
    assert journey.tickets() == []


def test_papers_that_can_wait_are_nobody_reminded_of(journey: Journey) -> None:
    assert journey.at("2026-12-20 10:00") == []
    assert journey.rows("document.missing") == []


def test_a_document_of_no_kind_is_not_told_of(journey: Journey) -> None:
    document_id = _sends(journey, "2027-02-05 12:00", DocumentKind.OTHER)
    _refused(journey, document_id, "2027-02-05 13:00")
    assert journey.rows("document.refused") == []
    with journey.database.reading() as session:
        assert session.get_one(Document, document_id).state is DocumentState.REJECTED
