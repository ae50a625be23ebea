"""One way to speak HTTP to the outside.

Every call has a connect timeout, a read timeout and a deadline over all; follows no
redirect; takes no proxy, password or cookie from its surroundings; reads no more than a
fixed number of bytes; and ends in a success or in one of two errors. What is logged is the
host, the path, the status and the duration: never the query (it holds keys) or a body.
"""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from bot.errors import ExternalRejectedError, ExternalUnavailableError

LOG = logging.getLogger(__name__)

CONNECT_S = 3.0
READ_S = 10.0
MAX_BYTES = 1_000_000
CHUNK_BYTES = 64 * 1024
MAX_RETRY_AFTER_S = 3600.0
"""A service that asks for more than an hour is asked again after an hour."""

FRESH = {"Connection": "close"}
"""Headers of those for whom an unclear end is dear: a connection kept from an earlier call may
be closed by the other side in the very moment in which it is used again, and then nobody knows
whether the request arrived."""

_TRY_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds: to connect, between two pieces of an answer, and for all of it."""

    connect_s: float = CONNECT_S
    read_s: float = READ_S
    total_s: float = 2 * READ_S


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end; 2xx, unless the client reads refusals too."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ExternalUnavailableError: it is no JSON; gateways under maintenance answer 200
                with a web page.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are ValueErrors
            raise ExternalUnavailableError(
                "the answer is not JSON", code="not_json", maybe_done=True
            ) from error


class HttpClient:
    """A session to the outside; one for each service, shared by the threads of a process.

    Args:
        timeouts: limits of every call.
        max_bytes: an answer longer than this is given up.
        adapter: how connections are made; None for the ordinary way.
        hidden: parts of paths that are keys, and are not logged.
        reads_refusals: answers of 4xx and 5xx are returned, because the reason stands in
            their body; who asks has to call `raise_for`.
    """

    def __init__(
        self,
        timeouts: Timeouts | None = None,
        max_bytes: int = MAX_BYTES,
        adapter: BaseAdapter | None = None,
        hidden: tuple[str, ...] = (),
        *,
        reads_refusals: bool = False,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._max_bytes = max_bytes
        self._hidden = hidden
        self._reads_refusals = reads_refusals
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if adapter is not None:
            self._session.mount("http://", adapter)
            self._session.mount("https://", adapter)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Fetch `url`. Raises as `send` does."""
        return self.send(requests.Request("GET", url, params=params, headers=headers))

    def post_json(
        self,
        url: str,
        body: object,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post `body` as JSON in UTF-8. Raises as `send` does."""
        return self.send(requests.Request("POST", url, params=params, headers=headers, json=body))

    def send(self, request: requests.Request) -> Answer:
        """Send a request and read the answer to its end.

        Raises:
            ExternalUnavailableError: no connection, a timeout, 408, 425, 429, 5xx, a broken
                or an endless answer; `maybe_done` says whether it may have had its effect.
            ExternalRejectedError: any other answer than 2xx, redirects included.
        """
        prepared = self._prepared(request)
        started = time.monotonic()
        outcome = "error"
        try:
            answer = self._exchange(prepared, started + self._timeouts.total_s)
            outcome = str(answer.status_code)
            return self._accepted(answer, started + self._timeouts.total_s)
        finally:
            self._log(prepared, outcome, time.monotonic() - started)

    def _log(self, request: requests.PreparedRequest, outcome: str, seconds: float) -> None:
        address = urlsplit(request.url or "")
        path = address.path
        for part in self._hidden:
            path = path.replace(part, "***")
        ms = seconds * 1000
        host = address.hostname or "?"
        LOG.info("http %s %s%s -> %s in %d ms", request.method, host, path, outcome, ms)

    def _prepared(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            return self._session.prepare_request(request)
        except ValueError as error:  # requests raises its InvalidURL as one, or a bare one
            raise ExternalRejectedError("the address cannot be used", code="bad_url") from error

    def _exchange(self, request: requests.PreparedRequest, deadline: float) -> requests.Response:
        limits = self._timeouts
        wait = (limits.connect_s, min(limits.read_s, max(0.01, deadline - time.monotonic())))
        try:
            return self._session.send(
                request, timeout=wait, stream=True, allow_redirects=False, proxies={}
            )
        except requests.exceptions.InvalidSchema as error:
            raise ExternalRejectedError("not a web address", code="bad_url") from error
        except requests.RequestException as error:
            raise _no_answer(error) from error

    def _accepted(self, response: requests.Response, deadline: float) -> Answer:
        with response:
            is_refusal = response.status_code >= requests.codes.bad_request
            if not (is_refusal and self._reads_refusals):
                raise_for(response.status_code, response.headers)
            body = self._body(response, deadline)
            return Answer(response.status_code, body, CaseInsensitiveDict(response.headers))

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        """Read piece by piece as they come, so that a trickle cannot outlast the deadline."""
        body = bytearray()
        try:
            while part := response.raw.read1(CHUNK_BYTES, decode_content=True):
                body += part
                if len(body) > self._max_bytes:
                    raise ExternalRejectedError("the answer is too long", code="too_long")
                if time.monotonic() > deadline:
                    raise ExternalUnavailableError(
                        "the answer does not end", code="timeout", maybe_done=True
                    )
        except (HTTPError, OSError) as error:
            raise ExternalUnavailableError(
                "the answer broke off", code="broken_answer", maybe_done=True
            ) from error
        return bytes(body)


def _no_answer(error: requests.RequestException) -> ExternalUnavailableError:
    """Tell what surely was not sent from what may have arrived."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return ExternalUnavailableError("no connection in time", code="connect_timeout")
    if isinstance(error, requests.exceptions.ReadTimeout):
        return ExternalUnavailableError("no answer in time", code="timeout", maybe_done=True)
    if isinstance(error, requests.exceptions.SSLError):
        return ExternalUnavailableError("no trusted connection", code="tls")
    text = repr(error)
    never_sent = "NewConnectionError" in text or "NameResolutionError" in text
    return ExternalUnavailableError(
        "no connection" if never_sent else "the connection broke off",
        code="no_connection" if never_sent else "broken_answer",
        maybe_done=not never_sent,
    )


def raise_for(status: int, headers: Mapping[str, str]) -> None:
    """Raise what a status means, unless it is 2xx.

    Raises:
        ExternalUnavailableError: 408, 425, 429, 5xx.
        ExternalRejectedError: anything else that is not 2xx.
    """
    if requests.codes.ok <= status < requests.codes.multiple_choices:
        return
    if status in _TRY_LATER or status >= requests.codes.internal_server_error:
        raise ExternalUnavailableError(
            f"answered {status}",
            code=f"http_{status}",
            retry_after_s=_retry_after_s(headers.get("Retry-After", "")),
            maybe_done=status not in _TRY_LATER,
        )
    raise ExternalRejectedError(f"answered {status}", code=f"http_{status}")


def _retry_after_s(raw: str) -> float | None:
    """Return the seconds of a Retry-After header; its date form is not worth a clock here."""
    if not raw.strip().isdigit():
        return None
    return min(float(raw.strip()), MAX_RETRY_AFTER_S)
