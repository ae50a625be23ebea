"""Stems that decide an intent: data/rules*.tsv, read from top to bottom, first match wins.

The order carries the pair rules: kit before payment, status before request, changing before
cancelling. A rule says where it applies, so that a store may be called 잠깐만요분식.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.nlu.tables import read_rows

SPACED = "~"
"""A pattern that starts with this reads the text with its blanks."""
FILES = ("rules_notices.tsv", "rules.tsv", "rules_flows.tsv")
OPEN = frozenset({"free", "main_menu"})


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a stem when the first message needs it: starting up stays quick."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the intent, where it applies, what must and must not stand there."""

    intent: str
    where: tuple[str, ...]
    every: tuple[str, ...]
    spaced: tuple[str, ...]
    none: str
    extra: Mapping[str, str]

    def applies(self, asked: str) -> bool:
        """Tell whether the rule is read while this question is open."""
        if any(_place_fits(place[1:], asked) for place in self.where if place.startswith("-")):
            return False
        return any(_place_fits(place, asked) for place in self.where)

    def matches(self, core: str, text: str) -> bool:
        """Tell whether the text fits the rule."""
        if not all(_compiled(pattern).search(core) for pattern in self.every):
            return False
        if not all(_compiled(pattern).search(text) for pattern in self.spaced):
            return False
        return not (self.none and _compiled(self.none).search(core))


def _place_fits(place: str, asked: str) -> bool:
    """Tell whether one word of the `where` column covers the open question."""
    if place == "any":
        return True
    if place in ("open", "busy"):
        return (asked in OPEN) == (place == "open")
    return asked == place or asked.startswith(place + ".")


def _read(row: tuple[str, ...]) -> Rule:
    intent, where, every, none, extra = row
    parts = every.split(" & ")
    return Rule(
        intent=intent,
        where=tuple(where.split(",")),
        every=tuple(part for part in parts if not part.startswith(SPACED)),
        spaced=tuple(part[1:] for part in parts if part.startswith(SPACED)),
        none=none,
        extra=dict(pair.split("=", 1) for pair in extra.split(";") if pair),
    )


RULES = tuple(_read(row) for name in FILES for row in read_rows(name, 5))
_BY_ASKED: dict[str, tuple[Rule, ...]] = {}


def rules_for(asked: str) -> tuple[Rule, ...]:
    """Return the rules that apply while this question is open, in order."""
    if asked not in _BY_ASKED:
        _BY_ASKED[asked] = tuple(rule for rule in RULES if rule.applies(asked))
    return _BY_ASKED[asked]


def match_rule(core: str, asked: str, text: str = "") -> Rule | None:
    """Return the first rule that the text fits, None when there is none.

    Args:
        core: the message without blanks and marks.
        asked: the open question.
        text: the message with its blanks; `core` when left out.

    >>> match_rule("상담원", "kit.items").intent
    'human'
    """
    spaced = text or core
    for may_match, rule in _ladder(asked):  # a plain loop: a hundred stems for every message
        if may_match(core) and rule.matches(core, spaced):
            return rule
    return None


def compile_rules(asked: str) -> None:
    """Compile every stem that applies while this question is open: see `warm_up`."""
    for rule in rules_for(asked):
        for pattern in (*rule.every, *rule.spaced, rule.none):
            _compiled(pattern)
    _ladder(asked)


@cache
def _ladder(asked: str) -> tuple[tuple[Callable[[str], object], Rule], ...]:
    """Return the rules that apply, each behind the search for its first stem."""
    return tuple(
        (_compiled(rule.every[0] if rule.every else "").search, rule) for rule in rules_for(asked)
    )
