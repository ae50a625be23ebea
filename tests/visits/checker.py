"""An independent judge of days, written from the definition: minute by minute, no arrays.

A visit takes up clock minutes that are all worked. Between two visits at least as many worked
minutes must lie as the way takes; likewise before the first and after the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from bot.services.visits.timeline import Shift, Stop
from bot.services.visits.travel import Place, TravelTimes

DAY = 1440


@dataclass(frozen=True)
class Judge:
    """Knows one shift and the ways."""

    shift: Shift
    travel: TravelTimes

    @cached_property
    def worked(self) -> list[bool]:
        return [any(a <= m < b for a, b in self.shift.spans) for m in range(DAY)]

    @cached_property
    def counted(self) -> list[int]:
        return [0, *accumulate(self.worked)]

    def minutes(self, start: int, end: int) -> int:
        """Return how many minutes are worked between two moments."""
        return max(0, self.counted[end] - self.counted[start])

    def allows(self, start: int, minutes: int) -> bool:
        """Tell whether a visit takes up worked minutes only."""
        inside = start >= 0 and start + minutes <= DAY
        return inside and self.counted[start + minutes] - self.counted[start] == minutes

    def way(self, here: Place, there: Place) -> int:
        return self.travel.minutes(here, there)

    def limits(self, stops: Sequence[Stop]) -> bool:
        places = [self.shift.home, *(s.place for s in stops), self.shift.home]
        ways = sum(self.way(a, b) for a, b in pairwise(places)) if stops else 0
        return len(stops) <= self.shift.max_visits and ways <= self.shift.max_travel

    def planned(self, stops: Sequence[Stop]) -> bool:
        """Tell whether the planned starts can be kept and are what was promised."""
        where, free = self.shift.home, 0
        for stop in stops:
            kept = stop.earliest <= stop.start <= stop.latest
            fits = self.allows(stop.start, stop.minutes)
            if not kept or not fits or self.minutes(free, stop.start) < self.way(where, stop.place):
                return False
            if stop.start < free:
                return False
            where, free = stop.place, stop.start + stop.minutes
        return not stops or self.minutes(free, DAY) >= self.way(where, self.shift.home)

    def possible(self, stops: Sequence[Stop]) -> bool:
        """Tell whether any starts inside the promises can be kept, in this order."""
        where, free = self.shift.home, 0
        for stop in stops:
            start = next(
                (
                    s
                    for s in range(max(stop.earliest, free), stop.latest + 1)
                    if self.allows(s, stop.minutes)
                    and self.minutes(free, s) >= self.way(where, stop.place)
                ),
                None,
            )
            if start is None:
                return False
            where, free = stop.place, start + stop.minutes
        return not stops or self.minutes(free, DAY) >= self.way(where, self.shift.home)
