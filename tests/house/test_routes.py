"""Every address is behind a door, or stands in the list of those that are open, with why."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image
from werkzeug.routing import Rule

from bot.clock import SystemClock
from tests.talk import House, house

PUBLIC = {
    "health.healthz": "says that the process lives, nothing else",
    "health.readyz": "names what is missing, no texts of errors",
    "health.metrics": "figures without persons; the proxy keeps it inside (README)",
    "icon.favicon": "a small picture that browsers ask for by themselves",
    "uploads.form": "the signed address is the proof",
    "uploads.send": "the signed address is the proof",
    "uploads.done": "the signed address is the proof",
    "uploads.static": "style sheet and script",
    "once.page": "the signed address is the proof; to look changes nothing",
    "once.press": "the signed address is the proof, good once",
    "once.done": "the signed address is the proof",
    "pay_trials.page": "the signed address is the proof",
    "pay_trials.begin": "the signed address is the proof",
    "pay_trials.going": "the signed address is the proof",
    "pay_trials.paid": "the signed address is the proof",
    "pay_trials.stopped": "the signed address is the proof",
    "pay_trials.failed": "the signed address is the proof",
    "kits.kit": "the signed address is the proof",
    "kits.kit_file": "the signed address is the proof",
    "kits.thumbnail": "the signed address is the proof; chats show the picture to anybody",
    "kits.static": "style sheet and a plain picture",
    "short_links.follow": "stands on walls for everybody to scan",
    "field.link": "the signed address is the proof; it shows a button only",
    "field.come_in": "the signed address is the proof, good once",
    "field.calendar_feed": "the signed address is the proof: a secret of which we keep the digest",
    "field.static": "style sheet and script",
    "console.login": "the door itself",
    "console.enter": "the door itself",
    "console.static": "style sheet",
}
"""Endpoint -> why nobody has to prove anything there."""
SECRET = {"skill.skill", "channel.channel"}
"""Only with the secret of the webhook."""
SIMULATOR = "simulator."
"""Only on a machine whose clock can be turned: never in production."""
CONSOLE = "console."
FIELD = "field."
"""Behind a sign-in link from the chat."""


@pytest.fixture
def building(sqlite_url: str) -> Iterator[House]:
    with house(sqlite_url) as opened:
        yield opened


def _routes(app: Flask) -> list[tuple[Rule, str, str]]:
    """Return every route, with one of its methods and an address."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        values = dict.fromkeys(rule.arguments, "1")
        found.append((rule, method, adapter.build(rule.endpoint, values, method=method)))
    return found


def test_no_route_is_open_by_accident(building: House) -> None:
    known = set(PUBLIC) | SECRET
    for rule, _, _ in _routes(building.app):
        is_known = rule.endpoint in known or rule.endpoint.startswith((CONSOLE, FIELD, SIMULATOR))
        assert is_known, f"{rule.rule} ({rule.endpoint}) has no door; say why in PUBLIC"


def test_the_list_names_only_what_there_is(building: House) -> None:
    there = {rule.endpoint for rule, _, _ in _routes(building.app)}
    assert set(PUBLIC) | SECRET <= there
    assert all(why.strip() for why in PUBLIC.values())


def test_behind_the_door_nothing_is_shown_to_strangers(building: House) -> None:
    client = building.app.test_client()
    for rule, method, path in _routes(building.app):
        if not rule.endpoint.startswith(CONSOLE) or rule.endpoint in PUBLIC:
            continue
        answer = client.open(path, method=method)
        closed = 400 if method == "POST" else 303  # a form without the session's secret
        assert answer.status_code == closed, path
        if method == "GET":
            assert answer.location == "/console/login", path


def test_the_phone_shows_nothing_to_strangers(building: House) -> None:
    client = building.app.test_client()
    for rule, method, path in _routes(building.app):
        if rule.endpoint.startswith(FIELD) and rule.endpoint not in PUBLIC:
            answer = client.open(path, method=method)
            assert answer.status_code == 401, path
            assert "오늘 일정" in answer.text, path


def test_webhooks_want_their_secret(building: House) -> None:
    building.changes["kakao_admin_key"] = "admin-key"
    building.restart()
    client = building.app.test_client()
    for rule, method, path in _routes(building.app):
        if rule.endpoint in SECRET:
            assert client.open(path, method=method, json={}).status_code == 401, path


def test_signed_addresses_cannot_be_guessed(building: House) -> None:
    client = building.app.test_client()
    signed = {name for name, why in PUBLIC.items() if "signed" in why}
    for rule, method, path in _routes(building.app):
        if rule.endpoint in signed:
            assert client.open(path, method=method).status_code == 404, path


def test_nobody_without_a_login_gets_a_cookie(building: House) -> None:
    client = building.app.test_client()
    for rule, method, path in _routes(building.app):
        if rule.endpoint in PUBLIC and not rule.endpoint.startswith(CONSOLE):
            answer = client.open(path, method=method)
            assert "Set-Cookie" not in answer.headers, path


def test_browsers_find_our_icon(building: House) -> None:
    answer = building.app.test_client().get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/x-icon")
    with Image.open(io.BytesIO(answer.data)) as icon:
        assert (32, 32) in icon.info["sizes"]
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_production_has_no_simulator(building: House) -> None:
    building.clock = SystemClock()  # type: ignore[assignment]  # the clock of production
    building.restart()
    assert not [r for r, _, _ in _routes(building.app) if r.endpoint.startswith(SIMULATOR)]
