"""A day as it is booked: people ask one after the other, the slot engine finds them a time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.services.visits.optimise.intake import Person, Terms, day_problem
from bot.services.visits.optimise.plan import Problem
from bot.services.visits.timeline import Shift, Stop, Timeline
from bot.services.visits.travel import Place, Travel
from tests.visits import atlas

SKILLS = ("channel", "content", "pay", "kit")
LUNCH = (720, 780)
HOURS = ((540, 720), (780, 1080))
NEAR_WISH = 60
"""Minutes from the wish within which the cheapest start is taken, further off the nearest."""
_TRAVEL = Travel()


@dataclass
class BookedDay:
    """One day of one region.

    Attributes:
        asked: how many people wanted a visit.
        refused: stops that found no place.
    """

    people: list[Person]
    terms: dict[int, Terms] = field(default_factory=dict)
    refused: list[Stop] = field(default_factory=list)
    asked: int = 0

    def problem(self, keep: int = 0, waiting: Sequence[Stop] = ()) -> Problem:
        """Return the day as a problem."""
        terms = dict(self.terms)
        for stop in waiting:
            asked = terms[stop.visit_id]
            terms[stop.visit_id] = replace(asked, prize=4 * 3600, is_promised=False)
        return day_problem(self.people, waiting, terms, _TRAVEL, keep)


def book(region: str, supporters: int, asked: int, seed: int, *, listed: bool = False) -> BookedDay:
    """Return a day for which `asked` people wanted a visit; some find no free time.

    60 % want a certain time, 25 % a half of the day, 15 % any time; half of them need one of
    the skills, of which every supporter has two to four. `listed` takes real markets.
    """
    rng = random.Random(f"{region} {seed}")  # noqa: S311 -- the same day every time
    markets = atlas.markets(region, listed=listed)
    days = {
        number: Timeline(_shift(rng, markets), (), _TRAVEL) for number in range(1, supporters + 1)
    }
    able = {number: frozenset(rng.sample(SKILLS, rng.randint(2, 4))) for number in days}
    day = BookedDay([], asked=asked)
    for visit in range(1, asked + 1):
        spot = rng.choice(markets)
        skills = frozenset(rng.sample(SKILLS, 1)) if rng.random() < 0.5 else frozenset()
        day.terms[visit] = Terms(skills=skills, label=f"{visit}번 점포", market=spot.name)
        stop, starts = _wish(rng, visit, spot.place)
        taken = min(_offers(days, able, skills, stop, starts), default=None)
        if taken is None:
            day.refused.append(stop)
        else:
            _, _, number, start, position = taken
            promised = start if stop.earliest == stop.latest else None
            booked = replace(
                stop,
                start=start,
                earliest=stop.earliest if promised is None else promised,
                latest=stop.latest if promised is None else promised,
            )
            grown = days[number].taking(booked, position)
            assert grown is not None
            days[number] = grown
    day.people = [
        Person(
            id=number,
            name=f"서포터즈 {number}",
            skills=able[number],
            shift=timeline.shift,
            stops=timeline.stops,
        )
        for number, timeline in days.items()
    ]
    return day


def _shift(rng: random.Random, markets: Sequence[atlas.Spot]) -> Shift:
    near = rng.choice(markets).place
    home = Place(near.latitude + rng.gauss(0, 0.01), near.longitude + rng.gauss(0, 0.01))
    return Shift(home, HOURS, 8, 480, (LUNCH,))


def _wish(rng: random.Random, visit: int, place: Place) -> tuple[Stop, list[int]]:
    """Return what is wanted, and the starts that would do."""
    minutes = rng.choice((30, 40, 40, 60, 60, 90))
    wish = rng.randrange(540, 1020, 30)
    kind = rng.random()
    if kind < 0.60:
        starts = [start for start in range(540, 1080, 30) if abs(start - wish) <= 180]
        return Stop(visit, wish, minutes, wish, wish, place), starts
    earliest, latest = (540, 1050) if kind >= 0.85 else (540, 690) if wish < 720 else (780, 1050)
    starts = list(range(earliest, latest + 1, 30))
    return Stop(visit, wish, minutes, earliest, latest, place), starts


def _offers(
    days: dict[int, Timeline],
    able: dict[int, frozenset[str]],
    skills: frozenset[str],
    wanted: Stop,
    starts: list[int],
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield (minutes off the wish, more travel, supporter, start, position) of what is free."""
    for number, timeline in days.items():
        if not skills <= able[number]:
            continue
        for room in timeline.room(wanted.place, wanted.minutes, (starts[0], starts[-1])):
            for first, last in room.starts:
                for start in starts:
                    if first <= start <= last:
                        off = abs(start - wanted.start)
                        yield max(0, off - NEAR_WISH), room.extra, number, start, room.position
