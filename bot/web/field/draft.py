"""Codes from the chat: finishing a merchant's form together, and joining one's own chat."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.channels.kakao.parse import clean
from bot.dialogue.message import Inbound
from bot.errors import RuleBrokenError
from bot.services.help_codes import (
    DIGITS,
    Help,
    end_help,
    has_chat,
    join_chat,
    open_help,
    take_code,
    talk_of,
)
from bot.web.field import texts
from bot.web.field.chat_view import shown
from bot.web.field.desk import FieldDesk
from bot.web.field.door import Door, me
from bot.web.field.view import clock
from bot.web.guards import shielded

MOST_TEXT, MOST_KEY, MOST_TOKEN = 500, 60, 200


def add_pages(door: Door, desk: FieldDesk) -> None:
    """Add the pages."""

    @door.page("/draft")
    def draft() -> ResponseReturnValue:
        held = _held(desk)
        return _talk(desk, held) if held else render_template("field/code.html", problem="")

    @door.page("/draft", method="POST")
    def open_draft() -> ResponseReturnValue:
        try:
            held = take_code(desk.database, me(), _digits(), desk.clock.now())
        except RuleBrokenError as error:
            problem = texts.CODE_ERRORS.get(error.code, texts.CODE_DIGITS)
            status = 429 if error.code == "code_paused" else 400
            return render_template("field/code.html", problem=problem), status
        _say(desk, held, texts.CONTINUE, "", secrets.token_urlsafe(9))
        return redirect(url_for("field.draft", _anchor="now"), 303)

    @door.page("/draft/say", method="POST")
    def say() -> ResponseReturnValue:
        held, text = _held(desk), clean(request.form.get("text", "")[:MOST_TEXT])
        if held is not None and text:
            key = request.form.get("key", "")[:MOST_KEY] or secrets.token_urlsafe(9)
            _say(desk, held, text, request.form.get("token", "")[:MOST_TOKEN], key)
        return redirect(url_for("field.draft", _anchor="now"), 303)

    @door.page("/chat")
    def chat() -> ResponseReturnValue:
        return _chat(desk)

    @door.page("/chat", method="POST")
    def join() -> ResponseReturnValue:
        try:
            join_chat(desk.database, me(), _digits(), desk.clock.now())
        except RuleBrokenError as error:
            problem = texts.CODE_ERRORS.get(error.code, texts.CODE_DIGITS)
            return _chat(desk, problem), 429 if error.code == "code_paused" else 400
        flash(texts.JOINED)
        return redirect(url_for("field.today"), 303)

    @door.page("/draft/end", method="POST")
    def end_draft() -> ResponseReturnValue:
        with desk.database.transaction() as writing:
            end_help(writing, me().id)
        return redirect(url_for("field.today"), 303)


def _held(desk: FieldDesk) -> Help | None:
    with desk.database.reading() as reading:
        return open_help(reading, me().id, desk.clock.now())


def _digits() -> str:
    """Return the code of the form.

    Raises:
        RuleBrokenError: it has not six digits (code `code_digits`).
    """
    code = "".join(sign for sign in request.form.get("code", "") if sign.isdecimal())
    if len(code) != DIGITS:
        raise RuleBrokenError(code="code_digits")
    return code


def _chat(desk: FieldDesk, problem: str = "") -> str:
    with desk.database.reading() as reading:
        is_on = has_chat(reading, me().id)
    return render_template("field/chat.html", problem=problem, is_on=is_on)


def _say(desk: FieldDesk, held: Help, text: str, token: str, key: str) -> None:
    """Write in the merchant's conversation; a repeated form is answered once."""
    inbound = Inbound(
        bot_id=held.bot_id,
        user_key=held.user_key,
        text=text,
        received_at=desk.clock.now(),
        request_id=f"field:{me().id}:{key}",
        channel=held.channel,
        token=token or None,
        by=me().actor,
    )
    _, well = shielded(lambda: desk.conversation.handle(inbound), b"", "turn of a supporter")
    if not well:
        flash(texts.TROUBLE)


def _talk(desk: FieldDesk, held: Help) -> str:
    with desk.database.reading() as reading:
        lines, reply = talk_of(reading, held)
    return render_template(
        "field/talk.html",
        lines=lines[:-1],
        last=lines[-1:],
        now=shown(reply),
        until=clock(held.until),
    )
