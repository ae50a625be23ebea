"""The day by which we write again is kept by a message that is planned for it.

Where there is news before, that is the word; where there is none, the message says how it
stands and names the next day. The days lie further apart from one such word to the next.
"""

from datetime import date, datetime, time

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.nlu.dates.almanac import workdays_on
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import AGAIN_WORKDAYS, AT_REST, WaitsFor, workdays
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.documents import moment
from bot.services.reminders.pay_scene import (
    AHEAD,
    SUBJECT,
    newest,
    planned,
    waits_of,
)
from bot.services.reminders.pay_telling import Telling, call_off_of, tell
from bot.services.reminders.payments import DONE, WAITING
from bot.services.reminders.people import LEFT
from bot.services.reminders.soon import SETTLED
from bot.services.requirements import DUE
from models.conversation import Conversation
from models.merchant import Merchant
from models.outbox import Reminder
from models.payment import PayApplication
from models.requirement import Requirement
from models.session import Database
from models.states import Cause, Level, PayState, ReminderState

IN_CHAT = ("merchant", "agent")
"""Who does something in the chat, and reads there what comes of it."""
MOST_WORKDAYS = 20
"""Words without news are never further apart than a month."""
ACTOR = "system"


def promise(session: Session, row: PayApplication, waits: WaitsFor, cause: Cause) -> bool:
    """Plan the word that is promised; True when it was not planned.

    One that is planned for the same party is not put off by anything that happens meanwhile.

    Args:
        session: inside a write transaction.
        row: the application.
        waits: who has to do something now.
        cause: what changed.
    """
    known = planned(session, row.id, WAITING.kind)
    if known is not None and known.params["waits"] == waits:
        return False
    call_off_of(session, row, (WAITING,), "moved_on", cause.now)
    if waits not in ("us", "provider"):
        if known is not None and waits == "nobody" and row.state is PayState.LIVE:
            _settled(session, row, cause)
        return False
    day, words = _next(session, row, waits, cause.now)
    gap = min(AGAIN_WORKDAYS * 2**words, MOST_WORKDAYS)
    telling = Telling(
        now=cause.now,
        at=datetime.combine(day, time(), KST),
        key=f"{day}:{moment(cause.now)}",
        params={"waits": waits, "words": words, "next": workdays_on(day, gap).isoformat()},
    )
    return bool(tell(session, WAITING, row, telling))


def plan_pay_words(database: Database, now: datetime) -> int:
    """Plan the next word of every application that waits and has none; return how many."""
    return one_by_one(database, _silent(), PayApplication.id, _planned, now)


def _planned(session: Session, application_id: int, now: datetime) -> bool:
    row = session.get(PayApplication, application_id, with_for_update=True)
    if row is None or row.state in AT_REST:
        return False
    cause = Cause(actor=ACTOR, key="", now=now)
    return promise(session, row, waits_of(session, row), cause)


def _silent() -> Select[int]:
    """Return applications that wait for us or the provider, with no word planned."""
    mine = and_(Requirement.subject == SUBJECT, Requirement.subject_id == PayApplication.id)
    due = exists().where(mine, Requirement.level.in_(DUE))
    pending = exists().where(mine, Requirement.level == Level.PENDING_VERIFICATION)
    ahead = exists().where(
        Reminder.subject == SUBJECT,
        Reminder.subject_id == PayApplication.id,
        Reminder.kind == WAITING.kind,
        Reminder.state.in_(AHEAD),
    )
    chat = exists().where(Conversation.merchant_id == PayApplication.merchant_id)
    return (
        select(PayApplication.id)
        .join(Merchant, Merchant.id == PayApplication.merchant_id)
        .where(
            PayApplication.state.not_in((*AT_REST, PayState.DRAFT)),
            or_(PayApplication.state != PayState.LIVE, pending),
            Merchant.state.not_in(LEFT),
            chat,
            ~due,
            ~ahead,
        )
    )


def _next(session: Session, row: PayApplication, waits: str, now: datetime) -> tuple[date, int]:
    """Return the day of the next word, as the last one said; and how many there were."""
    today = now.astimezone(KST).date()
    last = newest(session, row.id, WAITING.kind)
    goes_on = last is not None and last.state is not ReminderState.CANCELLED
    if last is None or not goes_on or last.params["waits"] != waits:
        return workdays_on(today, workdays(row.state, provider(row.provider))), 0
    said = date.fromisoformat(last.params["next"])
    day = said if said > today else workdays_on(today, AGAIN_WORKDAYS)
    return day, int(last.params["words"]) + 1


def _settled(session: Session, row: PayApplication, cause: Cause) -> None:
    """Tell that what was asked for is done: until now a word was promised."""
    if cause.actor not in IN_CHAT:
        at, key = cause.now + SETTLED, moment(cause.now)
        tell(session, DONE, row, Telling(now=cause.now, at=at, key=key))
