"""The same notice several times, counted from one moment: after 1, 3 and 7 days."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.outbox.notice import Notice
from bot.outbox.plan import About, plan
from bot.outbox.timing import When


def steps(notice: Notice) -> tuple[When, ...]:
    """Return every time at which a notice is said, the first one first."""
    return (notice.when, *notice.again)


def plan_series(session: Session, notice: Notice, about: About, now: datetime) -> int:
    """Plan a notice and its repetitions, each once; return how many were new.

    What is late already is left out, so an outage swallows a step and never sends two at once.
    """
    planned = 0
    for number, when in enumerate(steps(notice), 1):
        one = replace(notice, when=when, again=())
        key = f"{about.key}:{number}" if about.key else str(number)
        planned += plan(session, one, replace(about, key=key), now)
    return planned
