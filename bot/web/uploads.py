"""The page on which a merchant sends a paper from the phone.

The address is the proof (see `bot/services/upload_links.py`): it is unguessable, so a post
from elsewhere cannot be forged and no cookie is needed. The page works without scripts; with
them it shows the picture, makes it smaller before sending and shows how far sending is.
"""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.clock import Clock
from bot.config import Settings
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.documents import FILES_PER_LINK, DocumentStore, Sent, files_of_link
from bot.services.upload_links import PATH, UploadLink, UploadLinks
from bot.web.upload_parts import (
    notice_page,
    photo_form,
    photo_refused,
    photo_taken,
    posted,
    with_headers,
)
from bot.web.upload_texts import (
    EXPIRED,
    INVALID,
    NEXT_STEP,
    PAPERS,
    USED,
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
        return photo_form(desk, DocumentKind(desk.open(token).kind), _action(token))

    @blueprint.post("/<token>")
    def send(token: str) -> ResponseReturnValue:
        link = desk.open(token)
        try:
            desk.receive(link, posted())
        except InvalidInputError as error:
            return photo_refused(desk, DocumentKind(link.kind), _action(token), error)
        return photo_taken(url_for("uploads.done", token=token))

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
        return notice_page(desk, notice, status)


def _action(token: str) -> str:
    return url_for("uploads.send", token=token)
