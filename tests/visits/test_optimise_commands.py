"""`visits optimise`, `visits ill`, `visits overrun`: what they print and what they do."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from bot.services.visits.calendar import moment_of
from models.fieldwork import RoutePlan
from models.session import Database
from models.visit import Visit
from tests.talk import House
from tests.visits.rows import TUESDAY, Town, add_stall, town
from tests.visits.steps import booked

WEST, EAST = "망원시장", "자양전통시장"


@pytest.fixture
def place(sqlite_database: Database) -> Town:
    """Two supporters who cross the city between noon and two."""
    made = town(sqlite_database, supporters=2, stalls=0)
    with sqlite_database.transaction() as session:
        made.stalls = [
            add_stall(session, made.markets[name], number)
            for number, name in enumerate((WEST, EAST, WEST, EAST), start=1)
        ]
    first, second = made.supporters
    for stall, start, supporter in zip(
        made.stalls, (600, 600, 840, 840), (first, second, second, first), strict=True
    ):
        booked(made, stall, start, supporter_id=supporter)
    return made


@pytest.fixture
def house(place: Town) -> Iterator[House]:
    made = House(place.database.url.render_as_string(hide_password=False))
    yield made
    made.close()


def run(house: House, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=["visits", *words])


def people(place: Town) -> list[int]:
    with place.database.reading() as session:
        return list(session.scalars(select(Visit.supporter_id).order_by(Visit.id)))


def test_a_trial_shows_the_plan_and_changes_nothing(house: House, place: Town) -> None:
    before = people(place)
    said = run(
        house,
        "optimise",
        "--date",
        str(TUESDAY),
        "--region",
        "서울",
        "--seconds",
        "0.3",
        "--dry-run",
    )
    assert said.exit_code == 0, said.output
    assert "2026-12-01 서울특별시: 4 visits, 2 supporters" in said.output
    assert "would be published: better" in said.output
    assert "changed: 2 visits, 2 merchants to be told" in said.output
    assert said.output.count(WEST) >= 2
    assert " -> " in said.output
    assert "on the way" in said.stderr
    assert people(place) == before


def test_a_plan_is_published_once(house: House, place: Town, tmp_path: Path) -> None:
    said = run(
        house, "optimise", "--date", str(TUESDAY), "--seconds", "0.3", "--picture", str(tmp_path)
    )
    assert "published: better" in said.output
    now = people(place)
    assert (now[0], now[1]) == (now[2], now[3])
    assert f"from 서포터즈{now[2] % 2 + 1}" in said.output
    (picture,) = tmp_path.glob("*.svg")
    assert picture.name == "2026-12-01-서울특별시.svg"
    assert "망원시장" in picture.read_text(encoding="utf-8")
    again = run(house, "optimise", "--date", str(TUESDAY), "--seconds", "0.3")
    assert "the booked plan stays: not_better" in again.output
    with place.database.reading() as session:
        assert len(session.scalars(select(RoutePlan)).all()) == 2


def test_what_cannot_be_planned(house: House) -> None:
    for words, sentence in (
        (("--date", "2026-11-22"), "2026-11-22 is over"),
        (("--date", "tomorrow"), "not a day: tomorrow"),
        (("--region", "부산"), "no supporters work in 부산, only in: 서울특별시"),
    ):
        said = run(house, "optimise", *words)
        assert (said.exit_code, said.output.strip().splitlines()[-1]) == (1, f"Error: {sentence}")


def test_a_day_without_visits_says_so(house: House) -> None:
    said = run(house, "optimise")
    assert said.exit_code == 0
    assert "2026-11-24 서울특별시: 0 visits, 2 supporters" in said.output


def test_somebody_falls_ill(house: House, place: Town) -> None:
    house.clock.advance(moment_of(TUESDAY, 11 * 60 + 30) - house.clock.now())
    first = place.supporters[0]
    said = run(house, "ill", str(first))
    assert said.exit_code == 0, said.output
    assert "nobody can make visits 4 as promised" in said.output
    assert "0 visits changed" in said.output
    assert run(house, "ill", "99").output == "Error: there is no active supporter 99\n"


def test_a_visit_takes_longer(house: House) -> None:
    house.clock.advance(moment_of(TUESDAY, 10 * 60 + 30) - house.clock.now())
    said = run(house, "overrun", "1", "11:30", "--dry-run")
    assert said.exit_code == 0, said.output
    assert "0 visits changed" in said.output
    assert run(house, "overrun", "1", "noon").output == "Error: not a time: noon\n"
    house.clock.advance(timedelta(days=1))
    assert run(house, "overrun", "1", "11:30").output == "Error: visit 1 is not one of today\n"
