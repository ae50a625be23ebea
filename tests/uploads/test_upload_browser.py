"""The upload page on a phone, in Chromium, against a real server."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from selenium import webdriver
from selenium.webdriver.common.by import By
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.services.documents import DocumentStore
from bot.services.upload_links import UploadLinks
from bot.web.uploads import UploadDesk, uploads_blueprint
from models.requirement import Document
from models.session import Database
from tests.browser import chromium
from tests.fakes import rows
from tests.uploads.pictures import heic, photo

pytestmark = pytest.mark.browser

SMALLEST_LETTER = 14 * 96 / 72
"""CSS pixels; 14 pt, the least that the Seoul Digital Foundation's standard asks for."""
SMALLEST_TARGET = 44


class _Quiet(WSGIRequestHandler):
    def log(self, kind: str, message: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium.require_chromium()
    browser = chromium.start(tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("files"))
    chromium.resize(browser, (360, 740), touch=True)
    yield browser
    browser.quit()


@pytest.fixture
def link(sqlite_database: Database, store: DocumentStore) -> Iterator[str]:
    """Return the address of an upload page."""
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    clock = AdjustableClock()
    links = UploadLinks("secret", f"http://127.0.0.1:{server.server_port}", clock)
    desk = UploadDesk(
        settings=Settings(office_phone="02-123-4567"),
        clock=clock,
        database=sqlite_database,
        links=links,
        store=store,
    )
    app.register_blueprint(uploads_blueprint(desk))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with sqlite_database.transaction() as session:
        talk = rows.conversation(session).id
    yield links.make(talk, "brc")
    server.shutdown()
    thread.join()
    server.server_close()


def _choose(phone: webdriver.Chrome, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    phone.find_element(By.CSS_SELECTOR, ".pick input").send_keys(str(path))


def _wait_for(phone: webdriver.Chrome, text: str) -> None:
    chromium.wait_for(phone, text, "main")


def _script(phone: webdriver.Chrome, body: str) -> object:
    found: object = phone.execute_script(body)
    return found


def test_look_send_and_back_to_the_chat(
    phone: webdriver.Chrome, link: str, tmp_path: Path, sqlite_database: Database
) -> None:
    phone.get(link)
    assert not phone.find_element(By.ID, "send").is_displayed()
    big = photo((5000, 3600))
    _choose(phone, tmp_path / "photo.jpg", big + b"\0" * 2_000_000)
    _wait_for(phone, "글자가 잘 읽히나요?")
    assert phone.find_element(By.ID, "picture").is_displayed()
    assert phone.find_element(By.ID, "again").is_displayed()
    phone.find_element(By.ID, "send").click()
    _wait_for(phone, "잘 받았어요")
    _wait_for(phone, "‘이어서’라고 보내 주세요")
    with sqlite_database.reading() as session:
        document = session.scalars(select(Document)).one()
    assert document.mime == "image/jpeg"


def test_a_photo_that_the_browser_cannot_draw_is_named_and_taken(
    phone: webdriver.Chrome, link: str, tmp_path: Path, sqlite_database: Database
) -> None:
    phone.get(link)
    _choose(phone, tmp_path / "IMG_0001.heic", heic())
    _wait_for(phone, "IMG_0001.heic")
    assert not phone.find_element(By.ID, "picture").is_displayed()
    phone.find_element(By.ID, "send").click()
    _wait_for(phone, "잘 받았어요")
    with sqlite_database.reading() as session:
        document = session.scalars(select(Document)).one()
    assert document.mime == "image/jpeg"


def test_another_photo_may_be_chosen(phone: webdriver.Chrome, link: str, tmp_path: Path) -> None:
    phone.get(link)
    _choose(phone, tmp_path / "photo.jpg", photo())
    _wait_for(phone, "글자가 잘 읽히나요?")
    phone.find_element(By.ID, "again").click()
    _wait_for(phone, "사진 찍기")
    assert not phone.find_element(By.ID, "send").is_displayed()


def test_what_cannot_be_taken_is_explained_beside_the_buttons(
    phone: webdriver.Chrome, link: str, tmp_path: Path
) -> None:
    phone.get(link)
    _choose(phone, tmp_path / "letter.txt", b"hello")
    phone.find_element(By.ID, "send").click()
    _wait_for(phone, "사진이나 PDF만")
    assert phone.find_element(By.CSS_SELECTOR, ".pick").is_displayed()


def test_a_broken_line_keeps_the_photo(phone: webdriver.Chrome, link: str, tmp_path: Path) -> None:
    phone.get(link)
    _choose(phone, tmp_path / "photo.jpg", photo())
    _script(phone, "document.getElementById('form').action = 'http://127.0.0.1:9/upload/x'")
    phone.find_element(By.ID, "send").click()
    _wait_for(phone, "보내다가 끊겼어요")
    assert phone.find_element(By.ID, "picture").is_displayed()
    assert phone.find_element(By.ID, "send").is_enabled()


def test_letters_and_targets_are_big_and_nothing_sticks_out(
    phone: webdriver.Chrome, link: str
) -> None:
    phone.get(link)
    sizes = _script(
        phone,
        "return [...document.querySelectorAll('main *, footer *')]"
        ".filter(e => e.textContent.trim() && e.offsetParent)"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert isinstance(sizes, list)
    assert min(sizes) >= SMALLEST_LETTER
    heights = _script(
        phone,
        "return [...document.querySelectorAll('.pick, .phone')]"
        ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)",
    )
    assert isinstance(heights, list)
    assert min(heights) >= SMALLEST_TARGET
    assert _script(phone, "return document.documentElement.scrollWidth") == 360
