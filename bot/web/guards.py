"""What stands before and around every route: secrets, sizes, headers, the last catch."""

import hmac
import logging
from collections.abc import Callable
from typing import Final, TypeVar

from flask import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge

from bot.log import origin

logger = logging.getLogger(__name__)

T = TypeVar("T")

CONTENT_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
NO_SNIFFING: Final = ("X-Content-Type-Options", "nosniff")
HEADERS: Final = (
    NO_SNIFFING,
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
"""Put on every response that does not set them itself; JSON needs only the first."""
HSTS: Final = ("Strict-Transport-Security", "max-age=31536000")
"""Only in production, where PUBLIC_URL is https."""


class HeaderSecret:
    """The secret that a header must carry; lives as long as its route.

    Args:
        setting: one secret, or several with commas between them while one is replaced.
        prefix: what stands before the secret in the header.
        open_when_unset: True in development: without a setting nothing is checked.
    """

    def __init__(self, setting: str, *, prefix: str = "", open_when_unset: bool = False) -> None:
        secrets = (part.strip() for part in setting.split(","))
        self._accepted = tuple(f"{prefix}{secret}".encode() for secret in secrets if secret)
        self._open = open_when_unset and not setting

    def matches(self, given: str) -> bool:
        """Return whether the header's value is right; compared in constant time.

        Args:
            given: the value as WSGI hands it over: bytes read as Latin-1.
        """
        if self._open:
            return True
        raw = given.encode("latin-1", "replace")
        return any(hmac.compare_digest(raw, accepted) for accepted in self._accepted)


def limited_body(request: Request, limit: int) -> bytes | None:
    """Return the request's body, None when it has over `limit` bytes.

    The announced length is looked at first; a body without one is read up to the limit.
    """
    request.max_content_length = limit + 1  # a longer stream is cut there without a word
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
    return body if len(body) <= limit else None


def shielded(work: Callable[[], T], otherwise: T, what: str) -> tuple[T, bool]:
    """Return what `work` gives and True, or `otherwise` and False when it raised anything.

    The one broad catch of the web edge: the vendor shows a person nothing at all when we
    answer with an error. The log names the exception's type and where it came from, never
    its text, because that may quote what a person wrote.
    """
    try:
        return work(), True
    except Exception as error:  # noqa: BLE001 -- the last line before the vendor
        name = type(error).__name__
        logger.error("%s failed: %s at %s", what, name, origin(error))  # noqa: TRY400 -- see above
        return otherwise, False


def security_headers(*, production: bool) -> Callable[[Response], Response]:
    """Return an `after_request` function that adds the headers a response lacks."""
    transport = (HSTS,) if production else ()
    for_json, for_others = (NO_SNIFFING, *transport), (*HEADERS, *transport)

    def add(response: Response) -> Response:
        is_json = response.mimetype == "application/json"
        present = {name.lower() for name, _ in response.headers}
        for name, value in for_json if is_json else for_others:
            if name.lower() not in present:
                response.headers.add(name, value)
        return response

    return add
