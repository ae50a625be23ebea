"""Which supporters share their days: those who work in the same regions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.services.visits.team import Supporter


@dataclass(frozen=True, slots=True)
class Group:
    """Supporters whose days are planned together.

    Attributes:
        regions: 시·도 in which they work, in order.
        supporters: ids.
    """

    regions: tuple[str, ...]
    supporters: tuple[int, ...]

    @property
    def name(self) -> str:
        """The regions in one word, as plans keep it."""
        return "+".join(self.regions)


def groups(team: Iterable[Supporter], region_of_market: Mapping[int, str]) -> tuple[Group, ...]:
    """Return the groups; who works in two regions joins them into one.

    Args:
        team: the supporters.
        region_of_market: market (id) -> region, for areas that are a single market.
    """
    regions: list[set[str]] = []
    people: list[set[int]] = []
    for supporter in team:
        mine = {
            area.region if area.market_id is None else region_of_market.get(area.market_id, "")
            for area in supporter.areas
        } - {""}
        joined = [n for n, known in enumerate(regions) if known & mine]
        members = {supporter.id}.union(*(people[n] for n in joined))
        mine = mine.union(*(regions[n] for n in joined))
        regions = [known for n, known in enumerate(regions) if n not in joined] + [mine]
        people = [known for n, known in enumerate(people) if n not in joined] + [members]
    found = [
        Group(tuple(sorted(where)), tuple(sorted(who)))
        for where, who in zip(regions, people, strict=True)
        if where
    ]
    return tuple(sorted(found, key=lambda group: group.regions))
