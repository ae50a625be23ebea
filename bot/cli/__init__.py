"""Commands: `flask --app wsgi ...`. English, for operators and developers."""

from flask import Flask

from bot.cli.data import database_commands, demo_commands, key_command, markets_commands
from bot.cli.kits import kits_commands
from bot.cli.outbox import outbox_commands
from bot.cli.papers import papers_commands
from bot.cli.payments import keys_commands, payments_commands
from bot.cli.people import conversations_commands, merchants_commands, staff_commands
from bot.cli.serve import jobs_commands, serve_command
from bot.cli.talk import chat_command, flows_commands, nlu_commands
from bot.cli.visits import supporters_commands, visits_commands
from bot.cli.workshop import Workshop

__all__ = ["Workshop", "register"]


def register(app: Flask, workshop: Workshop) -> None:
    """Add every command to the application."""
    for group in (
        database_commands(workshop),
        conversations_commands(workshop),
        merchants_commands(workshop),
        markets_commands(workshop),
        supporters_commands(workshop),
        visits_commands(workshop),
        demo_commands(workshop),
        staff_commands(workshop),
        flows_commands(workshop),
        nlu_commands(workshop),
        jobs_commands(workshop),
        outbox_commands(workshop),
        kits_commands(),
        payments_commands(workshop),
        papers_commands(workshop),
        keys_commands(workshop),
    ):
        app.cli.add_command(group)
    app.cli.add_command(chat_command(app, workshop))
    app.cli.add_command(key_command())
    app.cli.add_command(serve_command(workshop))
