from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.outbox.sender import Fate
from models.conversation import Conversation, Owner
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.session import Database
from models.states import ReminderState
from tests.fakes.post import Failure
from tests.outbox.office import NOON, Office, kst

CANCELLED, DELIVERED, SCHEDULED = (
    ReminderState.CANCELLED,
    ReminderState.DELIVERED,
    ReminderState.SCHEDULED,
)


def nudged(office: Office, whose: int, *moments: datetime) -> None:
    """Let somebody have been nudged at these moments."""
    for at in moments:
        number = office.plan("visit.rating", whose=whose, state=DELIVERED)
        office.add(
            ReminderAttempt(
                reminder_id=number,
                no=1,
                sender="recording",
                owner="before",
                started_at=at,
                ended_at=at,
                outcome=Outcome.ACCEPTED,
            )
        )


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        ([], NOON),
        ([kst(0)], kst(12, day=25)),
        ([kst(23, 59, 59, day=23)], NOON),
        ([kst(10, day=18), kst(10, day=20)], NOON),
        ([kst(10, day=18), kst(10, day=20), kst(10, day=22)], kst(10, day=25)),
        ([kst(11, 59, day=17), kst(10, day=20), kst(10, day=22)], NOON),
        ([kst(10, day=19), kst(10, day=21), kst(10)], kst(10, day=26)),
    ],
)
def test_once_a_day_and_three_times_in_seven_days(
    database: Database, before: list[datetime], allowed: datetime
) -> None:
    office = Office(database)
    whose = office.person()
    nudged(office, whose, *before)
    number = office.plan("form.unfinished", whose=whose)
    office.send()
    row = office.row(number)
    if allowed == NOON:
        assert row.state is DELIVERED
    else:
        assert (row.state, row.reason, row.attempts) == (SCHEDULED, "often_enough", 0)
        assert row.next_attempt_at == allowed
        office.send(allowed)
        assert office.row(number).state is DELIVERED


@pytest.mark.parametrize(("failure", "expected"), [("unknown", SCHEDULED), ("not_sent", DELIVERED)])
def test_what_may_have_arrived_counts(
    database: Database, failure: Failure, expected: ReminderState
) -> None:
    office = Office(database)
    whose = office.person()
    office.post.failures = [failure]
    first = office.plan("visit.rating", whose=whose)
    office.send()
    office.change(Reminder, first, state=CANCELLED)
    number = office.plan("form.unfinished", whose=whose)
    office.send()
    assert office.row(number).state is expected


def test_a_nudge_that_would_come_too_late_expires(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    nudged(office, whose, kst(9))
    number = office.plan("form.unfinished", whose=whose, expires_at=kst(12, day=25))
    office.send()
    row = office.row(number)
    assert (row.state, row.reason) == (ReminderState.EXPIRED, "often_enough")


def test_what_must_be_known_is_not_limited(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    nudged(office, whose, kst(9), kst(10, day=22), kst(10, day=20))
    numbers = [office.plan(whose=whose) for _ in range(5)]
    office.send()
    assert {office.row(number).state for number in numbers} == {DELIVERED}


def test_others_are_nudged_all_the_same(database: Database) -> None:
    office = Office(database)
    for _ in range(3):
        office.plan("form.unfinished")
    assert office.send() == 3
    assert office.post.kinds() == ["form.unfinished"] * 3


def test_nobody_is_nudged_in_the_middle_of_a_talk(database: Database) -> None:
    office = Office(database)
    whose = office.person(last_seen_at=office.now - timedelta(minutes=29))
    nudge, visit = office.plan("form.unfinished", whose=whose), office.plan(whose=whose)
    office.send()
    row = office.row(nudge)
    assert (row.state, row.reason) == (SCHEDULED, "in_talk")
    assert row.next_attempt_at == office.now + timedelta(minutes=1)
    assert office.row(visit).state is DELIVERED


def test_nobody_is_nudged_while_a_colleague_has_the_chat(database: Database) -> None:
    office = Office(database)
    whose = office.person(owner=Owner.HUMAN)
    number = office.plan("form.unfinished", whose=whose)
    office.send()
    assert office.row(number).next_attempt_at == office.now + timedelta(hours=1)
    office.change(Conversation, whose, owner=Owner.BOT)
    office.send(office.now + timedelta(hours=1))
    assert office.row(number).state is DELIVERED


def test_several_nudges_of_a_day_become_one_message(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    first = office.plan("form.unfinished", whose=whose)
    second = office.plan("visit.rating", whose=whose, due=kst(19))
    tomorrow = office.plan("visit.rating", whose=whose, due=kst(10, day=25))
    other = office.plan("form.unfinished")
    office.send()
    digest = next(one for one in office.post.arrived if one.kind == "digest")
    assert digest.text == "할 일이 있어요.\n· 가게 등록 마무리\n· 방문 평가"
    assert digest.buttons == ("진행 상황",)
    assert sorted(office.post.kinds()) == ["digest", "form.unfinished"]
    with database.reading() as session:
        row = session.scalars(select(Reminder).where(Reminder.kind == "digest")).one()
    for number in (first, second):
        merged = office.row(number)
        assert (merged.state, merged.reason, merged.merged_into) == (CANCELLED, "merged", row.id)
    assert office.row(tomorrow).state is SCHEDULED
    assert office.row(other).state is DELIVERED
    assert row.conversation_id == whose


def test_what_is_done_is_not_in_the_digest(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    first = office.plan("form.unfinished", whose=whose)
    second = office.plan("visit.rating", whose=whose, subject_id=9)
    office.world.gone.add(9)
    office.send()
    assert office.row(first).state is DELIVERED
    assert (office.row(second).state, office.row(second).reason) == (CANCELLED, "visit_cancelled")
    assert office.post.kinds() == ["form.unfinished"]


def test_a_digest_whose_matters_are_all_done_says_nothing(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    numbers = [
        office.plan("form.unfinished", whose=whose, subject_id=8),
        office.plan("visit.rating", whose=whose, subject_id=9),
    ]
    office.outbox().deliver(numbers[0], office.now)
    assert [office.row(number).state for number in numbers] == [CANCELLED, CANCELLED]
    office.world.gone |= {8, 9}
    office.send()
    with database.reading() as session:
        row = session.scalars(select(Reminder).where(Reminder.kind == "digest")).one()
    assert (row.state, row.reason) == (CANCELLED, "already_done")
    assert office.post.calls == 0


def test_a_digest_that_was_not_sent_is_sent_later_and_says_the_same(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["not_sent"]
    whose = office.person()
    office.plan("form.unfinished", whose=whose)
    office.plan("visit.rating", whose=whose)
    office.send()
    assert office.post.arrived == []
    office.send(office.now + timedelta(minutes=1))
    assert [one.text.count("·") for one in office.post.arrived] == [2]


def test_nudges_of_another_class_are_not_in_the_digest(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    first = office.plan("form.unfinished", whose=whose)
    other = office.plan("activity.week", whose=whose)
    office.send()
    assert office.row(first).state is DELIVERED
    assert (office.row(other).state, office.row(other).reason) == (SCHEDULED, "often_enough")


def test_a_nudge_under_way_counts(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    first = office.plan("form.unfinished", whose=whose)
    other = office.plan("activity.week", whose=whose)

    def meanwhile(_: object) -> None:
        office.post.during = None
        assert office.outbox("two").deliver(other, office.now) is SCHEDULED

    office.post.during = meanwhile
    office.outbox().deliver(first, office.now)
    assert office.row(other).reason == "often_enough"


def test_a_nudge_does_not_stand_in_its_own_way(database: Database) -> None:
    office = Office(database)
    office.post.failures, office.post.fates = ["unknown"], [Fate.NEVER_SEEN]
    number = office.plan("form.unfinished")
    office.send()
    office.outbox().look_up(office.now + timedelta(minutes=2))
    office.send(office.now + timedelta(minutes=2))
    assert office.row(number).state is DELIVERED
