"""More cards with a payment code, where the code cannot be printed."""

import pytest
from sqlalchemy import update

from models.payment import PayQr
from tests.pay_office import acts
from tests.talk import NOW, Merchant


@pytest.fixture
def merchant(merchant: Merchant) -> Merchant:
    acts(merchant, {"stands": "live"})
    return merchant


def _change_code(merchant: Merchant, **values: object) -> None:
    with merchant.house.database.transaction() as session:
        session.execute(update(PayQr).values(**values))


@pytest.mark.parametrize("lost", ["storage_key", "payload"])
def test_a_code_without_a_picture_that_can_be_read_is_no_card(
    merchant: Merchant, lost: str
) -> None:
    _change_code(merchant, **{lost: None})
    assert "그림을 받고 있어요" in merchant.say("결제 QR 카드 더 주세요").text
    assert merchant.asked == "free"


def test_a_code_that_was_revoked_before_the_yes_is_no_card(merchant: Merchant) -> None:
    for words in ("결제 QR 카드 더 주세요", "세 장", "1"):
        merchant.say(words)
    assert merchant.asked == "kit.pay_card_confirm"
    _change_code(merchant, revoked_at=NOW)
    assert "주문됐어요" not in merchant.say("네").text
    assert merchant.record["kits"] == []
