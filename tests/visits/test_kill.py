"""A booking process is killed again and again: nothing is lost, nothing stands twice.

Each process books, confirms and moves visits one after the other and says what was committed.
It gets SIGKILL at a random moment; the next one begins where it was, with the same keys.
"""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from models.session import Database
from models.states import VisitState
from models.visit import Visit, VisitEvent, VisitRequest
from tests.visits.storm import crowd, faults

ROOT = Path(__file__).parents[2]
SHORT, LONG = 3, 60
STEPS = {"held": 1, "confirmed": 2, "moved": 3}
Said = dict[int, tuple[str, int]]


class Killer:
    """Starts a worker, listens, kills it at a random moment, and again.

    Attributes:
        kills: processes that were killed.
        said: merchant -> (the last thing said, visit).
    """

    def __init__(self, url: str, merchants: int, seed: int = 1) -> None:
        self.kills = 0
        self.said: Said = {}
        self._url, self._merchants = url, merchants
        self._dice = random.Random(seed)  # noqa: S311 -- moments, not secrets

    def run(self, kills: int) -> None:
        """Kill so many times; then let one process come to its end."""
        while self.kills < kills:
            self._run_one(kill=True)
        self._run_one(kill=False)

    def _run_one(self, *, kill: bool) -> None:
        first = max(self.said, default=0)
        command = [sys.executable, "-m", "tests.visits.bookings_worker"]
        worker = subprocess.Popen(
            [*command, self._url, str(first), str(self._merchants), "stay" if kill else "go"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        if kill:
            line = worker.stdout.readline()  # it has begun
            self._hear(line)
            time.sleep(self._dice.uniform(0, 0.08))
            worker.send_signal(signal.SIGKILL)
            self.kills += 1
        for line in worker.stdout:
            self._hear(line)
        worker.stdout.close()
        code = worker.wait(60)
        assert code == (-signal.SIGKILL if kill else 0)

    def _hear(self, line: str) -> None:
        words = line.split()
        if len(words) == 3:
            what, number, visit_id = words
            known = self.said.get(int(number))
            if known is not None and known[1] and int(visit_id):
                assert known[1] == int(visit_id), "the same key must find the same visit"
            self.said[int(number)] = (what, int(visit_id) or (known[1] if known else 0))


def check(url: str, said: Said) -> None:
    """Check that what was said is so, that nobody has two visits, and that the days fit."""
    database = Database(url)
    assert faults(database, (1, 2, 3)) == []
    with database.reading() as session:
        visits = {row.id: row for row in session.scalars(select(Visit))}
        merchants = [row.merchant_id for row in visits.values()]
        assert len(merchants) == len(set(merchants)), "a merchant has two visits"
        assert len(session.scalars(select(VisitRequest.id)).all()) == len(visits)
        for what, visit_id in said.values():
            if what in STEPS:
                of_visit = select(VisitEvent.kind).where(VisitEvent.visit_id == visit_id)
                kinds = session.scalars(of_visit).all()
                assert len(kinds) == len(set(kinds)), "a step was taken twice"
                assert len(kinds) >= STEPS[what]
            if what in {"confirmed", "moved"}:
                assert visits[visit_id].state is VisitState.CONFIRMED
        for row in visits.values():
            events = session.scalars(
                select(VisitEvent).where(VisitEvent.visit_id == row.id).order_by(VisitEvent.id)
            ).all()
            assert [event.revision for event in events] == list(range(len(events)))
            assert row.revision == events[-1].revision
            assert row.state.value == events[-1].to_state
    database.dispose()


def trial(url: str, kills: int) -> None:
    database = Database(url)
    merchants = kills * 8
    crowd(database, 3, merchants)
    database.dispose()
    killer = Killer(url, merchants)
    killer.run(kills)
    check(url, killer.said)
    done = [what for what, _ in killer.said.values()]
    print(f"\n{killer.kills} kills: { ({what: done.count(what) for what in sorted(set(done))}) }")  # noqa: T201 -- figures
    assert done.count("confirmed") + done.count("moved") > 0


def test_kills_during_bookings(database_url: str) -> None:
    trial(database_url, SHORT)


@pytest.mark.long
def test_many_kills_during_bookings(database_url: str) -> None:
    trial(database_url, LONG)
