"""Codes that came as words or as a number alone: the picture is asked for."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services.payments.handover.results import ImportReport, ResultFile, import_results
from bot.services.payments.missing_codes import count_missing, missing_codes
from bot.services.payments.qr import active_code
from models.kit import KitOrder
from models.outbox import Reminder
from models.payment import PayApplication, PayQr
from models.session import Database
from models.states import PayState
from tests.payments.test_cards import OTHER, Shop
from tests.print.specs import PAID, payment_picture
from tests.use_cases.people import NOW

HEAD = "신청번호,상태,가맹점코드,QR그림,QR내용"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Shop:
    return Shop(database, tmp_path)


def answer(
    shop: Shop, status: str, code: str = "", picture: str = "", words: str = ""
) -> ImportReport:
    row = f"{shop.who.overview().number},{status},{code},{picture},{words}"
    given = ResultFile("r.csv", f"{HEAD}\n{row}\n".encode(), {"a.png": payment_picture(PAID)})
    return import_results(shop.database, shop.papers, "kakaopay", given, "staff:op", NOW)


def code_of(shop: Shop) -> PayQr:
    with shop.database.reading() as session:
        code = active_code(session, shop.who.id)
    assert code is not None
    return code


def missing(shop: Shop) -> list[tuple[str, bool]]:
    with shop.database.reading() as session:
        found = missing_codes(session, None)
        assert count_missing(session, None) == len(found)
    return [(one.merchant_code, one.has_words) for one in found]


def told(shop: Shop) -> list[str]:
    with shop.database.reading() as session:
        return list(session.scalars(select(Reminder.kind).where(Reminder.state == "scheduled")))


def test_words_are_kept_with_their_digest_and_the_picture_is_asked_for(shop: Shop) -> None:
    assert answer(shop, "QR발급", "M-7", words=PAID).errors == ()
    code = code_of(shop)
    assert code.sha256 == hashlib.sha256(PAID.encode()).hexdigest()
    assert (code.payload, code.storage_key) == (PAID, None)
    assert shop.who.state is PayState.QR_ISSUED
    assert shop.orders() == [], "we draw no code"
    assert missing(shop) == [("M-7", True)]
    before = shop.who.history()
    assert answer(shop, "QR발급", "M-7", "a.png").errors == ()
    after = code_of(shop)
    assert (after.id, after.issued_at, after.revoked_at) == (code.id, code.issued_at, None)
    assert after.sha256 == hashlib.sha256(payment_picture(PAID)).hexdigest()
    assert [dict(order.items) for order in shop.orders()] == [{"pay-card": 1}]
    assert missing(shop) == []
    assert shop.who.history() == before
    assert "payment.revoked" not in told(shop), "nothing was replaced, nothing has to come down"


def test_the_words_of_a_code_that_has_its_picture_replace_nothing(shop: Shop) -> None:
    assert answer(shop, "QR발급", "M-7", words=PAID).errors == ()
    assert answer(shop, "QR발급", "M-7", "a.png").errors == ()
    before, ordered = code_of(shop), shop.states()
    report = answer(shop, "사용중", "M-7", words=PAID)
    assert (report.applied, report.errors) == (1, ())
    assert shop.who.state is PayState.LIVE
    after = code_of(shop)
    assert (after.id, after.sha256, after.storage_key) == (
        before.id,
        before.sha256,
        before.storage_key,
    )
    assert shop.states() == ordered, "the card stays as it was ordered"
    assert missing(shop) == []
    assert "payment.revoked" not in told(shop)
    assert answer(shop, "사용중", "M-7", words=PAID).unchanged == 1


def test_a_picture_that_counted_before_the_words_counts_again(shop: Shop) -> None:
    answer(shop, "QR발급", "M-7", "a.png")
    first = code_of(shop)
    for words in (OTHER, PAID):
        assert answer(shop, "QR발급", "M-7", words=words).errors == ()
        assert missing(shop) == [("M-7", True)]
    assert answer(shop, "QR발급", "M-7", "a.png", PAID).errors == ()
    again = code_of(shop)
    assert (again.id, again.sha256) == (first.id, first.sha256)
    assert missing(shop) == []


def test_a_number_alone_waits_for_its_picture_and_nobody_is_told_wrong(shop: Shop) -> None:
    for status in ("QR발급", "사용중"):
        assert answer(shop, status, "M-7").errors == ()
        assert shop.who.state is PayState.APPROVED
    assert [to for _, to in shop.who.history()].count("approved") == 1
    assert missing(shop) == [("M-7", False)]
    assert shop.orders() == []
    assert told(shop).count("payment.moved") == 1
    with shop.database.reading() as session:
        row = session.get_one(PayApplication, shop.who.id)
        assert (row.merchant_code, row.provider_status_raw) == ("M-7", "사용중")
    assert answer(shop, "QR발급", "M-7", "a.png").errors == ()
    assert shop.who.state is PayState.QR_ISSUED
    assert missing(shop) == []
    with shop.database.reading() as session:
        assert session.get_one(PayApplication, shop.who.id).merchant_code is None
        assert len(session.scalars(select(KitOrder)).all()) == 1


def test_a_number_of_before_a_refusal_counts_no_more(shop: Shop) -> None:
    assert answer(shop, "QR발급", "M-7").errors == ()
    shop.who.step(PayState.REJECTED, "trade_restricted")
    with shop.database.reading() as session:
        assert session.get_one(PayApplication, shop.who.id).merchant_code is None


def test_without_even_a_number_the_row_is_in_error(shop: Shop) -> None:
    report = answer(shop, "QR발급")
    assert [error.code for error in report.errors] == ["qr_missing"]
    assert shop.who.state is PayState.HANDED_OFF
    assert answer(shop, "승인", "M-7").errors == ()
    assert missing(shop) == [], "the code is not out yet"
