"""The operators' console under /console: server-rendered pages without a single script."""

from collections.abc import Callable, Mapping

from flask import Blueprint

from bot.console import (
    audit,
    exports,
    handoffs,
    kit_queue,
    kit_steps,
    kit_words,
    kits,
    login,
    lookups,
    masking,
    outbox,
    papers,
    payment_behalf,
    payment_codes,
    payment_exchange,
    payment_links,
    payment_steps,
    payments,
    registrations,
    today,
    trial_payments,
    visit_steps,
    visits,
)
from bot.console.desk import Desk
from bot.console.guard import Guard
from bot.services.kits.pieces import counted, name_of

ROOMS = (
    login,
    today,
    handoffs,
    registrations,
    papers,
    payments,
    payment_steps,
    payment_links,
    payment_behalf,
    payment_codes,
    payment_exchange,
    trial_payments,
    kits,
    kit_steps,
    kit_queue,
    visits,
    visit_steps,
    outbox,
    lookups,
    exports,
    audit,
)
"""Modules with pages; each has `add_pages(guard, desk)`."""

FILTERS: Mapping[str, Callable[..., str]] = {
    "masked_name": masking.name,
    "masked_phone": masking.phone,
    "masked_brn": masking.brn,
    "full_phone": masking.full_phone,
    "full_brn": masking.full_brn,
    "kit_name": name_of,
    "kit_count": counted,
    "kit_size": kit_words.size,
    "kit_theme": kit_words.theme,
}
"""How templates write personal data, and how they count printed matter."""


def console_blueprint(desk: Desk) -> Blueprint:
    """Return the routes under /console, every one of them behind the guard.

    The application's SECRET_KEY signs the session; its cookie settings are the
    application's (Secure in production, HttpOnly, SameSite=Lax).
    """
    blueprint = Blueprint(
        "console",
        __name__,
        url_prefix="/console",
        static_folder="static",
        template_folder="templates",
    )
    for name, mask in FILTERS.items():
        blueprint.add_app_template_filter(mask, name)
    guard = Guard(blueprint, desk)
    for room in ROOMS:
        room.add_pages(guard, desk)
    return blueprint
