"""Rules for dates of the calendar: 12월 3일, 12/3, 2026-12-03, 다음 달, 3사분기."""

import re

from bot.nlu.dates.lexicon import pattern, value
from bot.nlu.dates.rule import (
    SINO_99,
    SINO_TENS,
    Build,
    Fields,
    Rule,
    Token,
    adjacent,
    joined_word,
    number,
)

_MONTHS_A_YEAR = 12
_FOUR_DIGITS = 1000
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


def _shift(field: str) -> Build:
    def build(match: re.Match[str], before: Token | None) -> Fields | None:
        if joined_word(match, before):
            return None
        return {field: int(value(field, match.group()))}

    return build


def _full(year: str) -> int:
    value_of_year = int(year)
    if value_of_year >= _FOUR_DIGITS:
        return value_of_year
    return value_of_year + (1900 if value_of_year >= _PIVOT else 2000)


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
    month = (before is not None and "month" in before.fields) or "month_shift" in (
        before.fields if before else {}
    )
    short = len(match["dsino"]) == 1 or match["dsino"] == "십"
    if short and not (month and adjacent(match, before)) and not match.group().endswith("날"):
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
        r"(?<![\d./:])(?P<sm>\d{1,2})\s?(?P<sep>[./])\s?(?P<sd>\d{1,2})(?!\d|[/:]|\.\d|-\d(?!\d?[./]))(?:일)?"
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
