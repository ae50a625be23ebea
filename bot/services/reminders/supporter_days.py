"""The supporters' mornings: who has visits today or tomorrow is told at half past seven."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from bot.clock import KST
from bot.outbox.plan import About, plan
from bot.services.reminders.supporters import TODAY
from bot.services.reminders.visits import TO_COME
from models.session import Database
from models.supporter import Supporter
from models.visit import Visit

DAYS_AHEAD = 1


def plan_supporter_days(database: Database, now: datetime) -> int:
    """Plan the messages of this and the next morning; return how many are new.

    A day on which nobody works has no visits, and so no message.
    """
    today = now.astimezone(KST).date()
    last = today + timedelta(days=DAYS_AHEAD)
    busy = (
        select(Visit.supporter_id, Visit.day)
        .where(Visit.day >= today, Visit.day <= last, Visit.state.in_(TO_COME))
        .distinct()
        .order_by(Visit.day, Visit.supporter_id)
    )
    with database.reading() as session:
        found = [(row.supporter_id, row.day) for row in session.execute(busy)]
    if not found:
        return 0
    with database.transaction() as session:
        return sum(
            plan(session, TODAY, about_day(supporter_id, day), now) for supporter_id, day in found
        )


def about_day(supporter_id: int, day: date) -> About:
    """Return what a message about one day of a supporter is about."""
    return About(
        supporter_id=supporter_id,
        subject=Supporter.__tablename__,
        subject_id=supporter_id,
        anchor=datetime.combine(day, time(), KST),
        key=day.isoformat(),
        params={"day": day.isoformat()},
    )
