"""Who asks to be forgotten is visited by nobody, and no word of the visits stays."""

import pytest
from sqlalchemy import select, text

from bot.services.erasure import wipe
from bot.services.visits.fieldwork import Report, check_in, report
from bot.services.visits.series import Standing, begin_series
from bot.services.visits.waiting import wait
from models.fieldwork import CheckinMethod, VisitOutcome
from models.session import Database
from models.states import SeriesState, VisitState, WaitState
from models.supporter import SupporterDay
from models.visit import OPEN, Visit, VisitSeries, WaitlistEntry
from tests.visits.rows import NOW, TUESDAY, Town, town
from tests.visits.steps import at, booked, held, state
from tests.visits.test_fieldwork import STARTS, THERE

NOTE, WORDS, SAID = "정문 옆 비밀골목", "비밀스러운 부탁", "비밀스러운 기록"


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_everything_to_come_is_cancelled_and_every_word_goes(place: Town) -> None:
    stall = place.stalls[0]
    done = booked(place, stall, 900, place_note=NOTE, text=WORDS)
    with place.database.transaction() as session:
        check_in(place.office(session, "in", STARTS), done, THERE)
        report(place.office(session, "out", STARTS), done, Report(VisitOutcome.DONE, (), SAID))
    kept = held(place, stall, at(place, stall, 600, topics=("pay",)), "pay")
    with place.database.transaction() as session:
        begin_series(
            place.office(session, "s"), stall.wish(topics=("kit",)), Standing(TUESDAY, 780, 3)
        )
        wait(stall.turn(session, "w"), stall.wish(topics=("content",), text=WORDS))
    with place.database.transaction() as session:
        wipe(stall.turn(session, "erase", NOW))
    assert state(place, done) is VisitState.REPORTED
    assert state(place, kept) is VisitState.RELEASED
    with place.database.reading() as session:
        assert session.scalars(select(Visit.id).where(Visit.state.in_(OPEN))).all() == []
        assert session.scalars(select(VisitSeries.state)).one() is SeriesState.ENDED
        assert session.scalars(select(WaitlistEntry.state)).one() is WaitState.WITHDRAWN
        assert sum(row.visit_count for row in session.scalars(select(SupporterDay))) <= 1
        for column, table in (
            ("place_note", "visit_request"),
            ("wish_text", "visit_request"),
            ("notes", "visit_report"),
        ):
            rows = session.execute(text(f"SELECT {column} FROM {table}")).scalars().all()  # noqa: S608 -- names above
            assert rows
            assert set(rows) == {None}


def test_a_visit_that_is_under_way_ends_by_itself(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    with place.database.transaction() as session:
        check_in(place.office(session, "in", STARTS), visit_id, THERE)
    with place.database.transaction() as session:
        wipe(stall.turn(session, "erase", STARTS))
    assert state(place, visit_id) is VisitState.IN_PROGRESS
    assert THERE.method is CheckinMethod.GPS
