"""Blackening a part of a paper with two clicks, without a script.

The picture is a button: a click sends where it was hit. The first click is one corner, the
second the other one.
"""

import base64

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.console import words
from bot.console.desk import Desk
from bot.console.guard import HEADERS, WORKERS, Guard, given_reason, log_access, me
from bot.errors import ConflictError, InvalidInputError
from bot.services.pictures import size_of
from bot.services.redaction import cover
from models.requirement import Document
from models.states import Cause

SHOWN_WIDTH = 640
"""CSS pixels of the picture on the page; clicks are counted in them."""
POLICY = HEADERS["Content-Security-Policy"].replace("img-src 'self'", "img-src 'self' data:")


def add_page(guard: Guard, desk: Desk) -> None:
    """Add the page on which parts of a paper are blackened."""

    @guard.page("/papers/<int:paper_id>/cover", *WORKERS, method="POST")
    def cover_paper(paper_id: int) -> ResponseReturnValue:
        reason = given_reason()
        clicked, corner = _point("at.x", "at.y"), _point("x1", "y1")
        done = clicked is not None and corner is not None
        log_access(desk, "redact" if done else "view", f"document:{paper_id}", reason)
        try:
            if clicked and corner:
                _cover(desk, paper_id, corner, clicked)
            return _page(desk, paper_id, reason, None if done else clicked)
        except (InvalidInputError, ConflictError) as error:
            flash(words.MESSAGES[error.code])
            return redirect(url_for("console.paper", paper_id=paper_id), 303)


def _cover(desk: Desk, paper_id: int, first: tuple[int, int], second: tuple[int, int]) -> None:
    """Blacken what lies between two clicks; their height is counted in the shown picture, too."""
    height = request.form.get("height", type=int) or SHOWN_WIDTH
    area = (
        _share(first[0], SHOWN_WIDTH),
        _share(first[1], height),
        _share(second[0], SHOWN_WIDTH),
        _share(second[1], height),
    )
    cause = Cause(actor=me().actor, key=f"redact:{paper_id}", now=desk.clock.now())
    cover(desk.database, desk.documents, paper_id, area, cause)


def _share(place: int, of: int) -> float:
    return min(1.0, max(0.0, place / of))


def _point(x: str, y: str) -> tuple[int, int] | None:
    across, down = request.form.get(x, type=int), request.form.get(y, type=int)
    return None if across is None or down is None else (across, down)


def _page(desk: Desk, paper_id: int, reason: str, corner: tuple[int, int] | None) -> Response:
    with desk.database.reading() as session:
        paper = session.get(Document, paper_id)
        if paper is None:
            raise InvalidInputError(code="no_document")
        content = desk.documents.content(paper)
    width, height = size_of(content)
    picture = base64.b64encode(content).decode()
    answer = make_response(
        render_template(
            "console/paper_cover.html",
            paper=paper,
            picture=f"data:image/jpeg;base64,{picture}",
            reason=reason,
            corner=corner,
            width=SHOWN_WIDTH,
            height=round(SHOWN_WIDTH * height / width),
        )
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
