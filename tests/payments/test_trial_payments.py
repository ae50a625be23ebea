"""A payment of 100 won: never two for one trial, never one that is not given back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.errors import RuleBrokenError
from bot.services import payments, privacy
from bot.services.trial_payments import (
    LIFE,
    finish_trials,
    is_called_for,
    look,
    open_trial,
    pay,
    stop_trial,
    stuck_trials,
)
from bot.services.trial_payments.looking import give_back
from bot.services.trial_payments.shown import PROVED_FOR
from bot.services.trial_payments.till import A_DAY, MARGIN
from models.events import StateEvent
from models.payment import PayTrial
from models.session import Database
from models.states import PayState, TrialState
from tests.fakes import faults
from tests.fakes.faults import Fault
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


def moves(house: TrialHouse) -> list[str]:
    with house.who.database.reading() as session:
        events = select(StateEvent.to_state).where(StateEvent.entity == "pay_trial")
        return list(session.scalars(events.order_by(StateEvent.id)))


def all_is_well(house: TrialHouse) -> None:
    """Nothing is kept, and nothing was done twice."""
    assert house.pay.kept == 0
    assert all(one.approvals <= 1 and one.cancellations <= 1 for one in house.pay.payments.values())


def never_twice_without_asking(house: TrialHouse) -> None:
    asked = [word for word in house.pay.asked if word != "ready"]
    for first, second in pairwise(asked):
        assert first != second or first == "order", asked


def test_a_telephone_pays_and_gets_it_back(at: TrialHouse) -> None:
    trial_id = at.open()
    assert at.view.phase(at.now) == "open"
    assert at.view.redirect_url == f"{at.pay.url}/pay/{at.pay.newest.tid}"
    at.come_back(trial_id)
    assert at.view.phase(at.now) == "done"
    assert at.pay.asked == ["ready", "approve", "cancel"]
    assert moves(at) == ["opened", "unclear", "paid", "unclear", "cancelled"]
    assert at.checks == ["pass"]
    assert at.view.redirect_url is None
    assert at.view.code is None
    assert at.who.state is PayState.COLLECTING, "a trial changes nothing about the application"
    all_is_well(at)
    pay(at.till, trial_id, at.pay.newest.token, at.now)
    assert at.open() == trial_id, "a telephone that has paid is proved"
    assert at.pay.asked == ["ready", "approve", "cancel"]
    with at.who.database.reading() as session:
        assert not is_called_for(session, at.id, at.now)
        assert is_called_for(session, at.id, at.now + PROVED_FOR)
        assert stuck_trials(session, at.now + MINUTE) == ()
    at.now += PROVED_FOR
    assert at.open() != trial_id, "there are new telephones"
    at.come_back(at.view.id)
    all_is_well(at)
    assert at.checks == ["pass"]


def test_taps_at_once_open_one_and_pay_once(at: TrialHouse) -> None:
    at.pay.faults["ready"].append(Fault(delay_s=0.1))
    with ThreadPoolExecutor(6) as pool:
        opened = set(pool.map(lambda _: at.open(), range(6)))
        assert len(opened) == len(at.pay.payments) == 1
        (trial_id,) = opened
        token = at.agree().token
        at.pay.faults["approve"].append(Fault(delay_s=0.1))
        list(pool.map(lambda _: pay(at.till, trial_id, token, at.now), range(6)))
    assert at.view.state is TrialState.CANCELLED
    assert at.pay.asked == ["ready", "approve", "cancel"]
    all_is_well(at)


def test_an_approval_that_was_done_all_the_same(at_sqlite: TrialHouse) -> None:
    at = at_sqlite
    for name, fault in DONE_ALL_THE_SAME.items():
        at.anew()
        trial_id = at.open()
        at.pay.faults["approve"].append(fault)
        at.come_back(trial_id)
        assert at.pay.asked == ["ready", "approve", "order", "cancel"], name
        assert at.view.state is TrialState.CANCELLED, f"{name}: without waiting for a job"
        all_is_well(at)


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
        all_is_well(at)
        never_twice_without_asking(at)


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
        all_is_well(at)
        never_twice_without_asking(at)


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
    all_is_well(at)


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
    all_is_well(at)


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
    at.come_back(trial_id)
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
    all_is_well(at)


def test_fifteen_minutes_and_then_anew(at: TrialHouse) -> None:
    first = at.open()
    at.pay.newest.is_old = True
    at.now += LIFE - SECOND
    assert at.open() == first
    at.now += SECOND
    assert at.view.phase(at.now) == "failed"
    second = at.open()
    assert second != first
    assert [(one.state, one.code) for one in at.trials][1] == (TrialState.FAILED, "expired")
    pay(at.till, first, "a-token-from-the-first", at.now)
    assert "approve" not in at.pay.asked
    at.now += LIFE + MARGIN
    finish_trials(at.till, at.now)
    assert (at.view.state, at.view.code) == (TrialState.FAILED, "expired")
    assert at.checks == []


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
        all_is_well(at)


def test_stopping_leaves_alone_what_money_may_have_moved_for(at: TrialHouse) -> None:
    first = at.open()
    stop_trial(at.till, first, "stopped", at.now)
    assert (at.view.state, at.view.code) == (TrialState.FAILED, "stopped")
    second = at.open()
    at.pay.faults["approve"].append(faults.DROPPED)
    at.come_back(second)
    stop_trial(at.till, second, "stopped", at.now)
    assert at.view.state is TrialState.UNCLEAR
    at.pay.newest.status = "FAIL_PAYMENT"
    at.now += MINUTE
    finish_trials(at.till, at.now)
    assert (at.view.state, at.view.code) == (TrialState.FAILED, "failed")
    assert at.checks == ["fail"]
    third = at.open()
    at.come_back(third)
    assert at.checks == ["fail", "pass"]


def test_somebody_is_forgotten_while_the_money_is_out(at: TrialHouse) -> None:
    trial_id = at.open()
    at.pay.faults["cancel"].append(faults.DROPPED)
    at.come_back(trial_id)
    assert at.pay.kept == 100
    with at.who.person.turn("erase") as tx:
        privacy.erase(tx)
    assert at.finish().state is TrialState.CANCELLED
    all_is_well(at)
    with at.who.database.reading() as session:
        row = session.get_one(PayTrial, trial_id)
        assert (row.tid, row.tid_hmac, row.aid, row.redirect_url) == (None, None, None, None)
    assert at.checks == []


def test_where_nothing_is_to_be_tried(at: TrialHouse) -> None:
    for _ in range(A_DAY):
        stop_trial(at.till, at.open(), "stopped", at.now)
    with pytest.raises(RuleBrokenError) as caught:
        at.open()
    assert caught.value.code == "too_many_trials"
    at.now += timedelta(days=1)
    at.open()
    with at.who.person.turn("withdraw") as tx:
        payments.withdraw(tx, at.id)
    with pytest.raises(RuleBrokenError) as caught:
        open_trial(at.till, at.id, at.now)
    assert caught.value.code == "trial_not_called_for"


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
