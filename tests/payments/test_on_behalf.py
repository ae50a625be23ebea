"""What a merchant asks for by telephone: the same end as in the chat, told once, on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.payments.on_behalf import Wish, end_for
from models.conversation import Conversation
from models.events import StateEvent
from models.payment import PayApplication, PayQr
from models.session import Database
from models.states import PayState, ReminderState
from tests.outbox.journey import Journey
from tests.payments.applicants import Applicant, applicant, staff
from tests.use_cases.people import NOW

PHONED = Wish("owner", "phone")


def ended(who: Applicant, wish: Wish = PHONED, key: str = "end") -> bool:
    with who.database.transaction() as session:
        return end_for(session, who.id, wish, staff(key))


@pytest.fixture
def journey(database: Database) -> Journey:
    return Journey(database)


def test_a_wish_is_taken_back_and_told_once_with_how_to_object(journey: Journey) -> None:
    who = Applicant(journey.person)
    who.complete()
    who.hand_off()
    assert ended(who)
    assert who.state is PayState.WITHDRAWN
    assert ended(who, key="again") is False
    assert journey.tickets() == ["pay_withdrawn"], "the provider has to be told"
    arrived = [kind for hour in range(11, 20) for kind in journey.at(f"2026-11-23 {hour}:00")]
    assert arrived == ["payment.ended"]
    (message,) = [one for one in journey.post.arrived if one.kind == "payment.ended"]
    assert message.text.splitlines() == [
        f"사장님이 전화로 말씀하셔서 쉬운 결제({who.overview().number})를 거두었어요.",
        "다시 하시려면 언제든 새로 신청하시면 돼요.",
        "부탁하신 적이 없으면 ‘상담원’을 눌러 주세요.",
    ]
    assert message.buttons[0] == "상담원"


def test_what_is_agreed_is_ended_and_its_code_named_in_the_one_message(journey: Journey) -> None:
    who = Applicant(journey.person)
    who.live()
    assert ended(who, Wish("family", "visit"))
    assert who.state is PayState.TERMINATED
    assert journey.tickets() == ["pay_terminated"]
    with who.database.reading() as session:
        assert session.scalars(select(PayQr.revoked_at)).one() == NOW
        assert session.scalars(select(PayApplication.reason)).one() == "asked"
        events = session.scalars(select(StateEvent).where(StateEvent.to_state == "terminated"))
        assert [event.actor for event in events] == ["staff:op"]
    arrived = [kind for hour in range(11, 20) for kind in journey.at(f"2026-11-23 {hour}:00")]
    assert arrived == ["payment.ended"]
    assert journey.states("payment.revoked") == [ReminderState.CANCELLED]
    said = journey.post.arrived[-1].text
    assert said.startswith("가족분이 만나서 말씀하셔서")
    assert "가게에 붙인 결제 QR은 떼어 주세요." in said


def test_who_applied_anew_meanwhile_is_not_told_of_the_end(journey: Journey) -> None:
    who = Applicant(journey.person)
    who.agree()
    who.apply()
    assert ended(who)
    who.apply("anew", now=NOW + timedelta(seconds=1))
    assert "payment.ended" not in journey.at("2026-11-23 11:00")
    assert journey.states("payment.ended") == [ReminderState.CANCELLED]


def test_only_what_the_chat_could_do(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.step(PayState.REJECTED, "trade_restricted")
    with pytest.raises(RuleBrokenError) as unclear:
        ended(who, Wish("neighbour", "phone"))
    assert unclear.value.code == "wish_unclear"
    assert ended(who), "a refused one can be taken back in the chat, too"
    with database.transaction() as session, pytest.raises(InvalidInputError):
        end_for(session, 999, PHONED, staff("nobody"))


def test_without_a_chat_nobody_could_be_told(database: Database) -> None:
    who = applicant(database)
    who.agree()
    who.apply()
    application_id = who.id
    with database.transaction() as session:
        session.get_one(PayApplication, application_id).conversation_id = None
        session.execute(update(Conversation).values(merchant_id=None))
    with database.transaction() as session, pytest.raises(RuleBrokenError) as error:
        end_for(session, application_id, PHONED, staff("end"))
    assert error.value.code == "no_chat"
