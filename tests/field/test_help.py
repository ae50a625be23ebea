"""Finishing a form together: the merchant's code, the real engine, and who wrote."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.services.erasure import wipe
from bot.services.field_links import FieldLinks
from bot.services.help_codes import WRONG_CODES
from bot.services.transaction import Transaction
from models.consent import Consent
from models.conversation import Conversation, Speaker, Turn
from models.events import AccessLog, StateEvent
from models.merchant import Store
from models.states import SupporterState
from models.supporter import Supporter
from tests.field.phone import Phone, path_of
from tests.talk import House, Merchant, house
from tests.visits.rows import add_supporter

_CODE = re.compile(r"\b(\d{3}) (\d{3})\b")


@pytest.fixture
def building(sqlite_url: str) -> Iterator[House]:
    with house(sqlite_url) as opened:
        yield opened


@pytest.fixture
def supporters(building: House) -> list[int]:
    with building.database.transaction() as session:
        return [add_supporter(session, number) for number in (1, 2)]


def phone_of(building: House, supporter_id: int) -> Phone:
    links = FieldLinks(building.app.config["SECRET_KEY"], "", building.clock)
    made = Phone(building.app.test_client(), links, building.clock)
    assert made.client.post(links.make(supporter_id)).status_code == 303
    return made


@pytest.fixture
def phone(building: House, supporters: list[int]) -> Phone:
    return phone_of(building, supporters[0])


@pytest.fixture
def merchant(building: House) -> Merchant:
    """Return somebody who stopped in the middle of the form."""
    person = Merchant(building)
    for words in ("채널 등록", "1", "네", "김복순"):
        person.say(words)
    assert person.asked == "channel.phone"
    return person


def code_of(merchant: Merchant) -> str:
    found = _CODE.search(merchant.say("코드").text)
    assert found
    return found[1] + found[2]


def opened(phone: Phone, code: str) -> str:
    answer = phone.post("/field/draft", code=code)
    assert answer.status_code == 303, answer.text
    return phone.get("/field/draft").text


def say(phone: Phone, text: str, **more: str) -> str:
    answer = phone.post("/field/draft/say", text=text, **more)
    assert answer.status_code == 303
    return phone.get("/field/draft").text


def test_the_code_comes_and_the_question_stays(merchant: Merchant) -> None:
    assert len(code_of(merchant)) == 6
    assert merchant.asked == "channel.phone"


def test_a_form_is_finished_together(
    building: House, phone: Phone, merchant: Merchant, supporters: list[int]
) -> None:
    page = opened(phone, code_of(merchant))
    assert "전화번호" in page
    for words in ("010-0000-5678", "바다수산", "자양시장", "5호", "9시부터 18시", "없어요"):
        page = say(phone, words)
    page = say(phone, "모르겠어요")
    say(phone, "네")
    assert merchant.record["store_name"] == "바다수산"
    actor = f"supporter:{supporters[0]}"
    with building.database.reading() as session:
        changes = session.scalars(select(StateEvent).where(StateEvent.entity == "store")).all()
        speakers = session.scalars(select(Turn.speaker).order_by(Turn.no)).all()
        helped = session.scalars(select(AccessLog).where(AccessLog.action == "help")).one()
        consents = session.scalars(select(Consent.actor)).all()
    assert [change.actor for change in changes] == [actor]
    assert speakers[:5] == [Speaker.USER] * 5
    assert set(speakers[5:]) == {Speaker.STAFF}
    assert helped.actor == actor
    assert set(consents) == {"merchant"}
    assert merchant.say("진행 상황").status == 200
    with building.database.reading() as session:
        last = session.scalars(select(Turn).order_by(Turn.no.desc())).first()
        store = session.scalars(select(Store)).one()
    assert last is not None
    assert (last.speaker, store.name) == (Speaker.USER, "바다수산")


def test_buttons_are_pressed_like_in_the_chat(phone: Phone, merchant: Merchant) -> None:
    page = opened(phone, code_of(merchant))
    for words in ("010-0000-5678", "바다수산", "자양시장", "5호", "9시부터 18시"):
        page = say(phone, words)
    taps = re.findall(r'name="text" value="([^"]+)"><input type="hidden" name="token"', page)
    assert taps, page
    assert merchant.asked == "channel.brn"
    say(phone, "없어요")
    assert merchant.asked != "channel.brn"


def test_a_form_that_is_sent_twice_is_answered_once(phone: Phone, merchant: Merchant) -> None:
    opened(phone, code_of(merchant))
    for _ in range(2):
        say(phone, "010-0000-5678", key="same")
    assert merchant.asked == "channel.store_name"


def test_only_what_was_said_since_is_shown(phone: Phone, merchant: Merchant) -> None:
    page = opened(phone, code_of(merchant))
    assert "김복순" not in page
    assert "도움 번호" not in page
    page = say(phone, "010-0000-5678")
    assert "010-0000-5678" not in page.split('id="now"')[0]


def test_a_code_is_good_for_half_an_hour(phone: Phone, merchant: Merchant) -> None:
    code = code_of(merchant)
    phone.clock.advance(timedelta(minutes=31))
    answer = phone.post("/field/draft", code=code)
    assert answer.status_code == 400
    assert "30분이 지난 번호" in answer.text


def test_a_code_is_for_one_supporter(
    building: House, phone: Phone, merchant: Merchant, supporters: list[int]
) -> None:
    code = code_of(merchant)
    opened(phone, code)
    other = phone_of(building, supporters[1])
    assert other.post("/field/draft", code=code).status_code == 400
    assert opened(phone, code)  # who has it may come back with it


def test_a_new_code_closes_what_the_old_one_opened(phone: Phone, merchant: Merchant) -> None:
    old = code_of(merchant)
    opened(phone, old)
    code_of(merchant)
    assert "숫자 여섯 자리" in phone.get("/field/draft").text
    assert phone.post("/field/draft", code=old).status_code == 400


def test_help_ends_after_an_hour_or_by_a_button(phone: Phone, merchant: Merchant) -> None:
    opened(phone, code_of(merchant))
    phone.clock.advance(timedelta(minutes=61))
    before = merchant.conversation
    assert "숫자 여섯 자리" in say(phone, "010-0000-5678")
    assert merchant.conversation == before
    opened(phone, code_of(merchant))
    phone.post("/field/draft/end")
    assert "숫자 여섯 자리" in phone.get("/field/draft").text


def test_guessing_is_slowed_down(building: House, phone: Phone, merchant: Merchant) -> None:
    code = code_of(merchant)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(WRONG_CODES - 1):
        assert phone.post("/field/draft", code=wrong).status_code == 400
    answer = phone.post("/field/draft", code=wrong)
    assert (answer.status_code, "15분" in answer.text) == (429, True)
    assert phone.post("/field/draft", code=code).status_code == 429  # even the right one
    building.clock.advance(timedelta(minutes=14))
    assert phone.post("/field/draft", code=code).status_code == 429
    building.clock.advance(timedelta(minutes=2))
    assert opened(phone, code)


def test_a_right_code_forgives_the_wrong_ones(phone: Phone, merchant: Merchant) -> None:
    code = code_of(merchant)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(2):
        for _ in range(WRONG_CODES - 1):
            assert phone.post("/field/draft", code=wrong).status_code == 400
        opened(phone, code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_does_not_count(phone: Phone, code: str) -> None:
    for _ in range(WRONG_CODES + 1):
        answer = phone.post("/field/draft", code=code)
        assert (answer.status_code, "숫자 여섯 자리를 적어" in answer.text) == (400, True)


def test_blanks_in_a_code_do_not_matter(phone: Phone, merchant: Merchant) -> None:
    code = code_of(merchant)
    assert opened(phone, f" {code[:3]} {code[3:]}")


def test_erasure_ends_the_help(building: House, phone: Phone, merchant: Merchant) -> None:
    opened(phone, code_of(merchant))
    with building.database.transaction() as session:
        talk = session.scalars(select(Conversation)).one()
        wipe(Transaction(session, building.clock.now(), talk.id, "erase"))
    assert "숫자 여섯 자리" in phone.get("/field/draft").text


def test_a_supporter_without_a_code_writes_nowhere(phone: Phone, merchant: Merchant) -> None:
    before = merchant.conversation
    assert "숫자 여섯 자리" in say(phone, "네")
    assert merchant.conversation == before


def test_who_joined_the_chat_is_sent_a_link(
    building: House, phone: Phone, supporters: list[int]
) -> None:
    own = Merchant(building, user="supporter-chat")
    assert own.say("오늘 일정").links == []
    answer = phone.post("/field/chat", code=code_of(own))
    assert (answer.status_code, answer.location) == (303, "/field")
    assert "카카오톡을 이었어요" in phone.get("/field").text
    assert "숫자 여섯 자리" in phone.get("/field/draft").text  # it was no help
    (link,) = own.say("오늘 일정").links
    newcomer = building.app.test_client()
    assert newcomer.post(path_of(link)).status_code == 303
    assert newcomer.get("/field").status_code == 200
    assert newcomer.post(path_of(link)).status_code == 410
    (other,) = own.say("오늘 일정").links
    assert other != link
    assert Merchant(building, user="somebody").say("오늘 일정").links == []
    with building.database.transaction() as session:
        session.get_one(Supporter, supporters[0]).state = SupporterState.LEFT
    assert own.say("오늘 일정").links == []


def test_a_new_chat_takes_the_place_of_the_old_one(building: House, phone: Phone) -> None:
    old, new = Merchant(building, user="old"), Merchant(building, user="new")
    for chat in (old, new):
        assert phone.post("/field/chat", code=code_of(chat)).status_code == 303
    assert old.say("오늘 일정").links == []
    assert len(new.say("오늘 일정").links) == 1


def test_joining_is_guarded_against_guessing(phone: Phone) -> None:
    for _ in range(WRONG_CODES - 1):
        assert phone.post("/field/chat", code="000000").status_code == 400
    assert phone.post("/field/chat", code="000000").status_code == 429
    assert phone.post("/field/draft", code="000000").status_code == 429


def test_erasure_forgets_whose_chat_it_was(building: House, phone: Phone) -> None:
    own = Merchant(building, user="supporter-chat")
    phone.post("/field/chat", code=code_of(own))
    with building.database.transaction() as session:
        talk = session.scalars(select(Conversation)).one()
        wipe(Transaction(session, building.clock.now(), talk.id, "erase"))
    assert own.say("오늘 일정").links == []
