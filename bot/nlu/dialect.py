"""Regional and chat endings -> standard endings: 됐슈, 합니더, 좋아예, 주이소, 안 할라요, 맞당께.

One table, data/dialect.tsv, for yes/no, choices, names and words of command. Mostly the end
of a word changes, so a name in the middle of an answer stays as it was written.
"""

import re
from functools import cache

from bot.nlu.hangul import has_final, is_syllable
from bot.nlu.tables import read_rows

_WORD = re.compile(r"[가-힣]{2,}")
_LAST_WORD = re.compile(r"[가-힣]{2,}$")
_BIEUP = 17
"""Place of ㅂ among the final consonants of Unicode: 가 + ㅂ -> 갑."""
_INSIDE = (
    (re.compile(r"(?<=[하르보주가오받알되])[것겄](?=어|소$|슈|쥬|네|습|다|는|음)"), "겠"),
    (re.compile(r"(?<=[은는인던한])디(?=요|유|라|예|$)"), "데"),
    (re.compile(r"헐(?=게|께|래|라|랍)"), "할"),
    (re.compile(r"허(?=고|는|면|세|지|것|겠|쇼|요|자|네)"), "하"),
    (re.compile(r"혔"), "했"),
    (re.compile(r"[읎웂]"), "없"),
    (re.compile(r"혀(?=요|유|라|줘|주|도|야|예|$)"), "해"),
    (re.compile(r"아이(?=라|다)"), "아니"),
)
"""Syllables that regions change inside a word, before what follows."""


@cache
def _endings() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return ending -> (syllables that may stand before, standard ending)."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for before, endings, standard_ending in read_rows("dialect.tsv", 3):
        for ending in endings.split("|"):
            found[ending] = (*found.get(ending, ()), (before, standard_ending))
    return found


@cache
def _longest() -> int:
    return max(map(len, _endings()))


def _fits(before: str, stem: str) -> bool:
    """Tell whether an ending may stand behind the stem."""
    if before == "^":
        return not stem
    return bool(stem) and (before == "*" or stem[-1] in before)


def _shaped(word: str) -> str:
    """Return the word with the endings that depend on the sound before them put right."""
    if word.endswith(("입시더", "입시다")) and is_syllable(word[-4:-3]):
        stem = word[:-3]
        return word if has_final(stem[-1]) else f"{stem[:-1]}{chr(ord(stem[-1]) + _BIEUP)}시다"
    if word.endswith("슈") and has_final(word[-2]):
        bright = (ord(word[-2]) - ord("가")) // 28 % 21 in (0, 8)
        return word[:-1] + ("아요" if bright else "어요")
    return word


def _standard_word(word: str) -> str:
    """Return one word with its ending put right."""
    for pattern, plain in _INSIDE:
        word = pattern.sub(plain, word)
    table = _endings()
    whole = [plain for before, plain in table.get(word, ()) if before == "^"]
    shaped = whole[0] if whole else _shaped(word)
    if shaped != word:
        return shaped
    for size in range(min(_longest(), len(word)), 0, -1):
        stem = word[:-size]
        for before, standard_ending in table.get(word[-size:], ()):
            if _fits(before, stem):
                return stem + standard_ending
    return word


def standard(text: str) -> str:
    """Return the text with the endings of all its words put right.

    >>> standard("됐슈"), standard("보내 주이소"), standard("동의하지예")
    ('됐어요', '보내 주세요', '동의하지요')
    >>> standard("김복순입니더"), standard("넘어가입시더"), standard("안 할라요")
    ('김복순입니다', '넘어갑시다', '안 할래요')
    """
    return _WORD.sub(lambda match: _standard_word(match.group()), text)


def standard_end(text: str) -> str:
    """Return the text with only the ending of its last word put right.

    >>> standard_end("하소 분식입니더")
    '하소 분식입니다'
    """
    return _LAST_WORD.sub(lambda match: _standard_word(match.group()), text)
