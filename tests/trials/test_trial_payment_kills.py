"""Whoever approves or gives back is killed in the middle: never paid twice, never kept.

Real processes against a KakaoPay on this machine that does its work and answers a moment later,
so that most kills fall between the claim of a call and its outcome. The life after the kills is
the job alone.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.session import Database
from models.states import TrialState
from tests.databases import TEST_KEYS
from tests.fakes.faults import Fault
from tests.patience import PATIENCE_S
from tests.payments.trial_house import TrialHouse, trial_house

SHORT, LONG = 5, 120
ANSWER_S = 0.04
"""KakaoPay's answers come so much later than its work is done."""
FIRST = {"open": "ready", "pay": "approve", "finish": "order"}
"""What a process asks first; most kills come after that."""
LATEST_S = {"open": 0.08, "pay": 0.16, "finish": 0.12}
"""The last moment of a kill, counted from there."""
EARLY, BORN_S = 0.15, 1.5
"""The share of kills that come before, and as long as a process may take to ask."""
REPOSITORY = Path(__file__).parents[2]


def _dice() -> random.Random:
    return random.Random(7)  # noqa: S311 -- nothing to guess


@dataclass
class Killer:
    """Begins processes and kills them.

    Attributes:
        found: how a test payment stood after a kill.
    """

    at: TrialHouse
    mother: "subprocess.Popen[str]"
    dice: random.Random = field(default_factory=_dice)
    found: "Counter[str]" = field(default_factory=Counter)

    def kill(self, **task: Any) -> None:
        """Let a process do something, and kill it somewhere in the middle."""
        assert self.mother.stdin
        assert self.mother.stdout
        before = len(self.at.pay.asked)
        line = json.dumps({**task, "now": self.at.now.isoformat()})
        self.mother.stdin.write(line + "\n")
        self.mother.stdin.flush()
        pid = int(self.mother.stdout.readline())
        until = time.monotonic() + BORN_S
        is_late = self.dice.random() > EARLY
        while (
            is_late
            and FIRST[task["do"]] not in self.at.pay.asked[before:]
            and Path(f"/proc/{pid}").exists()
            and time.monotonic() < until
        ):
            time.sleep(0.002)
        time.sleep(self.dice.uniform(0, LATEST_S[task["do"]]))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            self.found["too late"] += 1
            return
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.001)
        standing = self.at.trials[:1]
        words = [f"{one.state} {one.code or '-'}" for one in standing] or ["nothing"]
        self.found[f"{task['do']}: {words[0]}"] += 1

    def round(self) -> TrialState:
        """Pay once with every process dying at its work; return how it ended."""
        at = self.at
        at.anew()
        for what in ("ready", "approve", "order", "cancel"):
            at.pay.faults[what] = [Fault(delay_s=ANSWER_S)] * 9
        self.kill(do="open", id=at.id)
        at.now += timedelta(minutes=2)
        at.pay.faults["ready"].clear()
        trial_id = at.open()
        self.kill(do="pay", id=trial_id, token=at.agree().token)
        at.now += timedelta(seconds=70)
        self.kill(do="finish")
        for faults in at.pay.faults.values():
            faults.clear()
        return at.finish().state


@contextmanager
def killer(database: Database) -> Iterator[Killer]:
    address = database.url.render_as_string(hide_password=False)
    with trial_house(database) as at:
        command = [sys.executable, "-m", "tests.trials.trial_payment_process"]
        mother = subprocess.Popen(
            [*command, address, at.pay.url],
            cwd=REPOSITORY,
            env={**os.environ, "DATA_KEYS": TEST_KEYS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield Killer(at, mother)
        finally:
            mother.communicate(timeout=PATIENCE_S)


def run_trial(database: Database, rounds: int) -> Counter[str]:
    with killer(database) as trial:
        ends: Counter[str] = Counter()
        done = given_back = 0
        for _ in range(rounds):
            end = trial.round()
            ends[end.value] += 1
            (*_, payment) = trial.at.pay.payments.values()
            assert trial.at.pay.kept == 0, trial.at.trials
            assert payment.approvals == payment.cancellations <= 1
            assert (end is TrialState.CANCELLED) == bool(payment.approvals)
            done += payment.approvals
            given_back += payment.cancellations
            words = [word for word in trial.at.pay.asked if word in {"approve", "cancel"}]
            assert words.count("approve") <= 1
    books = f"paid {done}, given back {given_back}, {dict(ends)}, {dict(trial.found)}"
    print(f"\n{database.url.get_backend_name()}, {rounds} rounds: {books}")  # noqa: T201 -- the trial's figures
    return trial.found


def test_kills_between_claim_and_outcome(database: Database) -> None:
    run_trial(database, SHORT)


@pytest.mark.long
def test_many_kills_between_claim_and_outcome(database: Database) -> None:
    found = run_trial(database, LONG)
    for state in ("pay: unclear approving", "pay: unclear cancelling"):
        assert found[state] > 0, found
