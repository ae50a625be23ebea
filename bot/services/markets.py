"""Find the market somebody means, among 1,400 names of which some repeat nationwide.

The whole list is held in memory: an immutable `MarketIndex`, rebuilt when the version stamp
in the database changes. A name is looked for exactly, then by what it was also called, then
without the word for "market", then by the distance of its letters (jamo).
"""

import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.market import DataVersion, Market, MarketAlias

STAMP = "markets"
"""Name of the version stamp."""
CHECK_EVERY_S = 10.0
"""How long a process may answer from its copy before it looks at the stamp again."""
FUZZY_CUTOFF = 86
"""Least likeness of two spellings, 0-100, over decomposed letters."""
FUZZY_LIMIT = 5
FUZZY_SPREAD = 3
"""Spellings this close to the best one are offered with it."""
MIN_STEM = 2
"""A name without its ending must keep two syllables to be looked for."""

_ENDINGS = re.compile(
    r"(?:전통|재래|골목|종합|상설|공설|민속|향토)*(?:5일장|5일시장|시장|장터|상점가|상가|장)$"
)
_NOISE = re.compile(r"\(주\)|\(유\)|㈜|[\s·.,()\[\]'\"-]+")
_CITY_ENDINGS = re.compile(
    r"(?<=..)(?:특별자치시|특별자치도|특별시|광역시|도|시|군|구)$|(?<=.)(?:시|군|구)$"
)

_PROVINCES = {
    "충북": "충청북",
    "충남": "충청남",
    "전남": "전라남",
    "경북": "경상북",
    "경남": "경상남",
    "서울시": "서울",
}


@dataclass(frozen=True, slots=True)
class MarketHit:
    """One market as people need to see it to tell it from its namesakes.

    Attributes:
        city: 시·군·구 with the words of its region when there is no city.
        district: 읍·면·동; may be empty.
        address: the road address, or else the lot address.
        kind: `daily`, `five_day` or `daily_and_five_day`.
        market_days: last digits of the days of a periodic market, (2, 7); () when daily.
        region: 시·도.
    """

    id: int
    name: str
    city: str
    district: str
    address: str
    kind: str
    market_days: tuple[int, ...]
    region: str = ""


def normal(text: str) -> str:
    """Return a name as it is compared: no blanks, no marks, one spelling of 5일장."""
    bare = _NOISE.sub("", unicodedata.normalize("NFC", text)).casefold()
    return bare.replace("오일장", "5일장").replace("오일시장", "5일시장")


def stem(name: str) -> str:
    """Return a normal name without the word for "market": 자양전통시장 -> 자양."""
    return _ENDINGS.sub("", name)


def short_city(city: str) -> str:
    """Return a place without the word for its sort: 강릉시 -> 강릉."""
    return _CITY_ENDINGS.sub("", city)


def short_place(place: str) -> str:
    """Return a place as `short_city` has it, out of what people write: 충북 -> 충청북."""
    return _PROVINCES.get(place) or short_city(place)


class MarketIndex:
    """All markets, ready to be searched; never changes.

    Args:
        hits: the markets.
        aliases: market id -> other names.

    Attributes:
        names: canonical names, each once, in the order of the list.
    """

    def __init__(
        self, hits: Iterable[MarketHit], aliases: Mapping[int, Iterable[str]] | None = None
    ) -> None:
        self._hits = tuple(hits)
        self._by_id = {hit.id: hit for hit in self._hits}
        self.names = tuple(dict.fromkeys(hit.name for hit in self._hits))
        self._exact: dict[str, list[MarketHit]] = {}
        self._alias: dict[str, list[MarketHit]] = {}
        self._stem: dict[str, list[MarketHit]] = {}
        self._cities: set[str] = set()
        for hit in self._hits:
            self._add(hit, (aliases or {}).get(hit.id, ()))
        known = {**self._alias, **self._exact}
        self._spellings = {unicodedata.normalize("NFD", key): key for key in known}

    def __len__(self) -> int:
        return len(self._hits)

    def get(self, market_id: int) -> MarketHit | None:
        """Return one market by its id."""
        return self._by_id.get(market_id)

    def find(self, text: str, city: str | None = None) -> tuple[MarketHit, ...]:
        """Return the markets that `text` may mean: none, one, or several namesakes.

        Args:
            text: what was written, also with the city in front (강릉 중앙시장).
            city: 시·군·구 or 시·도 to which the search is narrowed.
        """
        name = normal(text)
        for place, rest in ((city, name), *self._places(name, city)):
            found = _within(self._named(rest), place)
            if found:
                return found
        return _within(self._like(name), city)

    def knows(self, text: str) -> bool:
        """Tell whether `text` names a market outright, so that its spelling needs no guess."""
        name = normal(text)
        return any(self._named(rest) for _, rest in ((None, name), *self._places(name, None)))

    def in_city(self, city: str) -> tuple[MarketHit, ...]:
        """Return all markets of a 시·군·구 or 시·도, in the order of the list."""
        return _within(self._hits, city)

    def _add(self, hit: MarketHit, aliases: Iterable[str]) -> None:
        name = normal(hit.name)
        self._exact.setdefault(name, []).append(hit)
        for alias in map(normal, aliases):
            self._alias.setdefault(alias, []).append(hit)
        for key in {stem(name), *(stem(normal(alias)) for alias in aliases)}:
            if len(key) >= MIN_STEM:
                self._stem.setdefault(key, []).append(hit)
        self._cities.update((short_city(hit.city), short_city(hit.region)))

    def _named(self, name: str) -> tuple[MarketHit, ...]:
        found = self._exact.get(name) or self._alias.get(name) or self._stem.get(stem(name))
        return tuple(found or ())

    def _places(self, name: str, city: str | None) -> list[tuple[str, str]]:
        """Return (city, rest) for every known place, or two, that the name begins with."""
        if city is not None:
            return []
        first = self._splits(name)
        return first + [split for _, rest in first for split in self._splits(rest)]

    def _splits(self, name: str) -> list[tuple[str, str]]:
        splits = ((short_place(name[:cut]), name[cut:]) for cut in range(2, len(name) - 1))
        return [(place, rest) for place, rest in splits if place in self._cities]

    def _like(self, name: str) -> tuple[MarketHit, ...]:
        if len(stem(name)) < MIN_STEM:
            return ()
        spelled = unicodedata.normalize("NFD", name)
        close = process.extract(
            spelled,
            self._spellings.keys(),
            scorer=fuzz.ratio,
            score_cutoff=FUZZY_CUTOFF,
            limit=FUZZY_LIMIT,
        )
        found: dict[int, MarketHit] = {}
        for spelling, score, _ in close:
            if score >= close[0][1] - FUZZY_SPREAD:
                found.update((hit.id, hit) for hit in self._named(self._spellings[spelling]))
        return tuple(found.values())


def _within(hits: Iterable[MarketHit], city: str | None) -> tuple[MarketHit, ...]:
    if not city:
        return tuple(hits)
    wanted = short_place(normal(city))
    return tuple(
        hit
        for hit in hits
        if wanted in {short_city(hit.region), *map(short_city, hit.city.split())}
        or wanted in map(short_city, hit.district.split())
    )


def load_index(session: Session) -> MarketIndex:
    """Read the whole list."""
    columns = (
        Market.id,
        Market.name,
        Market.city,
        Market.district,
        Market.road_address,
        Market.lot_address,
        Market.kind,
        Market.market_days,
        Market.region,
    )
    hits = [
        MarketHit(
            id=row.id,
            name=row.name,
            city=row.city or row.region,
            district=row.district,
            address=row.road_address or row.lot_address,
            kind=row.kind,
            market_days=tuple(row.market_days),
            region=row.region,
        )
        for row in session.execute(select(*columns).order_by(Market.id))
    ]
    aliases: dict[int, list[str]] = {}
    for market_id, alias in session.execute(select(MarketAlias.market_id, MarketAlias.name)):
        aliases.setdefault(market_id, []).append(alias)
    return MarketIndex(hits, aliases)


class MarketCache:
    """The index of this process; rebuilt when the stamp in the database has moved.

    Args:
        seconds: where the passing of time comes from.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._checked: float | None = None
        self._stamp: int | None = None
        self._index = MarketIndex(())

    def known(self) -> MarketIndex | None:
        """Return the index while it is fresh enough to need no look at the database."""
        fresh = self._checked is not None and self._seconds() - self._checked < CHECK_EVERY_S
        return self._index if fresh else None

    def get(self, session: Session) -> MarketIndex:
        """Return the present index; asks the database at most every `CHECK_EVERY_S`."""
        now = self._seconds()
        if self._checked is not None and now - self._checked < CHECK_EVERY_S:
            return self._index
        stamp = session.execute(
            select(DataVersion.value).where(DataVersion.name == STAMP)
        ).scalar_one_or_none()
        if self._checked is None or stamp != self._stamp:
            self._index = load_index(session)
        self._stamp, self._checked = stamp, now
        return self._index

    def forget(self) -> None:
        """Look at the stamp at the next call."""
        self._checked = None
