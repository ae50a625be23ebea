"""The small picture that browsers ask for by themselves, whatever page they show."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response

_ICON: Final = Path(__file__).with_name("favicon.ico")


def icon_blueprint() -> Blueprint:
    """Return /favicon.ico; it is read once."""
    blueprint = Blueprint("icon", __name__)
    picture = _ICON.read_bytes()

    @blueprint.get("/favicon.ico")
    def favicon() -> Response:
        response = Response(picture, mimetype="image/x-icon")
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    return blueprint
