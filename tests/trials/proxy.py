"""Stands between a client and PostgreSQL, so that the server can be taken away."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Self

from sqlalchemy import make_url

_CHUNK = 65536
_DEFAULT_PORT = 5432


class Proxy:
    """Forwards connections of a loopback port to a PostgreSQL server until it is stopped.

    Args:
        url: address of the real database, over a UNIX socket or TCP.
    """

    def __init__(self, url: str) -> None:
        self._target = make_url(url)
        self._port = 0
        self._open: list[socket.socket] = []
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address of the database by way of this proxy."""
        through = self._target.set(host="127.0.0.1", port=self._port, query={})
        return through.render_as_string(hide_password=False)

    def start(self) -> None:
        """Listen again, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """Refuse new connections and break the present ones."""
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = self._connect()
            self._open += [client, server]
            for pair in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=pair, daemon=True).start()

    def _connect(self) -> socket.socket:
        host = str(self._target.query.get("host") or self._target.host or "127.0.0.1")
        port = self._target.port or _DEFAULT_PORT
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return server


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
