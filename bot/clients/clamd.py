"""Looks a file over with ClamAV's clamd, over its own protocol (`INSTREAM`, `PING`).

Source: clamd(8), section commands. The file is sent in chunks, each after its length in four
bytes; a chunk of length 0 ends it. The answer is `stream: OK`, `stream: <name> FOUND` or
`… ERROR`. One connection a file; nothing of the file is logged.
"""

import logging
import socket
import struct
import time
from typing import Final

from bot.errors import ExternalUnavailableError

LOG = logging.getLogger(__name__)

TIMEOUT_S: Final = 20.0
"""For all of one file; a person waits at the page meanwhile."""
CHUNK_BYTES: Final = 64 * 1024
MAX_ANSWER: Final = 4096
UNIX: Final = "unix:"


class Clamd:
    """One scanner; call it with the bytes of a file, it says whether they are harmless.

    Args:
        address: `host:port`, or `unix:/path` of its socket.
        timeout_s: limit for one file.
    """

    def __init__(self, address: str, timeout_s: float = TIMEOUT_S) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def __call__(self, data: bytes) -> bool:
        """Return whether a file is harmless.

        Raises:
            ExternalUnavailableError: code `scanner_down`: no verdict; nothing may be kept.
        """
        started = time.monotonic()
        try:
            answer = self._asked(data, started + self._timeout_s)
        except (OSError, ValueError) as error:
            LOG.warning("virus scanner: %s", type(error).__name__)
            raise ExternalUnavailableError("no scanner", code="scanner_down") from error
        LOG.info("virus scanner: %d bytes in %.0f ms", len(data), _ms_since(started))
        if answer.endswith(": OK"):
            return True
        if answer.endswith(" FOUND"):
            LOG.warning("virus scanner: found something")
            return False
        raise ExternalUnavailableError("no verdict", code="scanner_down")

    def is_there(self) -> bool:
        """Tell whether the scanner answers at all."""
        deadline = time.monotonic() + self._timeout_s
        try:
            with self._connected() as line:
                line.settimeout(_left(deadline))
                line.sendall(b"zPING\0")
                return _answer(line, deadline) == "PONG"
        except (OSError, ValueError):
            return False

    def _asked(self, data: bytes, deadline: float) -> str:
        with self._connected() as line:
            line.settimeout(_left(deadline))
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK_BYTES):
                part = data[start : start + CHUNK_BYTES]
                line.settimeout(_left(deadline))
                line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
            return _answer(line, deadline)

    def _connected(self) -> socket.socket:
        if not self._address.startswith(UNIX):
            host, _, port = self._address.rpartition(":")
            return socket.create_connection((host, int(port)), self._timeout_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self._timeout_s)
        try:
            line.connect(self._address.removeprefix(UNIX))
        except OSError:
            line.close()
            raise
        return line


def _answer(line: socket.socket, deadline: float) -> str:
    """Read until the zero byte or the end, no more than an answer can be."""
    answer = bytearray()
    while b"\0" not in answer and len(answer) < MAX_ANSWER:
        line.settimeout(_left(deadline))
        part = line.recv(MAX_ANSWER)
        if not part:
            break
        answer += part
    return bytes(answer).partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _ms_since(started: float) -> float:
    return (time.monotonic() - started) * 1000
