"""Whether the name on an account is the owner's or the business's.

Banks write names their own way: without blanks, with the kind of company before or after,
with the store in brackets behind the person, cut off, or with a letter hidden. People add a
title to a name. None of that makes it somebody else's account.
"""

import re
import unicodedata
from collections.abc import Iterable

from models.payment import HolderMatch

_COMPANY = re.compile(
    r"주식회사|유한책임회사|유한회사|합자회사|합명회사|사회적협동조합|협동조합|영농조합법인|사단법인|재단법인"
    r"|\((?:주|유|합|재|사|영)\)"
)
_TITLE = re.compile(
    r"(?:대표이사|대표님|대표자|대표|사장님|사장|점주|원장|선생님|선생|여사님|여사|님|씨|귀하)$"
)
_BRACKETS = re.compile(r"[(\[{<]([^()\[\]{}<>]*)[)\]}>]?")
_NOISE = re.compile(r"[^0-9a-z가-힣一-鿿*○●]")
_HIDDEN = re.compile(r"[*○●]")
_SHORTEST_NAME = 2
_CUT_FROM = 6
"""Banks cut long names off; so many letters that fit are no chance."""


def same_holder(holder: str, owner: str, businesses: Iterable[str]) -> HolderMatch:
    """Return whose account it is; `UNKNOWN` when there is nothing to compare.

    >>> same_holder("김복순(바다수산)", "김복순", ["바다 수산"]).value
    'owner'
    >>> same_holder("㈜바다수산", "김복순", ["바다 수산"]).value
    'business'
    >>> same_holder("박영희", "김복순", ["바다수산"]).value, same_holder("", "김복순", []).value
    ('none', 'unknown')
    """
    parts = _parts(holder)
    person = bare_name(owner)
    firms = {name for business in businesses for name in _parts(business)}
    if not parts or not (person or firms):
        return HolderMatch.UNKNOWN
    if person and any(_is_person(part, person, firms) for part in parts):
        return HolderMatch.OWNER
    if any(_is_firm(part, firm) for part in parts for firm in firms):
        return HolderMatch.BUSINESS
    return HolderMatch.NONE


def bare_name(name: str) -> str:
    """Return what of a name counts when it is compared.

    >>> bare_name("주식회사 바다 수산"), bare_name("(주)바다수산"), bare_name("김복순 사장님")
    ('바다수산', '바다수산', '김복순')
    """
    return _title_off(_plain(_BRACKETS.sub("", _company_off(name)) or _company_off(name)))


def _parts(name: str) -> tuple[str, ...]:
    """Return the name before brackets and the names in them."""
    text = _company_off(name)
    inside = _BRACKETS.findall(text)
    pieces = (_BRACKETS.sub(" ", text), *inside)
    bare = (_title_off(_plain(piece)) for piece in pieces)
    return tuple(dict.fromkeys(part for part in bare if part))


def _company_off(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = re.sub(r"\s+", "", text)
    return _COMPANY.sub("", text)


def _plain(text: str) -> str:
    return _NOISE.sub("", text)


def _title_off(name: str) -> str:
    """Take titles off, as long as a name is left (`대표` alone may be a store)."""
    while True:
        shorter = _TITLE.sub("", name)
        if shorter == name or len(shorter) < _SHORTEST_NAME:
            return name
        name = shorter


def _is_person(part: str, person: str, firms: set[str]) -> bool:
    """Tell whether a part is the owner, alone or with the store behind or before."""
    if _fits(part, person):
        return True
    return any(part in (person + firm, firm + person) for firm in firms)


def _is_firm(part: str, firm: str) -> bool:
    if part == firm:
        return True
    shorter, longer = sorted((part, firm), key=len)
    return len(shorter) >= _CUT_FROM and longer.startswith(shorter)


def _fits(part: str, person: str) -> bool:
    """Tell whether two names are one, hidden letters left out."""
    if not _HIDDEN.search(part):
        return part == person
    if len(part) != len(person):
        return False
    shown = [(a, b) for a, b in zip(part, person, strict=True) if not _HIDDEN.match(a)]
    return len(shown) >= _SHORTEST_NAME and all(a == b for a, b in shown)
