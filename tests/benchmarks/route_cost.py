"""What a scanned code costs in CPU time, beside the other routes of the same process.

All routes are called in turns through WSGI, without a server; of each the cheapest of many
calls counts, so what else the machine does hits all alike.
Run: python -m tests.benchmarks.route_cost
"""

import io
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from werkzeug.test import run_wsgi_app

from bot.services.kit_links import KitLinks
from bot.services.kits import short_link
from models import crypto, migrations
from models.session import Database
from tests.databases import TEST_KEYS
from tests.talk import House, house
from tests.use_cases.kit_people import customer
from tests.use_cases.people import NOW

ROUNDS = 300
MICRO = 1e6


def environment(path: str, method: str = "GET") -> dict[str, Any]:
    """Return the WSGI environment of one request, as a server hands it over."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _spent(building: House, path: str, method: str) -> float:
    request = environment(path, method)
    began = time.process_time()
    answer, _status, _headers = run_wsgi_app(building.app, request, buffered=True)
    b"".join(answer)
    return time.process_time() - began


def measure(url: str, folder: Path) -> dict[str, float]:
    """Return microseconds of CPU by route, the cheapest first."""
    with house(url) as building:
        code, page = _prepared(building.database, building, folder)
        routes = {
            "GET /healthz": ("/healthz", "GET"),
            "GET /readyz": ("/readyz", "GET"),
            "GET /k/<code>": (f"/k/{code}", "GET"),
            "HEAD /k/<code>": (f"/k/{code}", "HEAD"),
            "GET /k/<unknown>": ("/k/zzzzzz", "GET"),
            "GET /kits/<token>": (page, "GET"),
            "GET /console/login": ("/console/login", "GET"),
            "GET /simulator": ("/simulator", "GET"),
        }
        best = dict.fromkeys(routes, float("inf"))
        for _ in range(ROUNDS):
            for name, (path, method) in routes.items():
                best[name] = min(best[name], _spent(building, path, method))
    return {name: cost * MICRO for name, cost in sorted(best.items(), key=lambda one: one[1])}


def _prepared(database: Database, building: House, folder: Path) -> tuple[str, str]:
    buyer = customer(database, folder)
    number = buyer.order()
    buyer.render()
    with database.transaction() as session:
        code = short_link(session, 1, "poster-a4", NOW)
    return code, KitLinks(building.app.config["SECRET_KEY"], "", building.clock).page(number)


def report() -> dict[str, float]:
    """Measure and print."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/routes.db"
        migrations.upgrade(url)
        figures = measure(url, Path(folder))
    logging.disable(logging.NOTSET)
    for name, cost in figures.items():
        print(f"{name:<24}{cost:>8.0f} us")
    return figures


if __name__ == "__main__":
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    report()
