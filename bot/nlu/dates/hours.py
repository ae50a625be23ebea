"""Opening hours: 아침 9시부터 저녁 8시까지, 9~19시, 10시 오픈 8시 마감, 24시간."""

import re

from bot.nlu.dates import clocks
from bot.nlu.dates.clocks import DAY, HALF_DAY, Minutes
from bot.nlu.dates.model import Clock, Point
from bot.nlu.dates.points import phrases
from bot.nlu.dates.rule import NATIVE_HOUR, number
from bot.nlu.dates.tokens import tokens
from bot.nlu.normalise import READ_LIMIT, normalise

_ALWAYS = re.compile(r"24\s?시간|이십사\s?시간|스물네\s?시간|하루\s?종일|종일|24/7")
_BARE_PAIR = re.compile(
    rf"(?P<open>\d{{1,2}}|{NATIVE_HOUR})(?P<ohalf>\s?반)?\s?(?:~|-|에서|부터|/|\s)\s?(?P<close>\d{{1,2}}|{NATIVE_HOUR})(?P<chalf>\s?반)?\s?(?:까지|요|이요)?"
)
_OPENS = re.compile(r"오픈|여는|열고|개점|시작|open", re.IGNORECASE)
_BOTH = 2
_NOON = 12
_EARLIEST = 5
_SHORTEST = 3 * 60
_LONGEST = 16 * 60
"""Nobody in a market opens for less than three or more than sixteen hours unless said so."""

Hours = tuple[str, str]


def parse_hours(text: str) -> Hours | str | None:
    """Return opening and closing time as HH:MM, midnight at closing as 24:00.

    Hours without a word for the part of day open in the morning and close after that, at the
    next such hour at least three hours on.

    Returns:
        The pair; "time_invalid" for an hour that no clock has; None when the text does not
        name both ends.
    """
    clean = normalise(text).text[:READ_LIMIT]
    if _ALWAYS.search(clean):
        return "00:00", "24:00"
    ends = _ends(clean)
    if len(ends) != _BOTH:
        return None
    opens, closes = (clocks.resolve(point) for point in ends)
    if isinstance(opens, str) or isinstance(closes, str):
        return "time_invalid"
    if opens is None or closes is None:
        return None
    first = _opening(opens, ends[0], closes)
    last = _closing(first, closes)
    return _written(first), _written(last, closing=True)


def _ends(text: str) -> list[Point]:
    """Return the two times named, the last two when one was corrected."""
    if match := _BARE_PAIR.fullmatch(text):
        return [_bare(match["open"], match["ohalf"]), _bare(match["close"], match["chalf"])]
    chain = phrases(text, tokens(text, asked=True))
    named = [
        phrase.point
        for phrase in chain
        if phrase.point.clock and not phrase.negated and "corrected" not in phrase.links
    ]
    opens_first = len(named) == _BOTH and _OPENS.search(text, 0, named[0].start)
    if (
        len(named) == _BOTH
        and not opens_first
        and re.match(r"\s?(?:에\s?)?(?:닫|마감|끝|문\s?닫|까지)", text[named[0].end :])
    ):
        return named[::-1]
    return named


def _bare(hour: str, half: str | None) -> Point:
    value = number(hour)
    return Point(clock=Clock(value, 30 if half else 0, literal=value > _NOON or hour[0] == "0"))


def _opening(opens: Minutes, point: Point, closes: Minutes) -> int:
    """Return the opening time in minutes, in the morning unless the text says otherwise."""
    if opens.fixed or point.clock is None:
        return opens.value % DAY
    morning = opens.value % HALF_DAY
    if morning // 60 < _EARLIEST:
        return morning + HALF_DAY
    if closes.fixed and (closes.value - morning) % DAY > _LONGEST:
        return morning + HALF_DAY
    return morning


def _closing(first: int, closes: Minutes) -> int:
    if closes.fixed:
        return closes.value % DAY
    ahead = (closes.value - first) % HALF_DAY
    return (first + (ahead if ahead >= _SHORTEST else ahead + HALF_DAY)) % DAY


def _written(minutes: int, *, closing: bool = False) -> str:
    if closing and minutes % DAY == 0:
        return "24:00"
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}"
