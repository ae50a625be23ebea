"""Commands about the database: migrations, markets, demonstration data, keys."""

from pathlib import Path

import click
from flask.cli import AppGroup

from bot.cli.workshop import Workshop, said_plainly
from bot.config import new_data_key
from bot.services import demo
from bot.services.market_import import import_csv
from models import migrations


def database_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("db", help="The database.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Bring the database to the tables of this release."""
        said_plainly(workshop.prepare)
        click.echo(f"database is at {migrations.head()}")

    return group


def markets_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("markets", help="Markets.")

    @group.command("import")
    @click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def import_markets(path: Path) -> None:
        """Read the national standard data of traditional markets (UTF-8 or CP949)."""
        said_plainly(lambda: _import_markets(workshop, path))

    return group


def _import_markets(workshop: Workshop, path: Path) -> None:
    with workshop.deps.database.transaction() as session:
        report = import_csv(session, path, workshop.deps.clock.now())
    for line, reason in report.rejected:
        click.echo(f"line {line}: {reason}", err=True)
    click.echo(
        f"added {report.added}, updated {report.updated}, "
        f"unchanged {report.unchanged}, rejected {len(report.rejected)}"
    )


def demo_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("demo", help="Demonstration data.")

    @group.command("load")
    def load() -> None:
        """Load a few markets and merchants; again changes nothing. Not in production."""
        if workshop.deps.settings.is_production:
            raise click.ClickException("demo data does not belong into production")
        said_plainly(workshop.prepare)
        with workshop.deps.database.transaction() as session:
            demo.load(session, workshop.deps.clock.now())
        click.echo("demo data is loaded")

    return group


def key_command() -> click.Command:
    """Return the commands."""

    @click.command("new-data-key")
    def new_key() -> None:
        """Print a fresh entry for DATA_KEYS."""
        click.echo(new_data_key())

    return new_key
