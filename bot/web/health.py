"""Is the process alive, may it get work, and what are its figures."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, json
from prometheus_client.registry import Collector

from bot.web.guards import shielded
from bot.web.metrics import exposition

BROKEN_CHECK: Final = ["readiness check"]
"""What is named when the check itself failed."""


def health_blueprint(ready: Callable[[], list[str]], *collectors: Collector) -> Blueprint:
    """Return /healthz, /readyz and /metrics.

    Args:
        ready: returns the names of what keeps this process from working (a database that
            does not answer, a missing migration); [] when all is well. Quick, no text of
            errors: the names are shown to anybody.
        collectors: figures that are found out when somebody asks.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "ok"}, 200)

    @blueprint.get("/readyz")
    def readyz() -> Response:
        problems, _ = shielded(ready, BROKEN_CHECK, "readiness check")
        if problems:
            return _json({"status": "unready", "problems": problems}, 503)
        return _json({"status": "ready", "problems": []}, 200)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        body, content_type = exposition(*collectors)
        return Response(body, content_type=content_type)

    return blueprint


def _json(body: dict[str, object], status: int) -> Response:
    response = Response(json.dumps(body), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
