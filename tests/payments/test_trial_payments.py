"""A payment of 100 won: opened once, paid once, given back at once, and its ends."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import RuleBrokenError
from bot.services import payments, privacy
from bot.services.trial_payments import (
    LIFE,
    finish_trials,
    is_called_for,
    open_trial,
    pay,
    stop_trial,
    stuck_trials,
)
from bot.services.trial_payments.shown import PROVED_FOR
from bot.services.trial_payments.till import A_DAY, MARGIN
from models.events import StateEvent
from models.payment import PayTrial
from models.session import Database
from models.states import PayState, TrialState
from tests.fakes import faults
from tests.fakes.faults import Fault
from tests.payments.trial_house import MINUTE, TrialHouse, trial_house

SECOND = timedelta(seconds=1)


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
    at.all_is_well()
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
    at.all_is_well()
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
    at.all_is_well()


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
    at.all_is_well()
    with at.who.database.reading() as session:
        row = session.get_one(PayTrial, trial_id)
        assert (row.tid, row.aid, row.redirect_url) == (None, None, None)
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
