"""Supporters from a file: all rows or none, and one sentence for each wrong one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError
from bot.services.visits.board import read_office, read_stamps
from bot.services.visits.supporter_file import WrongRowsError
from bot.services.visits.supporters import SupporterReport, import_supporters
from bot.services.visits.team import Area, Hours
from models.session import Database
from models.supporter import Supporter
from tests.visits.rows import NOW, add_market

HEAD = "name,phone,areas,skills,home_lat,home_lon,max_visits,hours"
FINE = (
    "한지우,010-0000-0101,서울 마포구;통인시장,channel;kit,37.5665,126.9780,6,MON-FRI 09:00-18:00"
)
OTHER = "문가온,01000000102,부산,pay,35.1577,129.0590,,MON-THU 10:00-19:00; SAT 10:00-15:00"


@pytest.fixture
def furnished(database: Database) -> Database:
    with database.transaction() as session:
        for name in ("망원시장", "통인시장"):
            add_market(session, name)
        add_market(session, "중앙시장", region="경기도", city="안성시", source_key="a")
        add_market(session, "중앙시장", region="강원특별자치도", city="강릉시", source_key="b")
        add_market(session, "부전시장", region="부산광역시", city="부산진구", source_key="c")
        add_market(session, "자갈치시장", region="부산광역시", city="중구", source_key="d")
        add_market(session, "남대문시장", city="중구", source_key="e")
    return database


@pytest.fixture
def take(furnished: Database, tmp_path: Path) -> Callable[..., SupporterReport]:
    def read(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> SupporterReport:
        path = tmp_path / "supporters.csv"
        path.write_bytes("\n".join((head, *rows)).encode(encoding))
        with furnished.transaction() as session:
            return import_supporters(session, path, NOW)

    return read


Take = Callable[..., SupporterReport]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file(furnished: Database, take: Take, encoding: str) -> None:
    report = take(FINE, OTHER, encoding=encoding)
    assert (report.added, report.updated, report.unchanged) == (2, 0, 0)
    with furnished.reading() as session:
        ann, ben = read_office(session, NOW).team
        phone = session.get_one(Supporter, ann.id).phone
        market = next(a.market_id for a in ann.areas if a.market_id)
    assert (ann.name, phone, ann.max_visits, ben.max_visits) == ("한지우", "01000000101", 6, 6)
    assert ann.areas == (Area("서울특별시", "마포구"), Area(market_id=market))
    assert ben.areas == (Area("부산광역시"),)
    assert ann.skills == {"channel", "kit"}
    assert ann.hours == tuple(Hours(day, 540, 1080) for day in range(5))
    assert ben.hours[-1] == Hours(5, 600, 900)
    assert (ann.home.latitude, ann.home.longitude) == (37.5665, 126.978)


def test_the_same_file_again_changes_nothing(furnished: Database, take: Take) -> None:
    take(FINE, OTHER)
    with furnished.reading() as session:
        stamps = read_stamps(session)
    again = take(OTHER, FINE)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    with furnished.reading() as session:
        assert read_stamps(session) == stamps


def test_a_changed_row_changes_one_supporter(furnished: Database, take: Take) -> None:
    take(FINE, OTHER)
    changed = take(FINE.replace("channel;kit", "pay").replace("FRI 09:00", "WED 09:30"), OTHER)
    assert (changed.added, changed.updated, changed.unchanged) == (0, 1, 1)
    with furnished.reading() as session:
        ann, ben = read_office(session, NOW).team
    assert ann.skills == {"pay"}
    assert ann.hours == tuple(Hours(day, 570, 1080) for day in range(3))
    assert ben.skills == {"pay"}


def test_who_is_not_in_the_file_stays(furnished: Database, take: Take) -> None:
    take(FINE, OTHER)
    take(OTHER)
    with furnished.reading() as session:
        assert len(session.scalars(select(Supporter)).all()) == 2


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("한지우", "", "name has to have 1 to 40 letters"),
        ("010-0000-0101", "010-0000-010", "phone has to be a mobile number"),
        ("010-0000-0101", "02-000-0000", "phone has to be a mobile number"),
        ("서울 마포구;통인시장", "", "areas are missing"),
        ("통인시장", "없는시장", "없는시장 is no market, city or region"),
        ("통인시장", "중앙시장", "중앙시장 means 2 markets, write the city before it"),
        ("통인시장", "중구", "중구 is in several regions, write the region before it"),
        ("channel;kit", "cooking", "skills have to be some of channel, content, pay, kit"),
        ("channel;kit", "", "skills have to be some of"),
        ("37.5665", "37,5665", "home_lat has to be degrees between 33 and 39"),
        ("37.5665", "126.9780", "home_lat has to be degrees between 33 and 39"),
        ("126.9780", "nan", "home_lon has to be degrees between 124 and 132"),
        (",6,", ",0,", "max_visits has to be a number from 1 to 12"),
        (",6,", ",many,", "max_visits has to be a number from 1 to 12"),
        ("MON-FRI 09:00-18:00", "", "hours are missing"),
        ("MON-FRI 09:00-18:00", "every day", "hours have to read like MON-FRI 09:00-18:00"),
        ("MON-FRI", "MON-FRY", "days have to be some of MON, TUE"),
        ("09:00-18:00", "18:00-09:00", "hours end before they begin"),
        ("09:00-18:00", "09:00-25:00", "there is no such time"),
        ("18:00", "18:00; WED 17:00-19:00", "hours of WED overlap"),
    ],
)
def test_wrong_rows_are_said_in_one_sentence_and_nothing_is_imported(
    furnished: Database, take: Take, old: str, new: str, sentence: str
) -> None:
    quoted = new if "," not in new or old.startswith(",") else f'"{new}"'
    with pytest.raises(WrongRowsError) as refused:
        take(OTHER, FINE.replace(old, quoted, 1))
    ((line, said),) = refused.value.rows
    assert line == 3
    assert said.startswith(sentence)
    assert "\n" not in said
    assert str(refused.value) == f"line 3: {said}"
    with furnished.reading() as session:
        assert session.scalars(select(Supporter)).all() == []


def test_every_wrong_row_is_named(take: Take) -> None:
    with pytest.raises(WrongRowsError) as refused:
        take(FINE.replace("한지우", ""), OTHER, FINE.replace("channel;kit", "x"), FINE, FINE)
    assert [line for line, _ in refused.value.rows] == [2, 4, 6]
    assert refused.value.rows[-1][1] == "the telephone stands in line 5 too"


def test_areas_in_every_spelling(furnished: Database, take: Take) -> None:
    spelled = "서울;서울특별시 마포구;마포구;강릉 중앙시장;부산 중구;제주도;충북"
    take(FINE.replace("서울 마포구;통인시장", spelled))
    with furnished.reading() as session:
        (ann,) = read_office(session, NOW).team
    assert [(area.region, area.city) for area in ann.areas if area.market_id is None] == [
        ("서울특별시", ""),
        ("서울특별시", "마포구"),
        ("부산광역시", "중구"),
        ("제주특별자치도", ""),
        ("충청북도", ""),
    ]
    assert len([area for area in ann.areas if area.market_id]) == 1


def test_a_nought_that_a_spreadsheet_ate(furnished: Database, take: Take) -> None:
    take(FINE.replace("010-0000-0101", "1000000101"), OTHER.replace("010", "+82 10", 1))
    with furnished.reading() as session:
        phones = {row.phone for row in session.scalars(select(Supporter))}
    assert phones == {"01000000101", "01000000102"}


def test_files_that_are_none(take: Take, furnished: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="missing columns: hours"):
        take(FINE, head=HEAD.replace(",hours", ",stunden"))
    with pytest.raises(InvalidInputError, match="no rows"):
        take(",,,,,,,")
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with (
        furnished.transaction() as session,
        pytest.raises(InvalidInputError, match="neither UTF-8 nor CP949"),
    ):
        import_supporters(session, binary, NOW)


def test_telephone_name_and_home_are_sealed(furnished: Database, take: Take) -> None:
    take(FINE)
    with furnished.read.connect() as connection:
        row = connection.exec_driver_sql("SELECT name, phone, home FROM supporter").one()
    for value in row:
        assert "한지우".encode() not in bytes(value)
        assert b"0000101" not in bytes(value)
        assert b"37.5" not in bytes(value)
