"""What a stall sells -> one of the nine categories of the registration form."""

import re
from collections.abc import Mapping

from bot.nlu.choice import last_statement
from bot.nlu.tables import read_rows

_WORDS = {
    word.lower(): category
    for category, words in read_rows("categories.tsv", 2)
    for word in words.split(",")
}
_ANY = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
_SHORT_OK = re.compile(
    r"(?:^|[\s,·/]|하고|이랑|랑|와|과)([가-힣])(?=$|[\s,·/]|하고|이랑|랑|와|과|도|을|를|만|이요|요|장사|집|가게|팔|입니다|이에요|예요|임)"
)
_SELLING = re.compile(r"장사|팔아|팔고|팝니다|파는|가게|판매|취급|집이|집요|집$")


def _words(text: str) -> list[str]:
    """Return the goods named in a text; one-syllable words only where they stand alone."""
    spaced = [m.group(1) for m in _SHORT_OK.finditer(text) if m.group(1) in _WORDS]
    flat = re.sub(r"\s", "", text).lower()
    long = [m.group() for m in _ANY.finditer(flat) if len(m.group()) > 1]
    return long + [word for word in spaced if not any(word in known for known in long)]


def parse_category(text: str, options: Mapping[str, str]) -> tuple[str | None, bool]:
    """Return the category a text names, and whether it names several that differ.

    The first thing named decides when one follows from the other (떡 방앗간); goods of two
    categories are left to the merchant.

    >>> parse_category("떡 방앗간", {}), parse_category("과일이랑 채소", {})
    (('ricecake', False), ('vegetable_fruit', False))
    """
    found = _words(last_statement(text))
    kinds = list(dict.fromkeys(_WORDS[word] for word in found))
    if options:
        kinds = [kind for kind in kinds if kind in options.values()]
    if len(kinds) > 1 and "other" in kinds:
        kinds.remove("other")
    if not kinds:
        return None, False
    return kinds[0], len(kinds) > 1


def sells_something(text: str) -> bool:
    """Tell whether the text speaks of selling (생선 팔아요)."""
    return _SELLING.search(text) is not None
