"""What tests do with the outbox of visits, in one line each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from bot.clock import KST, AdjustableClock
from bot.outbox.outbox import Outbox
from bot.services.reminders import BOOK
from bot.services.transaction import Transaction
from bot.services.visits import Offer, change
from bot.services.visits.fieldwork import (
    Arrival,
    Report,
)
from bot.services.visits.journal import read_visit
from bot.services.visits.requests import for_staff, wish_of
from models.fieldwork import CheckinMethod, VisitOutcome
from models.outbox import Reminder
from tests.fakes.post import RecordingSender
from tests.visits.rows import NOW, TUESDAY, Town

STARTS = NOW + timedelta(days=8, hours=5)
"""Tuesday, three in the afternoon."""
THURSDAY = TUESDAY + timedelta(days=2)
THERE = Arrival(CheckinMethod.MANUAL, reason="test")
DONE = Report(VisitOutcome.DONE, ("channel",))
Row = tuple[str, str, str]


def rows(place: Town, *kinds: str) -> list[Row]:
    """Return (kind, when it is due in Korea, reason or state) in the order of planning."""
    with place.database.reading() as session:
        found = session.scalars(select(Reminder).order_by(Reminder.id)).all()
        return [
            (row.kind, f"{row.due_at.astimezone(KST):%m-%d %H:%M}", row.reason or row.state.value)
            for row in found
            if row.kind in kinds or not kinds
        ]


def step(place: Town, now: datetime, work: Callable[[Transaction], object]) -> None:
    """Let the office do something."""
    with place.database.transaction() as session:
        work(place.office(session, f"k{now:%d%H%M%S}", now))


def moves(place: Town, visit_id: int, start: int, day: date = TUESDAY, now: datetime = NOW) -> None:
    with place.database.transaction() as session:
        tx = place.office(session, f"move:{day}:{start}:{now.isoformat()}", now)
        visit = read_visit(session, visit_id)
        wish = for_staff(wish_of(session, visit))
        change(tx, visit_id, Offer.named(visit.supporter_id, day, start, 60, wish))


def arrives(place: Town, now: datetime) -> list[str]:
    """Send what is due and return how each message begins."""
    sender = RecordingSender(AdjustableClock(now))
    Outbox(place.database, BOOK, (sender,), "test").send_due(now)
    return [f"{one.kind}: {one.text}" for one in sender.arrived]
