"""A plan may stand when every rule is kept; each rule has a plan that breaks only it."""

from dataclasses import replace

import pytest

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.plan import MINUTE, DayPlan, Problem, cost
from bot.services.visits.optimise.timing import timed
from tests.visits.line import at, fixed, flexible, plan, problem, supporter

VISITS = [
    fixed(1, 1, at(10)),
    flexible(2, 2, at(9), at(12)),
    fixed(3, 3, at(14), skills=frozenset({"pay"})),
    flexible(4, 1, at(13), at(17), only=frozenset({2})),
]
BOTH = [supporter(1, skills=frozenset({"pay"})), supporter(2)]
GOOD = plan(s1=[(1, at(10)), (2, at(11)), (3, at(14))], s2=[(4, at(15))])
DAY = problem(BOTH, VISITS, GOOD)


def codes(day: Problem, made: DayPlan) -> list[str]:
    return [fault.code for fault in faults(day, made)]


def test_a_good_plan_has_no_faults() -> None:
    assert faults(DAY, GOOD) == ()


def test_an_empty_day_may_stay_empty() -> None:
    assert faults(problem([supporter(1)], []), DayPlan()) == ()
    assert faults(problem([supporter(1)], []), plan(s1=[])) == ()


SPOILED: dict[str, DayPlan] = {
    "missing": plan(s1=[(1, at(10)), (3, at(14))], s2=[(4, at(15))]),
    "promise": plan(s1=[(1, at(10, 30)), (2, at(11, 15)), (3, at(14))], s2=[(4, at(15))]),
    "window": plan(s1=[(1, at(10)), (2, at(13)), (3, at(14))], s2=[(4, at(15))]),
    "skill": plan(s1=[(1, at(10)), (2, at(11))], s2=[(3, at(14)), (4, at(15))]),
    "person": plan(s1=[(1, at(10)), (2, at(11)), (3, at(14)), (4, at(15))]),
    "hours": plan(s1=[(1, at(10)), (2, at(11, 45)), (3, at(14))], s2=[(4, at(15))]),
    "travel": plan(s1=[(1, at(10)), (2, at(10, 39)), (3, at(14))], s2=[(4, at(15))]),
    "shift": plan(s1=[(2, at(9, 19)), (1, at(10)), (3, at(14))], s2=[(4, at(15))]),
    "twice": plan(s1=[(1, at(10)), (2, at(11)), (3, at(14))], s2=[(2, at(11)), (4, at(15))]),
    "unknown": plan(s1=[(1, at(10)), (2, at(11)), (3, at(14))], s2=[(4, at(15)), (9, at(16))]),
}


@pytest.mark.parametrize("code", SPOILED)
def test_each_rule_is_kept_by_itself(code: str) -> None:
    assert codes(DAY, SPOILED[code]) == [code]


def test_the_same_supporter_cannot_have_two_days() -> None:
    half = plan(s1=[(1, at(10)), (2, at(11))], s2=[(4, at(15))])
    other = plan(s1=[(3, at(14))])
    assert codes(DAY, DayPlan(half.routes + other.routes)) == ["twice"]


def test_an_unknown_supporter() -> None:
    assert codes(DAY, plan(s7=[(1, at(10))])) == ["unknown"]


def test_the_limits_of_a_day() -> None:
    few = problem([replace(BOTH[0], max_visits=2), BOTH[1]], VISITS, GOOD)
    assert codes(few, GOOD) == ["max_visits"]
    # Out 10, on 10 and 10, home 30 minutes.
    for minutes, expected in ((60, []), (59, ["max_travel"])):
        short = replace(BOTH[0], max_travel=minutes * MINUTE)
        assert codes(problem([short, BOTH[1]], VISITS, GOOD), GOOD) == expected


def test_home_in_time() -> None:
    late = flexible(1, 2, at(16), at(18))
    for start, expected in ((at(17, 10), []), (at(17, 11), ["shift"])):
        made = plan(s1=[(1, start)])
        assert codes(problem([supporter(1)], [late]), made) == expected


def test_a_way_may_be_interrupted_by_lunch_but_takes_its_time() -> None:
    before, after = fixed(1, 0, at(11, 20)), flexible(2, 3, at(12), at(15))
    day = problem([supporter(1)], [before, after])
    for start, expected in ((at(13, 20), []), (at(13, 19), ["travel"])):
        assert codes(day, plan(s1=[(1, at(11, 20)), (2, start)])) == expected


def test_a_visit_on_the_waiting_list_may_be_left_out() -> None:
    waiting = flexible(5, 1, at(9), at(17), prize=3600, is_promised=False)
    assert faults(problem(BOTH, [*VISITS, waiting]), GOOD) == ()


def test_what_a_plan_costs() -> None:
    waiting = flexible(5, 1, at(9), at(17), prize=3600, is_promised=False)
    day = replace(problem(BOTH, [*VISITS, waiting], GOOD), keep=100)
    assert cost(day, GOOD).travel == (60 + 20) * MINUTE
    other = plan(s1=[(1, at(10)), (2, at(11)), (3, at(14))], s2=[(4, at(15)), (5, at(16))])
    found = cost(day, other)
    assert (found.changes, found.prizes, found.total) == (0, 3600, 83 * MINUTE - 3600)
    swapped = plan(s1=[(2, at(11)), (3, at(14))], s2=[(1, at(10)), (4, at(15))])
    assert cost(day, swapped).changes == 100


def test_starts_are_as_early_as_promised_and_on_the_grid() -> None:
    visits = [
        flexible(1, 1, at(9), at(12)),
        flexible(2, 1, at(9), at(12)),
        fixed(3, 2, at(11, 2)),
        flexible(4, 2, at(9), at(17)),
    ]
    day = problem([supporter(1)], visits)
    route = timed(day, day.supporters[0], visits)
    assert [stop.start for stop in route.stops] == [at(9, 10), at(9, 45), at(11, 2), at(13)]


def test_rounding_never_breaks_a_promise() -> None:
    visits = [fixed(1, 1, at(9, 57)), flexible(2, 1, at(10), at(10, 31))]
    day = problem([supporter(1)], visits)
    route = timed(day, day.supporters[0], visits)
    assert [stop.start for stop in route.stops] == [at(9, 57), at(10, 30)]
    tight = [fixed(1, 1, at(9, 58)), flexible(2, 1, at(10), at(10, 31))]
    day = problem([supporter(1)], tight)
    route = timed(day, day.supporters[0], tight)
    assert [stop.start for stop in route.stops] == [at(9, 58), at(10, 31)]
    assert faults(day, DayPlan((route,))) == ()


def test_an_order_that_cannot_be_kept_is_timed_and_found_out() -> None:
    visits = [fixed(1, 6, at(10)), fixed(2, 0, at(10, 40))]
    day = problem([supporter(1)], visits)
    made = DayPlan((timed(day, day.supporters[0], visits),))
    assert codes(day, made) == ["promise"]
    long = [flexible(n, 3, at(9), at(17), duration=60 * 60) for n in range(1, 9)]
    day = problem([supporter(1)], long)
    assert "window" in codes(day, DayPlan((timed(day, day.supporters[0], long),)))
