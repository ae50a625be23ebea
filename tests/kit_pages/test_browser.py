"""The pages in Chromium, with kits that the real press made: a phone, then a desk."""

import io
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from werkzeug.security import generate_password_hash

from bot.services.kit_links import KitLinks
from bot.services.kits import KitsPress, render_due
from bot.services.sealed_files import SealedFiles
from bot.web.kit_view import SOON
from models import crypto
from models.staff import Role, Staff
from models.states import KitState
from tests.browser import chromium, legibility
from tests.browser.fake_bot import serving
from tests.console.browser import PASSWORD
from tests.patience import PATIENCE_S
from tests.talk import House, house
from tests.use_cases.kit_people import Customer, customer
from tests.use_cases.people import NOW

pytestmark = pytest.mark.browser

PHONE, SMALL_PHONE, DESKTOP = (390, 844), (320, 640), (1280, 900)
LEAST_BUTTON = 48


@dataclass
class Place:
    """One installation that is served, and a browser in front of it.

    Attributes:
        downloads: where the browser puts what it saves.
    """

    building: House
    buyer: Customer
    url: str
    browser: webdriver.Chrome
    downloads: Path
    _orders: int = field(default=0)

    def order(self, **wish: object) -> str:
        """Order something; return the number."""
        self._orders += 1
        return self.buyer.order(f"order-{self._orders}", **wish)

    def render(self) -> None:
        """Let the job run with the real press."""
        render_due(self.building.database, self.buyer.files, KitsPress(), NOW)

    def page(self, number: str) -> str:
        """Return the address of a download page."""
        clock = self.building.clock
        return KitLinks(self.building.app.config["SECRET_KEY"], self.url, clock).page(number)

    def open(self, address: str, size: tuple[int, int] = PHONE) -> None:
        """Open a page on a screen of a size."""
        chromium.resize(self.browser, size, touch=size != DESKTOP)
        self.browser.get(address)

    def one(self, selector: str) -> WebElement:
        """Return the first element, scrolled to the middle."""
        found = self.browser.find_element(By.CSS_SELECTOR, selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        return found

    def press(self, words: str) -> None:
        """Press what says these words."""
        path = f"//*[self::a or self::button][normalize-space()='{words}']"
        found = self.browser.find_element(By.XPATH, path)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def wait_for(self, words: str) -> None:
        """Wait until the page says something."""
        chromium.wait_for(self.browser, words)

    def wait_until(self, script: str, *values: object) -> None:
        """Wait until a script finds something."""
        chromium.until(self.browser, lambda page: page.execute_script(script, *values))

    def saved(self, name: str) -> bytes:
        """Return what the browser saved under a name."""
        path = self.downloads / name
        until = time.monotonic() + PATIENCE_S
        while not path.exists():
            there = sorted(file.name for file in self.downloads.iterdir())
            assert time.monotonic() < until, f"{name} is not among {there}"
            time.sleep(0.05)
        data = path.read_bytes()
        path.unlink()
        return data

    def measured(self, script: str) -> object:
        """Return what a measure finds on the whole page."""
        body = self.browser.find_element(By.TAG_NAME, "body")
        found: object = self.browser.execute_script(script, body)
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Place]:
    chromium.require_chromium()
    folder = tmp_path_factory.mktemp("kits")
    downloads = tmp_path_factory.mktemp("downloads")
    database = shutil.copyfile(sqlite_template, folder / "kits.db")
    with house(f"sqlite:///{database}", changes={"kit_dir": str(folder / "kits")}) as building:
        buyer = customer(building.database, folder)
        buyer.files = SealedFiles(folder / "kits" / "orders", crypto.ring())
        browser = chromium.start(tmp_path_factory.mktemp("profile"), downloads)
        with serving(building.app) as url:
            yield Place(building, buyer, url, browser, downloads)
        browser.quit()


@pytest.fixture(scope="module")
def taken(place: Place) -> str:
    """Return the number of an order of files that is ready."""
    number = place.order(delivery="file", items={"poster": 1, "card": 20})
    place.render()
    return number


def _assert_legible(place: Place) -> None:
    width = place.browser.execute_script("return innerWidth")
    assert place.browser.execute_script("return document.documentElement.scrollWidth") == width
    assert place.measured(legibility.SMALL_TEXT) == []
    assert place.measured(legibility.SMALL_TARGETS) == []
    assert place.measured(legibility.LOW_CONTRAST) == []
    assert place.measured(legibility.SIDEWAYS) == []
    heights = place.browser.execute_script(
        "return [...document.querySelectorAll('.button, summary, .phone')]"
        ".map(one => one.getBoundingClientRect().height)"
    )
    assert all(height >= LEAST_BUTTON for height in heights), heights


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE])
def test_the_page_can_be_read_and_hit_on_a_phone(
    place: Place, taken: str, size: tuple[int, int]
) -> None:
    place.open(place.page(taken), size)
    place.one("details").find_element(By.TAG_NAME, "summary").click()
    _assert_legible(place)
    for picture in place.browser.find_elements(By.TAG_NAME, "img"):
        place.browser.execute_script("arguments[0].scrollIntoView()", picture)
        place.wait_until("return arguments[0].complete && arguments[0].naturalWidth > 0", picture)


def test_the_first_button_is_there_without_scrolling(place: Place, taken: str) -> None:
    place.open(place.page(taken))
    first = place.browser.find_element(By.TAG_NAME, "img")
    place.wait_until("return arguments[0].complete && arguments[0].naturalWidth > 0", first)
    bottom = place.browser.execute_script(
        "return document.querySelector('.button.main').getBoundingClientRect().bottom"
    )
    assert bottom <= PHONE[1]


def test_a_poster_and_the_whole_kit_are_really_saved(place: Place, taken: str) -> None:
    place.open(place.page(taken))
    assert place.buyer.state(taken) is KitState.PREFLIGHTED
    place.press("포스터 받기(A4)")
    poster = place.saved("A4포스터_순자네반찬.pdf")
    with pikepdf.open(io.BytesIO(poster)) as document:
        assert len(document.pages) == 1
    assert place.buyer.state(taken) is KitState.DELIVERED
    place.press("인쇄소용 파일 받기")
    assert place.saved("A4포스터_순자네반찬_인쇄소용.pdf").startswith(b"%PDF-1.4")
    place.press("모두 한 번에 받기(ZIP)")
    whole = place.saved("홍보물_순자네반찬.zip")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert archive.read("poster-a4.home.pdf") == poster
    place.browser.refresh()
    place.wait_for("받으셨어요")


def test_the_page_turns_by_itself_when_the_kit_is_made(place: Place) -> None:
    number = place.order(delivery="file", items={"poster": 1})
    place.open(place.page(number))
    place.wait_for("만들고 있어요")
    place.render()
    place.wait_for("다 됐어요")


def test_waiting_can_be_read_too(place: Place) -> None:
    number = place.order(delivery="file", items={"tent": 1})
    place.building.clock.advance(SOON)  # from then on it looks less often by itself
    place.open(place.page(number))
    place.building.clock.advance(-SOON)
    place.wait_for("만들고 있어요")
    _assert_legible(place)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/kits/x", "주소가 올바르지 않아요"), ("/k/zzzzzz", "주소를 찾지 못했어요")],
)
def test_pages_that_are_only_read(place: Place, path: str, words: str) -> None:
    place.open(place.url + path)
    place.wait_for(words)
    _assert_legible(place)


def _log_in(place: Place) -> None:
    with place.building.database.transaction() as session:
        hashed = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
        person = {"login": "operator", "name": "김담당", "role": Role.OPERATOR}
        session.add(Staff(**person, password_hash=hashed, created_at=NOW, updated_at=NOW))
    place.open(f"{place.url}/console/login", DESKTOP)
    place.one("[name=login]").send_keys("operator")
    place.one("[name=password]").send_keys(PASSWORD)
    place.one("main button").click()
    place.wait_for("오늘 기다리는 일")


def test_from_the_queue_to_the_merchant_at_the_desk(place: Place) -> None:
    number = place.order(items={"poster": 2, "card": 20})
    place.render()
    _log_in(place)
    place.press("1 인쇄할 것")
    place.press("열기")
    place.wait_for(number)
    place.press("인쇄 대기로")
    place.wait_for("처리했어요")
    place.open(f"{place.url}/console/kits/queue", DESKTOP)
    place.press("고른 것 모두 내려받기 (ZIP)")
    with zipfile.ZipFile(io.BytesIO(place.saved("print-2026-11-23.zip"))) as archive:
        assert archive.testzip() is None
        assert f"명함 10장/{number}_순자네 반찬_2장.pdf" in archive.namelist()
    place.press("고른 것을 ‘인쇄됨’으로")
    place.wait_for("1건을 ‘인쇄됨’으로 바꿨어요")
    place.open(f"{place.url}/console/kits?state=to_hand_over", DESKTOP)
    place.press("열기")
    for words in ("찾아갈 수 있음", "전달함"):
        place.press(words)
        place.wait_for("처리했어요")
    assert place.buyer.state(number) is KitState.DELIVERED
    assert place.measured(legibility.SIDEWAYS) == []
    assert place.measured(legibility.LOW_CONTRAST) == []
    for size in (DESKTOP, PHONE):
        chromium.resize(place.browser, size, touch=size == PHONE)
        width = place.browser.execute_script("return document.documentElement.scrollWidth")
        assert width == size[0]
