"""Everything at once: taps, returns, the job and its twin, with a KakaoPay that does its worst.

Whatever happens, the books of KakaoPay and ours agree in the end: at most one payment for a test
payment, all of it given back, and what is not yet given back is on the list for people.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from bot.services.trial_payments import finish_trials, pay, stop_trial, stuck_trials
from models.session import Database
from models.states import TrialState
from tests.fakes import faults
from tests.fakes.faults import Fault
from tests.fakes.kakaopay import HELD, refusal
from tests.patience import PATIENCE_S
from tests.payments.trial_house import TrialHouse, trial_house

SHORT, LONG = 12, 150
MOST = 2
"""Things that go wrong with each kind of call in a round, at most."""
FEW = 0.2
"""The share of openings that go wrong, and of people who turn back."""
WRONG: tuple[Fault, ...] = (
    faults.LOST,
    faults.DROPPED,
    faults.CRASHED,
    faults.DOWN,
    faults.ODD,
    faults.CUT,
    HELD,
    Fault(delay_s=0.05),
    refusal(-780),
    refusal(-780, taken=True),
    refusal(-702, taken=True),
    refusal(-785),
    refusal(-429),
)
STEP = timedelta(seconds=40)


def _rounds(at: TrialHouse, dice: random.Random, rounds: int) -> Iterator[None]:
    for _ in range(rounds):
        at.anew()
        for what in ("approve", "order", "cancel"):
            at.pay.faults[what] = dice.choices(WRONG, k=dice.randint(0, MOST))
        at.pay.faults["ready"] = dice.choices(WRONG, k=dice.random() < FEW)
        yield


def _at_once(pool: ThreadPoolExecutor, works: list[Callable[[], object]]) -> None:
    for doing in [pool.submit(work) for work in works]:
        doing.result(PATIENCE_S)


def _come_back(at: TrialHouse, pool: ThreadPoolExecutor, dice: random.Random) -> None:
    """Let everybody do something with the newest test payment at the same moment."""
    trial = at.view
    works: list[Callable[[], object]] = [
        *[partial(pay, at.till, trial.id, at.agree().token, at.now)] * 3,
        *[partial(finish_trials, at.till, at.now)] * 2,
        at.open,
    ]
    if dice.random() < FEW:
        works.append(partial(stop_trial, at.till, trial.id, "stopped", at.now))
    if dice.random() < FEW:
        works.append(at.pay.arrive)
    dice.shuffle(works)
    _at_once(pool, works)


def run_storm(database: Database, rounds: int, seed: int = 11) -> "Counter[str]":
    dice = random.Random(seed)  # noqa: S311 -- nothing to guess
    seen: Counter[str] = Counter()
    with trial_house(database) as at, ThreadPoolExecutor(8) as pool:
        for _ in _rounds(at, dice, rounds):
            _at_once(pool, [at.open] * 3)
            for _ in range(6):
                if at.pay.payments and at.view.state is not TrialState.CANCELLED:
                    _come_back(at, pool, dice)
                at.now += STEP
                _nothing_is_hidden(at)
            at.pay.arrive()
            seen[at.finish().state.value] += 1
            _books_agree(at)
            seen["payments"] += len(at.pay.payments)
            seen["approved"] += sum(one.approvals for one in at.pay.payments.values())
            seen["calls"] += len(at.pay.asked)
    print(f"\n{database.url.get_backend_name()}, {rounds} rounds: {dict(seen)}")  # noqa: T201 -- the trial's figures
    return seen


def _nothing_is_hidden(at: TrialHouse) -> None:
    """What is kept is on the list for people, and will be looked up."""
    with at.who.database.reading() as session:
        known = stuck_trials(session, at.now + timedelta(minutes=5))
    open_ones = [trial for trial in at.trials if trial.was_tried or trial.is_proved]
    assert at.pay.kept == 0 or known or open_ones, at.trials


def _books_agree(at: TrialHouse) -> None:
    assert at.pay.kept == 0, at.trials
    asked = Counter(at.pay.asked)
    assert asked["approve"] <= len(at.pay.payments) + asked["order"]
    approved = [one for one in at.pay.payments.values() if one.approvals]
    assert all(one.approvals == one.cancellations == 1 for one in approved)
    ended = [trial for trial in at.trials if trial.state is TrialState.CANCELLED]
    assert len(ended) == len(approved), (at.trials, at.pay.payments)


def test_everything_at_once(database: Database) -> None:
    run_storm(database, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_everything_at_once_for_long(database: Database, seed: int) -> None:
    seen = run_storm(database, LONG, seed)
    assert seen["approved"] > LONG / 2
