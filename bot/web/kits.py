"""The pages about printed matter: download, small pictures, and where scanned codes lead.

The address of a download page is its proof (see `bot/services/kit_links.py`): nobody logs
in, no cookie is set and no script is needed. What a page says stands in `kit_texts.py`, what
it looks like in `kit_page/`.
"""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePath
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from bot.clock import Clock
from bot.config import Settings
from bot.errors import InvalidInputError, RuleBrokenError, SosinError
from bot.services.kit_links import PATH, KitLinks, KitPicture
from bot.services.kits import KitFile, KitPage, note_download, open_page, read_file
from bot.services.kits.board import has_channel
from bot.services.kits.gallery import Gallery
from bot.services.sealed_files import SealedFiles
from bot.web import kit_texts
from bot.web.guards import shielded
from bot.web.kit_texts import Notice
from bot.web.kit_view import Shown, seen
from models.session import Database
from models.states import KitState

LOG = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
PICTURE_KEPT = "public, max-age=86400"
"""A small picture: the chat's own servers may keep it for a day."""
PREVIEW_KEPT = "private, max-age=600"
STYLE_KEPT = "public, max-age=3600"
PDF, PNG, ZIP = "application/pdf", "image/png", "application/zip"
DOWNLOADS = (PDF, ZIP)
"""Kinds of files that count as received; pictures are only looked at."""
FALLBACK = (Path(__file__).parent / "kit_page" / "static" / "not-yet.png").read_bytes()
"""A picture that says that there is none."""
_NOTICES = {
    "link_expired": (kit_texts.EXPIRED, HTTPStatus.GONE),
    "order_gone": (kit_texts.GONE, HTTPStatus.GONE),
    "file_missing": (kit_texts.NO_FILE, HTTPStatus.NOT_FOUND),
}
_INVALID = (kit_texts.INVALID, HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class KitDesk:
    """What the pages work with."""

    settings: Settings
    clock: Clock
    database: Database
    links: KitLinks
    files: SealedFiles
    gallery: Gallery

    def open(self, token: str) -> KitPage:
        """Return the order of a link.

        Raises:
            RuleBrokenError: code `link_expired`, `link_invalid` or `order_gone`.
        """
        number = self.links.read_page(token)
        with self.database.reading() as session:
            page = open_page(session, number)
        if page is None:
            raise RuleBrokenError(code="order_gone")
        return page

    def shown(self, page: KitPage) -> Shown:
        """Return what the page shows of an order."""
        with self.database.reading() as session:
            known = page.state is not KitState.CONFIRMED or has_channel(session, page.order_id)
        return seen(page, self.clock.now(), has_channel=known)

    def file(self, page: KitPage, name: str) -> KitFile:
        """Return one file of an order.

        Raises:
            InvalidInputError: there is none (code `file_missing`).
        """
        if page.storage_key is None:
            raise InvalidInputError(code="file_missing")
        return read_file(self.files, page.storage_key, name)


def kits_blueprint(desk: KitDesk) -> Blueprint:
    """Return the routes under /kits."""
    blueprint = Blueprint(
        "kits",
        __name__,
        url_prefix=PATH,
        static_folder="kit_page/static",
        template_folder="kit_page/templates",
    )
    blueprint.add_app_template_filter(kit_texts.held_together, "kit_line")
    blueprint.after_request(with_headers)
    _add_pages(blueprint, desk)
    _add_errors(blueprint, desk)
    return blueprint


def _add_pages(blueprint: Blueprint, desk: KitDesk) -> None:
    @blueprint.get("/<token>")
    def kit(token: str) -> ResponseReturnValue:
        shown = desk.shown(desk.open(token))
        return render_template(
            "kit_page/kit.html",
            shown=shown,
            token=token,
            help=kit_texts.HOW_TO_SAVE,
            office_phone=desk.settings.office_phone,
        )

    @blueprint.get("/<token>/<name>")
    def kit_file(token: str, name: str) -> ResponseReturnValue:
        page = desk.open(token)
        return _handed_out(desk, page, desk.file(page, name))

    @blueprint.get("/thumb/<token>.png")
    def thumbnail(token: str) -> ResponseReturnValue:
        picture, status = _picture(desk, token)
        response = Response(picture or FALLBACK, status, mimetype=PNG)
        if picture is None:
            return response
        response.headers["Cache-Control"] = PICTURE_KEPT
        response.add_etag()
        response.make_conditional(request)
        return response


def _add_errors(blueprint: Blueprint, desk: KitDesk) -> None:
    @blueprint.errorhandler(SosinError)
    def not_shown(error: SosinError) -> ResponseReturnValue:
        notice, status = _NOTICES.get(error.code, _INVALID)
        return notice_page(notice, office_phone=desk.settings.office_phone), status


def notice_page(notice: Notice, *, extra: str = "", office_phone: str = "") -> str:
    """Return a page that is only read."""
    return render_template(
        "kit_page/notice.html", notice=notice, extra=extra, office_phone=office_phone
    )


def _picture(desk: KitDesk, token: str) -> tuple[bytes | None, HTTPStatus]:
    """Return a small picture; None where there is none to show, with the status to tell so."""
    try:
        wanted = desk.links.read_picture(token)
    except RuleBrokenError as error:
        return None, _NOTICES.get(error.code, _INVALID)[1]
    picture, _ = shielded(lambda: _drawn(desk, wanted), None, "a small picture")
    return picture, HTTPStatus.OK


def _drawn(desk: KitDesk, wanted: KitPicture) -> bytes | None:
    try:
        return desk.gallery.picture(wanted)
    except SosinError as error:
        LOG.warning("no small picture of %s: %s", wanted.product, error.code)
        return None


def _handed_out(desk: KitDesk, page: KitPage, file: KitFile) -> Response:
    """Return a file; the first one that is taken whole delivers an order of files."""
    response = Response(file.data, mimetype=file.mime)
    if file.mime == PNG:
        response.headers["Cache-Control"] = PREVIEW_KEPT
    else:
        response.headers["Content-Disposition"] = disposition(page, file)
    response.add_etag()
    if file.mime in DOWNLOADS and request.method == "GET" and "Range" not in request.headers:
        now = desk.clock.now()
        # The merchant gets the file, also when the database has no time to note it.
        shielded(
            lambda: note_download(desk.database, page.number, now),
            otherwise=False,
            what="a download",
        )
    response.make_conditional(request, accept_ranges=True, complete_length=len(file.data))
    return response


def disposition(page: KitPage, file: KitFile) -> str:
    """Return how a browser is to keep a file: a plain name for old ones, ours for the others."""
    plain = file.name if file.name.isascii() else f"kit{PurePath(file.name).suffix}"
    called = quote(kit_texts.called(page.store_name, file.name), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{called}"


def with_headers(response: Response) -> Response:
    """Put the headers of our pages on what has none of its own."""
    if request.endpoint == "kits.static":
        response.headers["Cache-Control"] = STYLE_KEPT
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
