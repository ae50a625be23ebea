"""Easy payment: every application, who is waited for, and everything about one."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.clock import KST
from bot.console import outbox_words, payment_words, trial_payments
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, given_reason, log_access, me
from bot.nlu.banks import NAMES
from bot.services.pay_rules.needs import OWNER
from bot.services.payments import steps_from
from bot.services.payments.handover.applied import TAKES_CODES
from bot.services.payments.hanging import count_hanging
from bot.services.payments.links import links_of
from bot.services.payments.missing_codes import count_missing
from bot.services.payments.staff_board import (
    WAITS,
    Found,
    Wanted,
    board,
    count_by_waits,
    find,
)
from bot.services.trial_payments import is_called_for, trials_of
from models.requirement import DocumentKind
from models.states import Level, PayState

PAGE = 50
MOST_TEXT = 50
WITH_CODE = (PayState.ADDITIONAL_REQUIRED, PayState.REJECTED, PayState.SUSPENDED)
"""Steps that want to know what is wrong; the merchant is told it."""


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the list, and the page of one application, masked and whole."""

    @guard.page("/payments", *READERS)
    def payments() -> ResponseReturnValue:
        return _list(desk)

    @guard.page("/payments/<int:application_id>", *READERS)
    def payment(application_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"pay_application:{application_id}", "masked")
        return detail(desk, application_id)

    @guard.page("/payments/<int:application_id>/show", *WORKERS, method="POST")
    def payment_show(application_id: int) -> ResponseReturnValue:
        reason = given_reason()
        log_access(desk, "view_account", f"pay_application:{application_id}", reason)
        return detail(desk, application_id, shown=True)


def _list(desk: Desk) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    state, waits = request.args.get("state", ""), request.args.get("waits", "")
    wanted = Wanted(
        state=PayState(state) if state in set(PayState) else None,
        waits_for=waits if waits in WAITS else "",
        market=request.args.get("market", "").strip()[:MOST_TEXT],
        number=request.args.get("number", "").strip()[:MOST_TEXT],
        scope=me().market_id,
    )
    today = desk.clock.now().astimezone(KST).date()
    with desk.database.reading() as session:
        found = board(session, wanted, today, offset=(page - 1) * PAGE, limit=PAGE + 1)
        counts = count_by_waits(session, wanted.scope)
        hanging = count_hanging(session, wanted.scope)
        missing = count_missing(session, wanted.scope)
    return render_template(
        "console/payments.html",
        rows=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        wanted=wanted,
        counts=counts,
        hanging=hanging,
        missing=missing,
        said=desk.pay_sentence,
        pay_words=payment_words,
    )


def detail(
    desk: Desk, application_id: int, *, shown: bool = False, link: str = "", trial_link: str = ""
) -> str:
    """Return the page of one application.

    Args:
        desk: the collaborators.
        application_id: which one; 404 when there is none, or none that may be seen.
        shown: names and numbers whole.
        link: an address that was just made and is good once; it is shown this once.
        trial_link: the same of a test payment.
    """
    today = desk.clock.now().astimezone(KST).date()
    with desk.database.reading() as session:
        found = find(session, application_id, today, me().market_id)
        if found is None:
            abort(404)
        return render_template(
            "console/payment.html",
            found=found,
            row=found.row,
            view=found.line.view,
            line=found.line,
            said=desk.pay_sentence(found.line.view),
            bank=NAMES.get(found.row.bank_code or "", found.row.bank_code or "-"),
            shown=shown,
            link=link,
            trial_link=trial_link,
            tries=bool(desk.settings.kakaopay_key)
            and is_called_for(session, application_id, desk.clock.now()),
            message_states=outbox_words.STATES,
            links=links_of(session, application_id),
            asks_owner=_asks_owner(found),
            sends_won=bool(desk.settings.account_check_url) and _asks_bank(found),
            steps=[to for to in steps_from(found.row.state) if to is not PayState.TERMINATED],
            may_end=PayState.TERMINATED in steps_from(found.row.state),
            takes_code=found.row.state in TAKES_CODES,
            codes_to_send=WITH_CODE,
            papers_to_ask=[kind for kind in DocumentKind if kind is not DocumentKind.OTHER],
            now=desk.clock.now(),
            pay_words=payment_words,
            trials=trials_of(session, application_id),
            trial_words=trial_payments,
        )


def _asks_bank(found: Found) -> bool:
    """Tell whether one won could prove the account: there is one, and nobody has proved it."""
    view = found.line.view
    return view.has_account and any(line.key == "account" for line in view.requirements)


def _asks_owner(found: Found) -> bool:
    """Tell whether the owner has not said yet that the application is wanted."""
    return any(
        line.key == OWNER and line.level is Level.PENDING_VERIFICATION
        for line in found.line.view.requirements
    )
