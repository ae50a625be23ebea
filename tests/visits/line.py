"""Small days on a line: from one place to the next it is ten minutes, within one three."""

from dataclasses import replace

from bot.services.visits.optimise.plan import (
    HOUR,
    MINUTE,
    DayPlan,
    Place,
    Problem,
    Route,
    Stop,
    Supporter,
    Visit,
)

PLACES = tuple(Place(f"{number}가 시장", 37.5, 127.0 + number / 100) for number in range(7))
TRAVEL = tuple(
    tuple(abs(here - there) * 10 * MINUTE or 3 * MINUTE for there in range(7)) for here in range(7)
)
HOURS = ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))


def at(hour: int, minute: int = 0) -> int:
    """Return a time of the day in seconds."""
    return hour * HOUR + minute * MINUTE


def supporter(number: int, home: int = 0, **values: object) -> Supporter:
    """Return somebody who works from nine to six, lunch at noon."""
    usual = Supporter(
        id=number,
        name=f"서포터즈 {number}",
        start=home,
        end=home,
        hours=HOURS,
        lunch=(at(12), at(13)),
    )
    return replace(usual, **values)  # type: ignore[arg-type]  # tests name real fields


def fixed(number: int, place: int, start: int, **values: object) -> Visit:
    """Return a visit of half an hour at a promised time."""
    return flexible(number, place, start, start, **values)


def flexible(number: int, place: int, earliest: int, latest: int, **values: object) -> Visit:
    """Return a visit of half an hour that may begin between two times."""
    usual = Visit(id=number, place=place, duration=30 * MINUTE, earliest=earliest, latest=latest)
    return replace(usual, **values)  # type: ignore[arg-type]  # tests name real fields


def problem(
    supporters: list[Supporter], visits: list[Visit], booked: DayPlan | None = None
) -> Problem:
    """Return a day."""
    return Problem(PLACES, TRAVEL, tuple(supporters), tuple(visits), booked or DayPlan())


def plan(**routes: list[tuple[int, int]]) -> DayPlan:
    """Return a plan: `plan(s1=[(visit, start), ...], s2=...)`."""
    return DayPlan(
        tuple(
            Route(int(name[1:]), tuple(Stop(visit, start) for visit, start in stops))
            for name, stops in routes.items()
        )
    )
