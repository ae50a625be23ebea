"""How often a person is nudged.

Once a Korean day, three times a week, and not in the middle of a talk.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.people import Person
from models.outbox import Outcome, Reminder, ReminderAttempt

A_DAY = 1
A_WEEK = 3
WEEK = timedelta(days=7)
TALKING = timedelta(minutes=30)
"""Somebody who wrote so recently is left to finish."""
WITH_STAFF = timedelta(hours=1)
"""Looked at again so long after, while somebody of the programme has the chat."""
_MAY_HAVE_ARRIVED = (Outcome.ACCEPTED, Outcome.UNKNOWN)


def talk_over(person: Person, now: datetime) -> datetime:
    """Return when a nudge does not interrupt a talk; the present when it would not now."""
    if person.with_staff:
        return now + WITH_STAFF
    seen = person.last_seen_at
    if seen is not None and seen <= now < seen + TALKING:
        return seen + TALKING
    return now


def nudge_allowed(
    session: Session, row: Reminder, kinds: Collection[str], now: datetime
) -> datetime:
    """Return when a person may be nudged again; the present when they may be now.

    What may have arrived counts as arrived. Called while nobody else decides about a message
    to the same person.

    Args:
        session: inside the transaction that decides.
        row: the nudge.
        kinds: every kind that is a nudge.
        now: aware.
    """
    started = _nudged(session, row, kinds, now - WEEK)
    allowed = now
    if len([at for at in started if at >= midnight(now)]) >= A_DAY:
        allowed = _next_day(row.due_at, now)
    if len(started) >= A_WEEK:
        allowed = max(allowed, started[A_WEEK - 1] + WEEK)
    return allowed


def midnight(now: datetime, days: int = 0) -> datetime:
    """Return the beginning of this day in Korea, or of one `days` on."""
    day = now.astimezone(KST).date() + timedelta(days=days)
    return datetime.combine(day, time(), KST)


def _nudged(
    session: Session, row: Reminder, kinds: Collection[str], since: datetime
) -> Sequence[datetime]:
    """Return when the person was nudged, the newest first."""
    began = func.max(ReminderAttempt.started_at)
    statement = (
        select(began)
        .join(Reminder, Reminder.id == ReminderAttempt.reminder_id)
        .where(
            Reminder.conversation_id == row.conversation_id,
            Reminder.id != row.id,
            Reminder.kind.in_(kinds),
            ReminderAttempt.started_at > since,
            or_(ReminderAttempt.outcome.is_(None), ReminderAttempt.outcome.in_(_MAY_HAVE_ARRIVED)),
        )
        .group_by(Reminder.id)
        .order_by(began.desc())
    )
    return session.scalars(statement).all()


def _next_day(due_at: datetime, now: datetime) -> datetime:
    """Return tomorrow at the time of day at which it was meant to go."""
    return datetime.combine(midnight(now, 1).date(), due_at.astimezone(KST).time(), KST)
