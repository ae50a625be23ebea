"""Commands about easy payment, and about the data keys."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from bot.cli.workshop import Workshop, said_plainly, show_json
from bot.errors import InvalidInputError
from bot.services.payments import USUAL, shown_payments
from bot.services.payments.handover import Taken, export, export_again
from bot.services.payments.handover.results import ResultFile, import_results
from bot.services.show import find
from bot.services.spreadsheets import SheetFormat
from models.rotation import reseal

BY = "command"
_PICTURES = (".png", ".jpg", ".jpeg")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def payments_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("payments", help="Easy payment.")

    @group.command("export")
    @click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--reason", required=True, help="why; kept on record")
    @click.option("--provider", default=USUAL, show_default=True)
    @click.option(
        "--again", metavar="BATCH", type=click.UUID, help="write an older batch anew; moves nothing"
    )
    def export_file(target: Path, reason: str, provider: str, again: UUID | None) -> None:
        """Hand over what is complete, into a new file TARGET.

        TARGET ends in .xlsx (a workbook, in which account numbers keep their zeros) or .csv.
        """
        said_plainly(lambda: _export(workshop, target, reason, _Wanted(provider, again)))

    @group.command("import")
    @click.argument("path", type=_FILE)
    @click.option("--pictures", type=_FOLDER, help="folder of the codes' pictures")
    @click.option("--provider", default=USUAL, show_default=True)
    @click.option("--dry-run", is_flag=True, help="say what would happen")
    def import_file(path: Path, pictures: Path | None, provider: str, *, dry_run: bool) -> None:
        """Read a provider's file of results, a workbook (.xlsx) or CSV."""
        given = ResultFile(path.name, path.read_bytes(), _pictures(pictures))
        said_plainly(lambda: _import(workshop, given, provider, dry_run=dry_run))

    @group.command("show")
    @click.argument("user_key")
    def show(user_key: str) -> None:
        """Print the applications of a person as JSON, accounts masked."""
        said_plainly(lambda: _show(workshop, user_key))

    return group


def keys_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("keys", help="Data keys.")

    @group.command("rotate")
    def rotate() -> None:
        """Seal all values and files with the newest key; may be stopped and begun again."""
        said_plainly(lambda: _rotate(workshop))

    return group


def _rotate(workshop: Workshop) -> None:
    values = reseal(workshop.deps.database)
    shop = workshop.kits
    files = workshop.documents.files.reseal() + shop.files.reseal() + shop.thumbnails.reseal()
    click.echo(f"sealed anew: {values} values, {files} files")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is exported: all that is complete for a provider, or an older batch."""

    provider: str
    batch: UUID | None


def _export(workshop: Workshop, target: Path, reason: str, wanted: _Wanted) -> None:
    """Write the file before the commit: without a file nothing counts as handed over."""
    file_format = _format_of(target)
    if target.exists():
        raise InvalidInputError(f"{target.name} exists already", code="file_exists")
    is_kept = False
    try:
        with workshop.deps.database.transaction() as session:
            taken = _taken(session, reason, wanted, file_format, workshop.deps.clock.now())
            if taken is not None:
                target.touch(mode=0o600)
                target.write_bytes(taken.data)
        is_kept = True
    finally:
        if not is_kept:
            target.unlink(missing_ok=True)
    if taken is None:
        click.echo("nothing is complete")
    else:
        click.echo(f"batch {taken.batch}: {len(taken.numbers)} applications, {taken.sha256}")


def _taken(
    session: Session, reason: str, wanted: _Wanted, file_format: SheetFormat, now: datetime
) -> Taken | None:
    if wanted.batch is None:
        return export(session, wanted.provider, BY, reason, now, file_format)
    return export_again(session, wanted.batch, BY, reason, now, file_format)


def _format_of(target: Path) -> SheetFormat:
    try:
        return SheetFormat(target.suffix.lower().removeprefix("."))
    except ValueError:
        raise InvalidInputError(
            f"{target.name} has to end in .xlsx or .csv", code="file_ending"
        ) from None


def _import(workshop: Workshop, given: ResultFile, provider: str, *, dry_run: bool) -> None:
    deps, files = workshop.deps, workshop.documents.files
    now = deps.clock.now()
    report = import_results(deps.database, files, provider, given, BY, now, dry_run=dry_run)
    for error in report.errors:
        click.echo(f"line {error.line}: {error.sentence}", err=True)
    if report.is_known:
        click.echo("this file was read before")
    head = "would be applied" if dry_run else "applied"
    click.echo(
        f"{head} {report.applied}, unchanged {report.unchanged}, errors {len(report.errors)}"
    )


def _pictures(folder: Path | None) -> dict[str, bytes]:
    if folder is None:
        return {}
    found = (path for path in folder.iterdir() if path.suffix.lower() in _PICTURES)
    return {path.name: path.read_bytes() for path in found}


def _show(workshop: Workshop, user_key: str) -> None:
    with workshop.deps.database.reading() as session:
        row = find(session, user_key)
        if row is None:
            raise InvalidInputError(f"nobody is {user_key}")
        show_json(shown_payments(session, row.id))
