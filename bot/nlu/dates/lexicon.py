"""The words for days and times, read once from data/time_words.tsv."""

import re
from collections.abc import Mapping
from importlib.resources import files


def _load() -> dict[str, dict[str, str]]:
    """Return field -> word as listed -> value."""
    table: dict[str, dict[str, str]] = {}
    text = files("bot.nlu").joinpath("data/time_words.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, value, words = line.split("\t")
            for word in words.split("|"):
                table.setdefault(name, {}).setdefault(word, value)
    return table


_SPELLINGS: Mapping[str, Mapping[str, str]] = _load()
WORDS: Mapping[str, Mapping[str, str]] = {
    name: {word.replace(" ", ""): meaning for word, meaning in words.items()}
    for name, words in _SPELLINGS.items()
}
"""Field of a point -> word without blanks -> value."""


def pattern(name: str) -> str:
    """Return the alternation of all words of a field, longest first, blanks optional."""
    words = sorted(_SPELLINGS[name], key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s?") for word in words) + ")"


def value(name: str, written: str) -> str:
    """Return what a word of a field means."""
    return WORDS[name][re.sub(r"\s", "", written)]
