"""What somebody on the waiting list is told: a time is kept for the answer, or none came."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.timing import When
from bot.services.reminders.visit_scene import scene_of
from bot.services.reminders.wording import day_text, time_text
from models.outbox import MessageClass
from models.states import VisitState, WaitState
from models.visit import WaitlistEntry


def look_offer(session: Session, due: Due) -> Values | Gone:
    """Offer a time that is kept for who waits, while it is kept."""
    entry = session.get(WaitlistEntry, due.subject_id)
    visit_id = due.params["visit_id"]
    if entry is None or entry.state is not WaitState.OFFERED or entry.offered_visit_id != visit_id:
        return Gone("offer_answered")
    until = entry.offer_expires_at
    scene = scene_of(session, visit_id)
    if until is None or until <= due.now or scene is None:
        return Gone("offer_over")
    if scene.visit.state is not VisitState.HELD:
        return Gone(f"visit_{scene.visit.state}")
    words = {"언제": scene.when, "곳": scene.place, "마감": time_text(until)}
    return Values(words, expires_at=until)


def look_wait_over(session: Session, due: Due) -> Values | Gone:
    """Tell that no time became free."""
    entry = session.get(WaitlistEntry, due.subject_id)
    if entry is None or entry.state is not WaitState.EXPIRED:
        return Gone("waits_again")
    first, last = day_text(entry.earliest), day_text(entry.latest - timedelta(minutes=1))
    return Values({"언제": first if first == last else f"{first}~{last}"})


OFFER = Notice(
    kind="visit.offer",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="a time is kept for who waits", lasts=timedelta(hours=1)),
    look=look_offer,
    must_arrive=True,
    urgent=True,
)
WAIT_OVER = Notice(
    kind="visit.wait_over",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the days that were waited for are over"),
    look=look_wait_over,
    must_arrive=True,
)

NOTICES: tuple[Notice, ...] = (OFFER, WAIT_OVER)
