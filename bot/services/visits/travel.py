"""How long it takes to get from one place to another. Pure.

The estimate: the air line times 1.35 is the way by road; 20 km/h as far as 5 km, rising evenly
to 65 km/h at 50 km; 5 minutes more for parking and finding the stall. These figures are
assumptions until check-ins have been compared with them. A longer way takes less time a
kilometre, so a detour is never shorter than the straight way: taking a visit out of a day
cannot make the rest of it impossible.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol

EARTH_KM = 6371.0088
"""Mean radius (IUGG)."""
DETOUR = 1.35
TOWN_KM, TOWN_KMH = 5.0, 20.0
OPEN_KM, OPEN_KMH = 50.0, 65.0
ACCESS_S = 5 * 60
SAME_MARKET_S = 3 * 60
NEVER = 100_000
"""Minutes to a place that cannot be reached: more than any day has."""
MINUTE = 60
MAINLAND = "mainland"
MEMO = 100_000
"""Places and ways a process remembers."""


class Place(NamedTuple):
    """A point on the map; a plain tuple, because it is looked up thousands of times a request.

    Attributes:
        latitude, longitude: degrees, WGS 84.
        market_id: the market it lies in; None for a home or an office.
    """

    latitude: float
    longitude: float
    market_id: int | None = None


class TravelTimes(Protocol):
    """Tells how long the way takes."""

    def seconds(self, origin: Place, to: Place) -> int | None:
        """Return the seconds from `origin` to `to`, None when there is no way by road."""
        ...

    def minutes(self, origin: Place, to: Place) -> int:
        """Return whole minutes, rounded up; `NEVER` when there is no way by road."""
        ...


Box = tuple[float, float, float, float]
ISLANDS: tuple[tuple[str, Box], ...] = (
    ("jeju", (33.10, 33.62, 126.08, 126.99)),
    ("chuja", (33.90, 34.02, 126.25, 126.42)),
    ("ulleung", (37.42, 37.58, 130.75, 131.95)),
    ("baengnyeong", (37.75, 38.02, 124.58, 124.78)),
    ("yeonpyeong", (37.58, 37.72, 125.62, 125.78)),
    ("deokjeok", (37.10, 37.30, 125.90, 126.22)),
    ("heuksan", (34.55, 34.85, 125.05, 125.52)),
    ("bogil", (34.10, 34.25, 126.47, 126.75)),
    ("cheongsan", (34.13, 34.22, 126.80, 126.97)),
    ("geumil", (34.27, 34.40, 126.96, 127.12)),
    ("geomun", (33.98, 34.10, 127.22, 127.36)),
    ("yokji", (34.58, 34.68, 128.20, 128.34)),
)
"""(name, south, north, west, east) of inhabited islands without a bridge. Wando, Jindo, Geoje,
Yeongheung and the bridged islands of Sinan are mainland."""


@lru_cache(maxsize=MEMO)
def reach_of(place: Place) -> str:
    """Return what is connected by road with a place: `mainland` or the name of an island."""
    latitude, longitude, _ = place
    for name, (south, north, west, east) in ISLANDS:
        if south <= latitude <= north and west <= longitude <= east:
            return name
    return MAINLAND


def distance_km(origin: Place, to: Place) -> float:
    """Return the air line."""
    lat1, lat2 = math.radians(origin.latitude), math.radians(to.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(to.longitude - origin.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(chord))


def speed_kmh(road_km: float) -> float:
    """Return the mean speed on a way of this length."""
    if road_km <= TOWN_KM:
        return TOWN_KMH
    if road_km >= OPEN_KM:
        return OPEN_KMH
    share = (road_km - TOWN_KM) / (OPEN_KM - TOWN_KM)
    return TOWN_KMH + share * (OPEN_KMH - TOWN_KMH)


@lru_cache(maxsize=MEMO)
def estimate_s(origin: Place, to: Place) -> int | None:
    """Return the estimated seconds; None between islands and the mainland."""
    if origin.market_id is not None and origin.market_id == to.market_id:
        return SAME_MARKET_S
    if reach_of(origin) != reach_of(to):
        return None
    road_km = DETOUR * distance_km(origin, to)
    return ACCESS_S + round(road_km / speed_kmh(road_km) * 3600)


def cell_of(place: Place) -> str:
    """Return the square of about 100 m under which measured ways are kept."""
    return f"{place.latitude:.3f},{place.longitude:.3f}"


class Travel:
    """Measured ways where they are known, the estimate elsewhere. One a process, shared.

    Args:
        known: (cell, cell) -> seconds by road, parking not included.
    """

    def __init__(self, known: Mapping[tuple[str, str], int] | None = None) -> None:
        self._known = dict(known or {})
        self._minutes: dict[tuple[Place, Place], int] = {}

    def seconds(self, origin: Place, to: Place) -> int | None:
        """Return the seconds from `origin` to `to`, None when there is no way by road."""
        if self._known and (origin.market_id is None or origin.market_id != to.market_id):
            measured = self._known.get((cell_of(origin), cell_of(to)))
            if measured is not None:
                return measured + ACCESS_S
        return estimate_s(origin, to)

    def minutes(self, origin: Place, to: Place) -> int:
        """Return whole minutes, rounded up; `NEVER` when there is no way by road."""
        way = (origin, to)
        found = self._minutes.get(way)
        if found is None:
            seconds = self.seconds(origin, to)
            found = NEVER if seconds is None else -(-seconds // MINUTE)
            if len(self._minutes) >= MEMO:
                self._minutes.clear()
            self._minutes[way] = found
        return found


ESTIMATED = Travel()
"""The estimate alone; shared, so that what it remembers outlives a question."""
