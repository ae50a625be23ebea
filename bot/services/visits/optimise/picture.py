"""Draws a plan: where everybody goes, and when. One SVG that needs nothing from outside.

It shows names and homes: for the eyes of staff only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.services.visits.optimise.map_view import draw_map
from bot.services.visits.optimise.plan import (
    HOUR,
    MINUTE,
    DayPlan,
    Problem,
    Route,
    Supporter,
    Visit,
    cost,
    legs,
)
from bot.services.visits.optimise.svg import (
    FAINT,
    GREY,
    INK,
    PAPER,
    colour,
    comes_again,
    document,
    fitted,
    rect,
    tag,
    text,
    width,
)
from bot.services.visits.worked import WorkedTime

WIDE, EDGE = 1400.0, 28.0
HEAD, MAP, AXIS, ROW, FOOT = 84.0, 520.0, 46.0, 54.0, 44.0
NAMES = 150.0
LUNCH, AWAY, CLOSED, WAY = "#fdf3d7", "#eceff2", "#f3f4f6", "#c3cad2"
WEEKDAYS = "월화수목금토일"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the picture is of."""

    day: date
    region: str


def draw(problem: Problem, plan: DayPlan, heading: Heading) -> str:
    """Return the picture of a plan as SVG."""
    people = [s for s in problem.supporters if s.hours]
    title = f"{_day(heading.day)} 방문 계획"
    top = HEAD + MAP + AXIS
    rows = top + ROW * len(people)
    sheet = _Times(problem, plan, top)
    content = "".join(
        [
            text(EDGE, 40, f"{title} · {heading.region}", 24, font_weight=700),
            text(EDGE, 66, _summary(problem, plan), 15, fill=GREY),
            draw_map(problem, plan, (EDGE, HEAD, WIDE - 2 * EDGE, MAP)),
            sheet.axis(rows),
            *(sheet.row(n, supporter) for n, supporter in enumerate(people)),
            _legend(rows + 28),
        ]
    )
    return document((WIDE, rows + FOOT), content, f"{title}, {heading.region}")


def span(seconds: int) -> str:
    """Return a length of time in words.

    >>> span(3 * 3600 + 50 * 60), span(2400), span(7200)
    ('3시간 50분', '40분', '2시간')
    """
    hours, minutes = divmod(round(seconds / MINUTE), 60)
    words = [f"{hours}시간"] if hours else []
    return " ".join(words + ([f"{minutes}분"] if minutes or not hours else []))


def _day(day: date) -> str:
    return f"{day.month}월 {day.day}일 {WEEKDAYS[day.weekday()]}요일"


def _summary(problem: Problem, plan: DayPlan) -> str:
    visits = sum(len(route.stops) for route in plan.routes)
    now, before = cost(problem, plan).travel, cost(problem, problem.booked).travel
    words = [f"방문 {visits}건", f"서포터즈 {len(plan.routes)}명", f"이동 {span(now)}"]
    line = " · ".join(words)
    if plan != problem.booked and now < before:
        line += f" (예약대로면 {span(before)}, {100 * (before - now) / before:.0f}% 줄어요)"
    return line


def _legend(y: float) -> str:
    x, parts = EDGE, []
    for fill, dash, words in (
        ("#1f5fd0", "", "약속한 시각"),
        ("#1f5fd0", "flexible", "약속한 범위 안에서 옮길 수 있음"),
        ("#1f5fd0", "changed", "담당이 바뀜"),
        (WAY, "", "이동"),
        (LUNCH, "", "점심"),
        (AWAY, "", "자리 비움"),
    ):
        parts.append(rect((x, y - 11, 22, 14), rx=3, **_paint(fill, dash)))
        parts.append(text(x + 28, y, words, 12, fill=GREY))
        x += 28 + width(words, 12) + 26
    parts.append(text(WIDE - EDGE, y, "□ 출발하는 곳", 12, fill=GREY, text_anchor="end"))
    return "".join(parts)


def _paint(fill: str, sort: str) -> dict[str, object]:
    """Return how a bar is painted: full for a promised time, pale where it may move."""
    paint: dict[str, object] = {"fill": fill}
    if sort.startswith("flexible"):
        paint |= {"fill_opacity": 0.13, "stroke": fill, "stroke_width": 1.5}
    if sort.endswith("changed"):
        paint |= {"stroke": INK, "stroke_width": 2.5, "stroke_dasharray": "5 3"}
    return paint


class _Times:
    """The days of all supporters on one axis."""

    def __init__(self, problem: Problem, plan: DayPlan, top: float) -> None:
        self._problem, self._top = problem, top
        self._routes = {route.supporter: route for route in plan.routes}
        hours = [edge for s in problem.supporters for span in s.hours for edge in span]
        starts = [stop.start for _, stop in plan]
        self._first = min([*hours, *starts], default=9 * HOUR) // HOUR
        self._last = -(-max([*hours, *starts], default=18 * HOUR) // HOUR)

    def _x(self, moment: int) -> float:
        room = WIDE - 2 * EDGE - NAMES
        share = (moment / HOUR - self._first) / max(1, self._last - self._first)
        return EDGE + NAMES + room * share

    def axis(self, bottom: float) -> str:
        """Return the hours."""
        parts = []
        for hour in range(self._first, self._last + 1):
            x = self._x(hour * HOUR)
            parts.append(tag("line", x1=x, x2=x, y1=self._top, y2=bottom, stroke=FAINT))
            parts.append(text(x, self._top - 10, f"{hour}시", 13, fill=GREY, text_anchor="middle"))
        return "".join(parts)

    def row(self, number: int, supporter: Supporter) -> str:
        """Return the day of one supporter."""
        y = self._top + ROW * number
        route = self._routes.get(supporter.id, Route(supporter.id, ()))
        visits = [self._problem.visit[stop.visit] for stop in route.stops]
        travel = sum(legs(self._problem, supporter, visits)) if visits else 0
        paint = colour(self._problem.supporters.index(supporter))
        said = f"{len(visits)}건 · 이동 {span(travel)}" if visits else "방문 없음"
        again = comes_again(self._problem.supporters.index(supporter))
        chip = {"fill": PAPER if again else paint, "stroke": paint, "stroke_width": 1.5}
        head = rect((EDGE, y + 9, 8, ROW - 18), rx=3, **chip)
        head += text(EDGE + 16, y + 25, fitted(supporter.name, 14, NAMES - 24), 14, font_weight=700)
        head += text(EDGE + 16, y + 42, said, 11.5, fill=GREY)
        line = tag("line", x1=EDGE, x2=WIDE - EDGE, y1=y + ROW, y2=y + ROW, stroke=FAINT)
        parts = [*self._background(supporter, y), head, line]
        parts += self._ways(supporter, route, visits, y)
        parts += self._bars(supporter, route, paint, y)
        return "".join(parts)

    def _background(self, supporter: Supporter, y: float) -> Iterator[str]:
        begin, end = supporter.hours[0][0], supporter.hours[-1][1]
        for start, stop in ((self._first * HOUR, begin), (end, self._last * HOUR)):
            yield self._bar(start, stop, (y + 1, ROW - 1), fill=CLOSED)
        for start, stop in supporter.breaks:
            is_lunch = (start, stop) == supporter.lunch
            yield self._bar(start, stop, (y + 1, ROW - 1), fill=LUNCH if is_lunch else AWAY)
            words = fitted("점심" if is_lunch else "비움", 11, self._x(stop) - self._x(start))
            middle = (self._x(start) + self._x(stop)) / 2
            yield text(middle, y + 16, words, 11, fill=GREY, text_anchor="middle")

    def _ways(
        self, supporter: Supporter, route: Route, visits: list[Visit], y: float
    ) -> Iterator[str]:
        """Draw every way as late as it can be made; lunch interrupts it."""
        if not visits:
            return
        work = WorkedTime(supporter.hours)
        ends = [work.at(stop.start) for stop in route.stops]
        over = ends[-1] + visits[-1].duration
        ways = legs(self._problem, supporter, visits)
        for way, end in zip(ways, [*ends, over + ways[-1]], strict=True):
            begin, worked = max(0, end - way), 0
            for start, stop in supporter.hours:
                first = max(start, start + begin - worked)
                last = min(stop, start + end - worked)
                if first < last:
                    yield self._bar(first, last, (y + ROW / 2 - 3, 6), fill=WAY, rx=3)
                worked += stop - start

    def _bars(self, supporter: Supporter, route: Route, paint: str, y: float) -> Iterator[str]:
        for order, stop in enumerate(route.stops, start=1):
            visit = self._problem.visit[stop.visit]
            is_new = self._problem.expected.get(visit.id, supporter.id) != supporter.id
            sort = ("" if visit.is_fixed else "flexible") + ("changed" if is_new else "")
            end = stop.start + visit.duration
            room = self._x(end) - self._x(stop.start) - 8
            left = self._x(stop.start) + 5
            name = self._problem.places[visit.place].name
            clock = f"{stop.start // HOUR}:{stop.start % HOUR // MINUTE:02}"
            yield self._bar(stop.start, end, (y + 8, ROW - 16), rx=5, **_paint(paint, sort))
            ink = PAPER if visit.is_fixed else paint
            first = fitted(f"{order} {name}", 12, room)
            second = fitted(f"{clock} {visit.label}", 11, room) or fitted(clock, 11, room + 6)
            yield text(left, y + 24, first, 12, fill=ink, font_weight=700)
            yield text(left, y + 39, second, 11, fill=ink)

    def _bar(self, start: int, end: int, across: tuple[float, float], **attributes: object) -> str:
        top, high = across
        left = self._x(start)
        return rect((left, top, self._x(end) - left, high), **attributes)
