"""Rules for days relative to today and in the week: 내일, 다음 주 화요일, 주말, 장날, 추석."""

import re

from bot.nlu.dates.lexicon import pattern, value
from bot.nlu.dates.rule import (
    HANGUL_BEFORE,
    SINO_99,
    Build,
    Fields,
    Rule,
    Token,
    adjacent,
    joined_word,
    number,
)

_LETTERS = "월화수목금토일"
_NOT_WEEK = (
    "(?!말|차|문|인|소|민|방|식|위|제(?!나)|변|사|점|택|머|년|거|부(?!터)|류|기|행|름|장|유|전|스)"
)
_NUMERALS = r"(?:첫|한|둘|두|셋|세|넷|네|다섯|[1-6]|[일이삼사오])"
_NTH = rf"(?P<nth>맨\s?마지막|마지막|막|끝|첫|{_NUMERALS}\s?(?:번\s?)?째)"
_NTH_VALUES = {"첫": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5}
_LAST = -1
_WEEKEND_SHIFTS = {
    "다음": 1, "담": 1, "차": 1, "다다음": 2, "다담": 2, "지난": -1, "저": -1, "이": 0, "요": 0, "금": 0,
}  # fmt: skip


def _shift(field: str) -> Build:
    def build(match: re.Match[str], before: Token | None) -> Fields | None:
        if joined_word(match, before) or match.group() == "이주":
            return None
        fields: Fields = {field: int(value(field, match.group()))}
        if field == "week_shift" and match.group().startswith("그"):
            fields["following"] = True
        return fields

    return build


def _nth(written: str) -> int:
    compact = re.sub(r"\s|번|째", "", written)
    if compact in {"맨마지막", "마지막", "막", "끝"}:
        return _LAST
    return _NTH_VALUES.get(compact) or number(compact)


def _weekday(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before) and not match["mode"]:
        return None
    fields: Fields = {
        "weekdays": tuple(_LETTERS.index(char) for char in match["letters"] if char in _LETTERS)
    }
    if match["mode"]:
        fields["weekday_mode"] = value("weekday_mode", match["mode"])
    return fields


def _letters(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take bare letters (월 수 금, 화) in their order in the week."""
    days = tuple(_LETTERS.index(char) for char in match.group() if char in _LETTERS)
    if joined_word(match, before) or list(days) != sorted(set(days)):
        return None
    return {"weekdays": days}


def _letter_after_week(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take the 화 of "다음주 화 3시"."""
    if before is None or "week_shift" not in before.fields or not adjacent(match, before):
        return None
    return {"weekdays": tuple(_LETTERS.index(char) for char in match.group() if char in _LETTERS)}


def _paren(match: re.Match[str], before: Token | None) -> Fields | None:
    return {"weekdays": (_LETTERS.index(match["paren"]),)} if adjacent(match, before) else None


def _nth_weekday(match: re.Match[str], before: Token | None) -> Fields | None:
    return None if joined_word(match, before) else {"nth": _nth(match["nth"])}


def _nth_week(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    return {
        "nth": _nth(match["nthw"]) if match["nthw"] else number(match["week"]),
        "nth_week": True,
    }


def _week_number(match: re.Match[str], before: Token | None) -> Fields | None:
    del before
    return {"nth": int(match["wno"]), "nth_week": True, "year_shift": 0}


def _weekend(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    written = re.sub(r"\s|번", "", match["wk"] or match["wk2"] or "")
    fields: Fields = {"weekend": True}
    if written.removesuffix("주") in _WEEKEND_SHIFTS:
        fields["week_shift"] = _WEEKEND_SHIFTS[written.removesuffix("주")]
    return fields


def _holiday(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    return {"holiday": value("holiday", match.group())}


def _day_after(match: re.Match[str], before: Token | None) -> Fields | None:
    shift = int(value("day_after", match.group()))
    if adjacent(match, before):
        return {"day_after": shift}
    return {"day_shift": 1} if shift > 0 and not joined_word(match, before) else None


def _season(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    shift = {"다음": 1, "내년": 1, "지난": -1, "작년": -1}.get(match["when"].strip(), 0)
    return {"season": value("season", match["season"]), "year_shift": shift}


def _market(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before) and not match["digits"]:
        return None
    fields: Fields = {"market": "next" if match["mk"] in {"다음", "담"} else "coming"}
    if match["digits"]:
        fields["market_days"] = tuple(int(char) for char in match["digits"] if char.isdigit())
    return fields


def _section(match: re.Match[str], before: Token | None) -> Fields | None:
    if before is None or not adjacent(match, before):
        return None
    if not {"month", "month_shift", "week_shift", "year", "year_shift"} & before.fields.keys():
        return None
    return {"section": value("section", match["section"])}


def _rest(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take the 나머지 of "이번 주 나머지"."""
    if before is None or not adjacent(match, before):
        return None
    named = {"month_shift", "week_shift", "year_shift"} & before.fields.keys()
    return {"section": "rest"} if named else None


def _period_section(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    late = match["which"] in {"말", "후반"}
    if match["unit"] == "연":
        return {"month": 12 if late else 1}
    field = "month_shift" if match["unit"] == "월" else "week_shift"
    return {field: 0, "section": "late" if late else "early"}


def _every(match: re.Match[str], before: Token | None) -> Fields | None:
    return None if joined_word(match, before) else {"every": True}


def _workdays(match: re.Match[str], before: Token | None) -> Fields | None:
    return None if joined_word(match, before) else {"workdays": True}


_SAID = r"\d|[한두세네열]\s?시|다섯|여섯|일곱|여덟|아홉|오[전후]|아침|점심|저녁|밤|낮|새벽"
_NAEL_AFTER = (
    rf"(?=\s?(?:{_SAID}|은(?![가-힣])|요(?![가-힣])|$|로|이나|까지|부터|[.,!?~]|정오|쯤|중)|"
    r"\s(?:오|와|봐|뵈|봬|봅|갈|가[요도]|올|방문|시간|일찍|되|될|돼|괜|좋|안|하|해|몇|뭐|부탁|늦))"
)
RULES = (
    Rule(
        "nael",
        rf"{HANGUL_BEFORE}(?:낼|네일(?=\s?(?:{_SAID}))){_NAEL_AFTER}",
        lambda _m, _b: {"day_shift": 1},
    ),
    Rule(
        "sand",  # 모래 is how many write 모레
        rf"{HANGUL_BEFORE}모래(?=\s?(?:{_SAID}|에(?![가-힣])|[.,!?]|$))",
        lambda _m, _b: {"day_shift": 2},
        asked=True,
    ),
    Rule("holiday", pattern("holiday") + r"(?!\s?복\s?많)", _holiday),
    Rule(
        "seol",
        rf"{HANGUL_BEFORE}설(?=에(?![가-힣])|\s(?:전|지나|연휴|쇠|명절|끝|다음|이후|후|당일)|$)",
        lambda _m, _b: {"holiday": "seollal"},
    ),
    Rule("day_after", pattern("day_after") + "(?!개)", _day_after),
    Rule(
        "day_shift",
        pattern("day_shift") + "(?!서야|야(?![가-힣])|배움)(?:날)?",
        _shift("day_shift"),
    ),
    Rule(
        "weekend",
        r"(?P<wk>(?:다다음|다담|다음|담|이번|요번|금|차|지난|저번|오는|돌아오는|다가오는|이)\s?주?\s)?주말(?!농장|부부|드라마)"
        r"|(?P<wk2>다다음|다음|담|이번|금|지난|저번)주말",
        _weekend,
    ),
    Rule(
        "period_section",
        r"(?P<unit>[월연주])\s?(?P<which>초(?!등|보|대)|말(?!고|씀|하|해|에요)|후반)(?=에|쯤|까지|부터|이나|로|으로|이?요|$|[\s,.])",
        _period_section,
    ),
    Rule("week_shift", pattern("week_shift") + _NOT_WEEK, _shift("week_shift")),
    Rule(
        "season",
        rf"(?P<when>(?:이번|올|다음|내년|지난|작년|오는|돌아오는)\s?)(?P<season>{pattern('season')})",
        _season,
    ),
    Rule(
        "nth_week",
        rf"{_NTH.replace('<nth>', '<nthw>')}\s?주{_NOT_WEEK}|(?P<week>\d|{SINO_99})\s?주\s?차",
        _nth_week,
    ),
    Rule("nth_weekday", rf"{_NTH}\s?(?:주\s?)?(?=[{_LETTERS}](?:요일|욜))", _nth_weekday),
    Rule(
        "weekday",
        rf"(?:(?P<mode>{pattern('weekday_mode')})\s?)?"
        rf"(?P<letters>(?:[{_LETTERS}][\s,·/]?){{0,6}}?[{_LETTERS}])(?:요일|욜|요닐)(?:날)?",
        _weekday,
    ),
    Rule("paren", rf"\(\s?(?P<paren>[{_LETTERS}])(?:요일|욜)?\s?\)", _paren),
    Rule(
        "letter",
        r"(?:[월화수목금토](?:[\s,·/]+[월화수목금토일](?![가-힣]))*(?=$|[\s,·~/\d]|오[전후]|날|에\s|이나\s)|일(?=\s?(?:\d|오[전후])))",
        _letter_after_week,
    ),
    Rule(
        "letters",
        rf"{HANGUL_BEFORE}(?:[{_LETTERS}](?:(?:[\s,·/]+|이?나\s|하고\s|이?랑\s)[{_LETTERS}])+|[{_LETTERS}]{{3,7}}|화목|토일|월수)(?![가-힣](?<!에|만|은|로|날))",
        _letters,
        asked=True,
    ),
    Rule("alone", rf"^[{_LETTERS}](?=요?$)", _letters, asked=True),
    Rule(
        "market",
        r"(?:(?P<digits>[0-9]\s?[·,./\-과]?\s?[0-9])\s?일?\s?(?:장\s)?)?(?P<mk>다음|담|이번|돌아오는|오는|가까운)?\s?"
        r"(?:오일|5일)?장(?:이?\s?서는)?\s?날(?!씨|개)",
        _market,
    ),
    Rule("every", "매주|매일|날마다|맨날", _every),
    Rule("workdays", "평일|주중", _workdays),
    Rule(
        "section",
        rf"(?P<section>{pattern('section')})(?=에|쯤|경|이나|부터|까지|로|으로|이요|요|이에요|[\s,.~-]|$)",
        _section,
    ),
    Rule("rest", r"(?:의\s?)?(?:나머지|남은\s?(?:기간|날|동안))", _rest),
    Rule("week_number", r"(?<![\d.])(?P<wno>[1-5]\d)\s?주(?=\s|$|에)", _week_number, asked=True),
)
"""Order matters: the first rule that matches at a place wins."""
