"""Answers about when: the visit, opening hours, closed days, reminders."""

from datetime import datetime

from bot.nlu.answers.kinds import value, values, vague, wrong
from bot.nlu.dates import Prefs, find
from bot.nlu.dates.model import Appointment
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding


def read_appointment(text: str, now: datetime, *, asked: bool, market_days: tuple[int, ...] = ()) -> Appointment:
    """Return what the text says about when (interim)."""
    found = find(text, now, prefs=Prefs(asked=asked, market_days=market_days))
    made = Appointment()
    for e in found:
        made = Appointment(
            date=e.date or made.date, time=e.time or made.time, period=e.part or made.period,
            error=e.error or made.error, week=e.week or made.week,
            clarify="date" if e.vague else made.clarify,
        )
    return made


def visit_date(message: Message, context: Context) -> Understanding | None:
    """Read the day of the visit, with a time or part of day said beside it."""
    said = read_appointment(message.text, context.now, asked=True, market_days=context.market_days)
    if said.error:
        return wrong(said.error)
    slots: dict[str, object] = {}
    if said.date:
        slots["date"] = said.date.isoformat()
    if said.time:
        slots["time"] = said.time.isoformat("minutes")
    elif said.period:
        slots["period"] = said.period
    if slots:
        return values(slots)
    if said.clarify or said.week:
        return vague("date", **({"week": said.week.isoformat()} if said.week else {}))
    return None


def visit_time(message: Message, context: Context) -> Understanding | None:
    """Read the time of the visit."""
    said = read_appointment(message.text, context.now, asked=True)
    if said.error:
        return wrong(said.error)
    if said.time:
        return value("time", said.time.isoformat("minutes"))
    if said.period:
        return value("period", said.period)
    return None


def hours(message: Message, context: Context) -> Understanding | None:
    """Read opening and closing time (interim)."""
    return None


def closed_days(message: Message, context: Context) -> Understanding | None:
    """Read closed days (interim)."""
    return None


def remind_time(message: Message, context: Context) -> Understanding | None:
    """Read when to remind (interim)."""
    return None
