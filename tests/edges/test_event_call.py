"""An event block calls our skill: the bubble, and what is noted of the message."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.channels.kakao import problems
from bot.clock import AdjustableClock
from bot.web.notice_desk import NoticeDesk
from bot.web.webhook import skill_blueprint
from models.conversation import Conversation
from models.outbox import MessageClass, Reminder
from models.session import Database
from models.states import ReminderState
from tests.edges.doubles import AT, BOT, SECRET, SETTINGS, FakeConversation, app_with, words
from tests.fakes.kakao_event import skill_call
from tests.talk import BOT_ID, Merchant, house
from tests.talk import SECRET as TALK_SECRET

SAID = {
    "text": "내일 오후 3시에 서포터즈가 가요.",
    "buttons": json.dumps(
        [
            {"label": "방문 바꾸기", "link": ""},
            {"label": "길 보기", "link": "https://bot.example.org/k/abc"},
        ]
    ),
}


@dataclass
class Edge:
    """The webhook with its desk for notices, and a conversation that must not hear of them."""

    database: Database
    conversation: FakeConversation

    def __post_init__(self) -> None:
        clock = AdjustableClock(AT)
        notices = NoticeDesk(self.database, clock)
        blueprint = skill_blueprint(SETTINGS, clock, self.conversation, notices=notices)
        self.app: Flask = app_with(blueprint)

    def call(self, params: dict[str, str], event: str = "sosin_notice") -> TestResponse:
        """Call the skill as Kakao does for an event that we began."""
        asked = {
            "event": {"name": event},
            "user": [{"type": "botUserKey", "id": "user-1"}],
            "params": {"event": event, **params},
        }
        return self.post(skill_call(BOT, "user-1", asked))

    def post(self, payload: dict[str, Any]) -> TestResponse:
        headers = {"X-Skill-Secret": SECRET}
        return self.app.test_client().post("/kakao/skill", json=payload, headers=headers)

    def plan(self, state: ReminderState, attempts: int = 1) -> UUID:
        """Write a message in this state; return its mark."""
        mark = uuid4()
        with self.database.transaction() as session:
            session.add(
                Reminder(
                    public_id=mark,
                    kind="visit.day_before",
                    message_class=MessageClass.TRANSACTIONAL,
                    subject="visit",
                    subject_id=1,
                    dedup_key=str(mark),
                    due_at=AT,
                    not_before=AT,
                    expires_at=AT + timedelta(days=1),
                    state=state,
                    next_attempt_at=AT,
                    attempts=attempts,
                    created_at=AT,
                    updated_at=AT,
                    look_at=AT + timedelta(seconds=10),
                    lease_owner="somebody",
                )
            )
        return mark

    def row(self, mark: UUID) -> Reminder:
        with self.database.reading() as session:
            return session.scalars(select(Reminder).where(Reminder.public_id == mark)).one()


@pytest.fixture
def edge(database: Database) -> Edge:
    return Edge(database, FakeConversation())


def card(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200
    body = response.get_json()
    assert problems(body) == []
    [output] = body["template"]["outputs"]
    found: dict[str, Any] = output["textCard"]
    return found


def test_the_bubble_is_what_travelled_with_the_event(edge: Edge) -> None:
    shown = card(edge.call({"mark": str(edge.plan(ReminderState.ACCEPTED)), **SAID}))
    assert shown["description"] == SAID["text"]
    assert [(one["label"], one["action"]) for one in shown["buttons"]] == [
        ("방문 바꾸기", "message"),
        ("길 보기", "webLink"),
    ]
    assert shown["buttons"][0]["messageText"] == "방문 바꾸기"
    assert shown["buttons"][1]["webLinkUrl"] == "https://bot.example.org/k/abc"


def test_nobody_has_said_anything(edge: Edge) -> None:
    edge.call({"mark": str(edge.plan(ReminderState.ACCEPTED)), **SAID})
    assert edge.conversation.heard == []
    with edge.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


@pytest.mark.parametrize(
    ("state", "attempts"),
    [
        (ReminderState.SENDING, 1),
        (ReminderState.ACCEPTED, 1),
        (ReminderState.UNKNOWN, 1),
        (ReminderState.SCHEDULED, 1),
        (ReminderState.CLAIMED, 2),
    ],
)
def test_what_shows_itself_has_arrived(edge: Edge, state: ReminderState, attempts: int) -> None:
    mark = edge.plan(state, attempts)
    edge.call({"mark": str(mark), **SAID})
    row = edge.row(mark)
    assert row.state is ReminderState.DELIVERED
    assert (row.accepted_at, row.delivered_at) == (AT, AT)
    assert (row.look_at, row.lease_owner) == (None, None)


@pytest.mark.parametrize(
    ("state", "attempts"),
    [
        (ReminderState.SCHEDULED, 0),
        (ReminderState.CLAIMED, 0),
        (ReminderState.DELIVERED, 1),
        (ReminderState.CANCELLED, 1),
        (ReminderState.EXPIRED, 1),
        (ReminderState.SUPPRESSED, 0),
        (ReminderState.DEAD, 1),
    ],
)
def test_what_was_never_sent_or_is_over_stays(
    edge: Edge, state: ReminderState, attempts: int
) -> None:
    mark = edge.plan(state, attempts)
    assert card(edge.call({"mark": str(mark), **SAID}))
    assert edge.row(mark).state is state


def test_the_same_event_again(edge: Edge) -> None:
    mark = edge.plan(ReminderState.UNKNOWN)
    first = edge.call({"mark": str(mark), **SAID})
    assert edge.call({"mark": str(mark), **SAID}).data == first.data
    assert edge.row(mark).state is ReminderState.DELIVERED


@pytest.mark.parametrize("mark", ["", "nonsense", "0b0e7a54-0000-4000-8000-000000000001"])
def test_an_unknown_mark_changes_nothing_and_is_shown(edge: Edge, mark: str) -> None:
    other = edge.plan(ReminderState.ACCEPTED)
    assert card(edge.call({"mark": mark, **SAID}))["description"] == SAID["text"]
    assert edge.row(other).state is ReminderState.ACCEPTED


@pytest.mark.parametrize(
    "params", [{}, {"text": " \n"}, {"buttons": SAID["buttons"]}], ids=["none", "blank", "wordless"]
)
def test_without_words_nothing_is_shown(edge: Edge, params: dict[str, str]) -> None:
    response = edge.call(params)
    assert response.status_code == 200
    assert response.get_json()["template"]["outputs"] == []


@pytest.mark.parametrize(
    "buttons", ["", "[", "{}", "3", '[3, {"label": ""}, {"link": "x"}]', '[{"label": null}]']
)
def test_buttons_that_cannot_be_read_are_left_out(edge: Edge, buttons: str) -> None:
    shown = card(edge.call({"text": SAID["text"], "buttons": buttons}))
    assert "buttons" not in shown


def test_a_broken_database_does_not_keep_the_words_back(sqlite_database: Database) -> None:
    edge = Edge(sqlite_database, FakeConversation())
    mark = edge.plan(ReminderState.ACCEPTED)
    with edge.database.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE reminder_attempt")
        session.connection().exec_driver_sql("DROP TABLE reminder")
    assert card(edge.call({"mark": str(mark), **SAID}))["description"] == SAID["text"]


def test_another_event_is_a_message_as_before(edge: Edge) -> None:
    response = edge.call({"text": "x"}, event="other_event")
    assert words(response).startswith("들었어요")
    [heard] = edge.conversation.heard
    assert heard.event == "other_event"


def test_a_bot_of_somebody_else_gets_no_words(edge: Edge) -> None:
    asked = {"event": {"name": "sosin_notice"}, "user": [], "params": {"event": "sosin_notice"}}
    payload = skill_call("0" * 24, "user-1", asked | {"params": {"event": "sosin_notice", **SAID}})
    assert SAID["text"] not in edge.post(payload).get_data(as_text=True)


def test_a_wrong_secret_gets_no_words(edge: Edge) -> None:
    asked = {"event": {"name": "sosin_notice"}, "user": [], "params": {"event": "sosin_notice"}}
    answer = edge.app.test_client().post("/kakao/skill", json=skill_call(BOT, "user-1", asked))
    assert answer.status_code == 401


def test_a_desk_that_breaks_says_nothing_rather_than_sorry() -> None:
    def broken(_: object) -> bytes | None:
        raise RuntimeError

    clock = AdjustableClock(AT)
    blueprint = skill_blueprint(SETTINGS, clock, FakeConversation(), notices=broken)
    headers = {"X-Skill-Secret": SECRET}
    payload = skill_call(BOT, "u", {"event": {"name": "e"}, "user": []})
    answer = app_with(blueprint).test_client().post("/kakao/skill", json=payload, headers=headers)
    assert answer.status_code == 200
    assert answer.get_json()["template"]["outputs"] == []


def test_a_question_under_way_stays_as_it_is(sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        merchant = Merchant(building)
        merchant.say("채널 등록")
        asked, before = merchant.asked, merchant.conversation
        params = {"event": "sosin_notice", "mark": str(uuid4()), **SAID}
        asked_for = {"event": {"name": "sosin_notice"}, "user": [], "params": params}
        answer = building.app.test_client().post(
            "/kakao/skill",
            json=skill_call(BOT_ID, merchant.user, asked_for),
            headers={"X-Skill-Secret": TALK_SECRET},
        )
        assert card(answer)["description"] == SAID["text"]
        assert merchant.conversation == before
        assert asked not in {"free", ""}
