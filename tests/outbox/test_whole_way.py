"""From the outbox over a vendor to the phone, and for the chat back through our webhook."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.outbox.outbox import Outbox
from bot.outbox.senders import build
from bot.web.notice_desk import NoticeDesk
from bot.web.webhook import skill_blueprint
from models.conversation import Friend
from models.outbox import Outcome, Reminder
from models.session import Database
from models.states import ReminderState
from tests.edges.doubles import SECRET, FakeConversation, app_with
from tests.fakes import faults
from tests.fakes.kakao_event import Skill
from tests.fakes.loopback import LoopbackServer
from tests.fakes.vendors import Vendors
from tests.outbox.office import NOON, Office


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass
class Town:
    """The outbox, all vendors, and the webhook that Kakao calls."""

    office: Office
    vendors: Vendors
    settings: Settings
    heard: FakeConversation

    def send(self, *senders: str) -> int:
        """Send what is due by these senders, in this order."""
        return self._outbox(senders).send_due(NOON)

    def look(self, *senders: str, after: timedelta) -> int:
        return self._outbox(senders).look_up(NOON + after)

    def _outbox(self, senders: tuple[str, ...]) -> Outbox:
        carriers = build(replace(self.settings, senders=senders))
        office = self.office
        return Outbox(office.database, office.book, carriers, "town", timer=lambda: 0.0)

    def plan(self, **person: object) -> int:
        values = {"bot_id": "64f0c2a17d3b9e0058a1c4f2", "friend": Friend.FRIEND, **person}
        return self.office.plan(whose=self.office.person(**values))

    def row(self, number: int) -> Reminder:
        return self.office.row(number)

    def outcomes(self, number: int) -> list[tuple[str, Outcome | None]]:
        return [(one.sender, one.outcome) for one in self.office.attempts(number)]


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Iterator[Town]:
    heard = FakeConversation()
    edge = Settings(app_env="test", kakao_skill_secret=SECRET)
    clock = AdjustableClock(NOON)
    blueprint = skill_blueprint(edge, clock, heard, notices=NoticeDesk(database, clock))
    webhook = make_server(
        "127.0.0.1", 0, app_with(blueprint), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=webhook.serve_forever, daemon=True)
    thread.start()
    vendors = Vendors(Skill(f"http://127.0.0.1:{webhook.server_port}/kakao/skill", SECRET))
    ids = tmp_path / "ids.toml"
    vendors.write_ids(ids)
    with LoopbackServer(vendors.answer) as server:
        values = {name.lower(): text for name, text in vendors.settings(server.url, ids).items()}
        values.pop("senders")
        settings = Settings(app_env="test", **values)  # type: ignore[arg-type]  # all are texts
        yield Town(Office(database), vendors, settings, heard)
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
    assert town.outcomes(number) == [("event", Outcome.UNKNOWN)]
    assert town.row(number).state is ReminderState.DELIVERED
    town.send("event", "solapi")
    town.look("event", "solapi", after=timedelta(hours=1))
    assert len(town.vendors.arrived) == 1


def test_who_is_no_friend_after_all_gets_an_alimtalk(town: Town) -> None:
    number = town.plan(friend=Friend.UNKNOWN)
    town.vendors.kakao.strangers = {"user-1"}
    town.send("event", "nhn")
    assert (town.row(number).state, town.row(number).reason) == (ReminderState.ACCEPTED, None)
    town.look("event", "nhn", after=timedelta(seconds=10))
    assert town.row(number).state is ReminderState.SCHEDULED
    town.send("event", "nhn")
    assert [one.way for one in town.vendors.arrived] == ["alimtalk"]
    town.look("event", "nhn", after=timedelta(minutes=3))
    assert town.row(number).state is ReminderState.DELIVERED
    assert town.outcomes(number) == [("event", Outcome.ACCEPTED), ("nhn", Outcome.ACCEPTED)]


def test_who_has_no_chat_with_us_gets_an_alimtalk(town: Town) -> None:
    number = town.plan(friend=Friend.BLOCKED)
    town.send("event", "solapi")
    assert [one.way for one in town.vendors.arrived] == ["alimtalk"]
    assert town.outcomes(number) == [("solapi", Outcome.ACCEPTED)]


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
    later = NOON + timedelta(minutes=2)
    carriers = build(replace(town.settings, senders=(sender,)))
    Outbox(town.office.database, town.office.book, carriers, "later").send_due(later)
    assert len(town.vendors.arrived) == 1
    assert town.outcomes(number)[0] == (sender, Outcome.UNKNOWN)
    assert town.outcomes(number)[1] == (sender, Outcome.ACCEPTED)
