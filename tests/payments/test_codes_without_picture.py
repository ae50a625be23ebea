"""Codes that came as words or as a number alone: drawn where that is allowed, else asked for."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from bot.errors import ConfigError
from bot.services.kits.pay_cards import as_issued, order_card, usable_code
from bot.services.kits.press import UnprintableError
from bot.services.pay_rules.provider import FOLDER, drawing, provider, read
from bot.services.payments.handover.results import ImportReport, ResultFile, import_results
from bot.services.payments.missing_codes import count_missing, missing_codes
from bot.services.payments.qr import active_code
from kits import codes
from kits.pictures import read_payment
from models.kit import KitOrder
from models.outbox import Reminder
from models.payment import PayApplication, PayQr
from models.session import Database
from models.states import PayState
from tests.payments.test_cards import Shop
from tests.print.specs import PAID, payment_picture
from tests.use_cases.people import NOW

HEAD = "신청번호,상태,가맹점코드,QR그림,QR내용"
ALLOWED = {"kakaopay": replace(provider("kakaopay"), drawn_code="L")}


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
    assert shop.orders() == [], "this provider allows no drawing"
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


def test_a_card_is_made_from_the_words_where_the_provider_allows_it(shop: Shop) -> None:
    answer(shop, "QR발급", "M-7", words=PAID)
    with shop.database.transaction() as session:
        row = session.get_one(PayApplication, shop.who.id)
        assert usable_code(session, row.store_id) is None
        code = active_code(session, row.id)
        assert code is not None
        assert order_card(session, row, code, NOW) is False
        assert order_card(session, row, code, NOW, ALLOWED)
        card = usable_code(session, row.store_id, ALLOWED)
    assert card is not None
    assert (card.drawn, card.sha256) == ("L", hashlib.sha256(PAID.encode()).hexdigest())
    payment = as_issued(card, shop.papers)
    with Image.open(io.BytesIO(payment.image)) as picture:
        (seen,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert seen.bytes == PAID.encode()
    assert read_payment(payment.image, PAID).text == PAID, "the press takes it"
    assert seen.ec_level == "L", "no stronger than was allowed"
    for changed in (replace(card, payload=f"{PAID}1"), replace(card, drawn="")):
        with pytest.raises(UnprintableError) as error:
            as_issued(changed, shop.papers)
        assert error.value.code == "pay_picture"


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


def test_without_even_a_number_the_row_is_in_error(shop: Shop) -> None:
    report = answer(shop, "QR발급")
    assert [error.code for error in report.errors] == ["qr_missing"]
    assert shop.who.state is PayState.HANDED_OFF
    assert answer(shop, "승인", "M-7").errors == ()
    assert missing(shop) == [], "the code is not out yet"


def test_how_strongly_a_code_is_drawn_is_the_providers_word(tmp_path: Path) -> None:
    text = (FOLDER / "kakaopay.toml").read_text(encoding="utf-8")
    for level in ("", "L", "H"):
        path = tmp_path / "gaon.toml"
        path.write_text(text.replace('drawn_code = ""', f'drawn_code = "{level}"'), "utf-8")
        config = read(path)
        assert config.drawn_code == level
        assert drawing({"gaon": config}) == (("gaon",) if level else ())
    path.write_text(text.replace('drawn_code = ""', 'drawn_code = "strong"'), "utf-8")
    with pytest.raises(ConfigError):
        read(path)
    assert drawing() == (), "nobody has told us that it may be"
    with pytest.raises(codes.CodeTooLongError):
        codes.picture("x" * 3000, "L")
