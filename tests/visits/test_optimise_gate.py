"""Nothing replaces the booked plan that is not whole, true to every promise, and better."""

from dataclasses import replace

import pytest

from bot.services.visits.optimise.gate import decide
from bot.services.visits.optimise.plan import MINUTE, DayPlan, Problem
from tests.visits.line import at, fixed, flexible, plan, problem, supporter
from tests.visits.test_optimise_check import DAY, GOOD, SPOILED

# Both live at 0; the booked plan sends two people to the far end.
PEOPLE = [supporter(1), supporter(2)]
VISITS = [fixed(1, 6, at(11)), flexible(2, 6, at(9), at(17)), flexible(3, 1, at(9), at(17))]
BOOKED = plan(s1=[(1, at(11)), (3, at(15))], s2=[(2, at(14))])
BETTER = plan(s1=[(2, at(10)), (1, at(11)), (3, at(14))])
FAR = problem(PEOPLE, VISITS, BOOKED)


def test_a_better_plan_is_published_and_says_who_has_to_be_told() -> None:
    decided = decide(FAR, BETTER)
    assert (decided.is_published, decided.reason, decided.plan) == (True, "better", BETTER)
    assert (decided.before.travel, decided.after and decided.after.travel) == (
        240 * MINUTE,
        123 * MINUTE,
    )
    assert decided.moved == 2
    (told,) = decided.told
    assert (told.visit, told.before, told.after, told.has_other_person) == (2, 2, 1, True)
    assert (told.start_before, told.start_after, told.is_fixed) == (at(14), at(10), False)


def test_another_start_inside_the_promise_is_nobodys_business() -> None:
    zigzag = plan(s1=[(1, at(11)), (3, at(15)), (2, at(16, 30))])
    straight = plan(s1=[(1, at(11)), (2, at(13)), (3, at(14, 20))])
    decided = decide(replace(FAR, booked=zigzag), straight)
    assert (decided.reason, decided.moved, decided.told) == ("better", 2, ())


def test_any_plan_that_may_stand_replaces_one_that_may_not() -> None:
    into_lunch = plan(s1=[(1, at(11)), (2, at(11, 35)), (3, at(15))])
    dearer = plan(s1=[(1, at(11)), (3, at(15))], s2=[(2, at(14))])
    assert decide(replace(FAR, booked=into_lunch), dearer).reason == "mended"


@pytest.mark.parametrize("code", SPOILED)
def test_a_plan_that_breaks_a_rule_is_refused(code: str) -> None:
    decided = decide(DAY, SPOILED[code])
    assert (decided.is_published, decided.plan) == (False, GOOD)
    expected = {"missing": "missing", "promise": "promise_moved"}
    assert decided.reason == expected.get(code, "faulty")
    assert [fault.code for fault in decided.faults] == [code]


@pytest.mark.parametrize(
    ("limit", "code"), [({"max_visits": 2}, "max_visits"), ({"max_travel": 1}, "max_travel")]
)
def test_limits_of_a_day_are_kept(limit: dict[str, int], code: str) -> None:
    day = replace(FAR, supporters=(replace(PEOPLE[0], **limit), PEOPLE[1]))  # type: ignore[arg-type]  # names of fields
    decided = decide(day, BETTER)
    assert (decided.reason, [fault.code for fault in decided.faults]) == ("faulty", [code])


def test_a_promise_is_looked_up_in_the_booked_plan() -> None:
    # A problem written wrong: the window says eleven thirty, the merchant was told eleven.
    wrong = replace(FAR, visits=(fixed(1, 6, at(11, 30)), *VISITS[1:]))
    moved = plan(s1=[(2, at(10)), (1, at(11, 30)), (3, at(14))])
    assert decide(wrong, moved).reason == "promise_moved"


def test_a_booked_visit_is_never_dropped_whatever_the_problem_says() -> None:
    # The same with a visit that somebody made worth a mere prize.
    wrong = replace(FAR, visits=(*VISITS[:2], replace(VISITS[2], prize=1)))
    without = plan(s1=[(2, at(10)), (1, at(11))])
    assert decide(wrong, without).reason == "missing"


def test_what_is_not_better_stays_away() -> None:
    assert decide(FAR, BOOKED).reason == "not_better"
    assert decide(FAR, None).reason == "nothing_found"
    strangers: Problem = replace(FAR, keep=117 * MINUTE)
    assert decide(strangers, BETTER).reason == "not_better"
    assert decide(replace(FAR, keep=117 * MINUTE - 1), BETTER).reason == "better"


def test_a_visit_from_the_waiting_list_has_to_be_accepted() -> None:
    waiting = flexible(4, 1, at(9), at(17), prize=3600, is_promised=False)
    day = replace(FAR, visits=(*VISITS, waiting))
    longer: DayPlan = plan(s1=[(1, at(11)), (3, at(15)), (4, at(15, 35))], s2=[(2, at(14))])
    decided = decide(day, longer)
    assert decided.is_published
    (told,) = decided.told
    assert (told.visit, told.is_new, told.before, told.start_before) == (4, True, None, None)
    assert not told.has_other_person
