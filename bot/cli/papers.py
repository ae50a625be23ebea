"""Commands about papers: whether the virus scanner is there."""

import click
from flask.cli import AppGroup

from bot.cli.workshop import Workshop
from bot.clients.clamd import Clamd
from bot.config import Settings
from bot.services.waiting_papers import count_waiting

REACH_S = 5.0
"""How long a scanner may take to say that it is there."""


def papers_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("papers", help="Papers that merchants sent.")

    @group.command("scanner")
    def scanner() -> None:
        """Tell whether the virus scanner answers and how many papers wait; 1 when it is missed."""
        with workshop.deps.database.reading() as session:
            click.echo(f"papers that wait for the virus scanner: {count_waiting(session)}")
        settings = workshop.deps.settings
        missing, required = _missing(settings.clamd_address), settings.scanner_required
        click.echo(f"SCANNER_REQUIRED is {'on' if required else 'off'}")
        if missing and required:
            raise click.ClickException(missing)
        click.echo(missing or "the virus scanner answers")

    return group


def warn_of_scanner(settings: Settings) -> None:
    """Say clearly when papers will be kept waiting for want of a scanner."""
    if settings.scanner_required and (missing := _missing(settings.clamd_address)):
        click.echo(f"SCANNER_REQUIRED is on, but {missing}: papers are kept waiting", err=True)


def _missing(address: str) -> str | None:
    if not address:
        return "CLAMD_ADDRESS names no virus scanner"
    if Clamd(address, REACH_S).is_there():
        return None
    return "no virus scanner answers at CLAMD_ADDRESS"
