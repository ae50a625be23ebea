"""A virus scanner on this machine, as clamd speaks: whole files in, a verdict out."""

import socket
import socketserver
import struct
import threading
from dataclasses import dataclass, field
from typing import Self

BAD = b"this-is-the-bad-mark"
"""What it finds; no real signature, so that no scanner of a workshop minds this file."""


@dataclass
class FakeClamd:
    """The scanner.

    Attributes:
        answer: instead of its own verdict; "" closes the line without one.
        silent: the verdict comes only after the caller has hung up.
        limit: longest file that it takes.
        ping: the answer to whoever asks whether it is there.
        seen: every file that arrived whole.
    """

    answer: str | None = None
    silent: bool = False
    limit: int = 25_000_000
    ping: bytes = b"PONG"
    seen: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        fake = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                fake._serve(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """What CLAMD_ADDRESS is set to."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            command = stream.read(6)
            if command == b"zPING\0":
                line.sendall(self.ping + b"\0")
                return
            if command + stream.read(4) != b"zINSTREAM\0":
                line.sendall(b"UNKNOWN COMMAND\0")
                return
            data = bytearray()
            while size := struct.unpack(">I", stream.read(4))[0]:
                data += stream.read(size)
                if len(data) > self.limit:
                    line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            self.seen.append(bytes(data))
            if self.silent:
                stream.read(1)
                return
            verdict = "stream: Test-Bad FOUND" if BAD in data else "stream: OK"
            said = verdict if self.answer is None else self.answer
            if said:
                line.sendall(said.encode() + b"\0")
