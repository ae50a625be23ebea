"""What a change of a visit means for the supporter whose day it is."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import KST
from bot.outbox.plan import About, call_off, plan
from bot.services.reminders.soon import SETTLED
from bot.services.reminders.supporters import CHANGED, TODAY
from bot.services.reminders.visits import TO_COME
from bot.services.transaction import Transaction
from models.states import VisitState
from models.supporter import Supporter
from models.visit import Visit

_ENDED_BY_OTHERS = (VisitState.CANCELLED_BY_MERCHANT, VisitState.CANCELLED_BY_STAFF)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit stands in supporters' days.

    Attributes:
        is_to_make: whether the supporter still has to go there.
    """

    supporter_id: int
    day: date
    starts_at: datetime
    is_to_make: bool

    @classmethod
    def of(cls, visit: Visit) -> "Place":
        """Return the place of a visit."""
        return cls(visit.supporter_id, visit.day, visit.starts_at, visit.state in TO_COME)


def supporters_day_changed(tx: Transaction, visit: Visit, before: Place) -> None:
    """Tell supporters of what changes on a day that has begun; before, the morning tells it."""
    after = Place.of(visit)
    if before == after or (not after.is_to_make and visit.state not in _ENDED_BY_OTHERS):
        return
    today = tx.now.astimezone(KST).date()
    touched = {
        place.supporter_id for place in (before, after) if place.is_to_make and place.day == today
    }
    for supporter_id in sorted(touched):
        if tx.actor != f"supporter:{supporter_id}":
            _tell(tx, visit, supporter_id, today)


def _tell(tx: Transaction, visit: Visit, supporter_id: int, today: date) -> None:
    if tx.now < TODAY.when.due(tx.now):
        return
    call_off(
        tx.session,
        Supporter.__tablename__,
        supporter_id,
        "changed_again",
        tx.now,
        kinds=(CHANGED.kind,),
    )
    about = About(
        supporter_id=supporter_id,
        subject=Supporter.__tablename__,
        subject_id=supporter_id,
        anchor=tx.now + SETTLED,
        key=f"{today.isoformat()}:{visit.id}:{visit.revision}",
        params={"day": today.isoformat()},
    )
    plan(tx.session, CHANGED, about, tx.now)
