"""Whose turn it is with an application, and by when we write again. Pure: no database."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from bot.clock import KST
from bot.nlu.dates.almanac import workdays_on
from bot.services.pay_rules.provider import ProviderConfig
from bot.services.requirements import RequirementLine, Subject, next_due, open_items
from models.payment import PayApplication
from models.states import PayState

CAPABILITY = "pay"
WaitsFor = Literal["us", "merchant", "provider", "nobody"]
OUR_WORKDAYS = 2
"""Working days within which we do our part."""
PROVIDER_WORKDAYS = 5
"""Working days after which we say how it stands, where the provider named no time."""
AGAIN_WORKDAYS = 3
"""Working days from one word to the next, while there is no news."""
GATHERED = (PayState.COLLECTING, PayState.READY)
"""What is needed is being collected, or is there."""
INSIDE = (PayState.DRAFT, *GATHERED)
"""Nothing has left the house yet."""
IN_REVIEW = (PayState.HANDED_OFF, PayState.PROVIDER_REVIEW)
WITH_PROVIDER = (*IN_REVIEW, PayState.APPROVED, PayState.SUSPENDED)
OVER = (PayState.TERMINATED, PayState.ERASED)
"""Applications after which a store may apply anew."""
ENDED = (PayState.WITHDRAWN, *OVER)
"""Nobody does anything about it any more."""
AT_REST = (PayState.REJECTED, *ENDED)
"""Nothing is asked or looked up about it, unless the merchant begins anew."""


def subject(application_id: int) -> Subject:
    """Return whose requirements those of an application are."""
    return Subject(PayApplication.__tablename__, application_id, CAPABILITY)


def waits_for(state: PayState, lines: Iterable[RequirementLine]) -> WaitsFor:
    """Return who has to do something now, by the state and everything that is needed."""
    every = tuple(lines)
    if state in ENDED or (state is PayState.LIVE and not open_items(every)):
        return "nobody"
    if next_due(every) is not None or state is PayState.REJECTED:
        return "merchant"
    return "provider" if state in WITH_PROVIDER else "us"


def workdays(state: PayState, config: ProviderConfig) -> int:
    """Return within how many working days there is word, from when this state began."""
    if state in IN_REVIEW:
        return config.review_days
    return PROVIDER_WORKDAYS if state in WITH_PROVIDER else OUR_WORKDAYS


def next_word(
    row: PayApplication, config: ProviderConfig, waits: WaitsFor, today: date | None = None
) -> date | None:
    """Return the day by which there is word, where no message is planned yet that brings it.

    Args:
        row: the application.
        config: its provider.
        waits: who is waited for; the merchant is promised nothing where he is waited for.
        today: the day in Korea: what was promised for a day that is over is promised anew.
    """
    if waits in ("merchant", "nobody"):
        return None
    begun = row.updated_at
    if row.state in IN_REVIEW and row.handed_off_at is not None:
        begun = row.handed_off_at
    promised = workdays_on(begun.astimezone(KST).date(), workdays(row.state, config))
    if today is not None and promised < today:
        return workdays_on(today, AGAIN_WORKDAYS)
    return promised
