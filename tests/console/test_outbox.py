"""The outbox on the console: what is stuck and why, what may be done, and the switch."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.console.desk import Desk
from bot.outbox.stop import stop
from bot.services.access_log import verify
from models.conversation import Conversation
from models.events import StateEvent
from models.merchant import ChannelRegistration, Store
from models.outbox import Outcome, Reminder, ReminderAttempt, SenderState
from models.states import ReminderState
from tests.console.browser import Person
from tests.console.kit_shop import told
from tests.console.looks import SECRETS, log_of, talk_of
from tests.fakes.rows import NOW
from tests.outbox.office import Office

SAID = "내일 서포터즈가 가요.\n12월 1일 오후 3시, 행복과일"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(desk: Desk, registered: int) -> Office:
    del registered
    return Office(desk.database, NOW)


@pytest.fixture
def talk(desk: Desk, office: Office) -> int:
    del office
    return talk_of(desk)


def state_of(desk: Desk, number: int) -> ReminderState:
    with desk.database.reading() as session:
        return session.get_one(Reminder, number).state


def test_the_page_says_what_is_stuck_and_why(operator: Person, office: Office, talk: int) -> None:
    office.plan(whose=talk, due=NOW + timedelta(hours=3))
    dead = office.plan(whose=talk, state=ReminderState.DEAD, reason="nobody_reaches")
    office.plan(whose=talk, state=ReminderState.UNKNOWN, reason="owner_lost", sender="solapi")
    office.plan("form.unfinished", state=ReminderState.SUPPRESSED, reason="opt_out")
    page = operator.get("/console/outbox").text
    for text in (
        "내일 방문이 있어요",
        "보낼 방법이 없어요",
        "보내던 프로그램이 갑자기 꺼졌어요",
        "알림을 모두 꺼 두셨어요",
        "&lt;b&gt;행복과일",
        "<b>1</b> 못 보냄",
        "<b>1</b> 갔는지 모름",
        f"/console/outbox/{dead}",
    ):
        assert text in page, text
    assert "보낼 때가 지난" not in page
    assert not [secret for secret in SECRETS if secret in page]
    found = operator.get("/console/outbox?state=suppressed&kind=form.unfinished").text
    assert "적다 만 신청" in found
    assert "찾은 알림이 없어요" in operator.get("/console/outbox?kind=visit.moved").text


def test_a_long_list_has_pages(operator: Person, office: Office, talk: int) -> None:
    numbers = [office.plan(whose=talk) for _ in range(51)]
    page = operator.get("/console/outbox").text
    assert f"before={numbers[1]}" in page
    first = f'/console/outbox/{numbers[0]}"'
    assert first not in page
    assert first in operator.get(f"/console/outbox?before={numbers[1]}").text


def test_what_is_late_is_an_alarm(operator: Person, office: Office, talk: int) -> None:
    office.plan(whose=talk, next_attempt_at=NOW - 6 * MINUTE)
    page = operator.get("/console/outbox").text
    assert "보낼 때가 지난 알림이 1개" in page
    assert "6분 기다렸어요" in page


def test_one_message_and_what_was_said(
    operator: Person, desk: Desk, office: Office, talk: int
) -> None:
    said = {"text": SAID, "buttons": [{"label": "방문 확인", "link": ""}]}
    number = office.plan(
        whose=talk,
        state=ReminderState.UNKNOWN,
        reason="no_answer",
        sender="solapi",
        said=said,
        attempts=1,
    )
    values = {"reminder_id": number, "no": 1, "sender": "solapi", "owner": "a"}
    ended = {"outcome": Outcome.UNKNOWN, "code": "timeout", "started_at": NOW, "ended_at": NOW}
    office.add(ReminderAttempt(**values, **ended, answer="HTTP 504"))
    path = f"/console/outbox/{number}"
    page = operator.get(path).text
    for text in ("갔는지 알 수 없어요", "저절로 다시 보내지 않으니", "알림톡 (SOLAPI)", "HTTP 504"):
        assert text in page, text
    assert "서포터즈가 가요" not in page
    assert log_of(desk)[-1] == ("view", f"reminder:{number}", "masked", 1)
    assert operator.post(f"{path}/show").status_code == 400, "a look needs a reason"
    shown = operator.post(f"{path}/show", reason="상인이 부탁함").text
    assert "내일 서포터즈가 가요." in shown
    assert "방문 확인" in shown
    assert log_of(desk)[-1] == ("view", f"reminder:{number}", "상인이 부탁함", 1)


@pytest.mark.parametrize(
    "case",
    [
        (ReminderState.DEAD, "retry", ReminderState.SCHEDULED, "send"),
        (ReminderState.SUPPRESSED, "retry", ReminderState.SCHEDULED, "send"),
        (ReminderState.DEAD, "cancel", ReminderState.CANCELLED, "unsend"),
        (ReminderState.SCHEDULED, "cancel", ReminderState.CANCELLED, "unsend"),
        (ReminderState.UNKNOWN, "sent", ReminderState.DELIVERED, "mark_sent"),
        (ReminderState.UNKNOWN, "cancel", ReminderState.CANCELLED, "unsend"),
    ],
)
def test_what_may_be_done(
    operator: Person, desk: Desk, office: Office, case: tuple[ReminderState, str, str, str]
) -> None:
    before, change, after, action = case
    number = office.plan(state=before)
    path = f"/console/outbox/{number}"
    assert f'value="{change}"' in operator.get(path).text
    assert "처리했어요" in told(operator, f"{path}/change", change=change)
    assert state_of(desk, number) == after
    assert (action, f"reminder:{number}", "", 1) in log_of(desk)
    with desk.database.reading() as session:
        event = session.scalars(select(StateEvent).where(StateEvent.entity == "reminder")).one()
        assert (event.actor, event.to_state) == ("staff:operator", after)
        assert verify(session).broken_at is None


@pytest.mark.parametrize("change", ["retry", "cancel", "sent"])
def test_what_arrived_is_left_alone(
    operator: Person, desk: Desk, office: Office, change: str
) -> None:
    number = office.plan(state=ReminderState.DELIVERED)
    path = f"/console/outbox/{number}"
    assert "할 일" not in operator.get(path).text
    assert "지금 상태에서는" in told(operator, f"{path}/change", change=change)
    assert state_of(desk, number) is ReminderState.DELIVERED
    assert [row for row in log_of(desk) if row[0] in {"send", "unsend", "mark_sent"}] == []


def test_nonsense_changes_nothing(operator: Person, office: Office) -> None:
    number = office.plan()
    assert operator.post(f"/console/outbox/{number}/change", change="x").status_code == 400
    assert operator.post("/console/outbox/99/change", change="retry").status_code == 404
    assert operator.get("/console/outbox/99").status_code == 404
    assert operator.post("/console/outbox/stop", scope="x", reason="이유").status_code == 400
    assert operator.post("/console/outbox/stop", scope="all").status_code == 400
    assert operator.post("/console/outbox/go").status_code == 400


def test_the_switch_stops_everything_and_every_page_says_so(
    operator: Person, desk: Desk, office: Office
) -> None:
    number = office.plan()
    page = told(operator, "/console/outbox/stop", scope="all", reason="문구가 틀림")
    assert "모든 알림 발송을 멈춰 두었어요." in page
    assert "멈춰 두었어요</span>" in page
    for path in ("today", "registrations", "kits", f"outbox/{number}", "outbox/schedule"):
        text = operator.get(f"/console/{path}").text
        assert 'class="stopped" role="alert"' in text, path
        assert "문구가 틀림" in text, path
    assert office.send() == 0
    assert ("stop_sending", "sending_stop:all", "문구가 틀림", 1) in log_of(desk)
    assert "이미 처리되어 있어요" in told(
        operator, "/console/outbox/stop", scope="all", reason="또"
    )
    assert 'class="stopped"' not in told(operator, "/console/outbox/go", scope="all")
    assert office.send() == 1
    assert ("go_sending", "sending_stop:all", "", 1) in log_of(desk)


def test_one_notice_is_stopped(operator: Person, office: Office) -> None:
    page = told(operator, "/console/outbox/stop", scope="visit.day_before", reason="문구가 틀림")
    assert "알림 ‘내일 방문이 있어요’ 발송을 멈춰 두었어요." in page
    assert "보내고 있어요" in page
    office.plan()
    assert office.send() == 0


def test_strangers_do_not_see_the_switch(operator: Person, desk: Desk) -> None:
    with desk.database.transaction() as session:
        stop(session, "all", "command", "문구가 틀림", NOW)
    operator.post("/console/logout")
    assert "문구가 틀림" not in operator.get("/console/login").text


def test_a_sender_in_trouble(operator: Person, desk: Desk) -> None:
    until = NOW + MINUTE
    moments = {"refilled_at": NOW, "updated_at": NOW, "closed_until": until}
    with desk.database.transaction() as session:
        session.add(SenderState(sender="console", tokens=1.0, failures=5, **moments))
    page = operator.get("/console/outbox").text
    assert "문제가 있어 쉬어요" in page
    assert "12:01" in page


def test_the_table_of_notices(operator: Person) -> None:
    page = operator.get("/console/outbox/schedule").text
    for text in (
        "내일 방문이 있어요",
        "방문이 있는 날",
        "1일 전 18:00",
        "꼭 가야 함",
        "[방문 확인]",
    ):
        assert text in page, text


def test_today_counts_what_failed(operator: Person, office: Office) -> None:
    for state in (ReminderState.DEAD, ReminderState.DEAD, ReminderState.UNKNOWN):
        office.plan(state=state)
    page = operator.get("/console/today").text
    assert '먼저 보내는 알림 <b class="count">3</b>' in page
    assert "<b>2</b> 못 보냄" in page


def test_a_registration_lists_its_messages(
    operator: Person, desk: Desk, office: Office, talk: int, registered: int
) -> None:
    with desk.database.transaction() as session:
        registration = session.get_one(ChannelRegistration, registered)
        store = session.get_one(Store, registration.store_id)
        assert session.get_one(Conversation, talk).merchant_id == store.merchant_id
    mine = office.plan(whose=talk, state=ReminderState.CANCELLED, reason="visit_moved")
    other = office.plan("visit.moved")
    page = operator.get(f"/console/registrations/{registered}").text
    assert f"/console/outbox/{mine}" in page
    assert "방문 시간이 바뀌었어요." in page
    assert f"/console/outbox/{other}" not in page


def test_a_digest_and_what_it_says(operator: Person, office: Office, talk: int) -> None:
    digest = office.plan("form.unfinished", whose=talk, state=ReminderState.DELIVERED)
    merged = office.plan(
        "form.unfinished",
        whose=talk,
        state=ReminderState.CANCELLED,
        reason="merged",
        merged_into=digest,
    )
    assert "하나로 모아 보냈어요" in operator.get(f"/console/outbox/{merged}").text
    assert f"/console/outbox/{merged}" in operator.get(f"/console/outbox/{digest}").text
