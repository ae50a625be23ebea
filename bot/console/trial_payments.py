"""Test payments of which nobody knows whether the money is back: for people to see to."""

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.console import words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, log_access, me
from bot.services.trial_payments import look_soon, stuck_trials
from models.states import TrialState

STATES: Mapping[str, str] = {
    TrialState.OPENED: "열어 둠",
    TrialState.PAID: "결제됨, 돌려줄 차례",
    TrialState.CANCELLED: "돌려줌 (휴대폰 잘 됨)",
    TrialState.FAILED: "안 됨",
    TrialState.UNCLEAR: "모름",
}
CODES: Mapping[str, str] = {
    "approving": "결제를 확정하다 멈춤",
    "cancelling": "돌려주다 멈춤",
    "stopped": "상인이 그만둠",
    "failed": "카카오페이에서 실패",
    "expired": "15분 지남",
    "lost": "열다가 끊김",
    "odd_nothing_left": "돌려줄 돈이 없다고 나옴",
    "odd_fail_payment": "결제됐다가 실패로 나옴",
}
"""What a code is called; others are shown as they are."""


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the list, and asking about one at once."""

    @guard.page("/payments/trials", *READERS)
    def trial_payments() -> ResponseReturnValue:
        with desk.database.reading() as session:
            stuck = stuck_trials(session, desk.clock.now(), me().market_id)
        return render_template(
            "console/trial_payments.html", stuck=stuck, states=STATES, codes=CODES
        )

    @guard.page("/payments/trials/<int:trial_id>/look", *WORKERS, method="POST")
    def trial_payment_look(trial_id: int) -> ResponseReturnValue:
        now, scope = desk.clock.now(), me().market_id
        with desk.database.transaction() as session:
            if trial_id not in {trial.id for trial in stuck_trials(session, now, scope)}:
                abort(404)
            look_soon(session, trial_id, now)
        log_access(desk, "check", f"pay_trial:{trial_id}", "look")
        flash(words.DONE)
        return redirect(url_for("console.trial_payments"), 303)
