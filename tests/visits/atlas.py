"""Markets to plan visits for: made up, or for measurements those of the national list.

The made-up ones lie around the middle of real cities, as thick as markets do there.
"""

import csv
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.services.visits.travel import Place

LIST = Path(__file__).parents[3] / "shared" / "corpora" / "markets.csv"
"""전국전통시장표준데이터 (public data portal, 15012894), next to the repository; optional."""


class City(NamedTuple):
    """A region, the middle of its markets, how far they spread (degrees) and how many."""

    region: str
    latitude: float
    longitude: float
    spread: float
    markets: int
    supporters: int


CITIES = (
    City("서울특별시", 37.556, 126.990, 0.060, 60, 14),
    City("부산광역시", 35.158, 129.060, 0.050, 50, 12),
    City("경상남도", 35.230, 128.450, 0.300, 40, 11),
    City("경기도", 37.400, 127.050, 0.250, 40, 11),
    City("경상북도", 36.250, 128.750, 0.350, 36, 10),
    City("대구광역시", 35.868, 128.590, 0.040, 36, 8),
    City("전라남도", 34.850, 126.800, 0.300, 24, 7),
    City("강원특별자치도", 37.600, 128.400, 0.350, 16, 4),
    City("전북특별자치도", 35.750, 127.000, 0.200, 16, 4),
    City("충청남도", 36.550, 126.850, 0.250, 16, 4),
    City("충청북도", 36.700, 127.600, 0.200, 16, 4),
    City("인천광역시", 37.470, 126.680, 0.040, 14, 3),
    City("울산광역시", 35.540, 129.310, 0.040, 12, 3),
    City("대전광역시", 36.340, 127.400, 0.030, 10, 2),
    City("광주광역시", 35.150, 126.890, 0.030, 8, 2),
    City("제주특별자치도", 33.420, 126.560, 0.080, 8, 1),
)
"""100 supporters altogether."""


class Spot(NamedTuple):
    """A market."""

    name: str
    place: Place


@cache
def markets(region: str, *, listed: bool = False) -> tuple[Spot, ...]:
    """Return made-up markets of a region, or those of the list where it is at hand."""
    found = tuple(_listed(region)) if listed and LIST.exists() else ()
    return found or tuple(_made_up(city(region)))


def city(region: str) -> City:
    """Return the entry of a region."""
    return next(each for each in CITIES if each.region == region)


def _listed(region: str) -> Iterator[Spot]:
    short = {"전북특별자치도": "전라북도", "강원특별자치도": "강원도"}.get(region, region)
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            address = row["소재지도로명주소"] or row["소재지지번주소"]
            if address.startswith((region, short)) and row["위도"]:
                place = Place(float(row["위도"]), float(row["경도"]), number)
                yield Spot(row["시장명"], place)


def _made_up(around: City) -> Iterator[Spot]:
    rng = random.Random(around.region)  # noqa: S311 -- the same markets every time
    for number in range(1, around.markets + 1):
        latitude = rng.gauss(around.latitude, around.spread)
        longitude = rng.gauss(around.longitude, around.spread * 1.25)
        yield Spot(f"시장{number}", Place(latitude, longitude, number))
