"""What is told about a standing slot: that it is given, and that it ends."""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.timing import When
from bot.services.reminders.visit_scene import scene_of
from bot.services.reminders.visits import TO_COME
from bot.services.reminders.wording import WEEKDAYS, time_text
from models.outbox import MessageClass
from models.states import SeriesState
from models.visit import Visit, VisitSeries


def look_series(session: Session, due: Due) -> Values | Gone:
    """Tell of a standing slot, with its first visit."""
    series = session.get(VisitSeries, due.subject_id)
    if series is None or series.state is SeriesState.ENDED:
        return Gone("series_ended")
    first = select(Visit.id).where(Visit.series_id == series.id, Visit.state.in_(TO_COME))
    visit_id = session.scalars(first.order_by(Visit.starts_at).limit(1)).first()
    scene = scene_of(session, visit_id) if visit_id is not None else None
    if scene is None:
        return Gone("no_visit")
    return scene.words(날=_rhythm(series), 번=str(series.total))


def look_series_ended(session: Session, due: Due) -> Values | Gone:
    """Tell that a standing slot has ended."""
    series = session.get(VisitSeries, due.subject_id)
    if series is None or series.state is not SeriesState.ENDED:
        return Gone("series_goes_on")
    return Values({"날": _rhythm(series)})


def _rhythm(series: VisitSeries) -> str:
    often = "매주" if series.every_weeks == 1 else f"{series.every_weeks}주마다"
    hour, minute = divmod(series.start_min, 60)
    at = datetime.combine(series.first_day, time(hour, minute), KST)
    return f"{often} {WEEKDAYS[series.weekday]}요일 {time_text(at)}"


SERIES = Notice(
    kind="visit.series",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="a standing slot is given", lasts=timedelta(days=7)),
    look=look_series,
    must_arrive=True,
)
SERIES_ENDED = Notice(
    kind="visit.series_ended",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the office ends a standing slot", lasts=timedelta(days=2)),
    look=look_series_ended,
    must_arrive=True,
)

NOTICES: tuple[Notice, ...] = (SERIES, SERIES_ENDED)
