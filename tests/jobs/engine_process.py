"""One process of jobs for trials: an engine, the outbox, and a sender that posts to the test.

`python -m tests.jobs.engine_process ENGINE DATABASE_URL POST_URL OFFSET_S` runs until it is
told to stop. Everything that outlives a process is quicker than in real life, so that a trial
need not wait for it.
"""

import http.client
import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.clock import AdjustableClock
from bot.errors import ExternalUnavailableError
from bot.jobs import runner
from bot.jobs.engine import Embedded, Given, JobEngine
from bot.jobs.procrastinate_engine import Procrastinate
from bot.jobs.procrastinate_upkeep import Pulse
from bot.jobs.schedule import Job
from bot.outbox.notice import Book, Due, Notice, Values
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from bot.outbox.templates import templates
from bot.outbox.timing import When
from bot.services.heartbeat import beat
from models import crypto
from models.outbox import MessageClass
from models.session import Database
from tests.databases import PATIENCE, TEST_KEYS
from tests.patience import PATIENCE_S

MUST, MAY = "visit.confirmed", "kit.ready"
"""A message that is sent again when nobody knows, and one that is not."""
OFTEN = timedelta(seconds=1)
QUICK = Pulse(beat_s=0.5, dead_after_s=2.0, looked_at=timedelta(seconds=1))
SOON = When(after="the test says so")


RATE = Rate(per_second=1000.0, burst=1000.0)


@dataclass(slots=True)
class Courier:
    """Hands messages to a server on this machine, which may be slow, or drop the call."""

    url: str
    name: str = "courier"
    rate: Rate = RATE
    looks_after: tuple[timedelta, ...] = ()

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        return None

    def send(self, to: Recipient, message: Message) -> Taken:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=PATIENCE_S)
        body = {"mark": str(message.mark), "kind": message.kind, "to": to.user_key}
        try:
            connection.request("POST", "/", json.dumps(body))
            connection.getresponse().read()
        except OSError as error:
            raise ExternalUnavailableError(maybe_done=True) from error
        finally:
            connection.close()
        return Taken(ref=str(message.mark), is_final=True)

    def look(self, question: Question) -> Report:
        return Report(Fate.CANNOT_TELL)


def _look(_: Session, due: Due) -> Values:
    return Values(dict.fromkeys(templates()[due.kind].variables, "오늘"))


BOOK: Book = {
    kind: Notice(
        kind=kind,
        message_class=MessageClass.TRANSACTIONAL,
        when=SOON,
        look=_look,
        must_arrive=kind == MUST,
    )
    for kind in (MUST, MAY)
}


def jobs(outbox: Outbox, database: Database) -> tuple[Job, ...]:
    """Return the jobs of the outbox, and the sign of life."""
    return (
        Job("heartbeat", OFTEN, lambda now: beat(database, now)),
        Job("reap_reminders", OFTEN, outbox.reap),
        Job("send_due", OFTEN, outbox.send_due),
        Job("look_up_reminders", OFTEN, outbox.look_up),
    )


def engine(name: str, database: Database, post: str, clock: AdjustableClock) -> JobEngine:
    """Return an engine with an outbox of its own."""
    outbox = Outbox(database, BOOK, (Courier(post),), owner=f"{name}-{uuid4()}")
    given = Given(jobs=jobs(outbox, database), outbox=outbox, clock=clock, database=database)
    return Procrastinate(given, QUICK) if name == "procrastinate" else Embedded(given)


def main(name: str, url: str, post: str, offset_s: str) -> None:
    """Run until told to stop."""
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    runner.STANDBY_S = 0.2
    clock = AdjustableClock()
    clock.advance(timedelta(seconds=float(offset_s)))
    database = Database(url, PATIENCE)
    engine(name, database, post, clock).run()
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
