from datetime import timedelta

import pytest
from sqlalchemy import text

from models.session import Database
from models.states import ReminderState
from tests.outbox.office import Office, kst


def test_a_due_message_arrives_once(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    assert office.send() == 1
    assert office.send() == 0
    [arrived] = office.post.arrived
    assert arrived.kind == "visit.day_before"
    assert "바다수산" in arrived.text
    row = office.row(number)
    assert row.state is ReminderState.DELIVERED
    assert row.said is not None
    assert row.said["text"] == arrived.text
    assert [attempt.outcome for attempt in office.attempts(number)] == ["accepted"]


def test_one_message_is_delivered_only_when_it_is_due_and_in_nobodys_hands(
    database: Database,
) -> None:
    office = Office(database)
    outbox = office.outbox()
    future = office.plan(due=office.now + timedelta(seconds=1))
    taken = office.plan(state=ReminderState.CLAIMED, lease_owner="two/1", lease_until=kst(12, 2))
    assert outbox.deliver(future, office.now) is ReminderState.SCHEDULED
    assert outbox.deliver(taken, office.now) is ReminderState.CLAIMED
    assert outbox.deliver(77, office.now) is None
    assert office.post.calls == 0
    assert outbox.deliver(future, office.now + timedelta(seconds=1)) is ReminderState.DELIVERED
    assert outbox.deliver(future, office.now + timedelta(seconds=2)) is ReminderState.DELIVERED
    assert office.post.calls == 1


def test_at_its_very_end_a_message_is_too_late(database: Database) -> None:
    office = Office(database)
    number = office.plan(expires_at=kst(12, 30))
    assert office.outbox().deliver(number, kst(12, 30)) is ReminderState.EXPIRED
    assert office.row(number).reason == "too_late"
    assert office.world.looks == []
    other = office.plan(expires_at=kst(12, 30))
    assert office.outbox().deliver(other, kst(12, 29, 59)) is ReminderState.DELIVERED


def test_the_next_message_is_known(database: Database) -> None:
    office = Office(database)
    assert office.outbox().next_due() is None
    office.plan(due=kst(15))
    office.plan(due=kst(13))
    office.plan(due=kst(12, 30), state=ReminderState.CANCELLED)
    assert office.outbox().next_due() == kst(13)


def test_what_was_said_is_sealed_and_the_attempt_holds_no_words(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.send()
    with database.reading() as session:
        stored = session.execute(text("SELECT said FROM reminder")).scalar_one()
    assert "바다수산".encode() not in bytes(stored)
    [attempt] = office.attempts(number)
    assert (attempt.answer, attempt.code) == ("200", None)
    assert attempt.owner.startswith("send-")


def test_no_log_line_holds_words_or_addresses(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(sqlite_database)
    office.post.failures = ["not_sent", "refused", "unknown"]
    office.world.broken.add("visit.moved")
    with caplog.at_level("DEBUG", logger="bot"):
        for kind in ("visit.day_before", "visit.moved", "consent.result", "visit.day_before"):
            office.plan(kind)
        office.send()
    for secret in ("바다수산", "user-", "0100000"):
        assert secret not in caplog.text
