"""Join words into points (다음 주 + 화요일 + 오후 + 3시) and see how points are linked."""

import re
from dataclasses import replace

from bot.nlu.dates.model import Phrase, Point
from bot.nlu.dates.rule import Token

_GLUE = re.compile(
    r"[\s,.\-()]*(?:의|에|날|은|는|이|가|로|으로|엔|에는|쯤|경|정도|께|중|중에|째|인데|에요|이요|요|이고|하고|도|쪽|시간)?[\s,.\-()]*"
)
_JOSA = r"(?:날|쪽|때|쯤|경)?(?:에는|에서는|까지는|부터는|은요|는요|은|는|이|가|만|도|에|엔|을|를|하고|정도는?|쯤은)?"
_ADVERB = r"(?:좀|조금|너무|제가|저희가?|우리가?|그냥|장사가?|가게가?|시간이|시간은|많이|다|제일|아주|진짜|일이|손님이 많아)?"
_NEGATION = re.compile(
    rf"\s?{_JOSA}\s?{_ADVERB}\s?{_ADVERB}\s?(?!안\s?(?:바|쉬|힘|어)|못\s?(?:쉬))"
    r"(?:말고|말구|빼고|빼구|빼면|빼곤|빼놓고|제외|외에|안\s?[되돼됩된]|못|바[쁘빠쁩]|아니[고구라]|아닌|아니면(?=\s?(?:다|돼|됩|되|괜찮|상관|언제|아무|암|다른))|싫|곤란|힘들|어렵|어려|"
    r"불가|쉬[는니어어요는]|쉽니다|쉼|휴무|정기휴무|노는|놀아|없[어습고는]|안\s?열|안\s?해|안\s?좋|별로|피해|피하)"
)
_RANGE = re.compile(
    r"\s?(?:정각\s?)?(?:쯤\s?|경\s?|정도\s?)?(?:에서부터|부터|에서|~|-)\s?(?:한\s|대략\s|늦어도\s)?"
)
_AND = re.compile(r"\s?(?:와|과|하고|랑|이랑)\s?")
_BETWEEN = re.compile(r"\s?(?:정각\s?)?(?:의\s)?사이")
_OR = re.compile(
    r"(?:쯤|경|정도|날|에)?\s?(?:이나|나|이든지?|든지?|거나|이거나|또는|혹은|아니면|아님|이랑|랑|하고|와|과|및|도\s(?:좋|괜찮|되)[가-힣]*\s?|,|·|/|\s)\s?"
    r"(?:아니면|또는|혹은)?\s?"
)
_CORRECTION = re.compile(
    r"(?:^|[\s,.])(?:아니(?!면)(?:요|다|야|에요)?|아뇨|아녀|참)(?:[\s,.]|$)|[이가]\s?아니[고라]"
)
_BASE = re.compile(
    r"\s?(?:으로|로)?\s?(?:부터|에서|보다|기준(?:으로)?|지나고|지나서|끝나고|이후|후)?\s?"
)
_DROPPED = re.compile(r"\s?(?:이|은|는|에)?\s?(?:지나고|끝나고|쇠고|지난)\s?")


def phrases(text: str, found: list[Token]) -> list[Phrase]:
    """Return the points of a text with their links to the next one."""
    points: list[Point] = []
    for token in found:
        if points and _joins(text, points[-1], token):
            _fill(points[-1], token)
        else:
            points.append(_fill(Point(start=token.start), token))
    points = [point for point in points if point.dated() or point.timed()]
    chain = [Phrase(point) for point in _without_weak(points)]
    for index, phrase in enumerate(chain):
        following = chain[index + 1].point.start if index + 1 < len(chain) else len(text)
        phrase.before = text[chain[index - 1].point.end if index else 0 : phrase.point.start]
        phrase.after = text[phrase.point.end : following]
    for index, phrase in enumerate(chain):
        _link(phrase, chain[index + 1] if index + 1 < len(chain) else None)
    return chain


def inherit(point: Point, earlier: Point) -> Point:
    """Return `point` with the month, week or year that was said before and left out here."""
    if point.following and point.week_shift is not None and earlier.week_shift is not None:
        # "다음주 말고 그 다음주": counted from the week that was named.
        return replace(point, week_shift=earlier.week_shift + 1)
    if point.weekdays and not _has(
        point, "week_shift", "month", "month_shift", "day", "day_shift", "nth", "weekday_mode"
    ):
        return replace(point, week_shift=earlier.week_shift, weekday_mode=earlier.weekday_mode)
    if point.day is not None and not _has(point, "month", "month_shift"):
        return replace(
            point,
            month=earlier.month,
            month_shift=earlier.month_shift,
            year=point.year or earlier.year,
        )
    if point.nth is not None and not _has(point, "month", "month_shift"):
        return replace(
            point, month=earlier.month, month_shift=earlier.month_shift, year=earlier.year
        )
    return point


def with_time_of(point: Point, other: Point) -> Point:
    """Return `point` with the time of `other`."""
    return replace(
        point,
        part=other.part,
        edge=other.edge,
        clock=other.clock,
        vague=point.vague or other.vague,
        start=min(point.start, other.start),
        end=max(point.end, other.end),
    )


def without_time(point: Point) -> Point:
    """Return `point` without its time."""
    vague = None if point.vague == "time" else point.vague
    return replace(point, part=None, edge=None, clock=None, vague=vague)


def _has(point: Point, *names: str) -> bool:
    return any(getattr(point, name) is not None for name in names)


def _without_weak(points: list[Point]) -> list[Point]:
    """Drop 지금 and the like where a real date or time stands beside it."""
    strong = [point for point in points if not (point.weak and point.offset is not None)]
    return strong or points[:1]


def _joins(text: str, point: Point, token: Token) -> bool:
    """Tell whether a word belongs to the phrase before it."""
    if not _GLUE.fullmatch(text, point.end, token.start):
        return False
    names = token.fields.keys() - {"weak", "vague"}
    if any(getattr(point, name) is not None for name in names):
        return False
    if "part" in names and point.clock is not None:
        return False
    if "offset" in names and point.dated():
        return False
    if point.offset is not None and names - {"weekdays", "clock", "part", "edge", "day_after"}:
        return False
    return not ("holiday" in names and _has(point, "day", "day_shift", "weekdays"))


def _fill(point: Point, token: Token) -> Point:
    for name, filled in token.fields.items():
        if name == "weak":
            point.weak = bool(filled)
        else:
            setattr(point, name, filled)
    point.end = token.end
    return point


def _link(phrase: Phrase, following: Phrase | None) -> None:
    """Note what the words after a point do to it and to the next one."""
    phrase.negated = _NEGATION.match(phrase.after) is not None
    if following is None or phrase.negated:
        return
    gap = phrase.after
    if _CORRECTION.search(gap):
        phrase.links.add("corrected")
    elif _RANGE.fullmatch(gap) or (_AND.fullmatch(gap) and _BETWEEN.match(following.after)):
        phrase.links.add(_range_or_base(phrase.point, following))
    elif _DROPPED.fullmatch(gap) and following.point.dated() and following.point.offset is None:
        phrase.links.add("dropped")
    elif following.point.offset is not None and phrase.point.dated() and _BASE.fullmatch(gap):
        phrase.links.add("base")
    elif _OR.fullmatch(gap) and _alike(phrase.point, following.point):
        phrase.links.add("or")


def _range_or_base(point: Point, following: Phrase) -> str:
    """Tell "오늘부터 이틀 후까지" (a range) from "어제부터 4일 후" (a base)."""
    other = following.point
    if other.offset is not None and other.offset.way == "for":
        return "range"
    if other.offset is not None and not re.match(r"\s?(?:정도|쯤)?\s?까지", following.after):
        return "base"
    if point.dated() and not point.timed() and other.timed() and not other.dated():
        return "sequence"
    return "range"


def _alike(point: Point, other: Point) -> bool:
    """Tell whether two points name the same kind of thing, so that they are alternatives."""
    if point.dated() and other.dated():
        return True
    if point.clock is not None:
        return other.clock is not None
    return not point.dated() and other.part is not None and other.clock is None
