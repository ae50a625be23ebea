"""Members of whom nothing was heard for two years: told, and deleted 30 days later."""

import pytest
from sqlalchemy import select, update

from bot.services import consents
from bot.services.inactive_members import purge_inactive
from models.conversation import Conversation
from models.events import AccessLog
from models.merchant import Merchant
from models.outbox import Reminder
from models.session import Database
from models.states import MerchantState, ReminderState
from tests.outbox.journey import Journey, kst

LAST_WORD = "2026-11-23 10:00"
TOLD = "2028-10-23 10:01"
GONE = "2028-11-22 10:02"


@pytest.fixture
def journey(database: Database) -> Journey:
    journey = Journey(database)
    _writes(journey, LAST_WORD)
    return journey


def _writes(journey: Journey, at: str) -> None:
    with journey.database.transaction() as session:
        session.execute(update(Conversation).values(last_seen_at=kst(at)))


def _merchant(journey: Journey) -> Merchant:
    with journey.database.reading() as session:
        return session.scalars(select(Merchant)).one()


def test_told_thirty_days_before_and_then_deleted(journey: Journey) -> None:
    assert journey.at("2028-10-22 10:00") == []
    assert journey.at(TOLD) == ["retention.inactive"]
    arrived = journey.post.arrived[-1]
    assert "11월 22일(수)" in arrived.text
    assert arrived.buttons == ("계속 쓸게요", "내 정보 지우기")
    assert journey.at("2028-11-21 10:00") == []
    assert _merchant(journey).state is not MerchantState.ERASED
    journey.at(GONE)
    merchant = _merchant(journey)
    assert merchant.state is MerchantState.ERASED
    assert merchant.owner_name is None
    with journey.database.reading() as session:
        kept = session.scalars(select(AccessLog).where(AccessLog.reason == "retention")).one()
        assert (kept.action, kept.row_count) == ("erase", 1)
    assert purge_inactive(journey.database, kst("2028-12-22 10:00")) == 0
    assert journey.tickets() == []


def test_whoever_writes_stays(journey: Journey) -> None:
    assert journey.at(TOLD) == ["retention.inactive"]
    _writes(journey, "2028-11-01 10:00")
    journey.at(GONE)
    assert _merchant(journey).state is not MerchantState.ERASED
    assert journey.at("2030-09-30 10:00") == []
    assert journey.at("2030-10-02 10:01") == ["retention.inactive"]


def test_who_came_back_overnight_is_not_told(journey: Journey) -> None:
    journey.at("2028-10-23 23:00")
    _writes(journey, "2028-10-24 07:00")
    assert journey.at("2028-10-24 09:00") == []
    assert [row.reason for row in journey.rows("retention.inactive")] == ["active_again"]


def test_nobody_is_deleted_without_the_notice(journey: Journey) -> None:
    with journey.person.turn("all", kst(LAST_WORD)) as tx:
        consents.opt_out(tx, everything=True)
    assert journey.at(TOLD) == []
    assert journey.states("retention.inactive") == [ReminderState.SUPPRESSED]
    journey.at(GONE)
    journey.at("2029-03-01 10:00")
    assert _merchant(journey).state is not MerchantState.ERASED
    assert journey.tickets() == ["member_inactive"]


def test_a_notice_that_came_late_delays_the_end(journey: Journey) -> None:
    assert journey.at("2028-11-15 10:00") == ["retention.inactive"]
    journey.at("2028-12-14 10:00")
    assert _merchant(journey).state is not MerchantState.ERASED
    assert journey.tickets() == []
    journey.at("2028-12-15 10:01")
    assert _merchant(journey).state is MerchantState.ERASED


def test_a_notice_of_an_earlier_silence_does_not_count(journey: Journey) -> None:
    assert journey.at(TOLD) == ["retention.inactive"]
    _writes(journey, "2028-11-01 10:00")
    with journey.database.transaction() as session:
        session.execute(update(Reminder).values(state=ReminderState.DELIVERED))
    assert purge_inactive(journey.database, kst("2030-11-05 10:00")) == 0
    assert _merchant(journey).state is not MerchantState.ERASED
