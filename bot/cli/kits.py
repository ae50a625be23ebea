"""Commands about printed kits. They need no database."""

import os
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from kits import bulk, intake, market, pipeline, roster, shelf
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

    @group.command("market")
    @click.argument("stores", type=click.Path(path_type=Path))
    @click.option("--out", required=True, type=click.Path(path_type=Path), help="folder to fill")
    @click.option(
        "--workers", default=0, type=click.IntRange(0, 64), help="processes; 0 = one per core"
    )
    def market(stores: Path, out: Path, workers: int) -> None:
        """Make the kits of all STORES, a CSV file (UTF-8 or CP949); again goes on."""
        try:
            failed = _market(stores, out, workers or os.cpu_count() or 1)
        except KitError as error:
            raise click.ClickException(error.message) from error
        if failed:
            raise click.ClickException(f"{failed} kits could not be made; see summary.csv.")

    return group


def _market(stores: Path, out: Path, workers: int) -> int:
    tasks = bulk.plan(roster.read_file(stores))
    market.prepare(out)
    bar = _Bar(len(tasks))
    outcomes = bulk.run(tasks, out, workers, bar.step)
    bar.end()
    click.echo(market.table(outcomes))
    for name, pages in market.finish(outcomes, out):
        click.echo(f"{name}: {pages} pages")
    return sum(outcome.state == bulk.FAILED for outcome in outcomes)


class _Bar:
    """Shows on stderr how far a market is: a bar on a terminal, a line a tenth elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._failed = 0
        self._live = sys.stderr.isatty()

    def step(self, outcome: bulk.Outcome) -> None:
        """Count one store."""
        self._done += 1
        self._failed += outcome.state == bulk.FAILED
        tenths, before = (n * 10 // self._total for n in (self._done, self._done - 1))
        if self._live or tenths > before:
            bar = "#" * (tenths * 3) + "." * (30 - tenths * 3)
            line = f"[{bar}] {self._done}/{self._total}, {self._failed} failed"
            click.echo(f"\r{line}" if self._live else line, err=True, nl=not self._live)

    def end(self) -> None:
        """Leave the line of the bar."""
        if self._live:
            click.echo(err=True)


def _render(spec: Path, out: Path) -> None:
    try:
        kit = pipeline.render(intake.from_file(spec))
    except pipeline.UnfitKitError as error:
        shelf.put_report(error, out)
        raise
    shelf.put(kit.files, out)
    for name, data in kit.files.items():
        click.echo(f"{name:<32}{len(data):>10}")
