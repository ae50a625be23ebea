"""A merchant and everything that is sent to him, for tests of what is sent when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.clock import KST, AdjustableClock
from bot.outbox.outbox import Outbox
from bot.services import consent_texts
from bot.services.inactive_members import purge_inactive
from bot.services.missing_papers import hand_over_missing
from bot.services.missing_payments import hand_over_payments
from bot.services.reminders import BOOK, PLANNERS
from models.merchant import Store
from models.outbox import Reminder
from models.session import Database
from models.staff import HandoffTicket
from models.states import ReminderState
from tests.fakes.post import RecordingSender
from tests.use_cases.people import NOW, Person, newcomer

TAKEN: Mapping[str, Any] = {
    "has_channel": "yes",
    "channel_public_id": "_xaBcDe",
    "search_id": None,
}


def kst(text: str) -> datetime:
    """Return a moment in Korea, `2026-11-24 10:00`."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=KST)


@dataclass
class Journey:
    """One registered merchant, a clock, and a post office with the real notices.

    Attributes:
        registration_id: of the store.
    """

    database: Database
    person: Person = field(init=False)
    registration_id: int = field(init=False)
    clock: AdjustableClock = field(default_factory=lambda: AdjustableClock(NOW))

    def __post_init__(self) -> None:
        self.post = RecordingSender(self.clock)
        with self.database.transaction() as session:
            consent_texts.sync_texts(session, NOW)
        self.person = newcomer(self.database)
        self.registration_id = self.person.register(**TAKEN)

    @property
    def store_id(self) -> int:
        """Return the store."""
        with self.database.reading() as session:
            return session.scalars(select(Store.id)).one()

    def at(self, text: str) -> list[str]:
        """Let the jobs run at a moment in Korea; return the kinds of what arrived there."""
        self.clock.advance(kst(text) - self.clock.now())
        before = len(self.post.arrived)
        self.plan()
        Outbox(self.database, BOOK, (self.post,), "journey").send_due(self.clock.now())
        return self.post.kinds()[before:]

    def plan(self) -> int:
        """Plan, and do what comes of messages that led to nothing; return how much it was."""
        now = self.clock.now()
        planned = sum(planner(self.database, now) for planner in PLANNERS.values())
        planned += hand_over_missing(self.database, now) + hand_over_payments(self.database, now)
        return planned + purge_inactive(self.database, now)

    def rows(self, kind: str) -> list[Reminder]:
        """Return what was planned of a kind."""
        with self.database.reading() as session:
            of_kind = select(Reminder).where(Reminder.kind == kind).order_by(Reminder.id)
            return list(session.scalars(of_kind))

    def states(self, kind: str) -> list[ReminderState]:
        """Return what became of it."""
        return [row.state for row in self.rows(kind)]

    def tickets(self) -> list[str]:
        """Return the reasons of all tickets."""
        with self.database.reading() as session:
            return list(session.scalars(select(HandoffTicket.reason).order_by(HandoffTicket.id)))
