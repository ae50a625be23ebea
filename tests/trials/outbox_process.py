"""Processes that send, for trials: many, quickly begun, each with a life of its own.

`python -m tests.trials.outbox_process DATABASE_URL VENDORS_URL CLOCK_FILE` loads everything
once and then begins a sending process for each line that it reads (`embedded`, `unled`,
`procrastinate`), answering with its number. A new process opens the database anew, and knows
nothing of those before it. The clock of all of them is the machine's plus the seconds that
stand in the file.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from bot.clients.kakao_event import KakaoEventClient
from bot.clients.nhn_bizmessage import NhnBizmessageClient
from bot.clients.solapi import SolapiClient
from bot.clock import SystemClock
from bot.jobs import runner
from bot.jobs.engine import Embedded, Given, JobEngine
from bot.jobs.procrastinate_engine import Procrastinate
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Message, Question, Rate, Recipient, Report, Sender, Taken
from bot.outbox.senders.event import EventSender
from bot.outbox.senders.nhn import NhnSender
from bot.outbox.senders.solapi import SolapiSender
from models import crypto
from models.session import Database
from tests.databases import PATIENCE, TEST_KEYS
from tests.fakes import kakao_event, nhn, solapi
from tests.jobs.engine_process import QUICK, jobs
from tests.outbox.office import TEXTS, World, books
from tests.patience import PATIENT

SOLAPI_IDS = {kind: f"KA01TP{number}" for number, kind in enumerate(TEXTS)}
EVENT, SOLAPI, NHN = "012", "345", "678"
"""Last digits of the telephone numbers that each vendor serves."""


class FileClock:
    """The machine's clock, wrong by as many seconds as a file says at the moment.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Return the moment."""
        return SystemClock().now() + timedelta(seconds=float(self._path.read_text()))


class Only:
    """A sender for some people alone, so that each vendor has its share.

    Args:
        sender: who carries.
        digits: last digits of the numbers that it serves.
    """

    rate: Rate = Rate(per_second=1000.0, burst=1000.0)

    def __init__(self, sender: Sender, digits: str) -> None:
        self._sender, self._digits = sender, digits
        self.name = sender.name
        self.looks_after = sender.looks_after

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        if (to.phone or "?")[-1] not in self._digits:
            return "not_served"
        return self._sender.obstacle(to, message)

    def send(self, to: Recipient, message: Message) -> Taken:
        return self._sender.send(to, message)

    def look(self, question: Question) -> Report:
        return self._sender.look(question)


class EverybodyLeads:
    """No lock at all: two tickers on one database."""

    def acquire(self) -> bool:
        return True

    def is_held(self) -> bool:
        return True

    def release(self) -> None:
        return None


def senders(url: str) -> tuple[Sender, ...]:
    """Return one that cannot be asked, one that can, and one that knows a repeated call."""
    kakao = EventSender(KakaoEventClient(url, kakao_event.REST_KEY, timeouts=PATIENT))
    lettered = SolapiClient(url, solapi.KEY, solapi.SECRET, solapi.PF_ID, PATIENT)
    keyed = NhnBizmessageClient(url, nhn.APP_KEY, nhn.SECRET, nhn.SENDER_KEY, PATIENT)
    return (
        Only(kakao, EVENT),
        Only(SolapiSender(lettered, SOLAPI_IDS, solapi.FROM), SOLAPI),
        Only(NhnSender(keyed, nhn.FROM), NHN),
    )


def work(name: str, url: str, vendors: str, clock: Path) -> None:
    """Send until told to stop."""
    database = Database(url, PATIENCE)
    database.keep_every_commit()
    owner = f"{os.getpid()}-{uuid4().hex[:8]}"
    outbox = Outbox(database, books(World()), senders(vendors), owner, texts=TEXTS)
    every = jobs(outbox, database)
    if name == "unled":
        runner.run(every, FileClock(clock), EverybodyLeads(), hurry=outbox.rest)
        return
    given = Given(jobs=every, outbox=outbox, clock=FileClock(clock), database=database)
    engine: JobEngine = Procrastinate(given, QUICK) if name == "procrastinate" else Embedded(given)
    engine.run()


def mother(url: str, vendors: str, clock: Path) -> None:
    """Begin a process for each line, until there are no more; then end them all."""
    children: list[int] = []
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(partial(work, line.strip(), url, vendors, clock))
        children.append(child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    for child in children:
        if Path(f"/proc/{child}").exists():
            os.kill(child, signal.SIGKILL)


def _live(life: Callable[[], None]) -> None:
    """Live without the mother's loop, its input and its output."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    try:
        life()
    finally:
        os._exit(0)


if __name__ == "__main__":
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    runner.STANDBY_S = 0.2
    mother(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
