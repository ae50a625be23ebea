"""What a supporter is told: the day's visits in the morning, and what changes after that."""

from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.timing import When
from bot.services.reminders.visit_scene import scene_of
from bot.services.reminders.visits import TO_COME
from bot.services.reminders.wording import time_text
from models.outbox import MessageClass
from models.states import SupporterState
from models.supporter import Supporter
from models.visit import Visit

NONE_LEFT = "없어요"


def _to_make(session: Session, due: Due) -> list[tuple[str, str]] | Gone:
    """Return (time, place) of the visits of the day that are still to be made, in order."""
    supporter = session.get(Supporter, due.subject_id)
    if supporter is None or supporter.state is SupporterState.LEFT:
        return Gone("supporter_left")
    ids = session.scalars(
        select(Visit.id)
        .where(
            Visit.supporter_id == supporter.id,
            Visit.day == date.fromisoformat(due.params["day"]),
            Visit.state.in_(TO_COME),
            Visit.ends_at > due.now,
        )
        .order_by(Visit.starts_at, Visit.id)
    ).all()
    scenes = [scene for visit_id in ids if (scene := scene_of(session, visit_id))]
    return [(time_text(scene.visit.starts_at), scene.at) for scene in scenes]


def look_today(session: Session, due: Due) -> Values | Gone:
    """Tell how many visits there are, and where the first one is."""
    found = _to_make(session, due)
    if isinstance(found, Gone):
        return found
    if not found:
        return Gone("no_visits")
    at, place = found[0]
    return Values({"몇": str(len(found)), "시각": at, "곳": place})


def look_changed(session: Session, due: Due) -> Values | Gone:
    """Tell what is left of the day."""
    found = _to_make(session, due)
    if isinstance(found, Gone):
        return found
    if not found:
        return Values({"남은": NONE_LEFT, "다음": NONE_LEFT})
    at, place = found[0]
    return Values({"남은": f"{len(found)}곳", "다음": f"{at} {place}"})


TODAY = Notice(
    kind="supporter.today",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="a day with visits", at=time(7, 30), lasts=timedelta(hours=10)),
    look=look_today,
    must_arrive=True,
    # Work begins before the courtesy hours do.
    urgent=True,
)
CHANGED = Notice(
    kind="supporter.changed",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="a visit of today comes, goes or moves", lasts=timedelta(hours=10)),
    look=look_changed,
    must_arrive=True,
    urgent=True,
)

NOTICES: tuple[Notice, ...] = (TODAY, CHANGED)
