"""Visits at the console: what is listed, and what staff may change, by the services' own rules."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import AdjustableClock
from bot.console import visit_words, words
from bot.console.desk import Desk
from bot.services.field_links import FieldLinks
from bot.services.visits.fieldwork import depart
from bot.services.visits.ownership import by_system
from bot.services.visits.reasons import Reason
from bot.services.visits.waiting import wait
from models.states import SupporterState, VisitState, WaitState
from models.visit import Visit, VisitRequest, WaitlistEntry
from tests.console.browser import Person
from tests.console.kit_shop import told
from tests.console.looks import log_of
from tests.field.phone import PHONE, TODAY, Field, field_of, later, morning
from tests.visits.rows import NOW

DAY = f"/console/visits?day={TODAY}"


@pytest.fixture
def ground(desk: Desk, clock: AdjustableClock) -> Field:
    later(clock, NOW)
    return field_of(desk.database)


@pytest.fixture
def booked(ground: Field) -> int:
    return ground.book(ground.stall(name="<b>순자네</b>", stall="12호"), 600)


def test_a_day_by_market(operator: Person, ground: Field, booked: int) -> None:
    ground.book(ground.stall("통인시장", name="영자네"), 900)
    page = operator.get(DAY).text
    assert page.index("망원시장") < page.index("통인시장")
    assert "&lt;b&gt;순자네" in page
    assert "영자네" not in operator.get(f"{DAY}&market=망원").text
    assert "이 날은 방문이 없어요" in operator.get("/console/visits?day=2026-11-25").text
    assert operator.get("/console/visits?day=nonsense").status_code == 200
    assert booked


def test_one_visit_shows_the_merchant_masked_and_is_on_record(
    operator: Person, desk: Desk, booked: int
) -> None:
    page = operator.get(f"/console/visits/{booked}").text
    assert PHONE not in page
    assert "***-****-4321" in page
    assert "예약" in page
    assert log_of(desk)[-1] == ("view", f"visit:{booked}", "masked", 1)
    assert operator.get("/console/visits/999").status_code == 404


def test_moving_to_a_time_that_is_offered(operator: Person, ground: Field, booked: int) -> None:
    page = operator.get(f"/console/visits/{booked}?day=2026-11-26").text
    tokens = re.findall(r'name="time" value="(\d+:2026-11-26:\d+:\d+)"', page)
    assert tokens
    assert words.DONE in told(operator, f"/console/visits/{booked}/move", time=tokens[-1])
    with ground.database.reading() as session:
        visit = session.get_one(Visit, booked)
        assert visit.day.isoformat() == "2026-11-26"
    assert "시간 바꿈" in operator.get(f"/console/visits/{booked}").text


def test_a_time_that_is_taken_is_explained(operator: Person, ground: Field, booked: int) -> None:
    later_one = ground.book(ground.stall(), 780)
    third = ground.book(ground.stall(), 900)
    token = f"{ground.supporter}:{TODAY}:780:60"
    assert words.DONE in told(operator, f"/console/visits/{booked}/move", time=token)
    with ground.database.reading() as session:
        whose = [session.get_one(Visit, one).supporter_id for one in (later_one, booked)]
    assert whose == ground.town.supporters  # the other one can come at that time
    answer = told(operator, f"/console/visits/{third}/move", time=token)
    assert "그 시간은 안 돼요" in answer
    for time in ("", "x", "1:2026-99-99:1:1"):
        answer = told(operator, f"/console/visits/{third}/move", time=time)
        assert visit_words.MESSAGES["no_time"] in answer


def test_somebody_else_goes(operator: Person, ground: Field, booked: int) -> None:
    other = ground.town.supporters[1]
    page = operator.get(f"/console/visits/{booked}").text
    assert f'<option value="{other}">' in page
    answer = told(operator, f"/console/visits/{booked}/reassign", supporter=str(other))
    assert words.DONE in answer
    with ground.database.reading() as session:
        assert session.get_one(Visit, booked).supporter_id == other
    assert operator.post(f"/console/visits/{booked}/reassign", supporter="x").status_code == 400


def test_calling_off_with_a_reason(operator: Person, ground: Field, booked: int) -> None:
    assert operator.post(f"/console/visits/{booked}/cancel", reason="no").status_code == 400
    answer = told(operator, f"/console/visits/{booked}/cancel", reason="weather")
    assert words.DONE in answer
    assert "날씨" in answer
    assert ground.state(booked) is VisitState.CANCELLED_BY_STAFF
    again = told(operator, f"/console/visits/{booked}/cancel", reason="weather")
    assert visit_words.MESSAGES["wrong_state"] in again


@pytest.mark.parametrize(
    ("who", "state"),
    [("merchant", VisitState.MERCHANT_NO_SHOW), ("supporter", VisitState.SUPPORTER_NO_SHOW)],
)
def test_what_went_wrong_is_seen_and_written_down(
    operator: Person,
    ground: Field,
    clock: AdjustableClock,
    booked: int,
    who: str,
    state: VisitState,
) -> None:
    later(clock, morning(10, 10))
    operator.log_in("operator")
    early = told(operator, f"/console/visits/{booked}/missing", who=who)
    assert visit_words.MESSAGES["too_early"] in early
    later(clock, morning(10, 16))
    assert "소식 없음" in operator.get(DAY).text
    assert words.DONE in told(operator, f"/console/visits/{booked}/missing", who=who)
    assert ground.state(booked) is state
    page = operator.get("/console/visits").text
    assert visit_words.STATES[state] in page.split("어긋난 방문")[1]
    assert '아직 갈 사람이 없는 요청 <b class="count">1</b>' in page
    assert operator.post(f"/console/visits/{booked}/missing", who="cat").status_code == 400


def test_a_visit_that_runs_on_is_not_called_missing(
    operator: Person, ground: Field, clock: AdjustableClock, booked: int
) -> None:
    with ground.database.transaction() as session:
        depart(by_system(session, morning(9, 30), "d"), booked)
    later(clock, morning(9, 50))
    operator.log_in("operator")
    assert "소식 없음" not in operator.get(DAY).text


def test_who_waits_gets_a_time_by_hand(operator: Person, ground: Field) -> None:
    stall = ground.stall(name="기다리네")
    with ground.database.transaction() as session:
        wait(stall.turn(session, "w", NOW), stall.wish())
        request_id = session.scalars(select(VisitRequest.id)).one()
    assert "자리 기다림" in operator.get("/console/visits").text
    page = operator.get(f"/console/visits/requests/{request_id}").text
    token = re.findall(r'name="time" value="([^"]+)"', page)[0]
    answer = told(operator, f"/console/visits/requests/{request_id}/book", time=token)
    assert words.DONE in answer
    with ground.database.reading() as session:
        entry = session.scalars(select(WaitlistEntry)).one()
        visit = session.scalars(select(Visit)).one()
    assert (entry.state, visit.state) == (WaitState.ACCEPTED, VisitState.CONFIRMED)
    assert "모두 갈 사람이 있어요" in operator.get("/console/visits").text
    assert operator.get(f"/console/visits/requests/{request_id}").status_code == 404


def test_after_nobody_was_there_a_new_time_is_booked_by_hand(
    operator: Person, ground: Field, clock: AdjustableClock, booked: int
) -> None:
    later(clock, morning(11))
    operator.log_in("operator")
    told(operator, f"/console/visits/{booked}/missing", who="merchant")
    with ground.database.reading() as session:
        request_id = session.scalars(select(VisitRequest.id)).one()
    page = operator.get(f"/console/visits/requests/{request_id}?day=2026-11-27").text
    tokens = re.findall(r'name="time" value="(\d+:2026-11-27[^"]+)"', page)
    assert words.DONE in told(
        operator, f"/console/visits/requests/{request_id}/book", time=tokens[0]
    )
    with ground.database.reading() as session:
        states = session.scalars(select(Visit.state).order_by(Visit.id)).all()
    assert states == [VisitState.MERCHANT_NO_SHOW, VisitState.CONFIRMED]


def test_a_button_pressed_twice_does_it_once(operator: Person, ground: Field, booked: int) -> None:
    other = str(ground.town.supporters[1])
    for _ in range(2):
        path = f"/console/visits/{booked}/reassign"
        operator.post(path, supporter=other, once="same")
    page = operator.get(f"/console/visits/{booked}").text
    assert page.count("사람 바꿈") == 1


def test_a_link_for_a_supporters_phone(
    operator: Person, desk: Desk, ground: Field, clock: AdjustableClock
) -> None:
    page = operator.post(f"/console/supporters/{ground.supporter}/link").text
    found = re.search(r"/field/in/([\w.-]+)", page)
    assert found
    links = FieldLinks(desk.settings.secret_key, "", clock)
    assert links.read(found[1]).supporter_id == ground.supporter
    assert ("grant", f"supporter:{ground.supporter}", "field_link", 1) in log_of(desk)
    assert "01000000001" not in page
    assert operator.post("/console/supporters/99/link").status_code == 404


def test_auditors_look_and_change_nothing(
    person: Callable[[str], Person], ground: Field, booked: int
) -> None:
    auditor = person("auditor")
    for path in (DAY, f"/console/visits/{booked}", "/console/supporters"):
        page = auditor.get(path)
        assert page.status_code == 200
        main = page.text.split("<main>")[1]
        assert 'method="post"' not in main, path
    for path in (
        f"/console/visits/{booked}/move",
        f"/console/visits/{booked}/reassign",
        f"/console/visits/{booked}/cancel",
        f"/console/visits/{booked}/missing",
        "/console/visits/requests/1/book",
        f"/console/supporters/{ground.supporter}/link",
    ):
        assert auditor.post(path).status_code == 403, path
    assert ground.state(booked) is VisitState.CONFIRMED


def test_every_code_has_a_word() -> None:
    assert set(visit_words.STATES) == set(VisitState)
    assert set(visit_words.WHY_NOT) == set(Reason)
    assert set(visit_words.SUPPORTER_STATES) == set(SupporterState)
    assert set(visit_words.WAITS) == set(WaitState)
    assert set(visit_words.MAY_GIVE) <= set(visit_words.CANCEL_REASONS)


def test_old_troubles_leave_the_list(operator: Person, clock: AdjustableClock, booked: int) -> None:
    later(clock, morning(11))
    operator.log_in("operator")
    told(operator, f"/console/visits/{booked}/missing", who="merchant")
    clock.advance(timedelta(days=31))
    operator.log_in("operator")
    assert "지난 30일 동안 어긋난 방문이 없어요" in operator.get("/console/visits").text
