"""Applying for easy payment where a transcript cannot go: two stores, two phones, many taps."""

from sqlalchemy import func, select

from models.merchant import Store
from models.payment import PayApplication
from models.states import StoreState
from tests.pay_office import acts
from tests.talk import Merchant

FORM = ("쉬운 결제", "네", "123-45-67891", "네", "국민 123456-01-123456 김복순", "건너뛰기")


def _fill_in(merchant: Merchant) -> None:
    for words in FORM:
        merchant.say(words)
    assert merchant.asked == "pay.confirm"


def test_of_two_stores_one_is_chosen_and_the_other_still_can_apply(merchant: Merchant) -> None:
    acts(merchant, {"second_store": "하늘건어물"})
    said = merchant.say("쉬운 결제")
    assert "어느 가게에서 쓰실 거예요?" in said.text
    merchant.say("바다수산")
    for words in FORM[1:]:
        merchant.say(words)
    assert "바다수산" in (merchant.last.text if merchant.last else "")
    merchant.say("네")
    for kind in ("brc", "bankbook"):
        acts(merchant, {"sends": kind})
    merchant.say("쉬운 결제")
    assert merchant.asked == "pay.store"
    assert "벌써 신청하셨어요" in merchant.say("바다수산").text
    assert merchant.asked == "free"
    merchant.say("쉬운 결제")
    merchant.say("하늘건어물")
    assert merchant.asked == "pay.reuse", "the consent stands, and the number is known"
    pays = merchant.record["payments"]
    assert [pay["store_name"] for pay in pays] == ["바다수산"]


def test_with_something_due_the_due_thing_comes_before_the_other_store(merchant: Merchant) -> None:
    acts(merchant, {"second_store": "하늘건어물"})
    acts(merchant, {"stands": "collecting", "papers": False})
    assert "사업자등록증 사진" in merchant.say("쉬운 결제").text
    assert merchant.asked == "free"


def test_who_was_faster_on_another_phone_has_the_only_application(merchant: Merchant) -> None:
    _fill_in(merchant)
    acts(merchant, {"stands": "ready"})
    said = merchant.say("네")
    assert "신청을 받았어요" not in said.text
    assert "보낼 준비가 됐어요" in said.text
    assert merchant.asked == "free"
    (pay,) = merchant.record["payments"]
    assert (pay["bank"], pay["state"]) == ("011", "ready")


def test_a_number_that_comes_later_tells_the_sort_as_it_does_in_the_form(
    merchant: Merchant,
) -> None:
    acts(merchant, {"stands": "collecting", "business_type": "none", "brn": None})
    merchant.say("쉬운 결제")
    assert merchant.asked == "pay.brn"
    merchant.say("123-89-00012")
    (pay,) = merchant.record["payments"]
    assert pay["business_type"] == "corp", "89 is a religious body, which is no person either"


def test_many_yeses_are_one_application(merchant: Merchant) -> None:
    _fill_in(merchant)
    first = merchant.say("네", request_id="again")
    assert merchant.say("네", request_id="again").body == first.body
    merchant.say("네")
    merchant.say("네, 신청해요")
    with merchant.house.database.reading() as session:
        assert session.scalars(select(func.count()).select_from(PayApplication)).one() == 1


def test_a_store_that_closed_meanwhile_ends_the_form_in_words(merchant: Merchant) -> None:
    _fill_in(merchant)
    with merchant.house.database.transaction() as session:
        session.scalars(select(Store)).one().state = StoreState.CLOSED
    said = merchant.say("네")
    assert "가게를 먼저 등록하시면" in said.text
    assert merchant.asked == "free"
    assert merchant.record["payments"] == []


def test_nothing_secret_of_a_form_stands_in_the_transcript(merchant: Merchant) -> None:
    _fill_in(merchant)
    merchant.say("제 주민번호는 800101-1234567이에요")
    merchant.say("네")
    shown = str(merchant.conversation["turns"])
    for secret in ("12345601123456", "1234-5601-1234-56", "123456-01", "123-45-67891", "800101"):
        assert secret not in shown
    assert "김복순" not in shown
