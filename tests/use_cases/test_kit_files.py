"""The files of an order, small pictures, and the first download."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.clock import SystemClock
from bot.errors import InvalidInputError
from bot.services.kit_links import KitPicture
from bot.services.kits import KitPage, Thumbnails, note_download, open_page, read_file, sweep
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.kit import KitOrder
from models.merchant import ChannelRegistration, Store
from models.session import Database
from models.states import KitState, StoreState
from tests.fakes.press import direct
from tests.use_cases.kit_people import Customer, customer, history
from tests.use_cases.people import NOW


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def _page(buyer: Customer, number: str) -> KitPage:
    with buyer.database.reading() as session:
        page = open_page(session, number)
    assert page is not None
    return page


def test_a_page_waits_and_then_has_files(buyer: Customer) -> None:
    number = buyer.order(delivery="file")
    before = _page(buyer, number)
    assert (before.state, before.storage_key, before.store_name) == (
        "confirmed",
        None,
        "순자네 반찬",
    )
    assert [item.variants for item in before.items] == [(), ()]
    buyer.render()
    page = _page(buyer, number)
    assert page.storage_key is not None
    poster, sticker = page.items
    assert (poster.title, poster.quantity, poster.variants) == (
        "A4 포스터",
        2,
        ("print", "outlined", "home"),
    )
    assert (sticker.product, sticker.code_text) == ("sticker-square", direct("_SunjaB"))
    assert poster.is_decoded
    assert sticker.is_decoded
    picture = read_file(buyer.files, page.storage_key, poster.picture)
    assert (picture.mime, picture.data) == ("image/png", b"PNG poster-a4")
    sheet = read_file(buyer.files, page.storage_key, sticker.sheet("home"))
    assert (sheet.mime, sheet.data[:4]) == ("application/pdf", b"%PDF")
    whole = read_file(buyer.files, page.storage_key, "kit.zip")
    assert (whole.mime, whole.data[:2]) == ("application/zip", b"PK")


def test_on_the_way_to_the_shop_there_is_no_file_for_home(buyer: Customer) -> None:
    number = buyer.order(delivery="pickup")
    buyer.render()
    assert [item.variants for item in _page(buyer, number).items] == [("print", "outlined")] * 2


@pytest.mark.parametrize("name", ["", "x.pdf", "../kit.zip", "/etc/passwd", "poster-a4", "kit.ZIP"])
def test_only_files_of_the_kit_are_handed_out(buyer: Customer, name: str) -> None:
    number = buyer.order()
    buyer.render()
    key = _page(buyer, number).storage_key or ""
    with pytest.raises(InvalidInputError) as refused:
        read_file(buyer.files, key, name)
    assert refused.value.code == "file_missing"
    with pytest.raises(InvalidInputError):
        read_file(buyer.files, "0" * 32, "kit.zip")


def test_what_lies_on_the_disk_is_sealed(buyer: Customer, tmp_path: Path) -> None:
    buyer.order()
    buyer.render()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*.sealed"))
    assert stored
    for trace in ("순자".encode(), b"PNG", b"%PDF", b"PK\x03"):
        assert trace not in stored


@pytest.mark.parametrize("state", ["cancelled", "failed", "revoke_required", "revoked", "erased"])
def test_files_are_not_given_out_for_ever(buyer: Customer, state: str) -> None:
    number = buyer.order()
    buyer.render()
    with buyer.database.transaction() as session:
        session.execute(update(KitOrder).values(state=KitState(state)))
    with buyer.database.reading() as session:
        page = open_page(session, number)
        assert open_page(session, "K-1") is None
    assert page is None if state == "erased" else page and page.storage_key is None


def test_the_first_download_delivers_an_order_of_files(buyer: Customer) -> None:
    number, on_paper = buyer.order("a", delivery="file"), buyer.order("b")
    assert note_download(buyer.database, number, NOW) is False
    buyer.render()
    assert note_download(buyer.database, number, NOW) is True
    assert note_download(buyer.database, number, NOW) is False
    assert note_download(buyer.database, on_paper, NOW) is False
    assert note_download(buyer.database, "K-0", NOW) is False
    assert (buyer.state(number), buyer.state(on_paper)) == ("delivered", "preflighted")
    assert history(buyer.database, number)[-1] == ("preflighted", "delivered", None)
    assert _page(buyer, number).storage_key is not None, "it may be downloaded again"


def test_files_without_an_order_are_swept(buyer: Customer) -> None:
    number = buyer.order()
    buyer.render()
    lost = buyer.files.put(b"of a transaction that failed")
    key = _page(buyer, number).storage_key or ""
    later = SystemClock().now() + timedelta(hours=1, minutes=1)
    assert sweep(buyer.database, buyer.files, later - timedelta(minutes=30)) == 0
    assert sweep(buyer.database, buyer.files, later) == 1
    assert buyer.files.get(key)
    with pytest.raises(InvalidInputError):
        buyer.files.get(lost)


@pytest.fixture
def thumbnails(buyer: Customer, tmp_path: Path) -> Thumbnails:
    cache = SealedFiles(tmp_path / "pictures", crypto.ring())
    return Thumbnails(buyer.database, buyer.press, cache)


def test_a_picture_is_drawn_once(buyer: Customer, thumbnails: Thumbnails, tmp_path: Path) -> None:
    wanted = KitPicture(1, "sea", "tent")
    assert thumbnails.get(wanted) == "PNG tent sea 순자네 반찬 640".encode()
    assert thumbnails.get(wanted) == thumbnails.get(wanted)
    thumbnails.get(replace(wanted, theme="yellow"))
    assert [(sheet.theme, product) for sheet, product in buyer.press.drawn] == [
        ("sea", "tent"),
        ("yellow", "tent"),
    ]
    sheet, _ = buyer.press.drawn[0]
    assert (sheet.public_id, sheet.links, sheet.market) == ("_SunjaB", {}, "망원시장")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "pictures").rglob("*.sealed"))
    assert "순자".encode() not in stored
    assert b"PNG" not in stored


def test_a_new_name_is_a_new_picture(buyer: Customer, thumbnails: Thumbnails) -> None:
    wanted = KitPicture(1, "sea", "tent")
    thumbnails.get(wanted)
    with buyer.database.transaction() as session:
        session.execute(update(Store).values(name="순자네 손맛"))
    assert "순자네 손맛".encode() in thumbnails.get(wanted)


def test_pictures_go_after_a_day(buyer: Customer, thumbnails: Thumbnails) -> None:
    thumbnails.get(KitPicture(1, "sea", "tent"))
    now = SystemClock().now()
    assert thumbnails.sweep(now + timedelta(hours=23)) == 0
    assert thumbnails.sweep(now + timedelta(hours=25)) == 1
    thumbnails.get(KitPicture(1, "sea", "tent"))
    assert len(buyer.press.drawn) == 2


def test_a_made_up_store_shows_nobodys_channel(buyer: Customer, thumbnails: Thumbnails) -> None:
    assert "우리 가게".encode() in thumbnails.get(KitPicture(0, "sea", "tent"))
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id=None))
    thumbnails.get(KitPicture(1, "sea", "tent"))
    for sheet, product in buyer.press.drawn:
        assert sheet.links[product].startswith("https://example.org/")


def test_a_store_that_is_gone_has_no_picture(buyer: Customer, thumbnails: Thumbnails) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(Store).values(state=StoreState.ERASED))
    for store_id in (1, 99):
        with pytest.raises(InvalidInputError) as refused:
            thumbnails.get(KitPicture(store_id, "sea", "tent"))
        assert refused.value.code == "store_gone"
