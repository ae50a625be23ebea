"""The composition root: settings from the environment, the flows, the application."""

import click

from bot.app import create_app, settle
from bot.clock import SystemClock
from bot.config import Settings
from handlers import FLOWS

app = create_app(Settings.from_env(), FLOWS)
if click.get_current_context(silent=True) is None:  # loaded by a server, not by a command
    settle(SystemClock().now())
