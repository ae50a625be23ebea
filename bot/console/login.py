"""Coming in and going out."""

from collections import deque
from datetime import datetime, timedelta

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from bot.console import words
from bot.console.desk import Desk
from bot.console.guard import READERS, Guard
from bot.errors import RuleBrokenError
from bot.services.access_log import Access, write
from bot.services.staff import Member, log_in

WITHIN = timedelta(minutes=15)
MAX_FAILURES = 20
"""From one address, whatever logins were tried."""
MAX_ADDRESSES = 10_000


class Crowd:
    """Counts failures by address, in this process, for a quarter of an hour."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[datetime]] = {}

    def is_too_much(self, address: str, now: datetime) -> bool:
        """Tell whether nobody from this address may try at the moment."""
        times = self._failures.get(address, deque())
        while times and now - times[0] > WITHIN:
            times.popleft()
        return len(times) >= MAX_FAILURES

    def failed(self, address: str, now: datetime) -> None:
        """Count a failure."""
        if len(self._failures) >= MAX_ADDRESSES:
            self._failures.clear()
        self._failures.setdefault(address, deque(maxlen=MAX_FAILURES)).append(now)


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the login and the way out."""
    crowd = Crowd()

    @guard.page("/login")
    def login() -> ResponseReturnValue:
        return render_template("console/login.html", problem=None)

    @guard.page("/login", method="POST")
    def enter() -> ResponseReturnValue:
        try:
            _enter(guard, desk, crowd)
        except RuleBrokenError as error:
            problem = words.MESSAGES[error.code]
            return render_template("console/login.html", problem=problem), 401
        return redirect(url_for("console.today"), 303)

    @guard.page("/logout", *READERS, method="POST")
    def leave() -> ResponseReturnValue:
        session.clear()
        return redirect(url_for("console.login"), 303)


def _enter(guard: Guard, desk: Desk, crowd: Crowd) -> None:
    now, address = desk.clock.now(), request.remote_addr or "?"
    if crowd.is_too_much(address, now):
        raise RuleBrokenError(code="login_crowded")
    try:
        who = _worker(desk, now)
    except RuleBrokenError:
        crowd.failed(address, now)
        # What was typed stays out: people type passwords into the wrong field.
        _log(desk, Access("staff:?", "login_failed", "*", source_address=address), now)
        raise
    _log(desk, Access(who.actor, "login", f"staff:{who.id}", source_address=address), now)
    guard.let_in(who)


def _worker(desk: Desk, now: datetime) -> Member:
    """Return who logs in; supporters and market managers have no console."""
    given = request.form.get("login", ""), request.form.get("password", "")
    who = log_in(desk.database, *given, now)
    if who.role not in READERS:
        raise RuleBrokenError(code="login_failed")
    return who


def _log(desk: Desk, access: Access, now: datetime) -> None:
    with desk.database.transaction() as writing:
        write(writing, access, now)
