"""How long the ways take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.visits.travel import (
    ACCESS_S,
    DETOUR,
    NEVER,
    SAME_MARKET_S,
    Place,
    Travel,
    cell_of,
    distance_km,
    estimate_s,
    reach_of,
    speed_kmh,
)

MANGWON, GWANGJANG = Place(37.5572, 126.9060, 1), Place(37.5701, 126.9997, 2)
JEJU, BUSAN = Place(33.5116, 126.5260, 3), Place(35.1632, 129.0609, 4)
MAINLAND = st.builds(Place, st.floats(35.0, 38.0), st.floats(127.3, 129.0), st.none())


def test_distance_of_two_cities() -> None:
    assert distance_km(Place(37.5665, 126.9780), Place(35.1796, 129.0756)) == pytest.approx(
        325, 0.01
    )


@pytest.mark.parametrize(("road_km", "kmh"), [(0, 20), (5, 20), (27.5, 42.5), (50, 65), (400, 65)])
def test_speed_rises_with_the_way(road_km: float, kmh: float) -> None:
    assert speed_kmh(road_km) == pytest.approx(kmh)


def test_a_way_in_town() -> None:
    road = DETOUR * distance_km(MANGWON, GWANGJANG)
    assert road == pytest.approx(11.3, 0.02)
    seconds = estimate_s(MANGWON, GWANGJANG)
    assert seconds == pytest.approx(ACCESS_S + road / speed_kmh(road) * 3600, abs=1)
    assert Travel().minutes(MANGWON, GWANGJANG) == -(-(seconds or 0) // 60)


def test_within_a_market_it_is_three_minutes_however_large_it_is() -> None:
    other_end = Place(37.5600, 126.9100, 1)
    assert estimate_s(MANGWON, other_end) == SAME_MARKET_S
    assert Travel().minutes(MANGWON, MANGWON) == 3


def test_two_homes_are_not_one_market() -> None:
    home = Place(37.5572, 126.9060)
    assert estimate_s(home, home) == ACCESS_S


@pytest.mark.parametrize(
    ("place", "reach"),
    [
        (BUSAN, "mainland"),
        (JEJU, "jeju"),
        (Place(33.2541, 126.5601), "jeju"),
        (Place(37.4845, 130.9057), "ulleung"),
        (Place(37.9660, 124.7160), "baengnyeong"),
        (Place(34.3110, 126.7550), "mainland"),
        (Place(34.8803, 128.6211), "mainland"),
        (Place(37.2560, 126.4860), "mainland"),
    ],
    ids=["Busan", "Jeju", "Seogwipo", "Ulleung", "Baengnyeong", "Wando", "Geoje", "Yeongheung"],
)
def test_islands_without_a_bridge(place: Place, reach: str) -> None:
    assert reach_of(place) == reach


def test_there_is_no_road_to_jeju() -> None:
    travel = Travel()
    assert travel.seconds(BUSAN, JEJU) is None
    assert travel.minutes(BUSAN, JEJU) == NEVER
    assert travel.minutes(JEJU, Place(33.25, 126.56, 9)) < 120


@given(MAINLAND, MAINLAND, MAINLAND)
def test_a_detour_is_never_shorter(a: Place, b: Place, c: Place) -> None:
    travel = Travel()
    assert travel.minutes(a, c) <= travel.minutes(a, b) + travel.minutes(b, c)


def test_a_measured_way_counts_before_the_estimate() -> None:
    travel = Travel({(cell_of(MANGWON), cell_of(GWANGJANG)): 1000})
    assert travel.seconds(MANGWON, GWANGJANG) == 1000 + ACCESS_S
    assert travel.seconds(GWANGJANG, MANGWON) == estimate_s(GWANGJANG, MANGWON)
    assert travel.seconds(MANGWON, MANGWON) == SAME_MARKET_S
