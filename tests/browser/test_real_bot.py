"""A newcomer on a phone registers a shop in the simulator, against the real bot."""

import threading
from collections.abc import Iterator

import pytest
from selenium import webdriver
from sqlalchemy import select
from werkzeug.serving import make_server

from models.merchant import Store
from tests.browser import chromium
from tests.browser.simulator_page import SimulatorPage
from tests.talk import House, house

pytestmark = pytest.mark.browser

STORE = "영자네 반찬"
TALK = (
    ("안녕하세요", "1. 채널 등록"),
    ("1", "사장님 본인"),
    ("1", "동의하세요"),
    ("네", "대표자 이름"),
    ("김복순이에요", "전화번호"),
    ("공일공 일이삼사 오육칠팔", "010-1234-5678"),
    (STORE, "영자네 반찬"),
    ("자양시장", "자양전통시장"),
    ("가동 12호", "몇 시부터"),
    ("아침 9시부터 저녁 8시까지요", "오전 9시~오후 8시"),
    ("123-45-67891", "123-45-67891"),
    ("없어요", "검색용 아이디"),
    ("영자네반찬", "이대로 신청할까요"),
    ("네", "신청이 끝났어요"),
)


@pytest.fixture
def real(sqlite_url: str) -> Iterator[tuple[House, str]]:
    with house(sqlite_url) as building:
        server = make_server("127.0.0.1", 0, building.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield building, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_newcomer_registers_a_shop(browser: webdriver.Chrome, real: tuple[House, str]) -> None:
    building, address = real
    chromium.resize(browser, chromium.PHONE, touch=True)
    page = SimulatorPage(browser, f"{address}/simulator")
    page.open_fresh()
    for said, expected in TALK:
        page.say(said)
        assert expected in "\n".join(page.texts("#log")[-1:]), said
    fits = page.run("return document.documentElement.scrollWidth <= window.innerWidth")
    assert fits, "nothing may be wider than the phone"
    with building.database.reading() as session:
        store = session.scalars(select(Store)).one()
    assert store.name == STORE
