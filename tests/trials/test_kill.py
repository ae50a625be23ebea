"""The server is killed in the middle of turns: nothing is lost and nothing happens twice.

A worker of the real gunicorn gets SIGKILL at a random moment of a turn; now and
then the whole server does. Then the same message comes again under the same delivery id, as a
vendor's retry would.
"""

import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.web.webhook import TROUBLE
from models.session import Database
from tests.talk import House, furnish
from tests.trials.books import assert_nothing_lost, revision, submissions
from tests.trials.registrations import business_number, messages, phone
from tests.trials.server import BROKEN, Line, Server, serving

SHORT, LONG, LONG_POSTGRES = 8, 200, 60
WHOLE_SERVER_EVERY = 25
"""Starting again costs seconds; a worker is back in a moment."""
STRETCH = 1.2
"""Kills fall between sending and this many usual turns later."""


@dataclass
class Trial:
    """Registrations while their server dies.

    Attributes:
        server: the server.
        database: its database, read from outside.
        seed: for the moments of the kills.
        before: kills that fell before the turn's commit.
        after: kills that fell after it, the answer not received.
        answered: kills that came when the answer had been received.
        whole: of all these, kills of the whole server.
    """

    server: Server
    database: Database
    seed: int = 1
    before: int = 0
    after: int = 0
    answered: int = 0
    whole: int = 0
    turns: list[float] = field(default_factory=lambda: [0.03])

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 -- moments, not secrets
        self._line = Line(self.server.port)

    @property
    def kills(self) -> int:
        """How often something was killed."""
        return self.before + self.after + self.answered

    def run(self, kills: int) -> int:
        """Register merchants until so many kills have happened; return how many registered."""
        number = 0
        while self.kills < kills:
            number += 1
            for place, text in enumerate(messages(number)):
                self._message(f"user-{number}", text, f"m{place}", kill=self.kills < kills)
        return number

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _message(self, user: str, text: str, key: str, *, kill: bool) -> None:
        said: list[bytes] = []
        sender = threading.Thread(target=self._send, args=(user, text, key, said))
        if kill:
            known = revision(self.database, user)
            sender.start()
            self._kill_within_a_turn(user, known, said)
        started = time.perf_counter()
        again = self._line.say(user, text, key)
        self.turns.append(time.perf_counter() - started)
        if kill:
            sender.join()  # its message may have waited at the door for the next worker
        assert again != TROUBLE, self.server.log
        assert said in ([], [again]), "a second delivery must get the same bytes"
        assert self._line.say(user, text, key) == again

    def _send(self, user: str, text: str, key: str, said: list[bytes]) -> None:
        with Line(self.server.port) as line:
            try:
                said.append(line.say(user, text, key))
            except BROKEN:
                return

    def _kill_within_a_turn(self, user: str, known: int, said: list[bytes]) -> None:
        time.sleep(self._dice.uniform(0, statistics.median(self.turns) * STRETCH))
        received = bool(said)
        whole = self.kills % WHOLE_SERVER_EVERY == WHOLE_SERVER_EVERY - 1
        if whole:
            self.server.kill_all()
        else:
            self.server.kill_worker()
        taken = revision(self.database, user) > known
        self._count(received=received, taken=taken, whole=whole)
        if whole:
            self.server.start()
        self._line.close()

    def _count(self, *, received: bool, taken: bool, whole: bool) -> None:
        self.answered += received
        self.after += taken and not received
        self.before += not taken
        self.whole += whole

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.whole} of the whole server): {self.before} before the "
            f"commit, {self.after} after it but before the answer, {self.answered} after the answer"
        )


def run_trial(url: str, folder: Path, kills: int) -> Trial:
    """Run a trial and check everything it left behind."""
    database = Database(url)
    furnish(database)
    with serving(url, folder) as server:
        trial = Trial(server, database)
        registered = trial.run(kills)
        trial.close()
        assert "failed" not in server.log
    check(url, registered)
    database.dispose()
    print(f"\n{database.url.get_backend_name()}: {trial}")  # noqa: T201 -- the trial's figures
    return trial


def check(url: str, registered: int) -> None:
    """Check that each merchant registered exactly once, with the answers as sent."""
    building = House(url)
    assert submissions(building.database) == (registered, registered)
    for number in range(1, registered + 1):
        user = f"user-{number}"
        keys = {f"m{place}" for place in range(len(messages(number)))}
        assert_nothing_lost(building.database, user, keys)
        record = building.inspector.merchant(user)
        assert record["phone"] == phone(number)
        assert record["brn"] == business_number(number)
        assert record["search_id"] == f"복순상회{number}"
        assert record["owner_name"] == "김복순"
        assert record["closed"] == ["weekly:SUN"]
    building.close()


def test_kills_in_the_middle_of_turns(sqlite_url: str, tmp_path: Path) -> None:
    assert run_trial(sqlite_url, tmp_path, SHORT).kills == SHORT


@pytest.mark.long
def test_two_hundred_kills(sqlite_url: str, tmp_path: Path) -> None:
    trial = run_trial(sqlite_url, tmp_path, LONG)
    assert trial.before > LONG // 20
    assert trial.after + trial.answered > LONG // 20


@pytest.mark.long
def test_kills_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    assert run_trial(postgres_url, tmp_path, LONG_POSTGRES).kills == LONG_POSTGRES
