from models.session import Database
from models.states import ReminderState
from tests.outbox.office import Office


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
