"""Rules for times of day: 세시 반, 14:00, 3pm, 정오, 이른 아침."""

import re

from bot.nlu.dates.lexicon import pattern, value
from bot.nlu.dates.model import Clock
from bot.nlu.dates.rule import (
    NATIVE_HOUR,
    SINO_99,
    SINO_TENS,
    Fields,
    Rule,
    Token,
    joined_word,
    number,
)

_LITERAL_FROM = 13
_NOON = 12

# 시 that belongs to another word: 시간, 시작, 시장, 시켜, ... After digits only few can follow.
_SI = (
    r"시(?!간|작|장|켜|켰|키|킨|킬|킵|스|식|험|골|내|댁|집|어|도록|대|절|계|각|청|급|련|늉|래|디|"
    r"리|나리|세|늘|누|금(?!방)|원|행|설|멘|트|비|위|선|력|들|끄|샵|뻘|럽|큼|민|인(?!데)|상(?!관)|공|책|름|합|한부|무(?!렵))"
)
_DIGIT_SI = r"시(?!간|즌|리즈)"
_BUN = "분(?!위기|홍|식|들|께|의|기|짜리|류|간|명|양|실|수|쇄|리|야|노)"
_HALF = "반(?!찬|대|장|영|갑|납|드|응|품|지|복|말|경|값|죽|포|상|년|나절|신|성|창)"
_WORD_HOUR = rf"(?:{NATIVE_HOUR}|{SINO_TENS}|이?십|영)"
_HOUR = rf"(?:(?<!\d)\d{{1,2}}|{_WORD_HOUR})"
_CLOCK = (
    rf"(?:(?P<hour>(?<![\d.])\d{{1,2}})\s?{_DIGIT_SI}|(?P<word>{_WORD_HOUR})\s?{_SI})(?:\s?정각)?"
    rf"(?:\s?(?P<half>{_HALF})|\s?(?P<minute>\d{{1,2}}|{SINO_99})\s?{_BUN}(?:\s?(?P<minus>전)(?!까지|화))?"
    r"|\s?(?P<tight>[0-5]\d)(?![\d.,:/~월일시개명장년번분]|\s?분))?"
    rf"(?:\s?(?P<second>\d{{1,2}}|{SINO_99})\s?초)?(?:\s?(?:정각|정오))?"
    r"(?:\s?(?P<kmark>[ap]\.?m)(?![a-z]))?"
)
_COLON = (
    r"(?<![\d:.])(?P<chour>\d{1,2})\s?:\s?(?P<cminute>\d{2})(?::(?P<csecond>\d{2}))?(?![\d:])"
    r"(?:\s?(?P<cmark>[ap]\.?m\.?|[ap])(?![a-z]))?"
)
_LATIN = r"(?<![\d:.])(?P<lhour>\d{1,2})\s?(?P<lmark>[ap]\.?m\.?)(?![a-z])"
_PREFIXED = (
    r"(?<![a-z])(?P<pmark>[ap]\.?m\.?)\s?(?P<phour>\d{1,2})(?!\d)"
    rf"(?:\s?:\s?(?P<pminute>\d{{2}})|\s?시(?:\s?(?P<phalf>{_HALF})|\s?(?P<pbun>\d{{1,2}})\s?분)?)?"
)
_TO = "(?:~|-|에서|부터)"
_RANGE_START = (
    rf"(?<![\d.:/월])(?P<bare>\d{{1,2}}|{NATIVE_HOUR})(?=\s?{_TO}\s?(?:{pattern('part')}\s?)?"
    rf"{_HOUR}\s?(?:{_SI}|:\s?\d\d|[ap]\.?m))"
)
_RANGE_END = (
    rf"(?<=[~\-터서\s])(?P<tail>\d{{1,2}}|{NATIVE_HOUR})(?=\s?(?:$|까지|사이|요|이요|쯤|[,.!]))"
)
_VAGUE = r"(?:한\s?두|두\s?세|두어|서너|세\s?네|너댓|대여섯|두서너|몇)\s?시(?!간|작|장|켜)"


def _words(match: re.Match[str], before: Token | None) -> Fields | None:
    hour = match["hour"] or match["word"]
    if not hour[0].isdigit() and len(hour) == 1 and joined_word(match, before):
        return None
    minute = 30 if match["half"] else number(match["minute"] or match["tight"] or "0")
    second = number(match["second"]) if match["second"] else 0
    if match["kmark"]:
        return _marked(number(hour), minute, match["kmark"], second)
    value_of_hour = 0 if hour == "영" else number(hour)
    literal = value_of_hour >= _LITERAL_FROM or value_of_hour == 0 or hour.startswith("0")
    return {"clock": Clock(value_of_hour, minute, second, literal, bool(match["minus"]))}


def _colon(match: re.Match[str], _: Token | None) -> Fields | None:
    hour, minute = int(match["chour"]), int(match["cminute"])
    second = int(match["csecond"] or 0)
    if match["cmark"]:
        return _marked(hour, minute, match["cmark"], second)
    literal = hour >= _LITERAL_FROM or match["chour"].startswith("0")
    return {"clock": Clock(hour, minute, second, literal)}


def _marked(hour: int, minute: int, mark: str, second: int = 0) -> Fields:
    """Return a time with am or pm beside it."""
    if hour > _NOON:
        return {"clock": Clock(hour, minute, second, literal=True)}
    afternoon = mark[0].lower() == "p"
    return {"clock": Clock(hour % _NOON + _NOON * afternoon, minute, second, literal=True)}


def _latin(match: re.Match[str], _: Token | None) -> Fields | None:
    return _marked(int(match["lhour"]), 0, match["lmark"])


def _prefixed(match: re.Match[str], _: Token | None) -> Fields | None:
    minute = 30 if match["phalf"] else int(match["pminute"] or match["pbun"] or 0)
    return _marked(int(match["phour"]), minute, match["pmark"])


def _range_start(match: re.Match[str], before: Token | None) -> Fields | None:
    if not match["bare"][0].isdigit() and joined_word(match, before):
        return None
    hour = number(match["bare"])
    return {"clock": Clock(hour, literal=hour >= _LITERAL_FROM)}


def _range_end(match: re.Match[str], before: Token | None) -> Fields | None:
    """Take the "4" of "2시~4" or "2시부터 오후 4까지"."""
    if before is None or not {"clock", "part"} & before.fields.keys():
        return None
    gap = match.string[before.end : match.start()].strip()
    if not re.fullmatch(_TO, gap) and not ("part" in before.fields and gap == ""):
        return None
    hour = number(match["tail"])
    return {"clock": Clock(hour, literal=hour >= _LITERAL_FROM)}


def _part(match: re.Match[str], before: Token | None) -> Fields | None:
    if joined_word(match, before):
        return None
    fields: Fields = {"part": value("part", match["part"])}
    if match["edge"]:
        fields["edge"] = value("edge", match["edge"])
    if match["trail"] and not match["edge"]:
        fields["edge"] = value("edge", match["trail"])
    if match["middle"]:
        fields["edge"] = "middle"
    return fields


def _middle(_: re.Match[str], before: Token | None) -> Fields | None:
    if before is None or "day_shift" not in before.fields:
        return None
    return {"part": "day", "edge": "middle"}


def _last_night(match: re.Match[str], before: Token | None) -> Fields | None:
    return None if joined_word(match, before) else {"day_shift": -1, "part": "night"}


def _fixed(hour: int, minute: int = 0) -> Fields:
    return {"clock": Clock(hour, minute, literal=True)}


def _end_of_day(_: re.Match[str], before: Token | None) -> Fields | None:
    fields = _fixed(23, 59)
    if before is None or not adjacent_day(before):
        fields["day_shift"] = 0
    return fields


def adjacent_day(token: Token) -> bool:
    """Tell whether a token names a day."""
    return bool({"day_shift", "day", "weekdays"} & token.fields.keys())


def _vague(match: re.Match[str], before: Token | None) -> Fields | None:
    return None if joined_word(match, before) else {"clock": Clock(0), "vague": "time"}


RULES = (
    Rule("vague_clock", rf"(?:{_VAGUE})", _vague),
    Rule("last_night", "어젯밤|어제밤|간밤|지난밤", _last_night),
    Rule("prefixed", _PREFIXED, _prefixed),
    Rule("latin", _LATIN, _latin),
    Rule("colon", _COLON, _colon),
    Rule("range_start", _RANGE_START, _range_start),
    Rule("clock", _CLOCK, _words),
    Rule(
        "noon",
        r"(?:낮\s?)?정오(?:\s?(?:12|열두)\s?시)?|한낮",
        lambda m, b: None if joined_word(m, b) else _fixed(12),
    ),
    Rule(
        "midnight",
        r"자정(?:\s?(?:12|열두)\s?시)?",
        lambda m, b: None if joined_word(m, b) else _fixed(24),
    ),
    Rule(
        "end_of_day",
        r"(?:하루|일과)(?:가|를|의)?\s?(?:끝|마칠|마무리|마감)[가-힣]*(?:\s?(?:때|무렵))?",
        _end_of_day,
    ),
    Rule(
        "part",
        rf"(?:(?P<edge>{pattern('edge')})\s?)?(?P<part>{pattern('part')})"
        r"(?!잠|밥|술|반찬|메뉴|장사|도시락|새|샜|샘|은\s?(?:가격|곳|층)|추|춰|음|고구마|빵|나무|막걸리|양갱|송이|늦게까지\s?못)(?:\s?(?P<middle>중간|중반)|\s?(?P<trail>일찍|늦게)(?!까지))?",
        _part,
    ),
    Rule("middle", "중간(?=에|$)", _middle),
    Rule("range_end", _RANGE_END, _range_end),
)
"""Order matters: the first rule that matches at a place wins."""
