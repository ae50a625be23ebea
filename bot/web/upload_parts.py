"""What pages that take a photo share: the form, the posted file, what is said of it, headers."""

from typing import Protocol

from flask import Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from bot.config import Settings
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.pictures import MAX_BYTES
from bot.web.upload_texts import ERRORS, NETWORK_ERROR, PAPERS, Notice
from models.requirement import DocumentKind

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


class PageDesk(Protocol):
    """What the pages look up: whom to call stands below every one of them."""

    @property
    def settings(self) -> Settings:
        """Return how this installation is set up."""
        ...


def photo_form(desk: PageDesk, paper: DocumentKind, action: str, error: str | None = None) -> str:
    """Return the page that takes one photo of a paper.

    Args:
        desk: the collaborators.
        paper: which one.
        action: where the photo is sent.
        error: what is told about the photo that was sent before.
    """
    return render_template(
        "upload_page/form.html",
        paper=PAPERS[paper],
        action=action,
        error=error,
        desk=desk,
        limit=MAX_BYTES,
        network_error=NETWORK_ERROR,
        too_big=ERRORS["file_too_big"],
    )


def photo_refused(
    desk: PageDesk, paper: DocumentKind, action: str, error: InvalidInputError
) -> ResponseReturnValue:
    """Return what is told about a photo that cannot be taken.

    Raises:
        RuleBrokenError: it is not about the photo but about the link (code `link_invalid`).
    """
    if error.code not in ERRORS:
        raise RuleBrokenError(code="link_invalid") from error
    told, status = ERRORS[error.code], STATUS.get(error.code, 400)
    if by_script():
        return jsonify(message=told), status
    return photo_form(desk, paper, action, told), status


def photo_taken(done: str) -> ResponseReturnValue:
    """Lead on to the page that says so."""
    return jsonify(next=done) if by_script() else redirect(done, 303)


def notice_page(desk: PageDesk, notice: Notice, status: int) -> ResponseReturnValue:
    """Return a page that only says something."""
    if by_script():
        return jsonify(message=" ".join((notice.title + ".", *notice.lines))), status
    return render_template("upload_page/notice.html", notice=notice, desk=desk), status


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
