"""How long tests wait: for an answer as long as a busy machine needs, for silence hardly at all.

No limit here says how fast anything has to be. An ordinary call gets `PATIENT`. Where silence
is the case, the one call that meets it is given up at once (`hanging_up`); every other call of
the same client stays patient.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Final, Protocol, TypeVar

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from bot.clients.http import HttpClient, Timeouts
from bot.deps import Patience
from tests.fakes.faults import Fault
from tests.fakes.loopback import LoopbackServer

PATIENCE_S: Final = 60.0
"""For what surely comes; reached only when something is broken."""
AT_ONCE_S: Final = 0.1
"""For what surely does not come."""
PATIENT: Final = Timeouts(PATIENCE_S, PATIENCE_S, 2 * PATIENCE_S)
UNHURRIED: Final = Patience(*[PATIENCE_S] * len(fields(Patience)))
"""For an installation under test: its turns and pages give up as late as everything else."""
QUICK: Final = Timeouts(PATIENCE_S, AT_ONCE_S, AT_ONCE_S)
"""For a call to which no whole answer ever comes, and for no other."""


class _Client(Protocol):
    _http: HttpClient


AnyClient = TypeVar("AnyClient", bound=_Client)


def hanging_up(
    client: AnyClient, server: LoopbackServer, waiting: Callable[[str], Sequence[Fault]]
) -> AnyClient:
    """Let a client give up at once on the calls that meet silence.

    Args:
        client: one whose limits are patient.
        server: where it calls.
        waiting: path of a call -> the faults that the next such calls meet.
    """
    client._http._session.mount(server.url, _HangsUp(server, waiting))
    return client


class _HangsUp(HTTPAdapter):
    """Gives up on silence, but not before the server has taken the call: it has its effect."""

    def __init__(self, server: LoopbackServer, waiting: Callable[[str], Sequence[Fault]]) -> None:
        super().__init__()
        self._server = server
        self._waiting = waiting
        self._one_by_one = threading.Lock()

    def send(self, request: PreparedRequest, *given: Any, **limits: Any) -> Response:
        """Send a request with the limits that it deserves."""
        waiting = self._waiting(request.path_url)
        if not any(fault.silent for fault in waiting):
            return super().send(request, *given, **limits)
        with self._one_by_one:  # so that the fault seen here is the one that this call meets
            if not any(fault.silent for fault in waiting[:1]):
                return super().send(request, *given, **limits)
            limits["timeout"] = (PATIENCE_S, AT_ONCE_S)
            try:
                return super().send(request, *given, **limits)
            finally:
                assert self._server.silences.acquire(timeout=PATIENCE_S), "nobody took the call"
