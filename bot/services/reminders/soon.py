"""When a change is told: now in the day, in the morning at night."""

from datetime import datetime, time, timedelta

from bot.clock import KST

OPENS, CLOSES = time(8), time(21)
"""Between these nobody is woken up."""
CANNOT_WAIT = timedelta(minutes=30)
"""Who expects somebody this soon after the morning begins is told at night."""
SETTLED = timedelta(minutes=1)
"""What the office moves twice in a row is told once."""


def soon(now: datetime, starts_at: datetime) -> datetime:
    """Return when a change of a visit that begins at `starts_at` is told.

    Notices about the very day may go at any hour; a plan that is made at night for a visit in
    the afternoon is no reason to use that.
    """
    local = now.astimezone(KST)
    if OPENS <= local.time() < CLOSES:
        return now
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    morning = datetime.combine(day, OPENS, KST)
    return now if starts_at <= morning + CANNOT_WAIT else morning
