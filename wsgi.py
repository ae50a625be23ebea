"""The composition root: settings from the environment, the flows, the application."""

import click

from bot.app import create_app, settle
from bot.clock import SystemClock
from bot.config import Settings
from handlers import FLOWS
from handlers.pay.words import sentence

app = create_app(Settings.from_env(), FLOWS, pay_sentence=sentence)
if click.get_current_context(silent=True) is None:  # loaded by a server, not by a command
    settle(SystemClock().now())
