"""Solomon's routing instances as days of visits, and one of our own whose best plan is known.

M. M. Solomon, "Algorithms for the Vehicle Routing and Scheduling Problems with Time Window
Constraints", Operations Research 35 (1987). The files are not part of this repository: put
R101.txt, C101.txt, … into the folder that SOLOMON_DIR names, var/solomon if it names none.
"""

import itertools
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.services.visits.optimise.plan import (
    DayPlan,
    Place,
    Problem,
    Supporter,
    Visit,
)

BEST_KNOWN = {"R101": 1637.7, "C101": 827.3, "RC101": 1619.8, "R201": 1143.2}
"""Travelled distance, ways cut to one decimal as in the DIMACS challenge."""
TENTH = 10
"""The instances count in tenths."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance.

    Attributes:
        best: the best known travelled distance.
        demand: by visit (id); a supporter carries at most `capacity`.
    """

    name: str
    problem: Problem
    best: float
    demand: dict[int, int]
    capacity: int

    def distance(self, travel: int) -> float:
        """Return what a plan travels in the units of the instance."""
        return travel / TENTH

    def overloaded(self, plan: DayPlan) -> int:
        """Return how many supporters carry more than they can; days of visits know no loads."""
        loads = [sum(self.demand[stop.visit] for stop in route.stops) for route in plan.routes]
        return sum(load > self.capacity for load in loads)


def instances() -> list[Instance]:
    """Return the instances whose files are there."""
    folder = Path(os.environ.get("SOLOMON_DIR") or Path(__file__).parents[2] / "var" / "solomon")
    paths = ((name, folder / f"{name}.txt") for name in BEST_KNOWN)
    return [_read(name, path) for name, path in paths if path.exists()]


def _read(name: str, path: Path) -> Instance:
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    numbers = [[int(word) for word in row] for row in rows if row and row[0].isdigit()]
    (count, capacity), depot, *customers = numbers
    demand = {row[0]: row[3] for row in customers}
    problem = _problem(count, depot, customers)
    return Instance(name, problem, BEST_KNOWN[name], demand, capacity)


def _problem(count: int, depot: Sequence[int], customers: list[list[int]]) -> Problem:
    """Return the day: number, x, y, demand, ready, due, service in every row."""
    points = [(row[1], row[2]) for row in (depot, *customers)]
    return Problem(
        places=tuple(Place(str(n), y, x) for n, (x, y) in enumerate(points)),
        travel=tuple(tuple(int(TENTH * math.dist(a, b)) for b in points) for a in points),
        supporters=tuple(
            Supporter(
                id=number,
                name=str(number),
                start=0,
                end=0,
                hours=((depot[4] * TENTH, depot[5] * TENTH),),
                max_visits=len(customers),
            )
            for number in range(1, count + 1)
        ),
        visits=tuple(
            Visit(
                id=row[0],
                place=place,
                duration=row[6] * TENTH,
                earliest=row[4] * TENTH,
                latest=row[5] * TENTH,
            )
            for place, row in enumerate(customers, start=1)
        ),
        grid=1,
    )


def planted(tours: int = 10, stops: int = 10) -> Instance:
    """Return an instance whose best plan is known: one supporter a street, house by house.

    The houses of a street have windows one after the other, and all streets are visited at
    the same time, so nobody can serve two of them, or a street in another order.
    """
    customers, best = [], 0
    for tour in range(tours):
        turn = 2 * math.pi * tour / tours
        spots = [
            (round(400 * math.cos(turn) + 4 * n), round(400 * math.sin(turn))) for n in range(stops)
        ]
        ways = [(0, 0), *spots, (0, 0)]
        legs = [int(TENTH * math.dist(a, b)) for a, b in itertools.pairwise(ways)]
        best += sum(legs)
        for n, (x, y) in enumerate(spots):
            number, at = tour * stops + n + 1, 450 + 14 * n
            customers.append([number, x, y, 1, at - 1, at + 1, 10])
    problem = _problem(tours + 2, [0, 0, 0, 0, 0, 1100, 0], customers)
    demand = {row[0]: 1 for row in customers}
    return Instance("planted", problem, best / TENTH, demand, stops)
