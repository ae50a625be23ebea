"""Answers about when: the visit, opening hours, closed days, reminders."""

import re
from datetime import datetime, time

from bot.nlu.answers.kinds import vague, value, wrong
from bot.nlu.dates import Appointment, parse_appointment, parse_closed_days, parse_hours
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding

WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_QUIET_FROM, _QUIET_UNTIL = time(21), time(8)
"""Messages in the night need a consent of their own (정보통신망법 50조 3항)."""

_NO_REMINDER = re.compile(
    r"필요없|안받|됐어|됐습|싫|괜찮아요안|안해도|안보내|보내지마|하지마|받지않|없어도|알림없이|꺼|안할|알아서(?:들|볼|할)"
)
_UNSURE = re.compile(
    r"아무|글쎄|모르|몰라|알아서|달라|그때그때|대중없|들쭉|일정|해뜨|해지|해뜰|해질|새벽같이|날마다|정해진|마음대로|맘대로|편한|상관없|[0-9한두세네섯곱덟홉열]+시|아침|저녁|오전|오후|밤|점심"
)
_DATE_UNSURE = re.compile(r"모르|몰라|글쎄|아직|봐서|봐야|생각")
_LATER = re.compile(
    r"문닫|끝나고|끝난|마감|퇴근|손님(?:이)?없|한가|글쎄|안바쁠|바쁜시간|그때봐|봐서|시작(?:하기)?전|열기전"
)
_CLOSED_WORD = re.compile(
    r"쉬|휴무|휴일|격주|비오|가끔|들쭉|달라|그때그때|글쎄|모르|없|불규칙|아무때|일있|볼일|몸이|장날|명절"
)
_CORRECTED = re.compile(
    r"^.*?(?:아\s?[니이](?:다|고|라|요|야)?|말고|아\s?참)[\s,.]+(?=(?:매주|매달|첫|둘|셋|넷|마지막|[월화수목금토일](?:요일|욜|[\s,.]|$)|주말|평일))"
)
"""What was said before a correction: 화요일 아니 목요일."""
_CLOSED_CLAUSE = re.compile(
    r"(?:매주|매달|매월|격주|[첫둘셋넷]째|마지막\s?주|[월화수목금토일](?:요일|욜)|명절|설날|추석)"
    r"[^,.]{0,20}?(?:쉬[가-힣]*|쉽[가-힣]*|쉼|휴무[가-힣]*|놀[가-힣]*|[,.]|$)"
)
"""When the store is closed, said beside the hours in which it is open."""


def visit_date(message: Message, context: Context) -> Understanding | None:
    """Read the day of the visit, with a time or part of day said beside it."""
    said = parse_appointment(message.text, context.now, market_days=context.market_days)
    if said.error:
        return wrong(said.error)
    slots: dict[str, object] = {}
    if said.date:
        slots["date"] = said.date.isoformat()
    at = said.time or said.time_after
    if at:
        slots["time"] = _clock(at)
    elif said.period:
        slots["period"] = said.period
    extra: dict[str, object] = (
        {"exclude": list(said.exclude)} if said.exclude and not said.date else {}
    )
    if said.any == "date" and not said.date:
        extra["any"] = "date"
    if said.week and not said.date:
        extra["week"] = said.week.isoformat()
    if not said.clarify and _DATE_UNSURE.search(message.core):
        return _said(slots, extra, None) or vague("date")
    settled = said.clarify == "date" and (said.date or "any" in extra)
    clarify = None if settled else said.clarify
    return _said(slots, extra, clarify)


def _said(
    slots: dict[str, object], extra: dict[str, object], clarify: str | None
) -> Understanding | None:
    """Return what was said, None when nothing was."""
    if not (slots or extra or clarify):
        return None
    return Understanding(slots=slots, extra=extra, clarify=clarify, layer="slot", score=0.95)


def _clock(at: time) -> str:
    return at.isoformat("minutes")


def visit_time(message: Message, context: Context) -> Understanding | None:
    """Read the time of the visit; a day said beside it is kept."""
    said = parse_appointment(message.text, context.now, asked="time")
    if said.error == "time_invalid" or (said.error and not said.time):
        return wrong(said.error)
    slots: dict[str, object] = {}
    if said.time:
        slots["time"] = _clock(said.time)
    elif said.time_after:
        slots["time_after"] = _clock(said.time_after)
    elif said.period:
        slots["period"] = said.period
    if said.date and said.span and re.search(r"일|요|욜|주|레|글피|낼|\d[./]\d", message.text):
        slots["date"] = said.date.isoformat()
    if slots:
        return _said(slots, {}, None)
    extra: dict[str, object] = {"any": "time"} if said.any else {}
    open_ended = said.clarify or said.range_start or said.time_before or _LATER.search(message.core)
    return _said({}, extra, "time" if open_ended and not extra else None)


def hours(message: Message, context: Context) -> Understanding | None:
    """Read opening and closing time."""
    del context
    found = parse_hours(message.text) or parse_hours(_CLOSED_CLAUSE.sub(" ", message.text))
    if isinstance(found, str):
        return wrong(found)
    if found:
        opens, closes = found
        return Understanding(slots={"open": opens, "close": closes}, layer="slot", score=0.95)
    return vague("hours") if _UNSURE.search(message.core) else None


def closed_days(message: Message, context: Context) -> Understanding | None:
    """Read the days on which the store is closed; an empty list is "never"."""
    del context
    text = _CORRECTED.sub("", message.text)
    found = parse_closed_days(text) or parse_closed_days(message.text)
    if found is not None:
        return value("closed", found)
    return vague("closed") if _CLOSED_WORD.search(message.core) else None


def reminder(text: str, now: datetime, *, market_days: tuple[int, ...] = ()) -> dict[str, object]:
    """Return time, days or moment of a reminder that a text names.

    Keys: remind_at for one moment, else remind_time and remind_days; warn `night` for a time
    at which only consented messages may be sent.
    """
    said = parse_appointment(text, now, market_days=market_days, asked="time")
    if not said.time:
        return {"remind_days": list(said.weekdays)} if said.weekdays else {}
    if said.date and not said.weekdays and not said.every:
        moment = datetime.combine(said.date, said.time)
        return {"remind_at": moment.isoformat(timespec="minutes")}
    found: dict[str, object] = {"remind_time": _clock(said.time)}
    days = _reminder_days(said, text)
    if days:
        found["remind_days"] = days
    if said.time >= _QUIET_FROM or said.time < _QUIET_UNTIL:
        found["warn"] = "night"
    return found


def _reminder_days(said: Appointment, text: str) -> list[str]:
    """Return the weekdays of a reminder, all seven for 매일."""
    if said.weekdays:
        return list(said.weekdays)
    return list(WEEK) if re.search(r"매일|날마다|맨날", text) else []


def remind_time(message: Message, context: Context) -> Understanding | None:
    """Read when to remind of the lessons."""
    found = reminder(message.text, context.now, market_days=context.market_days)
    if "remind_time" in found or "remind_at" in found:
        return Understanding(slots=found, layer="slot", score=0.95)
    if _NO_REMINDER.search(message.core):
        return value("remind", "no")
    if found:
        return Understanding(slots=found, clarify="remind_time", layer="slot")
    return vague("remind_time") if _UNSURE.search(message.core) else None
