"""All routes under /field."""

from flask import Blueprint

from bot.web.field import calendar, draft, entry, today
from bot.web.field.desk import FieldDesk
from bot.web.field.door import Door

ROOMS = (entry, today, draft, calendar)
"""Modules with pages; each has `add_pages(door, desk)`."""


def field_blueprint(desk: FieldDesk) -> Blueprint:
    """Return the routes under /field, every one of them behind the door or named as outside.

    The application's SECRET_KEY signs the session; its cookie settings are the
    application's (Secure in production, HttpOnly, SameSite=Lax).
    """
    blueprint = Blueprint(
        "field",
        __name__,
        url_prefix="/field",
        static_folder="static",
        template_folder="templates",
    )
    door = Door(blueprint, desk)
    for room in ROOMS:
        room.add_pages(door, desk)
    return blueprint
