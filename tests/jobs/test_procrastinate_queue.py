"""What the engine for several machines puts into its queue, and takes back from the dead."""

import re
import threading
from datetime import timedelta

import pytest
from procrastinate.manager import JobManager
from sqlalchemy import text

from bot.jobs.deliveries import BESIDE, Feeder
from bot.jobs.procrastinate_upkeep import PULSE, prune, take_back
from bot.outbox.outbox import Outbox
from bot.outbox.plan import call_off
from bot.outbox.stop import stop
from models.session import Database
from tests.fakes.rows import NOW, conversation
from tests.jobs.engine_process import BOOK, MAY, MUST
from tests.jobs.procrastinate_tables import MINUTE, feeder, managing, planned, rows, status_of


def test_what_is_due_is_queued_once_and_what_is_not_stays_out(engine_database: Database) -> None:
    feed = feeder(engine_database)
    planned(engine_database, -2 * MINUTE, timedelta(), MINUTE, timedelta(days=30))
    assert feed(NOW) == 2
    assert feed(NOW) == 0
    assert feed(NOW + MINUTE) == 1
    assert rows(engine_database, "scheduled_at") == [(None,)] * 3


def test_jobs_of_one_person_stand_in_the_order_of_their_times(engine_database: Database) -> None:
    talk = planned(engine_database, -MINUTE, -3 * MINUTE, -2 * MINUTE)
    planned(engine_database, -4 * MINUTE)
    feeder(engine_database)(NOW)
    found = rows(engine_database, "(args->>'reminder_id')::int, lock")
    assert found[1:] == [(number, f"conversation:{talk}") for number in (2, 3, 1)]
    assert found[0][0] == 4


def test_jobs_name_rows_and_never_a_person(engine_database: Database) -> None:
    with engine_database.transaction() as session:
        talk = conversation(session, user_key="김순자-01000001234").id
    planned(engine_database, -MINUTE, talk=talk)
    feeder(engine_database)(NOW)
    ((job,),) = rows(engine_database, "procrastinate_jobs::text")
    assert re.search(r"reminder_id", job)
    assert re.search(r"conversation:\d+", job)
    assert "김순자" not in job
    assert "0100000" not in job


def test_no_more_is_queued_than_the_senders_take(engine_database: Database) -> None:
    for _ in range(6):
        planned(engine_database, -MINUTE)
    assert feeder(engine_database, room=0)(NOW) == 0
    assert feeder(engine_database, room=4)(NOW) == 4
    assert feeder(engine_database, room=4)(NOW) == 0
    assert feeder(engine_database, room=5)(NOW) == 1


def test_what_is_stopped_is_not_queued(engine_database: Database) -> None:
    planned(engine_database, -MINUTE)
    planned(engine_database, -MINUTE, kind=MAY)
    assert feeder(engine_database, stopped=frozenset({MUST}))(NOW) == 1
    with engine_database.transaction() as session:
        stop(session, "all", "command", "test", NOW)
    assert Outbox(engine_database, BOOK, (), "test").room(NOW)[0] == 0


def test_a_queued_message_can_still_be_called_off(engine_database: Database) -> None:
    talk = planned(engine_database, -MINUTE)
    feeder(engine_database)(NOW)
    with engine_database.transaction() as session:
        assert call_off(session, "t", talk, "changed_mind", NOW) == 1
    outbox = Outbox(engine_database, BOOK, (), "test")
    assert outbox.deliver(1, NOW) == "cancelled"


def test_a_full_sender_is_waited_for_a_moment_and_then_fed_again(engine_database: Database) -> None:
    for _ in range(3):
        planned(engine_database, -MINUTE)
    rooms = [(0, frozenset[str](), 0.2), (2, frozenset[str](), 0.0), (9, frozenset[str](), 0.0)]
    stops = threading.Event()
    feed = Feeder(engine_database, lambda _: rooms.pop(0), timedelta(seconds=9), stops)
    assert feed(NOW) == 3


SILENT = text(
    "UPDATE procrastinate.procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :s)"
)
BEGUN = text(
    "UPDATE procrastinate.procrastinate_events SET at = at - make_interval(secs => :s)"
    " WHERE job_id = :id"
)


def in_hand(engine_database: Database, age_s: int, silent_s: int) -> int:
    """Let a worker take a job, and be silent since."""

    async def take(manager: JobManager) -> int:
        worker = await manager.register_worker()
        job = await manager.fetch_job(queues=None, worker_id=worker)
        assert job is not None
        assert job.id is not None
        return job.id

    number = int(managing(engine_database, take))
    with engine_database.write.begin() as connection:
        connection.execute(SILENT, {"s": silent_s})
        connection.execute(BEGUN, {"s": age_s, "id": number})
    return number


def look_after(engine_database: Database) -> int:
    return int(managing(engine_database, lambda manager: take_back(manager, PULSE)))


@pytest.mark.parametrize(
    ("age_s", "silent_s", "is_taken_back"),
    [(10, 5, False), (30, 25, True), (6 * 60, 0, True), (4 * 60, 0, False)],
)
def test_a_job_that_nobody_works_on_is_put_back(
    engine_database: Database, age_s: int, silent_s: int, *, is_taken_back: bool
) -> None:
    planned(engine_database, -MINUTE)
    feeder(engine_database)(NOW)
    in_hand(engine_database, age_s, silent_s)
    assert look_after(engine_database) == int(is_taken_back)
    assert status_of(engine_database) == (["todo"] if is_taken_back else ["doing"])


def test_a_lost_job_gives_way_to_a_later_one_of_its_kind(engine_database: Database) -> None:
    planned(engine_database, -MINUTE)
    feeder(engine_database)(NOW)
    in_hand(engine_database, 30, 25)
    with engine_database.write.begin() as connection:  # as if it had been queued again
        connection.execute(BESIDE)
        connection.execute(
            text(
                "INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, queueing_lock)"
                " SELECT queue_name, task_name, queueing_lock FROM procrastinate.procrastinate_jobs"
            )
        )
    assert look_after(engine_database) == 1
    assert [(number, status) for number, status in rows(engine_database, "id, status::text")] == [
        (2, "todo")
    ]


def test_old_jobs_that_failed_are_deleted(engine_database: Database) -> None:
    planned(engine_database, -MINUTE)
    planned(engine_database, -MINUTE)
    feeder(engine_database)(NOW)
    with engine_database.write.begin() as connection:
        connection.execute(BESIDE)
        connection.execute(
            text("UPDATE procrastinate.procrastinate_jobs SET status = 'failed' WHERE id = 1")
        )
        connection.execute(
            text("UPDATE procrastinate.procrastinate_events SET at = at - interval '80 hours'")
        )
    managing(engine_database, prune)
    assert status_of(engine_database) == ["todo"]
