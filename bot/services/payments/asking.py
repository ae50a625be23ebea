"""What asking an office or a bank about applications has in common.

What is asked is read first, the office is asked while no transaction is open, and the answer
is kept in a short one that looks whether it still fits. Asking twice does no harm.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.services.pay_rules.bringing import CAPABILITY, bring_up, touch
from bot.services.pay_rules.waiting import AT_REST
from bot.services.payments.findings import Found, digest_of, note
from bot.services.payments.rows import locked
from models.payment import CheckResult, PayApplication, PayCheck
from models.requirement import Requirement
from models.states import Cause, Level, PayState

BATCH = 20
STILL = (PayState.DRAFT, *AT_REST)
"""Applications that nobody is asked about."""
_CLEAR = (CheckResult.PASS, CheckResult.FAIL)


def pending(key: str) -> Select[PayApplication]:
    """Return applications for which somebody else has to say something about `key`.

    Those that wait longest come first.
    """
    open_need = select(Requirement.id).where(
        Requirement.subject == PayApplication.__tablename__,
        Requirement.subject_id == PayApplication.id,
        Requirement.capability == CAPABILITY,
        Requirement.key == key,
        Requirement.level == Level.PENDING_VERIFICATION,
    )
    return (
        select(PayApplication)
        .where(PayApplication.state.not_in(STILL), open_need.exists())
        .order_by(PayApplication.updated_at, PayApplication.id)
    )


def last_of(session: Session, application_id: int, kind: str, about: str) -> PayCheck | None:
    """Return the newest finding about a value."""
    return session.scalars(
        select(PayCheck)
        .where(
            PayCheck.application_id == application_id,
            PayCheck.kind == kind,
            PayCheck.about == about,
        )
        .order_by(PayCheck.id.desc())
        .limit(1)
    ).one_or_none()


def keep(
    session: Session, application_id: int, found: list[Found], about: dict[str, str], now: datetime
) -> None:
    """Keep what was found, unless the value was changed or erased while we asked.

    That still nobody answers is no news: the day on which we promised to write stays.
    """
    row = locked(session, application_id)
    if row is None or row.state in STILL:
        return
    kinds = "+".join(one.kind for one in found)
    cause = Cause(actor="system", key=f"check:{kinds}:{now.isoformat()}", now=now)
    known = [one for one in found if not says_less(session, row, one)]
    fitting = [replace(one, about=about.get(one.kind)) for one in known]
    news = [_is_news(session, row, one) for one in fitting]
    noted = [note(session, row, one, cause) for one in fitting]
    if any(one and new for one, new in zip(noted, news, strict=True)):
        touch(row, now)
    if any(noted):
        bring_up(session, row, cause)


def says_less(session: Session, row: PayApplication, found: Found) -> bool:
    """Tell whether a clear answer is known already and this is none: a twin was faster."""
    if found.result in _CLEAR:
        return False
    last = last_of(session, row.id, found.kind, digest_of(session, row, found.kind))
    return last is not None and last.result in _CLEAR


def _is_news(session: Session, row: PayApplication, found: Found) -> bool:
    if found.result is not CheckResult.UNAVAILABLE:
        return True
    last = last_of(session, row.id, found.kind, digest_of(session, row, found.kind))
    said = last.code if last else None
    return said != found.code
