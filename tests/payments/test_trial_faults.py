"""Test payments with unclear ends: never two, never one that is not given back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.services.trial_payments import (
    LIFE,
    finish_trials,
    look,
    pay,
    stuck_trials,
)
from bot.services.trial_payments.looking import give_back
from bot.services.trial_payments.till import MARGIN
from models.payment import PayTrial
from models.session import Database
from models.states import TrialState
from tests.fakes import faults
from tests.fakes.kakaopay import HELD, refusal
from tests.payments.trial_house import MINUTE, TrialHouse, trial_house

SECOND = timedelta(seconds=1)
DONE_ALL_THE_SAME = {
    "lost": faults.LOST,
    "crashed": faults.CRASHED,
    "slow": faults.SLOW,
    "page": faults.WEB_PAGE,
    "odd": faults.ODD,
    "cut": faults.CUT,
    "refused -780": refusal(-780, taken=True),
    "refused -702": refusal(-702, taken=True),
    "refused -785": refusal(-785, taken=True),
    "refused -500": refusal(-500, taken=True),
}
NOT_DONE = {
    "dropped": faults.DROPPED,
    "busy": faults.BUSY,
    "down": faults.DOWN,
    "refused -780": refusal(-780),
    "refused -429": refusal(-429),
    "refused -401": refusal(-401),
}


@pytest.fixture
def at(database: Database) -> Iterator[TrialHouse]:
    with trial_house(database) as found:
        yield found


@pytest.fixture
def at_sqlite(sqlite_database: Database) -> Iterator[TrialHouse]:
    with trial_house(sqlite_database) as found:
        yield found


def test_an_approval_that_was_done_all_the_same(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    for name, fault in DONE_ALL_THE_SAME.items():
        at.anew()
        trial_id = at.open()
        at.pay.faults["approve"].append(fault)
        at.come_back(trial_id)
        assert at.pay.asked == ["ready", "approve", "order", "cancel"], name
        assert at.view.state is TrialState.CANCELLED, f"{name}: without waiting for a job"
        at.all_is_well()


def test_an_approval_that_was_not_done_can_be_tried_again(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    for name, fault in NOT_DONE.items():
        at.anew()
        trial_id = at.open()
        at.pay.faults["approve"].append(fault)
        at.come_back(trial_id)
        assert at.view.phase(at.now) == "checking", name
        at.come_back(trial_id)
        assert at.open() == trial_id, name
        assert at.pay.asked == ["ready", "approve", "order"], f"{name}: nothing while unclear"
        at.now += 2 * MINUTE
        finish_trials(at.till, at.now)
        assert at.view.phase(at.now) == "open", name
        at.come_back(trial_id)
        assert at.view.phase(at.now) == "done", name
        at.all_is_well()


def test_a_cancellation_with_an_unclear_end(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    for name, fault in [*DONE_ALL_THE_SAME.items(), *NOT_DONE.items()]:
        at.anew()
        trial_id = at.open()
        at.pay.faults["cancel"].append(fault)
        at.come_back(trial_id)
        assert at.pay.asked == ["ready", "approve", "cancel", "order"], name
        assert at.view.is_proved, name
        if at.pay.kept:
            with at.who.database.reading() as session:
                (stuck,) = stuck_trials(session, at.now + 3 * MINUTE)
            assert (stuck.id, stuck.number) == (trial_id, at.who.overview().number)
        assert at.finish().state is TrialState.CANCELLED, name
        at.all_is_well()


@pytest.mark.parametrize("what", ["approve", "cancel"])
def test_what_is_under_way_all_the_time_is_done_once(at: TrialHouse, what: str) -> None:
    """A request that arrives after we have asked about it is not made a second time."""
    trial_id = at.open()
    at.pay.faults[what].append(HELD)
    at.come_back(trial_id)
    finish_trials(at.till, at.now + 30 * SECOND)
    assert at.view.state is TrialState.UNCLEAR
    at.pay.arrive()
    assert at.finish().state is TrialState.CANCELLED
    assert (at.pay.newest.approvals, at.pay.newest.cancellations) == (1, 1)
    assert at.pay.asked.count(what) == 1
    at.all_is_well()


def test_what_arrives_after_everything_was_given_up_is_found(at: TrialHouse) -> None:
    trial_id = at.open()
    at.pay.faults["approve"].append(HELD)
    at.come_back(trial_id)
    at.now += LIFE + MARGIN
    finish_trials(at.till, at.now)
    assert (at.view.state, at.view.code) == (TrialState.FAILED, "expired")
    at.pay.arrive()
    assert at.pay.kept == 100
    assert at.finish().state is TrialState.CANCELLED
    at.all_is_well()


def test_an_old_answer_undoes_nothing(at: TrialHouse) -> None:
    """Found paid, and given back by somebody else before that answer came."""
    trial_id = at.open()
    at.pay.faults["approve"].append(faults.LOST)
    at.pay.faults["order"].append(faults.DOWN)
    at.come_back(trial_id)
    at.now += 2 * MINUTE
    at.pay.meanwhile["order"] = lambda: look(at.till, trial_id, at.now)
    assert finish_trials(at.till, at.now) == 1
    assert (at.view.state, at.view.attempts) == (TrialState.CANCELLED, 6)
    assert at.pay.asked.count("cancel") == 1
    with at.who.database.reading() as session:
        assert session.get_one(PayTrial, trial_id).look_at is None


def test_who_gives_back_is_alone_with_it(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    trial_id = at.open()
    at.pay.meanwhile["cancel"] = lambda: give_back(at.till, trial_id, 100, at.now)
    pay(at.till, trial_id, at.agree().token, at.now)
    assert at.pay.asked == ["ready", "approve", "cancel"]
    assert at.view.state is TrialState.CANCELLED


def test_kakaopay_is_away_for_hours(at: TrialHouse) -> None:
    trial_id = at.open()
    at.pay.faults["approve"].append(faults.LOST)
    at.pay.faults["order"] += [faults.DOWN, refusal(-401), *[faults.DROPPED] * 8]
    at.come_back(trial_id)
    assert at.view.phase(at.now) == "checking"
    begun = at.now
    assert at.finish().state is TrialState.CANCELLED
    assert at.pay.asked.count("order") == 11
    assert timedelta(hours=1) < at.now - begun < timedelta(hours=6), "less and less often"
    at.all_is_well()


def test_what_was_tried_is_looked_up_before_it_is_let_go_of(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    first = at.open()
    at.pay.faults["approve"].append(faults.DROPPED)
    at.come_back(first)
    at.now += 2 * MINUTE
    finish_trials(at.till, at.now)
    assert at.view.phase(at.now) == "open"
    at.now += LIFE
    assert at.view.phase(at.now) == "checking"
    assert at.open() == first
    finish_trials(at.till, at.now)
    assert at.open() != first


def test_a_payment_that_was_not_opened(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    for fault in (*faults.UNCLEAR, refusal(-731), refusal(-785, taken=True)):
        at.anew()
        at.pay.faults["ready"].append(fault)
        first = at.open()
        assert at.view.phase(at.now) == "failed", fault
        assert at.view.code, fault
        second = at.open()
        assert second != first, fault
        at.come_back(second)
        assert at.view.state is TrialState.CANCELLED, fault
        assert "order" not in at.pay.asked, "nobody could pay what nobody has seen"
        at.all_is_well()


def test_a_payment_that_says_what_it_cannot_say_waits_for_people(at: TrialHouse) -> None:
    trial_id = at.open()
    at.pay.faults["cancel"].append(faults.DROPPED)
    at.come_back(trial_id)
    at.pay.newest.status = "FAIL_PAYMENT"
    at.now += 2 * MINUTE
    finish_trials(at.till, at.now)
    assert (at.view.state, at.view.code) == (TrialState.UNCLEAR, "odd_fail_payment")
    with at.who.database.reading() as session:
        assert [one.id for one in stuck_trials(session, at.now + MINUTE)] == [trial_id]
    at.pay.newest.status = "SUCCESS_PAYMENT"
    assert at.finish().state is TrialState.CANCELLED
