"""What was said about when a visit would suit, and the wish that comes of it.

Kept as answers: `date` (a day, two days with a slash between, or `any`), `time`, `time_after`,
`period`, `exclude` (codes of weekdays), as docs/vocabulary.md writes them.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.clock import KST
from bot.dialogue.view import View
from bot.dialogue.wording import WEEKDAYS, clock_time
from bot.nlu.dates import Appointment, parse_appointment
from bot.nlu.result import Understanding
from bot.services.reminders.wording import date_text
from bot.services.visits import Offer, VisitView, VisitWish
from bot.services.visits.kinds import kind_for
from handlers.visit.words import PERIODS, moment_from
from models.states import VisitState

ANY = "any"
TIME_PARTS = ("time", "time_after", "period", "exclude")
"""Beside `date`; what is said anew replaces what was said before."""
OPEN_SPAN = timedelta(days=13)
"""How far "11월 30일 이후" goes."""
CODES = tuple(WEEKDAYS)
FORGET: dict[str, Any] = {"slot": None, "offered": None, "seen": None, "wait": None}
"""Answers that do not outlive the wish they were for."""

When = dict[str, Any]


def read_when(text: str, now: datetime, asked: str = "date") -> When:
    """Return what a text says about when; {} for nothing, or for what has to be asked again."""
    said = parse_appointment(text, now, asked=asked)
    if said.error or said.conflict:
        return {}
    found: When = {}
    span = _days(said, now)
    if span:
        found["date"] = span
    found |= _time(said)
    excluded = _excluded(said)
    if excluded:
        found["exclude"] = excluded
    if said.any and not span:
        found["date"] = ANY
    return found


def _days(said: Appointment, now: datetime) -> str:
    if said.date is not None:
        return said.date.isoformat()
    if said.alternatives:
        return _span(min(said.alternatives), max(said.alternatives))
    if said.date_start is not None:
        return _span(said.date_start, said.date_end or said.date_start + OPEN_SPAN)
    if said.date_end is not None:
        return _span(now.astimezone(KST).date(), said.date_end)
    return ""


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _time(said: Appointment) -> When:
    if said.time is not None:
        return {"time": _clock(said.time)}
    after = said.time_after or said.range_start
    if after is not None:
        return {"time_after": _clock(after)}
    if said.period:
        return {"period": said.period}
    parts = [code for code in said.exclude if code in ("morning", "afternoon")]
    if len(parts) == 1:
        return {"period": "afternoon" if parts[0] == "morning" else "morning"}
    return {}


def _excluded(said: Appointment) -> list[str]:
    """Return the weekdays that do not suit; those beside the named ones (평일, 화목)."""
    named: set[str] = set()
    if said.date is None:
        named = set(said.weekdays) | {CODES[day.weekday()] for day in said.alternatives}
    unnamed = {code for code in CODES if named and code not in named}
    return [code for code in CODES if code in unnamed | set(said.exclude)]


def _clock(at: time) -> str:
    return at.isoformat("minutes")


def meant_when(view: View, understood: Understanding) -> When | None:
    """Make the answer to "when" out of all that was understood."""
    if understood.intent == "show_slots":
        return {"date": ANY}
    if understood.intent is not None or understood.error:
        return None
    return read_when(view.text, view.facts.now) or None


def meant_time(view: View, understood: Understanding) -> When | None:
    """Make the answer to "at what time" out of all that was understood."""
    if understood.intent is not None or understood.error:
        return None
    found = read_when(view.text, view.facts.now, "time")
    return found or ({"period": None} if understood.extra.get("any") else None)


def settled(view: View, value: object, slot: str) -> When:
    """Return what an answer says: the words when they say it, else the bare value.

    A button and a correction give the bare value of one slot.
    """
    if isinstance(value, dict):
        return dict(value)
    said = read_when(view.text, view.facts.now)
    return said if said.get(slot) == value else {slot: str(value)}


def answers_from(when: When) -> dict[str, Any]:
    """Return the slots that an answer fills; one time of the day replaces another."""
    sets: dict[str, Any] = {}
    if when.get("date") == ANY or any(part in when for part in TIME_PARTS[:3]):
        sets |= dict.fromkeys(TIME_PARTS[:3])
    if "date" in when:
        sets["exclude"] = None
    return sets | {key: value for key, value in when.items() if key != "date"}


def topics_of(view: View) -> tuple[str, ...]:
    """Return what help is wanted with."""
    topic = view.get("topic")
    return tuple(topic) if isinstance(topic, list) else (str(topic),) if topic else ()


def days_of(value: object) -> tuple[date | None, date | None]:
    """Return the first and the last day of a `date` answer; (None, None) for any."""
    try:
        first, _, last = str(value).partition("/")
        return date.fromisoformat(first), date.fromisoformat(last) if last else None
    except ValueError:
        return None, None


def wish_for(view: View) -> VisitWish:
    """Return the wish for a new visit that the answers make."""
    known = view.facts.overview()
    topics = topics_of(view)
    kept = held(view, kind_for(topics))
    return _with_when(
        view,
        VisitWish(
            store_id=known.newest.id if known else None,
            topics=topics,
            place=str(view.get("place") or "store"),
            place_note=view.get("place_note"),
            text=_raw(view),
            moving=kept.id if kept else None,
        ),
    )


def wish_to_move(view: View, visit: VisitView) -> VisitWish:
    """Return the wish for another time of a visit."""
    base = VisitWish(
        store_id=visit.store_id,
        topics=visit.topics,
        type_code=visit.type_code,
        place=visit.place,
        moving=visit.id,
    )
    return _with_when(view, base)


def _with_when(view: View, base: VisitWish) -> VisitWish:
    first, last = days_of(view.get("date"))
    start, after = view.get("time"), view.get("time_after")
    return replace(
        base,
        day=first,
        until=last,
        start=_minutes(start) if start else None,
        not_before=_minutes(after) if after else None,
        period=view.get("period"),
        not_weekdays=tuple(CODES.index(code) for code in view.get("exclude") or ()),
    )


def _minutes(text: object) -> int:
    hour, minute = (int(part) for part in str(text).split(":"))
    return hour * 60 + minute


def _raw(view: View) -> str | None:
    filled = view.slots.get("date")
    return filled.raw[:100] or None if filled else None


def when_text(view: View) -> str:
    """Return what was understood, as people say it: 11월 30일(월)~12월 4일(금) 오후."""
    first, last = days_of(view.get("date"))
    parts = [date_text(first)] if first else []
    if first and last:
        parts = [f"{date_text(first)}~{date_text(last)}"]
    if view.get("time"):
        parts.append(clock_time(str(view.get("time"))))
    elif view.get("time_after"):
        parts.append(f"{clock_time(str(view.get('time_after')))} 이후")
    elif view.get("period"):
        parts.append(PERIODS.get(str(view.get("period")), ""))
    if view.get("exclude") and not last:
        parts.append(_left_out(view))
    return " ".join(part for part in parts if part)


def _left_out(view: View) -> str:
    names = (WEEKDAYS[code][0] for code in view.get("exclude") or ())
    return f"({', '.join(names)} 빼고)"


def held(view: View, code: str) -> VisitView | None:
    """Return the time that is kept for this person and sort of visit, None when it lapsed."""
    known = view.facts.visit_overview().upcoming
    return next((v for v in known if v.state is VisitState.HELD and v.type_code == code), None)


def chosen_row(view: View) -> VisitView | None:
    """Return the visit behind the chosen time, also when it has lapsed; the newest one."""
    moment = moment_from(view.get("slot"))
    code = kind_for(topics_of(view))
    states = (VisitState.HELD, VisitState.EXPIRED, VisitState.CONFIRMED)
    rows = [
        v
        for v in view.facts.visit_overview().visits
        if v.type_code == code and v.starts_at == moment and v.state in states
    ]
    return max(rows, key=lambda v: v.id, default=None)


def offer_of(view: View, wish: VisitWish, key: object) -> Offer | None:
    """Return the offer behind an answer; None when that time cannot be had (any more)."""
    moment = moment_from(key)
    if moment is None:
        return None
    return view.facts.visit_offer_at(wish, moment.date(), moment.hour * 60 + moment.minute)
