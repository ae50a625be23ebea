"""Registering a store for a channel: sending in, following up, mending, changing.

form         the filled form
submission   what a merchant sends in, taken exactly once
progress     the milestones that operators set
profile      what a merchant changes later
overview     how far everything is
"""

from bot.services.registration.form import Checks, Submission
from bot.services.registration.overview import (
    DocumentView,
    Overview,
    RegistrationView,
    StoreView,
    overview,
    search_id_taken,
    search_ids_taken,
)
from bot.services.registration.profile import correct, repair, set_channel
from bot.services.registration.progress import move_channel
from bot.services.registration.submission import submit
from bot.services.requirements import RequirementLine

__all__ = [
    "Checks",
    "DocumentView",
    "Overview",
    "RegistrationView",
    "RequirementLine",
    "StoreView",
    "Submission",
    "correct",
    "move_channel",
    "overview",
    "repair",
    "search_id_taken",
    "search_ids_taken",
    "set_channel",
    "submit",
]
