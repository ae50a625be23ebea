from datetime import timedelta

from bot.outbox import breaker
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Rate
from models.outbox import SenderState
from models.session import Database
from models.states import ReminderState
from tests.fakes.post import RecordingSender, StillWatch
from tests.outbox.office import TEXTS, Office

SECOND = timedelta(seconds=1)


def trouble(office: Office, calls: int = 5) -> list[int]:
    """Let so many calls in a row end badly; each message is alone."""
    numbers = []
    for _ in range(calls):
        office.post.failures = ["not_sent"]
        numbers.append(office.plan())
        office.outbox().deliver(numbers[-1], office.now)
    return numbers


def state(office: Office) -> SenderState:
    with office.database.reading() as session:
        return session.get_one(SenderState, "recording")


def test_five_bad_calls_pause_the_queue_and_cost_no_attempts(database: Database) -> None:
    office = Office(database)
    trouble(office)
    number = office.plan()
    assert office.outbox().deliver(number, office.now) is ReminderState.SCHEDULED
    row = office.row(number)
    assert (row.reason, row.attempts) == ("sender_paused", 0)
    assert row.next_attempt_at == office.now + timedelta(minutes=1)
    assert office.post.calls == 5
    assert office.send() == 0, "nothing is even claimed"


def test_four_bad_calls_and_a_good_one_do_not(database: Database) -> None:
    office = Office(database)
    trouble(office, 4)
    assert office.outbox().deliver(office.plan(), office.now) is ReminderState.DELIVERED
    trouble(office, 4)
    assert state(office).closed_until is None


def test_a_refusal_is_a_clear_answer(database: Database) -> None:
    office = Office(database)
    trouble(office, 4)
    office.post.failures = ["refused"]
    office.outbox().deliver(office.plan(), office.now)
    assert (state(office).failures, state(office).closed_until) == (0, None)


def test_one_message_tries_whether_it_works_again(database: Database) -> None:
    office = Office(database)
    trouble(office)
    office.now += timedelta(minutes=1)
    first, second = office.plan(), office.plan()

    def meanwhile(_: object) -> None:
        office.post.during = None
        assert office.outbox("two").deliver(second, office.now) is ReminderState.SCHEDULED

    office.post.during = meanwhile
    assert office.outbox().deliver(first, office.now) is ReminderState.DELIVERED
    assert office.row(second).reason == "sender_paused"
    assert state(office).closed_until is None
    assert office.send() >= 1


def test_a_probe_that_fails_closes_for_another_minute(database: Database) -> None:
    office = Office(database)
    trouble(office)
    office.now += timedelta(minutes=1)
    trouble(office, 1)
    assert state(office).closed_until == office.now + timedelta(minutes=1)


def test_a_probe_after_retry_after_that_fails_closes_it_too(database: Database) -> None:
    office = Office(database)
    office.post.retry_after_s = 30.0
    trouble(office, 1)
    office.now += timedelta(seconds=30)
    office.post.retry_after_s = None
    trouble(office, 1)
    assert state(office).closed_until == office.now + timedelta(minutes=1)


def test_an_allowance_does_not_pile_up(database: Database) -> None:
    office = Office(database)
    office.post.rate = Rate(per_second=10.0, burst=2.0)
    office.outbox().deliver(office.plan(), office.now)
    later = office.now + timedelta(hours=1)
    states = [office.outbox().deliver(office.plan(), later) for _ in range(4)]
    assert states.count(ReminderState.DELIVERED) == 2


def test_a_probe_whose_process_died_does_not_close_for_ever(database: Database) -> None:
    office = Office(database)
    trouble(office)
    office.now += timedelta(minutes=1)
    with database.transaction() as session:
        assert breaker.admit(session, office.post, office.now) is None
        assert breaker.admit(session, office.post, office.now) is not None
    with database.transaction() as session:
        assert breaker.admit(session, office.post, office.now + timedelta(minutes=1)) is None


def test_a_pause_from_before_the_clock_was_put_back_is_over(database: Database) -> None:
    office = Office(database)
    trouble(office)
    office.change(SenderState, "recording", closed_until=office.now + timedelta(days=1))
    with database.transaction() as session:
        assert breaker.admit(session, office.post, office.now) is None


def test_a_message_that_cannot_wait_goes_on_to_the_next_sender(database: Database) -> None:
    office = Office(database)
    trouble(office)
    second = RecordingSender(office.clock, "second")
    office.senders = (office.post, second)
    urgent, short, ordinary = (
        office.plan("visit.moved"),
        office.plan(expires_at=office.now + timedelta(seconds=50)),
        office.plan(),
    )
    for number in (urgent, short, ordinary):
        office.outbox().deliver(number, office.now)
    assert office.row(urgent).state is ReminderState.DELIVERED
    assert office.row(short).state is ReminderState.DELIVERED
    assert office.row(ordinary).reason == "sender_paused"
    assert len(second.arrived) == 2


def test_a_sender_in_trouble_is_not_waited_for_all_day(database: Database) -> None:
    office = Office(database)
    second = RecordingSender(office.clock, "second")
    office.senders = (office.post, second)
    trouble(office)
    number, planned_for = office.plan(), office.now
    for _ in range(15):
        office.outbox().deliver(number, office.now)
        assert office.row(number).reason == "sender_paused"
        office.now += timedelta(minutes=1)
        office.change(SenderState, "recording", closed_until=office.now + SECOND)
    office.outbox().deliver(number, office.now)
    row = office.row(number)
    assert (row.sender, row.not_before) == ("second", planned_for)


def test_a_sender_with_much_to_do_is_waited_for(database: Database) -> None:
    office = Office(database)
    second = RecordingSender(office.clock, "second")
    office.senders = (office.post, second)
    office.post.rate = Rate(per_second=1.0, burst=1.0)
    office.outbox().deliver(office.plan(), office.now)
    number = office.plan(not_before=office.now - timedelta(hours=1))
    office.outbox().deliver(number, office.now)
    assert office.row(number).reason == "sender_full"
    assert second.calls == 0


def test_two_processes_share_one_allowance(database: Database) -> None:
    office = Office(database)
    office.post.rate = Rate(per_second=2.0, burst=3.0)
    numbers = [office.plan() for _ in range(6)]
    one, two = office.outbox("one"), office.outbox("two")
    states = [
        outbox.deliver(number, office.now)
        for number, outbox in zip(numbers, [one, two] * 3, strict=True)
    ]
    assert states.count(ReminderState.DELIVERED) == 3
    row = office.row(numbers[-1])
    assert (row.reason, row.attempts) == ("sender_full", 0)
    assert row.next_attempt_at == office.now + timedelta(seconds=0.5)


def test_a_sender_that_is_full_is_waited_for_at_its_own_pace(database: Database) -> None:
    office = Office(database)
    office.post.rate = Rate(per_second=10.0, burst=5.0)
    for _ in range(30):
        office.plan()
    watch = StillWatch()
    outbox = Outbox(database, office.book, office.senders, "one", watch, TEXTS)
    assert outbox.send_due(office.now) == 30
    assert 2.5 <= watch.passed <= 3.5


def test_a_call_ends_before_the_next_beat(database: Database) -> None:
    office = Office(database)
    office.post.rate = Rate(per_second=2.0, burst=2.0)
    for _ in range(30):
        office.plan()
    watch = StillWatch()
    outbox = Outbox(database, office.book, office.senders, "one", watch, TEXTS)
    assert 8 <= outbox.send_due(office.now) <= 12
    assert watch.passed < 5
    with database.reading() as session:
        number, wait = breaker.room(session, office.senders, office.now + 4 * SECOND)
    assert number + wait <= 3


def test_a_process_that_is_told_to_rest_gives_back_what_it_has_not_begun(
    database: Database,
) -> None:
    office = Office(database)
    whose = office.person()
    numbers = [office.plan(whose=whose) for _ in range(3)]
    outbox = office.outbox()
    office.post.during = lambda _: outbox.rest()
    assert outbox.send_due(office.now) == 1
    states = [office.row(number).state for number in numbers]
    assert states == [ReminderState.DELIVERED, ReminderState.SCHEDULED, ReminderState.SCHEDULED]
    assert office.row(numbers[1]).lease_owner is None
