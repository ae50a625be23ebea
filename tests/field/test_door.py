"""Who comes in, for how long, and that nobody else's page can be seen."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bot.clock import AdjustableClock
from bot.services.field_door import purge_field
from bot.services.field_links import FieldLinks
from models.events import AccessLog
from models.field import FieldLinkUse
from models.states import SupporterState
from models.supporter import Supporter
from tests.field.phone import Field, Phone, field_of, path_of
from tests.talk import house

WORDS = "카카오톡에서 ‘오늘 일정’이라고 보내 주세요"


def test_looking_at_a_link_does_not_use_it_up(stranger: Phone, ground: Field) -> None:
    path = path_of(stranger.links.make(ground.supporter))
    for _ in range(3):  # the chat fetches it for its preview
        assert "오늘 일정 열기" in stranger.get(path).text
    assert stranger.client.post(path).location == "/field"
    assert stranger.get("/field").status_code == 200


def test_a_link_opens_once(app: Flask, stranger: Phone, ground: Field) -> None:
    path = path_of(stranger.links.make(ground.supporter))
    assert stranger.client.post(path).status_code == 303
    other = app.test_client()
    answer = other.post(path)
    assert (answer.status_code, WORDS in answer.text) == (410, True)
    assert other.get("/field").status_code == 401


def test_a_link_is_good_for_half_an_hour(stranger: Phone, ground: Field) -> None:
    path = path_of(stranger.links.make(ground.supporter))
    stranger.clock.advance(timedelta(minutes=31))
    for answer in (stranger.get(path), stranger.client.post(path)):
        assert (answer.status_code, WORDS in answer.text) == (410, True)


def test_a_made_up_link_opens_nothing(stranger: Phone, ground: Field) -> None:
    forged = FieldLinks("another secret", "", stranger.clock).make(ground.supporter)
    for path in (path_of(f"http://x{forged}"), "/field/in/x"):
        assert stranger.client.post(path).status_code == 404
    assert stranger.client.post(path_of(stranger.links.make(999))).status_code == 404


@pytest.mark.parametrize(("hours", "status"), [(11.9, 200), (12.1, 401)])
def test_a_session_ends_after_twelve_idle_hours(phone: Phone, hours: float, status: int) -> None:
    phone.clock.advance(timedelta(hours=hours))
    answer = phone.get("/field")
    assert answer.status_code == status
    assert (WORDS in answer.text) == (status == 401)


def test_looking_keeps_the_session(phone: Phone) -> None:
    for _ in range(3):
        phone.clock.advance(timedelta(hours=8))
        assert phone.get("/field/week").status_code == 200


def test_signing_out_ends_every_session(app: Flask, phone: Phone, ground: Field) -> None:
    other = Phone(app.test_client(), phone.links, phone.clock)
    other.sign_in(ground.supporter)
    assert WORDS in phone.post("/field/out").text
    assert phone.get("/field").status_code == 401
    assert other.get("/field").status_code == 401


def test_who_left_the_programme_is_out_at_once(phone: Phone, ground: Field) -> None:
    with ground.database.transaction() as session:
        session.get_one(Supporter, ground.supporter).state = SupporterState.LEFT
    assert phone.get("/field").status_code == 401
    assert phone.sign_in(ground.supporter).status_code == 404


def test_every_form_carries_the_secret_of_the_session(phone: Phone, app: Flask) -> None:
    posts = [
        rule.rule.replace("<int:visit_id>", "1")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "<token>" not in rule.rule
    ]
    assert len(posts) >= 7
    for path in posts:
        for fields in ({}, {"csrf": ""}, {"csrf": "x"}):
            assert phone.client.post(path, data=fields).status_code == 400, path


def test_another_link_changes_whose_phone_it_is(phone: Phone, ground: Field) -> None:
    mine, other = ground.stall(name="내가게"), ground.town.supporters[1]
    ground.book(mine, 600)
    assert "내가게" in phone.get("/field").text
    phone.sign_in(other)
    assert "내가게" not in phone.get("/field").text


def test_headers_keep_the_pages_private(phone: Phone) -> None:
    headers = phone.get("/field").headers
    assert headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "geolocation=(self)" in headers["Permissions-Policy"]


def test_the_cookie_of_production_is_secure_and_no_script_reads_it(sqlite_url: str) -> None:
    changes = {"app_env": "production", "public_url": "https://bot.example"}
    with house(sqlite_url, changes=changes) as building:
        supporter_id = field_of(building.database).supporter
        links = FieldLinks(building.app.config["SECRET_KEY"], "", building.clock)
        client = building.app.test_client()
        answer = client.post(links.make(supporter_id), base_url="https://bot.example")
    cookie = answer.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_signing_in_is_on_record(phone: Phone, ground: Field) -> None:
    assert phone.get("/field").status_code == 200
    with ground.database.reading() as session:
        rows = session.scalars(select(AccessLog).where(AccessLog.action == "login")).all()
    assert [row.actor for row in rows] == [f"supporter:{ground.supporter}"]


def test_used_links_are_forgotten_when_they_could_not_open_anyway(
    phone: Phone, ground: Field, clock: AdjustableClock
) -> None:
    assert phone.get("/field").status_code == 200
    assert purge_field(ground.database, clock.now()) == 0
    assert purge_field(ground.database, clock.now() + timedelta(hours=2)) == 1
    with ground.database.reading() as session:
        assert session.scalars(select(FieldLinkUse)).all() == []
