"""How the outbox is doing, for operators and for metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.outbox.claim import WAITING
from models.outbox import Reminder, SenderState, SendingStop


@dataclass(frozen=True, slots=True)
class SenderHealth:
    """How a sender is doing.

    Attributes:
        tokens: messages that it took at once at `seen_at`.
        failures: calls in a row that ended badly.
        closed_until: no calls before; None when it works.
    """

    name: str
    tokens: float
    failures: int
    closed_until: datetime | None
    is_probing: bool
    seen_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Tell whether messages go out."""
        return self.closed_until is None or self.closed_until <= now


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody has stopped sending."""

    scope: str
    by: str
    reason: str
    since: datetime


def due(session: Session, now: datetime) -> tuple[int, timedelta | None]:
    """Return how many messages are due and not taken up, and how long the oldest waits."""
    statement = select(func.count(Reminder.id), func.min(Reminder.next_attempt_at)).where(
        WAITING, Reminder.next_attempt_at <= now
    )
    number, oldest = session.execute(statement).one()
    return number, now - oldest if oldest is not None else None


def sender_health(session: Session) -> tuple[SenderHealth, ...]:
    """Return how every sender is doing that was ever used."""
    rows = session.scalars(select(SenderState).order_by(SenderState.sender))
    return tuple(
        SenderHealth(
            row.sender,
            row.tokens,
            row.failures,
            row.closed_until,
            row.probing_until is not None,
            row.refilled_at,
        )
        for row in rows
    )


def stopped(session: Session) -> tuple[Stopped, ...]:
    """Return what is stopped, by whom and why."""
    rows = session.scalars(select(SendingStop).order_by(SendingStop.since))
    return tuple(Stopped(row.scope, row.by, row.reason, row.since) for row in rows)
