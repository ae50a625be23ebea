"""Character and jamo n-grams of a message: what the intent classifier looks at.

Syllables carry the meaning, jamo survive a mistyped key. Blanks are dropped: merchants use
them as they like.
"""

import re
from collections import Counter

from bot.nlu.hangul import jamo

_DROP = re.compile(r"[^0-9a-z가-힣ㄱ-ㅎㅏ-ㅣ]")
_DIGITS = re.compile(r"\d+")
MAX_CHARS = 60
"""Only so many characters count: a wish stands in the first sentence."""


def features(text: str) -> dict[str, float]:
    """Return feature -> value; the values have unit length together, {} for nothing to read.

    >>> sorted(features("네"))[-2:]
    ['s:네', 's:네$']
    """
    flat = _DIGITS.sub("0", _DROP.sub("", text.lower()))[:MAX_CHARS]
    if not flat:
        return {}
    counted: Counter[str] = Counter()
    framed = f"^{flat}$"
    for size in (1, 2, 3):
        counted.update("s:" + framed[i : i + size] for i in range(len(framed) - size + 1))
    split = f"^{jamo(flat)}$"
    for size in (4, 6):
        counted.update("j:" + split[i : i + size] for i in range(len(split) - size + 1))
    norm = sum(count * count for count in counted.values()) ** 0.5
    return {name: count / norm for name, count in counted.items()}
