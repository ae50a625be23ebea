"""What the law has us tell about a consent: its result, and every two years that it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.services import consents
from bot.services.preferences import RECONFIRM_AFTER
from bot.services.reminders.consent import plan_consents
from bot.services.transaction import Transaction
from models.consent import Consent, MessagePreference
from models.conversation import Conversation
from models.outbox import Reminder
from models.session import Database
from models.states import ReminderState
from tests.outbox.journey import Journey, kst

GIVEN = "2026-11-23 10:00"
TOLD = "2028-10-23 10:00"
"""Two years less 30 days on: 2028-11-22 is the end."""
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def journey(database: Database) -> Journey:
    journey = Journey(database)
    with database.transaction() as session:  # not a silent member
        session.execute(update(Conversation).values(last_seen_at=kst("2028-10-01 10:00")))
    return journey


def _decides(
    journey: Journey, at: str, *, key: str = "marketing", yes: bool = True, actor: str = "merchant"
) -> None:
    with journey.database.transaction() as session:
        tx = Transaction(session, kst(at), journey.person.conversation_id, f"c:{at}", actor)
        consents.record(tx, key, decision=yes, told=True)


def _preference(journey: Journey) -> MessagePreference:
    with journey.database.reading() as session:
        of_ads = select(MessagePreference).where(MessagePreference.message_class == "marketing")
        return session.scalars(of_ads).one()


def _receipts(journey: Journey) -> list[bool]:
    with journey.database.reading() as session:
        rows = session.scalars(
            select(Consent).where(Consent.key.in_(("marketing", "night"))).order_by(Consent.id)
        )
        return [row.receipt_sent_at is not None for row in rows]


def test_an_answer_in_the_chat_is_the_receipt(journey: Journey) -> None:
    _decides(journey, GIVEN)
    assert _receipts(journey) == [True]
    assert journey.at("2026-11-24 10:00") == []


def test_what_somebody_else_decided_is_told_once_with_day_and_result(journey: Journey) -> None:
    _decides(journey, GIVEN, actor="supporter:1")
    _decides(journey, "2026-11-23 10:01", key="night", yes=False, actor="supporter:1")
    assert journey.at("2026-11-23 10:02") == ["consent.result"]
    text = journey.post.arrived[-1].text
    assert "소신상인" in text
    assert "11월 23일(월)" in text
    assert "광고 소식 받기 동의, 밤에도 받기 거부" in text
    assert journey.at("2026-11-23 10:12") == []
    assert _receipts(journey) == [True, True]
    assert journey.at("2026-12-20 10:00") == []


def test_a_result_is_told_although_messages_are_switched_off(journey: Journey) -> None:
    _decides(journey, GIVEN)
    with journey.person.turn("off", kst(GIVEN)) as tx:
        consents.switch_off(tx)
    _decides(journey, "2026-11-24 10:00", yes=False, actor="staff:kim")
    assert journey.at("2026-11-24 10:01") == ["consent.result"]


def test_a_result_that_could_not_be_told_for_two_weeks_is_not_told(journey: Journey) -> None:
    _decides(journey, GIVEN, actor="staff:kim")
    assert journey.at("2026-12-08 10:00") == []
    assert journey.rows("consent.result") == []


def test_two_years_on_it_is_confirmed_and_stands_when_nobody_answers(journey: Journey) -> None:
    _decides(journey, GIVEN)
    assert journey.at("2028-10-20 10:00") == []
    assert journey.at("2028-10-23 09:59") == []
    assert journey.at(TOLD) == ["consent.renew"]
    arrived = journey.post.arrived[-1]
    assert "소신상인" in arrived.text
    assert "2026년 11월 23일" in arrived.text
    assert "그대로 두시면" in arrived.text
    assert arrived.buttons == ("소식 계속 받기", "수신거부")
    journey.at("2028-10-23 10:10")
    preference = _preference(journey)
    assert preference.enabled
    assert preference.confirmed_sent_at is not None
    assert preference.confirmed_sent_at - kst(TOLD) < A_MINUTE
    assert preference.reconfirm_due == preference.confirmed_sent_at + RECONFIRM_AFTER
    assert journey.at("2028-12-30 10:00") == []


def test_what_did_not_arrive_confirms_nothing(journey: Journey) -> None:
    _decides(journey, GIVEN)
    due = _preference(journey).reconfirm_due
    journey.post.failures = ["refused"]
    assert journey.at(TOLD) == []
    journey.at("2028-10-24 10:00")
    assert journey.states("consent.renew") == [ReminderState.DEAD]
    assert _preference(journey).reconfirm_due == due


def test_an_outage_over_the_day_is_made_up_for(journey: Journey) -> None:
    _decides(journey, GIVEN)
    assert journey.at("2028-10-28 11:00") == ["consent.renew"]
    assert plan_consents(journey.database, kst("2028-10-28 11:00")) == 0


def test_who_withdrew_is_not_asked(journey: Journey) -> None:
    _decides(journey, GIVEN)
    assert plan_consents(journey.database, kst("2028-10-20 10:00")) == 1
    with journey.person.turn("out", kst("2028-10-21 10:00")) as tx:
        consents.opt_out(tx)
    assert journey.at(TOLD) == []
    [row] = journey.rows("consent.renew")
    assert (row.state, row.reason) == (ReminderState.CANCELLED, "withdrawn")


def test_who_says_yes_again_meanwhile_is_not_asked(journey: Journey) -> None:
    _decides(journey, GIVEN)
    assert plan_consents(journey.database, kst("2028-10-20 10:00")) == 1
    _decides(journey, "2028-10-21 10:00")
    assert journey.at(TOLD) == []
    assert [row.reason for row in journey.rows("consent.renew")] == ["renewed"]


def test_who_wants_nothing_at_all_is_left_alone(journey: Journey) -> None:
    _decides(journey, GIVEN)
    with journey.person.turn("all", kst("2027-01-05 10:00")) as tx:
        consents.opt_out(tx, everything=True)
    assert journey.at(TOLD) == []
    assert journey.rows("consent.renew") == []


def test_a_confirmation_in_flight_confirms_when_it_has_arrived(journey: Journey) -> None:
    _decides(journey, GIVEN)
    due = _preference(journey).reconfirm_due
    journey.at(TOLD)
    with journey.database.transaction() as session:
        flying = kst(TOLD) + timedelta(hours=3)
        session.execute(update(Reminder).values(state=ReminderState.ACCEPTED, look_at=flying))
    plan_consents(journey.database, kst("2028-10-23 10:05"))
    assert _preference(journey).reconfirm_due == due
    with journey.database.transaction() as session:
        session.execute(update(Reminder).values(look_at=None))
    plan_consents(journey.database, kst("2028-10-23 10:15"))
    renewed = _preference(journey).reconfirm_due
    assert renewed is not None
    assert renewed - kst(TOLD) - RECONFIRM_AFTER < A_MINUTE
