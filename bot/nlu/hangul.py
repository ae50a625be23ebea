"""Hangul syllables taken apart: final consonants and jamo strings for fuzzy comparison."""

import unicodedata

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_OF_VERBS = frozenset({5, 6, 15, 18, 20})
"""Places of ㄵ ㄶ ㅀ ㅄ ㅆ among the finals: 앉 많 싫 없 했, in verbs and never in a name."""


def is_syllable(char: str) -> bool:
    """Tell whether the character is one complete Hangul syllable.

    >>> is_syllable("가"), is_syllable("ㄱ")
    (True, False)
    """
    return len(char) == 1 and _FIRST <= ord(char) <= _LAST


def has_final(char: str) -> bool:
    """Tell whether a syllable ends in a consonant (받침); False for anything else.

    >>> has_final("장"), has_final("자")
    (True, False)
    """
    return is_syllable(char) and (ord(char) - _FIRST) % _FINALS != 0


def is_of_verb(char: str) -> bool:
    """Tell whether a syllable ends as only verbs do.

    >>> is_of_verb("했"), is_of_verb("없"), is_of_verb("숙")
    (True, True, False)
    """
    return is_syllable(char) and (ord(char) - _FIRST) % _FINALS in _OF_VERBS


def jamo(text: str) -> str:
    """Return the text with every syllable split into its two or three jamo (NFD).

    >>> len(jamo("시장"))
    5
    """
    return unicodedata.normalize("NFD", text)
