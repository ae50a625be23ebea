from datetime import timedelta
from typing import Any

import pytest

from models.consent import MessagePreference, Suppression, subject_of
from models.conversation import FORGOTTEN, Conversation
from models.field import FieldChat
from models.outbox import MessageClass, Reminder
from models.session import Database
from models.states import ReminderState, SupporterState
from models.supporter import Supporter
from tests.outbox.office import Office, kst

NEVER: tuple[Any, ...] = (ReminderState.SUPPRESSED, 0)


def prefer(office: Office, whose: int, **values: Any) -> None:
    row = {"message_class": "transactional", "enabled": True, "changed_at": office.now} | values
    office.add(MessagePreference(conversation_id=whose, **row))


def suppress(office: Office, digest: str, reason: str, **values: Any) -> None:
    row = {"message_class": "all", "since": office.now} | values
    office.add(Suppression(subject_hmac=digest, reason=reason, **row))


def digest_of(office: Office, whose: int) -> str:
    with office.database.reading() as session:
        return subject_of(session.get_one(Conversation, whose))


def ended(office: Office, number: int) -> tuple[ReminderState, str | None]:
    row = office.row(number)
    return row.state, row.reason


def sent(office: Office, number: int) -> bool:
    office.send()
    return office.row(number).state is ReminderState.DELIVERED


def test_somebody_on_the_list_is_not_written_to(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    suppress(office, digest_of(office, whose), "opt_out")
    number = office.plan(whose=whose)
    assert not sent(office, number)
    assert ended(office, number) == (ReminderState.SUPPRESSED, "opt_out")
    assert office.post.calls == 0


def test_the_phone_on_the_list_holds_for_everybody_who_has_it(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    merchant = office.merchant_of(whose)
    office.change(type(merchant), merchant.id, phone_hmac="digest of the phone")
    suppress(office, "digest of the phone", "erased")
    number = office.plan(whose=whose)
    assert not sent(office, number)
    assert ended(office, number) == (ReminderState.SUPPRESSED, "erased")


def test_a_suppression_ends(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    suppress(office, digest_of(office, whose), "opt_out", until=office.now)
    assert sent(office, office.plan(whose=whose))


def test_no_advertising_leaves_the_rest(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    prefer(office, whose, message_class="marketing", reconfirm_due=office.now + timedelta(days=1))
    suppress(office, digest_of(office, whose), "withdrawn", message_class="marketing")
    offer, visit = office.plan("offer", whose=whose), office.plan(whose=whose)
    office.send()
    assert ended(office, offer) == (ReminderState.SUPPRESSED, "withdrawn")
    assert office.row(visit).state is ReminderState.DELIVERED


@pytest.mark.parametrize(("reason", "arrives"), [("opt_out", True), ("erased", False)])
def test_what_the_law_wants_told_is_told_to_everybody_who_is_there(
    database: Database,
    reason: str,
    arrives: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    office = Office(database)
    whose = office.person()
    prefer(office, whose, enabled=False)
    suppress(office, digest_of(office, whose), reason)
    assert sent(office, office.plan("consent.result", whose=whose)) is arrives


def test_a_class_that_is_switched_off(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    prefer(office, whose, message_class="education", enabled=False)
    lesson, visit = office.plan("activity.week", whose=whose), office.plan(whose=whose)
    office.send()
    assert ended(office, lesson) == (ReminderState.SUPPRESSED, "preference_off")
    assert office.row(visit).state is ReminderState.DELIVERED


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (None, "no_consent"),
        ({"enabled": False}, "preference_off"),
        ({"reconfirm_due": None}, "consent_old"),
        ({"reconfirm_due": kst(12)}, "consent_old"),
        ({"reconfirm_due": kst(12, 0, 1)}, None),
    ],
)
def test_advertising_needs_a_consent_of_less_than_two_years(
    database: Database, values: dict[str, Any] | None, reason: str | None
) -> None:
    office = Office(database)
    whose = office.person()
    if values is not None:
        prefer(office, whose, message_class="marketing", **values)
    number = office.plan("offer", whose=whose)
    office.send()
    assert office.row(number).reason == reason
    assert office.row(number).state is (
        ReminderState.SUPPRESSED if reason else ReminderState.DELIVERED
    )


def test_advertising_keeps_to_its_own_hours(database: Database) -> None:
    office = Office(database, now=kst(20, 30))
    day, night = office.person(), office.person()
    until = office.now + timedelta(days=9)
    prefer(office, day, message_class="marketing", reconfirm_due=until)
    prefer(office, night, message_class="marketing", reconfirm_due=until, night=True)
    first, second = office.plan("offer", whose=day), office.plan("offer", whose=night)
    office.send()
    assert kst(9, day=25) <= office.row(first).next_attempt_at < kst(9, 10, day=25)
    assert office.row(second).state is ReminderState.DELIVERED


def test_the_hours_that_a_person_wants(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    prefer(office, whose, window_from="15:00", window_to="16:00")
    number = office.plan(whose=whose)
    assert not sent(office, number)
    row = office.row(number)
    assert (row.reason, row.attempts) == ("quiet_hours", 0)
    assert kst(15) <= row.not_before == row.next_attempt_at < kst(15, 10)
    assert office.send(row.next_attempt_at - timedelta(seconds=1)) == 0
    assert office.send(row.next_attempt_at) == 1


def test_without_a_decent_hour_it_expires(database: Database) -> None:
    office = Office(database, now=kst(22))
    number = office.plan(expires_at=kst(7, day=25))
    office.send()
    assert ended(office, number) == (ReminderState.EXPIRED, "quiet_hours")


def test_the_world_is_looked_at_when_it_goes(database: Database) -> None:
    office = Office(database)
    number = office.plan(subject_id=7)
    office.world.gone.add(7)
    office.send()
    assert ended(office, number) == (ReminderState.CANCELLED, "visit_cancelled")
    assert office.world.looks[0].now == office.now


def test_the_world_may_end_it_earlier(database: Database) -> None:
    office = Office(database)
    office.world.ends["visit.day_before"] = office.now
    number = office.plan()
    office.send()
    assert ended(office, number) == (ReminderState.EXPIRED, "too_late")


def test_an_erased_person_gets_nothing(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    office.change(Conversation, whose, user_key=FORGOTTEN + "1")
    nobody, number = office.plan(), office.plan(whose=whose)
    office.change(Reminder, nobody, conversation_id=None)
    office.send()
    for one in (nobody, number):
        assert ended(office, one) == (ReminderState.SUPPRESSED, "erased")
    assert office.post.calls == 0


@pytest.mark.parametrize(
    ("state", "hour", "expected"),
    [
        (SupporterState.ACTIVE, 7, ReminderState.DELIVERED),
        (SupporterState.LEFT, 7, ReminderState.SUPPRESSED),
        (SupporterState.ACTIVE, 6, ReminderState.SCHEDULED),
    ],
)
def test_supporters_are_reached_by_phone_from_seven_on(
    database: Database, state: SupporterState, hour: int, expected: ReminderState
) -> None:
    office = Office(database, now=kst(hour, 30))
    number, _ = to_supporter(office, state)
    office.send()
    assert office.row(number).state is expected
    assert {one.phone for one in office.post.arrived} <= {"01000000009"}


def test_a_supporter_is_reached_in_the_own_chat_too(database: Database) -> None:
    office = Office(database)
    number, supporter_id = to_supporter(office)
    chat = office.person()
    office.add(FieldChat(supporter_id=supporter_id, conversation_id=chat, since=office.now))
    assert sent(office, number)
    [arrived] = office.post.arrived
    assert (arrived.user_key.startswith("user-"), arrived.phone) == (True, "01000000009")


def to_supporter(office: Office, state: SupporterState = SupporterState.ACTIVE) -> tuple[int, int]:
    """Plan a message to a supporter; return its number and the supporter's."""
    supporter = Supporter(
        name="김서포",
        phone="01000000009",
        phone_hmac="digest",
        home=[37.5, 127.0],
        state=state,
        created_at=office.now,
        updated_at=office.now,
    )
    office.add(supporter)
    number = office.plan()
    office.change(Reminder, number, conversation_id=None, supporter_id=supporter.id)
    return number, supporter.id


def test_a_notice_that_no_release_knows_is_given_up(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.change(Reminder, number, kind="something.old")
    office.send()
    assert ended(office, number) == (ReminderState.DEAD, "kind_unknown")


def test_values_that_do_not_fit_are_given_up_and_hold_nobody_up(database: Database) -> None:
    office = Office(database)
    office.world.words["visit.day_before"] = {"곳": " "}
    number, other = office.plan(), office.plan("visit.moved")
    office.send()
    assert ended(office, number) == (ReminderState.DEAD, "template_values")
    assert office.row(other).state is ReminderState.DELIVERED


def test_a_reminder_that_carries_promotion_is_given_up(database: Database) -> None:
    office = Office(database)
    number = office.plan("sale")
    office.send()
    assert ended(office, number) == (ReminderState.DEAD, "ad_misplaced")
    assert office.post.calls == 0


def test_a_look_that_fails_is_left_alone_for_a_while(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(database)
    office.world.broken.add("visit.day_before")
    number, other = office.plan(), office.plan("visit.moved")
    office.send()
    row = office.row(number)
    assert (row.state, row.reason, row.attempts) == (ReminderState.SCHEDULED, "trouble", 0)
    assert row.next_attempt_at == office.now + timedelta(seconds=30)
    assert office.row(other).state is ReminderState.DELIVERED
    assert f"reminder {number}: ZeroDivisionError at office.py" in caplog.text
    office.world.broken.clear()
    assert office.send(row.next_attempt_at) == 1
    assert office.row(number).state is ReminderState.DELIVERED


def test_a_row_of_a_stricter_class_keeps_it(database: Database) -> None:
    office = Office(database)
    number = office.plan(message_class=MessageClass.MARKETING)
    office.send()
    assert ended(office, number) == (ReminderState.SUPPRESSED, "no_consent")
