"""What still fits into a day, against a judge that looks at every minute."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.services.visits.timeline import Shift, Stop, Timeline, fixed, problems
from bot.services.visits.travel import Place, Travel
from bot.services.visits.worked import WorkedTime, joined, without
from tests.visits.days import HOME, SPOTS, AnyWays, Day, booked_days, shifts

NO_WAY = AnyWays({(a, b): 0 for a in (HOME, *SPOTS) for b in (HOME, *SPOTS)})
TEN = AnyWays({(a, b): 10 for a in (HOME, *SPOTS) for b in (HOME, *SPOTS)})
LUNCH = Shift(HOME, ((540, 720), (780, 1080)), 8, 240)


def placed(day: Day, new: Stop) -> list[int]:
    """Return the positions at which the judge lets a visit stand."""
    found = []
    for position in range(len(day.stops) + 1):
        trial = (*day.stops[:position], new, *day.stops[position:])
        if day.judge.possible(trial) and day.judge.limits(trial):
            found.append(position)
    return found


@settings(deadline=None, max_examples=200)
@given(booked_days(), st.sampled_from(SPOTS), st.sampled_from([15, 40, 60, 90]))
def test_exactly_the_feasible_starts_are_found(day: Day, spot: Place, minutes: int) -> None:
    """Every start of every gap, by the minute: found when, and only when, the judge allows it."""
    timeline = Timeline(day.shift, day.stops, day.ways)
    assert timeline.possible
    offered = {
        (room.position, start)
        for room in timeline.room(spot, minutes)
        for first, last in room.starts
        for start in range(first, last + 1)
    }
    first, last = day.shift.spans[0][0] - 5, day.shift.spans[-1][1] + 5
    allowed = {
        (position, start)
        for start in range(first, last, 5)
        for position in placed(day, fixed(0, start, minutes, spot))
    }
    assert {each for each in offered if each[1] in range(first, last, 5)} == allowed


@settings(deadline=None, max_examples=200)
@given(booked_days(), st.sampled_from(SPOTS), st.sampled_from([15, 40, 60]))
def test_a_visit_that_is_taken_leaves_a_day_that_can_be_kept(
    day: Day, spot: Place, minutes: int
) -> None:
    timeline = Timeline(day.shift, day.stops, day.ways)
    for room in timeline.room(spot, minutes):
        for start in {room.starts[0][0], room.starts[-1][1]}:
            after = timeline.taking(fixed(0, start, minutes, spot), room.position)
            assert after is not None
            assert day.judge.planned(after.stops)
            assert day.judge.limits(after.stops)
            assert problems(after) == []
            assert after.stops[room.position].start == start
            kept = [stop.visit_id for stop in after.stops if stop.visit_id]
            assert kept == [stop.visit_id for stop in day.stops]


@settings(deadline=None)
@given(booked_days())
def test_problems_are_those_that_the_judge_sees(day: Day) -> None:
    assert problems(Timeline(day.shift, day.stops, day.ways)) == []
    late = [
        Stop(s.visit_id, s.start + 35, s.minutes, s.earliest + 35, s.latest + 35, s.place)
        for s in day.stops
    ]
    timeline = Timeline(day.shift, late, day.ways)
    fine = day.judge.planned(late) and day.judge.limits(late)
    assert (problems(timeline) == []) == fine
    assert timeline.possible == day.judge.possible(late)


@settings(deadline=None)
@given(booked_days())
def test_taking_a_visit_out_of_a_day_with_real_ways_keeps_it_possible(day: Day) -> None:
    travel = Travel()
    judge = type(day.judge)(day.shift, travel)
    stops = day.stops if judge.planned(day.stops) else ()
    timeline = Timeline(day.shift, stops, travel)
    for stop in stops:
        assert timeline.without((stop.visit_id,)).possible


def test_travelling_goes_on_after_lunch() -> None:
    timeline = Timeline(LUNCH, [fixed(1, 650, 60, SPOTS[0])], TEN)
    rooms = {room.position: room.starts for room in timeline.room(SPOTS[1], 60)}
    assert rooms[1] == ((780, 1010),)
    assert rooms[0] == ((550, 580),)


def test_no_visit_goes_over_lunch() -> None:
    rooms = list(Timeline(LUNCH, [], NO_WAY).room(SPOTS[0], 90))
    assert [room.starts for room in rooms] == [((540, 630), (780, 990))]


def test_a_promised_part_of_the_day_gives_way() -> None:
    afternoon = Stop(1, 780, 60, 780, 960, SPOTS[0])
    timeline = Timeline(LUNCH, [afternoon], TEN)
    after = timeline.taking(fixed(2, 780, 60, SPOTS[1]), 0)
    assert after is not None
    assert [(stop.visit_id, stop.start) for stop in after.stops] == [(2, 780), (1, 850)]
    assert timeline.taking(fixed(2, 970, 60, SPOTS[1]), 0) is None


def test_limits_of_a_day() -> None:
    full = Timeline(Shift(HOME, LUNCH.spans, 1, 240), [fixed(1, 600, 60, SPOTS[0])], TEN)
    assert list(full.room(SPOTS[1], 30)) == []
    far = Timeline(Shift(HOME, LUNCH.spans, 8, 25), [fixed(1, 600, 60, SPOTS[0])], TEN)
    assert list(far.room(SPOTS[1], 30)) == []
    near = Timeline(Shift(HOME, LUNCH.spans, 8, 30), [fixed(1, 600, 60, SPOTS[0])], TEN)
    assert [room.extra for room in near.room(SPOTS[1], 30)] == [10, 10]


def test_a_day_that_cannot_be_kept_has_no_room() -> None:
    timeline = Timeline(LUNCH, [fixed(1, 600, 60, SPOTS[0]), fixed(2, 665, 30, SPOTS[1])], TEN)
    assert not timeline.possible
    assert list(timeline.room(SPOTS[2], 30)) == []
    assert problems(timeline) == ["travel"]


def test_who_does_not_work_has_no_room() -> None:
    assert list(Timeline(Shift(HOME, (), 8, 240), [], TEN).room(SPOTS[0], 30)) == []


def test_spans() -> None:
    assert joined([(700, 710), (500, 600), (590, 650), (650, 660), (5, 5)]) == (
        (500, 660),
        (700, 710),
    )
    assert without([(540, 1080)], [(500, 550), (1000, 2000), (700, 700)]) == ((550, 1000),)
    assert without([(540, 1080)], [(500, 1100)]) == ()


@settings(deadline=None)
@given(shifts(), st.integers(0, 1440))
@example(LUNCH, 720)
def test_worked_time_and_clock_agree(shift: Shift, clock: int) -> None:
    work = WorkedTime(shift.spans)
    worked = work.at(clock)
    assert worked == sum(1 for m in range(clock) if any(a <= m < b for a, b in shift.spans))
    if work.holds(clock, 1):
        assert work.clock(worked) == clock
        assert work.last_at(clock) == worked
