"""Between which hours somebody wants to be written to: 아침 10시에, 오후에만, 8시 이후엔 보내지 마."""

import re
from datetime import datetime, time

from bot.nlu.dates import find
from bot.nlu.dates.expressions import korean
from bot.nlu.dates.model import Prefs, TimeExpression
from bot.nlu.normalise import normalise

Window = tuple[str, str]
FIRST, LAST = time(8), time(21)
"""Messages go between these hours; what is open on one side reaches up to them."""
NOT_CLEAR = "clarify"
_PARTS = {
    "dawn": ("04:00", "08:00"),
    "early": ("08:00", "09:00"),
    "morning": ("08:00", "11:00"),
    "forenoon": ("08:00", "12:00"),
    "noon": ("12:00", "14:00"),
    "daytime": ("09:00", "18:00"),
    "afternoon": ("12:00", "18:00"),
    "evening": ("18:00", "21:00"),
    "night": ("21:00", "24:00"),
}
"""Part of day -> hours of messages. 저녁 ends when messages end; 낮 is while shops are open."""
_REFUSES = re.compile(
    r"(?:보내|하|오)지\s?(?:는|도)?\s?(?:마|말|않)|안\s?(?:보내|보냈|받|왔으면|오게)|싫|그만|꺼|끄"
)
_PASSED = re.compile(r"\s?(?:을|를)?\s?(?:넘|지나|이후|뒤로|부터)")
_FORENOON = re.compile(r"오전")
_EARLY = re.compile(r"아침\s?(?:에\s?)?일찍")
_ANY_TIME = re.compile(r"아무\s?때|아무\s?시간|암\s?때|언제든|언제라도|상관\s?없")
_MIDNIGHT = "24:00"
_HOUR, _MINUTES = 60, 24 * 60


def message_hours(text: str, now: datetime) -> Window | str | None:
    """Return the hours that a text names, `HH:MM` to `HH:MM` on one day.

    A single time means the hour that begins then. Hours of the night are returned as they were
    said; whether anything is sent then is for others to say.

    Returns:
        The hours; `time_invalid` for an hour that no clock has; `clarify` when they leave a
        hole in the day or cannot be told; None when no time was said.
    """
    clean = normalise(text).text
    said = [one for one in find(clean, korean(now), prefs=Prefs(asked=True)) if _is_timed(one)]
    if not said:
        return (_clock(FIRST), _clock(LAST)) if _ANY_TIME.search(clean) else None
    last = said[-1]
    if last.error:
        return "time_invalid"
    if last.vague == "time":
        return NOT_CLEAR
    if _REFUSES.search(clean):
        return _without(last, clean)
    return _within(last, clean)


def _is_timed(said: TimeExpression) -> bool:
    return bool(said.time or said.part or said.error == "time_invalid" or said.vague == "time")


def _within(said: TimeExpression, text: str) -> Window | str:
    """Return the hours that are wanted."""
    if said.time is None:
        return _PARTS[_part(said, text)]
    if said.until_time is not None:
        return _ordered(_clock(said.time), _clock(said.until_time))
    if said.direction == "after" or _PASSED.match(text, said.end):
        return _ordered(_clock(said.time), _clock(LAST))
    if said.direction in {"before", "until"}:
        return _ordered(_clock(FIRST), _clock(said.time))
    return _clock(said.time), _plus_hour(said.time)


def _without(said: TimeExpression, text: str) -> Window | str:
    """Return what is left of the day when the hours said are not wanted."""
    if said.time is None:
        start, end = _PARTS[_part(said, text)]
        return _rest(start, end)
    if said.until_time is not None:
        return _rest(_clock(said.time), _clock(said.until_time))
    if said.direction == "after" or _PASSED.match(text, said.end):
        return _ordered(_clock(FIRST), _clock(said.time))
    if said.direction in {"before", "until"}:
        return _ordered(_clock(said.time), _clock(LAST))
    return NOT_CLEAR


def _rest(start: str, end: str) -> Window | str:
    first, last = _clock(FIRST), _clock(LAST)
    if start > end:
        return _ordered(end, start)
    if start >= last or end <= first:
        return first, last
    if start <= first < end < last:
        return end, last
    if first < start < last <= end:
        return first, start
    return NOT_CLEAR


def _ordered(start: str, end: str) -> Window | str:
    """Return the hours; an end before the start is beyond midnight: nobody is written to then."""
    if start == end:
        return NOT_CLEAR
    return (start, end) if start < end else (start, _MIDNIGHT)


def _part(said: TimeExpression, text: str) -> str:
    part = said.part or "daytime"
    if part == "morning" and _EARLY.search(text, said.start):
        return "early"
    forenoon = part == "morning" and _FORENOON.search(text, said.start, said.end)
    return "forenoon" if forenoon else part


def _plus_hour(at: time) -> str:
    minutes = min(at.hour * _HOUR + at.minute + _HOUR, _MINUTES)
    return f"{minutes // _HOUR:02d}:{minutes % _HOUR:02d}"


def _clock(at: time) -> str:
    return at.isoformat("minutes")
