"""Small pictures: drawn when somebody looks, once, and never an error page."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from bot.errors import ConflictError
from bot.services.kit_links import PICTURE_LIFETIME, KitPicture
from bot.services.kits import Sheet, Thumbnails, UnprintableError
from bot.services.kits.gallery import MOST_WAITING, READERS, CappedFiles, Gallery
from bot.services.sealed_files import SealedFiles
from bot.web.kits import FALLBACK, PICTURE_KEPT, KitDesk, kits_blueprint
from models import crypto
from models.merchant import Store
from models.session import Database
from models.states import StoreState
from tests.fakes.press import FakePress
from tests.patience import PATIENCE_S


@dataclass
class SlowPress(FakePress):
    """Draws only when it is let."""

    go: threading.Event = field(default_factory=threading.Event)

    def thumbnail(self, sheet: Sheet, product: str, width_px: int) -> bytes:
        """Wait, then draw."""
        assert self.go.wait(PATIENCE_S)
        return super().thumbnail(sheet, product, width_px)


@dataclass
class BrokenPress(FakePress):
    """Cannot draw."""

    error: Exception = field(default_factory=UnprintableError)

    def thumbnail(self, sheet: Sheet, product: str, width_px: int) -> bytes:
        """Break."""
        del sheet, product, width_px
        raise self.error


@contextmanager
def _gallery(
    database: Database, press: FakePress, folder: Path, patience_s: float = PATIENCE_S
) -> Iterator[Gallery]:
    cache = CappedFiles(folder / "pictures", crypto.ring())
    opened = Gallery(Thumbnails(database, press, cache), patience_s)
    yield opened
    opened.close()


def _client(desk: KitDesk, gallery: Gallery) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(kits_blueprint(replace(desk, gallery=gallery)))
    return app.test_client()


def _when_ready(gallery: Gallery, wanted: KitPicture) -> bytes:
    """Ask until there is a picture, as a chat does that is opened again."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return gallery.picture(wanted)
        except ConflictError:
            assert time.monotonic() < until


@pytest.mark.usefixtures("buyer")
def test_a_picture_is_drawn_once_and_may_be_kept(
    desk: KitDesk, client: FlaskClient, press: FakePress
) -> None:
    address = desk.links.picture(1, "sea", "poster-a4")
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.text.startswith("PNG poster-a4 sea 순자네 반찬")
    assert answer.headers["Cache-Control"] == PICTURE_KEPT
    assert "Set-Cookie" not in answer.headers
    assert client.get(address).data == answer.data
    same = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert client.head(address).headers["ETag"] == answer.headers["ETag"]
    assert len(press.drawn) == 1


def test_before_there_is_a_store_a_sample_is_shown(desk: KitDesk, client: FlaskClient) -> None:
    assert "우리 가게" in client.get(desk.links.picture(0, "night", "tent")).text


@pytest.mark.parametrize("token", ["x", "x" * 500, "..", "%00"])
def test_a_made_up_address_shows_the_plain_picture(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/kits/thumb/{token}.png")
    assert (answer.status_code, answer.data) == (404, FALLBACK)
    assert answer.mimetype == "image/png"


def test_an_old_address_shows_the_plain_picture(desk: KitDesk, client: FlaskClient) -> None:
    address = desk.links.picture(0, "sea", "tent")
    desk.clock.advance(PICTURE_LIFETIME + timedelta(seconds=1))  # type: ignore[attr-defined]  # a clock to turn
    answer = client.get(address)
    assert (answer.status_code, answer.data) == (410, FALLBACK)


@pytest.mark.parametrize(
    "error",
    [UnprintableError(code="text_glyph"), RuntimeError("Already borrowed"), MemoryError()],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_be_drawn_is_no_error(
    desk: KitDesk, sqlite_database: Database, tmp_path: Path, error: Exception
) -> None:
    with _gallery(sqlite_database, BrokenPress(error=error), tmp_path / "x") as gallery:
        for _ in range(3):
            answer = _client(desk, gallery).get(desk.links.picture(0, "sea", "poster-a4"))
            assert (answer.status_code, answer.data) == (200, FALLBACK)
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_picture_of_a_store_that_is_gone_is_plain(
    desk: KitDesk, client: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.execute(update(Store).values(state=StoreState.CLOSED))
    for store_id in (1, 999):
        answer = client.get(desk.links.picture(store_id, "sea", "poster-a4"))
        assert (answer.status_code, answer.data) == (200, FALLBACK)


def test_a_slow_drawing_is_not_waited_for_but_ready_later(
    desk: KitDesk, sqlite_database: Database, tmp_path: Path
) -> None:
    press = SlowPress()
    with (
        _gallery(sqlite_database, press, tmp_path / "x", patience_s=0.05) as hasty,
        _gallery(sqlite_database, press, tmp_path / "x") as patient,
    ):
        address = desk.links.picture(0, "sea", "poster-a4")
        assert _client(desk, hasty).get(address).data == FALLBACK
        press.go.set()
        _when_ready(hasty, KitPicture(0, "sea", "poster-a4"))
        assert _client(desk, patient).get(address).text.startswith("PNG")
        assert len(press.drawn) == 1


def test_many_who_ask_for_the_same_wait_for_one_drawing(
    sqlite_database: Database, tmp_path: Path
) -> None:
    press = SlowPress()
    wanted = KitPicture(0, "sea", "poster-a4")
    with (
        _gallery(sqlite_database, press, tmp_path / "x") as gallery,
        ThreadPoolExecutor(12) as people,
    ):
        asked = [people.submit(gallery.picture, wanted) for _ in range(12)]
        press.go.set()
        assert len({one.result() for one in asked}) == 1
    assert len(press.drawn) == 1


def test_only_so_many_wait(sqlite_database: Database, tmp_path: Path) -> None:
    press = SlowPress()
    themes = [f"t{number}" for number in range(MOST_WAITING + 3)]
    with _gallery(sqlite_database, press, tmp_path / "x", patience_s=0.01) as gallery:
        for theme in themes:
            with pytest.raises(ConflictError):
                gallery.picture(KitPicture(0, theme, "tent"))
        press.go.set()
        _when_ready(gallery, KitPicture(0, themes[0], "tent"))
    assert len(press.drawn) <= MOST_WAITING
    assert READERS < MOST_WAITING


def test_the_folder_does_not_outgrow_its_size(tmp_path: Path) -> None:
    folder = CappedFiles(tmp_path, crypto.ring(), most_bytes=10_000)
    names = [folder.put(b"x" * 900, f"{number:032x}") for number in range(30)]
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size <= 10_000
    assert folder.get(names[-1]) == b"x" * 900
    assert not [path for path in tmp_path.rglob("*") if path.suffix not in {"", ".sealed"}]


def test_pictures_lie_sealed(sqlite_database: Database, tmp_path: Path) -> None:
    with _gallery(sqlite_database, FakePress(), tmp_path) as gallery:
        gallery.picture(KitPicture(0, "sea", "tent"))
    files = [path for path in (tmp_path / "pictures").rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"PNG" not in files[0].read_bytes()
    assert isinstance(CappedFiles(tmp_path, crypto.ring()), SealedFiles)
