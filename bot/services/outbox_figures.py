"""How the outbox is doing, in figures: for /metrics and for the console. Nothing personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.outbox.claim import WAITING
from bot.services import heartbeat
from bot.services.outbox_list import TROUBLE
from models.outbox import Reminder, ReminderAttempt, SenderState, SendingStop
from models.states import ReminderState

NOT_ENDED = "none"
"""Outcome of a call that is under way, or whose process died."""
_OLDEST = (
    select(Reminder.next_attempt_at).where(WAITING).order_by(Reminder.next_attempt_at).limit(1)
)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is looked at every few seconds; each of it is found by an index.

    Attributes:
        oldest_due: how long the message waits that should have gone first; zero when none does.
        oldest_unknown: how long nobody has known about the oldest unclear one.
        closed: sender -> whether nothing is given to it at the moment.
        stopped: what somebody has stopped: `all`, kinds, names of senders.
        silence: since when nothing was heard of the jobs; None when they never ran.
    """

    oldest_due: timedelta
    oldest_unknown: timedelta
    closed: Mapping[str, bool]
    stopped: frozenset[str]
    silence: timedelta | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What has to be counted row by row.

    Attributes:
        states: how many messages are in each state; all of them, also the empty ones.
        attempts: (sender, outcome) -> calls.
    """

    states: Mapping[ReminderState, int]
    attempts: Mapping[tuple[str, str], int]


def pulse(session: Session, now: datetime) -> Pulse:
    """Return how it goes at this moment."""
    unknown = select(func.min(Reminder.updated_at)).where(
        TROUBLE, Reminder.state == ReminderState.UNKNOWN
    )
    senders = select(SenderState.sender, SenderState.closed_until)
    last = heartbeat.last_beat(session)
    return Pulse(
        oldest_due=_since(session.scalar(_OLDEST), now),
        oldest_unknown=_since(session.scalar(unknown), now),
        closed={
            sender: until is not None and until > now for sender, until in session.execute(senders)
        },
        stopped=frozenset(session.scalars(select(SendingStop.scope))),
        silence=None if last is None else max(timedelta(), now - last),
    )


def counts(session: Session) -> Counts:
    """Return how many there are."""
    by_state = select(Reminder.state, func.count()).group_by(Reminder.state)
    by_outcome = select(ReminderAttempt.sender, ReminderAttempt.outcome, func.count()).group_by(
        ReminderAttempt.sender, ReminderAttempt.outcome
    )
    found = dict(session.execute(by_state).all())
    return Counts(
        states={state: found.get(state, 0) for state in ReminderState},
        attempts={
            (sender, outcome.value if outcome else NOT_ENDED): count
            for sender, outcome, count in session.execute(by_outcome)
        },
    )


def _since(moment: datetime | None, now: datetime) -> timedelta:
    return timedelta() if moment is None else max(timedelta(), now - moment)
