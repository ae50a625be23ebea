"""One message in the three shapes that the parsers read, made once."""

import re
from dataclasses import dataclass

from bot.nlu.dialect import standard
from bot.nlu.endings import trim
from bot.nlu.normalise import Normalised, normalise

_BLANKS = re.compile(r"\s+")
_MARKS = re.compile(r"[\s~!?.,;:^'\"“”‘’…·()\[\]<>♡♥]+")
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]+"
)
_LETTERS = re.compile(r"[0-9A-Za-z가-힣ㄱ-ㅎ]")
_LAUGH = re.compile(r"[ㅋㅎㅠㅜ]+(?=$|[^ㄱ-ㅎ])")
MAX_CHARS = 1000
"""A longer message is read only up to here; nobody answers a question in more."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a merchant wrote.

    Attributes:
        normal: normalised text with the way back to the original.
        text: the normalised text.
        flat: lower case without blanks.
        core: `flat` without punctuation, laughter, filler, and emoji beside words, endings in
            the standard language: for exact tables and stems.
        question: a question mark stood in the text.
    """

    normal: Normalised
    text: str
    flat: str
    core: str
    question: bool


def read_message(original: str) -> Message:
    """Prepare a message; only the first 1,000 characters are read."""
    normal = normalise(original[:MAX_CHARS])
    text = normal.text
    flat = _BLANKS.sub("", text).lower()
    worded = _PICTURES.sub(" ", text) if _LETTERS.search(text) else text
    core = _MARKS.sub("", standard(_LAUGH.sub("", trim(worded) or text))).lower()
    return Message(normal, text, flat, core, "?" in text)
