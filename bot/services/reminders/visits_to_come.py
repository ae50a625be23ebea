"""The reminders of a booked visit: the evening before, and in the morning."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.plan import About, plan
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.people import chat_of_merchant
from bot.services.reminders.visit_scene import promise_of
from bot.services.reminders.visits import DAY_BEFORE, SAME_DAY
from models.outbox import Reminder
from models.session import Database
from models.states import VisitState
from models.visit import Visit

COMING = (DAY_BEFORE.kind, SAME_DAY.kind)
AHEAD = timedelta(days=2)
"""How near visits are that nobody planned anything for."""
EARLY = time(9, 30)
EARLY_AT = time(8)
"""A visit before half past nine is reminded of at eight."""
TOO_EARLY = time(8, 15)
"""A visit before that only the day before."""


def remind(session: Session, visit: Visit, chat: int, now: datetime) -> int:
    """Plan the reminders of the time that is promised now; return how many.

    What would be said in this very moment is in the confirmation.
    """
    starts = visit.promise_from.astimezone(KST).time()
    same_day = SAME_DAY
    if starts < EARLY:
        same_day = replace(SAME_DAY, when=replace(SAME_DAY.when, at=EARLY_AT))
    chosen = (DAY_BEFORE,) if starts < TOO_EARLY else (DAY_BEFORE, same_day)
    about = About(
        conversation_id=chat,
        subject=Visit.__tablename__,
        subject_id=visit.id,
        version=visit.revision,
        anchor=visit.promise_from,
        expires_at=visit.promise_to,
        params={"promise": promise_of(visit)},
    )
    to_come = [notice for notice in chosen if notice.when.due(about.anchor) > now]
    return sum(plan(session, notice, about, now) for notice in to_come)


def plan_visits(database: Database, now: datetime) -> int:
    """Plan for visits that nothing was planned for; return how many messages.

    They were booked by an older release, or for a merchant who had no chat then.
    """
    about_it = (Reminder.subject == Visit.__tablename__, Reminder.subject_id == Visit.id)
    found = select(Visit.id).where(
        Visit.day.between(now.astimezone(KST).date(), (now + AHEAD).astimezone(KST).date()),
        Visit.state == VisitState.CONFIRMED,
        Visit.promise_from > now,
        Visit.promise_from < now + AHEAD,
        ~exists().where(*about_it, Reminder.kind.in_(COMING)),
    )
    return one_by_one(database, found, Visit.id, _planned, now)


def _planned(session: Session, visit_id: int, now: datetime) -> int:
    visit = session.get_one(Visit, visit_id, with_for_update=True)
    chat = chat_of_merchant(session, visit.merchant_id)
    if chat is None or visit.state is not VisitState.CONFIRMED:
        return 0
    return remind(session, visit, chat, now)
