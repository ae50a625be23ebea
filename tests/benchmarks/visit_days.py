"""How good plans of supporters' days are, and how long they take: `report()` prints it all."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.services.visits.optimise.check import faults
from bot.services.visits.optimise.gate import decide
from bot.services.visits.optimise.plan import Cost, Problem, cost
from bot.services.visits.optimise.planning import limits_for
from bot.services.visits.optimise.reading import KEEP
from bot.services.visits.optimise.search import Limits, search
from tests.benchmarks.solomon import Instance, instances, planted
from tests.visits import atlas, oracle
from tests.visits.bookings import book

SOLOMON_S = 20.0
CITY_S = (2.0, 10.0)
NEAR = 1.01
DAYS = 5
ASKED = 10
"""People who want a visit, by supporter and day; the days are full then."""


@dataclass(frozen=True, slots=True)
class Line:
    """One day, or many together.

    Attributes:
        dropped: promised visits that the new plan does not make.
        broken: rules that the published plan breaks.
        before, after: seconds on the way.
        told: merchants to whom somebody else comes.
        seconds: that were looked.
    """

    name: str
    visits: int
    dropped: int
    broken: int
    before: int
    after: int
    told: int
    seconds: float

    @property
    def saved(self) -> float:
        """Share of the travelling that is saved."""
        return 1 - self.after / self.before

    def __str__(self) -> str:
        return (
            f"{self.name:34} {self.visits:5} visits, dropped {self.dropped}, "
            f"{self.before / 3600:7.2f} h -> {self.after / 3600:7.2f} h ({-100 * self.saved:+.1f} %), "
            f"{self.told:4} told, {self.seconds:6.1f} s"
        )


def solomon_lines(seconds: float = SOLOMON_S) -> Iterator[tuple[Instance, float, str]]:
    """Yield every instance, how far it is from the best known, and a line about it."""
    for instance in [*instances(), planted()]:
        reached: list[tuple[float, float]] = []

        def watch(at: float, found: Cost, reached: list[tuple[float, float]] = reached) -> None:
            reached.append((at, found.travel))

        found = search(instance.problem, Limits(seconds=seconds), watch)
        assert found.plan is not None
        distance = instance.distance(cost(instance.problem, found.plan).travel)
        gap = distance / instance.best - 1
        near = next(
            (
                at
                for at, travel in reached
                if instance.distance(int(travel)) <= NEAR * instance.best
            ),
            None,
        )
        within = "not reached" if near is None else f"{near:.1f} s"
        line = (
            f"{instance.name:8} best known {instance.best:7.1f}, ours {distance:7.1f} "
            f"({100 * gap:+.2f} %), within 1 % after {within}, {len(found.plan.routes)} routes, "
            f"overloaded {instance.overloaded(found.plan)}, {found.seconds:.0f} s"
        )
        yield instance, gap, line


def planned(name: str, day: Problem, limits: Limits) -> Line:
    """Plan one day and say what came of it."""
    found = search(day, limits)
    decision = decide(day, found.plan)
    made = decision.plan.start_of
    return Line(
        name,
        len(day.booked.start_of),
        len(day.booked.start_of.keys() - made.keys()),
        len(faults(day, decision.plan)),
        decision.before.travel,
        cost(day, decision.plan).travel,
        len(decision.told),
        found.seconds,
    )


def city_lines() -> Iterator[Line]:
    """Yield city days of eight supporters: as published, without regard to persons, and others."""
    for region in ("서울특별시", "대구광역시"):
        for seed in (1, 2, 3):
            day = book(region, supporters=8, asked=8 * ASKED, seed=seed, listed=True)
            for seconds in CITY_S:
                limits = Limits(seconds=seconds)
                name = f"{region} {seed}, {seconds:g} s"
                yield planned(name, day.problem(KEEP), limits)
            yield planned(f"{region} {seed}, anybody", day.problem(), Limits(seconds=CITY_S[0]))


def repair_line(region: str = "대구광역시", seconds: float = 10.0) -> Line:
    """Return what taking out and putting back in plain Python makes of a city day."""
    day = book(region, supporters=8, asked=8 * ASKED, seed=1, listed=True).problem()
    plan = oracle.repaired(day, rounds=10**6, seconds=seconds)
    before, after = cost(day, day.booked).travel, cost(day, plan).travel
    told = sum(day.expected[visit] != person for visit, person in plan.supporter_of.items())
    visits = len(day.booked.start_of)
    name = f"{region} 1, anybody, plain Python"
    broken = len(faults(day, plan))
    return Line(name, visits, visits - len(plan.start_of), broken, before, after, told, seconds)


def week_lines() -> Iterator[Line]:
    """Yield a week of every region, 100 supporters altogether, as the nightly job plans it."""
    for city in atlas.CITIES:
        days = [
            book(city.region, city.supporters, ASKED * city.supporters, seed, listed=True).problem(
                KEEP
            )
            for seed in range(DAYS)
        ]
        yield together(
            f"{city.region}, {city.supporters} supporters",
            [planned(city.region, day, limits_for(day)) for day in days],
        )


def together(name: str, lines: list[Line]) -> Line:
    """Return the sum of lines."""
    return Line(
        name,
        sum(line.visits for line in lines),
        sum(line.dropped for line in lines),
        sum(line.broken for line in lines),
        sum(line.before for line in lines),
        sum(line.after for line in lines),
        sum(line.told for line in lines),
        sum(line.seconds for line in lines),
    )
