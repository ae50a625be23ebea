"""Plans in the tables: published whole or not at all, told to whom it concerns, safe twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.services.visits.availability import set_state
from bot.services.visits.calendar import moment_of
from bot.services.visits.optimise.planning import (
    all_groups,
    enact,
    limits_for,
    plan_nights,
    trial,
)
from bot.services.visits.waiting import wait
from models.fieldwork import RouteStop
from models.session import Database
from models.states import PlanState, SupporterState, VisitState
from models.visit import Visit, VisitEvent
from tests.visits.crossing import (
    EAST,
    SHORT,
    WEST,
    away,
    crossed,
    group_of,
    planned,
    plans,
    standing_slots,
    starts_of,
    supporters_of,
    town_with,
)
from tests.visits.rows import NOW, SEOUL, TUESDAY, Town, add_stall, add_supporter
from tests.visits.steps import booked, kinds, state, versions
from tests.visits.told import arrives, rows


@pytest.fixture
def place(database: Database) -> Town:
    """Two supporters who live in the middle, and four stalls: west, east, west, east."""
    return town_with(database, (WEST, EAST, WEST, EAST))


def test_a_better_plan_is_written_whole(place: Town) -> None:
    visits = crossed(place)
    first, second = place.supporters
    assert supporters_of(place, visits) == [first, second, second, first]
    before = versions(place)
    outcome = planned(place)
    assert outcome.plan_is_published
    people = supporters_of(place, visits)
    assert people[0] == people[2]
    assert people[1] == people[3]
    assert people[0] != people[1]
    assert starts_of(place, visits) == [600, 600, 840, 840]
    moved = [
        v
        for v, old, new in zip(visits, [first, second, second, first], people, strict=True)
        if old != new
    ]
    assert len(moved) == outcome.changed == 2
    for visit in visits:
        assert (kinds(place, visit)[-1] == "reassigned") == (visit in moved)
    after = versions(place)
    assert all(after[key][0] > before[key][0] for key in before)
    assert sum(count for _, count in after.values()) == 4


def test_merchants_are_told_once_of_another_supporter(place: Town) -> None:
    visits = crossed(place)
    night = NOW + timedelta(hours=16)
    planned(place, now=night)
    planned(place, now=night + timedelta(hours=1))
    moved = {visit for visit in visits if kinds(place, visit)[-1] == "reassigned"}
    assert len(moved) == 2
    assert [row[1:] for row in rows(place, "visit.moved")] == [("11-24 08:00", "scheduled")] * 2
    told = arrives(place, night + timedelta(hours=7))
    assert (
        sorted(line.splitlines()[0] for line in told)
        == ["visit.moved: 12월 1일(화) 오후 2시 방문이 바뀌었어요."] * 2
    )


def test_what_was_planned_is_kept(place: Town) -> None:
    visits = crossed(place)
    planned(place)
    (row,) = plans(place)
    assert (row.state, row.reason, row.region, row.day) == (
        PlanState.PUBLISHED,
        "better",
        SEOUL,
        TUESDAY,
    )
    assert row.engine.startswith("pyvrp ")
    assert row.cost_after < row.cost_before
    assert row.moved_count == 2
    with place.database.reading() as session:
        stops = session.scalars(select(RouteStop).order_by(RouteStop.seq)).all()
    assert {stop.visit_id for stop in stops} == set(visits)
    assert all(stop.travel_s > 0 for stop in stops)
    # From the first visit of the morning (an hour) to two in the afternoon, lunch left out.
    assert all(
        stop.wait_s == (840 - 660 - 60) * 60 - stop.travel_s for stop in stops if stop.seq == 2
    )


def test_whoever_has_to_be_told_is_in_the_events(place: Town) -> None:
    visits = crossed(place)
    outcome = planned(place)
    assert {notice.visit for notice in outcome.decision.told} <= set(visits)
    told = outcome.decision.told[0]
    with place.database.reading() as session:
        event = session.scalars(
            select(VisitEvent).where(
                VisitEvent.visit_id == told.visit, VisitEvent.kind == "reassigned"
            )
        ).one()
    assert (event.actor, event.reason) == ("system", "plan")
    assert event.payload["supporter_id"] == told.after
    assert event.payload["before"]["supporter_id"] == told.before


def test_a_second_time_changes_nothing(place: Town) -> None:
    visits = crossed(place)
    planned(place)
    people, stamps = supporters_of(place, visits), versions(place)
    again = planned(place)
    assert (again.reason, again.changed) == ("not_better", 0)
    assert (supporters_of(place, visits), versions(place)) == (people, stamps)
    assert [row.state for row in plans(place)] == [PlanState.PUBLISHED, PlanState.REJECTED]


def test_the_same_plan_twice_at_the_same_time(place: Town) -> None:
    visits = crossed(place)
    mine = trial(place.database, group_of(place), TUESDAY, NOW, SHORT)
    twin = trial(place.database, group_of(place), TUESDAY, NOW, SHORT)
    assert enact(place.database, mine, NOW).plan_is_published
    people, stamps = supporters_of(place, visits), versions(place)
    late = enact(place.database, twin, NOW)
    assert (late.reason, late.plan_is_published) == ("plan_outdated", False)
    assert (supporters_of(place, visits), versions(place)) == (people, stamps)
    assert plans(place)[-1].state is PlanState.REJECTED


def test_somebody_books_while_the_plan_is_made(place: Town) -> None:
    visits = crossed(place)
    outcome = trial(place.database, group_of(place), TUESDAY, NOW, SHORT)
    with place.database.transaction() as session:
        late = add_stall(session, place.markets[WEST], 9)
    newest = booked(place, late, 960)
    stamps = versions(place)
    assert enact(place.database, outcome, NOW).reason == "plan_outdated"
    assert versions(place) == stamps
    first, second = place.supporters
    assert supporters_of(place, visits) == [first, second, second, first]
    assert state(place, newest) is VisitState.CONFIRMED
    assert planned(place).plan_is_published


def test_a_trial_writes_nothing(place: Town) -> None:
    crossed(place)
    stamps = versions(place)
    outcome = trial(place.database, group_of(place), TUESDAY, NOW, SHORT)
    assert outcome.decision.is_published
    assert not outcome.plan_is_published
    assert (versions(place), plans(place)) == (stamps, [])


def test_a_day_without_visits_is_no_plan(place: Town) -> None:
    assert planned(place).reason == "not_better"
    assert plans(place) == []


def test_the_slot_engine_has_the_last_word(place: Town) -> None:
    crossed(place)
    outcome = trial(place.database, group_of(place), TUESDAY, NOW, SHORT)
    shorter = replace(outcome.decision.plan.routes[0].stops[0], start=9 * 3600)
    route = replace(
        outcome.decision.plan.routes[0], stops=(shorter, *outcome.decision.plan.routes[0].stops[1:])
    )
    spoiled = replace(outcome.decision.plan, routes=(route, *outcome.decision.plan.routes[1:]))
    wrong = replace(outcome, decision=replace(outcome.decision, plan=spoiled))
    stamps = versions(place)
    assert enact(place.database, wrong, NOW).reason == "plan_refused"
    assert versions(place) == stamps


def test_visits_of_who_took_a_day_off_find_somebody_else(place: Town) -> None:
    first, second = place.supporters
    visit = booked(place, place.stalls[0], 600, supporter_id=first)
    away(place, first)
    outcome = planned(place)
    assert outcome.plan_is_published
    assert supporters_of(place, [visit]) == [second]
    assert outcome.homeless == ()
    (notice,) = outcome.decision.told
    assert (notice.before, notice.after) == (first, second)


def test_a_standing_slot_goes_to_somebody_else_only_for_the_day_off(place: Town) -> None:
    first, second = place.supporters
    visits = [
        booked(place, place.stalls[0], 600, supporter_id=first),
        booked(place, place.stalls[1], 600, supporter_id=second),
    ]
    standing_slots(place, visits)
    assert planned(place).changed == 0
    away(place, first)
    late = booked(place, place.stalls[2], 840, supporter_id=second)
    standing_slots(place, [late])
    assert supporters_of(place, visits) == [first, second]
    with place.database.transaction() as session:
        session.get_one(Visit, visits[1]).state = VisitState.CANCELLED_BY_STAFF
        session.get_one(Visit, late).state = VisitState.CANCELLED_BY_STAFF
    assert planned(place).changed == 1
    assert supporters_of(place, visits[:1]) == [second]


def test_visits_of_who_left_find_somebody_else(place: Town) -> None:
    first, second = place.supporters
    visit = booked(place, place.stalls[0], 600, supporter_id=first)
    with place.database.transaction() as session:
        set_state(place.office(session, "gone"), first, SupporterState.LEFT)
    assert planned(place).plan_is_published
    assert supporters_of(place, [visit]) == [second]


def test_a_visit_for_which_nobody_is_left_stays_and_is_named(place: Town) -> None:
    first, second = place.supporters
    visits = [
        booked(place, place.stalls[0], 600, supporter_id=first),
        booked(place, place.stalls[1], 600, supporter_id=second),
    ]
    away(place, first)
    outcome = planned(place)
    assert outcome.homeless == (visits[0],)
    assert supporters_of(place, visits) == [first, second]


def test_a_day_that_breaks_a_rule_is_left_to_a_person(place: Town) -> None:
    visits = crossed(place)
    with place.database.transaction() as session:
        session.get_one(Visit, visits[2]).promise_from += timedelta(minutes=30)
        session.get_one(Visit, visits[2]).promise_to += timedelta(minutes=60)
    outcome = planned(place)
    assert outcome.sheet.left_alone == (place.supporters[1],)
    assert not outcome.plan_is_published


def test_a_flexible_visit_moves_inside_its_promise_without_a_word(place: Town) -> None:
    first, second = place.supporters
    west, east, west2, _ = place.stalls
    visits = [
        booked(place, west, 780, supporter_id=first, topics=("pay",)),
        booked(place, east, 870, supporter_id=first, topics=("pay",), flexibility="half_day"),
        booked(place, west2, 960, supporter_id=first, topics=("pay",), flexibility="half_day"),
    ]
    away(place, second)
    outcome = planned(place)
    assert outcome.plan_is_published
    assert outcome.decision.told == ()
    assert [kinds(place, visit)[-1] for visit in visits] == ["confirmed", "adjusted", "adjusted"]
    assert starts_of(place, visits)[2] < starts_of(place, visits)[1]
    with place.database.reading() as session:
        for visit in session.scalars(select(Visit)):
            assert visit.promise_from <= visit.starts_at <= visit.promise_to


def test_room_is_made_for_who_waits(place: Town) -> None:
    visits = crossed(place)
    with place.database.transaction() as session:
        late = add_stall(session, place.markets["광장시장"], 9)
        wait(late.turn(session, "wait"), late.wish(day=TUESDAY, period="afternoon"))
    outcome = planned(place)
    assert any(notice.is_new for notice in outcome.decision.told)
    assert outcome.changed == 2
    assert {stop.visit for _, stop in outcome.kept} == set(visits)


@pytest.mark.parametrize(
    ("store", "wish"),
    [
        ({"closed_days": ["weekly:TUE"]}, {}),
        ({"opens": "13:00"}, {"period": "morning"}),
        ({"market_id": None}, {}),
        ({}, {"day": TUESDAY + timedelta(days=1)}),
    ],
    ids=["closed", "opens late", "nowhere", "another day"],
)
def test_who_waits_for_something_else_gets_no_room(
    place: Town, store: dict[str, Any], wish: dict[str, Any]
) -> None:
    crossed(place)
    with place.database.transaction() as session:
        late = add_stall(session, **{"market_id": place.markets["광장시장"], "number": 9} | store)
        wait(late.turn(session, "wait"), late.wish(**{"day": TUESDAY} | wish))
    outcome = planned(place)
    assert not any(notice.is_new for notice in outcome.decision.told)
    assert min(outcome.sheet.stops) > 0


def test_at_night_every_day_is_planned_once(place: Town) -> None:
    crossed(place)

    def at_night(**later: int) -> int:
        night = moment_of(TUESDAY - timedelta(days=2), 3 * 60)
        return plan_nights(place.database, night + timedelta(**later), SHORT)

    assert at_night(minutes=-1) == 0
    assert at_night(minutes=10) == 1
    assert at_night(minutes=15) == 0
    assert [row.day for row in plans(place)] == [TUESDAY]
    assert at_night(hours=2) == 0
    assert len(plans(place)) == 1
    assert at_night(days=1) == 0
    assert [row.reason for row in plans(place)] == ["better", "not_better"]


def test_supporters_of_two_regions_join_them(place: Town) -> None:
    with place.database.transaction() as session:
        far = add_supporter(session, 7, areas=(("부산광역시", ""),))
        near = add_supporter(session, 8, areas=(("인천광역시", ""), (SEOUL, "")))
    with place.database.reading() as session:
        found = all_groups(session, NOW)
    assert [(g.name, g.supporters) for g in found] == [
        ("부산광역시", (far,)),
        ("서울특별시+인천광역시", (*place.supporters, near)),
    ]


def test_more_visits_are_looked_at_longer(place: Town) -> None:
    crossed(place)
    outcome = trial(place.database, group_of(place), TUESDAY, NOW, SHORT)
    assert limits_for(outcome.sheet.problem).seconds == pytest.approx(2.2)
