"""Health, readiness and figures."""

from pathlib import Path

import pytest

from bot.web.health import health_blueprint
from tests.edges.doubles import Skill, a_message, app_with


def test_the_process_is_alive_whatever_is_missing() -> None:
    client = app_with(health_blueprint(lambda: ["database"])).test_client()
    response = client.get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_ready() -> None:
    response = app_with(health_blueprint(list)).test_client().get("/readyz")
    assert response.status_code == 200
    assert response.get_json() == {"status": "ready", "problems": []}
    assert response.headers["Cache-Control"] == "no-store"


def test_unready_says_why() -> None:
    client = app_with(health_blueprint(lambda: ["database", "migrations"])).test_client()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["problems"] == ["database", "migrations"]


def test_a_broken_check_is_unready() -> None:
    def broken() -> list[str]:
        raise OSError("password=hunter2")

    response = app_with(health_blueprint(broken)).test_client().get("/readyz")
    assert response.status_code == 503
    assert "hunter2" not in response.get_data(as_text=True)


def test_figures() -> None:
    Skill().call(a_message())
    response = app_with(health_blueprint(list)).test_client().get("/metrics")
    assert response.content_type.startswith("text/plain")
    text = response.get_data(as_text=True)
    assert "sosin_turn_seconds_bucket" in text
    assert 'sosin_answers_total{outcome="answered"}' in text


def test_figures_of_several_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    response = app_with(health_blueprint(list)).test_client().get("/metrics")
    assert response.status_code == 200
    assert "sosin_turn_seconds_bucket" not in response.get_data(as_text=True)
