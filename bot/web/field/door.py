"""The door of the supporter's pages: signed in by a link from the chat, for one supporter.

A session ends twelve hours after the last look, with signing out, or when the supporter
leaves the programme. Every POST carries the session's own secret. A page that came in any
other way than through `Door.page` is refused.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue

from bot.services.field_door import Visitor, visitor
from bot.web.field import texts
from bot.web.field.desk import FieldDesk
from bot.web.field.texts import Notice

IDLE = timedelta(hours=12)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=()",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_KEY, _CSRF = "field", "field_csrf"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Door:
    """Stands before every page of a blueprint."""

    def __init__(self, blueprint: Blueprint, desk: FieldDesk) -> None:
        self._blueprint = blueprint
        self._desk = desk
        self._pages: dict[str, bool] = {}
        blueprint.before_request(self._check)
        blueprint.after_request(_with_headers)
        blueprint.context_processor(self._context)

    def page(
        self, rule: str, *, method: str = "GET", outside: bool = False
    ) -> Callable[[View], View]:
        """Add a page for whoever is signed in, or one that lies outside the door."""

        def add(view: View) -> View:
            self._pages[f"{self._blueprint.name}.{view.__name__}"] = outside
            self._blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
            return view

        return add

    def let_in(self, who: Visitor) -> None:
        """Begin a session; what the browser held before is thrown away."""
        session.clear()
        session[_KEY] = {"supporter": who.id, "stamp": who.stamp, "seen": self._seconds()}

    def _check(self) -> ResponseReturnValue | None:
        endpoint = request.endpoint or ""
        if endpoint == f"{self._blueprint.name}.static":
            return None
        if endpoint not in self._pages:
            abort(403)
        if self._pages[endpoint]:
            return None
        who = self._inside()
        if who is None:
            session.pop(_KEY, None)
            return refused(texts.SIGN_IN, 401)
        if request.method == "POST" and not _is_ours():
            return refused(texts.OLD_PAGE, 400)
        g.visitor = who
        return None

    def _inside(self) -> Visitor | None:
        kept = session.get(_KEY)
        if not isinstance(kept, dict) or self._seconds() - kept["seen"] > IDLE.total_seconds():
            return None
        with self._desk.database.reading() as reading:
            who = visitor(reading, kept["supporter"], kept["stamp"])
        session[_KEY] = {**kept, "seen": self._seconds()}
        return who

    def _seconds(self) -> int:
        return int(self._desk.clock.now().timestamp())

    def _context(self) -> dict[str, object]:
        return {
            "visitor": g.get("visitor"),
            "csrf": csrf_token,
            "new_key": lambda: secrets.token_urlsafe(12),
            "texts": texts,
            "office_phone": self._desk.settings.office_phone,
        }


def me() -> Visitor:
    """Return who asked for this page."""
    found: Visitor = g.visitor
    return found


def by_script() -> bool:
    """Tell whether the page's own script asks, which wants JSON."""
    return request.headers.get("X-Requested-With") == "script"


def csrf_token() -> str:
    """Return the secret that every form of this session carries."""
    if _CSRF not in session:
        session[_CSRF] = secrets.token_urlsafe(24)
    return str(session[_CSRF])


def refused(notice: Notice, status: int) -> ResponseReturnValue:
    """Return a page that only says something."""
    if by_script():
        return jsonify(ok=False, message=" ".join((f"{notice.title}.", *notice.lines))), status
    return render_template("field/notice.html", notice=notice), status


def _is_ours() -> bool:
    given, kept = request.form.get("csrf", ""), session.get(_CSRF, "")
    return bool(kept) and hmac.compare_digest(given.encode(), str(kept).encode())


def _with_headers(response: Response) -> Response:
    answer = make_response(response)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
