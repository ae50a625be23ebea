from datetime import timedelta

import pytest

from bot.outbox import by_hand
from bot.outbox.lookup import LookUp
from bot.outbox.outcome import pause
from bot.outbox.sender import Fate, Report
from models.consent import MessagePreference
from models.outbox import Outcome, Reminder
from models.session import Database
from models.states import ReminderState
from tests.fakes.post import RecordingSender
from tests.outbox.office import Office, kst

DEAD, DELIVERED, SCHEDULED, UNKNOWN = (
    ReminderState.DEAD,
    ReminderState.DELIVERED,
    ReminderState.SCHEDULED,
    ReminderState.UNKNOWN,
)


def outcomes(office: Office, number: int) -> list[Outcome | None]:
    return [attempt.outcome for attempt in office.attempts(number)]


def two_senders(database: Database) -> Office:
    office = Office(database)
    office.senders = (office.post, RecordingSender(office.clock, "second"))
    return office


def advertise(office: Office) -> int:
    whose = office.person()
    office.add(
        MessagePreference(
            conversation_id=whose,
            message_class="marketing",
            enabled=True,
            changed_at=office.now,
            reconfirm_due=office.now + timedelta(days=300),
        )
    )
    return office.plan("offer", whose=whose)


def test_what_was_surely_not_sent_is_tried_again(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["not_sent", "not_sent"]
    number = office.plan()
    office.send()
    row = office.row(number)
    assert (row.state, row.reason, row.attempts) == (SCHEDULED, "down", 1)
    assert office.now <= row.next_attempt_at <= office.now + timedelta(seconds=30)
    for _ in range(2):
        office.send(office.row(number).next_attempt_at)
    assert office.row(number).state is DELIVERED
    assert outcomes(office, number) == ["not_sent", "not_sent", "accepted"]


def test_after_six_attempts_somebody_has_to_look(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["not_sent"] * 9
    number = office.plan()
    for _ in range(9):
        office.send(office.now)
        office.now += timedelta(minutes=20)
    row = office.row(number)
    assert (row.state, row.reason, row.attempts) == (DEAD, "down", 6)
    assert office.post.calls == 6


def test_the_pauses_grow_and_differ(sqlite_database: Database) -> None:
    office = Office(sqlite_database)
    rows = [Reminder(public_id=office.row(office.plan()).public_id) for _ in range(40)]
    for attempts, longest in ((1, 30), (2, 60), (3, 120), (7, 1920), (9, 3600), (20, 3600)):
        pauses = set()
        for row in rows:
            row.attempts, row.expires_at = attempts, office.now + timedelta(days=1)
            pauses.add((pause(row, office.now) - office.now).total_seconds())
        assert len(pauses) == len(rows)
        assert max(pauses) <= longest
        assert max(pauses) > longest * 0.7


def test_the_last_try_comes_before_the_end(sqlite_database: Database) -> None:
    office = Office(sqlite_database)
    row = office.row(office.plan())
    row.attempts, row.expires_at = 9, office.now + timedelta(minutes=2)
    assert pause(row, office.now, 900) == office.now + timedelta(minutes=1)


def test_a_vendor_is_left_alone_as_long_as_it_asks(database: Database) -> None:
    office = Office(database)
    office.post.failures, office.post.retry_after_s = ["not_sent"], 240.0
    number, other = office.plan(), office.plan()
    office.send()
    assert office.send(office.now + timedelta(seconds=239)) == 0
    assert office.post.calls <= 4  # those that were under way
    office.send(office.now + timedelta(seconds=241))
    assert {office.row(number).state, office.row(other).state} == {DELIVERED}


def test_a_refusal_goes_on_to_the_next_sender(database: Database) -> None:
    office = two_senders(database)
    office.post.failures = ["refused"]
    number = office.plan()
    office.send()
    row = office.row(number)
    assert (row.state, row.sender, row.refused_by) == (DELIVERED, "second", ["recording"])
    assert outcomes(office, number) == ["refused", "accepted"]


def test_a_sender_that_cannot_reach_somebody_is_passed_over(database: Database) -> None:
    office = two_senders(database)
    office.post.obstacles["visit.day_before"] = "not_a_friend"
    number = office.plan()
    office.send()
    assert office.row(number).sender == "second"
    assert office.post.calls == 0
    assert office.row(number).refused_by == []


def test_nobody_reaches_somebody(database: Database) -> None:
    office = Office(database)
    office.post.obstacles["visit.day_before"] = "no_phone"
    number = office.plan()
    office.send()
    row = office.row(number)
    assert (row.state, row.reason, row.attempts) == (DEAD, "nobody_reaches", 0)


def test_without_any_sender_messages_wait(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.senders = ()
    assert office.send() == 0
    assert office.row(number).state is SCHEDULED


def test_a_lost_answer_is_looked_up_and_found(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["drop"]
    number = office.plan()
    office.send()
    row = office.row(number)
    assert (row.state, row.reason) == (UNKNOWN, "no_answer")
    assert row.look_at == office.now + timedelta(seconds=10)
    assert office.outbox().look_up(office.now + timedelta(seconds=9)) == 0
    assert office.outbox().look_up(office.now + timedelta(seconds=10)) == 1
    assert office.row(number).state is DELIVERED
    assert len(office.post.arrived) == 1
    assert office.post.questions[0].ref is None
    assert office.post.questions[0].since == office.now


def test_a_vendor_that_has_never_seen_it_is_believed_after_a_minute(database: Database) -> None:
    office = Office(database)
    office.post.failures, office.post.fates = ["unknown"], [Fate.NEVER_SEEN] * 2
    number = office.plan()
    office.send()
    office.outbox().look_up(office.now + timedelta(seconds=10))
    assert office.row(number).state is UNKNOWN
    office.outbox().look_up(office.now + timedelta(seconds=60))
    assert (office.row(number).state, office.row(number).reason) == (SCHEDULED, "never_seen")
    office.send(office.now + timedelta(seconds=61))
    assert office.row(number).state is DELIVERED


def test_what_must_arrive_is_sent_once_more_and_no_third_time(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["drop", "drop", "drop"]
    office.post.fates = [Fate.CANNOT_TELL] * 9
    number = office.plan()
    office.send()
    for minutes in range(1, 30):
        moment = office.now + timedelta(minutes=minutes)
        office.outbox().look_up(moment)
        office.send(moment)
        if minutes < 5:
            assert len(office.post.arrived) == 1
    row = office.row(number)
    assert (row.state, row.look_at) == (UNKNOWN, None)
    assert outcomes(office, number) == ["unknown", "unknown"]
    assert len(office.post.arrived) == 2


@pytest.mark.parametrize("fate", [Fate.CANNOT_TELL, Fate.NEVER_SEEN])
def test_advertising_never_goes_twice(database: Database, fate: Fate) -> None:
    office = Office(database)
    office.post.failures, office.post.fates = ["drop"], [fate] * 9
    number = advertise(office)
    office.send()
    for minutes in range(1, 30):
        moment = office.now + timedelta(minutes=minutes)
        office.outbox().look_up(moment)
        office.send(moment)
    assert (office.row(number).state, office.row(number).look_at) == (UNKNOWN, None)
    assert office.post.calls == 1


def test_a_nudge_that_is_unclear_is_left_to_the_operator(database: Database) -> None:
    office = Office(database)
    office.post.failures, office.post.fates = ["drop"], [Fate.CANNOT_TELL]
    number = office.plan("form.unfinished")
    office.send()
    office.outbox().look_up(office.now + timedelta(minutes=6))
    assert (office.row(number).state, office.row(number).look_at) == (UNKNOWN, None)


def test_taken_is_not_delivered(database: Database) -> None:
    office = Office(database)
    office.post.is_final = False
    office.post.fates = [Fate.PENDING, Fate.DELIVERED]
    number = office.plan()
    office.send()
    row = office.row(number)
    assert (row.state, row.sender_ref) == (ReminderState.ACCEPTED, f"ref-{row.public_id}")
    office.outbox().look_up(office.now + timedelta(seconds=10))
    row = office.row(number)
    assert row.look_at == office.now + timedelta(seconds=70)
    office.outbox().look_up(office.now + timedelta(seconds=70))
    row = office.row(number)
    assert (row.state, row.look_at) == (DELIVERED, None)
    assert row.delivered_at == office.now + timedelta(seconds=70)
    assert office.post.questions[0].ref == row.sender_ref


def test_a_message_that_did_not_get_through_goes_on_to_the_next_sender(database: Database) -> None:
    office = two_senders(database)
    office.post.is_final, office.post.fates = False, [Fate.FAILED]
    number = office.plan()
    office.send()
    office.outbox().look_up(office.now + timedelta(seconds=10))
    row = office.row(number)
    assert (row.state, row.reason, row.refused_by) == (SCHEDULED, "failed_there", ["recording"])
    office.send(office.now + timedelta(seconds=11))
    assert (office.row(number).state, office.row(number).sender) == (DELIVERED, "second")


def test_a_message_that_did_not_get_through_in_its_time_is_over(database: Database) -> None:
    office = two_senders(database)
    office.post.is_final, office.post.fates = False, [Fate.FAILED]
    number = office.plan(expires_at=office.now + timedelta(seconds=5))
    office.send()
    office.outbox().look_up(office.now + timedelta(seconds=10))
    assert (office.row(number).state, office.row(number).reason) == (DEAD, "failed_there")


def test_the_answer_that_comes_after_all_counts(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    late = office.now + timedelta(minutes=3)

    def given_up(_: object) -> None:
        assert office.outbox("reaper").reap(late) == 1

    office.post.during = given_up
    office.send()
    row = office.row(number)
    assert (row.state, row.reason, row.look_at) == (DELIVERED, None, None)
    assert outcomes(office, number) == ["accepted"]


def test_a_late_answer_counts_even_when_it_is_planned_again(database: Database) -> None:
    office = Office(database)
    number = office.plan()

    def given_up(_: object) -> None:
        office.outbox("reaper").reap(office.now + timedelta(minutes=3))
        office.post.fates = [Fate.NEVER_SEEN]
        office.outbox("asker").look_up(office.now + timedelta(minutes=4))
        assert office.row(number).state is SCHEDULED

    office.post.during = given_up
    office.send()
    assert office.row(number).state is DELIVERED
    office.post.during = None
    assert office.send(office.now + timedelta(hours=1)) == 0


def test_a_late_failure_does_not_disturb_what_was_tried_since(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.post.failures = ["refused"]
    later = office.now + timedelta(minutes=4)

    def tried_again(_: object) -> None:
        office.post.during = None
        office.outbox("reaper").reap(office.now + timedelta(minutes=3))
        office.post.fates = [Fate.NEVER_SEEN]
        failures, office.post.failures = office.post.failures, []
        office.outbox("asker").look_up(later)
        office.send(later)
        office.post.failures = failures

    office.post.during = tried_again
    office.send()
    assert office.row(number).state is DELIVERED
    assert outcomes(office, number) == ["refused", "accepted"]


def test_a_late_failure_does_not_undo_what_somebody_decided(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.post.failures = ["not_sent"]

    def called_off(_: object) -> None:
        office.outbox("reaper").reap(office.now + timedelta(minutes=3))
        with database.transaction() as session:
            by_hand.cancel(session, number, "staff:kim", office.now)

    office.post.during = called_off
    office.send()
    assert office.row(number).state is ReminderState.CANCELLED
    assert outcomes(office, number) == ["not_sent"]


def test_a_late_failure_says_nothing_of_the_attempt_after_it(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    later = office.now + timedelta(minutes=4)

    def tried_again(_: object) -> None:
        office.post.during = None
        office.outbox("reaper").reap(office.now + timedelta(minutes=3))
        office.post.fates, office.post.failures = [Fate.NEVER_SEEN], ["drop"]
        office.outbox("asker").look_up(later)
        office.send(later)
        office.post.failures = ["refused"]

    office.post.during = tried_again
    office.send()
    row = office.row(number)
    assert (row.state, row.refused_by, row.attempts) == (UNKNOWN, [], 2)
    assert outcomes(office, number) == ["refused", "unknown"]


def test_what_is_found_out_about_an_earlier_attempt_says_nothing_of_this_one(
    database: Database,
) -> None:
    office = Office(database)
    office.post.failures = ["drop"]
    number = office.plan()
    office.send()
    look_up = LookUp(database, {"recording": office.post}, office.book)
    later = office.now + timedelta(minutes=1)
    [asked] = look_up.due(later)
    assert look_up.due(later) == []
    office.change(Reminder, number, attempts=2)
    look_up.conclude(asked, Report(Fate.DELIVERED), later)
    assert office.row(number).state is UNKNOWN


def test_a_process_that_was_killed_while_deciding_loses_nothing(database: Database) -> None:
    office = Office(database)
    number = office.plan(state=ReminderState.CLAIMED, lease_owner="dead/1", lease_until=kst(12, 1))
    assert office.outbox().reap(kst(12, 0, 59)) == 0
    assert office.outbox().reap(kst(12, 1)) == 1
    office.send(kst(12, 1))
    assert office.row(number).state is DELIVERED


def test_a_lease_from_before_the_clock_was_put_back_is_over(database: Database) -> None:
    office = Office(database)
    number = office.plan(state=ReminderState.CLAIMED, lease_owner="dead/1", lease_until=kst(13))
    assert office.outbox().reap(office.now) == 1
    office.send()
    assert office.row(number).state is DELIVERED


def test_what_is_too_late_ends_without_being_looked_at(database: Database) -> None:
    office = Office(database)
    number = office.plan(expires_at=kst(12, 30))
    assert office.outbox().reap(kst(12, 30)) == 1
    assert (office.row(number).state, office.row(number).reason) == (
        ReminderState.EXPIRED,
        "too_late",
    )
    assert office.world.looks == []


def test_a_vendor_that_cannot_be_asked_is_asked_again(database: Database) -> None:
    office = Office(database)
    office.post.is_final, office.post.look_failures = False, 1
    number = office.plan()
    office.send()
    office.outbox().look_up(office.now + timedelta(seconds=10))
    assert office.row(number).look_at == office.now + timedelta(seconds=130)
    office.outbox().look_up(office.now + timedelta(seconds=130))
    assert office.row(number).state is DELIVERED


def test_a_look_up_in_trouble_does_not_hold_up_the_others(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(database)
    office.post.is_final = False
    broken, fine = office.plan(), office.plan()
    office.send()
    office.post.broken_looks.add(str(office.row(broken).public_id))
    office.outbox().look_up(office.now + timedelta(seconds=10))
    assert office.row(fine).state is DELIVERED
    assert office.row(broken).state is ReminderState.ACCEPTED
    assert f"reminder {broken}: ZeroDivisionError" in caplog.text
    office.post.broken_looks.clear()
    office.outbox().look_up(office.now + timedelta(seconds=70))
    assert office.row(broken).state is DELIVERED


def test_a_call_that_breaks_in_our_own_code_is_unclear(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(database)
    number = office.plan()

    def broken(_: object) -> None:
        raise ZeroDivisionError

    office.post.during = broken
    assert office.outbox().deliver(number, office.now) is ReminderState.SENDING
    assert "ZeroDivisionError" in caplog.text
    office.outbox().reap(office.now + timedelta(minutes=2))
    assert office.row(number).state is UNKNOWN


def test_a_sender_that_was_taken_out_of_the_setting_cannot_tell(database: Database) -> None:
    office = two_senders(database)
    office.post.failures = ["drop"]
    number = office.plan("form.unfinished")
    office.send()
    office.senders = office.senders[1:]
    office.outbox().look_up(office.now + timedelta(minutes=1))
    assert (office.row(number).state, office.row(number).look_at) == (UNKNOWN, None)
