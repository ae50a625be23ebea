"""What a merchant is told about visits, and how the world is looked at before it is said."""

from collections.abc import Collection
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.timing import When
from bot.services.reminders.visit_scene import Scene, promise_of, scene_of, told_text
from bot.services.reminders.wording import when_text
from models.fieldwork import VisitReport
from models.outbox import MessageClass
from models.states import VisitState
from models.visit import MADE, OPEN, Visit

TO_COME = (VisitState.CONFIRMED, VisitState.EN_ROUTE)
"""States in which the supporter is still expected."""
NOT_COMING = (VisitState.CANCELLED_BY_STAFF, VisitState.SUPPORTER_NO_SHOW)
"""States in which nobody comes, and it is not the merchant's doing."""


def _in_state(session: Session, due: Due, states: Collection[VisitState]) -> Scene | Gone:
    """Return a visit that is in one of these states."""
    scene = scene_of(session, due.subject_id)
    if scene is None:
        return Gone("no_visit")
    return scene if scene.visit.state in states else Gone(f"visit_{scene.visit.state}")


def _expected(session: Session, due: Due) -> Scene | Gone:
    """Return a visit that is still to come."""
    scene = _in_state(session, due, TO_COME)
    if isinstance(scene, Gone):
        return scene
    if scene.visit.promise_to <= due.now:
        return Gone("visit_begun")
    return scene


def look_confirmed(session: Session, due: Due) -> Values | Gone:
    """Tell what is booked now; what was moved meanwhile is told at its new time."""
    scene = _expected(session, due)
    return scene if isinstance(scene, Gone) else scene.words()


def look_coming(session: Session, due: Due) -> Values | Gone:
    """Remind of a visit whose promised time is still the one that was planned for."""
    scene = _expected(session, due)
    if isinstance(scene, Gone):
        return scene
    if promise_of(scene.visit) != due.params["promise"]:
        return Gone("visit_moved")
    return scene.words()


def look_moved(session: Session, due: Due) -> Values | Gone:
    """Tell the present time and supporter, unless it is what the merchant was told last."""
    scene = _expected(session, due)
    if isinstance(scene, Gone):
        return scene
    told = due.params["promise"]
    same_person = scene.visit.supporter_id == due.params["supporter_id"]
    if promise_of(scene.visit) == told and same_person:
        return Gone("as_before")
    return scene.words(전=told_text(told))


def look_cancelled(session: Session, due: Due) -> Values | Gone:
    """Tell that nobody comes at the time that the merchant knows of."""
    scene = _in_state(session, due, NOT_COMING)
    if isinstance(scene, Gone):
        return scene
    return Values({"언제": told_text(due.params["promise"])})


def look_missed(session: Session, due: Due) -> Values | Gone:
    """Tell a merchant who was not there that it can be made up for."""
    scene = _in_state(session, due, (VisitState.MERCHANT_NO_SHOW,))
    if isinstance(scene, Gone):
        return scene
    again = select(Visit.id).where(
        Visit.merchant_id == scene.visit.merchant_id,
        Visit.type_code == scene.visit.type_code,
        Visit.state.in_(OPEN),
    )
    if session.execute(again.limit(1)).first() is not None:
        return Gone("booked_again")
    return Values({"언제": scene.when})


def look_rating(session: Session, due: Due) -> Values | Gone:
    """Ask how it was, unless that is known."""
    scene = _in_state(session, due, MADE)
    if isinstance(scene, Gone):
        return scene
    rated = select(VisitReport.rating).where(VisitReport.visit_id == scene.visit.id)
    if session.scalars(rated).first() is not None:
        return Gone("already_rated")
    return Values({"언제": when_text(scene.visit.starts_at)})


CONFIRMED = Notice(
    kind="visit.confirmed",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="somebody else books for the merchant", lasts=timedelta(days=7)),
    look=look_confirmed,
    must_arrive=True,
)
DAY_BEFORE = Notice(
    kind="visit.day_before",
    message_class=MessageClass.TRANSACTIONAL,
    # It speaks of tomorrow, so it is over at midnight.
    when=When(after="visit begins", days=-1, at=time(18), lasts=timedelta(hours=6)),
    look=look_coming,
    must_arrive=True,
)
SAME_DAY = Notice(
    kind="visit.same_day",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="visit begins", at=time(9), lasts=timedelta(hours=12)),
    look=look_coming,
    must_arrive=True,
)
MOVED = Notice(
    kind="visit.moved",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(
        after="somebody else changes the promised time or the supporter", lasts=timedelta(days=7)
    ),
    look=look_moved,
    must_arrive=True,
    urgent=True,
)
CANCELLED = Notice(
    kind="visit.cancelled",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the office cancels, or the supporter cannot come", lasts=timedelta(days=3)),
    look=look_cancelled,
    must_arrive=True,
    urgent=True,
)
MISSED = Notice(
    kind="visit.missed",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the merchant was not there"),
    look=look_missed,
    must_arrive=True,
)
RATING = Notice(
    kind="visit.rating",
    message_class=MessageClass.TRANSACTIONAL,
    # A visit is rated within a week of its report.
    when=When(after="visit reported", days=1, at=time(10), lasts=timedelta(days=5)),
    look=look_rating,
    nudge=True,
    topic="방문 별점",
)

NOTICES: tuple[Notice, ...] = (
    CONFIRMED,
    DAY_BEFORE,
    SAME_DAY,
    MOVED,
    CANCELLED,
    MISSED,
    RATING,
)
