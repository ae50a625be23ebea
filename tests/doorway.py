"""The one way into the house that a conversation takes, without the pages around it.

Of what a play of a transcript costs, a fifth went into the routes of pages that nobody opens
in it, and again at every restart.
"""

from collections.abc import Iterable

from flask import Flask

from bot.app import open_door
from bot.deps import Deps
from bot.dialogue.flow import Flow
from bot.dialogue.registry import Registry
from models import crypto


def only_the_webhook(flows: Iterable[Flow], deps: Deps) -> Flask:
    """Return an application that answers messages and nothing else."""
    crypto.use(crypto.KeyRing.from_setting(deps.settings.data_keys))
    app = Flask("bot", static_folder=None)
    open_door(app, deps, Registry(flows))
    return app
