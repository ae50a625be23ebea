"""Bringing the requirements and the state of an application in line after something changed.

While it is being collected, an application is `ready` exactly when nothing is open any more.
Everything later moves by what the provider or a person says.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.pay_rules.facts import gather
from bot.services.pay_rules.needs import KEYS, match_of, needs_of
from bot.services.pay_rules.waiting import AT_REST, CAPABILITY, GATHERED, subject
from bot.services.reminders import on_payment
from bot.services.requirements import RequirementLine, derive, disabled_reason, items_of
from models.payment import PayApplication
from models.states import Cause, PayState, move

__all__ = ["CAPABILITY", "bring_up", "bring_up_all", "subject", "touch"]


def bring_up(
    session: Session, application: PayApplication, cause: Cause
) -> tuple[RequirementLine, ...]:
    """Work out anew what an application needs, and let its state follow.

    Args:
        session: inside a write transaction.
        application: whose.
        cause: what changed; its key tells this change apart from others.
    """
    given = gather(session, application)
    if application.holder:
        application.holder_match = match_of(given)
    place = subject(application.id)
    before = items_of(session, place)
    lines = derive(session, place, needs_of(given), cause.now, over=KEYS)
    _follow(session, application, lines, cause)
    session.flush()
    on_payment.brought_up(session, application, before, lines, cause)
    return lines


def bring_up_all(session: Session, merchant_id: int, cause: Cause) -> int:
    """Bring up every application of a merchant that is not over; return how many."""
    standing = select(PayApplication).where(
        PayApplication.merchant_id == merchant_id, PayApplication.state.not_in(AT_REST)
    )
    statement = standing.order_by(PayApplication.id).with_for_update()
    anew = {"populate_existing": True}
    found = session.scalars(statement, execution_options=anew).all()
    for application in found:
        bring_up(session, application, cause)
    return len(found)


def touch(application: PayApplication, now: datetime) -> None:
    """Note that an application is another one now."""
    application.revision += 1
    application.updated_at = now


def _follow(
    session: Session,
    application: PayApplication,
    lines: tuple[RequirementLine, ...],
    cause: Cause,
) -> None:
    if application.state not in GATHERED:
        return
    to = PayState.COLLECTING if disabled_reason(lines) else PayState.READY
    if application.state is to:
        return
    key = f"{cause.key}:pay:{application.revision}:{to.value}"
    if move(session, application, to, Cause(actor=cause.actor, key=key, now=cause.now)):
        touch(application, cause.now)
