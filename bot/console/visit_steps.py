"""What a person at the console does about a visit: another time, somebody else, calling it off."""

from collections.abc import Callable
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.console import visit_words, words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, log_access, me, once
from bot.errors import ConflictError, InvalidInputError, RuleBrokenError
from bot.services.field_links import FieldLinks
from bot.services.transaction import Transaction
from bot.services.visits.booking import reassign
from bot.services.visits.fieldwork import merchant_missing, supporter_missing
from bot.services.visits.letting_go import cancel
from bot.services.visits.ownership import NOBODY
from bot.services.visits.reasons import SlotTakenError
from bot.services.visits.staff_board import active_supporters
from bot.services.visits.staff_steps import book_request, move_visit
from models.errors import IllegalMoveError

Work = Callable[[Transaction], object]


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the buttons of a visit, of a request, and the page of the supporters."""

    @guard.page("/visits/<int:visit_id>/move", *WORKERS, method="POST")
    def visit_move(visit_id: int) -> ResponseReturnValue:
        token = request.form.get("time", "")
        return _done(desk, visit_id, lambda tx: move_visit(tx, visit_id, token))

    @guard.page("/visits/<int:visit_id>/reassign", *WORKERS, method="POST")
    def visit_reassign(visit_id: int) -> ResponseReturnValue:
        supporter_id = request.form.get("supporter", type=int) or abort(400)
        return _done(desk, visit_id, lambda tx: reassign(tx, visit_id, supporter_id))

    @guard.page("/visits/<int:visit_id>/cancel", *WORKERS, method="POST")
    def visit_cancel(visit_id: int) -> ResponseReturnValue:
        reason = request.form.get("reason", "")
        if reason not in visit_words.MAY_GIVE:
            abort(400)
        return _done(desk, visit_id, lambda tx: cancel(tx, visit_id, reason))

    @guard.page("/visits/<int:visit_id>/missing", *WORKERS, method="POST")
    def visit_missing(visit_id: int) -> ResponseReturnValue:
        missing = {"merchant": merchant_missing, "supporter": supporter_missing}
        step = missing.get(request.form.get("who", "")) or abort(400)
        return _done(desk, visit_id, lambda tx: step(tx, visit_id, "staff"))

    @guard.page("/visits/requests/<int:request_id>/book", *WORKERS, method="POST")
    def visit_book(request_id: int) -> ResponseReturnValue:
        token = request.form.get("time", "")
        flash(_told(desk, lambda tx: book_request(tx, request_id, token)))
        return redirect(url_for("console.visits"), 303)

    _add_supporters(guard, desk)


def _add_supporters(guard: Guard, desk: Desk) -> None:
    @guard.page("/supporters", *READERS)
    def supporters() -> ResponseReturnValue:
        return _supporters(desk)

    @guard.page("/supporters/<int:supporter_id>/link", *WORKERS, method="POST")
    def supporter_link(supporter_id: int) -> ResponseReturnValue:
        settings = desk.settings
        links = FieldLinks(settings.secret_key, settings.public_url, desk.clock)
        log_access(desk, "grant", f"supporter:{supporter_id}", "field_link")
        return _supporters(desk, supporter_id, links.make(supporter_id))


def _supporters(desk: Desk, supporter_id: int = 0, link: str = "") -> str:
    with desk.database.reading() as session:
        rows = active_supporters(session)
        if supporter_id and supporter_id not in {row.id for row in rows}:
            abort(404)
        return render_template(
            "console/supporters.html",
            rows=rows,
            chosen=supporter_id,
            link=link,
            visit_words=visit_words,
        )


def _done(desk: Desk, visit_id: int, work: Work) -> ResponseReturnValue:
    flash(_told(desk, work))
    return redirect(url_for("console.visit", visit_id=visit_id), 303)


def _told(desk: Desk, work: Work) -> str:
    """Do something in one transaction; return what to tell."""
    now: datetime = desk.clock.now()
    try:
        with desk.database.transaction() as session:
            work(Transaction(session, now, NOBODY, once(), actor=me().actor))
    except SlotTakenError as error:
        return visit_words.TAKEN.format(reason=words.word(visit_words.WHY_NOT, error.reason))
    except (RuleBrokenError, ConflictError, IllegalMoveError, InvalidInputError) as error:
        if error.code in ("no_visit", "no_request"):
            abort(404)
        return visit_words.MESSAGES.get(error.code, visit_words.FAILED)
    return words.DONE
