"""The private calendar: what readers make of it, and what it keeps to itself."""

import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from werkzeug.test import TestResponse

from bot.services.transaction import Transaction
from bot.services.visits import cancel, reassign
from bot.services.visits.ownership import by_staff
from models.states import SupporterState
from models.supporter import Supporter
from models.visit import Visit
from tests.field.phone import PHONE, TODAY, Field, Phone, later, morning, path_of

_ADDRESS = re.compile(r"https://bot\.example/field/calendar/[\w-]+\.ics")


def address(phone: Phone) -> str:
    page = phone.post("/field/calendar/new").text
    found = _ADDRESS.search(page)
    assert found
    return path_of(found[0])


def events(answer: TestResponse) -> dict[str, Any]:
    calendar = Calendar.from_ical(answer.data)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture
def two(ground: Field) -> list[int]:
    first = ground.stall(name="순자네", stall="12호", location_note=f"전화 {PHONE}")
    second = ground.stall("통인시장", name="영자네")
    return [ground.book(first, 600, place_note=f"여기로 {PHONE}"), ground.book(second, 900)]


def test_a_feed_for_any_calendar(phone: Phone, two: list[int]) -> None:
    path = address(phone)
    answer = phone.client.get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.text
    for line in (
        "METHOD:PUBLISH", "VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H", "DTSTART:20261124T010000Z", "DTEND:20261124T020000Z",
    ):  # fmt: skip
        assert f"{line}\r\n" in text, line
    assert "TZID" not in text
    found = events(answer)
    assert set(found) == {"순자네 · 채널 만들기", "영자네 · 채널 만들기"}
    event = found["순자네 · 채널 만들기"]
    assert (event["location"], event["status"]) == ("망원시장 12호", "CONFIRMED")
    assert two


def test_no_telephone_number_is_in_it(phone: Phone, two: list[int]) -> None:
    text = phone.client.get(address(phone)).text.replace("\r\n ", "")
    assert PHONE not in text
    assert "010" not in re.sub(r"UID:[^\r]+|\d{8}T\d{6}Z", "", text)
    assert two


def test_the_same_visits_give_the_same_bytes(phone: Phone, two: list[int]) -> None:
    path = address(phone)
    first = phone.client.get(path)
    phone.clock.advance(timedelta(hours=3))
    again = phone.client.get(path)
    assert first.data == again.data
    answer = phone.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    phone.press(two[0], "arrive")
    changed = phone.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_change_keeps_the_id_and_raises_the_sequence(
    phone: Phone, ground: Field, two: list[int]
) -> None:
    path = address(phone)
    before = events(phone.client.get(path))["순자네 · 채널 만들기"]
    later(phone.clock, morning(10))
    phone.press(two[0], "arrive")
    after = events(phone.client.get(path))["순자네 · 채널 만들기"]
    assert before["uid"] == after["uid"]
    assert int(after["sequence"]) == int(before["sequence"]) + 1
    with ground.database.reading() as session:
        assert str(session.get_one(Visit, two[0]).public_id) in before["uid"]


def test_called_off_stays_for_thirty_days(phone: Phone, ground: Field, two: list[int]) -> None:
    path = address(phone)
    with ground.database.transaction() as session:
        cancel(by_staff(session, morning(), "c", "kim"), two[0])
    assert events(phone.client.get(path))["순자네 · 채널 만들기"]["status"] == "CANCELLED"
    phone.clock.advance(timedelta(days=29))
    assert len(events(phone.client.get(path))) == 2
    phone.clock.advance(timedelta(days=2))
    assert events(phone.client.get(path)) == {}


def test_handed_on_is_called_off_here_and_on_there(
    phone: Phone, ground: Field, two: list[int]
) -> None:
    path = address(phone)
    one, other = ground.town.supporters
    with ground.database.transaction() as session:
        reassign(Transaction(session, morning(), 0, "r", "staff:kim"), two[0], other)
    assert events(phone.client.get(path))["순자네 · 채널 만들기"]["status"] == "CANCELLED"
    phone.sign_in(other)
    theirs = events(phone.client.get(address(phone)))
    assert theirs["순자네 · 채널 만들기"]["status"] == "CONFIRMED"
    with ground.database.transaction() as session:
        reassign(Transaction(session, morning(), 0, "back", "staff:kim"), two[0], one)
    assert events(phone.client.get(path))["순자네 · 채널 만들기"]["status"] == "CONFIRMED"


def test_a_new_address_closes_the_old_one(phone: Phone, two: list[int]) -> None:
    old = address(phone)
    new = address(phone)
    assert phone.client.get(old).status_code == 404
    assert phone.client.get(new).status_code == 200
    assert new not in phone.get("/field/calendar").text
    phone.post("/field/calendar/stop")
    assert phone.client.get(new).status_code == 404
    assert two


def test_the_secret_is_not_kept(phone: Phone, ground: Field) -> None:
    token = address(phone).rsplit("/", 1)[1].removesuffix(".ics")
    with ground.database.reading() as session:
        kept = session.get_one(Supporter, ground.supporter).ics_token_hash
    assert kept
    assert token not in kept


def test_who_left_has_no_calendar(phone: Phone, ground: Field) -> None:
    path = address(phone)
    with ground.database.transaction() as session:
        session.get_one(Supporter, ground.supporter).state = SupporterState.LEFT
    assert phone.client.get(path).status_code == 404
    assert TODAY
