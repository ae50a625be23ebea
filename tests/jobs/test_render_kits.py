"""The job that has kits made: claims, crashes, rivals, and the real press."""

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.config import Settings
from bot.services.kits import KitsPress, Sheet, UnprintableError, kit_overview, rendering
from bot.services.kits.shop import open_shop
from bot.services.registration import correct, set_channel
from models.kit import KitItem, KitLink, KitOrder
from models.merchant import ChannelRegistration, Store
from models.session import Database
from models.states import KitState, StoreState
from tests.fakes.press import FakePress, direct
from tests.use_cases.kit_people import Customer, customer, find, history, sealed_in
from tests.use_cases.people import NOW

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://bot.example.org/k"
DONE = [
    (None, "confirmed", None),
    ("confirmed", "rendered", None),
    ("rendered", "preflighted", None),
]
AFTER_LEASE = NOW + rendering.LEASE


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def test_an_order_gets_its_files(buyer: Customer, tmp_path: Path) -> None:
    number = buyer.order()
    assert buyer.render() == 1
    assert buyer.render() == 0
    assert history(buyer.database, number) == DONE
    with buyer.look(number) as order:
        assert order.report is not None
        assert order.report["ok"] is True
        assert (order.claimed_until, order.reason, order.is_outdated) == (None, None, False)
        assert len(order.content_key or "") == 64
    with buyer.database.reading() as session:
        items = session.execute(
            select(KitItem.code_text, KitItem.is_decoded, KitItem.sha256).order_by(KitItem.id)
        ).all()
        known = kit_overview(session, buyer.person.conversation_id)
    assert [(said, read) for said, read, _ in items] == [(direct("_SunjaB"), True)] * 2
    assert len({digest for _, _, digest in items}) == 2
    assert known is not None
    assert known.orders[0].is_file_ready
    assert sealed_in(tmp_path / "kits") == 1


def test_what_is_handed_to_the_press(buyer: Customer) -> None:
    buyer.order("a", theme="sea", languages=("ko", "ja"), size="A6")
    buyer.order("b", delivery="file", phrase=None, items={"tent": 1})
    assert buyer.render() == 2
    assert buyer.press.rendered == [
        Sheet(
            store_name="순자네 반찬",
            slogan="오늘도 갓 무쳤어요",
            market="망원시장",
            stall="가동 12호",
            public_id="_SunjaB",
            search_id="순자네반찬",
            products=("stand-a6", "sticker-square"),
            theme="sea",
            languages=("ko", "ja"),
            variants=("print", "outlined"),
        ),
        Sheet(
            store_name="순자네 반찬",
            market="망원시장",
            stall="가동 12호",
            public_id="_SunjaB",
            search_id="순자네반찬",
            products=("tent",),
            theme="yellow",
            variants=("print", "outlined", "home"),
        ),
    ]


def test_without_a_channel_an_order_waits_for_one(database: Database, tmp_path: Path) -> None:
    buyer = customer(database, tmp_path, has_channel="no", channel_public_id=None)
    number = buyer.order()
    assert buyer.render() == 0
    assert buyer.state(number) == "confirmed"
    with buyer.person.turn("channel") as tx:
        set_channel(tx, public_id="_Fresh")
    assert buyer.render() == 1
    with buyer.look(number) as order:
        assert (order.state, order.channel_public_id) == ("preflighted", "_Fresh")
    assert buyer.press.rendered[0].public_id == "_Fresh"


def test_one_who_waits_does_not_hold_up_the_others(database: Database, tmp_path: Path) -> None:
    waits = customer(database, tmp_path, has_channel="no", channel_public_id=None)
    shut = customer(database, tmp_path, "user-2", phone="01000000002")
    first, second = waits.order("a"), shut.order("b")
    with database.transaction() as session:
        session.execute(update(Store).where(Store.id == 2).values(state=StoreState.CLOSED))
    ready = customer(database, tmp_path, "user-3", phone="01000000003")
    third = ready.order("c")
    assert ready.render() == 1
    assert [ready.state(number) for number in (first, second, third)] == [
        "confirmed",
        "confirmed",
        "preflighted",
    ]


def test_what_is_printed_is_the_name_of_the_moment(buyer: Customer) -> None:
    number = buyer.order()
    with buyer.person.turn("rename") as tx:
        correct(tx, "store_name", "순자네 손맛")
    buyer.render()
    with buyer.look(number) as order:
        assert (order.store_name, order.is_outdated) == ("순자네 손맛", False)


def test_short_links_stand_in_the_codes(buyer: Customer) -> None:
    buyer.order("a")
    buyer.order("b", items={"poster": 1, "tent": 1})
    buyer.render(short_base=BASE)
    with buyer.database.reading() as session:
        codes = {row.product: row.code for row in session.scalars(select(KitLink))}
        said = session.execute(select(KitItem.product, KitItem.code_text)).all()
    assert set(codes) == {"poster-a4", "sticker-square", "tent"}
    assert {(product, text) for product, text in said} == {
        (product, f"{BASE}/{code}") for product, code in codes.items()
    }


def test_without_a_public_address_no_links_are_made(buyer: Customer) -> None:
    buyer.order()
    buyer.render()
    with buyer.database.reading() as session:
        assert session.scalars(select(KitLink)).all() == []


def test_what_cannot_be_printed_fails_with_its_reason(buyer: Customer, tmp_path: Path) -> None:
    buyer.press = FakePress(refusals={"순자네 반찬": "text_emoji"})
    number = buyer.order()
    assert buyer.render() == 0
    assert buyer.render(AFTER_LEASE) == 0
    assert len(buyer.press.rendered) == 1
    assert history(buyer.database, number) == [
        (None, "confirmed", None),
        ("confirmed", "failed", "text_emoji"),
    ]
    with buyer.look(number) as order:
        assert (order.reason, order.storage_key) == ("text_emoji", None)
        assert order.report == {"ok": False, "items": []}
    assert sealed_in(tmp_path / "kits") == 0


def test_a_code_that_reads_differently_is_noted(buyer: Customer) -> None:
    buyer.press = FakePress(misread=("poster-a4",))
    buyer.order()
    buyer.render()
    with buyer.database.reading() as session:
        assert session.scalars(select(KitItem.is_decoded).order_by(KitItem.id)).all() == [
            False,
            True,
        ]


def test_the_real_press_makes_a_kit_that_may_be_printed(
    sqlite_database: Database, tmp_path: Path
) -> None:
    stall = "지하 1층 동쪽 계단 내려와서 왼쪽 세 번째 집이에요"
    buyer = customer(sqlite_database, tmp_path, stall=stall)
    number = buyer.order(items={"poster": 1, "card": 100}, delivery="file", languages=("ko", "en"))
    settings = Settings(
        kit_dir=str(tmp_path / "kits"), public_url="https://bot.example.org", kit_links="short"
    )
    shop = open_shop(settings, sqlite_database)
    done = rendering.render_due(sqlite_database, shop.files, shop.press, NOW, shop.short_base)
    assert done == 1
    with sqlite_database.reading() as session:
        order = find(session, number)
        links = {row.product: row.code for row in session.scalars(select(KitLink))}
        archive = zipfile.ZipFile(io.BytesIO(shop.files.get(order.storage_key or "")))
        items = session.scalars(select(KitItem).order_by(KitItem.id)).all()
        assert order.report is not None
        assert order.report["ok"] is True
        assert (order.state, order.stall) == ("preflighted", stall)
    for item in items:
        assert item.is_decoded
        assert item.code_text == f"{BASE}/{links[item.product]}"
        for variant in ("print", "outlined", "home"):
            assert archive.read(f"{item.product}.{variant}.pdf").startswith(b"%PDF")
        assert archive.read(f"{item.product}.png").startswith(b"\x89PNG")


def test_the_real_press_says_why_it_refuses() -> None:
    sheet = Sheet(store_name="순자네 😀", public_id="_SunjaB", products=("tent",), theme="yellow")
    for act in (
        lambda: KitsPress().render(sheet),
        lambda: KitsPress().thumbnail(sheet, "tent", 300),
    ):
        with pytest.raises(UnprintableError) as refused:
            act()
        assert refused.value.code == "text_emoji"


def test_the_real_press_draws_without_what_does_not_fit() -> None:
    sheet = Sheet(
        store_name="순자네",
        public_id="_SunjaB",
        market="이" * 60,
        search_id="두 낱말",
        products=("tent",),
        theme="sea",
    )
    assert KitsPress().thumbnail(sheet, "tent", 300).startswith(b"\x89PNG")


def test_an_empty_channel_is_none(sqlite_database: Database, tmp_path: Path) -> None:
    buyer = customer(sqlite_database, tmp_path)
    number = buyer.order()
    with sqlite_database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id=""))
    assert buyer.render() == 0
    assert buyer.state(number) == KitState.CONFIRMED
    with sqlite_database.reading() as session:
        assert session.scalars(select(KitOrder.attempts)).one() == 0
