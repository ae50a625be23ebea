"""What a person sets on an application: findings, the owner's word, steps, its end, notes."""

from collections.abc import Callable
from datetime import date, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.console import payment_words, words
from bot.console.desk import Desk
from bot.console.guard import WORKERS, Guard, given_reason, me, once
from bot.console.payments import WITH_CODE
from bot.errors import InvalidInputError, RuleBrokenError
from bot.nlu.pii import mask
from bot.services.access_log import Access, write
from bot.services.payments import (
    Answer,
    ask_for,
    ask_for_won,
    clear,
    clear_doubts,
    confirm_owner,
    hand_off,
    move_payment,
)
from bot.services.payments.notes import add_note
from bot.services.payments.staff_board import may_see
from models.errors import IllegalMoveError
from models.payment import PayApplication
from models.states import Cause, PayState

MAX_NOTE = 1000
MAX_TOLD = 100
"""Characters of the provider's own words."""

Change = Callable[[Session, Cause], bool]


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the buttons of an application."""
    _add_findings(guard, desk)
    _add_questions(guard, desk)
    _add_moves(guard, desk)

    @guard.page("/payments/<int:application_id>/note", *WORKERS, method="POST")
    def payment_note(application_id: int) -> ResponseReturnValue:
        text = request.form.get("text", "").strip()[:MAX_NOTE] or abort(400)

        def change(session: Session, cause: Cause) -> bool:
            return add_note(session, application_id, mask(text), cause)

        return _done(desk, application_id, "note", "", change)


def _add_findings(guard: Guard, desk: Desk) -> None:
    @guard.page("/payments/<int:application_id>/finding", *WORKERS, method="POST")
    def payment_finding(application_id: int) -> ResponseReturnValue:
        key, _, code = request.form.get("found", "").partition(":")
        if key not in payment_words.FINDINGS:
            abort(400)
        if code and code not in payment_words.codes_of(key):
            abort(400)

        def change(session: Session, cause: Cause) -> bool:
            if code:
                return ask_for(session, application_id, code, cause, key=key)
            return clear(session, application_id, key, cause)

        return _done(desk, application_id, "check", key, change)


def _add_questions(guard: Guard, desk: Desk) -> None:
    """Add the buttons with which an owner or a bank is asked."""

    @guard.page("/payments/<int:application_id>/owner", *WORKERS, method="POST")
    def payment_owner(application_id: int) -> ResponseReturnValue:
        def change(session: Session, cause: Cause) -> bool:
            row = session.get_one(PayApplication, application_id)
            return confirm_owner(session, row.merchant_id, cause)

        return _done(desk, application_id, "check", given_reason(), change)

    @guard.page("/payments/<int:application_id>/won", *WORKERS, method="POST")
    def payment_won(application_id: int) -> ResponseReturnValue:
        if not desk.settings.account_check_url:
            abort(404)
        _must_see(desk, application_id)
        clear_doubts(desk.database, desk.accounts, desk.clock.now(), application_id)

        def change(session: Session, cause: Cause) -> bool:
            if not ask_for_won(session, application_id, cause.now):
                raise RuleBrokenError("one was sent, or too many", code="won_not_now")
            return True

        return _done(desk, application_id, "check", "won", change)


def _add_moves(guard: Guard, desk: Desk) -> None:
    @guard.page("/payments/<int:application_id>/move", *WORKERS, method="POST")
    def payment_move(application_id: int) -> ResponseReturnValue:
        to, code = request.form.get("to", ""), request.form.get("code", "")
        if to not in payment_words.STEPS:
            abort(400)
        step, answer, reason = PayState(to), _answer(), given_reason()

        def change(session: Session, cause: Cause) -> bool:
            row = session.get_one(PayApplication, application_id)
            returns = row.state is PayState.ADDITIONAL_REQUIRED and step is PayState.PROVIDER_REVIEW
            if step is PayState.HANDED_OFF or returns:
                return hand_off(session, application_id, cause)
            return move_payment(session, application_id, step, cause, answer)

        told = code if step in WITH_CODE else None
        return _done(desk, application_id, "move", reason, change, told)

    @guard.page("/payments/<int:application_id>/end", *WORKERS, method="POST")
    def payment_end(application_id: int) -> ResponseReturnValue:
        code, reason = request.form.get("code", ""), given_reason()
        if code not in payment_words.TERMINATE:
            abort(400)

        def change(session: Session, cause: Cause) -> bool:
            return move_payment(session, application_id, PayState.TERMINATED, cause)

        return _done(desk, application_id, "move", reason, change, code)


def _answer() -> Answer:
    """Return what the provider said beside the step; a day that is none is left out."""
    told = {name: request.form.get(name, "").strip()[:MAX_TOLD] or None for name in ("ref", "raw")}
    return Answer(**told, retry_after=_day(request.form.get("retry_after", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _done(
    desk: Desk,
    application_id: int,
    action: str,
    reason: str,
    change: Change,
    code: str | None = None,
) -> ResponseReturnValue:
    """Change an application in one transaction, on record; go back to its page."""
    cause = Cause(actor=me().actor, key=once(), now=desk.clock.now(), reason=code)
    flash(changed(desk, application_id, Access(me().actor, action, "", reason), cause, change))
    return redirect(url_for("console.payment", application_id=application_id), 303)


def changed(desk: Desk, application_id: int, access: Access, cause: Cause, change: Change) -> str:
    """Change an application that may be seen; return what to tell, 404 for any other."""
    try:
        with desk.database.transaction() as session:
            if not may_see(session, application_id, me().market_id):
                abort(404)
            done = change(session, cause)
            _record(session, application_id, access, cause.now)
    except InvalidInputError as error:
        if error.code == "no_application":
            abort(404)
        return payment_words.MESSAGES.get(error.code, payment_words.FAILED)
    except (RuleBrokenError, IllegalMoveError) as error:
        return payment_words.MESSAGES.get(error.code, payment_words.FAILED)
    return words.DONE if done else words.ALREADY


def _must_see(desk: Desk, application_id: int) -> None:
    with desk.database.reading() as session:
        if not may_see(session, application_id, me().market_id):
            abort(404)


def _record(session: Session, application_id: int, access: Access, now: datetime) -> None:
    entry = Access(
        access.actor,
        access.action,
        f"pay_application:{application_id}",
        access.reason,
        1,
        request.remote_addr,
    )
    write(session, entry, now)
