"""Taking an application back, or ending it, for a merchant who asked for it outside the chat."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.console import payment_words
from bot.console.desk import Desk
from bot.console.guard import WORKERS, Guard, given_reason, me, once
from bot.console.payment_steps import changed
from bot.services.access_log import Access
from bot.services.payments.notes import add_note
from bot.services.payments.on_behalf import Wish, end_for
from bot.services.payments.staff_board import find
from models.states import Cause


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the page that asks once more, and doing it."""

    @guard.page("/payments/<int:application_id>/behalf", *WORKERS, method="POST")
    def payment_behalf(application_id: int) -> ResponseReturnValue:
        wish, reason = _wish(), given_reason()
        today = desk.clock.now().astimezone(KST).date()
        with desk.database.reading() as session:
            found = find(session, application_id, today, me().market_id)
            if found is None:
                abort(404)
            view = found.line.view
            if not (view.can_withdraw or view.can_terminate):
                flash(payment_words.MESSAGES["pay_over"])
                return _back(application_id)
            return render_template(
                "console/payment_behalf.html",
                view=view,
                wish=wish,
                reason=reason,
                pay_words=payment_words,
            )

    @guard.page("/payments/<int:application_id>/behalf/confirm", *WORKERS, method="POST")
    def payment_behalf_confirm(application_id: int) -> ResponseReturnValue:
        wish, reason = _wish(), given_reason()
        told = f"{payment_words.WISH_BY[wish.by]}, {payment_words.WISH_HOW[wish.how]}: {reason}"

        def change(session: Session, cause: Cause) -> bool:
            done = end_for(session, application_id, wish, cause)
            if done:
                add_note(session, application_id, told, cause)
            return done

        cause = Cause(actor=me().actor, key=once(), now=desk.clock.now())
        access = Access(me().actor, "behalf", "", told)
        flash(changed(desk, application_id, access, cause, change))
        return _back(application_id)


def _wish() -> Wish:
    by, how = request.form.get("by", ""), request.form.get("how", "")
    if by not in payment_words.WISH_BY or how not in payment_words.WISH_HOW:
        abort(400)
    return Wish(by, how)


def _back(application_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.payment", application_id=application_id), 303)
