"""What stands where no answer stands, and the headers around everything."""

import base64
import hashlib
import re

import pytest
from flask import Blueprint, Response, abort
from flask.testing import FlaskClient

from bot.web.errors import ANY_WORDS, OUR_FAULT, WORDS
from bot.web.guards import CONTENT_POLICY
from tests.edges.doubles import app_with

STATUSES = [400, 401, 403, 404, 405, 410, 413, 418, 429, 500, 503]


def routes() -> Blueprint:
    blueprint = Blueprint("routes", __name__)

    @blueprint.get("/stop/<int:status>")
    @blueprint.get("/kakao/stop/<int:status>")
    def stop(status: int) -> Response:
        abort(status)

    @blueprint.get("/broken")
    @blueprint.get("/kakao/broken")
    def broken() -> Response:
        raise ValueError("010-0000-0000")

    @blueprint.get("/own")
    def own() -> Response:
        abort(Response("own words", 409))

    @blueprint.get("/page")
    def page() -> Response:
        return Response("쪽", headers={"Content-Security-Policy": "default-src 'none'"})

    @blueprint.get("/folder/")
    def folder() -> Response:
        return Response("쪽")

    return blueprint


def client(*, production: bool = False) -> FlaskClient:
    app = app_with(routes(), production=production)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


@pytest.mark.parametrize("status", STATUSES)
def test_machines_get_json_in_english(status: int) -> None:
    response = client().get(f"/kakao/stop/{status}")
    assert response.status_code == status
    assert response.content_type == "application/json"
    answer = response.get_json()
    assert set(answer) == {"error", "message"}
    assert answer["message"].isascii()
    assert re.fullmatch("[a-z_']+", answer["error"])


@pytest.mark.parametrize("status", STATUSES)
def test_people_get_a_korean_page(status: int) -> None:
    response = client().get(f"/stop/{status}")
    assert response.status_code == status
    html = response.get_data(as_text=True)
    assert (OUR_FAULT if status >= 500 else WORDS.get(status, ANY_WORDS)) in html
    [style] = re.findall("<style>(.*)</style>", html)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/kakao/nowhere", "/healthz"])
def test_nowhere(path: str) -> None:
    assert client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/broken", "/kakao/broken"])
def test_our_own_fault_quotes_nothing(path: str) -> None:
    response = client().get(path)
    assert response.status_code == 500
    assert "010" not in response.get_data(as_text=True)


def test_what_an_error_brings_along_stays() -> None:
    response = client().post("/page")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.content_type.startswith("text/html")
    assert client().get("/own").get_data(as_text=True) == "own words"
    assert client().get("/folder").status_code == 308


def test_headers_are_added_where_they_lack() -> None:
    response = client().get("/nowhere")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in response.headers
    assert client().get("/page").headers["Content-Security-Policy"] == "default-src 'none'"
    assert client().get("/folder/").headers["Content-Security-Policy"] == CONTENT_POLICY
    assert "Strict-Transport-Security" in client(production=True).get("/page").headers


@pytest.mark.parametrize("production", [True, False])
def test_json_needs_few_headers(*, production: bool) -> None:
    headers = client(production=production).get("/kakao/nowhere").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Frame-Options" not in headers
    assert ("Strict-Transport-Security" in headers) == production
