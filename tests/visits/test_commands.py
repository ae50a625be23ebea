"""`flask --app wsgi supporters import` and `visits slots`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from bot.services import demo
from models.states import VisitState
from models.supporter import Supporter
from models.visit import Visit
from tests.talk import NOW, House

HEAD = "name,phone,areas,skills,home_lat,home_lon,max_visits,hours"
ROW = "한지우,010-0000-0199,서울특별시,channel,37.5665,126.9780,6,MON-FRI 09:00-18:00"


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    building = House(sqlite_url)
    with building.database.transaction() as session:
        demo.load(session, NOW)
    yield building
    building.close()


def run(house: House, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=list(words))


def test_demonstration_has_supporters_and_visits(house: House) -> None:
    with house.database.transaction() as session:
        demo.load(session, NOW)
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Supporter)) == 4
        visits = session.scalars(select(Visit)).all()
        assert {visit.state for visit in visits} == {VisitState.CONFIRMED}
        assert len(visits) == 4


def test_importing_supporters(house: House, tmp_path: Path) -> None:
    path = tmp_path / "team.csv"
    path.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    first = run(house, "supporters", "import", str(path))
    assert (first.exit_code, first.output) == (0, "added 1, updated 0, unchanged 0\n")
    again = run(house, "supporters", "import", str(path))
    assert again.output == "added 0, updated 0, unchanged 1\n"


def test_a_wrong_file_is_refused_whole(house: House, tmp_path: Path) -> None:
    path = tmp_path / "team.csv"
    wrong = ROW.replace("0199", "0198").replace("37.5665", "north")
    path.write_text(f"{HEAD}\n{ROW}\n{wrong}\n", encoding="utf-8")
    refused = run(house, "supporters", "import", str(path))
    assert refused.exit_code == 1
    assert refused.stderr == "Error: line 3: home_lat has to be degrees between 33 and 39\n"
    assert refused.stdout == ""
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Supporter)) == 4


def test_times_in_a_market(house: House) -> None:
    shown = run(house, "visits", "slots", "--market", "망원시장", "--day", "2026-12-01")
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("2026-12-01 TUE ")
    assert "as wished" in lines[0]


def test_times_for_a_merchant_and_why_not(house: House) -> None:
    words = ("--merchant", "demo-live", "--type", "kit", "--why")
    shown = run(house, "visits", "slots", *words, "--day", "2026-12-01", "--time", "14:00")
    assert shown.exit_code == 0
    assert "2026-12-01 TUE 14:00-14:30" in shown.output
    assert "every day   region         문가온" in shown.output
    assert "2026-11-29  day_off        한지우" in shown.output


def test_nothing_to_offer(house: House) -> None:
    shown = run(house, "visits", "slots", "--market", "동문시장")
    assert (shown.exit_code, shown.output) == (0, "nothing: region\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a --merchant or a --market"),
        (("--market", "없는시장"), "no market 없는시장"),
        (("--market", "중앙시장"), "중앙시장 means: 강릉시 중앙시장, 안성시 중앙시장"),
        (("--merchant", "nobody"), "nobody has registered nothing"),
        (("--market", "망원시장", "--type", "x"), "no such type of visit: x"),
        (("--market", "망원시장", "--day", "soon"), "not a day or a time"),
        (("--market", "망원시장", "--time", "25:00"), "not a day or a time"),
    ],
)
def test_what_cannot_be_looked_up(house: House, words: tuple[str, ...], said: str) -> None:
    refused = run(house, "visits", "slots", *words)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {said}")
    assert refused.stderr.count("\n") == 1
