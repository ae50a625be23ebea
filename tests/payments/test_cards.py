"""The provider's code on the payment card: as it was issued, and only while it counts."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select, text

from bot.errors import RuleBrokenError
from bot.services import registration
from bot.services.kits import KitsPress, KitWish, Press, place, render_due
from bot.services.payments.handover.results import ResultFile, import_results
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.kit import KitItem, KitOrder
from models.session import Database
from models.staff import HandoffTicket
from models.states import Cause, KitState, PayState, move
from tests.fakes.press import FakePress
from tests.payments.applicants import Applicant, applicant
from tests.print.specs import PAID, payment_picture
from tests.use_cases.people import NOW

OTHER = "https://pay.example.org/q/281006011004777"
HEAD = "신청번호,상태,가맹점코드,사유,QR그림"


class Shop:
    """An applicant whose provider answers, and the printing shop beside it."""

    def __init__(self, database: Database, folder: Path, **answers: str) -> None:
        self.database = database
        self.papers = SealedFiles(folder / "uploads", crypto.ring())
        self.files = SealedFiles(folder / "kits", crypto.ring())
        self.press = FakePress()
        self.who: Applicant = applicant(database, **answers)
        self.who.complete()
        self.who.hand_off()

    def answer(self, status: str, code: str = "", reason: str = "", said: str = PAID) -> None:
        """Read what the provider says."""
        row = f"{self.who.overview().number},{status},{code},{reason},{'a.png' if code else ''}"
        pictures = {"a.png": payment_picture(said)}
        given = ResultFile("r.csv", f"{HEAD}\n{row}\n".encode(), pictures)
        report = import_results(self.database, self.papers, "kakaopay", given, "staff:op", NOW)
        assert report.errors == ()

    def render(self, press: Press | None = None) -> int:
        """Let the job run once."""
        press = press or self.press
        return render_due(self.database, self.files, press, NOW, papers=self.papers)

    def orders(self) -> list[KitOrder]:
        """Return all orders, the oldest first."""
        with self.database.reading() as session:
            return list(session.scalars(select(KitOrder).order_by(KitOrder.id)))

    def states(self) -> list[KitState]:
        """Return how far they are."""
        return [order.state for order in self.orders()]

    def order(self, key: str = "mixed", **items: int) -> str:
        """Order something in the chat."""
        wish = KitWish(items={name.replace("_", "-"): n for name, n in items.items()})
        with self.who.person.turn(key) as tx:
            return place(tx, wish)

    def bring(self, *steps: KitState) -> None:
        """Let people carry the newest order on."""
        with self.database.transaction() as session:
            order = session.scalars(select(KitOrder).order_by(KitOrder.id.desc()).limit(1)).one()
            for step in steps:
                move(session, order, step, Cause(actor="staff:op", key=f"to:{step}", now=NOW))

    def tickets(self) -> list[str]:
        """Return what people have been asked to do."""
        with self.database.reading() as session:
            found = session.scalars(select(HandoffTicket.summary).order_by(HandoffTicket.id))
            return [summary or "" for summary in found]


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Shop:
    return Shop(sqlite_database, tmp_path)


def read_codes(pdf: bytes) -> list[bytes]:
    """Return what the codes of a finished file say, byte for byte."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=300 / 72).to_pil().convert("L")
    return [found.bytes for found in zxingcpp.read_barcodes(picture)]


def test_the_finished_card_says_what_was_issued_byte_for_byte(shop: Shop) -> None:
    """From the provider's file to the paper, with the real press and a store without a channel."""
    shop.answer("QR발급", "M-0042")
    (order,) = shop.orders()
    assert (order.state, dict(order.items)) == (KitState.CONFIRMED, {"pay-card": 1})
    assert order.channel_public_id is None
    assert shop.render(KitsPress()) == 1
    (order,) = shop.orders()
    assert order.state is KitState.PREFLIGHTED, order.reason
    assert order.storage_key is not None
    with zipfile.ZipFile(io.BytesIO(shop.files.get(order.storage_key))) as archive:
        pdf = archive.read("pay-card.print.pdf")
    assert read_codes(pdf) == [PAID.encode()]
    with pypdfium2.PdfDocument(pdf) as document:
        words = document[0].get_textpage().get_text_range()
    assert "M-0042" in words
    assert "카카오페이" in words
    with shop.database.reading() as session:
        item = session.scalars(select(KitItem)).one()
        assert (item.is_decoded, item.code_text) == (True, None)
        rows = session.execute(text("SELECT * FROM kit_item, kit_order")).all()
    assert PAID not in str(rows), "what the code says lies sealed only"


def test_another_code_takes_the_place_of_the_first(shop: Shop) -> None:
    shop.answer("QR발급", "M-1")
    shop.render()
    shop.bring(KitState.QUEUED_PRINT, KitState.PRINTED, KitState.DELIVERED)
    shop.order("more", pay_card=3)
    shop.answer("QR발급", "M-2", said=OTHER)
    assert shop.states() == [KitState.REVOKE_REQUIRED, KitState.CANCELLED, KitState.CONFIRMED]
    assert shop.orders()[-1].items == {"pay-card": 3}
    assert shop.render() == 1
    payment = shop.press.rendered[-1].payment
    assert payment is not None
    assert (payment.payload, payment.image) == (OTHER, payment_picture(OTHER))
    assert any("걷을 홍보물" in summary for summary in shop.tickets())
    before = len(shop.orders())
    shop.answer("QR발급", "M-2", said=OTHER)
    assert len(shop.orders()) == before, "the same file again orders nothing"


def test_no_card_of_a_code_that_ended(shop: Shop) -> None:
    with pytest.raises(RuleBrokenError) as error:
        shop.order(pay_card=1)
    assert error.value.code == "no_pay_code"
    with shop.who.person.turn("channel") as tx:
        registration.set_channel(tx, public_id="_Pay")
    shop.answer("QR발급", "M-1")
    shop.answer("사용중")
    shop.order(poster=2, pay_card=1)
    assert shop.render() == 2
    shop.bring(KitState.QUEUED_PRINT)
    shop.answer("해지")
    assert shop.states() == [KitState.CANCELLED, KitState.CONFIRMED]
    assert shop.orders()[-1].items == {"poster": 2}
    assert shop.render() == 1
    assert shop.press.rendered[-1].products == ("poster-a4",)
    assert [summary.count("결제 QR을 걷어") for summary in shop.tickets()] == [1]
    with pytest.raises(RuleBrokenError):
        shop.order("again", pay_card=1)


def test_while_a_provider_has_stopped_it_nothing_is_printed(shop: Shop) -> None:
    shop.answer("QR발급", "M-1")
    shop.answer("사용중")
    shop.render()
    shop.answer("이용정지", reason="policy")
    assert shop.who.state is PayState.SUSPENDED
    assert shop.states() == [KitState.CONFIRMED]
    assert shop.render() == 0
    assert [summary.count("가려 두게") for summary in shop.tickets()] == [1]
    shop.who.step(PayState.LIVE, now=NOW + timedelta(days=1))
    assert shop.render() == 1
    assert shop.states() == [KitState.PREFLIGHTED]


def test_a_code_that_ends_while_its_card_is_made_is_not_kept(shop: Shop) -> None:
    shop.answer("QR발급", "M-1")
    shop.press.during = lambda _sheet: shop.answer("QR발급", "M-2", said=OTHER)
    assert shop.render() == 1
    assert shop.states() == [KitState.CANCELLED, KitState.PREFLIGHTED]
    assert [order.storage_key is None for order in shop.orders()] == [True, False]
    payment = shop.press.rendered[-1].payment
    assert payment is not None
    assert payment.merchant_code == "M-2"


def test_a_picture_that_was_changed_is_not_printed(shop: Shop) -> None:
    shop.answer("QR발급", "M-1")
    with shop.database.transaction() as session:
        session.execute(text("UPDATE pay_qr SET sha256 = :other"), {"other": "0" * 64})
    assert shop.render() == 0
    (order,) = shop.orders()
    assert (order.state, order.reason) == (KitState.FAILED, "pay_picture")
    assert shop.press.rendered == []
