"""What one webhook turn costs in CPU time, beside the least it can cost and beside a peer.

Everything runs in this process, round after round in turns, so that what else the machine
does hits all alike. Of each message of the script the cheapest run counts, and of these the
mean: what another process on the same core costs us is not ours.
Run: python -m tests.benchmarks.turn_cost
"""

import cProfile
import io
import json
import logging
import pstats
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from flask import Flask

from models import crypto, migrations
from tests.benchmarks.floor import Floor
from tests.benchmarks.telegram_form import SAID, TelegramForm
from tests.databases import TEST_KEYS
from tests.talk import SECRET, House, furnish, payload
from tests.trials.registrations import messages

ROUNDS = 7
PEOPLE = 12
"""Who register, or fill in the form, in one round."""
STATE_BYTES, ANSWER_BYTES = 1600, 900
"""Typical sizes in the middle of a registration."""
TARGET = 2.0
MICRO = 1e6
TOP = 14


def environment(user: str, text: str, key: str) -> dict[str, Any]:
    """Return the WSGI environment of one message, as a server hands it over."""
    body = json.dumps(payload(user, text), ensure_ascii=False).encode()
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/kakao/skill",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_X_SKILL_SECRET": SECRET,
        "HTTP_X_REQUEST_ID": key,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def call(app: Flask, environ: dict[str, Any]) -> bytes:
    """Let an application answer one request."""
    seen: list[str] = []

    def start(status: str, *_: object) -> Callable[[bytes], object]:
        seen.append(status)
        return lambda _body: None

    answer = app(environ, start)
    body = b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    assert seen == ["200 OK"], (seen, body)
    return body


def call_by_client(app: Flask, environ: dict[str, Any]) -> bytes:
    """Let an application answer one request through Flask's test client."""
    headers = {name: environ[f"HTTP_{name}"] for name in ("X_SKILL_SECRET", "X_REQUEST_ID")}
    answer = app.test_client().post(
        "/kakao/skill",
        data=environ["wsgi.input"].read(),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        content_type="application/json",
    )
    assert answer.status_code == 200
    body: bytes = answer.data
    return body


Call = Callable[[Flask, dict[str, Any]], bytes]


@dataclass
class Runner:
    """Sends the registrations of new people to an application, round after round."""

    app: Flask
    known: int = 0

    def requests(self, people: int = PEOPLE) -> list[dict[str, Any]]:
        """Return the messages of one round."""
        first, self.known = self.known + 1, self.known + people
        return [
            environment(f"user-{number}", text, f"{number}-{place}")
            for number in range(first, self.known + 1)
            for place, text in enumerate(messages(number))
        ]

    def round(self, by: Call = call) -> list[tuple[int, float]]:
        """Play one round; return (place in the script, CPU seconds) of every turn."""
        length = len(messages(1))
        taken = []
        for number, each in enumerate(self.requests()):
            started = time.process_time()
            by(self.app, each)
            taken.append((number % length, time.process_time() - started))
        return taken


@dataclass
class Candidates:
    """The three that are compared."""

    floor: Runner
    ours: Runner
    peer: TelegramForm
    people: int = 0

    def peer_round(self) -> list[tuple[int, float]]:
        """Play one round of the peer's form; return the same as `Runner.round`."""
        first, self.people = self.people + 1, self.people + 3 * PEOPLE
        return self.peer.run(range(first, self.people + 1))


@contextmanager
def candidates() -> Iterator[Candidates]:
    """Set all three up on fresh databases."""
    folder = Path(tempfile.mkdtemp(prefix="turn-cost"))
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    template = folder / "template.db"
    migrations.upgrade(f"sqlite:///{template}")
    for name in ("floor.db", "ours.db"):
        shutil.copyfile(template, folder / name)
    floor = Floor(folder / "floor.db", STATE_BYTES, ANSWER_BYTES)
    house = House(f"sqlite:///{folder / 'ours.db'}")
    furnish(house.database)
    logging.getLogger().setLevel(logging.WARNING)
    peer = TelegramForm(folder / "peer.db")
    try:
        yield Candidates(Runner(floor.app), Runner(house.app), peer)
    finally:
        peer.close()
        floor.close()
        house.close()
        shutil.rmtree(folder)


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return the CPU microseconds of a turn of each candidate."""
    with candidates() as all_three:
        works: dict[str, Callable[[], list[tuple[int, float]]]] = {
            "floor": all_three.floor.round,
            "ours": all_three.ours.round,
            "python-telegram-bot": all_three.peer_round,
            "floor by test client": partial(all_three.floor.round, call_by_client),
            "ours by test client": partial(all_three.ours.round, call_by_client),
        }
        best: dict[str, dict[int, float]] = {name: {} for name in works}
        for _ in range(rounds + 1):
            for name, work in works.items():
                for place, seconds in work():
                    best[name][place] = min(best[name].get(place, seconds), seconds)
    for place, text in enumerate(messages(1)):
        print(f"    {best['ours'][place] * MICRO:6.0f} us  {text}")
    return {name: mean(places.values()) * MICRO for name, places in best.items()}


def profile() -> tuple[Counter[str], list[tuple[str, float]]]:
    """Return microseconds a turn by part of the house, and the dearest functions."""
    with candidates() as all_three:
        all_three.ours.round()
        requests = all_three.ours.requests()
        profiler = cProfile.Profile()
        profiler.enable()
        for each in requests:
            call(all_three.ours.app, each)
        profiler.disable()
    parts: Counter[str] = Counter()
    functions = []
    stats: Any = pstats.Stats(profiler)
    for (path, line, name), (_, _, own, _, callers) in stats.stats.items():
        micro = own * MICRO / len(requests)
        if path.startswith("~"):  # built in: on the account of who calls it
            for (caller, _, _), (_, _, share, _) in callers.items():
                parts[part_of(caller)] += share * MICRO / len(requests)
        else:
            parts[part_of(path)] += micro
        functions.append((f"{part_of(path)} {Path(path).name}:{line} {name}", micro))
    functions.sort(key=lambda pair: -pair[1])
    return parts, functions[:TOP]


_PLACES = (
    ("bot/nlu", "nlu"),
    ("bot/dialogue/store", "store"),
    ("bot/dialogue/masking", "masking"),
    ("bot/dialogue/world", "world"),
    ("bot/dialogue/engine", "engine"),
    ("bot/dialogue", "dialogue core"),
    ("handlers", "dialogue core"),
    ("bot/channels", "channel"),
    ("bot/services", "services"),
    ("bot/web", "web edge"),
    ("models", "models"),
    ("flask", "flask, werkzeug"),
    ("werkzeug", "flask, werkzeug"),
    ("sqlalchemy", "sqlalchemy"),
    ("/json/", "json"),
    ("/re/", "re"),
)


def part_of(path: str) -> str:
    """Return which part of the house a file belongs to."""
    return next((part for mark, part in _PLACES if mark in path), "other")


def report() -> dict[str, float]:
    """Measure and print; return the figures."""
    figures = measure()
    floor = figures["floor"]
    print("\nCPU of one turn")
    for name, micro in figures.items():
        print(f"  {name:<22}{micro:8.0f} us   {micro / floor:5.2f} x floor")
    by_client = figures["ours by test client"] / figures["floor by test client"]
    print(f"  ours / floor: {figures['ours'] / floor:.2f} (target <= {TARGET})")
    print(f"  both through Flask's test client, as peers were measured: {by_client:.2f}")
    print(f"  (the peer's form has {len(SAID)} turns, no HTTP, no dedupe, no transcript)")
    parts, functions = profile()
    print("where ours goes, us a turn under the profiler (which adds to every call)")
    for part, micro in parts.most_common():
        print(f"  {part:<22}{micro:8.0f}")
    for name, micro in functions:
        print(f"    {micro:7.1f}  {name}")
    return figures


if __name__ == "__main__":
    report()
