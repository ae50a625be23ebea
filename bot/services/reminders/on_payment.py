"""What a change of an application for easy payment means for what is told.

Called wherever an application changes. What the merchant does in the chat is answered there
and not told again; it only calls off what is not so any more.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.pay_rules.waiting import AT_REST, ENDED, waits_for
from bot.services.reminders.documents import PAPERS, moment
from bot.services.reminders.pay_news import is_news
from bot.services.reminders.pay_office import ENDED_FOR
from bot.services.reminders.pay_promise import IN_CHAT, promise
from bot.services.reminders.pay_scene import (
    faults,
    last_move,
    last_paper_at,
    newest_since,
    waits_of,
)
from bot.services.reminders.pay_telling import Telling, call_off_of, tell
from bot.services.reminders.payments import (
    AGAIN,
    FIX,
    MISSING,
    MOVED,
    REVOKED,
    STOPPED,
    WAITING,
    WON,
)
from bot.services.reminders.soon import SETTLED, soon
from bot.services.requirements import DUE, RequirementLine
from models.merchant import ChannelRegistration, Store
from models.payment import PayApplication, PayQr
from models.requirement import Requirement
from models.states import Cause, PayState

_DAY = timedelta(days=1)


def brought_up(
    session: Session,
    row: PayApplication,
    before: tuple[RequirementLine, ...],
    lines: tuple[RequirementLine, ...],
    cause: Cause,
) -> None:
    """Plan what follows from what is needed now; called whenever that is worked out anew.

    Args:
        session: inside a write transaction.
        row: the application.
        before: everything that was needed, as it stood.
        lines: everything that is.
        cause: what changed.
    """
    due = [line for line in lines if line.level in DUE]
    if row.state in AT_REST or not due:
        call_off_of(session, row, (MISSING, FIX), "already_done", cause.now)
    else:
        _remind(session, row, due, cause)
        known = faults(line for line in before if line.level in DUE)
        _tell_fault(session, row, [line for line in due if faults([line]) - known], cause)
    promise(session, row, waits_for(row.state, lines), cause)


def moved(session: Session, row: PayApplication, before: PayState, cause: Cause) -> None:
    """Plan what is to be told of a step that the provider or a person has set."""
    if row.state in AT_REST:
        call_off_of(session, row, (MISSING, FIX, WON), _why_off(row), cause.now)
    if not is_news(before, row.state):
        promise(session, row, waits_of(session, row), cause)
        return
    call_off_of(session, row, (MOVED, REVOKED, WAITING, FIX), "moved_on", cause.now)
    promise(session, row, waits_of(session, row), cause)
    if row.state in STOPPED and _has_code(session, row):
        _revoke(session, row, cause.now, cause.key, {"move": cause.key})
        return
    if row.state is PayState.REJECTED and row.retry_after is not None:
        _from_that_day(session, row, row.retry_after, cause)
    back = before is PayState.SUSPENDED and row.state is PayState.LIVE
    params = {"move": cause.key, "back": back}
    at = cause.now + SETTLED
    tell(session, MOVED, row, Telling(now=cause.now, at=at, key=cause.key, params=params))


def ended(session: Session, row: PayApplication, cause: Cause) -> None:
    """Call off what is planned; a code that may hang is told of, unless that was in the chat."""
    call_off_of(
        session, row, (MISSING, FIX, MOVED, REVOKED, WAITING, WON, AGAIN), _why_off(row), cause.now
    )
    by_others = cause.actor not in IN_CHAT
    if by_others and row.state is PayState.TERMINATED and _has_code(session, row):
        _revoke(session, row, cause.now, cause.key, {"move": cause.key})


def ended_for(
    session: Session, row: PayApplication, asked_by: str, how: str, now: datetime
) -> None:
    """Tell what the office did in the merchant's name, once, with what hangs named in it."""
    call_off_of(session, row, (REVOKED,), "already_told", now)
    key = last_move(session, row.id)
    hangs = row.state is PayState.TERMINATED and _has_code(session, row)
    params = {"move": key, "by": asked_by, "how": how, "hangs": hangs}
    telling = Telling(now=now, at=now + SETTLED, key=str(key), params=params)
    tell(session, ENDED_FOR, row, telling)


def code_replaced(session: Session, row: PayApplication, code: PayQr, now: datetime) -> None:
    """Tell that the code of before has to come down, because another one counts."""
    call_off_of(session, row, (REVOKED,), "moved_on", now)
    _revoke(session, row, now, f"code:{code.id}:{moment(now)}", {"code": code.id})


def won_begins(session: Session, row: PayApplication, sent_at: datetime) -> None:
    """Tell that one won is on its way; planned before the bank is asked, so a kill loses nothing.

    Where the bank does not take it, the look finds none and says nothing.
    """
    call_off_of(session, row, (WON,), "moved_on", sent_at)
    key, at = moment(sent_at), sent_at + SETTLED
    tell(session, WON, row, Telling(now=sent_at, at=at, key=key, params={"sent": key}))


def _from_that_day(session: Session, row: PayApplication, day: date, cause: Cause) -> None:
    """Tell once, in the morning of the day from which it may come again."""
    at = datetime.combine(day, time(), KST)
    telling = Telling(now=cause.now, at=at, key=cause.key, params={"day": day.isoformat()})
    tell(session, AGAIN, row, telling)


def _why_off(row: PayApplication) -> str:
    return "pay_over" if row.state in ENDED else "moved_on"


def _remind(
    session: Session, row: PayApplication, due: list[RequirementLine], cause: Cause
) -> None:
    """Count 2, 5 and 10 working days from the last thing that happened about what is due."""
    marks = [line.due_since for line in due if line.due_since is not None]
    paper = last_paper_at(session, row)
    if paper is not None:
        marks.append(paper)
    if cause.actor in IN_CHAT:
        marks.append(cause.now)
    since = max(marks)
    if moment(since) <= newest_since(session, row.id, MISSING.kind):
        return
    call_off_of(session, row, (MISSING,), "went_on", cause.now)
    key = moment(since)
    telling = Telling(now=cause.now, at=since, key=key, params={"since": key})
    tell(session, MISSING, row, telling)


def _tell_fault(
    session: Session, row: PayApplication, new: list[RequirementLine], cause: Cause
) -> None:
    """Tell what has turned out wrong just now, unless the merchant reads it in the chat.

    A paper that the registration of the channel waits for, too, is told of there.
    """
    if cause.actor in IN_CHAT:
        return
    if all(_is_told_elsewhere(session, row, line.key) for line in new):
        return
    call_off_of(session, row, (FIX,), "changed_again", cause.now)
    wrong = sorted(faults(new))
    key, at = f"{','.join(wrong)}:{moment(cause.now)}", cause.now + SETTLED
    tell(session, FIX, row, Telling(now=cause.now, at=at, key=key, params={"faults": wrong}))


def _is_told_elsewhere(session: Session, row: PayApplication, key: str) -> bool:
    if key not in PAPERS:
        return False
    same = (
        select(Requirement.id)
        .join(ChannelRegistration, ChannelRegistration.id == Requirement.subject_id)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(
            Requirement.subject == ChannelRegistration.__tablename__,
            Requirement.key == key,
            Requirement.level.in_(DUE),
            Store.merchant_id == row.merchant_id,
        )
    )
    return session.execute(same.limit(1)).first() is not None


def _has_code(session: Session, row: PayApplication) -> bool:
    """Tell whether a code was ever issued: it may hang somewhere."""
    codes = select(PayQr.id).where(PayQr.application_id == row.id)
    return session.execute(codes.limit(1)).first() is not None


def _revoke(
    session: Session, row: PayApplication, now: datetime, key: str, params: dict[str, Any]
) -> None:
    """Tell it now in the day, in the morning at night: the stall is shut and nobody can pay."""
    at = soon(now, now + _DAY)
    tell(session, REVOKED, row, Telling(now=now, at=at, key=key, params=params))
