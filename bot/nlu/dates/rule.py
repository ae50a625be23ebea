"""What a rule of the grammar is, and the numerals that all rules share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.nlu.numbers import NATIVE_ONES, evaluate

Fields = dict[str, object]
"""Fields of a point that one token fills."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or figure that says something about a day or a time."""

    start: int
    end: int
    fields: Fields


Build = Callable[[re.Match[str], Token | None], Fields | None]
"""Makes the fields of a match; gets the token before; None when it is no token after all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what it means.

    Attributes:
        name: a name for the alternation.
        pattern: the regular expression, without unnamed groups that others would read.
        build: makes the fields.
        asked: only read when a date or time was asked for.
    """

    name: str
    pattern: str
    build: Build
    asked: bool = False


HANGUL_BEFORE = "(?<![가-힣])"
SINO_99 = "(?:[이삼사오육칠팔구]?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구])"
SINO_TENS = "(?:[이삼사오육칠팔구]십[일이삼사오육칠팔구]?|십[일이삼사오육칠팔구])"
NATIVE_HOUR = "(?:열\\s?두|열\\s?한|열|다섯|여섯|일곱|여덟|여덜|아홉|한|두|세|네)"
NATIVE_COUNT = "(?:스물네|열두|열한|열|스무|한|두|세|네|석|넉|다섯|여섯|일곱|여덟|아홉)"
_NATIVE_VALUES = {**NATIVE_ONES, "열": 10, "열한": 11, "열두": 12, "스무": 20, "스물네": 24}


def amount(written: str) -> float:
    """Return the value of a numeral matched by one of the patterns above."""
    compact = re.sub(r"\s", "", written)
    if compact in _NATIVE_VALUES:
        return _NATIVE_VALUES[compact]
    return float(evaluate(compact))


_ENDS_OF_CLAUSES = frozenset("고서면은는에로데요")
"""What a word before a time ends in when blanks are left out: 말고세시, 바쁘고내일."""


def number(written: str) -> int:
    """Return the whole value of a numeral."""
    return int(amount(written))


def adjacent(match: re.Match[str], before: Token | None) -> bool:
    """Tell whether only a blank or a short particle lies between a token and the match."""
    if before is None:
        return False
    gap = match.string[before.end : match.start()]
    return gap.strip() in {"", "의", "에", "은", "는", ",", "날", "-", "("}


def joined_word(match: re.Match[str], before: Token | None) -> bool:
    """Tell whether the match continues a Hangul word that is not itself a token."""
    start = match.start()
    if start == 0 or not "가" <= match.string[start - 1] <= "힣":
        return False
    return match.string[start - 1] not in _ENDS_OF_CLAUSES and not adjacent(match, before)
