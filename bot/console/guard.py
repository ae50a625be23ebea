"""The door of the console: who is inside, for how long, and which pages a role may open.

Every page is added through `Guard.page`, which names its roles; a route that came in any
other way is refused. A session ends 30 minutes after the last click and 12 hours after the
login, whichever is first. Every POST carries the session's own secret.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Blueprint, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from bot.console import outbox_words, words
from bot.console.desk import Desk
from bot.nlu.pii import mask
from bot.outbox.overview import Stopped, stopped
from bot.services.access_log import Access, write
from bot.services.staff import Member, member
from models.staff import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
WORKERS = (Role.OPERATOR, Role.ADMIN)
"""Who changes things."""
READERS = (*WORKERS, Role.AUDITOR)
"""Who may look."""
KEEPERS = (Role.AUDITOR, Role.ADMIN)
"""Who watches the watchers."""
MAX_REASON = 200
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""No page needs a script."""
_KEY, _CSRF = "console", "console_csrf"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Guard:
    """Stands before every page of a blueprint.

    Attributes:
        allowed: endpoint -> roles that may open it; () for pages before the login.
    """

    def __init__(self, blueprint: Blueprint, desk: Desk) -> None:
        self._blueprint = blueprint
        self._desk = desk
        self.allowed: dict[str, tuple[Role, ...]] = {}
        blueprint.before_request(self._check)
        blueprint.after_request(_with_headers)
        blueprint.context_processor(self._context)

    def page(self, rule: str, *roles: Role, method: str = "GET") -> Callable[[View], View]:
        """Add a page that these roles may open."""

        def add(view: View) -> View:
            self.allowed[f"{self._blueprint.name}.{view.__name__}"] = roles
            self._blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
            return view

        return add

    def let_in(self, who: Member) -> None:
        """Begin a session; what the browser held before is thrown away."""
        now = int(self._desk.clock.now().timestamp())
        session.clear()
        session[_KEY] = {"staff": who.id, "stamp": who.stamp, "since": now, "seen": now}

    def _check(self) -> ResponseReturnValue | None:
        endpoint = request.endpoint or ""
        if endpoint == f"{self._blueprint.name}.static":
            return None
        if endpoint not in self.allowed:
            abort(403)
        if request.method == "POST":
            _check_csrf()
        roles = self.allowed[endpoint]
        if not roles:
            return None
        who = self._inside()
        if who is None:
            session.pop(_KEY, None)
            return redirect(url_for(f"{self._blueprint.name}.login"), 303)
        if who.role not in roles:
            abort(403)
        g.member = who
        return None

    def _inside(self) -> Member | None:
        kept = session.get(_KEY)
        if not isinstance(kept, dict):
            return None
        now = self._desk.clock.now()
        if _passed(now, kept["since"]) > LONGEST or _passed(now, kept["seen"]) > IDLE:
            return None
        with self._desk.database.reading() as reading:
            who = member(reading, kept["staff"], kept["stamp"])
        session[_KEY] = {**kept, "seen": int(now.timestamp())}
        return who

    def _stops(self) -> Sequence[Stopped]:
        """Return what of sending is stopped; every page says so."""
        with self._desk.database.reading() as reading:
            return stopped(reading)

    def _context(self) -> dict[str, object]:
        now = self._desk.clock.now()
        return {
            "member": g.get("member"),
            "csrf": csrf_token(),
            "once": secrets.token_urlsafe(9),
            "words": words,
            "word": words.word,
            "moment": words.moment,
            "ago": lambda at: words.span(now - at) + " 전",
            "stops_now": self._stops,
            "scope_name": outbox_words.scope_name,
            "may": lambda *roles: "member" in g and g.member.role in roles,
        }


def me() -> Member:
    """Return who asked for this page."""
    found: Member = g.member
    return found


def csrf_token() -> str:
    """Return the secret that every form of this session carries."""
    if _CSRF not in session:
        session[_CSRF] = secrets.token_urlsafe(24)
    return str(session[_CSRF])


def once() -> str:
    """Return the key of the form that was sent, so that sending it twice does it once."""
    return f"console:{me().id}:{request.form.get('once', '')[:40] or secrets.token_urlsafe(9)}"


def given_reason() -> str:
    """Return why somebody wants to see data, without numbers of people; 400 without a word."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        abort(400)
    return mask(reason)[:MAX_REASON]


def log_access(desk: Desk, action: str, subject: str, reason: str, rows: int = 1) -> None:
    """Write down that the person of this page saw or took data, before it is shown.

    Whose it is may come from the address of the page: a number that somebody pasted there is
    not kept.
    """
    entry = Access(me().actor, action, mask(subject), reason, rows, request.remote_addr)
    with desk.database.transaction() as writing:
        write(writing, entry, desk.clock.now())


def _check_csrf() -> None:
    given = request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        abort(400)


def _passed(now: datetime, since: int) -> timedelta:
    return timedelta(seconds=now.timestamp() - since)


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
