"""Rules for dates of the calendar and distances: 12월 3일, 12/3, 2주 뒤, 3사분기."""

import re

from bot.nlu.dates.lexicon import pattern, value
from bot.nlu.dates.model import Offset
from bot.nlu.dates.rule import (
    NATIVE_COUNT,
    SINO_99,
    SINO_TENS,
    Build,
    Fields,
    Rule,
    Token,
    adjacent,
    amount,
    joined_word,
    number,
)

_MONTHS_A_YEAR = 12
_PIVOT = 70
"""A two-digit year from here on is of the last century."""

_YEAR4 = r"(?:19|20)\d{2}"
_SINO_YEAR = (
    r"(?:이천\s?(?:[이삼사]?십)?[일이삼사오육칠팔구]?|이[공영][일이삼][공영일이삼사오육칠팔구])"
)
_AS_UNIT = r"(?!\s?(?:%|프로|배|점|억|만|천|원|kg|g|개|장|명|시간|시(?!장)|킬로|톤|인분|평|미터|m|cm|리터|L|번|층|호|주|달|분|강|마리|살|년))"
_MONTH_SINO = "(?:십[일이]|[일이삼사오유육칠팔구시십])"
_SINO_MONTHS = {"유": 6, "시": 10}
_DAY_GUARD = r"일(?!\s?동안|째|간(?!에)|치(?!\s)|당|차|분(?!\s))"
# After a number word far more can follow than a date: 일반, 일정, 일시, 일주일.
_SINO_DAY_GUARD = (
    r"일(?!\s?(?:주(?!일만)|동안)|시(?!에)|정(?![오도])|반(?!\s)|단|부(?!터)|체|상|꾼|감|손|자리|하(?!고)|본|요(?!$)|욜|째|간|치|"
    r"분|년|종|곱|들|당|회|식|생|급)"
)
_UNIT = "(?:주일|주간|개월|시간|일(?:간)?|주|달|년|해|분|초)"
_WORDS = {
    "하루": (0, 1), "이틀": (0, 2), "사흘": (0, 3), "나흘": (0, 4), "닷새": (0, 5), "엿새": (0, 6),
    "이레": (0, 7), "여드레": (0, 8), "아흐레": (0, 9), "열흘": (0, 10), "보름": (0, 15),
    "일주일": (0, 7), "반달": (0, 15), "반년": (6, 0),
}  # fmt: skip
_COUNT = rf"(?:\d+(?:\.\d+)?|{NATIVE_COUNT}|{SINO_99}|몇|한두|두세|두어|서너|이삼|삼사)"
_LENGTH = rf"(?:{_COUNT}\s?{_UNIT}|{'|'.join(_WORDS)}|며칠|몇\s?일)"
_LENGTHS = rf"{_LENGTH}(?:(?:\s?하고|,)?\s?{_LENGTH})*(?P<half>\s?반)?(?:\s?(?:정도|쯤))?"
_WAY = (
    r"(?P<way>(?:뒤(?!쪽|편|에\s?서)|후(?!반|기|원|보|임|식|추|배|회)|있다가?|이따가?|지나서|지나면|지나고)"
    r"|(?P<ago>전(?!화|체|부|문|국|용|달|혀|기|복|철|날|통|골|망|자|세|단)|이전)"
    r"|(?P<within>이내|[내안]에(?!\s?서)|[내안]으?로|[내안](?=$|[\s,.!]))|(?P<late>이후))"
)
_PARTS = re.compile(rf"({_COUNT})\s?({_UNIT})|({'|'.join(_WORDS)})|(며칠|몇\s?일)")
_SECONDS = {"시간": 3600, "분": 60, "초": 1}
_DAYS = {"주일": 7, "주간": 7, "주": 7, "일": 1, "일간": 1}
_MONTHS = {"개월": 1, "달": 1, "년": 12, "해": 12}
_WORKDAYS = re.compile("영업일|업무일|근무일|평일\\s?기준")
_FEW = re.compile("몇|며칠|한두|두세|두어|서너|이삼|삼사")


def _shift(field: str) -> Build:
    def build(match: re.Match[str], before: Token | None) -> Fields | None:
        if joined_word(match, before):
            return None
        return {field: int(value(field, match.group()))}

    return build


def _full(year: str) -> int:
    if len(year) > 2:
        return int(year)
    return int(year) + (1900 if int(year) >= _PIVOT else 2000)


def _ymd(match: re.Match[str], _: Token | None) -> Fields | None:
    return {"year": int(match["y"]), "month": int(match["m"]), "day": int(match["d"])}


def _mdy(match: re.Match[str], _: Token | None) -> Fields | None:
    first, second = int(match["a"]), int(match["b"])
    if first > _MONTHS_A_YEAR:
        first, second = second, first
    return {"year": int(match["y2"]), "month": first, "day": second}


def _short_ymd(match: re.Match[str], _: Token | None) -> Fields | None:
    first, second, third = (int(match[name]) for name in ("sa", "sb", "sc"))
    if len({match["s1"], match["s2"]}) > 1:
        return None
    if second > _MONTHS_A_YEAR >= first:
        return {"year": _full(match["sc"]), "month": first, "day": second}
    return (
        {"year": _full(match["sa"]), "month": second, "day": third}
        if len(match["sa"]) > 1
        else None
    )


def _slash(match: re.Match[str], before: Token | None) -> Fields | None:
    del before
    month, day = int(match["sm"]), int(match["sd"])
    return {"month": month, "day": day, "weak": match["sep"] != "/"}


def _compact(match: re.Match[str], _: Token | None) -> Fields | None:
    written = match.group()
    return {"year": int(written[:4]), "month": int(written[4:6]), "day": int(written[6:])}


def _year(match: re.Match[str], before: Token | None) -> Fields | None:
    if match["digits"]:
        return {"year": _full(match["digits"])}
    if joined_word(match, before):
        return None
    written = match["sino"].replace(" ", "")
    if written[1] in "공영":
        digits = "".join(
            str("공일이삼사오육칠팔구".index("공" if c == "영" else c)) for c in written
        )
        return {"year": int(digits)}
    return {"year": number(written)}


def _bare_year(match: re.Match[str], before: Token | None) -> Fields | None:
    if before and adjacent(match, before) and {"day", "month"} & before.fields.keys():
        return {"year": int(match.group())}
    return None


def _month(match: re.Match[str], before: Token | None) -> Fields | None:
    written = match["mdigits"] or match["msino"]
    if match["msino"] and joined_word(match, before):
        return None
    fields: Fields = {"month": _SINO_MONTHS.get(written) or number(written)}
    if match["mnext"]:
        fields["month_next"] = True
    return fields


def _day(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take 25일, 이십오일 and, right behind a month, 삼일."""
    if match["ddigits"]:
        return {"day": int(match["ddigits"])}
    month = (
        before is not None
        and "month" in before.fields
        or "month_shift" in (before.fields if before else {})
    )
    short = len(match["dsino"]) == 1 or match["dsino"] == "십"
    if short and not (month and adjacent(match, before)):
        return None
    return None if joined_word(match, before) else {"day": number(match["dsino"])}


def _listed(match: re.Match[str], _: Token | None) -> Fields | None:
    """Take the 25 of "25, 26일"."""
    return {"day": int(match["listed"])}


def _day_after_month(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take the 3 of "12월 3" where 일 was left out."""
    if before is None or "month" not in before.fields or "day" in before.fields:
        return None
    return {"day": int(match["dm"])} if adjacent(match, before) else None


def _around(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take the 주 of "9월 16일의 주"."""
    if before is None or "day" not in before.fields or not adjacent(match, before):
        return None
    return {"around": "week" if match.group().strip() == "주" else "month"}


def _native_day(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    return {"day": int(value("native_day", match.group()))}


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
    if match["late"] and re.match(r"\d+\s?일", match.group()):
        return None
    way = "ago" if match["ago"] else "within" if match["within"] else "after"
    return _made(match["length"], way, workdays=_counts_workdays(match))


def _span(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    way = "past" if match["lead"] in {"지난", "최근", "저번"} else "span"
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


def _quarter(match: re.Match[str], before: Token | None) -> Fields | None:
    del before
    return {"quarter": number(match["q"])}


RULES = (
    Rule(
        "ymd",
        rf"(?<![\d./-])(?P<y>{_YEAR4})\s?[-./]\s?(?P<m>\d{{1,2}})\s?[-./]\s?(?P<d>\d{{1,2}})(?!\d)\.?",
        _ymd,
    ),
    Rule(
        "mdy",
        rf"(?<![\d./-])(?P<a>\d{{1,2}})\s?[-./]\s?(?P<b>\d{{1,2}})\s?[-./,]\s?(?P<y2>{_YEAR4})(?!\d)",
        _mdy,
    ),
    Rule(
        "short_ymd",
        r"(?<![\d./-])(?P<sa>\d{1,2})(?P<s1>[-./])(?P<sb>\d{1,2})(?P<s2>[-./])(?P<sc>\d{2})(?![\d./-])",
        _short_ymd,
    ),
    Rule("compact", r"(?<!\d)20[1-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)", _compact),
    Rule(
        "slash",
        r"(?<![\d./:-])(?P<sm>\d{1,2})\s?(?P<sep>[./])\s?(?P<sd>\d{1,2})(?!\d|[/:]|\.\d|-\d)(?:일)?"
        + _AS_UNIT,
        _slash,
    ),
    Rule(
        "dash",
        r"(?<![\d./:-])(?P<sm>\d{1,2})(?P<sep>-)(?P<sd>\d{1,2})(?!\d|[/:]|\.\d|-\d)"
        + _AS_UNIT
        + r"(?!\s?(?:시|일|월|까지))",
        _slash,
        asked=True,
    ),
    Rule(
        "span",
        rf"(?P<lead>다음|앞으로|향후|다가오는|지난|최근|저번)\s?(?P<slength>{_LENGTHS.replace('<half>', '<shalf>')})(?!\s?차)(?:\s?(?:동안|간|안에|이내에?|내에))?",
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
    Rule(
        "month_shift",
        pattern("month_shift") + "(?!력|라|인|콤|리|에\\s?한\\s?번)",
        _shift("month_shift"),
    ),
    Rule("year_shift", pattern("year_shift"), _shift("year_shift")),
    Rule(
        "year",
        rf"(?P<digits>(?<!\d)(?:1\d{{3}}|20\d{{2}}|\d{{2}}(?=\s?년\s?(?:\d{{1,2}}|{_MONTH_SINO})\s?월)))\s?년(?:도)?(?!대|생|째|간|동안|차)"
        rf"|(?P<sino>{_SINO_YEAR})\s?년(?:도)?",
        _year,
    ),
    Rule(
        "month",
        rf"(?P<mnext>(?:다음|오는|다가오는|돌아오는)\s)?(?:(?P<mdigits>(?<![\d.])\d{{1,2}})|(?P<msino>{_MONTH_SINO}))\s?월(?!요|욜|드|급|세|등|권|남|동|척|하)",
        _month,
    ),
    Rule("native_day", pattern("native_day"), _native_day),
    Rule(
        "listed_day",
        r"(?<![\d.,:/])(?P<listed>\d{1,2})(?=\s?[,·]\s?\d{1,2}\s?일(?!\s?장))",
        _listed,
        asked=True,
    ),
    Rule(
        "day",
        rf"(?:(?P<ddigits>(?<![\d.,:])\d{{1,2}})\s?{_DAY_GUARD}|(?P<dsino>{SINO_TENS}|{SINO_99})\s?{_SINO_DAY_GUARD})(?:날)?",
        _day,
    ),
    Rule("quarter", r"(?P<q>[1-4일이삼사])\s?(?:사\s?)?분기", _quarter),
    Rule("bare_year", rf"(?<![\d.]){_YEAR4}(?![\d년시원개명장])", _bare_year),
    Rule("around", "(?<=의)\\s?(?:주|달)(?=에|$|[\\s,.])", _around),
    Rule(
        "day_after_month",
        r"(?<=[월\s])(?P<dm>\d{1,2})(?=$|\s(?!시|분|개|명|장|월|일)|[에,(])",
        _day_after_month,
    ),
)
"""Order matters: the first rule that matches at a place wins."""
