"""Coming in with a link from the chat, and going out.

Opening the link only shows a button: chats fetch addresses by themselves to show what is
behind them, and that must not use the link up.
"""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from bot.errors import RuleBrokenError
from bot.services.field_door import Visitor, enter, leave
from bot.web.field import texts
from bot.web.field.desk import FieldDesk
from bot.web.field.door import Door, me, refused

_NOTICES = {
    "link_expired": (texts.LINK_OLD, 410),
    "link_used": (texts.LINK_OLD, 410),
    "link_invalid": (texts.LINK_WRONG, 404),
}


def add_pages(door: Door, desk: FieldDesk) -> None:
    """Add the way in and the way out."""

    @door.page("/in/<token>", outside=True)
    def link(token: str) -> ResponseReturnValue:
        try:
            desk.links.read(token)
        except RuleBrokenError as error:
            return refused(*_NOTICES[error.code])
        return render_template("field/enter.html", token=token, notice=texts.WELCOME)

    @door.page("/in/<token>", method="POST", outside=True)
    def come_in(token: str) -> ResponseReturnValue:
        try:
            door.let_in(_visitor(desk, token))
        except RuleBrokenError as error:
            return refused(*_NOTICES[error.code])
        return redirect(url_for("field.today"), 303)

    @door.page("/out", method="POST")
    def go_out() -> ResponseReturnValue:
        with desk.database.transaction() as writing:
            leave(writing, me().id, desk.clock.now())
        session.clear()
        return render_template("field/notice.html", notice=texts.SIGN_IN)


def _visitor(desk: FieldDesk, token: str) -> Visitor:
    found = desk.links.read(token)
    with desk.database.transaction() as writing:
        return enter(writing, found, desk.clock.now())
