"""Whether one certain time can be had, now. Pure: the same rules as for offering."""

from datetime import date

from bot.services.visits.reasons import Reason
from bot.services.visits.slots import Need
from bot.services.visits.team import Supporter
from bot.services.visits.timeline import Stop, Timeline
from bot.services.visits.worked import Span

NOON = 720


def admit(
    need: Need,
    supporter: Supporter | None,
    timeline: Timeline | Reason,
    at: tuple[date, int],
    visit_id: int = 0,
) -> Timeline | Reason:
    """Return the supporter's day with the visit in it, or what stands against it.

    Args:
        need: what is wanted.
        supporter: who would come; None for somebody who does not work at all.
        timeline: the day as it is, without the visit that is moved.
        at: day and start, in Korea.
        visit_id: the visit, 0 for a new one.
    """
    day, start = at
    against = _against(need, supporter, timeline, day)
    if against is not None:
        return against
    if isinstance(timeline, Reason):
        return timeline
    minutes = need.kind.minutes
    first, last = need.within(day)
    if not first <= start <= last:
        too_soon = start < need.first_start(day)
        return Reason.NOTICE if too_soon else Reason.STORE_CLOSED
    busy = (need.busy or {}).get(day, ())
    if any(start < end and begin < start + minutes for begin, end in busy):
        return Reason.MERCHANT_BUSY
    earliest, latest = promise(need, day, start)
    stop = Stop(visit_id, start, minutes, earliest, latest, need.spot.place)
    for room in sorted(
        timeline.room(need.spot.place, minutes, (start, start)), key=lambda room: room.extra
    ):
        taken = timeline.taking(stop, room.position)
        if taken is not None:
            return taken
    return _why_not_at(timeline, start, minutes)


def _against(
    need: Need, supporter: Supporter | None, timeline: Timeline | Reason, day: date
) -> Reason | None:
    if supporter is None:
        return timeline if isinstance(timeline, Reason) else Reason.DAY_OFF
    if not supporter.serves(need.spot):
        return Reason.REGION
    if not need.skills <= supporter.skills:
        return Reason.NO_SKILL
    return need.against_day(day)


def _why_not_at(timeline: Timeline, start: int, minutes: int) -> Reason:
    """Return what stands against a start on a day on which everything else is in order."""

    def meets(span: Span) -> bool:
        return start < span[1] and span[0] < start + minutes

    if len(timeline.stops) >= timeline.shift.max_visits:
        return Reason.MAX_VISITS
    if not timeline.possible or any(meets((stop.start, stop.end)) for stop in timeline.stops):
        return Reason.BUSY
    if any(meets(span) for span in timeline.shift.lunch):
        return Reason.LUNCH
    return Reason.TRAVEL if timeline.work.holds(start, minutes) else Reason.DAY_OFF


def promise(need: Need, day: date, start: int) -> Span:
    """Return between which starts the merchant is told that the visit begins."""
    first, last = need.within(day)
    match need.wish.flexibility:
        case "day":
            return min(first, start), max(last, start)
        case "half_day" if start < NOON:
            return min(first, start), max(start, min(last, NOON - need.kind.minutes))
        case "half_day":
            return min(start, max(first, NOON)), max(last, start)
    return start, start
