from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.errors import InvalidInputError
from bot.services.market_import import ImportReport, aliases, import_csv, market_days, place
from bot.services.markets import MarketCache, MarketHit, MarketIndex, load_index, short_city
from models.market import DataVersion, Market, MarketAlias
from models.session import Database
from tests.use_cases.people import NOW, add_market

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "markets.csv"
HEADER = (
    "시장명,시장유형,소재지도로명주소,소재지지번주소,시장개설주기,위도,경도,점포수,전화번호,"
    "데이터기준일자"
)
ROWS = (
    '큰나무시장,상설장,,서울특별시 마포구 망원동 1,매일,37.55,126.9,"1,120",02-0000-0000,2024-11-04',
    "물레시장(방아시장),5일장,,강원특별자치도 정선군 정선읍 봉양리 3,2일+7일,37.38,128.66,80,,",
    "바람종합시장,상설장+5일장,,경기도 수원시 팔달구 지동 4,5일+10일,,,,,",
)


def hit(
    number: int, name: str, city: str, *, region: str = "서울특별시", district: str = ""
) -> MarketHit:
    return MarketHit(number, name, city, district, "", "daily", (), region)


INDEX = MarketIndex(
    (
        hit(1, "망원시장", "마포구", district="망원동"),
        hit(2, "중앙시장", "강릉시", region="강원특별자치도"),
        hit(3, "중앙시장", "안성시", region="경기도"),
        hit(4, "자양전통시장", "광진구"),
        hit(5, "모란민속5일장", "성남시", region="경기도"),
        hit(6, "지동시장", "수원시", region="경기도", district="팔달구 지동"),
        hit(7, "봉평장", "평창군", region="강원특별자치도"),
        hit(8, "화개장터", "하동군", region="경상남도"),
    ),
    {4: ["자양골목시장"], 5: ["모란시장"]},
)


def found(text: str, city: str | None = None) -> list[int]:
    return [one.id for one in INDEX.find(text, city)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("망원시장", [1]),
        ("망원 시장", [1]),
        ("망원", [1]),
        ("망원전통시장", [1]),
        ("자양시장", [4]),
        ("자양골목시장", [4]),
        ("모란 오일장", [5]),
        ("모란5일장", [5]),
        ("봉평시장", [7]),
        ("화개장터", [8]),
        ("중앙시장", [2, 3]),
        ("강릉 중앙시장", [2]),
        ("강릉시 중앙시장", [2]),
        ("경기도 안성시 중앙시장", [3]),
        ("경남 하동 화개장터", [8]),
        ("경남 하동 화개시장", [8]),
        ("수원지동시장", [6]),
        ("만원시장", [1]),
        ("망원시쟝", [1]),
        ("시장", []),
        ("", []),
        ("안녕하세요", []),
        ("내일 세시에 와주세요", []),
    ],
)
def test_a_market_is_found_by_what_people_call_it(text: str, wanted: list[int]) -> None:
    assert found(text) == wanted


@pytest.mark.parametrize(
    ("city", "wanted"),
    [("강릉", [2]), ("안성시", [3]), ("경기", [3]), ("경기도", [3]), ("부산", [])],
)
def test_namesakes_are_told_apart_by_their_city(city: str, wanted: list[int]) -> None:
    assert found("중앙시장", city) == wanted


def test_a_spelling_that_had_to_be_guessed_is_told_from_a_name() -> None:
    assert INDEX.knows("망원시장")
    assert INDEX.knows("자양골목시장")
    assert INDEX.knows("강릉 중앙시장")
    assert not INDEX.knows("만원시장")
    assert not INDEX.knows("안녕하세요")


def test_markets_of_a_city_are_listed() -> None:
    assert [one.id for one in INDEX.in_city("수원")] == [6]
    assert [one.id for one in INDEX.in_city("팔달구")] == [6]
    assert [one.id for one in INDEX.in_city("강원특별자치도")] == [2, 7]
    assert INDEX.in_city("") == tuple(INDEX.get(number) for number in range(1, 9))
    assert INDEX.get(99) is None


def test_names_stand_there_once() -> None:
    assert len(INDEX) == 8
    assert INDEX.names.count("중앙시장") == 1


@pytest.mark.parametrize(
    ("city", "short"),
    [
        ("강릉시", "강릉"),
        ("중구", "중"),
        ("경기도", "경기"),
        ("서울특별시", "서울"),
        ("제주특별자치도", "제주"),
        ("세종특별자치시", "세종"),
        ("수원", "수원"),
    ],
)
def test_a_place_is_known_without_the_word_for_its_sort(city: str, short: str) -> None:
    assert short_city(city) == short


def write_csv(path: Path, rows: tuple[str, ...], encoding: str = "utf-8-sig") -> Path:
    path.write_text("\r\n".join((HEADER, *rows, "")), encoding=encoding, newline="")
    return path


def take(database: Database, path: Path, days: int = 0) -> ImportReport:
    with database.transaction() as session:
        return import_csv(session, path, NOW + timedelta(days=days))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp949"])
def test_the_published_file_comes_in_several_encodings(
    database: Database, tmp_path: Path, encoding: str
) -> None:
    report = take(database, write_csv(tmp_path / "m.csv", ROWS, encoding))
    assert (report.added, report.rejected) == (3, [])
    with database.reading() as session:
        first, second, third = session.scalars(select(Market).order_by(Market.id))
        assert session.scalars(select(MarketAlias.name)).all() == ["물레시장", "방아시장"]
    assert (first.name, first.region, first.city, first.district) == (
        "큰나무시장",
        "서울특별시",
        "마포구",
        "망원동",
    )
    assert (float(first.latitude or 0), float(first.longitude or 0)) == (37.55, 126.9)
    assert (first.kind, first.store_count, first.phone) == ("daily", 1120, "02-0000-0000")
    assert str(first.reference_date) == "2024-11-04"
    assert (second.kind, second.market_days, second.city) == ("five_day", [2, 7], "정선군")
    assert (third.kind, third.market_days) == ("daily_and_five_day", [5, 0])
    assert (third.city, third.district, third.latitude) == ("수원시", "팔달구 지동", None)


def test_taking_the_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "m.csv", ROWS)
    take(database, path)
    again = take(database, path, days=1)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 3)
    with database.reading() as session:
        assert set(session.scalars(select(Market.updated_at))) == {NOW}
        assert session.scalars(select(DataVersion.value)).one() == 1


def test_a_changed_row_is_updated_and_a_missing_one_stays(
    database: Database, tmp_path: Path
) -> None:
    take(database, write_csv(tmp_path / "m.csv", ROWS))
    changed = (ROWS[0].replace("매일", "1일+6일"),)
    report = take(database, write_csv(tmp_path / "n.csv", changed), days=1)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 0)
    with database.reading() as session:
        row = session.scalars(select(Market).where(Market.name == "큰나무시장")).one()
        assert session.execute(select(func.count()).select_from(Market)).scalar_one() == 3
    assert (row.market_days, row.updated_at) == ([1, 6], NOW + timedelta(days=1))


def test_bad_rows_are_left_out_and_named(database: Database, tmp_path: Path) -> None:
    rows = (
        ",상설장,,서울특별시 마포구 망원동 1,매일,,,,,",
        "주소없는시장,상설장,,,매일,,,,,",
        "바다시장,상설장,,서울특별시 마포구 망원동 1,매일,48.8,2.3,,,",
        "글자시장,상설장,,서울특별시 마포구 망원동 1,매일,삼십칠,,,,",
        ROWS[0],
        ROWS[0],
    )
    report = take(database, write_csv(tmp_path / "m.csv", rows))
    assert report.added == 1
    assert report.rejected == [
        (2, "no name"),
        (3, "no address"),
        (4, "outside Korea: 48.8"),
        (5, "not a coordinate: 삼십칠"),
        (7, "the same market twice"),
    ]


def test_another_file_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    other, binary = tmp_path / "other.csv", tmp_path / "binary.csv"
    other.write_text("가게,전화\n순자네,1\n", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00\x81\xff")
    for path in (other, binary, tmp_path / "missing.csv"):
        with pytest.raises(InvalidInputError):
            take(sqlite_database, path)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("매일", []),
        ("2일+7일", [2, 7]),
        ("2·7일", [2, 7]),
        ("5일+10일", [5, 0]),
        ("2일+4일+7일+9일", [2, 4, 7, 9]),
        ("1,6,11,16,21,26", [1, 6]),
        ("", []),
    ],
)
def test_days_of_a_periodic_market(text: str, days: list[int]) -> None:
    assert market_days(text) == days


@pytest.mark.parametrize(
    ("road", "lot", "wanted"),
    [
        ("", "강원특별자치도 강릉시 성남동 50", ("강원특별자치도", "강릉시", "성남동")),
        ("서울특별시 중구 남대문로 1", "", ("서울특별시", "중구", "")),
        ("", "세종특별자치시 조치원읍 정리 20", ("세종특별자치시", "", "조치원읍 정리")),
        ("", "경기도", ("경기도", "", "")),
        ("", "", ("", "", "")),
    ],
)
def test_places_out_of_an_address(road: str, lot: str, wanted: tuple[str, str, str]) -> None:
    assert place(road, lot) == wanted


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("망원시장", []),
        ("성서중심시장(성서시장,문화의거리 통합)", ["성서중심시장", "성서시장"]),
        ("모래내시장(전주)", ["모래내시장"]),
        ("(유)문경시중앙시장", ["문경시중앙시장"]),
    ],
)
def test_other_names_stand_in_brackets(name: str, others: list[str]) -> None:
    assert aliases(name) == others


def test_a_process_notices_that_markets_changed(database: Database, tmp_path: Path) -> None:
    seconds = 100.0
    cache = MarketCache(lambda: seconds)
    with database.reading() as session:
        assert len(cache.get(session)) == 0
    take(database, write_csv(tmp_path / "m.csv", ROWS))
    with database.reading() as session:
        seconds = 109.9
        assert len(cache.get(session)) == 0
        seconds = 110.1
        index = cache.get(session)
        assert len(index) == 3
        seconds = 130.0
        assert cache.get(session) is index
    take(database, write_csv(tmp_path / "n.csv", (ROWS[0].replace("큰나무", "작은나무"),)))
    cache.forget()
    with database.reading() as session:
        assert len(cache.get(session)) == 4


def test_a_market_added_by_hand_is_found(database: Database) -> None:
    with database.transaction() as session:
        market_id = add_market(session, "새벽시장", "종로구")
        session.add(MarketAlias(market_id=market_id, name="첫닭시장"))
    with database.reading() as session:
        index = load_index(session)
    assert [one.id for one in index.find("첫닭")] == [market_id]
    assert [one.city for one in index.find("새벽시장")] == ["종로구"]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published list is not here")
def test_the_whole_published_list(database: Database) -> None:
    report = take(database, PUBLISHED)
    assert (report.added, report.rejected) == (1388, [])
    assert take(database, PUBLISHED, days=1).unchanged == 1388
    with database.reading() as session:
        index = load_index(session)
    assert len(index) == 1388
    missed = [name for name in index.names if name not in {hit.name for hit in index.find(name)}]
    assert missed == []
    assert len(index.find("역전시장")) == 5
    assert [one.city for one in index.find("강릉 중앙시장")] == ["강릉시"]


def test_only_the_nearest_spellings_are_offered() -> None:
    near = MarketIndex((hit(1, "망원큰나무시장", "마포구"), hit(2, "망원큰너무시장", "은평구")))
    assert [one.id for one in near.find("만원큰나무시장")] == [1]
