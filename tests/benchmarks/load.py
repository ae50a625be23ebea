"""The real server under load: requests a second, waiting times, memory, errors.

gunicorn with 2 workers of 2 threads, 16 connections that register new people as fast as
answers come, on SQLite and on PostgreSQL. wrk sends where it is installed (Debian: wrk),
else threads of this process do. Run: python -m tests.benchmarks.load
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from models import crypto, migrations
from models.conversation import Inbox
from models.session import Database
from tests.databases import TEST_KEYS
from tests.talk import SECRET, furnish, payload
from tests.trials.registrations import messages
from tests.trials.server import Line, Server

CONNECTIONS, SECONDS = 16, 8
WORKERS, THREADS = 2, 2
PEOPLE = 2000
PACE = 1
"""Messages of one person before the next one begins: as many talk at once as there are
connections, each at another question, as on any working day."""
TARGET_P99_MS = 100.0
FAILURES_SHOWN = 5

_SCRIPT = """
local bodies, ids, at = {}, {}, 0
for line in io.lines("@FILE@") do
  local id, body = line:match("^(%S+)\\t(.*)$")
  ids[#ids + 1] = id
  bodies[#bodies + 1] = body
end
local headers = {["X-Skill-Secret"] = "@SECRET@", ["Content-Type"] = "application/json"}
function request()
  at = at + 1
  if at > #bodies then at = 1 end
  headers["X-Request-Id"] = ids[at]
  return wrk.format("POST", "/kakao/skill", headers, bodies[at])
end
function done(summary, latency)
  io.write(string.format("JSON {\\"requests\\": %d, \\"us\\": %d, \\"p50\\": %d, \\"p95\\": %d, ",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95)))
  local e = summary.errors
  io.write(string.format("\\"p99\\": %d, \\"most\\": %d, \\"bad\\": %d}\\n", latency:percentile(99),
    latency.max, e.status + e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed; times in milliseconds.

    Attributes:
        per_second: answers a second.
        p50, p95, p99, most: waiting time.
        errors: answers that were not 200, and broken connections.
        apologies: answers that only said sorry.
        turns: turns that were committed.
        memory_mb: resident memory of each worker.
    """

    per_second: float
    p50: float
    p95: float
    p99: float
    most: float
    errors: int
    apologies: int
    turns: int
    memory_mb: tuple[float, ...]

    def __str__(self) -> str:
        memory = "/".join(f"{mb:.0f}" for mb in self.memory_mb)
        return (
            f"{self.per_second:6.0f} req/s   p50 {self.p50:5.1f}  p95 {self.p95:5.1f}  "
            f"p99 {self.p99:5.1f}  max {self.most:5.0f} ms   errors {self.errors}  "
            f"apologies {self.apologies}  turns kept {self.turns}  RSS {memory} MB"
        )


def requests() -> Iterator[tuple[str, bytes]]:
    """Yield (delivery id, payload): many registrations at once, each a step behind the last."""
    length = len(messages(1))
    for step in range(PEOPLE * PACE):
        begun = step // PACE + 1
        for number in range(max(1, begun - length // PACE), begun + 1):
            place = step - (number - 1) * PACE
            if place < length:
                said = payload(f"user-{number}", messages(number)[place])
                yield f"{number}-{place}", json.dumps(said, ensure_ascii=False).encode()


def by_wrk(port: int, folder: Path) -> dict[str, Any]:
    """Let wrk send for a while."""
    lines, script = folder / "requests.tsv", folder / "load.lua"
    lines.write_bytes(b"".join(key.encode() + b"\t" + body + b"\n" for key, body in requests()))
    filled = _SCRIPT.replace("@FILE@", str(lines)).replace("@SECRET@", SECRET)
    script.write_text(filled, encoding="utf-8")
    address = f"http://127.0.0.1:{port}"
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), "--latency"]
    done = subprocess.run(["wrk", *options, address], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("JSON "))
    found: dict[str, Any] = json.loads(line.removeprefix("JSON "))
    return found


def by_threads(port: int, _folder: Path) -> dict[str, Any]:
    """Send from threads of this process, which takes CPU from the server."""
    waiting, lock = requests(), threading.Lock()
    times: list[int] = []
    bad: list[str] = []
    until = time.monotonic() + SECONDS

    def send() -> None:
        with Line(port) as line:
            while time.monotonic() < until:
                with lock:
                    key, body = next(waiting)
                started = time.perf_counter()
                try:
                    line.post(body, key)
                except (OSError, AssertionError) as error:
                    bad.append(str(error))
                times.append(int((time.perf_counter() - started) * 1e6))

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ordered = sorted(times)
    marks = {f"p{mark}": ordered[len(ordered) * mark // 100] for mark in (50, 95, 99)}
    rest = {"most": ordered[-1], "bad": len(bad), "us": SECONDS * 1e6}
    return {"requests": len(times), **marks, **rest}


def run(url: str) -> Figures:
    """Measure on one migrated and empty database."""
    folder = Path(tempfile.mkdtemp(prefix="load"))
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    database = Database(url)
    furnish(database)
    server = Server(url, folder, workers=WORKERS, threads=THREADS)
    send: Callable[[int, Path], dict[str, Any]] = by_wrk if shutil.which("wrk") else by_threads
    try:
        found = send(server.port, folder)
        memory = tuple(_resident_mb(pid) for pid in server.worker_ids())
    finally:
        server.close()
    turns = _kept(database)
    failed = [line for line in server.log.splitlines() if "failed" in line]
    print(*failed[:FAILURES_SHOWN], sep="\n", end="")
    database.dispose()
    shutil.rmtree(folder)
    return Figures(
        per_second=found["requests"] / found["us"] * 1e6,
        p50=found["p50"] / 1000,
        p95=found["p95"] / 1000,
        p99=found["p99"] / 1000,
        most=found["most"] / 1000,
        errors=found["bad"],
        apologies=len(failed),
        turns=turns,
        memory_mb=memory,
    )


def _kept(database: Database) -> int:
    """Return how many answers were kept."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Inbox)) or 0


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def report(urls: dict[str, str]) -> dict[str, Figures]:
    """Measure and print; return the figures by the database's name."""
    tool = "wrk" if shutil.which("wrk") else "threads of the measuring process"
    print(
        f"\n{CONNECTIONS} connections, {SECONDS} s, {WORKERS} workers x {THREADS} threads, {tool}"
    )
    figures = {name: run(url) for name, url in urls.items()}
    for name, each in figures.items():
        print(f"  {name:<12}{each}")
    print(f"  target: p99 <= {TARGET_P99_MS:.0f} ms, no errors")
    return figures


def main() -> None:
    """Measure on a fresh SQLite file, and on the addresses given as arguments."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/load.db"
        for each in (url, *sys.argv[1:]):
            migrations.upgrade(each)
        report({"sqlite": url} | {f"given {n}": each for n, each in enumerate(sys.argv[1:], 1)})


if __name__ == "__main__":
    main()
