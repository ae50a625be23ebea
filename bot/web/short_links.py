"""Where the codes on printed matter lead: `/k/<code>`.

The busiest address of all on a market day, so it does one read and one small write and
touches neither session nor template on its way. Nothing of whoever comes is kept.
"""

from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from bot.clock import Clock
from bot.services.kit_links import SHORT_PATH
from bot.services.kits.signposts import Signposts
from bot.web import kit_texts
from bot.web.kits import notice_page, with_headers

_AHEAD: Final = "prefetch"


def short_links_blueprint(clock: Clock, signposts: Signposts) -> Blueprint:
    """Return the route under /k."""
    blueprint = Blueprint("short_links", __name__, url_prefix=SHORT_PATH)
    blueprint.after_request(with_headers)

    @blueprint.get("/<code>")
    def follow(code: str) -> ResponseReturnValue:
        found = signposts.find(code)
        if found is None:
            return notice_page(kit_texts.UNKNOWN_CODE, extra=kit_texts.FOR_MERCHANTS), 404
        if found.address is None:
            return notice_page(kit_texts.ENDED_CODE, extra=kit_texts.FOR_MERCHANTS), 410
        if _is_visit():
            signposts.count(found.link_id, clock.now())
        return Response(status=302, headers={"Location": found.address})

    return blueprint


def _is_visit() -> bool:
    """Tell whether a person comes: no probe, and no browser that looks ahead by itself."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    return request.method == "GET" and _AHEAD not in purpose
