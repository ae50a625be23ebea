"""What is pressed is done once, however often it is sent, and only by whom it concerns."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.services.field_door import Visitor, enter
from bot.services.field_links import FieldLink
from bot.services.visits.field_steps import Action, Press, Pressed, press
from models.field import FieldPress
from models.fieldwork import Checkin, CheckinMethod, VisitOutcome, VisitReport
from models.states import RequestState, VisitState, WaitState
from models.visit import Visit, VisitEvent, VisitRequest, WaitlistEntry
from tests.field.phone import Field, Phone, later, morning


@pytest.fixture
def who(both: Field) -> Visitor:
    with both.database.transaction() as session:
        return enter(session, FieldLink(both.supporter, "n"), morning())


def pressed(
    both: Field, who: Visitor, visit_id: int, action: str, at: Any = None, **more: Any
) -> Pressed:
    key = more.pop("key", f"{visit_id}-{action}")
    wanted = Press(key=key, visit_id=visit_id, action=Action(action), **more)
    return press(both.database, who, wanted, at or morning(10))


def events(both: Field, visit_id: int) -> list[tuple[str, str]]:
    with both.database.reading() as session:
        found = select(VisitEvent.kind, VisitEvent.actor).where(VisitEvent.visit_id == visit_id)
        return [(row.kind, row.actor) for row in session.execute(found.order_by(VisitEvent.id))]


def test_from_setting_off_to_done(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    assert pressed(both, who, visit_id, "depart").state == "en_route"
    assert pressed(both, who, visit_id, "arrive").state == "in_progress"
    assert pressed(both, who, visit_id, "done", note="채널을 열었어요").state == "reported"
    assert [kind for kind, by in events(both, visit_id) if by == f"supporter:{both.supporter}"] == [
        "en_route", "arrived", "reported",
    ]  # fmt: skip
    with both.database.reading() as session:
        report = session.scalars(select(VisitReport)).one()
        arrival = session.scalars(select(Checkin).where(Checkin.kind == "arrive")).one()
    assert (report.outcome, report.notes) == (VisitOutcome.DONE, "채널을 열었어요")
    assert (arrival.method, arrival.reason) == (CheckinMethod.MANUAL, "phone")


def test_the_same_key_gets_the_same_answer(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    first = pressed(both, who, visit_id, "arrive")
    pressed(both, who, visit_id, "done")
    assert pressed(both, who, visit_id, "arrive") == first == Pressed(ok=True, state="in_progress")
    assert both.state(visit_id) is VisitState.REPORTED
    assert len(events(both, visit_id)) == len(set(events(both, visit_id)))


def test_a_refusal_is_repeated_too(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    early = pressed(both, who, visit_id, "missing", morning(10, 10))
    assert early == Pressed(ok=False, code="too_early", state="confirmed")
    assert pressed(both, who, visit_id, "missing", morning(10, 20)) == early
    assert pressed(both, who, visit_id, "missing", morning(10, 20), key="new").ok
    assert both.state(visit_id) is VisitState.MERCHANT_NO_SHOW


def test_twenty_at_the_same_moment_do_it_once(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    answers: list[Pressed] = []

    def send() -> None:
        answers.append(pressed(both, who, visit_id, "arrive", key="k"))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert set(answers) == {Pressed(ok=True, state="in_progress")}
    assert [kind for kind, _ in events(both, visit_id)].count("arrived") == 1
    with both.database.reading() as session:
        assert session.execute(select(func.count()).select_from(FieldPress)).scalar_one() == 1


def test_done_without_arriving_counts_as_having_arrived(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    assert pressed(both, who, visit_id, "done", morning(10, 50)).state == "reported"
    with both.database.reading() as session:
        arrival = session.scalars(select(Checkin).where(Checkin.kind == "arrive")).one()
    assert arrival.reason == "phone_late"


def test_a_press_from_a_dead_spot_counts_from_when_it_was_pressed(
    both: Field, who: Visitor
) -> None:
    visit_id = both.book(both.stall(), 600)
    pressed(both, who, visit_id, "arrive", morning(11), age=timedelta(minutes=58))
    with both.database.reading() as session:
        assert session.scalars(select(Checkin.at)).one() == morning(10, 2)


@pytest.mark.parametrize("age", [timedelta(days=3), timedelta(hours=-5)])
def test_nobody_presses_in_another_year(both: Field, who: Visitor, age: timedelta) -> None:
    visit_id = both.book(both.stall(), 600)
    answer = pressed(both, who, visit_id, "depart", morning(10), age=age)
    assert answer.ok
    with both.database.reading() as session:
        at = session.scalars(select(VisitEvent.at).where(VisitEvent.kind == "en_route")).one()
    assert morning(10) - timedelta(hours=12) <= at <= morning(10)


def test_where_the_phone_is_makes_the_arrival_sure(both: Field, who: Visitor) -> None:
    near, far = both.book(both.stall(), 600), both.book(both.stall(), 660 + 120)
    pressed(both, who, near, "arrive", latitude=37.5561, longitude=126.9061, accuracy_m=20)
    pressed(both, who, near, "done")
    pressed(both, who, far, "arrive", morning(13), latitude=37.60, longitude=126.9061)
    with both.database.reading() as session:
        rows = session.scalars(
            select(Checkin).where(Checkin.kind == "arrive").order_by(Checkin.id)
        ).all()
    assert [(r.method.value, r.reason) for r in rows] == [("gps", None), ("manual", "too_far")]
    assert (rows[0].distance_m or 0) < 50
    assert (rows[1].distance_m or 0) > 4000


def test_nobody_there_frees_the_time_and_keeps_the_words(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    pressed(both, who, visit_id, "missing", morning(10, 16), note="문이 닫혀 있어요")
    with both.database.reading() as session:
        visit = session.get_one(Visit, visit_id)
        request = session.get_one(VisitRequest, visit.request_id)
        report = session.scalars(select(VisitReport)).one()
    assert request.state is RequestState.OPEN
    assert (report.outcome, report.notes) == (VisitOutcome.NOT_DONE, "문이 닫혀 있어요")


@pytest.mark.parametrize(
    ("before", "after"), [((), "cancelled_by_staff"), (("arrive",), "reported")]
)
def test_put_off_means_first_in_the_queue(
    both: Field, who: Visitor, before: tuple[str, ...], after: str
) -> None:
    visit_id = both.book(both.stall(), 600)
    for action in before:
        pressed(both, who, visit_id, action)
    assert pressed(both, who, visit_id, "postpone", note="손님이 많아요").state == after
    with both.database.reading() as session:
        entry = session.scalars(select(WaitlistEntry)).one()
        request = session.get_one(VisitRequest, entry.request_id)
        report = session.scalars(select(VisitReport)).one()
    assert (entry.state, entry.priority) == (WaitState.WAITING, 10)
    assert request.state is RequestState.WAITING
    assert (report.outcome, report.notes) == (VisitOutcome.NOT_DONE, "손님이 많아요")


def test_somebody_elses_visit_is_left_alone(both: Field) -> None:
    visit_id = both.book(both.stall(), 600)
    with both.database.transaction() as session:
        other = enter(session, FieldLink(both.town.supporters[1], "o"), morning())
    for action in Action:
        answer = pressed(both, other, visit_id, action.value)
        assert answer == Pressed(ok=False, code="not_yours", state="")
    assert both.state(visit_id) is VisitState.CONFIRMED


def test_what_is_over_stays_over(both: Field, who: Visitor) -> None:
    visit_id = both.book(both.stall(), 600)
    pressed(both, who, visit_id, "done")
    for action in ("depart", "missing", "postpone"):
        assert pressed(both, who, visit_id, action, morning(10, 30)).code == "wrong_state"
    assert both.state(visit_id) is VisitState.REPORTED


def test_no_such_visit(both: Field, who: Visitor) -> None:
    assert pressed(both, who, 999, "arrive").code == "no_visit"


def test_the_page_answers_a_script_with_the_new_card(phone: Phone, ground: Field) -> None:
    visit_id = ground.book(ground.stall(), 600)
    later(phone.clock, morning(10))
    answer = phone.press(visit_id, "arrive", note="x" * 900)
    assert (answer["ok"], answer["message"], answer["state"]) == (True, "보냈어요", "in_progress")
    assert f'id="v{visit_id}"' in answer["card"]
    assert "만나는 중" in answer["card"]
    assert "<html" not in answer["card"]
    again = phone.press(visit_id, "arrive")
    assert {key: again[key] for key in ("ok", "message", "state")} == {
        key: answer[key] for key in ("ok", "message", "state")
    }


def test_without_scripts_the_form_leads_back_to_the_card(phone: Phone, ground: Field) -> None:
    visit_id = ground.book(ground.stall(), 600)
    later(phone.clock, morning(10))
    path = f"/field/visits/{visit_id}/press"
    answer = phone.post(path, action="arrive", key="a")
    assert (answer.status_code, answer.location) == (303, f"/field#v{visit_id}")
    assert "보냈어요" in phone.get("/field").text
    phone.post(path, action="depart", key="b")
    assert "이미 처리된 방문이에요" in phone.get("/field").text


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "fly", "key": "a"},
        {"action": "done"},
        {"action": "done", "key": "k" * 61},
        {"key": "a"},
    ],
)
def test_nonsense_is_refused(phone: Phone, ground: Field, fields: dict[str, str]) -> None:
    visit_id = ground.book(ground.stall(), 600)
    assert phone.post(f"/field/visits/{visit_id}/press", **fields).status_code == 400


@pytest.mark.parametrize("number", ["nan", "inf", "1e99", "x", ""])
def test_odd_numbers_are_none(phone: Phone, ground: Field, number: str) -> None:
    visit_id = ground.book(ground.stall(), 600)
    later(phone.clock, morning(10))
    answer = phone.press(
        visit_id, "arrive", latitude=number, longitude=number, accuracy=number, age=number
    )
    assert answer["ok"]


def test_buttons_that_come_later_say_from_when(phone: Phone, ground: Field) -> None:
    ground.book(ground.stall(), 660)
    assert "오전 10:00부터 누를 수 있어요" in phone.get("/field").text  # arriving
    assert "오전 11:15부터 누를 수 있어요" in phone.get("/field").text  # nobody there
    later(phone.clock, morning(11, 15))
    assert "누를 수 있어요" not in phone.get("/field").text


def test_tomorrow_has_no_buttons(phone: Phone, ground: Field) -> None:
    ground.book(ground.stall(), 600)
    phone.clock.advance(-timedelta(days=1))
    phone.sign_in(ground.supporter)
    assert "<summary>" not in phone.get("/field/week").text
