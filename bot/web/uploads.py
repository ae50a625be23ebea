"""The page on which a merchant sends a paper from the phone.

The address is the proof (see `bot/services/upload_links.py`): it is unguessable, so a post
from elsewhere cannot be forged and no cookie is needed. The page works without scripts; with
them it shows the picture, makes it smaller before sending and shows how far sending is.
"""

from dataclasses import dataclass

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.clock import Clock
from bot.config import Settings
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.documents import FILES_PER_LINK, DocumentStore, Sent, files_of_link
from bot.services.pictures import MAX_BYTES
from bot.services.upload_links import PATH, UploadLink, UploadLinks
from bot.web.upload_parts import STATUS, by_script, posted, with_headers
from bot.web.upload_texts import (
    ERRORS,
    EXPIRED,
    INVALID,
    NETWORK_ERROR,
    NEXT_STEP,
    PAPERS,
    USED,
    Notice,
)
from models.conversation import Conversation
from models.requirement import DocumentKind
from models.session import Database

_NOTICES = {
    "link_expired": (EXPIRED, 410),
    "link_used": (USED, 410),
    "link_invalid": (INVALID, 404),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDesk:
    """What the page works with."""

    settings: Settings
    clock: Clock
    database: Database
    links: UploadLinks
    store: DocumentStore

    def open(self, token: str) -> UploadLink:
        """Return what a link says, when it may still be used.

        Raises:
            RuleBrokenError: code `link_expired`, `link_used` or `link_invalid`.
        """
        link = self.links.read(token)
        if link.kind not in set(DocumentKind):
            raise RuleBrokenError(code="link_invalid")
        with self.database.reading() as session:
            if session.get(Conversation, link.conversation_id) is None:
                raise RuleBrokenError(code="link_invalid")
            if files_of_link(session, link.conversation_id, _way(link)) >= FILES_PER_LINK:
                raise RuleBrokenError(code="link_used")
        return link

    def receive(self, link: UploadLink, data: bytes) -> None:
        """Store a file.

        Raises:
            InvalidInputError: it cannot be taken; see `DocumentStore.prepare`.
        """
        stored = self.store.prepare_now(data)
        sent = Sent(link.conversation_id, DocumentKind(link.kind), _way(link))
        with self.database.transaction() as session:
            self.store.record(session, stored, sent, self.clock.now())


def _way(link: UploadLink) -> str:
    return f"upload:{link.nonce}"


def uploads_blueprint(desk: UploadDesk) -> Blueprint:
    """Return the routes under /upload."""
    blueprint = Blueprint(
        "uploads",
        __name__,
        url_prefix=PATH,
        static_folder="upload_page/static",
        template_folder="upload_page/templates",
    )
    blueprint.after_request(with_headers)
    _add_pages(blueprint, desk)
    _add_errors(blueprint, desk)
    return blueprint


def _add_pages(blueprint: Blueprint, desk: UploadDesk) -> None:
    @blueprint.get("/<token>")
    def form(token: str) -> ResponseReturnValue:
        return _form(desk, token, desk.open(token))

    @blueprint.post("/<token>")
    def send(token: str) -> ResponseReturnValue:
        link = desk.open(token)
        try:
            desk.receive(link, posted())
        except InvalidInputError as error:
            if error.code not in ERRORS:
                raise RuleBrokenError(code="link_invalid") from error
            return _refused(desk, token, link, error.code)
        done = url_for("uploads.done", token=token)
        if by_script():
            return jsonify(next=done)
        return redirect(done, 303)

    @blueprint.get("/<token>/done")
    def done(token: str) -> ResponseReturnValue:
        link = desk.links.read(token)
        paper = PAPERS[DocumentKind(link.kind)]
        more = url_for("uploads.form", token=token)
        return render_template(
            "upload_page/done.html", paper=paper, next_step=NEXT_STEP, more=more, desk=desk
        )


def _add_errors(blueprint: Blueprint, desk: UploadDesk) -> None:
    @blueprint.errorhandler(RuleBrokenError)
    def not_usable(error: RuleBrokenError) -> ResponseReturnValue:
        notice, status = _NOTICES.get(error.code, (INVALID, 404))
        return _notice(desk, notice, status)


def _form(desk: UploadDesk, token: str, link: UploadLink, error: str | None = None) -> str:
    return render_template(
        "upload_page/form.html",
        paper=PAPERS[DocumentKind(link.kind)],
        action=url_for("uploads.send", token=token),
        error=error,
        desk=desk,
        limit=MAX_BYTES,
        network_error=NETWORK_ERROR,
        too_big=ERRORS["file_too_big"],
    )


def _refused(desk: UploadDesk, token: str, link: UploadLink, code: str) -> ResponseReturnValue:
    status = STATUS.get(code, 400)
    if by_script():
        return jsonify(message=ERRORS[code]), status
    return _form(desk, token, link, ERRORS[code]), status


def _notice(desk: UploadDesk, notice: Notice, status: int) -> ResponseReturnValue:
    if by_script():
        return jsonify(message=" ".join((notice.title + ".", *notice.lines))), status
    return render_template("upload_page/notice.html", notice=notice, desk=desk), status
