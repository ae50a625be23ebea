"""A second look at a message that was not understood: one mistyped key per word forgiven.

Only closed-vocabulary words are repaired, compared by jamo; names and free texts never are,
because they are understood (kept as written) the first time.
"""

import re

from rapidfuzz.distance import Levenshtein

from bot.nlu.hangul import jamo
from bot.nlu.tables import read_rows

_WORDS = tuple(word for (words,) in read_rows("spelling.tsv", 1) for word in words.split(","))
_JAMO: dict[int, tuple[tuple[str, str], ...]] = {}
for _word in _WORDS:
    if len(_word) > 1:
        _JAMO[len(_word)] = (*_JAMO.get(len(_word), ()), (_word, jamo(_word)))
_LENGTHS = tuple(sorted(_JAMO, reverse=True))
_TOKEN = re.compile(r"[가-힣0-9]{2,12}")
MAX_CHARS = 60
"""Longer messages are not looked at again."""


def _nearest(piece: str) -> str | None:
    """Return the only word one jamo away from a piece of the same length, None otherwise."""
    split = jamo(piece)
    near = {
        word
        for word, known in _JAMO.get(len(piece), ())
        if Levenshtein.distance(split, known, score_cutoff=1) == 1
    }
    return near.pop() if len(near) == 1 else None


def _repaired_token(token: str) -> str:
    """Return the token with its first words repaired, longest words first."""
    if any(token.startswith(word) for word in _WORDS):
        return token
    for length in _LENGTHS:
        piece = token[:length]
        word = _nearest(piece) if len(piece) == length else None
        if word:
            return word + token[length:]
    return token


def repair(text: str) -> str:
    """Return the text with mistyped words of the closed vocabulary put right.

    >>> repair("픨요없어요"), repair("동영샹으로 볼게요")
    ('필요없어요', '동영상으로 볼게요')
    """
    if len(text) > MAX_CHARS:
        return text
    return _TOKEN.sub(lambda match: _repaired_token(match.group()), text)
