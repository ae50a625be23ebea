"""What every webhook does first: right secret, bounded size, a body that can be read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, request

from bot.channels.kakao.limits import REQUEST_BYTES
from bot.errors import PayloadError
from bot.web.errors import api_problem
from bot.web.guards import HeaderSecret, limited_body
from bot.web.metrics import REFUSED

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hook:
    """The outer door of one webhook.

    Attributes:
        name: under which its refusals are counted.
        header: the header that carries the secret.
        secret: what it must say.
    """

    name: str
    header: str
    secret: HeaderSecret

    def received(self, read: Callable[[bytes], T]) -> T | Response:
        """Return what `read` makes of the present request's body, or a refusal.

        Args:
            read: reads the body; raises PayloadError when it is not what it should be.
        """
        if not self.secret.matches(request.headers.get(self.header, "")):
            return self._refused(401, "secret", f"{self.header} is missing or wrong")
        body = limited_body(request, REQUEST_BYTES)
        if body is None:
            return self._refused(413, "size", f"the body has over {REQUEST_BYTES} bytes")
        try:
            return read(body)
        except PayloadError as error:
            return self._refused(400, "payload", str(error))

    def _refused(self, status: int, reason: str, message: str) -> Response:
        REFUSED.labels(self.name, reason).inc()
        return api_problem(status, reason, message)
