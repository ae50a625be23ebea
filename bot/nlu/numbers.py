"""Korean numbers: digits, Sino-Korean (삼백), native (다섯) and mixed (3천5백).

Words that mean "two or three" (두어, 서너, 대여섯, 몇) are never a number: `find_vague` tells
where they stand, so that the question can be asked again in a smaller way.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.nlu.normalise import READ_LIMIT

Kind = Literal["digit", "sino", "native", "mixed"]

_LONGEST_NUMBER = 60
"""A longer text is no number; this many characters write any amount up to 9,999조."""

SINO_DIGITS = {"영": 0, "공": 0, "빵": 0} | {
    char: value
    for value, chars in enumerate(("", "일", "이", "삼", "사", "오", "육륙", "칠", "팔", "구"))
    for char in chars
}
SMALL_UNITS = {"십": 10, "백": 100, "천": 1000}
BIG_UNITS = {"만": 10**4, "억": 10**8, "조": 10**12}
NATIVE_ONES = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "여덜": 8, "아홉": 9,
}  # fmt: skip
NATIVE_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60,
    "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
COUNTERS = (
    "개월", "사람", "가지", "군데", "마리", "박스", "상자", "세트", "묶음", "그릇", "켤레", "시간",
    "페이지", "프로", "퍼센트", "만원", "식구", "개", "장", "명", "번", "매", "부", "권", "통", "팀",
    "분", "인", "병", "벌", "잔", "근", "원", "살", "층", "호", "강", "회", "차", "시", "초", "일",
    "월", "년", "주", "달", "곳", "대", "평", "쪽", "배", "팩", "봉", "kg", "%", "세",
)  # fmt: skip
"""What may follow a number; the longer ones first."""

_D = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,16})(?:\.\d{1,8})?"
_S = "[일이삼사오육륙칠팔구]"
_DS = rf"(?:{_D}\s?|{_S})"
_LOW = rf"(?:{_DS}?천(?:\s(?=[\d{_S[1:-1]}백십]))?)?(?:{_DS}?백(?:\s(?=[\d{_S[1:-1]}십]))?)?(?:{_DS}?십)?"
_TAIL = rf"(?:(?<=[십백천만억조]\s)(?:\d,\d{{3}}|\d{{3,4}}|\d+(?=\s?만))(?!\d)|(?<![십백천만억조]\s){_D}|(?<![십백천만억조]\s){_S})?"
_GAP = r"(?:\s(?=[\d일이삼사오육륙칠팔구천백십만]))?"
_STRUCTURED = re.compile(
    rf"(?=[\d{_S[1:-1]}십백천만억조])"
    rf"(?:{_LOW}{_TAIL}\s?조{_GAP})?(?:{_LOW}{_TAIL}\s?억{_GAP})?(?:{_LOW}{_TAIL}\s?만{_GAP})?{_LOW}{_TAIL}"
)
_NATIVE_TENS = "열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔"
_NATIVE_ONES = "하나|둘|셋|넷|다섯|여섯|일곱|여덟|여덜|아홉|한|두|세|네|석|넉"
_NATIVE = re.compile(rf"(?:{_NATIVE_TENS})(?:{_NATIVE_ONES})?|{_NATIVE_ONES}")
_COUNTER = re.compile(r"\s?(" + "|".join(COUNTERS) + ")")
# A digit word and its neighbour (이삼, 서너): two or three, not twenty-three.
_VAGUE = re.compile(
    "두서너|두서넛|두어|두엇|서너|서넛|너댓|네댓|너덧|네다섯|너다섯|대여섯|대엿|예닐곱|일고여덟|일여덟|엳아홉|"
    "한두|한둘|두세|두셋|세네|여남은|(?<![가-힣])(?:몇|여러)(?:십|백|천|만)*|"
    "(?<![가-힣])수(?:십|백|천|만)+(?=\\s?[만억가-힣]|$)|"
    "[십백천만]여(?=\\s?(?:개|장|명|분|사람|원|일|년|평|곳))|"
    "\\d+여(?=\\s?(?:개|장|명|분|사람|원|일|년|평|곳))|"
    "(?:일이|이삼|삼사|사오|오륙|오육|육칠|칠팔|팔구)(?=\\s?(?:십|백|천|만|억|일(?![가-힣])|개|장|명|분|주|년|번))"
)
_BOUND_AFTER = re.compile(
    r"\s?(?:$|[^가-힣\w]|요|이요|이에요|예요|이여|입니다|정도|쯤|만|씩|은|는|이|가|을|를|로|으로|하고|랑|이랑|밖에|써요|있)"
)
_ENDING = re.compile(r"\s?(?:이?요|이에요|예요|입니다|정도|쯤|씩)*\s?[.!~]*")
# One syllable before a counter is a number only where no other word looks the same: 두부, 사장,
# 이번, 만일 and 구매 are none.
_NATIVE_COUNTERS = frozenset({
    "개", "장", "명", "분", "번", "시", "시간", "사람", "가지", "군데", "마리", "박스", "상자", "세트",
    "묶음", "그릇", "켤레", "달", "병", "잔", "벌", "살", "곳", "매", "권", "팀", "근", "팩", "봉",
    "식구", "통", "대", "개월",
})  # fmt: skip
_ROUND_COUNTERS = _NATIVE_COUNTERS - {"시", "대", "달"} | {"원", "부", "인", "만원", "프로", "%"}
_SINO_COUNTERS = frozenset({"개월", "강", "층", "호", "번", "프로", "퍼센트", "%", "만원", "인"})
_ROUND_AND_COPULA = re.compile(rf"[\d{_S[1:-1]}십백천만]*[백천만]이(?:[에예여]?요|고요|유|라)")
"""백이요 is a hundred with an ending, not 102."""
_NOT_NUMBERS = frozenset({"두통", "세대", "이번", "사인", "오인", "구인", "이인", "만세", "천장이"})
_ORDINAL_WORDS = {"첫": 1, "처음": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4}
_ORDINAL = re.compile(
    r"(?P<back>(?:맨\s?)?(?:마지막|끝|뒤|밑|아래)\s?에서\s?)?"
    r"(?:(?P<digits>\d{1,3})\s?번(?!호)(?:\s?째)?"
    r"|(?P<first>첫\s?(?:번\s?)?째|첫\s?번(?!호)|처음\s?(?=거|꺼|것|걸|$)|(?:맨|젤|제일)\s?(?:위|앞|처음))"
    rf"|(?P<native>(?:{_NATIVE_TENS})?(?:{_NATIVE_ONES})?)\s?(?:번\s?째|째)"
    r"|(?<![가-힣])(?P<sino>[일이삼사오육칠팔구십]{1,3})\s?번(?!\s?(?:주|달|에|호|만|엔|년))(?:\s?째)?"
    r"|(?P<last>(?:맨|젤|제일)\s?(?:마지막|끝|밑|아래|뒤)|마지막))"
)


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A number inside a text.

    Attributes:
        start: first character.
        end: one past the last character of the number, without its counter.
        value: the number; an int unless it has a fraction.
        kind: how it was written.
        counter: the counter after it (개, 장, 명, …), None without one.
    """

    start: int
    end: int
    value: int | float
    kind: Kind
    counter: str | None


def parse_number(text: str) -> int | float | None:
    """Return the number that the whole text writes, None if it writes anything else.

    Blanks, a sign and thousands separators are allowed. A row of digit words (공일공) is a
    phone or a code, not a number, and gives None.
    """
    if len(text) > _LONGEST_NUMBER:
        return None
    compact = re.sub(r"\s", "", text)
    sign = 1
    if match := re.match(r"마이[너나]스|[-+]", compact):
        sign = -1 if match.group() != "+" else 1
        compact = compact[match.end() :]
    value = _unsigned(compact) if compact else None
    return None if value is None else _whole(sign * value)


def _unsigned(text: str) -> int | float | None:
    if text in ("영", "공", "빵", "제로"):
        return 0
    return _fraction(text) if re.search("점|쩜|분의|/", text) else _integer(text)


def _fraction(text: str) -> int | float | None:
    if match := re.fullmatch(r"(.+?)(?:점|쩜)([영공일이삼사오육륙칠팔구]+|\d+)", text):
        whole = _unsigned(match[1])
        tail = "".join(str(SINO_DIGITS.get(char, char)) for char in match[2])
        return None if whole is None else float(f"{int(whole)}.{tail}")
    if match := re.fullmatch(r"(.+)분의(.+)", text) or re.fullmatch(r"(\d+)/(\d+)", text):
        first, second = _unsigned(match[1]), _unsigned(match[2])
        over, under = (first, second) if "/" in text else (second, first)
        return over / under if over is not None and under else None
    return None


def _integer(text: str) -> int | float | None:
    if native := _NATIVE.fullmatch(text):
        return _native_value(native.group())
    if text and _STRUCTURED.fullmatch(text):
        return evaluate(text)
    if (match := re.fullmatch(rf"(.*[십백천만억])({_NATIVE.pattern})", text)) and (
        _STRUCTURED.fullmatch(match[1])
    ):
        return evaluate(match[1]) + _native_value(match[2])
    return None


def evaluate(text: str) -> int | float:
    """Return the value of a well-formed Sino-Korean, digit or mixed number."""
    total: int | float = 0
    section: int | float = 0
    pending: int | float | None = None
    for token in re.findall(rf"{_D}|[가-힣]", text):
        if token in SMALL_UNITS:
            section += (1 if pending is None else pending) * SMALL_UNITS[token]
            pending = None
        elif token in BIG_UNITS:
            section += pending or 0
            total += (section or 1) * BIG_UNITS[token]
            section, pending = 0, None
        elif token in SINO_DIGITS:
            pending = SINO_DIGITS[token]
        else:
            plain = token.replace(",", "")
            pending = float(plain) if "." in plain else int(plain)
    return _whole(total + section + (pending or 0))


def find_numbers(text: str) -> list[NumberSpan]:
    """Return the numbers of a text in order, without overlaps and without vague ones.

    A number word counts only with a counter behind it or as a word of its own, so that
    이, 일이, 사이, 오이 and 한번 보자 are left alone.
    """
    text = text[:READ_LIMIT]
    blocked = find_vague(text)
    found: list[NumberSpan] = []
    end = 0
    for match in _CANDIDATE.finditer(text):
        if match.start() < end or any(a < match.end() and match.start() < b for a, b in blocked):
            continue
        span = _accept(text, match)
        if span:
            found.append(span)
            end = span.end
    return found


def find_vague(text: str) -> list[tuple[int, int]]:
    """Return where words like 두어, 서너, 대여섯, 몇, 이삼(십) stand."""
    return [match.span() for match in _VAGUE.finditer(text[:READ_LIMIT])]


def parse_ordinal(text: str) -> int | None:
    """Return which one of a numbered list is meant: 첫번째 -> 1, 2번 -> 2, 맨 마지막 -> -1.

    None when no ordinal or more than one stands in the text.
    """
    ordinals = find_ordinals(text)
    return ordinals[0] if len(ordinals) == 1 else None


def find_ordinals(text: str) -> list[int]:
    """Return all ordinals of a text, in order, each once; counted from the end if negative."""
    found: list[int] = []
    for match in _ORDINAL.finditer(text[:READ_LIMIT]):
        value = _ordinal_value(match)
        if value is not None and match["back"]:
            value = -value
        if value is not None and value not in found:
            found.append(value)
    return found


def _ordinal_value(match: re.Match[str]) -> int | None:
    if match["last"]:
        return -1
    if match["first"]:
        return 1
    if match["digits"]:
        return int(match["digits"])
    if match["sino"]:
        return int(evaluate(match["sino"]))
    native = match["native"] or ""
    return _ORDINAL_WORDS.get(native) or (_native_value(native) if native else None)


_CANDIDATE = re.compile(
    rf"{_STRUCTURED.pattern}(?<=[\d{_S[1:-1]}십백천만억조])|{_D}|{_NATIVE.pattern}"
)


def _accept(text: str, match: re.Match[str]) -> NumberSpan | None:
    """Return the span of a candidate that really is a number."""
    written = match.group().rstrip()
    if _ROUND_AND_COPULA.match(text, match.start()) and written.endswith("이"):
        written = written[:-1]
    if not written:
        return None
    end = match.start() + len(written)
    counter = _COUNTER.match(text, end)
    kind = _kind(written)
    if not (kind in {"digit", "mixed"} or _stands_alone(text, match.start(), end, counter)):
        return None
    value = _native_value(written) if kind == "native" else evaluate(written)
    return NumberSpan(match.start(), end, value, kind, counter[1] if counter else None)


def _stands_alone(text: str, start: int, end: int, counter: re.Match[str] | None) -> bool:
    """Tell whether a number word is used as one and is not part of another word."""
    written = text[start:end]
    after_word = start > 0 and "가" <= text[start - 1] <= "힣"
    if counter and len(written) > 1:
        return True
    if written == "이" and text[:start].rstrip()[-1:].isdecimal():
        return False  # 30이요: the copula
    if after_word or written + text[end : end + 1] in _NOT_NUMBERS:
        return False
    if counter:
        return _takes(written, counter)
    if len(written) == 1 and written not in "둘셋넷":
        return written not in "한두세네석넉" and bool(_ENDING.fullmatch(text, end))
    return bool(_BOUND_AFTER.match(text, end))


def _takes(written: str, counter: re.Match[str]) -> bool:
    """Tell whether one syllable and the counter behind it make a count (한 장, 삼강, 백명)."""
    if written in NATIVE_ONES or written in NATIVE_TENS:
        return counter[1] in _NATIVE_COUNTERS
    if written in "백천만십":
        return counter[1] in _ROUND_COUNTERS
    return counter[1] in _SINO_COUNTERS and counter.group() == counter[1]


def _kind(written: str) -> Kind:
    if written[0] in NATIVE_ONES or written[:2] in NATIVE_ONES | NATIVE_TENS or written[0] == "열":
        return "native"
    digits = any(char.isdecimal() for char in written)
    words = any("가" <= char <= "힣" for char in written)
    return "mixed" if digits and words else "digit" if digits else "sino"


def _native_value(written: str) -> int:
    for tens, value in NATIVE_TENS.items():
        if written.startswith(tens):
            return value + NATIVE_ONES.get(written[len(tens) :], 0)
    return NATIVE_ONES[written]


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
