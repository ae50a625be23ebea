"""Papers: looked at with a reason, accepted, or asked for again."""

from datetime import date

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console import paper_covering, words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, given_reason, log_access, me, once
from bot.console.paper_looking import Sight, asked_page, with_pictures
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import document_review
from bot.services.pictures import HEIC, JPEG, PDF
from models.errors import IllegalMoveError
from models.merchant import ChannelRegistration, Store
from models.payment import PayApplication
from models.requirement import Document
from models.states import Cause, PayState

POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""What was sent may do nothing but be looked at. A browser draws a bare picture with a
style of its own, hence unsafe-inline."""
_ENDINGS = {PDF: "pdf", HEIC: "heic"}


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the page of a paper, the paper itself, and the two decisions."""

    @guard.page("/papers/<int:paper_id>", *READERS)
    def paper(paper_id: int) -> ResponseReturnValue:
        with desk.database.reading() as session:
            found = _paper(session, paper_id)
            return render_template(
                "console/paper.html",
                paper=found,
                waits=document_review.is_waiting(found),
                registrations=_registrations(session, found),
                payments=_payments(session, found),
            )

    @guard.page("/papers/<int:paper_id>/open", *READERS, method="POST")
    def open_paper(paper_id: int) -> ResponseReturnValue:
        reason = given_reason()
        with desk.database.reading() as session:
            found = _paper(session, paper_id)
        log_access(desk, "view", f"document:{paper_id}", reason)
        try:
            if found.mime == JPEG or request.form.get("as") == "file":
                return _handed_over(found, desk.documents.content(found))
            sight = Sight.of(desk, paper_id, asked_page())
        except InvalidInputError as error:
            flash(words.MESSAGES[error.code])
            return redirect(url_for("console.paper", paper_id=paper_id), 303)
        page = render_template("console/paper_page.html", sight=sight, reason=reason)
        return with_pictures(page)

    @guard.page("/papers/<int:paper_id>/decide", *WORKERS, method="POST")
    def decide(paper_id: int) -> ResponseReturnValue:
        flash(_decided(desk, paper_id))
        application = request.form.get("application", type=int)
        if application is not None:
            return redirect(url_for("console.payment", application_id=application), 303)
        return redirect(url_for("console.paper", paper_id=paper_id), 303)

    paper_covering.add_page(guard, desk)


def _paper(session: Session, paper_id: int) -> Document:
    found = session.get(Document, paper_id)
    if found is None:
        abort(404)
    return found


def _registrations(session: Session, paper: Document) -> list[tuple[int, str]]:
    statement = (
        select(ChannelRegistration.id, Store.name)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(Store.merchant_id == paper.merchant_id)
    )
    return [(found, name or "-") for found, name in session.execute(statement)]


def _payments(session: Session, paper: Document) -> list[tuple[int, str]]:
    statement = select(PayApplication.id, PayApplication.number).where(
        PayApplication.merchant_id == paper.merchant_id,
        PayApplication.state != PayState.ERASED,
    )
    return [(found, number) for found, number in session.execute(statement)]


def _handed_over(paper: Document, content: bytes) -> Response:
    """Return a photo to look at; a PDF or HEIC to be opened outside the browser."""
    response = Response(content, mimetype=paper.mime)
    ending = _ENDINGS.get(paper.mime, "jpg")
    way = "attachment" if paper.mime in _ENDINGS else "inline"
    response.headers["Content-Disposition"] = f'{way}; filename="paper-{paper.id}.{ending}"'
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _decided(desk: Desk, paper_id: int) -> str:
    """Accept the paper or ask for it again; return what to tell."""
    reason = request.form.get("reason") or None
    cause = Cause(actor=me().actor, key=once(), now=desk.clock.now(), reason=reason)
    try:
        with desk.database.transaction() as session:
            if reason:
                changed = document_review.reject(session, paper_id, cause)
            else:
                day = request.form.get("issued_on", type=date.fromisoformat)
                changed = document_review.accept(session, paper_id, cause, issued_on=day)
    except InvalidInputError:
        abort(404)
    except (RuleBrokenError, IllegalMoveError) as error:
        return words.MESSAGES[error.code]
    return words.DONE if changed else words.ALREADY
