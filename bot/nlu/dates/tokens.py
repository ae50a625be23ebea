"""Find the words of the grammar in a text.

One alternation of all rules is compiled once; a cheap look for any time word or digit comes
first, because most messages hold neither.
"""

import re
from functools import cache

from bot.nlu.dates import calendar_rules, clock_rules, day_rules, distance_rules
from bot.nlu.dates.rule import Rule, Token

_MAX_TOKENS = 64
"""A message with more times than this is no appointment; the rest is not read."""

_WRITTEN_DATES = 4
_CLOCKS = 6
_DAYS = 6
# Figures first, so that 2026-12-03 is not read as three times of day; then what is longest.
_RULES: tuple[Rule, ...] = (
    *calendar_rules.RULES[:_WRITTEN_DATES],
    *clock_rules.RULES[:_CLOCKS],
    *day_rules.RULES[:_DAYS],
    *calendar_rules.RULES[_WRITTEN_DATES : _WRITTEN_DATES + 2],
    *distance_rules.RULES,
    *calendar_rules.RULES[_WRITTEN_DATES + 2 :],
    *day_rules.RULES[_DAYS:],
    *clock_rules.RULES[_CLOCKS:],
)
_WORDS = (
    "오늘|오널|내일|낼|네일|모레|모렛|모래|글피|명일|익일|금일|오눌|어제|어저|그제|그저|그끄|엊|작일|어젯|간밤|"
    "이번|요번|다음|담주|담쥬|담쭈|담번|담달|담\\s|다담|차주|금주|내주|오는|다가|돌아|지난|저번|전주|이\\s?주|이\\s?달|이달|"
    "요일|욜|주말|평일|주중|매주|매일|날마다|맨날|담날|뒷날|이튿|전날|하루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|"
    "열흘|보름|며칠|몇|일주일|반년|반달|초하|초이|초사|초나|초닷|초엿|초여|초아|초열|스무날|말일|마지막|그믐|막날|첫|째|번째|"
    "나머지|남은|월[초말]|연[초말]|주\\s?[초후]|올해|올\\s?해|금년|내년|작년|재작|내후|이듬|명년|"
    "아침|오전|오후|점심|저녁|저녘|저넉|아츰|밤|새벽|낮|정오|자정|심야|야간|중간|업무|근무|일과|지금|방금|"
    "[한두세네열곱덟덜홉섯어너]\\s?시|십\\s?[일이삼사오육칠팔구]?\\s?[시일월년]|[일이삼사오육칠팔구유시]월|분기|"
    "[일이삼사오육칠팔구]일날|반\\s?시간|일\\s?(?:뒤|후|있|안에|내로|이내)|[년주달월간분초]\\s?(?:뒤|후|전|이|있|지|안|내)|장날|장\\s?날|서는\\s?날|이천|"
    "설|구정|추석|한가위|부처|석가|초파일|신정|새해|데이|절|만우|식목|노동|근로자|어린이|어버이|스승|현충|육이오|국군|한글|할로|핼러|크리|성탄|기독|엑스|섣달|제야|근무|"
    "[월화수목금토일](?:[\\s,·/]+|이?나\\s|하고\\s|이?랑\\s)[월화수목금토일]|월수|화목|토일|\\b[ap]\\.?m\\b|[월화수목금토일]요?$"
)
_MAY = re.compile(rf"\d|{_WORDS}")
# ASCII only, so that every character keeps its place.
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@cache
def _master() -> re.Pattern[str]:
    """Return the alternation of all rules, each a group of its name.

    Compiled with the first message that may hold a time (40 ms), so that commands that read
    no dates start at once.
    """
    named = re.compile("[(][?]P<[a-z0-9]+>")
    groups = (f"(?P<{rule.name}>{named.sub('(?:', rule.pattern)})" for rule in _RULES)
    return re.compile("|".join(groups))


_PLACE = {rule.name: index for index, rule in enumerate(_RULES)}


@cache
def _own(rule: Rule) -> re.Pattern[str]:
    """Return the pattern of one rule with its groups; compiled when first met, for the start."""
    return re.compile(rule.pattern)


def may_hold_time(text: str) -> bool:
    """Tell in a few microseconds whether a text could name a day or a time at all."""
    return _MAY.search(text) is not None


def tokens(text: str, *, asked: bool = False) -> list[Token]:
    """Return the day and time words of a text in order."""
    text = text.translate(_LOWER)
    found: list[Token] = []
    position = 0
    search = _master().search
    while len(found) < _MAX_TOKENS and (match := search(text, position)):
        first = _PLACE[match.lastgroup or ""]
        token = _read(text, match.start(), first, asked, found[-1] if found else None)
        if token is None:
            position = match.start() + 1
            continue
        position = max(token.end, match.start() + 1)
        if token.fields:
            found.append(token)
    return found


def _read(text: str, start: int, first: int, asked: bool, before: Token | None) -> Token | None:  # noqa: FBT001 -- internal
    """Return the token of the first rule from `first` on that accepts this place."""
    for rule in _RULES[first:]:
        if rule.asked and not asked:
            continue
        match = _own(rule).match(text, start)
        if match and match.end() > start:
            fields = rule.build(match, before)
            if fields is not None:
                return Token(start, match.end(), fields)
    return None
