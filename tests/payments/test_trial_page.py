"""The page of the test payment: one button, the way to KakaoPay and back, and what it says."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.clients.kakaopay import KakaoPayClient
from bot.config import KAKAOPAY_TEST_CID, Settings
from bot.deps import Deps
from bot.dialogue.world import Lookups, World
from bot.errors import RuleBrokenError
from bot.services import payments
from bot.web.slow_work import SlowWork
from models.conversation import Conversation
from tests.fakes import faults
from tests.fakes.kakaopay import KEY, FakeKakaoPay
from tests.fakes.loopback import LoopbackServer
from tests.patience import PATIENCE_S, PATIENT
from tests.payments.applicants import Applicant, applicant
from tests.talk import House, Merchant, house
from tests.use_cases.people import Person


@dataclass
class Phone:
    """One owner's telephone with our page on it."""

    house: House
    pay: FakeKakaoPay
    who: Applicant

    def link(self) -> str | None:
        """Return what the chat shows."""
        deps = Deps(
            settings=Settings(secret_key="test" * 8, public_url="http://localhost"),
            clock=self.house.clock,
            database=self.house.database,
            tax_office=self.house.tax_office,
            kakaopay=self.house.kakaopay,
        )
        world = World(deps, Lookups(deps), self.house.clock.now())
        world.of(self.who.person.conversation_id)
        return world.pay_trial_link()

    @property
    def path(self) -> str:
        """Return the path of a fresh link."""
        link = self.link()
        assert link is not None
        return urlsplit(link).path

    def see(self, path: str) -> TestResponse:
        """Open an address, or one of our own that somebody else sends to."""
        own = path.removeprefix("http://127.0.0.1:8000")
        return self.house.app.test_client().get(own, follow_redirects=True)

    def tap(self, path: str) -> TestResponse:
        """Tap the one button."""
        return self.house.app.test_client().post(path, follow_redirects=True)

    def agree(self) -> TestResponse:
        """Agree at KakaoPay, and come back."""
        return self.see(self.pay.agree(self.pay.newest))


@pytest.fixture
def phone(sqlite_url: str) -> Iterator[Phone]:
    fake = FakeKakaoPay()
    with LoopbackServer(fake.answer) as server, house(sqlite_url) as building:
        fake.url = server.url
        building.kakaopay = KakaoPayClient(server.url, KEY, KAKAOPAY_TEST_CID, PATIENT)
        building.restart()
        who = applicant(building.database)
        who.apply(now=building.clock.now())
        yield Phone(building, fake, who)


def test_there_and_back(phone: Phone) -> None:
    path = phone.path
    first = phone.see(path)
    assert first.text.count("<button") == 1
    assert "100원은 바로 돌려드려요." in first.text
    assert phone.pay.asked == [], "looking opens nothing"
    going = phone.tap(path)
    assert f"url={phone.pay.url}/pay/{phone.pay.newest.tid}" in going.text
    assert "아직 안 끝났어요" in phone.see(path).text
    assert len(phone.pay.newest.asked["approval_url"]) <= 255
    phone.tap(path)
    assert len(phone.pay.payments) == 1
    done = phone.agree()
    assert "잘 돼요!" in done.text
    assert "<button" not in done.text
    assert "pg_token" not in done.request.path + str(done.request.query_string)
    assert (phone.pay.kept, phone.pay.newest.cancellations) == (0, 1)
    assert phone.link() is None, "the chat does not ask for what has succeeded"
    for answer in (first, going, done):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_the_chat_leads_there(phone: Phone) -> None:
    merchant = Merchant(phone.house, "asks-the-chat")
    merchant.say("안녕하세요")
    with phone.house.database.reading() as session:
        chat = select(Conversation.id).where(Conversation.user_key == "asks-the-chat")
        who = Applicant(Person(phone.house.database, session.scalars(chat).one(), "asks-the-chat"))
    who.person.register("in the chat", brn="2208162517", store_name="철수네 과일")
    who.apply("in the chat", brn="2208162517", now=phone.house.clock.now())
    (link,) = [
        one for one in merchant.say("쉬운 결제 어떻게 됐어요?").links if "/pay-trial/" in one
    ]
    phone.tap(urlsplit(link).path)
    assert "잘 돼요!" in phone.agree().text
    again = merchant.say("쉬운 결제 어떻게 됐어요?")
    assert not [one for one in again.links if "/pay-trial/" in one]


def test_an_unclear_end_is_looked_at_again_by_the_page(phone: Phone) -> None:
    path = phone.path
    phone.tap(path)
    phone.pay.faults["approve"].append(faults.LOST)
    phone.pay.faults["order"].append(faults.DOWN)
    answer = phone.agree()
    assert "확인하고 있어요" in answer.text
    assert 'http-equiv="refresh" content="5;' in answer.text
    assert "<button" not in answer.text
    phone.tap(path)
    phone.agree()
    assert phone.pay.asked == ["ready", "approve", "order"]
    phone.house.clock.advance(timedelta(minutes=2))
    ticked = phone.house.app.test_cli_runner().invoke(args=["jobs", "tick"])
    assert "finish_trials" in ticked.output
    assert "잘 돼요!" in phone.see(path).text
    assert phone.pay.kept == 0


def test_stopping_and_too_late(phone: Phone) -> None:
    path = phone.path
    phone.tap(path)
    assert "그만두셨어요" in phone.see(phone.pay.newest.asked["cancel_url"]).text
    phone.tap(path)
    assert "이번에는 안 됐어요" in phone.see(phone.pay.newest.asked["fail_url"]).text
    phone.pay.faults["ready"].append(faults.DOWN)
    assert "이번에는 안 됐어요" in phone.tap(path).text
    phone.tap(path)
    phone.house.clock.advance(timedelta(minutes=16))
    assert "시간이 지났어요" in phone.see(path).text
    for _ in range(6):
        phone.tap(path)
        phone.see(phone.pay.newest.asked["cancel_url"])
    assert phone.tap(path).status_code == 429
    phone.house.clock.advance(timedelta(days=8))
    assert phone.see(path).status_code == 410


def test_nothing_to_try_any_more(phone: Phone) -> None:
    path = phone.path
    with phone.who.person.turn("withdraw", phone.house.clock.now()) as tx:
        payments.withdraw(tx, phone.who.id)
    assert phone.link() is None
    assert phone.see(path).status_code == 410
    assert phone.tap(path).status_code == 410


def test_without_a_key_there_is_nothing(phone: Phone) -> None:
    path = phone.path
    phone.house.kakaopay = None
    phone.house.restart()
    assert phone.link() is None
    assert phone.see(path).status_code == 404
    assert phone.tap(path).status_code == 404
    assert phone.pay.asked == []
    ticked = phone.house.app.test_cli_runner().invoke(args=["jobs", "tick"])
    assert "finish_trials" not in ticked.output


def test_the_way_there_is_no_way_back(phone: Phone) -> None:
    for end in ("paid?pg_token=1", "stopped", "failed"):
        assert phone.see(f"{phone.path}/{end}").status_code == 404


def test_a_page_does_not_wait_for_what_is_slow() -> None:
    slow, go = SlowWork("test", patience_s=0.05), threading.Event()
    done = threading.Event()

    def work() -> None:
        go.wait(PATIENCE_S)
        done.set()

    assert slow.do(work) is False
    go.set()
    assert done.wait(PATIENCE_S), "it goes on all the same"
    patient = SlowWork("test", PATIENCE_S)
    assert patient.do(lambda: None) is True

    def refuse() -> None:
        raise RuleBrokenError(code="too_many_trials")

    with pytest.raises(RuleBrokenError):
        patient.do(refuse)
