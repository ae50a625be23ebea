import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import KST
from bot.outbox.hours import Hours, Wishes, hours_for, next_open, opening, spread
from models.outbox import MessageClass
from tests.outbox.office import kst

TRANSACTIONAL, EDUCATION, MARKETING = MessageClass
LATER = timedelta(days=3)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 -- UTC is put on at once
    lambda at: at.replace(tzinfo=UTC)
)
times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
wishes = st.builds(Wishes, st.booleans(), st.none() | times, st.none() | times)
classes = st.sampled_from(MessageClass)


def minute_of(at: datetime) -> float:
    local = at.astimezone(KST)
    return local.hour * 60 + local.minute + local.second / 60


def ordinary() -> Hours:
    return hours_for(TRANSACTIONAL, Wishes())


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        (kst(20, 59, 59), kst(20, 59, 59)),
        (kst(21), kst(8, day=25)),
        (kst(7, 59, 59), kst(8)),
        (kst(8), kst(8)),
        (kst(0), kst(8)),
    ],
)
def test_the_edges_of_the_courtesy_hours(now: datetime, goes: datetime) -> None:
    assert opening(now, now + LATER, ordinary()) == goes


@pytest.mark.parametrize(
    ("night", "now", "goes"),
    [
        (False, kst(8, 59, 59), kst(9)),
        (False, kst(19, 59, 59), kst(19, 59, 59)),
        (False, kst(20), kst(9, day=25)),
        (True, kst(7, 59, 59), kst(8)),
        (True, kst(20, 49, 59), kst(20, 49, 59)),
        (True, kst(20, 50), kst(8, day=25)),
        (True, kst(23), kst(8, day=25)),
    ],
)
def test_the_edges_of_advertising(night: bool, now: datetime, goes: datetime) -> None:  # noqa: FBT001 -- a column of the table
    assert opening(now, now + LATER, hours_for(MARKETING, Wishes(night=night))) == goes


def test_a_change_on_the_very_day_does_not_wait_for_the_morning() -> None:
    urgent = hours_for(TRANSACTIONAL, Wishes(), urgent=True)
    assert opening(kst(23), kst(9, day=25), urgent) == kst(23)


def test_no_messages_at_night_holds_a_change_back_too() -> None:
    wish = Wishes(window_from="08:00", window_to="21:00")
    urgent = hours_for(TRANSACTIONAL, wish, urgent=True)
    assert opening(kst(23), kst(9, day=25), urgent) == kst(8, day=25)


def test_an_urgent_one_does_not_wait_for_the_hours_that_somebody_likes() -> None:
    wish = Wishes(window_from="10:00", window_to="11:00")
    urgent = hours_for(TRANSACTIONAL, wish, urgent=True)
    assert opening(kst(13), kst(9, day=25), urgent) == kst(13)


def test_a_supporter_hears_of_the_day_before_setting_off() -> None:
    at_work = hours_for(TRANSACTIONAL, Wishes(), at_work=True)
    assert opening(kst(7, 30), kst(20), at_work) == kst(7, 30)
    assert opening(kst(6, 59), kst(20), at_work) == kst(7)


def test_the_hours_that_a_person_wants_are_waited_for() -> None:
    wished = hours_for(TRANSACTIONAL, Wishes(window_from="10:00", window_to="12:00"))
    assert opening(kst(18), kst(15, day=25), wished) == kst(10, day=25)


def test_wished_hours_that_come_too_late_give_way() -> None:
    wished = hours_for(TRANSACTIONAL, Wishes(window_from="10:00", window_to="12:00"))
    assert opening(kst(18), kst(9, 30, day=25), wished) == kst(18)
    assert opening(kst(6), kst(9, 30), wished) == kst(8)


def test_advertising_that_comes_too_late_for_the_wished_hours_does_not_go() -> None:
    wished = hours_for(MARKETING, Wishes(window_from="10:00", window_to="12:00"))
    assert opening(kst(13), kst(9, 30, day=25), wished) is None
    assert opening(kst(13), kst(11, day=25), wished) == kst(10, day=25)


def test_no_decent_hour_is_left() -> None:
    assert opening(kst(22), kst(7, 30, day=25), ordinary()) is None


def test_what_ends_when_the_hours_begin_is_too_late() -> None:
    assert opening(kst(7), kst(8), ordinary()) is None
    assert opening(kst(7), kst(8, 0, 1), ordinary()) == kst(8)


def test_a_wish_outside_of_what_is_allowed_has_no_effect() -> None:
    wished = hours_for(MARKETING, Wishes(window_from="21:00", window_to="23:00"))
    assert opening(kst(22), kst(22, day=26), wished) == kst(9, day=25)


def test_a_window_over_midnight_is_cut_to_the_decent_hours() -> None:
    wished = hours_for(EDUCATION, Wishes(window_from="20:00", window_to="09:00"))
    assert opening(kst(12), kst(12, day=26), wished) == kst(20)
    assert opening(kst(21), kst(12, day=26), wished) == kst(8, day=25)


@given(now=moments, wish=wishes, message_class=classes, ahead=st.integers(1, 5000))
def test_nothing_ever_goes_outside_the_allowed_hours(
    now: datetime, wish: Wishes, message_class: MessageClass, ahead: int
) -> None:
    expires = now + timedelta(minutes=ahead)
    hours = hours_for(message_class, wish)
    goes = opening(now, expires, hours)
    if goes is None:
        assert all(
            next_open(now + timedelta(minutes=step), hours.wide) >= expires
            for step in range(0, ahead, 7)
        )
        return
    start, end = (480, 1260)
    if message_class is MARKETING:
        start, end = (480, 1250) if wish.night else (540, 1200)
    assert now <= goes < expires
    assert start <= minute_of(goes) < end
    again = opening(goes, expires, hours)
    assert again == goes, "what may go at that moment goes"


@given(now=moments, wish=wishes, message_class=classes, number=st.integers(1, 10**9))
def test_the_spread_stays_in_the_hours_and_before_the_end(
    now: datetime, wish: Wishes, message_class: MessageClass, number: int
) -> None:
    hours, expires = hours_for(message_class, wish), now + timedelta(hours=20)
    goes = opening(now, expires, hours)
    if goes is not None:
        later = spread(goes, expires, hours, number)
        assert goes <= later < expires
        assert later - goes <= timedelta(minutes=10)
        assert next_open(later, hours.wide) == later


def test_what_goes_as_late_as_it_may_is_not_made_later() -> None:
    at = kst(9, 20)
    assert {spread(at, kst(9, 30), ordinary(), number) for number in range(50)} == {at}


def test_the_spread_really_spreads() -> None:
    at = kst(8)
    seconds = {spread(at, at + LATER, ordinary(), number).timestamp() // 60 for number in range(99)}
    assert len(seconds) == 10


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Seoul", "Pacific/Kiritimati"])
def test_the_time_zone_of_the_machine_does_not_matter(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert opening(kst(21).astimezone(UTC), kst(12, day=26), ordinary()) == kst(8, day=25)
        assert opening(kst(20, 59, 59), kst(12, day=26), ordinary()) == kst(20, 59, 59)
    finally:
        monkeypatch.undo()
        time.tzset()
