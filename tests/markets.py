"""A handful of markets for the tests; two share a name."""

from typing import Any


def _market(
    name: str, region: str, city: str, district: str, days: tuple[int, ...] = ()
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
    }


MARKETS = (
    _market("자양전통시장", "서울특별시", "광진구", "자양동"),
    _market("신영시장", "서울특별시", "양천구", "신월동"),
    _market("중앙시장", "강원특별자치도", "강릉시", "성남동"),
    _market("중앙시장", "경상남도", "통영시", "중앙동"),
    _market("구포시장", "부산광역시", "북구", "구포동", (3, 8)),
    _market("모란민속5일장", "경기도", "성남시", "성남동", (4, 9)),
)
