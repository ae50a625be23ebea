"""Links about one application: made and shown once, or sent; and that of the test payment."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.console import payment_words
from bot.console.desk import Desk
from bot.console.guard import WORKERS, Guard, log_access, me, once
from bot.console.payment_steps import changed
from bot.console.payments import detail
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.access_log import Access
from bot.services.payments.links import PayLinks
from bot.services.payments.sent_links import Wanted, send_link
from bot.services.payments.staff_board import may_see
from bot.services.trial_links import TrialLinks
from bot.services.trial_payments import is_called_for
from models.payment import LinkPurpose
from models.requirement import DocumentKind
from models.states import Cause

MAX_PHONE = 30


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add making a link, sending one, and the link of the test payment."""

    @guard.page("/payments/<int:application_id>/link", *WORKERS, method="POST")
    def payment_link(application_id: int) -> ResponseReturnValue:
        wanted = _wanted(application_id)
        if request.form.get("how") == "send":
            return _sent(desk, wanted)
        log_access(desk, "grant", f"pay_application:{application_id}", "pay_link")
        return _linked(desk, wanted)

    @guard.page("/payments/<int:application_id>/trial-link", *WORKERS, method="POST")
    def payment_trial_link(application_id: int) -> ResponseReturnValue:
        settings, now = desk.settings, desk.clock.now()
        if not settings.kakaopay_key:
            abort(404)
        with desk.database.reading() as session:
            if not may_see(session, application_id, me().market_id):
                abort(404)
            called_for = is_called_for(session, application_id, now)
        if not called_for:
            return _refused(application_id, "trial_not_called_for")
        log_access(desk, "grant", f"pay_application:{application_id}", "trial_link")
        links = TrialLinks(settings.secret_key, settings.public_url, desk.clock)
        return detail(desk, application_id, trial_link=links.page(application_id))


def _wanted(application_id: int) -> Wanted:
    purpose, paper = request.form.get("purpose", ""), request.form.get("paper", "")
    if purpose not in set(LinkPurpose):
        abort(400)
    is_photo = purpose == LinkPurpose.PHOTO
    if is_photo and paper not in set(DocumentKind):
        abort(400)
    return Wanted(
        application_id,
        LinkPurpose(purpose),
        DocumentKind(paper) if is_photo else None,
        request.form.get("phone", "")[:MAX_PHONE],
    )


def _sent(desk: Desk, wanted: Wanted) -> ResponseReturnValue:
    cause = Cause(actor=me().actor, key=once(), now=desk.clock.now())

    def change(session: Session, cause: Cause) -> bool:
        return send_link(session, _links(desk), wanted, cause)

    access = Access(me().actor, "grant", "", "pay_link_sent")
    flash(changed(desk, wanted.application_id, access, cause, change))
    return redirect(url_for("console.payment", application_id=wanted.application_id), 303)


def _linked(desk: Desk, wanted: Wanted) -> ResponseReturnValue:
    """Make a link and show it on the page of its application, this once."""
    try:
        with desk.database.transaction() as session:
            if not may_see(session, wanted.application_id, me().market_id):
                abort(404)
            link = _links(desk).issue(session, wanted.application_id, wanted.purpose, wanted.paper)
    except (InvalidInputError, RuleBrokenError) as error:
        return _refused(wanted.application_id, error.code)
    return detail(desk, wanted.application_id, link=link)


def _links(desk: Desk) -> PayLinks:
    settings = desk.settings
    return PayLinks(settings.secret_key, settings.public_url, desk.clock)


def _refused(application_id: int, code: str) -> ResponseReturnValue:
    flash(payment_words.MESSAGES.get(code, payment_words.FAILED))
    return redirect(url_for("console.payment", application_id=application_id), 303)
