"""Short links and their scans; signed links to pages and pictures."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.errors import RuleBrokenError
from bot.services.kit_links import KitLinks, KitPicture
from bot.services.kits import ScanCount, links, scan_counts, short_link
from bot.services.kits.shop import short_base
from bot.services.kits.signposts import Signposts
from bot.services.upload_links import UploadLinks
from models.errors import BusyError
from models.kit import KitLink, KitScan
from models.merchant import ChannelRegistration
from models.session import Database
from models.states import ChannelState
from tests.use_cases.kit_people import Customer, customer, follow
from tests.use_cases.people import NOW

TARGET = "https://pf.kakao.com/_SunjaB/friend"


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def _link(database: Database, product: str = "poster-a4", store_id: int = 1) -> str:
    with database.transaction() as session:
        return short_link(session, store_id, product, NOW)


def test_a_store_has_one_code_for_each_product(buyer: Customer, tmp_path: Path) -> None:
    customer(buyer.database, tmp_path, "user-2", phone="01000004321")
    codes = {_link(buyer.database, product) for product in ("poster-a4", "tent")}
    assert codes == {_link(buyer.database, product) for product in ("poster-a4", "tent")}
    codes.add(_link(buyer.database, "tent", store_id=2))
    assert len(codes) == 3
    for code in codes:
        assert re.fullmatch(r"[2-9a-hjkmnp-z]{6}", code)


def test_nobody_mistakes_a_letter_of_a_code() -> None:
    assert not set("01loiLOI") & set(links.ALPHABET)
    assert len(set(links.ALPHABET)) == len(links.ALPHABET) == 31


@pytest.mark.parametrize(("attempt", "length"), [(0, 6), (3, 6), (4, 7), (11, 7)])
def test_codes_grow_when_the_short_ones_are_taken(attempt: int, length: int) -> None:
    drawn = {links._code(attempt) for _ in range(50)}
    assert len(drawn) == 50
    assert {len(code) for code in drawn} == {length}


def test_of_many_who_make_the_same_link_at_once_all_get_one(buyer: Customer) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(lambda _: _link(buyer.database), range(16)))
    assert len(codes) == 1
    with buyer.database.reading() as session:
        assert len(session.scalars(select(KitLink)).all()) == 1


def test_after_the_end_of_a_link_a_new_one_can_be_made(buyer: Customer) -> None:
    first = _link(buyer.database)
    with buyer.database.transaction() as session:
        session.execute(update(KitLink).values(revoked_at=NOW))
    second = _link(buyer.database)
    assert second != first
    assert follow(buyer.database, first, NOW) is None
    assert follow(buyer.database, second, NOW) == TARGET


def test_a_code_leads_to_where_the_channel_is_now(buyer: Customer) -> None:
    code = _link(buyer.database)
    assert follow(buyer.database, code, NOW) == TARGET
    assert follow(buyer.database, code.upper(), NOW) == TARGET
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id="_Moved"))
    assert follow(buyer.database, code, NOW) == "https://pf.kakao.com/_Moved/friend"
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id=None))
    assert follow(buyer.database, code, NOW) is None


@pytest.mark.parametrize("code", ["", "unknown", "zzzzzz", "\x00" * 6, "가나다라마바", "2" * 99])
def test_what_was_never_given_out_is_nothing(buyer: Customer, code: str) -> None:
    assert Signposts(buyer.database).find(code) is None


def test_a_blocked_channel_is_led_to_by_nobody(buyer: Customer) -> None:
    code = _link(buyer.database)
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(state=ChannelState.BLOCKED))
    assert follow(buyer.database, code, NOW) is None


def _scans(database: Database) -> dict[date, int]:
    with database.reading() as session:
        return {row.day: row.count for row in session.scalars(select(KitScan))}


def test_scans_are_counted_by_the_korean_day(buyer: Customer) -> None:
    code = _link(buyer.database)
    for moment in (
        datetime(2026, 11, 23, 14, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
    ):
        assert follow(buyer.database, code, moment) == TARGET
    assert _scans(buyer.database) == {date(2026, 11, 23): 1, date(2026, 11, 24): 2}


def test_no_scan_is_lost_when_many_come_at_once(buyer: Customer) -> None:
    code = _link(buyer.database)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: follow(buyer.database, code, NOW), range(40))) == {TARGET}
    assert _scans(buyer.database) == {date(2026, 11, 23): 40}


def test_what_leads_nowhere_is_not_counted(buyer: Customer) -> None:
    code = _link(buyer.database)
    with buyer.database.transaction() as session:
        session.execute(update(KitLink).values(revoked_at=NOW))
    follow(buyer.database, code, NOW)
    follow(buyer.database, "nobody", NOW)
    assert _scans(buyer.database) == {}


def test_a_busy_database_costs_the_count_and_not_the_way(
    buyer: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    code = _link(buyer.database)

    class Busy(Database):
        def plain_transaction(self, within: float = 0) -> Any:
            raise BusyError("others are writing")

    busy = Busy(buyer.database.url.render_as_string(hide_password=False))
    assert follow(busy, code, NOW) == TARGET
    busy.dispose()
    assert "not counted: BusyError" in caplog.text
    assert code not in caplog.text
    assert _scans(buyer.database) == {}


def test_nothing_but_a_number_is_kept_of_a_scan() -> None:
    assert set(KitScan.__table__.columns.keys()) == {"link_id", "day", "count"}


def test_scans_are_summed_for_the_console(buyer: Customer) -> None:
    poster, tent = _link(buyer.database), _link(buyer.database, "tent")
    for days in (0, 1, 1, 8):
        follow(buyer.database, poster, NOW + timedelta(days=days))
    with buyer.database.transaction() as session:
        session.execute(update(KitLink).where(KitLink.code == tent).values(revoked_at=NOW))
    with buyer.database.reading() as session:
        counts = scan_counts(session, 1, date(2026, 11, 24))
        assert scan_counts(session, 2, date(2026, 11, 24)) == []
    assert counts == [
        ScanCount("poster-a4", poster, is_revoked=False, total=4, recent=3),
        ScanCount("tent", tent, is_revoked=True, total=0, recent=0),
    ]


@pytest.mark.parametrize(
    ("public_url", "way", "base"),
    [
        ("https://bot.example.org", "short", "https://bot.example.org/k"),
        ("https://bot.example.org/", "short", "https://bot.example.org/k"),
        ("https://bot.example.org", "direct", None),
        ("http://127.0.0.1:8000", "short", None),
    ],
)
def test_only_an_address_that_customers_reach_is_printed(
    public_url: str, way: str, base: str | None
) -> None:
    assert short_base(Settings(public_url=public_url, kit_links=way)) == base


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(NOW)


@pytest.fixture
def signed(clock: AdjustableClock) -> KitLinks:
    return KitLinks("secret" * 6, "https://bot.example.org/", clock)


def test_a_page_link_names_its_order_for_a_week(signed: KitLinks, clock: AdjustableClock) -> None:
    base, _, token = signed.page("K-4821").rpartition("/")
    assert base == "https://bot.example.org/kits"
    assert signed.read_page(token) == "K-4821"
    clock.advance(timedelta(days=7))
    assert signed.read_page(token) == "K-4821"
    clock.advance(timedelta(seconds=1))
    with pytest.raises(RuleBrokenError) as refused:
        signed.read_page(token)
    assert refused.value.code == "link_expired"


def test_a_picture_link_says_whose_and_what(signed: KitLinks, clock: AdjustableClock) -> None:
    base, _, name = signed.picture(7, "sea", "tent").rpartition("/")
    assert base == "https://bot.example.org/kits/thumb"
    assert name.endswith(".png")
    assert signed.read_picture(name.removesuffix(".png")) == KitPicture(7, "sea", "tent")
    clock.advance(timedelta(days=30, seconds=1))
    with pytest.raises(RuleBrokenError) as refused:
        signed.read_picture(name.removesuffix(".png"))
    assert refused.value.code == "link_expired"


def test_nobody_can_make_a_link_up(signed: KitLinks, clock: AdjustableClock) -> None:
    page = signed.page("K-4821").rpartition("/")[2]
    picture = signed.picture(1, "sea", "tent").rpartition("/")[2].removesuffix(".png")
    upload = UploadLinks("secret" * 6, "https://bot.example.org", clock).make(1, "brc")
    foreign = KitLinks("other" * 6, "https://bot.example.org", clock).page("K-4821")
    for token in ("", "x", page[:-1], "A" + page, picture, upload, foreign.rpartition("/")[2]):
        with pytest.raises(RuleBrokenError) as refused:
            signed.read_page(token)
        assert refused.value.code == "link_invalid"
    for token in ("", page, picture[:-1], upload.rpartition("/")[2]):
        with pytest.raises(RuleBrokenError) as refused:
            signed.read_picture(token)
        assert refused.value.code == "link_invalid"
