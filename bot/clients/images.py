"""Fetches the pictures that people sent through the vendor's secure upload.

The addresses come from outside, so they are not trusted: only named hosts, no redirect, no
address inside our own network, no more than ten megabytes. The vendor writes http:// although
the host speaks TLS too; https is tried first (kakao developers, secure image plugin).
"""

import ipaddress
import socket
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from bot.clients.http import HttpClient, Timeouts
from bot.errors import ExternalRejectedError, ExternalUnavailableError

MAX_IMAGE_BYTES = 10 * 1024 * 1024
"""Limit of the secure image plugin and of our own upload page."""
TIMEOUTS = Timeouts(connect_s=3.0, read_s=10.0, total_s=30.0)


class ImageSource(Protocol):
    """Hands over the bytes behind the address of a picture."""

    def fetch(self, url: str) -> bytes:
        """Return the bytes.

        Raises:
            ExternalUnavailableError: not now; try later.
            ExternalRejectedError: never; the address is refused, expired or too big.
        """
        ...


class ImageClient:
    """Fetches pictures from the vendor's hosts.

    Args:
        hosts: allowed hosts; a leading dot allows every host below.
        allow_loopback: lets tests and trials use a server on this machine, over http and on
            any port.
    """

    def __init__(self, hosts: tuple[str, ...], *, allow_loopback: bool = False) -> None:
        self._hosts = hosts
        self._allow_loopback = allow_loopback
        adapter = _GuardedAdapter(allow_loopback=allow_loopback)
        self._http = HttpClient(TIMEOUTS, MAX_IMAGE_BYTES, adapter)

    def fetch(self, url: str) -> bytes:
        """Return the bytes behind `url`, over https when the host offers it.

        Raises:
            ExternalUnavailableError: not now; try later.
            ExternalRejectedError: the address is refused, expired or its content too big.
        """
        address = self._checked(url)
        if address.scheme == "https":
            return self._http.get(url).body
        secure = address._replace(scheme="https", netloc=address.netloc.removesuffix(":80"))
        try:
            return self._http.get(urlunsplit(secure)).body
        except (ExternalUnavailableError, ExternalRejectedError):
            return self._http.get(url).body

    def _checked(self, url: str) -> SplitResult:
        try:
            address = urlsplit(url)
            host = (address.hostname or "").lower()
            port = address.port
        except ValueError as error:
            raise ExternalRejectedError("not an address", code="bad_url") from error
        local = self._allow_loopback and host in {"127.0.0.1", "localhost"}
        if address.scheme not in {"http", "https"} or address.username is not None:
            raise ExternalRejectedError("not a web address", code="bad_url")
        if not local and (port not in {None, 80, 443} or not self._is_allowed(host)):
            raise ExternalRejectedError("this host is not allowed", code="host_refused")
        return address

    def _is_allowed(self, host: str) -> bool:
        return any(
            host.endswith(allowed) if allowed.startswith(".") else host == allowed
            for allowed in self._hosts
        )


def _refuse_inside(peer: str, *, allow_loopback: bool) -> None:
    address = ipaddress.ip_address(peer.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if address.is_loopback and allow_loopback:
        return
    if not address.is_global or address.is_multicast:
        raise ExternalRejectedError("the name leads into a private network", code="inside")


def _guarded_pools(*, allow_loopback: bool) -> dict[str, type[HTTPConnectionPool]]:
    """Return connection pools that look at whom they really reached before they speak.

    A check of the name before connecting would be void when the name resolves anew.
    """

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _guarded(super()._new_conn(), allow_loopback=allow_loopback)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _guarded(super()._new_conn(), allow_loopback=allow_loopback)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _guarded(connection: socket.socket, *, allow_loopback: bool) -> socket.socket:
    try:
        _refuse_inside(connection.getpeername()[0], allow_loopback=allow_loopback)
    except ExternalRejectedError:
        connection.close()
        raise
    return connection


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(
            allow_loopback=self._allow_loopback
        )
