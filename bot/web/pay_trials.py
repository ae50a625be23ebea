"""The page on which an owner pays 100 won to see that the telephone can; it goes back at once.

The address is the proof (see `bot/services/trial_links.py`). KakaoPay sends the telephone back
with a token in the query; we use it and lead on to an address without it, so that it stays in
no history. What waits for KakaoPay is done in threads of its own, and the page looks again.
Where no key of KakaoPay is set there is no such page.
"""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.clock import Clock
from bot.config import Settings
from bot.errors import RuleBrokenError
from bot.services.trial_links import PATH, TrialLink
from bot.services.trial_payments import (
    Till,
    TrialView,
    is_called_for,
    newest_trial,
    open_trial,
    pay,
    stop_trial,
)
from bot.web import pay_trial_texts as texts
from bot.web.pay_trial_texts import PageText
from bot.web.slow_work import SlowWork
from bot.web.upload_parts import notice_page, with_headers

_PAGE, _GOING = "pay_trials.page", "pay_trials.going"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDesk:
    """What the page works with.

    Attributes:
        till: None where no key of KakaoPay is set.
    """

    settings: Settings
    clock: Clock
    till: Till | None
    slow: SlowWork

    def look(self, token: str) -> tuple[Till, TrialLink]:
        """Return what a link says, and what is worked with.

        Raises:
            RuleBrokenError: code `link_expired` or `link_invalid`.
        """
        if self.till is None:
            raise RuleBrokenError(code="link_invalid")
        return self.till, self.till.links.read(token)

    def newest(self, token: str) -> TrialView | None:
        """Return the newest test payment; None when there is none, but may be.

        Raises:
            RuleBrokenError: as `look`, or nothing is to be tried (`trial_not_called_for`).
        """
        till, link = self.look(token)
        now = self.clock.now()
        with till.database.reading() as session:
            found = newest_trial(session, link.application_id)
            if found is not None and not found.is_old(now):
                return found
            if not is_called_for(session, link.application_id, now):
                raise RuleBrokenError(code="trial_not_called_for")
        return None

    def came_back(self, token: str) -> tuple[Till, int]:
        """Return which test payment somebody comes back from.

        Raises:
            RuleBrokenError: as `look`.
        """
        till, link = self.look(token)
        if not link.trial_id:
            raise RuleBrokenError(code="link_invalid")
        return till, link.trial_id


def pay_trials_blueprint(desk: TrialDesk) -> Blueprint:
    """Return the routes under /pay-trial."""
    blueprint = Blueprint(
        "pay_trials", __name__, url_prefix=PATH, template_folder="pay_trial_page/templates"
    )
    blueprint.after_request(with_headers)
    _add_pages(blueprint, desk)
    _add_returns(blueprint, desk)

    @blueprint.errorhandler(RuleBrokenError)
    def not_usable(error: RuleBrokenError) -> ResponseReturnValue:
        notice, status = texts.NOTICES.get(error.code, texts.INVALID)
        return notice_page(desk, notice, status)

    return blueprint


def _add_pages(blueprint: Blueprint, desk: TrialDesk) -> None:
    @blueprint.get("/<token>")
    def page(token: str) -> ResponseReturnValue:
        return _page(desk, token, _text(desk, desk.newest(token)))

    @blueprint.post("/<token>")
    def begin(token: str) -> ResponseReturnValue:
        till, link = desk.look(token)
        desk.slow.do(partial(open_trial, till, link.application_id, desk.clock.now()))
        return redirect(url_for(_GOING, token=token), 303)

    @blueprint.get("/<token>/going")
    def going(token: str) -> ResponseReturnValue:
        """Lead on by a page and not by the answer to the form: its policy allows no other host."""
        found = desk.newest(token)
        phase = found.phase(desk.clock.now()) if found else None
        if found and phase == "open":
            return render_template(
                "pay_trial_page/going.html", url=found.redirect_url, open=texts.OPEN, desk=desk
            )
        if phase == "opening":
            return _page(desk, token, texts.PHASES["opening"], _GOING)
        return redirect(url_for(_PAGE, token=token), 303)


def _add_returns(blueprint: Blueprint, desk: TrialDesk) -> None:
    @blueprint.get("/<token>/paid")
    def paid(token: str) -> ResponseReturnValue:
        till, trial_id = desk.came_back(token)
        pg_token = request.args.get("pg_token", "")
        desk.slow.do(partial(pay, till, trial_id, pg_token, desk.clock.now()))
        return redirect(url_for(_PAGE, token=token), 303)

    @blueprint.get("/<token>/stopped")
    def stopped(token: str) -> ResponseReturnValue:
        return _over(desk, token, "stopped")

    @blueprint.get("/<token>/failed")
    def failed(token: str) -> ResponseReturnValue:
        return _over(desk, token, "failed")


def _over(desk: TrialDesk, token: str, code: str) -> ResponseReturnValue:
    till, trial_id = desk.came_back(token)
    stop_trial(till, trial_id, code, desk.clock.now())
    return redirect(url_for(_PAGE, token=token), 303)


def _text(desk: TrialDesk, found: TrialView | None) -> PageText:
    if found is None:
        return texts.START
    phase = found.phase(desk.clock.now())
    if phase == "failed" and not found.was_tried:
        known = found.code or "expired"  # its time is over and nobody has noted it yet
        return texts.OF_CODE.get(known, texts.PHASES[phase])
    return texts.PHASES[phase]


def _page(desk: TrialDesk, token: str, text: PageText, again: str = _PAGE) -> str:
    return render_template(
        "pay_trial_page/page.html", text=text, again=url_for(again, token=token), desk=desk
    )
