"""Names of markets as people say them -> the canonical name.

Known names come from the caller (the market table); without one, from our own short list.
An unknown name stays as it was written. Names repeat nationwide (중앙시장): which town it
is, is a question for the dialogue.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from bot.nlu.endings import bare
from bot.nlu.hangul import jamo
from bot.nlu.tables import read_rows

_OWN = read_rows("markets.tsv", 2)
_KIND = r"(?:전통|재래|골목|종합|공설|상설|민속)?(?:시장|상점가|상가|시정|시쟝|장터|마켓|씨장)"
_KIND_END = re.compile(rf"{_KIND}(?:\(.*\))?$")
_NOISE = re.compile(
    r"^(?:저희는?|저는|우리는?|여기는?|시장은|시장이름은|시장\s이름은|저흰|서울(?:시|특별시)?|부산(?:시|광역시)?|대구(?:시)?|인천(?:시)?"
    r"|[가-힣]{1,3}구(?=\s)|[가-힣]{1,4}동(?=\s)에?)\s*(?:있는|에\s?있는|의)?\s*(?=\S)"
)
_TAIL = re.compile(
    r"\s*(?:안|안쪽|내|쪽)?\s*(?:에서|에|안에)?\s*(?:있어요?|있습니다|있는데요?|있지요?|있음|있구요|있고요|장사\s?(?:해요|합니다|하고\s?있어요|하는데요)"
    r"|해요|합니다|하고\s?있어요|하고\s?있습니다|하지요|이라고\s?해요|이라고|라고)?[요여유]?$"
)
_WORD = re.compile(rf"[가-힣0-9]{{1,12}}(?:\s?[가-힣0-9]{{1,8}})?\s?{_KIND}|[가-힣]{{2,8}}시장")
_FUZZY = 86
"""Least similarity of jamo strings, measured in reference on typos of closed lists."""
_FUZZY_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class MarketFound:
    """A market: its name, whether it is a known one, and where it stood."""

    name: str
    known: bool
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Index:
    exact: dict[str, str]
    stems: dict[str, tuple[str, ...]]
    by_jamo: tuple[tuple[str, str], ...]


def _stem(name: str) -> str:
    """Return a market's name without the word for market: 자양전통시장 -> 자양."""
    return _KIND_END.sub("", re.sub(r"\s", "", name))


@lru_cache(maxsize=8)
def _index(markets: tuple[str, ...]) -> _Index:
    """Return the look-up tables of a list of names; ours when the list is empty."""
    rows = [(name, "") for name in markets] if markets else _OWN
    aliases = {row[0]: row[1] for row in _OWN}
    exact: dict[str, str] = {}
    stems: dict[str, list[str]] = {}
    for name, *_ in rows:
        flat = re.sub(r"\s|\(.*?\)", "", name)
        exact[flat] = name
        stems.setdefault(_stem(flat), []).append(name)
    for name, *_ in rows:
        for alias in filter(None, aliases.get(name, "").split(",")):
            exact.setdefault(alias, name)
    by_jamo = tuple((jamo(_stem(alias) or alias), name) for alias, name in exact.items())
    return _Index(exact, {k: tuple(dict.fromkeys(v)) for k, v in stems.items()}, by_jamo)


def _fuzzy(flat: str, index: _Index) -> str | None:
    """Return the known market whose stem is spelled nearly like this one."""
    stem = _stem(flat)
    if len(stem) < _FUZZY_SHORTEST - 1 or (stem == flat and len(stem) < _FUZZY_SHORTEST):
        return None
    needle = jamo(stem)
    scored = max(((fuzz.ratio(needle, key), name) for key, name in index.by_jamo), default=(0, ""))
    return scored[1] if scored[0] >= _FUZZY else None


def canonical(name: str, markets: tuple[str, ...] = ()) -> str | None:
    """Return the canonical name of a market, None when it is not a known one.

    >>> canonical("자양시장"), canonical("자양 전통 시장"), canonical("어디에도없는시장")
    ('자양전통시장', '자양전통시장', None)
    """
    index = _index(markets)
    flat = re.sub(r"\s|\(.*?\)", "", name)
    if flat in index.exact:
        return index.exact[flat]
    named = index.stems.get(_stem(flat), ())
    if len(named) == 1 and (_stem(flat) != flat or len(flat) > 1):
        return named[0]
    return _fuzzy(flat, index)


def parse_market(text: str, markets: tuple[str, ...] = ()) -> MarketFound | None:
    """Read an answer to "어느 시장에 있으세요?".

    >>> parse_market("저희는 자양시장이요").name
    '자양전통시장'
    """
    found = find_market(text, markets)
    if found and found.known:
        return found
    cleaned = bare(text)
    for candidate in (cleaned, _TAIL.sub("", _NOISE.sub("", cleaned)), _TAIL.sub("", cleaned)):
        name = canonical(candidate, markets) if candidate else None
        if name:
            return MarketFound(name, known=True)
    if found:
        return found
    rest = _TAIL.sub("", _NOISE.sub("", cleaned)).strip()
    return MarketFound(rest, known=False) if rest else None


def find_market(text: str, markets: tuple[str, ...] = ()) -> MarketFound | None:
    """Return a market named anywhere in a text: one whose name ends in 시장 or 상점가.

    >>> find_market("자양시장 영자네반찬이요").name
    '자양전통시장'
    """
    unknown = None
    for match in _WORD.finditer(text):
        words = match.group().split()
        for skip in range(len(words)):
            name = canonical(" ".join(words[skip:]), markets)
            if name:
                start = match.start() + match.group().find(words[skip])
                return MarketFound(name, known=True, start=start, end=match.end())
        if _stem(match.group()):
            unknown = MarketFound(
                match.group().strip(), known=False, start=match.start(), end=match.end()
            )
    return unknown
