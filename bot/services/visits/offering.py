"""Offers for a wish."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.services.visits.days import Diary
from bot.services.visits.needs import read_need
from bot.services.visits.reasons import Reason
from bot.services.visits.slots import able_of, search
from bot.services.visits.wish import Offered, Refusal, VisitWish


def offers(session: Session, wish: VisitWish, now: datetime, diary: Diary | None = None) -> Offered:
    """Return the times that can be had, best first, and why others cannot.

    Args:
        session: a reading session.
        wish: what is wanted.
        now: the present moment, aware.
        diary: what this process remembers of the days; None reads everything anew.

    Raises:
        InvalidInputError: there is no such sort of visit.
    """
    days = (diary or Diary()).open(session, now).leaving_out(wish.moving)
    need = read_need(session, days.office, wish, now)
    if isinstance(need, Reason):
        return Offered((), lambda: (Refusal(None, None, need),))
    return search(need, days.office.team, days)


def who_can(
    session: Session, wish: VisitWish, at: tuple[date, int], now: datetime
) -> tuple[int, ...]:
    """Return the supporters who could come at a certain time, least travelling first."""
    day, start = at
    days = Diary().open(session, now).leaving_out(wish.moving)
    need = read_need(session, days.office, wish, now)
    if isinstance(need, Reason) or need.against_day(day) is not None:
        return ()
    able, _ = able_of(need, days.office.team)
    days.prepare([supporter.id for supporter in able], [day])
    found = []
    for supporter in able:
        timeline = days.of(supporter.id, day)
        if not isinstance(timeline, Reason):
            rooms = timeline.room(need.spot.place, need.kind.minutes, (start, start))
            found += [(room.extra, supporter.id) for room in rooms]
    return tuple(dict.fromkeys(supporter_id for _, supporter_id in sorted(found)))
