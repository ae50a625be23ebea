"""What a merchant answers to "when may we come" and "at what time"."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from rapidfuzz.distance import Levenshtein

from bot.nlu.dates.expressions import expression, korean, read
from bot.nlu.dates.items import Item, items
from bot.nlu.dates.model import DAY_CODES, Appointment, Phrase, Prefs, TimeExpression
from bot.nlu.dates.rule import NATIVE_HOUR, number
from bot.nlu.hangul import jamo
from bot.nlu.normalise import normalise

PERIODS = {
    "morning": "morning",
    "dawn": "morning",
    "daytime": "afternoon",
    "afternoon": "afternoon",
    "noon": "afternoon",
    "evening": "evening",
    "night": "evening",
}
"""Part of day as written -> the period of the vocabulary."""

_ANY = re.compile(
    r"아무\s?때|아무\s?날|아무\s?시간|암\s?때|언제든|언제나|언제라도|다\s?(?:좋|괜찮|됩니|돼요|되요)|상관\s?없|"
    r"편하신|편한\s?(?:때|날|시간)|편할\s?때|알아서|맞춰|맞출"
)
_LATER = re.compile(
    r"나중|조만간|언젠가|(?:시간|틈)\s?(?:이\s?)?(?:날|나는|될|되는|있을)\s?때|한가할|한가한\s?(?:때|시간)|손님\s?(?:이\s?)?(?:없|뜸|적)|"
    r"안\s?바쁠|덜\s?바쁠|이따|있다가|담에|다음에|며칠|몇\s?일|두어|조금\s?뒤|좀\s?뒤|곧"
)
_BARE = re.compile(
    rf"(?:저는\s?|그럼\s?|한\s)?(?P<hour>\d{{1,2}}|{NATIVE_HOUR})(?P<half>\s?반)?\s?(?:쯤|정도|경)?\s?(?:요|이요|에요|에|으로|로)?[.!~]?"
)
_DIGITS = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)")
# "25일 전에" is 25 days ago or before the 25th: asked again.
_BEFORE_DAY = re.compile(r"\d\s?일\s?전(?:에|까지|으로)")
_MONTH_SYLLABLE = re.compile(r"(?<!\d)(?:1[0-2]|[1-9])\s?(?P<syllable>[가-힣])\s?\d{1,2}\s?일")
_BARE_DAY = re.compile(r"(?P<day>[1-9]|[12]\d|3[01])\s?(?:요|이요|에요|에)?[.!~]?")


def parse_appointment(
    text: str, now: datetime, *, market_days: tuple[int, ...] = (), asked: str = "date"
) -> Appointment:
    """Return when the text says that it suits.

    Args:
        text: what was written.
        now: the present moment in Korean time, naive or aware.
        market_days: last digits of the five-day market, (2, 7) for a 2·7일장; empty when the
            market is open daily or is not known (장날 then gives clarify).
        asked: "date" or "time", which of them the open question wants; it decides what a bare
            "3" is and what "아무 때나" leaves open.

    Returns:
        An empty appointment when nothing about a time was said. Nothing is guessed: `error`,
        `conflict` and `clarify` tell what keeps the text from being an answer.
    """
    now = korean(now)
    clean = normalise(text).text
    if _mistyped_month(clean):
        return Appointment(clarify="date")
    chain = read(_completed(clean, asked), asked=True)
    prefs = Prefs(asked=True, market_days=market_days)
    excluded = tuple(_excluded(chain, now, prefs))
    found = [built for item in items(chain) if (built := expression(item, now, prefs)) is not None]
    answer = _chosen(found, now) if found else Appointment()
    if answer.date and answer.date.isoformat() in excluded:
        answer = replace(answer, date=None, clarify="date")
    answer = replace(answer, exclude=excluded, span=_span(chain))
    if answer.error == "date_past" and _BEFORE_DAY.search(clean):
        answer = replace(answer, error=None, clarify="date")
    refused = any(phrase.negated for phrase in chain)
    return _open(answer, clean, asked, refused=refused)


def _mistyped_month(text: str) -> bool:
    """Tell whether one mistyped key stands where 월 belongs (11웰 20일): not to be read as 20일."""
    match = _MONTH_SYLLABLE.search(text)
    return match is not None and 0 < Levenshtein.distance(jamo(match["syllable"]), jamo("월")) <= 1


def _completed(text: str, asked: str) -> str:
    """Write out the unit that a bare answer leaves out: "3" -> "3시", "25" -> "25일"."""
    if asked == "time":
        if match := _DIGITS.fullmatch(text):
            return f"{match['hour']}:{match['minute']}"
        if match := _BARE.fullmatch(text):
            return f"{number(match['hour'])}시{' 반' if match['half'] else ''}"
    elif match := _BARE_DAY.fullmatch(text):
        return f"{match['day']}일"
    return text


def _excluded(chain: list[Phrase], now: datetime, prefs: Prefs) -> Iterable[str]:
    """Return the codes of what does not suit: WED, morning, 15:00 or a date."""
    for phrase, following in zip(chain, [*chain[1:], None], strict=False):
        elsewhere = following is not None and following.point.dated()
        if not phrase.negated or (elsewhere and phrase.point.dated() and phrase.point.timed()):
            continue
        built = expression(Item(phrase), now, prefs)
        if built is None or built.error or built.vague:
            continue
        if built.time is not None:
            yield built.time.isoformat("minutes")
        elif built.part is not None:
            yield PERIODS.get(built.part, built.part)
        elif built.weekdays and phrase.point.week_shift is None:
            yield from (DAY_CODES[day] for day in built.weekdays)
        elif built.date is not None and built.until_date is None:
            yield built.date.isoformat()


def _chosen(found: list[TimeExpression], now: datetime) -> Appointment:
    """Return the appointment of the last day and the last time said."""
    dated = [built for built in found if built.date is not None or built.error]
    timed = [built for built in found if _has_time(built)]
    if not dated:
        return _with_time(_bare(found[-1]), (timed or found)[-1])
    day = dated[-1]
    answer = _with_day(_bare(day), day, now)
    own = day if _has_time(day) or not timed else timed[-1]
    answer = _with_time(answer, own)
    return _checked(answer, now)


def _has_time(built: TimeExpression) -> bool:
    return built.time is not None or built.part is not None or built.vague == "time"


def _bare(built: TimeExpression) -> Appointment:
    return Appointment(
        weekdays=tuple(DAY_CODES[day] for day in built.weekdays),
        every=built.every,
        error=built.error,
        clarify=built.vague,
        assumed=built.assumed,
    )


def _with_day(answer: Appointment, day: TimeExpression, now: datetime) -> Appointment:
    """Add the day, the stretch of days or why there is none."""
    if day.error or day.date is None:
        return answer
    if day.conflict is not None:
        first, second = sorted((day.date, day.conflict))
        return replace(answer, conflict=(first, second), clarify="date")
    if day.others:
        return replace(answer, alternatives=(day.date, *day.others), clarify="date")
    if day.until_date is not None and day.until_date != day.date:
        return _stretch(answer, day, day.until_date, now.date())
    return _one_day(answer, day, day.date, now.date())


def _stretch(answer: Appointment, day: TimeExpression, until: date, today: date) -> Appointment:
    """Add the first and the last day of a week, a month or a range."""
    named = day.grain in {"day", "minute"}
    last = until if named else until - timedelta(days=1)
    if last < today:
        return replace(answer, error="date_past")
    first = max(day.date or today, today)
    return replace(answer, week=day.week, date_start=first, date_end=last, clarify="date")


def _one_day(answer: Appointment, day: TimeExpression, said: date, today: date) -> Appointment:
    """Add a single day, unless it is vague, past or the edge of an open stretch."""
    if day.vague == "date":
        return replace(answer, clarify="date")
    if said < today:
        return replace(answer, error="date_past")
    if day.direction is None or _has_time(day):
        return replace(answer, date=said)
    if day.direction == "after":
        return replace(answer, date_start=said, clarify="date")
    return replace(answer, date_end=said, clarify="date")


def _with_time(answer: Appointment, built: TimeExpression) -> Appointment:
    """Add the time, the stretch of times or the period."""
    if built.error:
        return replace(answer, error=answer.error or built.error)
    if built.vague == "time":
        return replace(answer, clarify=answer.clarify or "time")
    if built.time is None or built.grain == "span":
        return _with_period(answer, built)
    if built.until_time is not None:
        clarify = answer.clarify or "time"
        return replace(answer, range_start=built.time, range_end=built.until_time, clarify=clarify)
    return _with_clock(answer, built.time, built.direction)


def _with_clock(answer: Appointment, at: time, direction: str | None) -> Appointment:
    """Add the time itself, or the edge of "3시 이후" and "3시 전에"."""
    if direction == "after":
        return replace(answer, time_after=at)
    if direction in {"before", "until"}:
        return replace(answer, time_before=at)
    return replace(answer, time=at)


def _with_period(answer: Appointment, built: TimeExpression) -> Appointment:
    """Add the part of day; "점심 전" is the morning, "점심 이후" the afternoon."""
    if built.part is None:
        return answer
    period = PERIODS.get(built.part)
    if built.part == "noon" and built.direction in {"before", "until"}:
        period = "morning"
    if built.part == "morning" and built.direction == "after":
        period = "afternoon"
    return replace(answer, period=period)


def _checked(answer: Appointment, now: datetime) -> Appointment:
    """Say date_past for a time of today that is over."""
    wanted = answer.time or answer.time_before or answer.range_end
    if answer.error or answer.date != now.date() or wanted is None or wanted >= now.time():
        return answer
    if "ampm" in answer.assumed:
        return replace(answer, clarify="time", time=None)
    return replace(answer, date=None, time=None, error="date_past")


def _open(answer: Appointment, text: str, asked: str, *, refused: bool) -> Appointment:
    """Note what is still open: any day, only exclusions, only vague words."""
    has_time = answer.time or answer.period or answer.time_after or answer.range_start
    if _ANY.search(text) and not answer.error and answer.date is None:
        if refused and not has_time:
            return replace(answer, clarify=answer.clarify or asked)
        if asked == "time" and has_time:
            return answer
        return replace(answer, any="time" if asked == "time" else "date")
    if answer.date or has_time or answer.error or answer.clarify or answer.alternatives:
        return answer
    if refused or _LATER.search(text):
        return replace(answer, clarify=asked)
    return answer


def _span(chain: list[Phrase]) -> tuple[int, int] | None:
    return (chain[0].point.start, chain[-1].point.end) if chain else None


def as_date(value: date | None) -> str | None:
    """Return a date as the vocabulary writes it."""
    return value.isoformat() if value else None


def as_time(value: time | None) -> str | None:
    """Return a time as the vocabulary writes it, HH:MM."""
    return value.isoformat("minutes") if value else None
