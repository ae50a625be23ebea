"""The real server in processes of its own: gunicorn on a port of this machine."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.databases import TEST_KEYS
from tests.patience import PATIENCE_S
from tests.talk import SECRET, payload

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Server:
    """A gunicorn with its workers; the listening socket is ours and outlives it.

    Attributes:
        url: address of a furnished database.
        folder: for its log and its uploads.
        workers: processes.
        threads: threads of each.
        settings: further environment variables.
        app: what it serves.
    """

    url: str
    folder: Path
    workers: int = 1
    threads: int = 4
    settings: Mapping[str, str] = field(default_factory=dict)
    app: str = "wsgi:app"

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        number = self._socket.fileno()
        command = [str(Path(sys.executable).parent / "gunicorn"), self.app, "--preload"]
        command += ["--bind", f"fd://{number}", "--worker-class", "gthread"]
        command += ["--workers", str(self.workers), "--threads", str(self.threads)]
        command += ["--keep-alive", "30", "--log-level", "warning"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**os.environ, **self._environment()},
                stdout=log,
                stderr=log,
                pass_fds=(number,),
                start_new_session=True,
            )
        self._wait()

    def _environment(self) -> dict[str, str]:
        return {
            "APP_ENV": "test",
            "DATABASE_URL": self.url,
            "SECRET_KEY": "test" * 8,
            "DATA_KEYS": TEST_KEYS,
            "KAKAO_SKILL_SECRET": SECRET,
            "UPLOAD_DIR": str(self.folder / "uploads"),
            "KIT_DIR": str(self.folder / "kits"),
            "NTS_KEY": "",
            **self.settings,
        }

    def _wait(self) -> None:
        with Line(self.port, PATIENCE_S) as line:
            assert line.get("/healthz") == 200, self.log

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def worker_ids(self) -> list[int]:
        """Return the process ids of the present workers."""
        pid = self._process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_worker(self) -> None:
        """Kill one worker with SIGKILL and wait until another one stands in its place."""
        before = self.worker_ids()
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + PATIENCE_S
        while not (now := self.worker_ids()) or before[0] in now:
            assert time.monotonic() < until, self.log
            time.sleep(0.002)

    def kill_all(self) -> None:
        """Kill the server and all its workers with SIGKILL; `start` brings it back."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Stop it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.kill_all()
        self._socket.close()


@contextmanager
def serving(url: str, folder: Path, workers: int = 1, threads: int = 4) -> Iterator[Server]:
    """Run a server for a while, and never give up because the machine is busy."""
    server = Server(url, folder, workers, threads, app="tests.trials.patient_wsgi:app")
    try:
        yield server
    finally:
        server.close()


class Line:
    """One kept-alive connection to a server of this machine.

    Args:
        port: where it listens.
        timeout: seconds to wait for an answer.
    """

    def __init__(self, port: int, timeout: float = PATIENCE_S) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the next message calls again."""
        self._connection.close()

    def get(self, path: str) -> int:
        """Ask for a page and return its status."""
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def say(self, user: str, text: str, request_id: str) -> bytes:
        """Send a message and return the bytes of its answer.

        Raises:
            OSError: the connection broke; http.client.HTTPException likewise.
        """
        return self.post(json.dumps(payload(user, text), ensure_ascii=False).encode(), request_id)

    def post(self, body: bytes, request_id: str) -> bytes:
        """Send a payload and return the bytes of its answer."""
        headers = {
            "X-Skill-Secret": SECRET,
            "X-Request-Id": request_id,
            "Content-Type": "application/json",
        }
        self._connection.request("POST", "/kakao/skill", body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        assert answer.status == 200, (answer.status, said)
        return said


BROKEN = (OSError, http.client.HTTPException)
"""What a client sees when the server dies."""
