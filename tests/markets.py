"""A handful of markets for the tests; two share a name."""

from typing import Any


def _market(
    name: str,
    region: str,
    city: str,
    district: str,
    spot: tuple[float, float],
    days: tuple[int, ...] = (),
) -> dict[str, Any]:
    return {
        "name": name,
        "region": region,
        "city": city,
        "district": district,
        "road_address": f"{region} {city} 시장길 1",
        "lot_address": f"{region} {city} {district} 1",
        "kind": "five_day" if days else "daily",
        "market_days": list(days),
        "latitude": spot[0],
        "longitude": spot[1],
    }


MARKETS = (
    _market("자양전통시장", "서울특별시", "광진구", "자양동", (37.5342, 127.0830)),
    _market("신영시장", "서울특별시", "양천구", "신월동", (37.5213, 126.8312)),
    _market("중앙시장", "강원특별자치도", "강릉시", "성남동", (37.7530, 128.8980)),
    _market("중앙시장", "경상남도", "통영시", "중앙동", (34.8440, 128.4230)),
    _market("구포시장", "부산광역시", "북구", "구포동", (35.2078, 129.0030), (3, 8)),
    _market("모란민속5일장", "경기도", "성남시", "성남동", (37.4290, 127.1270), (4, 9)),
)
