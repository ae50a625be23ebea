"""Links that the office sends: one message each, to the right telephone, sealed all the way."""

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.errors import InvalidInputError, RuleBrokenError
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Fate
from bot.services import arrivals, payments
from bot.services.payments.links import links_of
from bot.services.payments.sent_links import Wanted, forget_sent_links, send_link
from bot.services.reminders import BOOK
from models.consent import Suppression
from models.crypto import blind_index
from models.merchant import Merchant
from models.outbox import Reminder
from models.payment import LinkPurpose, PayLink
from models.requirement import DocumentKind
from models.session import Database
from models.states import ReminderState
from tests.fakes.post import RecordingSender
from tests.payments.applicants import applicant, staff
from tests.payments.test_links import Phone
from tests.use_cases.people import NOW

OWNER, PHOTO = LinkPurpose.OWNER, LinkPurpose.PHOTO
DAUGHTER, MOTHER = "01000001234", "01000005678"
MINUTE = timedelta(minutes=1)


class Office:
    """One application by an agent, the pages of its links, and a post office."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.phone = Phone(database, folder)
        self.phone.links._public_url = "https://bot.example.org"
        self.post = RecordingSender(self.phone.clock)
        self.who = applicant(database, role="agent", phone=DAUGHTER)
        self.who.agree()
        self.who.apply()

    def send(
        self,
        purpose: LinkPurpose = OWNER,
        paper: DocumentKind | None = None,
        phone: str = "010-0000-5678",
        key: str = "once",
    ) -> bool:
        wanted = Wanted(self.who.id, purpose, paper, phone)
        with self.database.transaction() as session:
            return send_link(session, self.phone.links, wanted, staff(key))

    def deliver(self) -> list[str]:
        before = len(self.post.arrived)
        outbox = Outbox(self.database, BOOK, (self.post,), "office")
        self.phone.clock.advance(MINUTE)
        outbox.send_due(self.phone.clock.now())
        outbox.look_up(self.phone.clock.now())
        return self.post.kinds()[before:]

    @property
    def address(self) -> str:
        (link,) = self.post.arrived[-1].links
        return link.removeprefix("https://bot.example.org")

    def state(self) -> ReminderState | None:
        with self.database.reading() as session:
            return links_of(session, self.who.id)[0].message_state

    def in_chat(self) -> list[str]:
        """Return what a simulator shows in the chat of who applied."""
        key = self.who.person.user_key
        with self.database.reading() as session:
            return [one.kind for one in arrivals.arrived(session, [key]).get(key, [])]

    def columns(self) -> str:
        """Return everything that can be read of the outbox and of links without the keys."""
        with self.database.read.connect() as connection:
            rows = [
                dict(row._mapping)
                for table in ("reminder", "reminder_attempt", "pay_link", "access_log")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 -- four names of ours
            ]
        return json.dumps(rows, default=str)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path / "files")


def test_the_owner_gets_it_on_the_own_telephone_and_answers_once(office: Office) -> None:
    assert office.send()
    assert office.send() is False, "the button was pressed twice"
    assert office.state() is ReminderState.SCHEDULED
    assert office.deliver() == ["payment.owner_link"]
    arrived = office.post.arrived[-1]
    assert (arrived.phone, arrived.user_key) == (MOTHER, ""), "never into the agent's chat"
    assert office.in_chat() == []
    assert arrived.text.splitlines()[0] == "순자네 반찬 쉬운 결제를 다른 분이 대신 신청하셨어요."
    assert office.state() is ReminderState.DELIVERED
    assert "확인했어요" in office.phone.say(office.address, "yes").text
    assert office.phone.say(office.address, "yes").status_code == 410
    assert "owner_confirmation" not in office.who.open_keys()
    assert office.deliver() == []


def test_a_photo_is_asked_for_in_the_chat(office: Office) -> None:
    assert office.send(PHOTO, DocumentKind.BANKBOOK, phone="")
    assert office.deliver() == ["payment.photo_link"]
    arrived = office.post.arrived[-1]
    assert arrived.user_key == office.who.person.user_key
    assert office.in_chat() == ["payment.photo_link"]
    assert arrived.text.splitlines() == [
        "쉬운 결제에 통장 앞면 사진이 필요해요.",
        "아래를 눌러 찍어 주세요.",
        "11월 26일(목)까지, 한 번만 보내실 수 있어요.",
    ]
    assert "통장 사본" in office.phone.client.get(office.address).text


@pytest.mark.parametrize("purpose", [OWNER, PHOTO])
def test_no_address_and_no_number_can_be_read_anywhere(
    office: Office, purpose: LinkPurpose, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.send(purpose, DocumentKind.BRC if purpose is PHOTO else None)
    readable = office.columns()
    office.deliver()
    token = office.address.rsplit("/", 1)[1]
    readable += office.columns() + caplog.text
    for secret in (token, "/once/", MOTHER, "5678"):
        assert secret not in readable
    office.phone.say(office.address, "yes")
    if purpose is OWNER:
        with office.database.reading() as session:
            assert session.execute(select(PayLink.address, PayLink.phone)).one() == (None, None)


def test_what_is_over_is_not_kept(office: Office) -> None:
    office.send()
    assert forget_sent_links(office.database, NOW + timedelta(days=3)) == 0
    assert forget_sent_links(office.database, NOW + timedelta(days=3, seconds=1)) == 1
    assert forget_sent_links(office.database, NOW + timedelta(days=4)) == 0
    with office.database.reading() as session:
        assert session.execute(select(PayLink.address, PayLink.phone)).one() == (None, None)


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("", "phone_needed"),
        ("02-000-1234", "phone_needed"),
        ("010-0000", "phone_needed"),
        ("010 0000 1234", "not_the_owner"),
    ],
)
def test_only_to_a_telephone_of_the_owners_own(office: Office, phone: str, code: str) -> None:
    with pytest.raises((InvalidInputError, RuleBrokenError)) as error:
        office.send(phone=phone)
    assert error.value.code == code
    with office.database.reading() as session:
        assert session.scalars(select(PayLink)).all() == []
        assert session.scalars(select(Reminder).where(Reminder.subject == "pay_link")).all() == []


def _withdraw(office: Office) -> None:
    with office.who.person.turn("withdraw") as tx:
        payments.withdraw(tx, office.who.id)


def _agree(office: Office) -> None:
    with office.database.transaction() as session:
        merchant_id = session.scalars(select(Merchant.id)).one()
        payments.confirm_owner(session, merchant_id, staff("called"))


def _refuse(office: Office) -> None:
    refused = Suppression(
        subject_hmac=blind_index(MOTHER), message_class="all", reason="opt_out", since=NOW
    )
    with office.database.transaction() as session:
        session.add(refused)


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [
        (_withdraw, ReminderState.CANCELLED),
        (_agree, ReminderState.CANCELLED),
        (_refuse, ReminderState.SUPPRESSED),
    ],
)
def test_it_does_not_go_out_when_there_is_nothing_to_ask_or_nobody_wants_it(
    office: Office, meanwhile: Any, state: ReminderState
) -> None:
    office.send()
    meanwhile(office)
    assert office.deliver() == []
    assert office.state() is state


def test_at_night_it_waits(office: Office) -> None:
    office.phone.clock.advance(timedelta(hours=12))
    with office.database.transaction() as session:
        wanted = Wanted(office.who.id, OWNER, None, MOTHER)
        send_link(session, office.phone.links, wanted, staff("night", office.phone.clock.now()))
    assert office.deliver() == [], "ten in the evening"
    office.phone.clock.advance(timedelta(hours=12))
    assert office.deliver() == ["payment.owner_link"]


def test_a_lost_answer_is_looked_up_at_the_owners_number(office: Office) -> None:
    office.post.failures, office.post.fates = ["drop"], [Fate.DELIVERED]
    office.post.is_final = False
    office.send()
    office.deliver()
    with office.database.transaction() as session:
        session.execute(update(Reminder).values(look_at=NOW))
    office.deliver()
    assert office.state() is ReminderState.DELIVERED
    assert {question.to.phone for question in office.post.questions} == {MOTHER}
    assert office.post.kinds().count("payment.owner_link") == 1
