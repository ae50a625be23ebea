"""How does it go, 7, 30 and 90 days after the last visit: help fades when nobody asks."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, call_off, plan
from bot.outbox.timing import When
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.people import LEFT, chat_of_merchant, has_blocked, has_left
from bot.services.reminders.wording import day_text
from models.merchant import Merchant
from models.outbox import MessageClass, Reminder
from models.session import Database
from models.states import VisitState
from models.visit import MADE, Visit

SUBJECT = Visit.__tablename__
BOOKED = (VisitState.CONFIRMED, VisitState.EN_ROUTE, VisitState.IN_PROGRESS)
"""Somebody comes anyhow, and asks himself."""
LOOKED_BACK = timedelta(days=90)
_VISITED = "last visit"
_AT = time(10)
_LASTS = timedelta(days=3)


def plan_activity(database: Database, now: datetime) -> int:
    """Plan the three questions after every merchant's last visit; return how many."""
    return one_by_one(database, _unasked(now), Visit.id, _planned, now)


def _planned(session: Session, visit_id: int, now: datetime) -> int:
    visit = session.get_one(Visit, visit_id)
    chat = chat_of_merchant(session, visit.merchant_id)
    if chat is None:
        return 0
    _call_off_older(session, visit, now)
    about = About(conversation_id=chat, subject=SUBJECT, subject_id=visit.id, anchor=visit.ends_at)
    return sum(plan(session, notice, about, now) for notice in NOTICES)


def _call_off_older(session: Session, visit: Visit, now: datetime) -> None:
    kinds = tuple(notice.kind for notice in NOTICES)
    older = select(Visit.id).where(
        Visit.merchant_id == visit.merchant_id, Visit.starts_at < visit.starts_at
    )
    for visit_id in session.scalars(older):
        call_off(session, SUBJECT, visit_id, "newer_visit", now, kinds=kinds)


def _unasked(now: datetime) -> Select[int]:
    """Return visits that are the last one of a merchant, and nothing is planned after them."""
    later = aliased(Visit)
    newer = exists().where(
        later.merchant_id == Visit.merchant_id,
        later.state.in_(MADE),
        later.starts_at > Visit.starts_at,
    )
    planned = exists().where(
        Reminder.subject == SUBJECT,
        Reminder.subject_id == Visit.id,
        Reminder.kind.in_([notice.kind for notice in NOTICES]),
    )
    since: date = (now - LOOKED_BACK).astimezone(KST).date()
    return (
        select(Visit.id)
        .join(Merchant, Merchant.id == Visit.merchant_id)
        .where(
            and_(Visit.day > since, Visit.day <= now.astimezone(KST).date()),
            Visit.state.in_(MADE),
            Merchant.state.not_in(LEFT),
            ~newer,
            ~planned,
        )
    )


def _look(session: Session, due: Due) -> Values | Gone:
    visit = session.get(Visit, due.subject_id)
    if visit is None or visit.state not in MADE or has_left(session, visit.merchant_id):
        return Gone("left")
    mine = Visit.merchant_id == visit.merchant_id
    newer = select(Visit.id).where(mine, Visit.state.in_(MADE), Visit.starts_at > visit.starts_at)
    if session.execute(newer.limit(1)).first() is not None:
        return Gone("newer_visit")
    booked = select(Visit.id).where(mine, Visit.state.in_(BOOKED))
    if session.execute(booked.limit(1)).first() is not None:
        return Gone("visit_booked")
    if has_blocked(session, due.conversation_id):
        return Gone("blocked")
    return Values({"방문날": day_text(visit.starts_at)})


def _after(kind: str, days: int) -> Notice:
    return Notice(
        kind=kind,
        message_class=MessageClass.EDUCATION,
        when=When(after=_VISITED, days=days, at=_AT, lasts=_LASTS),
        look=_look,
        nudge=True,
        topic="채널 잘 쓰고 계신지",
    )


NOTICES = (
    _after("activity.week", 7),
    _after("activity.month", 30),
    _after("activity.quarter", 90),
)
