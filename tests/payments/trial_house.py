"""An application whose owner tries the telephone, and a KakaoPay on this machine, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import delete, select, update

from bot.clients.kakaopay import KakaoPayClient
from bot.clock import AdjustableClock
from bot.config import KAKAOPAY_TEST_CID
from bot.services.trial_links import TrialLinks
from bot.services.trial_payments import Till, TrialView, finish_trials, open_trial, pay, trials_of
from models.payment import PayCheck, PayTrial
from models.session import Database
from models.states import TrialState
from tests.fakes.kakaopay import KEY, FakeKakaoPay, Payment
from tests.fakes.loopback import LoopbackServer
from tests.patience import PATIENT, hanging_up
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

MINUTE = timedelta(minutes=1)
DAYS = timedelta(days=2)
ROUNDS = 40
"""So often the job is run until nothing is due any more; then something is wrong."""


@dataclass
class TrialHouse:
    """One owner at one telephone.

    Attributes:
        now: the moment; it goes on when the job is run.
    """

    who: Applicant
    pay: FakeKakaoPay
    till: Till
    id: int
    now: datetime = field(default=NOW)

    def anew(self) -> None:
        """Let what happened be long ago, and without a success."""
        long_ago = {"state": TrialState.FAILED, "look_at": None, "created_at": NOW - DAYS}
        with self.who.database.transaction() as session:
            session.execute(update(PayTrial).values(**long_ago))
            session.execute(delete(PayCheck).where(PayCheck.kind == "trial"))
        self.pay.payments.clear()
        self.pay.asked.clear()

    def open(self) -> int:
        """Tap the button; return the id of the test payment."""
        return open_trial(self.till, self.id, self.now)

    def agree(self) -> Payment:
        """Agree on KakaoPay's page to what was opened last."""
        self.pay.agree(self.pay.newest)
        return self.pay.newest

    def come_back(self, trial_id: int) -> None:
        """Agree, and come back to our page."""
        pay(self.till, trial_id, self.agree().token, self.now)

    def finish(self) -> TrialView:
        """Let time pass and the job run until nothing is to be found out any more."""
        for _ in range(ROUNDS):
            due = self._next_look()
            if due is None:
                return self.view
            self.now = max(self.now, due)
            finish_trials(self.till, self.now)
        raise AssertionError(self.view)

    def _next_look(self) -> datetime | None:
        with self.who.database.reading() as session:
            waiting = select(PayTrial.look_at).where(PayTrial.look_at.is_not(None))
            return session.scalars(waiting.order_by(PayTrial.look_at).limit(1)).first()

    @property
    def trials(self) -> tuple[TrialView, ...]:
        """Every test payment, the newest first."""
        with self.who.database.reading() as session:
            return trials_of(session, self.id)

    @property
    def view(self) -> TrialView:
        """The newest test payment."""
        return self.trials[0]

    def all_is_well(self) -> None:
        """Nothing is kept, nothing was done twice, or begun twice without asking in between."""
        assert self.pay.kept == 0
        for payment in self.pay.payments.values():
            assert payment.approvals == payment.cancellations <= 1
        asked = [word for word in self.pay.asked if word != "ready"]
        for first, second in pairwise(asked):
            assert first != second or first == "order", asked

    @property
    def checks(self) -> list[str]:
        """What was found out about the telephone."""
        with self.who.database.reading() as session:
            found = select(PayCheck).where(PayCheck.kind == "trial").order_by(PayCheck.id)
            return [row.result.value for row in session.scalars(found)]


@contextmanager
def trial_house(database: Database) -> Iterator[TrialHouse]:
    """Let somebody apply, with a KakaoPay to pay at."""
    fake = FakeKakaoPay()
    with LoopbackServer(fake.answer) as server:
        fake.url = server.url
        patient = KakaoPayClient(server.url, KEY, KAKAOPAY_TEST_CID, PATIENT)
        client = hanging_up(patient, server, fake.waiting)
        links = TrialLinks("secret", "https://bot.example.org", AdjustableClock(NOW))
        who = applicant(database)
        application_id = who.apply()
        yield TrialHouse(who, fake, Till(database, client, links), application_id)
