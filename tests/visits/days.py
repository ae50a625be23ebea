"""Random days for properties: shifts with lunch, visits that can be kept, ways of any length."""

from dataclasses import dataclass, field
from functools import cached_property

from hypothesis import strategies as st

from bot.services.visits.timeline import Shift, Stop
from bot.services.visits.travel import Place
from bot.services.visits.worked import without
from tests.visits.checker import Judge

SPOTS = tuple(Place(37.5, 127.0 + n / 100, n) for n in range(6))
HOME = Place(37.4, 127.0)


@dataclass(frozen=True)
class AnyWays:
    """Ways as they come: one way may take longer than a detour."""

    ways: dict[tuple[Place, Place], int] = field(default_factory=dict)

    def seconds(self, origin: Place, to: Place) -> int | None:
        return self.minutes(origin, to) * 60

    def minutes(self, origin: Place, to: Place) -> int:
        return self.ways[origin, to]


@st.composite
def any_ways(draw: st.DrawFn) -> AnyWays:
    places = (HOME, *SPOTS)
    longest = draw(st.sampled_from([5, 25, 60]))
    return AnyWays({(a, b): draw(st.integers(0, longest)) for a in places for b in places})


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    start = draw(st.integers(16, 22)) * 30
    end = start + draw(st.integers(6, 20)) * 30
    breaks = []
    if draw(st.booleans()):
        noon = draw(st.integers(start // 30 + 1, end // 30 - 1)) * 30 + draw(
            st.sampled_from([0, 10])
        )
        breaks.append((noon, noon + draw(st.sampled_from([20, 30, 60]))))
    if draw(st.booleans()):
        away = draw(st.integers(start, end - 20))
        breaks.append((away, away + draw(st.integers(15, 90))))
    spans = without([(start, end)], breaks) or ((start, end),)
    return Shift(
        HOME, spans, draw(st.integers(1, 5)), draw(st.sampled_from([60, 120, 400])), tuple(breaks)
    )


@dataclass(frozen=True)
class Day:
    """A day whose visits can be kept as planned."""

    shift: Shift
    stops: tuple[Stop, ...]
    ways: AnyWays

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.shift, self.ways)


@st.composite
def booked_days(draw: st.DrawFn) -> Day:
    """Return a day to which visits were added as long as the judge allowed them."""
    shift, ways = draw(shifts()), draw(any_ways())
    judge = Judge(shift, ways)
    stops: tuple[Stop, ...] = ()
    for number in range(draw(st.integers(0, 5))):
        start = draw(st.integers(shift.spans[0][0] // 10, shift.spans[-1][1] // 10)) * 10
        minutes = draw(st.sampled_from([20, 40, 60]))
        early, late = draw(st.sampled_from([(0, 0), (0, 0), (40, 60), (180, 180)]))
        stop = Stop(
            number + 1, start, minutes, start - early, start + late, draw(st.sampled_from(SPOTS))
        )
        trial = tuple(sorted((*stops, stop), key=lambda s: s.start))
        if judge.planned(trial) and judge.limits(trial):
            stops = trial
    return Day(shift, stops, ways)
