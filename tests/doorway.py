"""The one way into the house that a conversation takes, without the pages around it.

Of what a play of a transcript costs, a fifth went into the routes of pages that nobody opens
in it, and again at every restart. What is built here is built as `bot.app` builds it.
"""

from collections.abc import Iterable
from functools import partial

from flask import Flask

from bot.channels.kakao.render import render
from bot.deps import Deps
from bot.dialogue.engine import Engine
from bot.dialogue.flow import Flow
from bot.dialogue.registry import Registry
from bot.web.notice_desk import NoticeDesk
from bot.web.webhook import skill_blueprint
from models import crypto


def only_the_webhook(flows: Iterable[Flow], deps: Deps) -> Flask:
    """Return an application that answers messages and nothing else."""
    settings, clock = deps.settings, deps.clock
    crypto.use(crypto.KeyRing.from_setting(settings.data_keys))
    engine = Engine(deps, Registry(flows), partial(render, block_id=settings.kakao_block_id))
    app = Flask("bot", static_folder=None)
    app.register_blueprint(
        skill_blueprint(settings, clock, engine, notices=NoticeDesk(deps.database, clock))
    )
    return app
