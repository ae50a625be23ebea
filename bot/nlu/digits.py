"""Runs of digits however they are written: 010-1234, 공일공 일이삼사, 공1공 1234에 5육칠8.

Digit words count only inside runs, so that 이 and 일 in ordinary words stay words. "다시"
between digits is a hyphen. A last 이 before 여/요 may be the digit 2 or the copula: such a
run says so, and the caller decides by the length it needs (오사삼이여 = 5432 or 543).
"""

import re
from dataclasses import dataclass

from bot.nlu.hangul import is_syllable

_WORDS = str.maketrans("공영일이삼사오육륙칠팔구oOㅇ", "001234566789000")
_UNIT = r"[0-9공영일이삼사오육륙칠팔구]"
_GAP = r"(?:\s*(?:[-–—―ㅡ−.·/~,_()*]+|다시|대시|하이픈|짝대기|작대기|빼기|에|의)\s*|\s+)"
_RUN = re.compile(rf"{_UNIT}(?:{_GAP}?{_UNIT})*")
_LETTER_O = re.compile(r"(?<![A-Za-z])[oOㅇ](?=[1일])|(?<=[1일])[oOㅇ](?![A-Za-z])")
_WORD = re.compile(r"[공영일이삼사오육륙칠팔구]")
_SPLIT = re.compile(_GAP)
_LAST_GROUP = re.compile(rf"{_GAP}[공영일이삼사오육륙칠팔구]+$")
_FIRST_GROUP = re.compile(rf"([공영일이삼사오육륙칠팔구]+){_GAP}")
PLAIN_WORD = 3
"""A group of fewer digit words than this, glued to a word, is part of that word."""
_TAIL = re.compile(
    r"\s*(?:여|요|유|에요|예요|욤|용|여요|라예|라요|고|구|야|네|지|죠|인데|입니다|임|로|으로|번|이고|구요|가|은|는|을|를|아니|맞)?"
)


@dataclass(frozen=True, slots=True)
class DigitRun:
    """One run of digits.

    Attributes:
        digits: the digits, words translated.
        start: first character in the text.
        end: one past the last character.
        spoken: how many of the digits were words.
        open_tail: the last digit was a 이 that may be a copula.
        groups: the digits cut where blanks or separators stood.
    """

    digits: str
    start: int
    end: int
    spoken: int
    open_tail: bool
    groups: tuple[str, ...]

    def readings(self) -> tuple[str, ...]:
        """Return the digits, and the digits without a doubtful last 2."""
        return (self.digits, self.digits[:-1]) if self.open_tail else (self.digits,)


def _ending_at(text: str, end: int) -> bool:
    """Tell whether a copula or particle follows."""
    match = _TAIL.match(text, end)
    return bool(match and match.group().strip())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Move the ends of a run off groups that belong to ordinary words (이거, 제일)."""
    last = _LAST_GROUP.search(text, start, end)
    if last and is_syllable(text[end : end + 1]) and not _ending_at(text, end):
        end = last.start()
    first = _FIRST_GROUP.match(text, start, end)
    if first and is_syllable(text[start - 1 : start]) and first.end(1) - start < PLAIN_WORD:
        start = first.end()
    if text[end - 1] == "이" and text[end - 2 : end - 1].isascii():
        end -= 1
    return start, end


def _build(text: str, start: int, end: int) -> DigitRun:
    """Make a run of a match, translating words and noting its groups."""
    start, end = _trimmed(text, start, end)
    raw = text[start:end]
    groups = tuple(part.translate(_WORDS) for part in _SPLIT.split(raw) if part)
    return DigitRun(
        digits="".join(groups),
        start=start,
        end=end,
        spoken=len(_WORD.findall(raw)),
        open_tail=raw.endswith("이") and _ending_at(text, end),
        groups=groups,
    )


def digit_runs(text: str, least: int = 3) -> tuple[DigitRun, ...]:
    """Return the runs of at least `least` digits, left to right.

    >>> [run.digits for run in digit_runs("공일공에 구팔칠육에 오사삼이여")]
    ['01098765432']
    >>> [run.digits for run in digit_runs("010 다시 5555 다시 6666")]
    ['01055556666']
    """
    text = _LETTER_O.sub("0", text)
    found = []
    for match in _RUN.finditer(text):
        if match.end() - match.start() < least:
            continue
        run = _build(text, match.start(), match.end())
        if len(run.digits) >= least:
            found.append(run)
    return tuple(found)


def find_code(text: str, length: int) -> str | None:
    """Return the last run of exactly so many digits, None when there is none.

    >>> find_code("소신2847", 4), find_code("이팔사칠이라고 찍혔어요", 4), find_code("1원 왔어요", 4)
    ('2847', '2847', None)
    """
    for run in reversed(digit_runs(text)):
        readings = (run.digits, run.digits[:-1]) if text[run.end - 1] == "이" else (run.digits,)
        if found := next((digits for digits in readings if len(digits) == length), None):
            return found
    return None
