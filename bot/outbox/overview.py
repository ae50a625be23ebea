"""How the outbox is doing, for operators and for metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.outbox.claim import OWNED, WAITING
from models.outbox import Reminder, SenderState, SendingStop
from models.states import ReminderState

LISTED = 50
"""Messages that are shown one by one."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message that somebody of the programme has to look at.

    Attributes:
        since: when it came into this state.
        look_at: when it is looked up by itself; None when nobody does any more.
    """

    id: int
    kind: str
    sender: str | None
    reason: str | None
    due_at: datetime
    since: datetime
    look_at: datetime | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How the outbox is doing.

    Attributes:
        counts: (state, kind) -> number of messages.
        waiting: number that is due and not taken up.
        oldest_lag: how long the oldest of them waits; None when nothing is due.
        in_hand: number being decided about or sent.
        dead, unknown: what has to be looked at, the newest first, at most `LISTED`.
    """

    counts: Mapping[tuple[str, str], int]
    waiting: int
    oldest_lag: timedelta | None
    in_hand: int
    dead: tuple[Listed, ...]
    unknown: tuple[Listed, ...]
    senders: tuple[SenderHealth, ...]
    stops: tuple[Stopped, ...]


def overview(session: Session, now: datetime) -> Overview:
    """Return how the outbox is doing. Counts every message: not for every second."""
    waiting, lag = due(session, now)
    return Overview(
        counts=counts(session),
        waiting=waiting,
        oldest_lag=lag,
        in_hand=session.execute(select(func.count(Reminder.id)).where(OWNED)).scalar_one(),
        dead=_listed(session, ReminderState.DEAD),
        unknown=_listed(session, ReminderState.UNKNOWN),
        senders=sender_health(session),
        stops=stopped(session),
    )


def counts(session: Session) -> dict[tuple[str, str], int]:
    """Return how many messages there are by state and kind."""
    by_both = select(Reminder.state, Reminder.kind, func.count()).group_by(
        Reminder.state, Reminder.kind
    )
    return {(state.value, kind): number for state, kind, number in session.execute(by_both)}


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


def _listed(session: Session, state: ReminderState) -> tuple[Listed, ...]:
    rows = session.scalars(
        select(Reminder)
        .where(Reminder.state == state)
        .order_by(Reminder.updated_at.desc(), Reminder.id.desc())
        .limit(LISTED)
    )
    return tuple(
        Listed(row.id, row.kind, row.sender, row.reason, row.due_at, row.updated_at, row.look_at)
        for row in rows
    )
