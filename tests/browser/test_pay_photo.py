"""Easy payment as a new person meets it on a phone: the chat, the photo, what comes next."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from sqlalchemy import select

from bot.clients.account_service import AccountService
from bot.services import consents, payments
from bot.services.registration import Submission, submit
from bot.services.sealed_files import SealedFiles
from bot.services.transaction import Transaction
from models import crypto
from models.conversation import Conversation
from models.requirement import Document
from tests.browser import chromium
from tests.browser.simulator_page import SimulatorPage, fresh_page
from tests.fakes.account_bank import KEY, FakeAccountBank
from tests.pay_office import acts
from tests.talk import House, Merchant
from tests.transcript import REGISTERED
from tests.uploads.camera import CAMERA, snapshot

pytestmark = pytest.mark.browser

CERTIFICATE = (
    "사업자등록증",
    "등록번호 : 123-45-67891",
    "상호 : 바다수산",
    "성명 : 김복순",
    "개업연월일 : 2015년 03월 02일",
    "2026년 11월 02일",
)
TALK = (
    ("저도 QR로 받고 싶어요", "동의하세요"),
    ("네", "사업자등록번호 10자리"),
    ("일이삼 사오 육칠팔구일이요", "맞으세요"),
    ("네", "어느 은행이에요"),
    ("마을금고", "계좌번호"),
    ("일이삼사오육 공일 일이삼사오육", "통장 앞면에 적힌 주인"),
    ("저예요", "안 적으셔도 돼요"),
    ("건너뛸게요", "이대로 신청할까요"),
    ("네", "신청을 받았어요 (P-"),
)
ACCOUNT = "12345601123456"


@pytest.fixture
def page(browser: webdriver.Chrome, building: House, tmp_path: Path) -> Iterator[SimulatorPage]:
    chromium.resize(browser, chromium.PHONE, touch=True)
    building.changes["upload_dir"] = str(tmp_path / "papers")
    building.restart()
    with fresh_page(browser, building.app) as fresh:
        yield fresh


def _registered(building: House) -> Merchant:
    """Let the one who writes have a store."""
    now = building.clock.now()
    with building.database.transaction() as session:
        talk = session.scalars(select(Conversation)).one()
        tx = Transaction(session, now, talk.id, "registered")
        consents.record(tx, "collect", decision=True)
        submit(tx, Submission.from_slots(REGISTERED))
        return Merchant(building, user=talk.user_key)


def _said(page: SimulatorPage, words: str) -> None:
    page.until(lambda: words in "".join(page.texts("#log")))


def _upload_link(page: SimulatorPage) -> str:
    links = [one.get_attribute("href") or "" for one in page.all("#log a")]
    return [link for link in links if "/upload/" in link][-1]


def _wait_for(phone: webdriver.Chrome, text: str) -> None:
    chromium.wait_for(phone, text, "main")


def _look(page: SimulatorPage, name: str) -> None:
    width = page.run("return document.documentElement.scrollWidth")
    assert width == chromium.PHONE[0], f"{name} sticks out"


def _send(page: SimulatorPage, photo: Path, link: str) -> None:
    site = page.url.removesuffix("/simulator")
    page.browser.get(f"{site}/upload/{link.rpartition('/')[2]}")
    _look(page, "upload")
    page.browser.find_element(By.CSS_SELECTOR, ".pick input").send_keys(str(photo))
    _wait_for(page.browser, "글자가 잘 읽히나요?")
    _look(page, "photo")
    page.browser.find_element(By.ID, "send").click()
    _wait_for(page.browser, "잘 받았어요")
    _look(page, "sent")


def test_from_the_wish_to_the_next_thing_due(
    page: SimulatorPage, building: House, tmp_path: Path
) -> None:
    page.say("안녕하세요")
    merchant = _registered(building)
    for text, answer in TALK:
        page.say(text)
        _said(page, answer)
    _said(page, "사업자등록증 사진을 보내 주세요")
    _look(page, "due")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(snapshot(CERTIFICATE))
    assert CAMERA.encode() in photo.read_bytes()
    _send(page, photo, _upload_link(page))
    with building.database.reading() as session:
        paper = session.scalars(select(Document)).one()
    kept = SealedFiles(tmp_path / "papers", crypto.ring()).get(paper.storage_key or "")
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.height > picture.width, "upright, as it was held"
        assert not picture.getexif(), "no place, no camera"
    page.open()
    page.say("이어서")
    _said(page, "통장 앞면 사진을")
    _look(page, "next")
    with FakeAccountBank({ACCOUNT: "김복순"}) as bank:
        service = AccountService(bank.url, KEY)
        assert payments.check_accounts(building.database, service, building.clock.now()) == 1
    page.say("결제 어떻게 됐어요?")
    _said(page, "담당자가")
    _look(page, "waits")
    acts(merchant, {"accepts": "brc"})
    page.say("결제 어떻게 됐어요?")
    _said(page, "다 모였어요")
    _look(page, "ready")
