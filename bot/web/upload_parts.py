"""What pages that take a photo share: the posted file, its limit, the headers."""

from flask import Response, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.errors import InvalidInputError
from bot.services.pictures import MAX_BYTES

FORM_OVERHEAD = 64 * 1024
DRAIN_BYTES = 60 * 1024 * 1024
"""How much of a too big body is read away, so that phones show our page and not an error."""
DRAIN_CHUNK = 256 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
STATUS = {"file_too_big": 413, "file_pixels": 413, "file_type": 415, "file_not_scanned": 503}
"""Code of a refused file -> HTTP status; 400 for the others."""


def posted() -> bytes:
    """Return the first file that was posted; two inputs share the name.

    Raises:
        InvalidInputError: code `file_empty` or `file_too_big`.
    """
    request.max_content_length = MAX_BYTES + FORM_OVERHEAD
    try:
        files = [file for file in request.files.getlist("file") if file.filename]
    except RequestEntityTooLarge as error:
        _drain()
        raise InvalidInputError(code="file_too_big") from error
    if not files:
        raise InvalidInputError(code="file_empty")
    data: bytes = files[0].read()
    return data


def by_script() -> bool:
    """Tell whether the page's own script asks."""
    return request.headers.get("X-Requested-With") == "script"


def with_headers(response: Response) -> Response:
    """Add what every page of this kind carries."""
    answer = make_response(response)
    answer.headers.update(HEADERS)
    return answer


def _drain() -> None:
    left = min(request.content_length or 0, DRAIN_BYTES)
    stream = request.environ["wsgi.input"]
    while left > 0 and (part := stream.read(min(left, DRAIN_CHUNK))):
        left -= len(part)
