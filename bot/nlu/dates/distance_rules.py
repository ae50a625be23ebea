"""Rules for distances in time: 2주 뒤, 한 시간 반 있다가, 앞으로 사흘간, 3일 안에."""

import re

from bot.nlu.dates.model import Offset
from bot.nlu.dates.rule import (
    NATIVE_COUNT,
    SINO_99,
    Fields,
    Rule,
    Token,
    amount,
    joined_word,
)

_UNIT = "(?:주일|주간|개월|시간|일(?:간)?|주|달|년|해|분|초)"
_WORDS = {
    "하루": (0, 1), "이틀": (0, 2), "사흘": (0, 3), "나흘": (0, 4), "닷새": (0, 5), "엿새": (0, 6),
    "이레": (0, 7), "여드레": (0, 8), "아흐레": (0, 9), "열흘": (0, 10), "보름": (0, 15),
    "일주일": (0, 7), "반달": (0, 15), "반년": (6, 0),
}  # fmt: skip
_COUNT = rf"(?:\d{{1,4}}(?:\.\d)?|{NATIVE_COUNT}|{SINO_99}|몇|한두|두세|두어|서너|이삼|삼사)"
_LENGTH = rf"(?:{_COUNT}\s?{_UNIT}|{'|'.join(_WORDS)}|반\s?시간|며칠|몇\s?일)"
_LENGTHS = rf"{_LENGTH}(?:(?:\s?하고|,)?\s?{_LENGTH}){{0,3}}(?P<half>\s?반)?(?:\s?(?:정도|쯤))?"
_WAY = (
    r"(?P<way>(?:뒤(?!쪽|편|에\s?서)|후(?!반|기|원|보|임|식|추|배|회)|있다가?|이따가?|지나서|지나면|지나고)"
    r"|(?P<ago>전(?!화|체|부|문|국|용|달|혀|기|복|철|날|통|골|망|자|세|단)|이전)"
    r"|(?P<within>이내|[내안]에(?!\s?서)|[내안]으?로|[내안](?=$|[\s,.!]))|(?P<late>이후))"
)
_PARTS = re.compile(rf"({_COUNT})\s?({_UNIT})|({'|'.join(_WORDS)})|(며칠|몇\s?일)")
_SECONDS = {"시간": 3600, "분": 60, "초": 1}
_DAYS = {"주일": 7, "주간": 7, "주": 7, "일": 1, "일간": 1}
_MONTHS = {"개월": 1, "달": 1, "년": 12, "해": 12}
_HALF_HOUR = re.compile(r"(?<![가-힣\d])반\s?시간")
_THIS = re.compile(r"이달|이\s(?:주|달)")
_WORKDAYS = re.compile("영업일|업무일|근무일|평일\\s?기준")
_FEW = re.compile("몇|며칠|한두|두세|두어|서너|이삼|삼사")


def _measure(written: str) -> tuple[int, float, float | None]:
    """Return months, days and seconds of 2년 1개월, 이틀 반, 한 시간 반."""
    months, days, seconds = 0, 0.0, None
    last = ""
    for count, unit, word, _few in _PARTS.findall(written):
        size = 1.0 if not count or _FEW.fullmatch(count) else amount(count)
        last = unit or "일"
        if word:
            months, days = months + _WORDS[word][0], days + _WORDS[word][1]
        elif unit in _SECONDS:
            seconds = (seconds or 0) + size * _SECONDS[unit]
        elif unit in _DAYS:
            days += size * _DAYS[unit]
        elif unit in _MONTHS:
            months += int(size * _MONTHS[unit])
    if _HALF_HOUR.search(written):
        seconds = (seconds or 0) + _SECONDS["시간"] / 2
    if written.rstrip().endswith("반"):
        half = _half(last)
        return (
            months + half[0],
            days + half[1],
            (seconds or 0) + half[2] if half[2] or seconds else None,
        )
    return months, days, seconds


def _half(unit: str) -> tuple[int, float, float]:
    if unit in _SECONDS:
        return 0, 0, _SECONDS[unit] / 2
    if unit in {"년", "해"}:
        return 6, 0, 0
    return (0, 15, 0) if unit in _MONTHS else (0, 0.5, 0)


def _offset(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before) and not match.group()[0].isdigit():
        return None
    if _THIS.match(match.group()):
        return None
    if match["late"] and re.match(r"\d+\s?일", match.group()):
        return None
    way = "ago" if match["ago"] else "within" if match["within"] else "after"
    return _made(match["length"], way, workdays=_counts_workdays(match))


def _span(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    way = "past" if match["lead"] in {"지난", "이전", "최근", "저번"} else "span"
    return _made(match["slength"], way, workdays=_counts_workdays(match))


def _counts_workdays(match: re.Match[str]) -> bool:
    """Tell whether 영업일 stands right before the length."""
    return _WORKDAYS.search(match.string, max(0, match.start() - 12), match.start()) is not None


def _made(written: str, way: str, *, workdays: bool = False) -> Fields:
    months, days, seconds = _measure(re.sub(r"\s?(?:정도|쯤)$", "", written))
    exact = None if seconds is None else int(seconds)
    fields: Fields = {"offset": Offset(months, int(days), exact, way, workdays)}
    if _FEW.search(written):
        fields["vague"] = "date"
    return fields


def _length(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take the 사흘간 of "내일부터 사흘간"."""
    if before is None or match.string[before.end : match.start()].strip() not in {
        "부터",
        "에서부터",
    }:
        return None
    return _made(match["flength"], "for")


def _now(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    return {"offset": Offset(seconds=0), "weak": True}


RULES = (
    Rule(
        "span",
        rf"(?P<lead>다음|앞으로|향후|다가오는|지난|이전|최근|저번)\s?(?P<slength>{_LENGTHS.replace('<half>', '<shalf>')})(?!\s?차)(?:\s?(?:동안|간|안에|이내에?|내에))?",
        _span,
    ),
    Rule("offset", rf"(?P<length>{_LENGTHS})\s?{_WAY}", _offset),
    Rule(
        "length",
        rf"(?P<flength>{_LENGTHS.replace('<half>', '<fhalf>')})\s?(?:동안|간(?=$|[\s에]))",
        _length,
    ),
    Rule(
        "now_from",
        r"(?:지금|오늘)\s?(?:으로|로)\s?부터\s?(?=\d|[가-힣]+\s?(?:뒤|후|주|일|달|안|내))",
        lambda _m, _b: {},
    ),
    Rule("now", r"지금(?!까지|은|도|껏)|방금", _now),
)
"""Order matters: the first rule that matches at a place wins."""
