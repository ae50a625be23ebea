"""From the outbox over a vendor to the phone, and for the chat back through our webhook."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.clock import KST, AdjustableClock
from bot.config import Settings
from bot.outbox.notice import Book, Values
from bot.outbox.outbox import Outbox
from bot.outbox.plan import About, plan
from bot.outbox.senders import build
from bot.outbox.templates import templates
from bot.outbox.timing import When
from bot.services.reminders import BOOK
from bot.web.notice_desk import NoticeDesk
from bot.web.webhook import skill_blueprint
from models.conversation import Friend
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.session import Database
from models.states import ReminderState
from tests.edges.doubles import BOT, SECRET, FakeConversation, app_with
from tests.fakes import faults
from tests.fakes.kakao_event import Skill
from tests.fakes.loopback import LoopbackServer
from tests.fakes.post import StillWatch
from tests.fakes.vendors import Vendors
from tests.storage.rows import add_conversation, add_merchant


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


NOON = datetime(2026, 11, 24, 12, 0, tzinfo=KST)
"""A Tuesday in the middle of the day, when nothing has to wait."""
KIND = "visit.day_before"


def book() -> Book:
    """Return one real notice whose visit is always there, at the same place."""
    values = {name: f"{name}!" for name in templates()[KIND].variables}
    return {KIND: replace(BOOK[KIND], look=lambda *_: Values(values))}


@dataclass
class Town:
    """The outbox, all vendors, and the webhook that Kakao calls."""

    database: Database
    vendors: Vendors
    settings: Settings
    heard: FakeConversation

    def send(self, *senders: str, after: timedelta = timedelta()) -> int:
        """Send what is due by these senders, in this order."""
        return self._outbox(senders).send_due(NOON + after)

    def look(self, *senders: str, after: timedelta) -> int:
        return self._outbox(senders).look_up(NOON + after)

    def _outbox(self, senders: tuple[str, ...]) -> Outbox:
        carriers = build(replace(self.settings, senders=senders))
        return Outbox(self.database, book(), carriers, "town", StillWatch())

    def plan(self, friend: Friend = Friend.FRIEND, number: int = 1) -> int:
        """Plan a message to somebody; return its number."""
        with self.database.transaction() as session:
            merchant = add_merchant(session, phone=f"010000001{number:02d}")
            person = add_conversation(
                session, f"user-{number}", bot_id=BOT, friend=friend, merchant_id=merchant.id
            )
            about = About(
                conversation_id=person.id,
                subject="visit",
                subject_id=number,
                anchor=NOON,
            )
            notice = replace(book()[KIND], when=When(after="visit starts"))
            assert plan(session, notice, about, NOON)
            return session.scalars(
                select(Reminder.id).where(Reminder.conversation_id == person.id)
            ).one()

    def row(self, number: int) -> Reminder:
        with self.database.reading() as session:
            return session.get_one(Reminder, number)

    def outcomes(self) -> list[tuple[str, Outcome | None]]:
        with self.database.reading() as session:
            attempts = session.scalars(select(ReminderAttempt).order_by(ReminderAttempt.no))
            return [(one.sender, one.outcome) for one in attempts]


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Iterator[Town]:
    heard = FakeConversation()
    edge = Settings(app_env="test", kakao_skill_secret=SECRET)
    clock = AdjustableClock(NOON)
    blueprint = skill_blueprint(edge, clock, heard, notices=NoticeDesk(database, clock))
    webhook = make_server(
        "127.0.0.1", 0, app_with(blueprint), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=webhook.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    vendors = Vendors(Skill(f"http://127.0.0.1:{webhook.server_port}/kakao/skill", SECRET))
    ids = tmp_path / "ids.toml"
    vendors.write_ids(ids)
    with LoopbackServer(vendors.answer) as server:
        values = {name.lower(): text for name, text in vendors.settings(server.url, ids).items()}
        values.pop("senders")
        settings = Settings(app_env="test", **values)  # type: ignore[arg-type]  # all are texts
        yield Town(database, vendors, settings, heard)
    webhook.shutdown()
    thread.join()


def test_the_bot_speaks_first(town: Town) -> None:
    number = town.plan()
    assert town.send("event") == 1
    town.vendors.kakao.wait_for(1)
    row = town.row(number)
    assert row.said is not None
    [arrival] = town.vendors.arrived
    assert (arrival.way, arrival.text) == ("chat", row.said["text"])
    assert arrival.mark == str(row.public_id)
    assert arrival.buttons
    assert row.state is ReminderState.DELIVERED
    assert town.heard.heard == []


def test_a_lost_answer_is_made_up_for_by_the_call_of_the_event(town: Town) -> None:
    town.vendors.kakao.faults[:] = [faults.LOST]
    number = town.plan()
    town.send("event", "solapi")
    town.vendors.kakao.wait_for(1)
    assert town.outcomes() == [("event", Outcome.UNKNOWN)]
    assert town.row(number).state is ReminderState.DELIVERED
    town.send("event", "solapi")
    town.look("event", "solapi", after=timedelta(hours=1))
    assert len(town.vendors.arrived) == 1


def test_who_is_no_friend_after_all_gets_an_alimtalk(town: Town) -> None:
    number = town.plan(friend=Friend.UNKNOWN)
    town.vendors.kakao.strangers = {"user-1"}
    town.send("event", "nhn")
    assert town.row(number).state is ReminderState.ACCEPTED
    town.look("event", "nhn", after=timedelta(seconds=10))
    assert town.row(number).state is ReminderState.SCHEDULED
    town.send("event", "nhn", after=timedelta(seconds=11))
    assert [one.way for one in town.vendors.arrived] == ["alimtalk"]
    town.look("event", "nhn", after=timedelta(minutes=3))
    assert town.row(number).state is ReminderState.DELIVERED
    assert town.outcomes() == [("event", Outcome.ACCEPTED), ("nhn", Outcome.ACCEPTED)]


def test_who_has_no_chat_with_us_gets_an_alimtalk(town: Town) -> None:
    town.plan(friend=Friend.BLOCKED)
    town.send("event", "solapi")
    assert [one.way for one in town.vendors.arrived] == ["alimtalk"]
    assert town.outcomes() == [("solapi", Outcome.ACCEPTED)]


@pytest.mark.parametrize("sender", ["solapi", "nhn"])
def test_a_lost_answer_is_found_and_nothing_is_sent_twice(town: Town, sender: str) -> None:
    vendor = town.vendors.solapi if sender == "solapi" else town.vendors.nhn
    vendor.faults[:] = [faults.LOST]
    number = town.plan()
    town.send(sender)
    assert town.row(number).state is ReminderState.UNKNOWN
    town.look(sender, after=timedelta(minutes=2))
    assert town.row(number).state is ReminderState.DELIVERED
    town.send(sender)
    assert len(town.vendors.arrived) == 1


@pytest.mark.parametrize("sender", ["solapi", "nhn"])
def test_what_was_dropped_on_the_way_is_sent_again(town: Town, sender: str) -> None:
    vendor = town.vendors.solapi if sender == "solapi" else town.vendors.nhn
    vendor.faults[:] = [faults.DROPPED]
    number = town.plan()
    town.send(sender)
    town.look(sender, after=timedelta(minutes=2))
    assert town.row(number).state is ReminderState.SCHEDULED
    town.send(sender, after=timedelta(minutes=2))
    assert len(town.vendors.arrived) == 1
    assert town.outcomes()[0] == (sender, Outcome.UNKNOWN)
    assert town.outcomes()[1] == (sender, Outcome.ACCEPTED)


@pytest.mark.parametrize("sender", ["solapi", "nhn"])
def test_after_any_faults_everybody_has_the_message_once(town: Town, sender: str) -> None:
    vendor = town.vendors.solapi if sender == "solapi" else town.vendors.nhn
    broken = (faults.LOST, faults.DROPPED, faults.CRASHED, faults.CUT, faults.DOWN, faults.ODD)
    vendor.faults[:] = broken * 4
    numbers = [town.plan(number=number) for number in range(12)]
    for minute in range(60):
        town.send(sender, after=timedelta(minutes=minute))
        town.look(sender, after=timedelta(minutes=minute, seconds=30))
    assert {town.row(number).state for number in numbers} == {ReminderState.DELIVERED}
    assert len({arrival.mark for arrival in town.vendors.arrived}) == len(numbers)
    assert len(town.vendors.arrived) == len(numbers)
