"""Senders against the vendors' stand-ins: how a call ends, and what is found out later."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.outbox.sender import Fate, Message, Question, Recipient, Report
from bot.outbox.senders.console import ConsoleSender
from models.conversation import Friend
from models.outbox import MessageClass, Outcome
from tests.fakes import faults
from tests.fakes.loopback import LoopbackServer
from tests.outbox.vendors import (
    PERSON,
    PHONE,
    SAID,
    VALUES,
    Post,
    a_message,
    outcome,
    post,
    stand_in,
)

ALL = ("event", "solapi", "nhn")
BY_PHONE = ("solapi", "nhn")


@pytest.fixture
def way(request: pytest.FixtureRequest) -> Iterator[Post]:
    with post(request.param) as opened:
        yield opened


every = pytest.mark.parametrize("way", ALL, indirect=True)
by_phone = pytest.mark.parametrize("way", BY_PHONE, indirect=True)
by_event = pytest.mark.parametrize("way", ["event"], indirect=True)
by_nhn = pytest.mark.parametrize("way", ["nhn"], indirect=True)
by_solapi = pytest.mark.parametrize("way", ["solapi"], indirect=True)


def question(message: Message, ref: str | None = None, to: Recipient = PERSON) -> Question:
    return Question(ref, message.mark, to, SystemClock().now() - timedelta(minutes=2))


def looked(way: Post, message: Message, ref: str | None = None) -> Report:
    return way.sender.look(question(message, ref))


@every
def test_a_message_arrives_with_its_words(way: Post) -> None:
    message = a_message()
    assert way.sender.obstacle(PERSON, message) is None
    taken = way.sender.send(PERSON, message)
    assert taken.ref
    assert not taken.is_final
    [arrival] = way.arrived
    assert arrival.text == SAID
    assert arrival.mark == str(message.mark)
    assert looked(way, message, taken.ref) == Report(Fate.DELIVERED, taken.ref)


@every
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lost", Outcome.UNKNOWN),
        ("dropped", Outcome.UNKNOWN),
        ("down", Outcome.UNKNOWN),
        ("crashed", Outcome.UNKNOWN),
        ("page", Outcome.UNKNOWN),
        ("odd", Outcome.UNKNOWN),
        ("cut", Outcome.UNKNOWN),
        ("busy", Outcome.NOT_SENT),
    ],
)
def test_how_a_fault_ends(way: Post, name: str, expected: Outcome) -> None:
    way.break_next(faults.FAULTS[name])
    assert outcome(way.sender, a_message()) is expected
    assert outcome(way.sender, a_message()) is Outcome.ACCEPTED


@every
def test_an_answer_that_is_too_slow_is_unclear(way: Post) -> None:
    way.break_next(faults.SLOW)
    assert outcome(way.sender, a_message()) is Outcome.UNKNOWN
    assert len(way.arrived) == 1


@every
def test_the_vendor_says_when_to_come_again(way: Post) -> None:
    way.break_next(faults.BUSY)
    with pytest.raises(ExternalUnavailableError) as caught:
        way.sender.send(PERSON, a_message())
    assert caught.value.retry_after_s == 7.0


@pytest.mark.parametrize("name", ALL)
def test_nobody_listens(name: str) -> None:
    vendor, sender = stand_in(name)
    with LoopbackServer(vendor.answer) as gone:
        url = gone.url
    assert outcome(sender(url), a_message()) is Outcome.NOT_SENT


@by_phone
@pytest.mark.parametrize("name", ["lost", "crashed", "page", "odd", "cut"])
def test_a_lost_answer_is_found_again(way: Post, name: str) -> None:
    message, other = a_message(), a_message()
    way.sender.send(PERSON, other)
    way.break_next(faults.FAULTS[name])
    assert outcome(way.sender, message) is Outcome.UNKNOWN
    found = looked(way, message)
    assert found.fate is Fate.DELIVERED
    assert looked(way, message, found.ref).fate is Fate.DELIVERED
    assert looked(way, other).ref != found.ref


@by_phone
def test_what_never_came_was_never_seen(way: Post) -> None:
    message = a_message()
    way.break_next(faults.DROPPED)
    assert outcome(way.sender, message) is Outcome.UNKNOWN
    assert looked(way, message).fate is Fate.NEVER_SEEN
    assert way.arrived == []


@by_phone
def test_a_call_of_long_ago_or_of_a_clock_that_went_ahead(way: Post) -> None:
    message = a_message()
    way.sender.send(PERSON, message)
    for away in (timedelta(days=3), timedelta(days=-45)):
        asked = Question(None, message.mark, PERSON, SystemClock().now() + away)
        assert way.sender.look(asked).fate is Fate.DELIVERED


@by_phone
def test_without_a_number_nothing_can_be_searched(way: Post) -> None:
    asked = question(a_message(), to=replace(PERSON, phone=None))
    assert way.sender.look(asked).fate is Fate.CANNOT_TELL


@by_event
def test_a_lost_task_cannot_be_found(way: Post) -> None:
    message = a_message()
    way.break_next(faults.LOST)
    assert outcome(way.sender, message) is Outcome.UNKNOWN
    assert looked(way, message) == Report(Fate.CANNOT_TELL)
    assert looked(way, message, "no-such-task").fate is Fate.CANNOT_TELL


@by_nhn
def test_a_second_try_after_a_lost_answer_is_the_same_message(way: Post) -> None:
    message = a_message()
    way.break_next(faults.LOST)
    assert outcome(way.sender, message) is Outcome.UNKNOWN
    taken = way.sender.send(PERSON, replace(message, attempt=2))
    assert len(way.arrived) == 1
    assert taken.ref == way.vendor.rows[0]["requestId"]


@by_nhn
def test_a_key_that_was_used_for_what_failed_is_not_free_yet(way: Post) -> None:
    message = a_message()
    way.vendor.fates = {PHONE: "failed"}
    way.vendor.text_fates = {PHONE: "failed"}
    way.sender.send(PERSON, message)
    assert outcome(way.sender, replace(message, attempt=2)) is Outcome.NOT_SENT


@by_nhn
def test_a_key_that_was_used_and_nothing_to_be_seen_is_unclear(way: Post) -> None:
    message = a_message()
    way.sender.send(PERSON, message)
    way.vendor.rows.clear()
    assert outcome(way.sender, replace(message, attempt=2)) is Outcome.UNKNOWN


@by_nhn
@pytest.mark.parametrize("name", ["dropped", "down", "busy"])
def test_a_try_that_was_not_taken_does_not_block_the_next(way: Post, name: str) -> None:
    message = a_message()
    way.break_next(faults.FAULTS[name])
    assert outcome(way.sender, message) is not Outcome.ACCEPTED
    assert outcome(way.sender, replace(message, attempt=2)) is Outcome.ACCEPTED
    assert len(way.arrived) == 1


@every
def test_under_way_first(way: Post) -> None:
    way.vendor.pending_looks = 1
    message = a_message()
    ref = way.sender.send(PERSON, message).ref
    assert looked(way, message, ref) == Report(Fate.PENDING, ref)
    assert looked(way, message, ref) == Report(Fate.DELIVERED, ref)


@every
def test_a_question_that_cannot_be_answered_now(way: Post) -> None:
    message = a_message()
    ref = way.sender.send(PERSON, message).ref
    for fault in (faults.DOWN, faults.BUSY, faults.WEB_PAGE, faults.ODD, faults.DROPPED):
        way.vendor.look_faults[:] = [fault]
        with pytest.raises(ExternalUnavailableError):
            looked(way, message, ref)


@by_event
def test_who_is_no_friend_is_told_by_the_task(way: Post) -> None:
    way.vendor.strangers = {PERSON.user_key}
    message = a_message()
    ref = way.sender.send(PERSON, message).ref
    assert looked(way, message, ref) == Report(Fate.FAILED, ref, "event_not_reached")


@by_event
def test_the_event_carries_all_that_the_skill_needs(way: Post) -> None:
    message = a_message()
    way.sender.send(PERSON, message)
    body = json.loads(way.vendor.calls[0].body)
    assert body["user"] == [{"type": "botUserKey", "id": "user-1"}]
    assert body["params"]["event"] == body["event"]["name"] == "sosin_notice"
    assert body["event"]["data"]["mark"] == body["params"]["mark"] == str(message.mark)
    assert body["params"]["text"] == SAID
    assert json.loads(body["params"]["buttons"]) == [
        {"label": "방문 바꾸기", "link": ""},
        {"label": "길 보기", "link": "https://bot.example.org/k/abc"},
    ]


@by_phone
def test_a_template_is_filled_as_it_was_registered(way: Post) -> None:
    way.sender.send(PERSON, a_message())
    [arrival] = way.arrived
    assert arrival.buttons == (
        ("BK", "방문 바꾸기", ""),
        ("WL", "길 보기", "https://bot.example.org/k/abc"),
    )


NOT_ON_KAKAO: dict[str, str] = {"solapi": "3104", "nhn": "failed"}
LINK = "길 보기: https://bot.example.org/k/abc"
TEXTS = {"solapi": ("SMS", "", SAID), "nhn": ("LMS", "내일 방문 안내", f"{SAID}\n{LINK}")}
"""SOLAPI writes the text message itself, and without the links."""


@by_phone
def test_a_text_message_goes_instead(way: Post) -> None:
    way.vendor.fates = {PHONE: NOT_ON_KAKAO[way.sender.name]}
    message = a_message()
    ref = way.sender.send(PERSON, message).ref
    [arrival] = way.arrived
    assert (arrival.way, arrival.title, arrival.text) == TEXTS[way.sender.name]
    assert looked(way, message, ref) == Report(Fate.DELIVERED, ref)


@by_phone
def test_neither_arrives(way: Post) -> None:
    way.vendor.fates = {PHONE: NOT_ON_KAKAO[way.sender.name]}
    way.vendor.text_fates = {PHONE: "3032" if way.sender.name == "solapi" else "failed"}
    message = a_message()
    ref = way.sender.send(PERSON, message).ref
    report = looked(way, message, ref)
    assert report.fate is Fate.FAILED
    assert report.code in {"solapi_3032", "solapi_3104", "nhn_not_reached"}
    assert way.arrived == []


@by_solapi
def test_until_the_text_message_is_listed_nothing_is_over(way: Post) -> None:
    way.vendor.fates = {PHONE: "3104"}
    message = a_message()
    ref = way.sender.send(PERSON, message).ref
    texts = [key for key, row in way.vendor.rows.items() if row["replacement"]]
    row = way.vendor.rows.pop(texts[0])
    assert looked(way, message, ref) == Report(Fate.PENDING, ref)
    way.vendor.rows[texts[0]] = row
    assert looked(way, message, ref) == Report(Fate.DELIVERED, ref)


@by_nhn
def test_a_cancelled_one_and_a_text_message_under_way(way: Post) -> None:
    message = a_message()
    way.vendor.fates = {PHONE: "cancelled"}
    ref = way.sender.send(PERSON, message).ref
    assert looked(way, message, ref) == Report(Fate.FAILED, ref, "nhn_cancel")
    message = a_message()
    way.vendor.fates, way.vendor.text_fates = {PHONE: "failed"}, {PHONE: "pending"}
    ref = way.sender.send(PERSON, message).ref
    assert looked(way, message, ref) == Report(Fate.PENDING, ref)


@by_phone
def test_without_a_message_in_the_answer_it_is_under_way(way: Post) -> None:
    ref = way.sender.send(PERSON, a_message()).ref
    way.vendor.rows.clear()
    assert looked(way, a_message(), ref) == Report(Fate.PENDING, ref)


@by_phone
def test_a_template_that_nobody_approved(way: Post) -> None:
    way.vendor.templates = {}
    with pytest.raises(ExternalRejectedError) as caught:
        way.sender.send(PERSON, a_message())
    assert caught.value.code in {"solapi_1042", "nhn_-3003"}


@by_phone
def test_a_template_whose_approved_words_want_more(way: Post) -> None:
    approved = next(iter(way.vendor.templates.values()))
    changed = replace(approved, text=approved.text + "#{새변수}")
    way.vendor.templates = dict.fromkeys(way.vendor.templates, changed)
    assert outcome(way.sender, a_message()) is Outcome.REFUSED


@pytest.mark.parametrize(
    ("name", "to", "changes", "expected"),
    [
        ("event", replace(PERSON, friend=Friend.UNKNOWN), {}, None),
        ("event", replace(PERSON, friend=Friend.NONE), {}, "not_a_friend"),
        ("event", replace(PERSON, friend=Friend.BLOCKED), {}, "channel_blocked"),
        ("event", replace(PERSON, user_key=""), {}, "no_chat"),
        ("event", replace(PERSON, bot_id=""), {}, "no_chat"),
        ("event", replace(PERSON, phone=None), {}, None),
        ("event", PERSON, {"message_class": MessageClass.MARKETING}, None),
        ("solapi", replace(PERSON, friend=Friend.NONE), {}, None),
        ("solapi", replace(PERSON, phone=None), {}, "no_phone"),
        ("solapi", replace(PERSON, phone="0212345678"), {}, "no_mobile_phone"),
        ("solapi", PERSON, {"kind": "visit.rating"}, "no_template"),
        ("solapi", PERSON, {"message_class": MessageClass.MARKETING}, "no_advertising"),
        ("solapi", PERSON, {"message_class": MessageClass.EDUCATION}, "no_advertising"),
        ("nhn", replace(PERSON, bot_id="", user_key=""), {}, None),
        ("nhn", replace(PERSON, phone=""), {}, "no_phone"),
        ("nhn", PERSON, {"message_class": MessageClass.MARKETING}, "no_advertising"),
    ],
)
def test_obstacles(name: str, to: Recipient, changes: dict[str, Any], expected: str | None) -> None:
    _, sender = stand_in(name)
    message = replace(a_message(), **changes)
    assert sender("http://127.0.0.1:9").obstacle(to, message) == expected


@pytest.mark.parametrize("name", BY_PHONE)
def test_a_text_that_is_too_long_is_refused_before_the_call(name: str) -> None:
    _, sender = stand_in(name)
    message = a_message()
    long = replace(message, words=replace(message.words, text="가" * 1001))
    assert sender("http://127.0.0.1:9").obstacle(PERSON, long) == "too_long"


@every
def test_nothing_personal_leaks(way: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    said: list[str] = []
    for fault in (faults.CRASHED, faults.BUSY, faults.LOST, faults.ODD):
        way.break_next(fault)
        with pytest.raises(ExternalUnavailableError) as caught:
            way.sender.send(PERSON, a_message())
        said.append(str(caught.value))
    taken = way.sender.send(PERSON, a_message())
    looked(way, a_message(), taken.ref)
    looked(way, a_message())
    shown = caplog.text + " ".join(said) + taken.answer + repr(a_message()) + repr(PERSON)
    for secret in (PHONE, PERSON.user_key, "오후 3시", "example.org", "서포터즈"):
        assert secret not in shown


def test_the_console_says_kind_and_mark_and_no_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    message, sender = a_message(), ConsoleSender()
    assert sender.obstacle(PERSON, message) is None
    taken = sender.send(PERSON, message)
    assert taken.is_final
    assert sender.look(question(message, taken.ref)).fate is Fate.CANNOT_TELL
    assert f"visit.day_before {message.mark}" in caplog.text
    for secret in (PHONE, PERSON.user_key, *VALUES.values()):
        assert secret not in caplog.text
