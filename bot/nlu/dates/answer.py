"""The flat answer to "which date and time does this text name", for tools and measurements."""

from datetime import date, datetime, time, timedelta

from bot.nlu.dates.expressions import find, korean
from bot.nlu.dates.model import Prefs, TimeExpression
from bot.nlu.normalise import normalise

_END_OF_DAY = time(23, 59)


def parse_datetime(utterance: str, reference_time: datetime) -> dict[str, str]:
    """Return the date, time or range that a text names.

    Args:
        utterance: the text, as it was written.
        reference_time: the present moment in Korean time, naive or aware.

    Returns:
        `date` (YYYY-MM-DD) and `time` (HH:MM) of a point; `start` and `end` of a stretch, as
        dates, as times (HH:MM:SS) or both joined by T; a stretch of weeks or months ends on
        the day after its last, a named end is given as named; `dir` after or before for an
        open stretch. A time without a day is given its next occurrence as `date`. {} when
        nothing exact can be taken.
    """
    now = korean(reference_time)
    found = find(normalise(utterance).text, now, prefs=Prefs(asked=True))
    sound = [expression for expression in found if not _useless(expression)]
    return _answer(_best(sound), now) if sound else {}


def _useless(expression: TimeExpression) -> bool:
    if expression.error in {"date_invalid", "time_invalid"}:
        return True
    return bool(expression.vague) and expression.week is None and expression.until_date is None


def _best(found: list[TimeExpression]) -> TimeExpression:
    """Return the expression that says most; of equals the last one."""
    return max(reversed(found), key=_weight)


def _weight(expression: TimeExpression) -> int:
    exact = expression.time is not None or expression.window is not None
    return 2 * (expression.date is not None) + exact + (expression.until_time is not None)


def _answer(found: TimeExpression, now: datetime) -> dict[str, str]:
    if found.direction == "within" and found.date:
        return _deadline(found, now)
    if found.window is not None:
        return _window(found)
    if found.until_date is not None or found.until_time is not None:
        return _stretch(found)
    answer = _point(found, now)
    if found.direction in {"after", "before"} and "time" in answer:
        answer |= {"start": f"{answer['date']}T{answer['time']}:00", "dir": found.direction}
    return answer


def _point(found: TimeExpression, now: datetime) -> dict[str, str]:
    answer: dict[str, str] = {}
    if found.date is not None:
        answer["date"] = found.date.isoformat()
    if found.time is not None:
        answer["time"] = _short(found.time)
        answer.setdefault("date", _next(found.time, now).isoformat())
    elif found.direction == "until":
        answer["time"] = _short(_END_OF_DAY)
    if found.others and found.date:
        last = max(found.others)
        if (last - found.date).days == len(found.others):
            answer |= {"start": found.date.isoformat(), "end": last.isoformat()}
    return answer


def _next(at: time, now: datetime) -> date:
    """Return the day on which the clock next shows a time."""
    return now.date() + timedelta(days=at < now.time().replace(second=0, microsecond=0))


def _short(at: time) -> str:
    return at.isoformat("seconds") if at.second else at.isoformat("minutes")


def _window(found: TimeExpression) -> dict[str, str]:
    """Return a part of a day; of a stretch of days only the stretch."""
    if found.until_date is not None and found.date is not None:
        return {"start": found.date.isoformat(), "end": found.until_date.isoformat()}
    start, end = (at.isoformat("seconds") for at in found.window or ())
    if found.date is None:
        return {"start": start, "end": end}
    day = found.date.isoformat()
    return {"date": day, "start": f"{day}T{start}", "end": f"{day}T{end}"}


def _stretch(found: TimeExpression) -> dict[str, str]:
    if found.time and not found.until_time and found.date and found.until_date:
        days = {"start": found.date.isoformat(), "end": found.until_date.isoformat()}
        return {"time": _short(found.time)} | days
    start, end = _side(found.date, found.time), _side(found.until_date, found.until_time)
    answer = {"start": start} if start else {}
    if end:
        answer["end"] = end
    return answer


def _side(day: date | None, at: time | None) -> str:
    parts = [day.isoformat() if day else "", at.isoformat("seconds") if at else ""]
    return "T".join(part for part in parts if part)


def _deadline(found: TimeExpression, now: datetime) -> dict[str, str]:
    """Return "2주 안에": the deadline and the stretch up to it."""
    day = found.date.isoformat() if found.date else ""
    if found.time is None:
        return {"date": day, "start": now.date().isoformat(), "end": day}
    return {
        "date": day,
        "time": _short(found.time),
        "start": now.isoformat(timespec="seconds"),
        "end": f"{day}T{found.time.isoformat('seconds')}",
    }
