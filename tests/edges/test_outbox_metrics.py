"""The figures of the outbox, as a Prometheus server reads them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from bot.clock import AdjustableClock
from bot.services.heartbeat import beat
from bot.services.outbox_figures import pulse
from bot.web.health import health_blueprint
from bot.web.outbox_metrics import HOLD, OutboxMetrics
from models.outbox import (
    MessageClass,
    Outcome,
    Reminder,
    ReminderAttempt,
    SenderState,
    SendingStop,
)
from models.session import Database
from models.states import ReminderState
from tests.edges.doubles import app_with
from tests.fakes.rows import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(NOW)


def figures(metrics: OutboxMetrics) -> dict[str, float]:
    """Return the figures as a server reads them, `name{label}` -> value."""
    response = app_with(health_blueprint(list, metrics)).test_client().get("/metrics")
    assert response.status_code == 200
    return {
        "{}{{{}}}".format(sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.get_data(as_text=True))
        for sample in family.samples
    }


def add(database: Database, state: ReminderState, *, ago: timedelta) -> int:
    moment = NOW - ago
    row = Reminder(
        public_id=uuid4(),
        kind="visit.day_before",
        message_class=MessageClass.TRANSACTIONAL,
        subject="visit",
        subject_id=1,
        dedup_key=str(uuid4()),
        due_at=moment,
        not_before=moment,
        next_attempt_at=moment,
        expires_at=NOW + timedelta(days=1),
        state=state,
        created_at=moment,
        updated_at=moment,
    )
    with database.transaction() as session:
        session.add(row)
        session.flush()
        return row.id


def test_an_empty_outbox(database: Database, clock: AdjustableClock) -> None:
    found = figures(OutboxMetrics(database, clock))
    assert found["sosin_database_up{}"] == 1
    assert found["sosin_reminder_oldest_due_seconds{}"] == 0
    assert found["sosin_reminder_oldest_unknown_seconds{}"] == 0
    assert found["sosin_sending_stopped{all}"] == 0
    assert found["sosin_jobs_heartbeat_age_seconds{}"] == float("inf")
    for state in ReminderState:
        assert found[f"sosin_reminders{{{state}}}"] == 0


def test_what_waits_and_what_is_unclear(database: Database, clock: AdjustableClock) -> None:
    add(database, ReminderState.SCHEDULED, ago=7 * MINUTE)
    add(database, ReminderState.SCHEDULED, ago=2 * MINUTE)
    add(database, ReminderState.SCHEDULED, ago=-60 * MINUTE)
    add(database, ReminderState.UNKNOWN, ago=20 * MINUTE)
    add(database, ReminderState.ACCEPTED, ago=50 * MINUTE)
    found = figures(OutboxMetrics(database, clock))
    assert found["sosin_reminder_oldest_due_seconds{}"] == 7 * 60
    assert found["sosin_reminder_oldest_unknown_seconds{}"] == 20 * 60
    assert found["sosin_reminders{scheduled}"] == 3
    assert found["sosin_reminders{unknown}"] == 1


def test_senders_stops_and_jobs(database: Database, clock: AdjustableClock) -> None:
    reminder = add(database, ReminderState.SCHEDULED, ago=MINUTE)
    with database.transaction() as session:
        for name, until in (("solapi", NOW + MINUTE), ("nhn", NOW - MINUTE), ("event", None)):
            moments = {"refilled_at": NOW, "updated_at": NOW, "closed_until": until}
            session.add(SenderState(sender=name, tokens=1.0, **moments))
        session.add(SendingStop(scope="solapi", by="command", reason="x", since=NOW))
        for no, outcome in enumerate((Outcome.UNKNOWN, Outcome.ACCEPTED, None), 1):
            values = {"reminder_id": reminder, "no": no, "owner": "a", "started_at": NOW}
            session.add(ReminderAttempt(**values, sender="solapi", outcome=outcome))
    beat(database, NOW)
    clock.advance(timedelta(seconds=90))
    found = figures(OutboxMetrics(database, clock))
    assert found["sosin_sender_breaker_open{solapi}"] == 0, "a minute and a half later"
    clock.advance(timedelta(seconds=-60))
    found = figures(OutboxMetrics(database, clock))
    assert found["sosin_sender_breaker_open{solapi}"] == 1
    assert found["sosin_sender_breaker_open{nhn}"] == 0
    assert found["sosin_sender_breaker_open{event}"] == 0
    assert found["sosin_sending_stopped{all}"] == 0
    assert found["sosin_sending_stopped{solapi}"] == 1
    assert found["sosin_jobs_heartbeat_age_seconds{}"] == 30
    assert found["sosin_reminder_attempts_total{unknown,solapi}"] == 1
    assert found["sosin_reminder_attempts_total{accepted,solapi}"] == 1
    assert found["sosin_reminder_attempts_total{none,solapi}"] == 1


def test_rows_are_counted_seldom_and_lags_always(
    sqlite_database: Database, clock: AdjustableClock
) -> None:
    metrics = OutboxMetrics(sqlite_database, clock)
    figures(metrics)
    add(sqlite_database, ReminderState.SCHEDULED, ago=MINUTE)
    found = figures(metrics)
    assert found["sosin_reminder_oldest_due_seconds{}"] == 60
    assert found["sosin_reminders{scheduled}"] == 0
    clock.advance(HOLD + timedelta(seconds=1))
    assert figures(metrics)["sosin_reminders{scheduled}"] == 1


def test_without_a_database_the_other_figures_stay(
    sqlite_database: Database, clock: AdjustableClock
) -> None:
    with sqlite_database.write.begin() as connection:
        connection.execute(text("DROP TABLE reminder_attempt"))
    found = figures(OutboxMetrics(sqlite_database, clock))
    assert found["sosin_database_up{}"] == 0
    assert not [name for name in found if name.startswith("sosin_reminder")]


def test_the_lags_are_found_by_an_index(sqlite_database: Database) -> None:
    """A million messages of the coming months must not slow down a look."""
    plans: list[str] = []

    def explain(connection: Any, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if "FROM reminder" in statement:
            found = connection.connection.cursor().execute(
                f"EXPLAIN QUERY PLAN {statement}", values
            )
            plans.append(" ".join(str(row[3]) for row in found))

    event.listen(sqlite_database.read, "before_cursor_execute", explain)
    with sqlite_database.reading() as session:
        pulse(session, NOW)
    event.remove(sqlite_database.read, "before_cursor_execute", explain)
    assert len(plans) == 2
    for plan in plans:
        assert "ix_reminder_" in plan, plan
