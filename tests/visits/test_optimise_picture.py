"""The picture of a plan: whole, by itself, and with nothing in it that it should not hold."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from bot.services.visits.optimise.picture import Heading, draw, span
from bot.services.visits.optimise.plan import DayPlan, Problem
from bot.services.visits.optimise.search import Limits, search
from bot.services.visits.optimise.svg import COLOURS, fitted, width
from tests.visits.bookings import book
from tests.visits.line import at, fixed, flexible, plan, problem, supporter

HEADING = Heading(date(2026, 12, 1), "서울특별시")
SVG = "{http://www.w3.org/2000/svg}"


def planned(region: str = "서울특별시", supporters: int = 4) -> tuple[Problem, DayPlan]:
    day = book(region, supporters=supporters, asked=9 * supporters, seed=1).problem(keep=120)
    found = search(day, Limits(iterations=300)).plan
    assert found is not None
    return day, found


@pytest.fixture(scope="module")
def seoul() -> tuple[Problem, DayPlan]:
    return planned()


def texts(drawing: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(drawing).iter(f"{SVG}text")]  # noqa: S314 -- our own


def test_every_visit_is_on_the_map_and_in_the_rows(seoul: tuple[Problem, DayPlan]) -> None:
    day, found = seoul
    root = ET.fromstring(draw(day, found, HEADING))  # noqa: S314 -- our own
    visits = sum(len(route.stops) for route in found.routes)
    assert len(list(root.iter(f"{SVG}circle"))) == visits == len(day.visits)
    said = [element.text or "" for element in root.iter(f"{SVG}text")]
    for _, stop in found:
        clock = f"{stop.start // 3600}:{stop.start % 3600 // 60:02}"
        assert any(line.startswith(clock) for line in said)
    for person in day.supporters:
        assert person.name in said


def test_the_head_says_what_it_is_and_what_is_saved(seoul: tuple[Problem, DayPlan]) -> None:
    day, found = seoul
    said = texts(draw(day, found, HEADING))
    assert said[0] == "12월 1일 화요일 방문 계획 · 서울특별시"
    assert re.fullmatch(
        r"방문 \d+건 · 서포터즈 4명 · 이동 \d+시간 \d+분 \(예약대로면 \d+시간( \d+분)?, \d+% 줄어요\)",
        said[1],
    )
    assert "예약대로면" not in texts(draw(day, day.booked, HEADING))[1]


def test_it_needs_nothing_from_outside(seoul: tuple[Problem, DayPlan]) -> None:
    drawing = draw(*seoul, HEADING)
    assert drawing.count("http") == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawing
    for forbidden in ("url(", "<image", "<script", "href", "@import", "<style"):
        assert forbidden not in drawing


def test_places_are_named_once_and_names_do_not_lie_on_each_other() -> None:
    day, found = planned("대구광역시", 6)
    root = ET.fromstring(draw(day, found, HEADING))  # noqa: S314 -- our own
    named = [e for e in root.iter(f"{SVG}text") if e.get("paint-order")]
    boxes = [(float(e.get("x", 0)), float(e.get("y", 0)), width(e.text or "", 11)) for e in named]
    assert len(boxes) > 8
    for n, (x, y, wide) in enumerate(boxes):
        for other_x, other_y, other_wide in boxes[n + 1 :]:
            apart = x + wide <= other_x or other_x + other_wide <= x or abs(y - other_y) >= 11
            assert apart, (named[n].text, x, other_x)


def test_visits_at_one_place_stand_side_by_side() -> None:
    visits = [flexible(n, 3, at(9), at(17)) for n in range(1, 6)]
    made = plan(s1=[(n, at(8 + n if n < 4 else 9 + n)) for n in range(1, 6)])
    root = ET.fromstring(draw(problem([supporter(1)], visits), made, HEADING))  # noqa: S314 -- our own
    spots = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in root.iter(f"{SVG}circle")]
    for n, (x, y) in enumerate(spots):
        assert all(abs(x - a) >= 18 or abs(y - b) >= 18 for a, b in spots[n + 1 :])


def test_what_people_wrote_stays_text() -> None:
    sly = fixed(1, 1, at(10), label='<script>alert("1")</script>&')
    day = problem([replace(supporter(1), name="<b>하나</b>")], [sly])
    drawing = draw(day, plan(s1=[(1, at(10))]), HEADING)
    assert "<script" not in drawing
    assert "<b>" not in drawing
    assert "<b>하나</b>" in texts(drawing)


def test_lunch_absence_and_a_change_of_person_are_shown() -> None:
    away = ((at(9), at(12)), (at(13), at(15)), (at(16), at(18)))
    visits = [fixed(1, 1, at(10)), flexible(2, 2, at(9), at(17))]
    day = problem(
        [supporter(1, hours=away), supporter(2)],
        visits,
        plan(s1=[(1, at(10))], s2=[(2, at(13))]),
    )
    drawing = draw(day, plan(s1=[(1, at(10)), (2, at(13))]), HEADING)
    assert texts(drawing).count("점심") == 3  # two rows and the legend
    assert texts(drawing).count("비움") == 1
    assert drawing.count('stroke-dasharray="5 3"') == 2  # the visit and the legend
    assert "방문 없음" in texts(drawing)


def test_more_supporters_than_colours() -> None:
    people = [supporter(n, home=n % 7) for n in range(1, len(COLOURS) + 3)]
    visits = [fixed(n, n % 7, at(10)) for n in range(1, len(people) + 1)]
    made = plan(**{f"s{n}": [(n, at(10))] for n in range(1, len(people) + 1)})
    drawing = draw(problem(people, visits), made, HEADING)
    assert drawing.count('stroke-dasharray="10 3"') == 2


def test_an_empty_day_is_a_picture_too() -> None:
    assert "방문 0건 · 서포터즈 0명 · 이동 0분" in texts(draw(problem([], []), DayPlan(), HEADING))


def test_words_are_cut_to_their_room() -> None:
    assert fitted("통인시장", 10, 40) == "통인시장"
    assert fitted("통인시장", 10, 39) == "통인…"
    assert fitted("통인시장", 10, 19) == ""
    assert span(0) == "0분"
