"""`flask --app wsgi outbox …`."""

import csv
import io
from collections.abc import Iterator

import pytest
from click.testing import Result

from bot.outbox.templates import templates
from bot.services.reminders import BOOK
from models.field import FieldChat
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.states import ReminderState
from tests.outbox.office import NOON, Office
from tests.talk import House, house
from tests.visits.rows import add_supporter


@pytest.fixture
def building(sqlite_url: str) -> Iterator[House]:
    with house(sqlite_url) as opened:
        opened.clock.advance(NOON - opened.clock.now())
        yield opened


@pytest.fixture
def office(building: House) -> Office:
    return Office(building.database)


def run(building: House, *words: str) -> Result:
    return building.app.test_cli_runner().invoke(args=["outbox", *words])


def test_nothing_to_list(building: House) -> None:
    assert run(building, "list").output == "no messages\n"


def test_a_list(building: House, office: Office) -> None:
    office.plan(whose=office.person())
    dead = office.plan("form.unfinished", state=ReminderState.DEAD, reason="nobody_reaches")
    head, first, second = run(building, "list").output.splitlines()
    assert head.split() == ["id", "state", "kind", "due", "sender", "calls", "reason"]
    assert first.split() == [
        *(str(dead), "dead", "form.unfinished", "2026-11-24", "12:00", "-", "0"),
        "nobody_reaches",
    ]
    assert "visit.day_before" in second
    for words in (
        ("--state", "scheduled"),
        ("--kind", "visit."),
        ("--user", "user-1"),
        ("--kind", "visit.day_before", "--state", "scheduled", "--state", "dead"),
    ):
        found = run(building, "list", *words).output
        assert "visit.day_before" in found, words
        assert "form.unfinished" not in found, words
    assert len(run(building, "list", "--limit", "1").output.splitlines()) == 2
    assert run(building, "list", "--user", "nobody").output == "no messages\n"
    assert run(building, "list", "--state", "lost").exit_code == 2


def test_why_a_message_was_not_sent(building: House, office: Office) -> None:
    number = office.plan(state=ReminderState.DEAD, reason="nobody_reaches", attempts=1)
    values = {"reminder_id": number, "no": 1, "sender": "solapi", "owner": "a"}
    office.add(ReminderAttempt(**values, started_at=NOON, outcome=Outcome.REFUSED, code="no_user"))
    first, blank, *facts = run(building, "explain", str(number)).output.splitlines()
    assert first.startswith("It was given up because none of the senders can carry it")
    assert blank == ""
    assert f"message     {number} visit.day_before (transactional), dead" in facts
    assert facts[-1] == "attempt 1   2026-11-24 12:00:00 KST  solapi: refused, no_user"


def test_again_and_off(building: House, office: Office) -> None:
    number = office.plan(state=ReminderState.DEAD, reason="attempts_over")
    assert run(building, "retry", str(number)).output == f"message {number} is scheduled\n"
    assert "sends it again" in run(building, "explain", str(number)).output
    assert run(building, "cancel", str(number)).output == f"message {number} is cancelled\n"
    assert office.row(number).reason == "by_hand"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "77"), "there is no message 77"),
        (("retry", "77"), "there is no message 77"),
        (("cancel", "77"), "there is no message 77"),
        (("retry", "{arrived}"), "message {arrived} is delivered, not to be sent again"),
        (("cancel", "{arrived}"), "message {arrived} is delivered, not to be called off"),
        (("stop", "--reason", " "), "name a reason"),
        (("stop", "everything", "--reason", "x"), "nothing is called everything; one of all, "),
        (("go",), "all is not stopped"),
        (("go", "solapi"), "solapi is not stopped"),
    ],
)
def test_what_cannot_be_done(
    building: House, office: Office, words: tuple[str, ...], said: str
) -> None:
    arrived = office.plan(state=ReminderState.DELIVERED)
    refused = run(building, *(word.format(arrived=arrived) for word in words))
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {said.format(arrived=arrived)}")
    assert refused.stderr.count("\n") == 1


def test_the_switch(building: House, office: Office) -> None:
    number = office.plan()
    assert run(building, "stop", "--reason", "a wrong text").output == "stopped: all\n"
    assert run(building, "stop", "--reason", "again").stderr == "Error: all is stopped already\n"
    assert run(building, "stop", "visit.day_before", "--reason", "x").exit_code == 0
    assert office.send() == 0
    assert run(building, "go").output == "goes on: all\n"
    assert run(building, "go", "visit.day_before").output == "goes on: visit.day_before\n"
    assert office.send() == 1
    assert office.row(number).state is ReminderState.DELIVERED


def test_the_table_names_every_notice(building: House) -> None:
    head, *lines = run(building, "schedule").output.splitlines()
    assert head.startswith("kind ")
    assert [line.split()[0] for line in lines] == [*BOOK, "digest"]
    day_before = next(line for line in lines if line.startswith("visit.day_before"))
    for part in ("transactional", "visit begins", "the day before at 18:00", "must arrive"):
        assert part in day_before
    rows = list(csv.reader(io.StringIO(run(building, "schedule", "--csv").output)))
    assert [row[0] for row in rows[1:]] == [*BOOK, "digest"]
    missing = next(row for row in rows if row[0] == "document.missing")
    assert missing[3].startswith("2 working days later at 10:00; 5 working days later")


def test_every_template_can_be_registered(building: House) -> None:
    rows = list(csv.DictReader(io.StringIO(run(building, "templates", "--csv").output)))
    assert {row["kind"] for row in rows} == set(templates())
    day_before = next(row for row in rows if row["kind"] == "visit.day_before")
    assert day_before["code"] == "visit_day_before"
    assert "#{언제}" in day_before["text"]
    assert day_before["variables"] == "곳, 언제, 이름"
    assert day_before["buttons"] == "방문 확인 (BK) / 방문 바꾸기 (BK)"
    assert "visit_day_before  내일 방문이 있어요" in run(building, "templates").output


def test_a_message_to_a_supporter_is_found_by_the_chat_that_they_linked(
    building: House, office: Office
) -> None:
    talk = office.person()
    number = office.plan("visit.moved")
    with building.database.transaction() as session:
        supporter = add_supporter(session, 1)
        session.add(FieldChat(supporter_id=supporter, conversation_id=talk, since=NOON))
        row = session.get_one(Reminder, number)
        row.conversation_id, row.supporter_id = None, supporter
    assert "visit.moved" in run(building, "list", "--user", "user-1").output
