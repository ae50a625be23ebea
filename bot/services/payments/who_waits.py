"""Who has to do something about applications, and since when, in statements about many of them.

The same rule as `bot.services.pay_rules.waiting`, for the database: a test compares them.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select

from bot.clock import KST
from bot.nlu.dates.almanac import workdays_on
from bot.services.pay_rules.bringing import CAPABILITY
from bot.services.pay_rules.provider import providers
from bot.services.pay_rules.waiting import ENDED, IN_REVIEW, OUR_WORKDAYS, WITH_PROVIDER
from bot.services.requirements import DUE, OPEN
from models.payment import PayApplication
from models.requirement import Requirement
from models.states import Level, PayState

BY_PERSON = ("wait_for_staff", "talk_to_staff", "explain_suspension")
"""Fixes that one of us does."""
_LONG_AGO = timedelta(days=60)


def _needs() -> CTE:
    """Return what each application needs, taken together once: who is asked, since when.

    Read from the index of requirements alone, in its order; a look at the requirements of each
    application by itself was several times slower with thousands of them.
    """
    level = Requirement.level
    by_person = and_(level == Level.PENDING_VERIFICATION, Requirement.fix_action.in_(BY_PERSON))
    return (
        select(
            Requirement.subject_id.label("id"),
            func.count().label("still"),
            func.count().filter(level.in_(DUE)).label("due"),
            func.count().filter(by_person).label("ours"),
            func.min(Requirement.due_since).filter(level.in_(DUE)).label("since"),
        )
        .where(
            Requirement.subject == PayApplication.__tablename__,
            Requirement.capability == CAPABILITY,
            level.in_(OPEN),
        )
        .group_by(Requirement.subject_id)
        .cte("needs")
    )


_NEEDS = _needs()


def with_needs(statement: Select[Any]) -> Select[Any]:
    """Let a statement about applications know what each of them needs, for the others here."""
    return statement.outerjoin(_NEEDS, _NEEDS.c.id == PayApplication.id)


def of_whom(who: str) -> ColumnElement[bool]:
    """Tell who has to do something; what one of us has to see to is ours whoever else is."""
    if who != "us":
        return waits() == who
    return and_(waits() != "nobody", or_(waits() == "us", has("ours")))


def waits() -> ColumnElement[str]:
    """Return who has to do something, as `view_of` says it."""
    state = PayApplication.state
    done_with = and_(state == PayState.LIVE, ~has("still"))
    return case(
        (or_(state.in_(ENDED), done_with), literal("nobody")),
        (or_(has("due"), state == PayState.REJECTED), literal("merchant")),
        (state.in_(WITH_PROVIDER), literal("provider")),
        else_=literal("us"),
    )


def since() -> ColumnElement[datetime]:
    """Return since when it is as it is: due, with the provider, or on our list."""
    handed = PayApplication.handed_off_at
    in_review = PayApplication.state.in_(IN_REVIEW)
    return case(
        (waits() == "merchant", func.coalesce(_NEEDS.c.since, PayApplication.updated_at)),
        (in_review, func.coalesce(handed, PayApplication.updated_at)),
        else_=PayApplication.updated_at,
    )


def has(what: str) -> ColumnElement[bool]:
    """Tell whether there is anything `still` open, `due`, or `ours` to see to."""
    return func.coalesce(_NEEDS.c[what], 0) > 0


def may_be_late(today: date) -> ColumnElement[bool]:
    """Tell what has been with a provider for longer than the quickest one is given."""
    review = min((config.review_days for config in providers().values()), default=OUR_WORKDAYS)
    in_review = PayApplication.state.in_(IN_REVIEW)
    return or_(
        and_(in_review, since() < _begun_before(today, review)),
        and_(~in_review, since() < _begun_before(today, OUR_WORKDAYS)),
    )


def _begun_before(today: date, workdays: int) -> datetime:
    """Return before when something began that had to be done by now."""
    day = today
    while day > today - _LONG_AGO and workdays_on(day, workdays) >= today:
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), KST)
