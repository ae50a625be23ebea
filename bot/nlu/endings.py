"""Polite and dialect endings that people hang on a bare answer (김복순이에요, 신협임, 부산이라예).

A copula is only taken off where Korean spelling allows it: 이 before the ending belongs to
the ending after a consonant, one-syllable endings need enough text before them.
"""

import re

from bot.nlu.dialect import standard_end
from bot.nlu.hangul import has_final, is_syllable

_TRAIL = re.compile(r"[\s~!?.,;:^…ㅋㅎㅠㅜ♡♥)\]\"'’”]+$")
_LEAD = re.compile(
    r"^[\s~!?.,;:^…\[\"'‘“]+|^(?:음+|어+|아+|저기|그+|에+|네|예|넵)(?:[\s,.~!]+)(?=\S)"
)
_QUOTED = re.compile(
    r"\s*(?:이)?라(?:고|구|(?=[카캅캐]))\s*(?:(?:적혀|써|쓰여|돼|되어|나와|걸려|새겨져)\s?있\S*|돼요|됩니다|나와요|합니다|합니당|해요|해여|해유|해|카데요|카더라|캅니다|카지요|캐요|하는데요?|하거든요|불러요|부릅니다|요|여|유"
    r"|써\s*주세요|써\s*줘요?|적어\s*주세요|적어\s*줘요?|넣어\s*주세요|넣어\s*줘요?)?$"
)
_REQUEST = re.compile(
    r"(?:\s*(?:으로|로|만|하나)?\s*(?:할게요|할께요|할래요|할게|할께|하겠습니다|해\s*주세요|해\s*줘요|해\s*줘"
    r"|해\s*주이소|해주셔요|부탁드려요|부탁드립니다|부탁해요|부탁합니다|주세요|주셔요|주십시오|줘요|줘|주이소"
    r"|주시소|정할게요|정했어요|하죠|하지요|(?<=로)요|(?<=로)여|갈게요|쓸게요|쓸래요|지어주세요|해라|하자))$"
)
_COPULA = re.compile(
    r"\s*(?:입니다만|입니다|입니당|임니다|임당|임다|이올시다|올시다|인데요|인데여|인데유|인디요|인디유|인데|인디"
    r"|이거든요|거든요|이라니까요|이라니까|라니까요|이구만요|이구먼요|이구먼유|이구요|이고요|이고여|구요|고요|이여요|여요"
    r"|이에요|이예요|이어요|이에여|이예여|이에용|이예용|이에유|이예유|예요|에요|예여|에여|예용|에용|에유|예유"
    r"|이라예|라예|이라요|라요|이라우|라우|이지요|이죠|지요|죠|이래요|래요"
    r"|이요|이욤|이용|이여|이유|이얌|이야|이지|이예|요|욤|용|여|유|염|임|야|예|께요|이당)$"
)
_SHORT = frozenset("요욤용여유염임야예")
_ENDS_IN_I = re.compile(
    r"(?:[떡라]볶|목걸|귀걸|손잡|놀|어린|호랑|고양|멍멍|꼬맹|원숭|복덩|막둥|염둥|옹심)$"
)
"""What becomes a noun with 이: 떡볶이예요 ends in 예요."""
_NOUN_END = re.compile(
    r"(?:대여|자유|우유|두유|치유|여유|석유|미용|서예|공예|도예|원예|명예|모임|가야|심야|주야|분야|임야|무용|실용|공용|애용"
    r"|전용|비용|내용|활용|이용|고용|허용|수용|소유|공유|향유|한여|수여|참여)$"
)
"""Words that only look like a noun with an ending: 한복 대여, 제주 우유."""


def trim(text: str) -> str:
    """Return the text without filler at the front and punctuation at both ends.

    >>> trim("음.. 김복순~~!!")
    '김복순'
    """
    before = None
    while before != text:
        before = text
        text = _TRAIL.sub("", _LEAD.sub("", text))
    return text


def _cut_is_safe(body: str, ending: str, keep: int) -> bool:
    """Tell whether what remains is a plausible noun of at least `keep` characters."""
    if len(body) < keep or not body.strip():
        return False
    last = body[-1]
    if ending.startswith("이") and _ENDS_IN_I.search(body):
        return False
    if ending.startswith("이") and is_syllable(last) and not has_final(last):
        return False
    if _NOUN_END.search(body + ending):
        return False
    if ending in _SHORT:
        return not (ending in "여유용임야예당" and len(body.replace(" ", "")) < max(keep, 2))
    return True


def strip_copula(text: str, keep: int = 1) -> str:
    """Take one copula off the end of a noun.

    Args:
        text: trimmed text.
        keep: how many characters must remain at least.

    >>> strip_copula("김복순이에요"), strip_copula("신협임"), strip_copula("우유")
    ('김복순', '신협', '우유')
    """
    for start in _starts(text):
        body, ending = text[:start].rstrip(), text[start:].strip()
        if _cut_is_safe(body, ending, keep):
            return body
    return text


def is_copula(word: str) -> bool:
    """Tell whether a word is nothing but a copula (digits, 이라예).

    >>> is_copula("이라예"), is_copula("이순덕")
    (True, False)
    """
    return any(_COPULA.fullmatch(form) for form in (word, standard_end(word)))


def _starts(text: str) -> list[int]:
    """Return where a copula may begin, the longest ending first."""
    starts = range(max(0, len(text) - 8), len(text))
    return [start for start in starts if _COPULA.fullmatch(text, start)]


def bare(text: str, keep: int = 2) -> str:
    """Return the noun of an answer: filler, request words, quoting and copula removed.

    >>> bare("영자네 반찬이라고 합니다~")
    '영자네 반찬'
    >>> bare("대박수산으로 해주세요!")
    '대박수산'
    """
    text = standard_end(trim(text))
    quoted = _QUOTED.sub("", text)
    if quoted != text and len(quoted) >= keep:
        return trim(quoted)
    asked = _REQUEST.sub("", text)
    if asked != text and len(asked) >= keep:
        return trim(asked)
    return trim(strip_copula(text, keep))
