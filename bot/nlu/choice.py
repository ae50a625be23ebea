"""Numbered choices: by number, word, position, button label or synonym.

Everything is closed: a value outside the options is an error, never a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.nlu.dialect import standard
from bot.nlu.endings import bare
from bot.nlu.numbers import find_ordinals
from bot.nlu.tables import read_rows


@cache
def _synonyms() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return question -> (option key, pattern), compiled when the first choice is read."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for question, key, pattern in read_rows("choices.tsv", 3):
        found.setdefault(question, []).append((key, re.compile(pattern)))
    return found


_REPAIR = re.compile(
    r"(?:아\s?니다|아니아니|아니,?\s*아니|아니요?야?\s|아니고|아니라|[\s,.]아니(?:고|라)?[\s,.]*(?=\S)|아이[다라고]|말고|아참|아 참|빼고"
    r"|됐고|되었고|관두고|치우고|필요\s?없(?:고|으니까?)|안\s?(?:하|할거|할래|받)(?:고|니까?)|싫(?:고|으니까?)|제외하고|대신에?(?=\s))"
)
_DECLINED = re.compile(
    r"[,.\s]+\S+?(?:은|는|이?는)\s?(?:그냥\s?)?(?:됐|되었|필요\s?없|안\s?(?:해|할|하|받)|빼\s?(?:주|줘)|싫)\S*[.!~]*$"
)
_DENIED = re.compile(
    r"(?:은|는|이|가|도|까지는|인거는|인건|이랑은)?(?:아니(?!면|라면)|아닙|아닌|아녀|아녜|아뇨|아님|아이[다라])"
)
"""What follows a word that is named only to be denied (주식회사 아니에요)."""
NUMBER_WORDS = {
    "일": 1, "하나": 1, "한개": 1, "이": 2, "둘": 2, "삼": 3, "셋": 3, "사": 4, "넷": 4,
    "오": 5, "다섯": 5, "육": 6, "여섯": 6, "칠": 7, "일곱": 7, "팔": 8, "여덟": 8, "구": 9,
    "아홉": 9, "영": 0, "공": 0, "십": 10, "열": 10,
}  # fmt: skip
_NUMBER_LIST = re.compile(
    r"(?:(?<![\d가-힣a-z.])(?<!\d\d\d-)|(?<=[번고랑과와]))(\d{1,2})(?=\s*(?:번|[,./·와과랑하고+&]|\s|$|이요|요|이여|입니다|로|하고|이랑|예요|이에요|으로|이|임|욤|여|유|!|\?|~))"
)
_HANGUL_NUMBER = re.compile(r"(?:^|[\s,])([일이삼사오육칠팔구영공])\s?번")
_WANTED = (
    r"(?=\s*(?:[.!~,]|$|요|이요|여$|유$|로|으로|예요|이에요|입니다|주(?:세|이|십|셔|쇼|문|라|면|시|줘)?|줘|해(?!도|서)|할|하(?:나|고|이|겠|지)"
    r"|[한두세네\d]\s?(?:개|장|부|매|씩|권)|\d|각각|필요(?!없)|좋|배우|배울|알려|선택|부탁|신청|뽑|만들|원해|넣|보내|가르|봐|고르|고를|인쇄|들(?:을|려)|궁금))"
)
ALL_OF_THEM = re.compile(
    rf"(?:(?:^|[^가-힣])다|(?:전부|모두|싹|몽땅)(?:\s?다)?|(?<=[거것냥걍좀])다(?=\s?[주줘])){_WANTED}"
)
"""Every one is wanted; 다 is a word of its own, not the end of one (모르겠습니다), and what
follows asks for them (다 주세요) and tells of nothing else (다 지난 일이에요)."""
_COUNTED_ALL = re.compile(r"(둘|셋|넷|다섯)\s?다|(?:두|세|네|다섯)\s?(?:개|가지)\s?다")
_MIDDLE = re.compile(r"가운데|중간")


@dataclass(frozen=True, slots=True)
class Picked:
    """What was picked of numbered choices.

    Attributes:
        keys: option keys in the order said, empty when none.
        out_of_range: a number was given that no option has.
        alternatives: two or more were named with 이나/아니면 between: the person is undecided.
    """

    keys: tuple[str, ...] = ()
    out_of_range: bool = False
    alternatives: bool = False


def last_statement(text: str) -> str:
    """Return what stands after the last word of repair (3장 아니 5장 -> 5장), else the text.

    >>> last_statement("3장 아니 5장")
    '5장'
    """
    end = 0
    for match in _REPAIR.finditer(text):
        if match.start() > 0:
            end = match.end()
    tail = text[end:].strip(" ,.~!")
    said = tail if end and tail else text
    return _DECLINED.sub("", said) or said


def _numbers(text: str) -> list[int]:
    """Return the option numbers said in the text, in order."""
    found = [(m.start(), int(m.group(1))) for m in _NUMBER_LIST.finditer(text)]
    found += [(m.start(1), NUMBER_WORDS[m.group(1)]) for m in _HANGUL_NUMBER.finditer(text)]
    if found:
        return list(dict.fromkeys(number for _, number in sorted(found)))
    noun = bare(text, 1).replace(" ", "").removesuffix("번").removesuffix("꺼").removesuffix("거")
    if noun in NUMBER_WORDS:
        return [NUMBER_WORDS[noun]]
    return []


def _by_number(text: str, options: Mapping[str, str]) -> Picked:
    """Read numbers and positions; a position counts from the order shown."""
    numbers = _numbers(text)
    shown = list(options)
    if numbers:
        keys = tuple(options[str(n)] for n in numbers if str(n) in options)
        return Picked(keys, out_of_range=not keys)
    places = find_ordinals(text)
    if places:
        inside = [p for p in places if 1 <= p <= len(shown) or -len(shown) <= p < 0]
        keys = tuple(options[shown[p - 1 if p > 0 else p]] for p in inside)
        return Picked(keys, out_of_range=not keys)
    if len(shown) % 2 and _MIDDLE.search(text):
        return Picked((options[shown[len(shown) // 2]],))
    return Picked()


@lru_cache(maxsize=256)
def _label_stem(label: str) -> str:
    """Return the part of a label that people repeat: without brackets and blanks."""
    return re.sub(r"\(.*?\)|[\s·,.!?~]", "", label).lower()


def _by_label(flat: str, options: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    """Return the options whose key or label stands in the text."""
    found = []
    for key in options.values():
        for words in (labels.get(key, ""), key):
            stem = _label_stem(words)
            if min(len(stem), len(flat)) > 1 and (stem in flat or stem.startswith(flat)):
                found.append((flat.find(stem), key))
                break
    return [key for _, key in sorted(found)]


def _by_synonym(question: str, flat: str) -> list[str]:
    """Return the option keys whose synonyms stand in the text, the file's order first."""
    return [key for key, pattern in _synonyms().get(question, ()) if _affirmed(pattern, flat)]


def _affirmed(pattern: re.Pattern[str], flat: str) -> bool:
    """Tell whether the words stand in the text other than to be denied."""
    return any(not _DENIED.match(flat, match.end()) for match in pattern.finditer(flat))


def synonyms_in(question: str, flat: str) -> list[str]:
    """Return every option key of the question that a synonym names, in the order said."""
    found = []
    for key, pattern in _synonyms().get(question, ()):
        match = pattern.search(flat)
        if match:
            found.append((match.start(), key))
    return [key for _, key in sorted(found)]


def pick(
    question: str,
    text: str,
    options: Mapping[str, str],
    labels: Mapping[str, str],
) -> Picked:
    """Read which of the options a message picks.

    Args:
        question: the question key; its synonyms are those of data/choices.tsv.
        text: the normalised message.
        options: number -> key, in the order shown.
        labels: key -> words on the button.

    >>> pick("kit.size", "맨 위에꺼요", {"1": "A3", "2": "A4"}, {}).keys
    ('A3',)
    >>> pick("kit.size", "7번", {"1": "A3", "2": "A4"}, {}).out_of_range
    True
    """
    text = standard(text)
    for statement in dict.fromkeys((last_statement(text), text)):
        flat = re.sub(r"\s", "", statement).lower()
        labelled = _by_label(flat, options, labels)
        if labelled and len(labelled) == 1:
            return Picked((labelled[0],))
        numbered = _by_number(statement, options)
        if numbered.keys or numbered.out_of_range:
            return numbered
        if labelled:
            return Picked(tuple(labelled))
        keys = _by_synonym(question, flat)
        if keys:
            return Picked((keys[0],))
    return Picked(tuple(options.values())) if _all_of(text, len(options)) else Picked()


def _all_of(text: str, count: int) -> bool:
    """Tell whether every option is wanted: 둘 다 are the two that were named, unless there are two."""
    counted = _COUNTED_ALL.search(text)
    if counted and NUMBER_WORDS.get(counted.group(1) or "", 0) != count:
        return False
    return bool(ALL_OF_THEM.search(text))
