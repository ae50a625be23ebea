"""Takes the pictures of the README with the real bot: `python -m tests.browser.pictures`."""

import logging
import tempfile
import threading
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from werkzeug.serving import make_server

from bot.services import demo
from bot.services.heartbeat import beat
from models import crypto, migrations
from tests import town
from tests.browser import chromium
from tests.browser.simulator_page import SimulatorPage
from tests.databases import TEST_KEYS
from tests.talk import House, house

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PORT = 8137
"""Fixed, because links in the chat name it before the server is there."""
PHONE = (360, 720)
DESK = (1120, 720)
DRAWN = "return [...document.querySelectorAll('#log img')].every((one) => one.complete)"
NEWEST_KIT = "return [...document.querySelectorAll('#log a[href*=\"/kits/\"]')].at(-1).href"
TALK = (
    ("안녕하세요", "hello"),
    ("1", None),
    ("1", None),
    ("네", None),
    ("김복순이에요", None),
    ("공일공 일이삼사 오육칠팔", "question"),
    ("영자네 반찬", None),
    ("자양시장", None),
    ("가동 12호", None),
    ("아침 9시부터 저녁 7시, 매주 일요일 쉬어요", None),
    ("123-45-67891", None),
    ("없어요", None),
    ("영자네반찬", "summary"),
    ("네", "submitted"),
    ("아니요", None),
    ("진행 상황", "status"),
    ("스티커 5장이랑 포스터 2장 주세요", None),
    ("보통이요", None),
    ("매일 아침 만드는 반찬", "kit-pick"),
    ("1", None),
    ("pf.kakao.com/_aBcDe", None),
    ("상인회에서 찾을게요", None),
    ("네", "kit-ordered"),
)


BOOKING = ("방문신청", "1", "1", "12월 1일 세시", "1", "네")


def talk(browser: webdriver.Chrome, address: str) -> None:
    """Register a shop and keep the moments named in `TALK`."""
    chromium.resize(browser, PHONE, touch=True)
    page = SimulatorPage(browser, f"{address}/simulator")
    page.open_fresh()
    for said, name in TALK:
        page.say(said)
        if name:
            page.until(lambda: page.run(DRAWN))
            browser.save_screenshot(str(IMAGES / f"{name}.png"))


def kit(building: House, browser: webdriver.Chrome) -> None:
    """Render the order and keep the page on which the merchant gets it."""
    done = building.app.test_cli_runner().invoke(args=["jobs", "tick"])
    assert done.exit_code == 0, done.output
    browser.get(browser.execute_script(NEWEST_KIT))
    browser.save_screenshot(str(IMAGES / "kit-page.png"))


def desk(browser: webdriver.Chrome) -> None:
    """Keep the same chat as it looks on a desk, with the tools beside it."""
    chromium.resize(browser, DESK, touch=False)
    browser.refresh()
    browser.implicitly_wait(2)
    browser.find_element(By.CSS_SELECTOR, "#log .bubble, #log")
    browser.save_screenshot(str(IMAGES / "simulator.png"))


def notice(building: House, browser: webdriver.Chrome) -> None:
    """Book a visit, move the clock, and keep the message that arrives the evening before."""
    chromium.resize(browser, PHONE, touch=True)
    browser.get(f"http://127.0.0.1:{PORT}/simulator")
    page = SimulatorPage(browser, browser.current_url)
    page.until(lambda: page.run("return document.documentElement.dataset.ready"))
    town.hire(building, [{}])
    for said in BOOKING:
        page.say(said)
    for step in ("+7일", "다음 알림까지"):
        page.pass_time(step)
    page.run("document.querySelector('#log > :nth-last-child(2)').scrollIntoView()")
    browser.save_screenshot(str(IMAGES / "notice.png"))


def console(browser: webdriver.Chrome, address: str) -> None:
    """Sign in to the console and keep its first page, and the one of messages."""
    chromium.resize(browser, DESK, touch=False)
    browser.get(f"{address}/console")
    browser.find_element(By.NAME, "login").send_keys(demo.LOGIN)
    browser.find_element(By.NAME, "password").send_keys(demo.PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    browser.save_screenshot(str(IMAGES / "console.png"))
    browser.get(f"{address}/console/outbox")
    browser.save_screenshot(str(IMAGES / "console-outbox.png"))


def take(building: House, browser: webdriver.Chrome) -> None:
    """Serve one installation and take every picture."""
    server = make_server("127.0.0.1", PORT, building.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    talk(browser, address)
    desk(browser)
    chromium.resize(browser, PHONE, touch=True)
    kit(building, browser)
    notice(building, browser)
    console(browser, address)
    server.shutdown()


def main() -> None:
    """Take the pictures over a fresh database with the demo data."""
    logging.disable(logging.INFO)
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder / 'pictures.db'}"
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    migrations.upgrade(url)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with house(url, changes={"public_url": f"http://127.0.0.1:{PORT}"}) as building:
        with building.database.transaction() as session:
            demo.load(session, building.clock.now())
        beat(building.database, building.clock.now())
        browser = chromium.start(folder / "profile", folder)
        take(building, browser)
        browser.quit()


if __name__ == "__main__":
    main()
