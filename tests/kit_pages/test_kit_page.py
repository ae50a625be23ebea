"""The download page: what it shows in every state, and what it hands out."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from bot import nlu
from bot.clock import AdjustableClock
from bot.nlu.result import Context
from bot.services.kit_links import PAGE_LIFETIME
from bot.web import kit_texts
from bot.web.kits import HEADERS, KitDesk
from models.kit import KitOrder
from models.merchant import ChannelRegistration, Store
from models.session import Database
from models.states import KitState
from tests.use_cases.kit_people import Customer
from tests.use_cases.people import NOW

_LINK = re.compile(r'<a class="button [a-z]+" href="([^"]*)">([^<]+)</a>')


def _plain(page: TestResponse) -> str:
    return page.text.replace("\u2060", "")


def _buttons(page: TestResponse) -> dict[str, str]:
    return {words: address for address, words in _LINK.findall(page.text)}


def _refresh(page: TestResponse) -> int | None:
    found = re.search(r'<meta http-equiv="refresh" content="(\d+)">', page.text)
    return int(found[1]) if found else None


def _address(desk: KitDesk, number: str) -> str:
    return desk.links.page(number)


def test_an_order_of_files_can_be_taken_home(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    page = client.get(_address(desk, number))
    assert page.status_code == 200
    for words in ("순자네 반찬", number, "다 됐어요", "이렇게 뽑으세요", "실제 크기(100%)"):
        assert words in page.text
    buttons = _buttons(page)
    assert list(buttons) == [
        "포스터 받기(A4)",
        "인쇄소용 파일 받기",
        "문 스티커 받기",
        "모두 한 번에 받기(ZIP)",
    ]
    assert buttons["포스터 받기(A4)"].endswith("/poster-a4.home.pdf")
    assert page.text.count("인쇄소용 파일 받기") == 2
    assert "poster-a4.outlined.pdf" in page.text
    assert page.text.count("<img ") == 2
    assert _refresh(page) is None


def test_what_we_print_ourselves_has_one_file_a_product(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order()
    buyer.render()
    page = client.get(_address(desk, number))
    assert _buttons(page)["포스터 받기(A4)"].endswith("/poster-a4.print.pdf")
    assert "인쇄소용 파일" not in page.text
    assert "A4 포스터 2장, 문 스티커 5장" in page.text
    assert "붙이실 때" in page.text


def test_while_it_is_made_the_page_looks_again_by_itself(
    desk: KitDesk, buyer: Customer, client: FlaskClient, clock: AdjustableClock
) -> None:
    address = _address(desk, buyer.order())
    page = client.get(address)
    assert "만들고 있어요" in page.text
    assert _buttons(page) == {"지금 다시 보기": ""}
    soon = _refresh(page)
    clock.advance(timedelta(minutes=4))
    later = _refresh(client.get(address))
    assert soon is not None
    assert later is not None
    assert soon < later
    buyer.render()
    assert _refresh(client.get(address)) is None


def test_without_a_channel_there_is_nothing_to_wait_for_on_the_screen(
    desk: KitDesk, buyer: Customer, client: FlaskClient, sqlite_database: Database
) -> None:
    address = _address(desk, buyer.order())
    with sqlite_database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id=None))
    page = client.get(address)
    assert "채널이 열리면" in page.text
    assert "하실 일은 없어요" in page.text
    assert _refresh(page) is None


@pytest.mark.parametrize("state", sorted(set(KitState) - {KitState.ERASED}))
def test_every_state_says_how_far_it_is(
    desk: KitDesk, buyer: Customer, client: FlaskClient, state: KitState
) -> None:
    number = buyer.order()
    buyer.bring(number, state)
    page = client.get(_address(desk, number))
    assert page.status_code == 200
    notice = {
        KitState.CONFIRMED: kit_texts.MAKING,
        KitState.RENDERED: kit_texts.MAKING,
        **kit_texts.STATES,
    }[state]
    assert f"<h2>{notice.title}</h2>" in page.text
    for line in notice.lines:
        assert line in _plain(page)
    has_way_on = re.search(
        r"라고 보내|하실 일은 없어요|이 화면|저희가|담당자|드려요|도착해요|주문번호", _plain(page)
    )
    assert has_way_on


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (KitState.FAILED, "text_glyph", "인쇄할 수 없는 글자"),
        (KitState.FAILED, "preflight_failed", "담당자가 보고 있어요"),
        (KitState.PROBLEM, "tampered", "바로 떼어 주세요"),
        (KitState.PROBLEM, "damaged", "확인하고 연락드려요"),
    ],
)
def test_what_a_merchant_can_do_about_it_is_said(
    desk: KitDesk,
    buyer: Customer,
    client: FlaskClient,
    state: KitState,
    reason: str,
    words: str,
) -> None:
    number = buyer.order()
    order_id = buyer.bring(number, state)
    with buyer.database.transaction() as session:
        session.get_one(KitOrder, order_id).reason = reason
    assert words in client.get(_address(desk, number)).text


def test_a_store_that_was_renamed_is_told_so(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order()
    buyer.render()
    assert kit_texts.OUTDATED.title not in client.get(_address(desk, number)).text
    with buyer.database.transaction() as session:
        session.execute(update(KitOrder).values(is_outdated=True))
    assert kit_texts.OUTDATED.title in client.get(_address(desk, number)).text


def test_files_that_were_let_go_can_be_ordered_again(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order(delivery="file")
    buyer.bring(number, KitState.DELIVERED)
    page = client.get(_address(desk, number))
    assert kit_texts.FILES_PURGED.title in page.text
    assert "모두 한 번에" not in page.text


def test_an_erased_order_is_gone(desk: KitDesk, buyer: Customer, client: FlaskClient) -> None:
    number = buyer.order()
    address = _address(desk, number)
    buyer.bring(number, KitState.ERASED)
    for path in (address, f"{address}/kit.zip"):
        page = client.get(path)
        assert page.status_code == 410
        assert kit_texts.GONE.title in page.text


def test_links_end_and_cannot_be_made_up(
    desk: KitDesk, buyer: Customer, client: FlaskClient, clock: AdjustableClock
) -> None:
    address = _address(desk, buyer.order())
    for wrong in (
        "/kits/x",
        address[:-1] + ("A" if address[-1] != "A" else "B"),
        "/kits/" + "x" * 3000,
    ):
        page = client.get(wrong)
        assert page.status_code == 404
        assert kit_texts.INVALID.title in page.text
    clock.advance(PAGE_LIFETIME + timedelta(seconds=1))
    page = client.get(address)
    assert page.status_code == 410
    assert kit_texts.EXPIRED.title in page.text
    assert "‘홍보물’이라고 보내" in _plain(page)
    assert "02-000-0000" in page.text


def test_no_page_may_be_framed_kept_or_run_scripts(
    desk: KitDesk, buyer: Customer, client: FlaskClient
) -> None:
    number = buyer.order(delivery="file")
    buyer.render()
    address = _address(desk, number)
    for path in (address, "/kits/x", f"{address}/kit.zip"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
        assert "Set-Cookie" not in answer.headers
    for path in (address, "/kits/x"):
        text = client.get(path).text
        assert "<script" not in text
        assert "style=" not in text


def test_what_a_merchant_wrote_is_text(desk: KitDesk, buyer: Customer, client: FlaskClient) -> None:
    number = buyer.order()
    with buyer.database.transaction() as session:
        session.execute(update(Store).values(name="<b>순자</b>"))
        session.execute(update(KitOrder).values(store_name="<b>순자</b>"))
    page = client.get(_address(desk, number)).text
    assert "&lt;b&gt;순자" in page
    assert "<b>순자" not in page


def test_the_word_that_the_pages_offer_is_understood() -> None:
    assert nlu.understand("홍보물", Context(now=NOW)).intent in {"kit_order", "kit_status"}
