"""Where everybody goes: the stops of a day on a map without a map."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.services.visits.optimise.plan import DayPlan, Place, Problem
from bot.services.visits.optimise.svg import (
    FAINT,
    GREY,
    PAPER,
    colour,
    comes_again,
    rect,
    tag,
    text,
    width,
)

Box = tuple[float, float, float, float]
Point = tuple[float, float]
DOT, LABEL = 9.0, 11.0
_KM_A_DEGREE = 111.2
_MARGIN = 46.0
_SCALES_KM = (0.5, 1, 2, 5, 10, 20, 50, 100)


@dataclass
class _Board:
    """What is taken already, so that names do not lie on each other."""

    taken: list[Box] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        x, y, wide, high = box
        return all(
            x + wide <= left or left + w <= x or y + high <= top or top + h <= y
            for left, top, w, h in self.taken
        )


def draw_map(problem: Problem, plan: DayPlan, frame: Box) -> str:
    """Return the map: a colour for every supporter, numbers in the order of the day."""
    used = _used(problem, plan)
    if not used:
        return rect(frame, fill="#f6f8fa", rx=8)
    onto, km_px = _projection([problem.places[number] for number in used], frame)
    board = _Board()
    spots = _spread(problem, plan, onto, board)
    parts = [rect(frame, fill="#f6f8fa", rx=8)]
    parts += _lines(problem, plan, onto, spots)
    parts += _homes(problem, plan, onto, board)
    parts += _dots(problem, plan, spots)
    parts += _names(problem, plan, onto, (board, frame))
    return "".join([*parts, _scale(frame, km_px)])


def _used(problem: Problem, plan: DayPlan) -> list[int]:
    found = {problem.visit[stop.visit].place for _, stop in plan}
    for route in plan.routes:
        supporter = problem.supporter[route.supporter]
        found |= {supporter.start, supporter.end}
    return sorted(found)


def _projection(places: list[Place], frame: Box) -> tuple[Callable[[Place], Point], float]:
    """Return how places come onto the paper, and how many pixels a kilometre has."""
    south = min(p.latitude for p in places)
    north = max(p.latitude for p in places)
    west = min(p.longitude for p in places)
    east = max(p.longitude for p in places)
    shrink = math.cos(math.radians((south + north) / 2))
    left, top, wide, high = frame
    room = wide - 2 * _MARGIN, high - 2 * _MARGIN
    zoom = min(
        room[0] / max((east - west) * shrink, 1e-3), room[1] / max(north - south, 1e-3)
    )  # pixels a degree of latitude
    middle = left + wide / 2, top + high / 2

    def onto(place: Place) -> Point:
        x = (place.longitude - (west + east) / 2) * shrink * zoom
        y = ((south + north) / 2 - place.latitude) * zoom
        return middle[0] + x, middle[1] + y

    return onto, zoom / _KM_A_DEGREE


def _spread(
    problem: Problem, plan: DayPlan, onto: Callable[[Place], Point], board: _Board
) -> dict[int, Point]:
    """Return where each visit is drawn; those of one place stand side by side."""
    spots: dict[int, Point] = {}
    for _, stop in plan:
        x, y = onto(problem.places[problem.visit[stop.visit].place])
        step = 0
        while not board.is_free(_around(_beside((x, y), step))):
            step += 1
        spots[stop.visit] = _beside((x, y), step)
        board.taken.append(_around(spots[stop.visit]))
    return spots


def _beside(point: Point, step: int) -> Point:
    """Return the n-th spot beside a point, in a spiral."""
    if not step:
        return point
    turn = step * 2.4
    away = DOT * 1.25 * math.sqrt(step)
    return point[0] + away * math.cos(turn), point[1] + away * math.sin(turn)


def _around(point: Point) -> Box:
    return point[0] - DOT, point[1] - DOT, 2 * DOT, 2 * DOT


def _lines(
    problem: Problem, plan: DayPlan, onto: Callable[[Place], Point], spots: dict[int, Point]
) -> Iterator[str]:
    for route in plan.routes:
        supporter = problem.supporter[route.supporter]
        number = problem.supporters.index(supporter)
        visited = [spots[stop.visit] for stop in route.stops]
        paint = {"stroke": colour(number), "fill": "none", "stroke_linejoin": "round"}
        whole = {"stroke_dasharray": "10 3"} if comes_again(number) else {}
        yield _line(visited, stroke_width=2.5, stroke_opacity=0.8, **paint, **whole)
        start, end = (onto(problem.places[place]) for place in (supporter.start, supporter.end))
        for leg in ([start, visited[0]], [visited[-1], end]):
            yield _line(leg, stroke_width=1.4, stroke_opacity=0.6, stroke_dasharray="4 4", **paint)


def _line(points: list[Point], **attributes: object) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return tag("polyline", points=path, **attributes)


def _homes(
    problem: Problem, plan: DayPlan, onto: Callable[[Place], Point], board: _Board
) -> Iterator[str]:
    for route in plan.routes:
        supporter = problem.supporter[route.supporter]
        number = problem.supporters.index(supporter)
        x, y = onto(problem.places[supporter.start])
        board.taken.append((x - 6, y - 6, 12, 12))
        yield rect((x - 6, y - 6, 12, 12), fill=PAPER, stroke=colour(number), stroke_width=2.5)


def _dots(problem: Problem, plan: DayPlan, spots: dict[int, Point]) -> Iterator[str]:
    for route in plan.routes:
        number = problem.supporters.index(problem.supporter[route.supporter])
        for order, stop in enumerate(route.stops, start=1):
            x, y = spots[stop.visit]
            inside, rim = colour(number), PAPER
            if comes_again(number):
                inside, rim = rim, inside
            yield tag("circle", cx=x, cy=y, r=DOT, fill=inside, stroke=rim)
            yield text(x, y + 4, str(order), LABEL, text_anchor="middle", fill=rim, font_weight=700)


def _names(
    problem: Problem,
    plan: DayPlan,
    onto: Callable[[Place], Point],
    paper: tuple[_Board, Box],
) -> Iterator[str]:
    """Name each place once, where there is room beside it."""
    board, frame = paper
    for number in sorted({problem.visit[stop.visit].place for _, stop in plan}):
        place = problem.places[number]
        x, y = onto(place)
        wide = width(place.name, LABEL)
        for left, top in (
            (x + DOT + 3, y - 7),
            (x - DOT - 3 - wide, y - 7),
            (x - wide / 2, y + DOT + 2),
            (x - wide / 2, y - DOT - 16),
            (x + DOT + 3, y + 8),
            (x - DOT - 3 - wide, y + 8),
        ):
            box = (left, top, wide, LABEL + 3)
            inside = frame[0] < left and left + wide < frame[0] + frame[2]
            if inside and board.is_free(box):
                board.taken.append(box)
                halo = {"stroke": "#f6f8fa", "stroke_width": 3, "paint_order": "stroke"}
                yield text(left, top + LABEL, place.name, LABEL, fill=GREY, **halo)
                break


def _scale(frame: Box, km_px: float) -> str:
    length = max((km for km in _SCALES_KM if km * km_px <= frame[2] / 5), default=_SCALES_KM[0])
    x, y = frame[0] + 16, frame[1] + frame[3] - 16
    bar = rect((x, y, length * km_px, 4), fill=FAINT)
    return bar + text(x, y - 5, f"{length:g} km", 10, fill=GREY)
