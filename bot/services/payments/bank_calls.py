"""When banks may be asked, and how often: hours of rest, pauses after outages, limits.

Everything is read from the findings themselves, so it holds for every process and after every
crash. Nobody may find out through us whose accounts these are: therefore the limits are of a
person, whatever the number of their stores and applications.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.clock import KST
from models.payment import CheckResult, PayApplication, PayCheck

ENQUIRY, TRANSFER = "name_enquiry", "transfer"
WON = "won"
"""Kind of the findings that keep the book of transfers; no requirement has this key."""
RESTS_FROM, RESTS_UNTIL = time(23, 30), time(0, 30)
"""Korean time in which banks close the day and answer nobody (은행 점검 시간)."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)
TOLD_AFTER = 3
"""From this try on people are told that nobody answers."""
MOST_TRIES = 8
"""Half a day of growing pauses; then a person looks at the bankbook."""
DAY, MONTH = timedelta(days=1), timedelta(days=30)
ENQUIRIES_A_DAY, ENQUIRIES_A_MONTH = 5, 15
WONS_A_DAY, WONS_A_MONTH = 3, 10
BREAKS_AFTER = 3
"""Outages one after the other, whoever was asked about."""


def banks_rest(now: datetime) -> bool:
    """Tell whether banks answer nobody at this hour."""
    hour = now.astimezone(KST).time()
    return hour >= RESTS_FROM or hour < RESTS_UNTIL


def pause_after(tries: int) -> timedelta:
    """Return how long nothing is tried after so many tries without an answer.

    >>> [int(pause_after(tries).total_seconds() / 60) for tries in (1, 2, 3, 6, 7, 99)]
    [10, 20, 40, 320, 360, 360]
    """
    return min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)


def outages(session: Session, application_id: int, source: str, about: str) -> int:
    """Return after how many tries in a row nobody has answered about this value."""
    about_it = (PayCheck.application_id == application_id, PayCheck.about == about)
    rows = session.scalars(_newest_first(source).where(*about_it).limit(MOST_TRIES))
    return _leading_outages(list(rows))


def service_rests(session: Session, source: str, now: datetime) -> bool:
    """Tell whether the service failed so often in a row that it is left in peace."""
    rows = list(session.scalars(_newest_first(source).limit(2 * BREAKS_AFTER)))
    failed = _leading_outages(rows)
    if failed < BREAKS_AFTER:
        return False
    return now < rows[0].at + pause_after(failed - BREAKS_AFTER + 1)


def may_enquire(session: Session, merchant_id: int, now: datetime) -> bool:
    """Tell whether whose account it is may be asked once more for this person."""
    moments = (
        select(PayCheck.application_id, PayCheck.at)
        .where(PayCheck.source == ENQUIRY, PayCheck.result != CheckResult.UNAVAILABLE)
        .distinct()
    )  # one answer leaves several findings of one moment
    return (
        _count(session, moments, merchant_id, now - DAY) < ENQUIRIES_A_DAY
        and _count(session, moments, merchant_id, now - MONTH) < ENQUIRIES_A_MONTH
    )


def may_send_won(session: Session, merchant_id: int, now: datetime) -> bool:
    """Tell whether one more won may be sent for this person."""
    wishes = select(PayCheck.about).where(PayCheck.kind == WON).distinct()
    return (
        _count(session, wishes, merchant_id, now - DAY) < WONS_A_DAY
        and _count(session, wishes, merchant_id, now - MONTH) < WONS_A_MONTH
    )


def _newest_first(source: str) -> Select[PayCheck]:
    """Return answers, the newest first; that a transfer was begun is none."""
    kind = WON if source == TRANSFER else "account"
    begun = (PayCheck.kind == WON) & (PayCheck.result == CheckResult.UNCLEAR)
    return (
        select(PayCheck)
        .where(PayCheck.source == source, PayCheck.kind == kind, ~begun)
        .order_by(PayCheck.id.desc())
    )


def _leading_outages(newest_first: list[PayCheck]) -> int:
    missed = [row.result is CheckResult.UNAVAILABLE for row in newest_first]
    return missed.index(False) if False in missed else len(missed)


def _count(
    session: Session, calls: Select[*tuple[Any, ...]], merchant_id: int, since: datetime
) -> int:
    theirs = calls.join(PayApplication, PayApplication.id == PayCheck.application_id).where(
        PayApplication.merchant_id == merchant_id, PayCheck.at > since
    )
    return session.execute(select(func.count()).select_from(theirs.subquery())).scalar_one()
