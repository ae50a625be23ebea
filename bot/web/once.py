"""The page of a link that is used once: the owner's word, or one photo from the owner's phone.

The address is the proof (see `bot/services/payments/links.py`). To open the page changes
nothing; what is sent from it uses the link up, and whoever comes a second time is told so.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.clock import Clock
from bot.config import Settings
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.documents import DocumentStore, Sent
from bot.services.payments.links import PATH, LinkUsedError, OpenLink, PayLinks
from bot.services.payments.mandate import asked_of_owner, owner_agrees, owner_denies
from bot.services.payments.rows import chat_of, needed
from bot.web import once_texts
from bot.web.upload_parts import (
    FORM_OVERHEAD,
    notice_page,
    photo_form,
    photo_refused,
    photo_taken,
    posted,
    with_headers,
)
from bot.web.upload_texts import PAPERS
from models.requirement import DocumentKind
from models.session import Database
from models.states import Cause

OWNER = "owner"
_ANSWERS = {"yes": once_texts.AGREED, "no": once_texts.DENIED}
_NOTICES = {
    "link_expired": (once_texts.EXPIRED, 410),
    "pay_over": (once_texts.OVER, 410),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceDesk:
    """What the pages work with."""

    settings: Settings
    clock: Clock
    database: Database
    links: PayLinks
    store: DocumentStore

    def look(self, token: str) -> OpenLink:
        """Return what a link does, when it may still be used.

        Raises:
            RuleBrokenError: see `PayLinks.look`.
        """
        with self.database.reading() as session:
            return self.links.look(session, token)

    def answer(self, token: str, *, agrees: bool) -> None:
        """Take the owner's word.

        Raises:
            RuleBrokenError: see `PayLinks.use`.
        """
        with self.database.transaction() as session:
            link = self.links.use(session, token)
            cause = Cause(actor=OWNER, key=f"once:{link.id}", now=self.clock.now())
            if agrees:
                owner_agrees(session, link.application_id, cause)
            else:
                owner_denies(session, link.application_id, cause)

    def receive(self, token: str, paper: DocumentKind, data: bytes) -> None:
        """Store one photo.

        Raises:
            InvalidInputError: it cannot be taken; see `DocumentStore.prepare`.
            RuleBrokenError: see `PayLinks.use`.
        """
        stored = self.store.prepare_now(data)
        with self.database.transaction() as session:
            link = self.links.use(session, token)
            chat = chat_of(session, needed(session, link.application_id))
            if chat is None:
                raise InvalidInputError(code="no_conversation")
            sent = Sent(chat, paper, f"once:{link.id}")
            self.store.record(session, stored, sent, self.clock.now())


def once_blueprint(desk: OnceDesk) -> Blueprint:
    """Return the routes under /once."""
    blueprint = Blueprint(
        "once", __name__, url_prefix=PATH, template_folder="upload_page/templates"
    )
    blueprint.after_request(with_headers)
    _add_pages(blueprint, desk)
    _add_errors(blueprint, desk)
    return blueprint


def _add_pages(blueprint: Blueprint, desk: OnceDesk) -> None:
    @blueprint.get("/<token>")
    def page(token: str) -> ResponseReturnValue:
        link = desk.look(token)
        if link.paper is not None:
            return photo_form(desk, link.paper, _action(token))
        return _question(desk, token, link)

    @blueprint.post("/<token>")
    def press(token: str) -> ResponseReturnValue:
        link = desk.look(token)
        if link.paper is not None:
            return _photo(desk, token, link.paper)
        request.max_content_length = FORM_OVERHEAD
        said = request.form.get("answer", "")
        if said not in _ANSWERS:
            abort(400)
        desk.answer(token, agrees=said == "yes")
        return notice_page(desk, _ANSWERS[said], 200)

    @blueprint.get("/<token>/done")
    def done(token: str) -> ResponseReturnValue:
        with desk.database.reading() as session:
            paper = desk.links.paper_of(session, token)
        return render_template(
            "upload_page/done.html",
            paper=PAPERS[paper],
            next_step=once_texts.SENT,
            more=None,
            desk=desk,
        )


def _add_errors(blueprint: Blueprint, desk: OnceDesk) -> None:
    @blueprint.errorhandler(LinkUsedError)
    def was_used(error: LinkUsedError) -> ResponseReturnValue:
        return notice_page(desk, once_texts.used(error.purpose, error.used_at), 410)

    @blueprint.errorhandler(RuleBrokenError)
    def not_usable(error: RuleBrokenError) -> ResponseReturnValue:
        return notice_page(desk, *_NOTICES.get(error.code, (once_texts.INVALID, 404)))


def _question(desk: OnceDesk, token: str, link: OpenLink) -> ResponseReturnValue:
    with desk.database.reading() as session:
        asked = asked_of_owner(session, link.application_id)
    if asked.is_confirmed:
        return notice_page(desk, once_texts.CONFIRMED, 200)
    return render_template("upload_page/owner.html", asked=asked, token=token, desk=desk)


def _photo(desk: OnceDesk, token: str, paper: DocumentKind) -> ResponseReturnValue:
    try:
        desk.receive(token, paper, posted())
    except InvalidInputError as error:
        return photo_refused(desk, paper, _action(token), error)
    return photo_taken(url_for("once.done", token=token))


def _action(token: str) -> str:
    return url_for("once.press", token=token)
