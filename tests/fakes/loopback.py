"""A web server on this machine with scripted answers; the base of the vendors' stand-ins."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

LONGEST_SILENCE_S: Final = 120.0
"""Longer than any patient client waits; then a forgotten call ends by itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it arrived; `path` includes the query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Scripted:
    """An answer, and what goes wrong on the way.

    Attributes:
        delay_s: seconds before the first byte.
        silent: the answer comes only after the caller has hung up.
        trickle_s: seconds between single bytes of the body; 0 sends all at once.
        drop: close the connection without an answer.
        short_by: bytes of the body that are promised and never sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    silent: bool = False
    trickle_s: float = 0.0
    drop: bool = False
    short_by: int = 0


class LoopbackServer:
    """Serves on a port of 127.0.0.1 until it is closed, and remembers every call.

    Args:
        answer: turns a call into an answer.
        port: 0 for any free one.

    Attributes:
        calls: every call that arrived.
        silences: one permit for each call that was taken and then met with silence.
    """

    def __init__(self, answer: Callable[[Call], Scripted], port: int = 0) -> None:
        self.calls: list[Call] = []
        self.silences = threading.Semaphore(0)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler(answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _handler(self, answer: Callable[[Call], Scripted]) -> type[BaseHTTPRequestHandler]:
        calls, silences = self.calls, self.silences

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                call = Call(self.command, self.path, dict(self.headers), body)
                calls.append(call)
                scripted = answer(call)
                if scripted.silent:
                    silences.release()
                    _wait_until_hung_up(self.connection)
                _send(self, scripted)

            def log_message(self, *args: object) -> None:
                """Say nothing; tests read `calls`."""

        return Handler


def _wait_until_hung_up(line: socket.socket) -> None:
    line.settimeout(LONGEST_SILENCE_S)
    try:
        line.recv(1)  # the request was read to its end: only the end of the line is left
    except OSError:
        return


def _send(handler: BaseHTTPRequestHandler, scripted: Scripted) -> None:
    time.sleep(scripted.delay_s)
    handler.close_connection = True
    if scripted.drop:
        return
    try:
        handler.send_response(scripted.status)
        for name, value in scripted.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(scripted.body) + scripted.short_by))
        handler.end_headers()
        for piece in _pieces(scripted):
            handler.wfile.write(piece)
    except OSError:
        return  # the client gave up, which is what some tests are about


def _pieces(scripted: Scripted) -> Iterator[bytes]:
    if not scripted.trickle_s:
        yield scripted.body
        return
    for byte in scripted.body:
        time.sleep(scripted.trickle_s)
        yield bytes([byte])


@contextmanager
def serving(*answers: Scripted) -> Iterator[LoopbackServer]:
    """Serve these answers in turn; the last one is repeated."""
    waiting = list(answers)

    def next_answer(_: Call) -> Scripted:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    with LoopbackServer(next_answer) as server:
        yield server
