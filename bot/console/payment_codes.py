"""Codes that a provider issued: taken in after a look at what they say, and taken down."""

from dataclasses import replace

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.console import payment_words, words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, log_access, me, once
from bot.console.payment_steps import changed
from bot.console.posted import posted_file
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.access_log import Access, write
from bot.services.payments.handover.applied import expects_code, take_code
from bot.services.payments.handover.issued import Issued, read_code
from bot.services.payments.hanging import hanging, taken_down
from bot.services.payments.missing_codes import missing_codes
from bot.services.payments.staff_board import may_see
from bot.services.payments.waiting_files import WaitingFiles
from bot.services.pictures import JPEG, sniff
from models.payment import PayQr
from models.states import Cause

MAX_PICTURE = 5 * 1024 * 1024
MAX_MERCHANT_CODE = 60
_KIND = "pay-code-1"


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add taking in a code, looking at one, and the list of those that have to come down."""
    waiting = WaitingFiles(desk.settings.secret_key, _KIND, desk.documents.files, desk.clock)
    _add_upload(guard, desk, waiting)

    @guard.page("/payments/codes", *READERS)
    def payment_codes() -> ResponseReturnValue:
        with desk.database.reading() as session:
            missing = missing_codes(session, me().market_id)
            todo = hanging(session, me().market_id, done=False)
            done = hanging(session, me().market_id, done=True)
        return render_template("console/payment_codes.html", missing=missing, todo=todo, done=done)

    @guard.page("/payments/codes/<int:code_id>/down", *WORKERS, method="POST")
    def payment_code_down(code_id: int) -> ResponseReturnValue:
        flash(_down(desk, code_id))
        return redirect(url_for("console.payment_codes"), 303)

    @guard.page("/payments/codes/<int:code_id>/picture", *READERS)
    def payment_code_picture(code_id: int) -> ResponseReturnValue:
        with desk.database.reading() as session:
            code = session.get(PayQr, code_id)
            if code is None or not may_see(session, code.application_id, me().market_id):
                abort(404)
        if code.storage_key is None:
            abort(404)
        log_access(desk, "view", f"pay_qr:{code_id}", "masked")
        return _picture(desk, code.storage_key)


def _add_upload(guard: Guard, desk: Desk, waiting: WaitingFiles) -> None:
    @guard.page("/payments/<int:application_id>/code", *WORKERS, method="POST")
    def payment_code(application_id: int) -> ResponseReturnValue:
        merchant_code = request.form.get("merchant_code", "").strip()[:MAX_MERCHANT_CODE]
        try:
            _, picture = posted_file("picture", MAX_PICTURE)
            with desk.database.reading() as session:
                if not may_see(session, application_id, me().market_id):
                    abort(404)
                number = expects_code(session, application_id).number
            issued = read_code(merchant_code, picture, "", None)
        except (InvalidInputError, RuleBrokenError) as error:
            return _back(application_id, error.code)
        token = waiting.put(picture, application_id, me().id, merchant_code)
        return render_template(
            "console/payment_code.html",
            application_id=application_id,
            number=number,
            issued=issued,
            token=token,
        )

    @guard.page("/payments/<int:application_id>/code/keep", *WORKERS, method="POST")
    def payment_code_keep(application_id: int) -> ResponseReturnValue:
        try:
            file = waiting.get(request.form.get("token", ""))
            whose, who, merchant_code = file.told
            if (whose, who) != (application_id, me().id):
                abort(400)
            issued = read_code(str(merchant_code), file.data, "", None)
        except (InvalidInputError, RuleBrokenError) as error:
            return _back(application_id, error.code)
        kept = replace(issued, storage_key=file.name)
        flash(_kept(desk, application_id, kept))
        return redirect(url_for("console.payment", application_id=application_id), 303)


def _kept(desk: Desk, application_id: int, issued: Issued) -> str:
    cause = Cause(actor=me().actor, key=once(), now=desk.clock.now())

    def change(session: Session, cause: Cause) -> bool:
        return take_code(session, application_id, issued, cause)

    access = Access(me().actor, "code", "", issued.sha256[:16])
    return changed(desk, application_id, access, cause, change)


def _down(desk: Desk, code_id: int) -> str:
    now = desk.clock.now()
    try:
        with desk.database.transaction() as session:
            done = taken_down(session, code_id, me().market_id, me().actor, now)
            record = Access(me().actor, "check", f"pay_qr:{code_id}", "taken_down")
            write(session, record, now)
    except InvalidInputError:
        abort(404)
    except RuleBrokenError:
        return words.MESSAGES["illegal_move"]
    return words.DONE if done else words.ALREADY


def _picture(desk: Desk, storage_key: str) -> Response:
    try:
        data = desk.documents.files.get(storage_key)
    except InvalidInputError:
        abort(404)
    return Response(data, mimetype=sniff(data) or JPEG)


def _back(application_id: int, code: str) -> ResponseReturnValue:
    flash(payment_words.MESSAGES.get(code, payment_words.FAILED))
    return redirect(url_for("console.payment", application_id=application_id), 303)
