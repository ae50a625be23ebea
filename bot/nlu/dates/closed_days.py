"""Days on which a shop is closed: 매주 일요일, 둘째 넷째 화요일, 명절 당일, 연중무휴."""

import re

from bot.nlu.dates.model import DAY_CODES
from bot.nlu.normalise import READ_LIMIT, normalise

_LETTERS = "월화수목금토일"
_OPEN_ALWAYS = re.compile(
    r"연중\s?무휴|무휴|(?:쉬는\s?날|휴무|휴일|노는\s?날)(?:은|이|는|도|일)?\s?(?:따로\s?)?(?:없|안\s?정)|안\s?(?:쉬|쉽|쉼|놀)|365|(?:일|1)\s?년\s?내내|"
    r"(?:매일|맨날|날마다|항상)\s?(?:열|합|해|장사|나와|나옵|영업)|^\s?(?:딱히\s?|특별히\s?|따로\s?)?(?:매일|없음|없어요?|없습니다|없는데요?)[요.!~]*$|쉬지\s?않"
)
_NTH = r"(?:첫|둘|두|셋|세|넷|네|다섯|[1-5]|마지막)"
_NTH_ITEM = rf"{_NTH}\s?(?:번\s?)?(?:째)?\s?(?:주)?"
_MONTHLY = re.compile(
    rf"(?P<nths>{_NTH_ITEM}(?:(?:\s|,|·|/|하고|이랑|랑|과|와|이?나|\s및){{0,3}}\s?{_NTH_ITEM}){{0,4}})\s?(?:의\s?)?"
    rf"(?P<days>[{_LETTERS}](?:[\s,·/]?[{_LETTERS}]){{0,6}})(?:요일|욜)"
)
_WEEKLY = re.compile(
    rf"(?P<days>(?:[{_LETTERS}][\s,·/]?){{0,6}}[{_LETTERS}])(?:요일|욜)|(?P<weekend>주말)|(?P<workdays>평일)"
)
_BARE = re.compile(
    rf"(?:매주\s?)?(?P<days>[{_LETTERS}](?:[\s,·/]*[{_LETTERS}])*)(?:요|이요|에\s?쉬\S*)?[.!~]*"
)
_RANKS = {"첫": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5}
_HOLIDAYS = (
    (re.compile(r"명절|설\s?추석|설이?[나랑,·\s]\s?추석"), ("SEOLLAL", "CHUSEOK")),
    (re.compile(r"(?<![가-힣])설(?!명|치|마|문|탕|렁|거지|사|계|정)|구정"), ("SEOLLAL",)),
    (re.compile(r"추석|한가위"), ("CHUSEOK",)),
)
_VAGUE = re.compile(
    r"격주|한\s?주\s?걸러|가끔|그때\s?그때|일정(?:치|하지)|불규칙|정해[진져]|비\s?오는|날씨"
)
_UNSURE = re.compile(
    r"(?:은|는|에는|엔|에|도)\s?(?:안\s?(?:쉬|놀)|열어|엽니다|영업|장사|문\s?열|해요|합니다)"
)


def parse_closed_days(text: str) -> list[str] | None:
    """Return the closed days as `weekly:SUN`, `monthly:2SUN`, `holiday:SEOLLAL`.

    "마지막 일요일" is `monthly:-1SUN`. [] when the shop never closes; None when nothing exact
    was said (격주, 비 오는 날).
    """
    clean = normalise(text).text[:READ_LIMIT]
    if _VAGUE.search(clean):
        return None
    found: list[str] = []
    rest = _MONTHLY.sub(lambda match: _take(found, _monthly(match)), clean)
    rest = _WEEKLY.sub(lambda match: _take(found, _weekly(match, rest)), rest)
    for pattern, names in _HOLIDAYS:
        if pattern.search(rest) and not _negated(rest, pattern):
            found.extend(f"holiday:{name}" for name in names if f"holiday:{name}" not in found)
    if found:
        return found
    if _OPEN_ALWAYS.search(clean):
        return []
    bare = _BARE.fullmatch(clean)
    return _codes("weekly:", bare["days"]) if bare else None


def _take(found: list[str], codes: list[str]) -> str:
    found.extend(code for code in codes if code not in found)
    return " "


def _negated(text: str, pattern: re.Pattern[str]) -> bool:
    match = pattern.search(text)
    return bool(match and _UNSURE.match(text, match.end()))


def _codes(prefix: str, days: str) -> list[str]:
    return [prefix + DAY_CODES[_LETTERS.index(day)] for day in days if day in _LETTERS]


def _monthly(match: re.Match[str]) -> list[str]:
    ranks = re.findall(_NTH, match["nths"])
    return [code for rank in ranks for code in _codes(f"monthly:{_rank(rank)}", match["days"])]


def _rank(written: str) -> int:
    if written == "마지막":
        return -1
    return _RANKS.get(written) or int(written)


def _weekly(match: re.Match[str], text: str) -> list[str]:
    """Return the weekdays, none when the text says that the shop is open then."""
    if _UNSURE.match(text, match.end()):
        return []
    if match["weekend"]:
        return ["weekly:SAT", "weekly:SUN"]
    if match["workdays"]:
        return [f"weekly:{code}" for code in DAY_CODES[:5]]
    return _codes("weekly:", match["days"])
