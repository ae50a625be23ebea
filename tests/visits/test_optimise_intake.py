"""The check of plans says what the slot engine and its judge say of the same day."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.intake import Person, Terms, day_problem
from bot.services.visits.optimise.plan import MINUTE, UNREACHABLE, Problem
from bot.services.visits.optimise.search import Limits, search
from bot.services.visits.timeline import Shift, Stop, Timeline, problems
from bot.services.visits.travel import Place, Travel
from tests.visits.days import Day, booked_days

SEOUL, JEJU = Place(37.5, 127.0), Place(33.5, 126.5, 7)


def as_problem(day: Day, stops: tuple[Stop, ...]) -> Problem:
    person = Person(id=1, name="하나", skills=frozenset(), shift=day.shift, stops=stops)
    terms = {stop.visit_id: Terms(market="시장") for stop in stops}
    return day_problem([person], [], terms, day.ways)


@given(booked_days(), st.lists(st.integers(-3, 3), min_size=5, max_size=5), st.integers(0, 2))
@settings(max_examples=100, deadline=None)
def test_three_judges_agree(day: Day, moves: list[int], fewer: int) -> None:
    stops = tuple(
        replace(stop, start=stop.start + 10 * move)
        for stop, move in zip(day.stops, moves, strict=False)
    )
    shift = replace(day.shift, max_visits=max(0, day.shift.max_visits - fewer))
    moved = Day(shift, stops, day.ways)
    problem = as_problem(moved, stops)
    ours = faults(problem, problem.booked)
    assert bool(ours) == bool(problems(Timeline(shift, stops, day.ways)))
    assert bool(ours) == (not moved.judge.planned(stops) or not moved.judge.limits(stops))


@given(booked_days())
@settings(max_examples=40, deadline=None)
def test_what_is_found_for_one_supporter_stands_for_the_slot_engine(day: Day) -> None:
    problem = as_problem(day, day.stops)
    found = search(problem, Limits(iterations=100)).plan
    assert found is not None
    known = {stop.visit_id: stop for stop in day.stops}
    stops = [
        replace(known[stop.visit], start=stop.start // MINUTE)
        for route in found.routes
        for stop in route.stops
    ]
    assert problems(Timeline(day.shift, stops, day.ways)) == []
    assert len(stops) == len(day.stops)


def test_what_is_pinned_keeps_its_time_and_person() -> None:
    shift = Shift(SEOUL, ((540, 1080),), 4, 400)
    stop = Stop(5, 600, 40, 540, 700, Place(37.51, 127.0, 3))
    person = Person(id=1, name="하나", skills=frozenset(), shift=shift, stops=(stop,))
    terms = {5: Terms(skills=frozenset({"pay"}), is_pinned=True)}
    (visit,) = day_problem([person], [], terms, Travel()).visits
    assert (visit.earliest, visit.latest, visit.only) == (36000, 36000, frozenset({1}))
    assert visit.skills == frozenset()  # whoever pinned it knew
    later = {5: Terms(not_before=580)}
    (visit,) = day_problem([person], [], later, Travel()).visits
    assert (visit.earliest, visit.latest) == (580 * 60, 700 * 60)
    passed = {5: Terms(not_before=640)}
    (visit,) = day_problem([person], [], passed, Travel()).visits
    assert visit.earliest == 600 * 60


def test_what_lies_across_the_sea_cannot_be_reached() -> None:
    shift = Shift(SEOUL, ((540, 1080),), 4, 400)
    person = Person(id=1, name="하나", skills=frozenset(), shift=shift)
    other = Stop(-1, 600, 40, 540, 700, JEJU)
    terms = {-1: Terms(prize=7200, is_promised=False)}
    problem = day_problem([person], [other], terms, Travel())
    assert problem.travel[0][1] == UNREACHABLE
    found = search(problem, Limits(iterations=100)).plan
    assert found is not None
    assert found.routes == ()
