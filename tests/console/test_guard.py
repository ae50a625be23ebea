"""No page without a login, a role and, for every change, the session's own secret."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from bot.clock import AdjustableClock
from bot.console import login
from bot.console.desk import Desk
from bot.console.guard import HEADERS, IDLE, LONGEST, Guard
from bot.services.access_log import verify
from bot.services.staff import LOCK_FOR, MAX_FAILURES, hashed
from models.events import AccessLog
from models.staff import Staff
from tests.console.browser import PASSWORD, Person
from tests.fakes import rows
from tests.fakes.rows import NOW

OPEN = {"console.login", "console.enter", "console.static"}
AUDIT = {"console.audit", "console.check"}
READ = {
    "console.home",
    "console.today",
    "console.leave",
    "console.handoff",
    "console.registrations",
    "console.find",
    "console.registration",
    "console.show",
    "console.paper",
    "console.open_paper",
    "console.markets",
    "console.stops",
    "console.kits",
    "console.kit",
    "console.kit_picture",
    "console.kit_queue",
    "console.visits",
    "console.visit",
    "console.visit_request",
    "console.supporters",
    "console.outbox",
    "console.outbox_schedule",
    "console.outbox_message",
    "console.outbox_show",
    "console.payments",
    "console.payment",
    "console.payment_codes",
    "console.payment_code_picture",
    "console.payment_exchange",
    "console.trial_payments",
}
WORK = {
    "console.take",
    "console.give_back",
    "console.cover_paper",
    "console.move",
    "console.checked",
    "console.decide",
    "console.exports",
    "console.export_registrations",
    "console.export_kits",
    "console.kit_file",
    "console.kit_move",
    "console.kit_again",
    "console.kit_bundle",
    "console.kit_printed",
    "console.visit_move",
    "console.visit_reassign",
    "console.visit_cancel",
    "console.visit_missing",
    "console.visit_book",
    "console.supporter_link",
    "console.outbox_change",
    "console.outbox_stop",
    "console.outbox_go",
    "console.payment_show",
    "console.payment_finding",
    "console.payment_owner",
    "console.payment_won",
    "console.payment_move",
    "console.payment_end",
    "console.payment_note",
    "console.payment_link",
    "console.payment_trial_link",
    "console.payment_behalf",
    "console.payment_behalf_confirm",
    "console.payment_code",
    "console.payment_code_keep",
    "console.payment_code_down",
    "console.payment_export",
    "console.payment_batch",
    "console.payment_import",
    "console.payment_import_confirm",
    "console.trial_payment_look",
}
MAY = {
    "operator": READ | WORK,
    "auditor": READ | AUDIT,
    "admin": READ | WORK | AUDIT,
}


def _routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Yield each route with its method and an address."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console."):
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            values = dict.fromkeys(rule.arguments, "1")
            yield rule, method, adapter.build(rule.endpoint, values)


def _closed(app: Flask) -> list[tuple[Rule, str, str]]:
    return [route for route in _routes(app) if route[0].endpoint not in OPEN]


def test_the_lists_above_name_every_route(app: Flask) -> None:
    assert {rule.endpoint for rule, _, _ in _routes(app)} == OPEN | AUDIT | READ | WORK


def test_nobody_sees_anything_before_the_login(app: Flask, person: Callable[[str], Person]) -> None:
    for _, method, path in _closed(app):
        stranger = person("")
        answer = stranger.get(path) if method == "GET" else stranger.post(path)
        assert answer.status_code == 303, path
        assert answer.location == "/console/login"


@pytest.mark.parametrize("role", list(MAY))
def test_a_role_opens_its_pages_and_no_others(
    app: Flask, person: Callable[[str], Person], role: str
) -> None:
    somebody = person(role)
    for rule, method, path in sorted(_closed(app), key=lambda route: "logout" in route[2]):
        answer = somebody.get(path) if method == "GET" else somebody.post(path)
        if rule.endpoint in MAY[role]:
            assert answer.status_code in {200, 302, 303, 400, 404}, path
        else:
            assert answer.status_code == 403, path


@pytest.mark.parametrize("token", ["", "wrong", "한글"])
def test_every_change_needs_the_secret_of_its_session(
    app: Flask, person: Callable[[str], Person], token: str
) -> None:
    admin = person("admin")
    for _, method, path in _routes(app):
        if method == "POST":
            answer = admin.client.post(path, data={"csrf": token})
            assert answer.status_code == 400, path


def test_the_secret_of_another_session_does_not_do(person: Callable[[str], Person]) -> None:
    first, second = person("admin"), person("operator")
    stolen = first.csrf()
    answer = second.client.post("/console/logout", data={"csrf": stolen})
    assert answer.status_code == 400


def test_a_route_that_went_past_the_guard_is_closed(app: Flask, desk: Desk) -> None:
    from flask import Blueprint  # noqa: PLC0415 -- a blueprint made wrongly on purpose

    other = Blueprint("other", __name__, url_prefix="/other")
    Guard(other, desk)
    other.add_url_rule("/page", "page", lambda: "secret")
    app.register_blueprint(other)
    assert app.test_client().get("/other/page").status_code == 403


def test_supporters_have_no_console(person: Callable[[str], Person]) -> None:
    for role in ("supporter", "market_manager"):
        stranger = person("")
        assert stranger.log_in(role).status_code == 401
        assert stranger.get("/console/today").status_code == 303


def test_headers_and_cookie(app: Flask) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    answer = app.test_client().get("/console/login")
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    cookie = answer.headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert part in cookie
    assert "script" not in answer.text
    assert "style=" not in answer.text


def test_a_session_sleeps_and_ends(operator: Person, clock: AdjustableClock) -> None:
    begun = clock.now()
    clock.advance(IDLE)
    assert operator.get("/console/today").status_code == 200
    clock.advance(IDLE + timedelta(seconds=1))
    assert operator.get("/console/today").status_code == 303
    operator.log_in("operator")
    begun = clock.now()
    while clock.now() - begun <= LONGEST - IDLE:
        clock.advance(IDLE)
        assert operator.get("/console/today").status_code == 200
    clock.advance(timedelta(minutes=1))
    assert operator.get("/console/today").status_code == 303


def test_going_out(operator: Person) -> None:
    assert operator.post("/console/logout").status_code == 303
    assert operator.get("/console/today").status_code == 303


def test_who_left_or_got_a_new_password_is_out(operator: Person, desk: Desk) -> None:
    def change(**values: object) -> None:
        with desk.database.transaction() as session:
            row = session.execute(select(Staff).where(Staff.login == "operator")).scalar_one()
            for name, value in values.items():
                setattr(row, name, value)

    change(password_hash=hashed("operator", "another long password"))
    assert operator.get("/console/today").status_code == 303
    assert operator.log_in("operator", "another long password").status_code == 303
    change(active=False)
    assert operator.get("/console/today").status_code == 303
    assert operator.log_in("operator", "another long password").status_code == 401


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(
    person: Callable[[str], Person], clock: AdjustableClock
) -> None:
    somebody = person("")
    for _ in range(MAX_FAILURES):
        answer = somebody.log_in("operator", "wrong password")
        assert "맞지 않아요" in answer.text
    assert "15분" in somebody.log_in("operator").text
    assert somebody.log_in("admin").status_code == 303
    clock.advance(LOCK_FOR)
    assert somebody.log_in("operator").status_code == 303


def test_four_wrong_ones_are_forgotten_after_a_right_one(person: Callable[[str], Person]) -> None:
    somebody = person("")
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            somebody.log_in("operator", "wrong password")
        assert somebody.log_in("operator").status_code == 303


def test_one_address_may_not_try_all_day(
    person: Callable[[str], Person], clock: AdjustableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "MAX_FAILURES", 4)
    somebody = person("")
    for number in range(4):
        somebody.log_in(f"nobody{number}", "x")
    answer = somebody.log_in("operator")
    assert answer.status_code == 401
    assert "이 자리에서" in answer.text
    clock.advance(timedelta(minutes=16))
    assert somebody.log_in("operator").status_code == 303


def test_logins_are_on_record_without_what_was_typed(
    person: Callable[[str], Person], desk: Desk
) -> None:
    somebody = person("")
    somebody.log_in("my secret password", "x")
    somebody.log_in("operator")
    with desk.database.reading() as session:
        log = list(session.scalars(select(AccessLog).order_by(AccessLog.id)))
        assert verify(session).broken_at is None
    assert [(row.action, row.actor) for row in log] == [
        ("login_failed", "staff:?"),
        ("login", "staff:operator"),
    ]
    assert log[0].source_address == "127.0.0.1"


def test_a_session_before_the_login_is_thrown_away(app: Flask) -> None:
    somebody = Person(app.test_client())
    before = somebody.csrf()
    somebody.log_in("operator", PASSWORD)
    assert somebody.csrf() != before


def test_pages_work_for_rows_that_are_there(
    app: Flask, desk: Desk, person: Callable[[str], Person]
) -> None:
    with desk.database.transaction() as session:
        rows.registration(session)
    admin = person("admin")
    for _, method, path in _closed(app):
        if method == "GET":
            answer = admin.get(path)
            assert answer.status_code in {200, 302, 404}, path
            if answer.mimetype == "text/html" and answer.status_code == 200:
                assert "<script" not in answer.text
                assert "style=" not in answer.text


def test_the_style_sheet_needs_no_login(app: Flask) -> None:
    with app.test_client().get("/console/static/console.css") as answer:
        assert answer.status_code == 200


def test_many_addresses_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "MAX_ADDRESSES", 3)
    crowd = login.Crowd()
    for number in range(10):
        crowd.failed(str(number), NOW)
    assert len(crowd._failures) <= 3
