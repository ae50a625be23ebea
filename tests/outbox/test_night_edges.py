"""The edges of the night, with the whole loop ticking over them second by second."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.outbox.hours import SPREAD
from models.session import Database
from models.states import ReminderState
from tests.outbox.office import Office, kst

SECOND, BEAT = timedelta(seconds=1), timedelta(seconds=10)
OPENS = kst(8, day=25)


def ticks(office: Office, first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    """Run the jobs of the outbox again and again, with the clock of the town at each moment."""
    outbox, now = office.outbox(), first
    while now <= last:
        office.clock.advance(now - office.clock.now())
        outbox.reap(now)
        outbox.send_due(now)
        outbox.look_up(now)
        yield now
        now += step


def arrivals(office: Office) -> dict[str, datetime]:
    return {one.mark: one.at for one in office.post.arrived}


def test_the_evening_and_the_morning(database: Database) -> None:
    office = Office(database, kst(20, 59, 50))
    moments = {
        "before nine": kst(20, 59, 59),
        "nine": kst(21),
        "after nine": kst(21, 0, 1),
        "before eight": kst(7, 59, 59, day=25),
        "eight": OPENS,
        "after eight": kst(8, 0, 1, day=25),
    }
    numbers = {name: office.plan(due=due) for name, due in moments.items()}
    marks = {name: str(office.row(number).public_id) for name, number in numbers.items()}
    for now in ticks(office, kst(20, 59, 50), kst(21, 0, 10), SECOND):
        expected = {marks["before nine"]} if now >= kst(20, 59, 59) else set()
        assert set(arrivals(office)) == expected, now
    night = office.row(numbers["nine"])
    assert (night.state, night.reason) == (ReminderState.SCHEDULED, "quiet_hours")
    assert OPENS <= night.next_attempt_at < OPENS + SPREAD
    list(ticks(office, kst(21, 1), kst(7, 59, day=25), timedelta(minutes=10)))
    assert len(arrivals(office)) == 1
    for now in ticks(office, kst(7, 59, 50, day=25), OPENS + 3 * SECOND, SECOND):
        assert len(arrivals(office)) == 1 or now >= OPENS
    list(ticks(office, OPENS + 4 * SECOND, OPENS + SPREAD + BEAT, BEAT))
    came = {name: arrivals(office)[mark] for name, mark in marks.items()}
    assert came["before nine"] == kst(20, 59, 59)
    assert (came["eight"], came["after eight"]) == (OPENS, OPENS + SECOND)
    for waited in ("nine", "after nine", "before eight"):
        assert OPENS <= came[waited] <= OPENS + SPREAD + BEAT
        planned = office.row(numbers[waited])
        assert planned.attempts == 1
        assert planned.state is ReminderState.DELIVERED
    assert office.post.calls == len(moments)


@pytest.mark.parametrize(("hours", "arrives"), [(1, True), (24, True), (-1, False)])
def test_a_clock_that_jumps_while_messages_wait(
    hours: int, *, arrives: bool, database: Database
) -> None:
    office = Office(database, kst(12))
    numbers = [office.plan(due=kst(12, 30)) for _ in range(5)]
    for now in (kst(12), kst(12) + timedelta(hours=hours), kst(12, 10), kst(12, 29, 59)):
        list(ticks(office, now, now, SECOND))
    assert office.post.calls == (5 if arrives else 0)
    list(ticks(office, kst(12, 30), kst(12, 30, 5), SECOND))
    assert office.post.calls == 5
    assert {office.row(number).state for number in numbers} == {ReminderState.DELIVERED}


def test_a_clock_put_back_leaves_nothing_in_dead_hands(database: Database) -> None:
    office = Office(database, kst(12))
    number = office.plan(state=ReminderState.CLAIMED, lease_owner="gone/1")
    office.change(type(office.row(number)), number, lease_until=kst(13, 2))
    list(ticks(office, kst(12), kst(12, 0, 5), SECOND))
    assert office.row(number).state is ReminderState.DELIVERED
    assert office.post.calls == 1
