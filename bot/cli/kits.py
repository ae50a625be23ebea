"""Commands about printed kits. They need no database."""

from pathlib import Path

import click
from flask.cli import AppGroup

from kits import intake, pipeline, shelf
from kits.errors import KitError


def kits_commands() -> AppGroup:
    """Return the commands."""
    group = AppGroup("kits", help="Printed kits.")

    @group.command("render")
    @click.argument("spec", type=click.Path(path_type=Path))
    @click.option("--out", required=True, type=click.Path(path_type=Path), help="folder to fill")
    def render(spec: Path, out: Path) -> None:
        """Make the kit of one store from SPEC, a JSON file."""
        try:
            _render(spec, out)
        except KitError as error:
            raise click.ClickException(error.message) from error

    return group


def _render(spec: Path, out: Path) -> None:
    try:
        kit = pipeline.render(intake.from_file(spec))
    except pipeline.UnfitKitError as error:
        shelf.put_report(error, out)
        raise
    shelf.put(kit.files, out)
    for name, data in kit.files.items():
        click.echo(f"{name:<32}{len(data):>10}")
