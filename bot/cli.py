"""Commands: `flask --app wsgi ...`. English, for operators and developers."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from bot.clock import KST
from bot.config import new_data_key
from bot.deps import Deps
from bot.dialogue.diagram import as_mermaid
from bot.dialogue.engine import Engine
from bot.dialogue.inspect import Inspector
from bot.dialogue.registry import Registry
from bot.errors import InvalidInputError, SosinError
from bot.nlu.explain import explain
from bot.nlu.result import FREE, Context
from bot.services import consent_texts, demo, staff
from bot.services.funnel import funnel
from bot.services.market_import import import_csv
from bot.simulator.terminal import chat
from models import migrations
from models.errors import ModelError

ROLES = ("operator", "auditor", "admin")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What commands work with.

    Attributes:
        deps: the collaborators.
        registry: the flows.
        engine: answers messages.
    """

    deps: Deps
    registry: Registry
    engine: Engine

    @property
    def inspector(self) -> Inspector:
        """Shows what is held of one person."""
        return Inspector(self.deps.database, self.registry)

    def prepare(self) -> None:
        """Migrate the database and put the consent texts of this release into it."""
        migrations.upgrade(self.deps.settings.database_url)
        with self.deps.database.transaction() as session:
            consent_texts.sync_texts(session, self.deps.clock.now())


def register(app: Flask, workshop: Workshop) -> None:
    """Add every command to the application."""
    for group in (
        _database(workshop),
        _conversations(workshop),
        _merchants(workshop),
        _markets(workshop),
        _demo(workshop),
        _staff(workshop),
        _flows(workshop),
        _nlu(workshop),
    ):
        app.cli.add_command(group)
    app.cli.add_command(_chat(app))
    app.cli.add_command(_keys())


def show_json(value: object) -> None:
    """Print a value as JSON that people can read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def said_plainly(command: Callable[[], None]) -> None:
    """Run a command; our own errors become one sentence and exit code 1."""
    try:
        command()
    except (SosinError, ModelError) as error:
        raise click.ClickException(str(error)) from error


def _database(workshop: Workshop) -> AppGroup:
    group = AppGroup("db", help="The database.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Bring the database to the tables of this release."""
        said_plainly(workshop.prepare)
        click.echo(f"database is at {migrations.head()}")

    return group


def _conversations(workshop: Workshop) -> AppGroup:
    group = AppGroup("conversations", help="Conversations.")

    @group.command("show")
    @click.argument("user_key")
    def show(user_key: str) -> None:
        """Print what is remembered of the talk with USER_KEY, as JSON."""
        show_json(workshop.inspector.conversation(user_key))

    @group.command("funnel")
    @click.argument("flow")
    def print_funnel(flow: str) -> None:
        """Print where people stop in FLOW."""
        with workshop.deps.database.reading() as session:
            steps = funnel(session, flow)
        click.echo(f"{'question':<24}{'asked':>8}{'answered':>10}{'failed':>8}{'stopped':>9}")
        for step in steps:
            line = f"{step.step:<24}{step.asked:>8}{step.answered:>10}{step.failed:>8}"
            click.echo(f"{line}{step.stopped_here:>9}")

    return group


def _merchants(workshop: Workshop) -> AppGroup:
    group = AppGroup("merchants", help="Merchants.")

    @group.command("show")
    @click.argument("user_key")
    def show(user_key: str) -> None:
        """Print what USER_KEY has registered, as JSON."""
        show_json(workshop.inspector.merchant(user_key))

    return group


def _markets(workshop: Workshop) -> AppGroup:
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


def _demo(workshop: Workshop) -> AppGroup:
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


def _staff(workshop: Workshop) -> AppGroup:
    group = AppGroup("staff", help="People who may use the console.")

    @group.command("add")
    @click.argument("login")
    @click.option("--name", required=True)
    @click.option("--role", type=click.Choice(ROLES), default="operator")
    @click.password_option()
    def add(login: str, name: str, role: str, password: str) -> None:
        """Give LOGIN access to the console."""

        def store() -> None:
            with workshop.deps.database.transaction() as session:
                staff.add_staff(session, login, name, role, password, workshop.deps.clock.now())

        said_plainly(store)
        click.echo(f"{login} may sign in at /console")

    return group


def _flows(workshop: Workshop) -> AppGroup:
    group = AppGroup("flows", help="What the bot can talk about.")

    @group.command("graph")
    @click.argument("name")
    def graph(name: str) -> None:
        """Print the questions of flow NAME as a Mermaid diagram."""
        flow = workshop.registry.get(name)
        if flow is None:
            raise click.ClickException(f"there is no flow named {name}")
        click.echo(as_mermaid(flow))

    return group


def _nlu(workshop: Workshop) -> AppGroup:
    group = AppGroup("nlu", help="Understanding of Korean text.")

    @group.command("explain")
    @click.argument("text")
    @click.option("--asked", default=FREE, help="key of the open question")
    @click.option("--now", default="", help="ISO moment to take as now")
    def explain_text(text: str, asked: str, now: str) -> None:
        """Print what TEXT was taken for, by which layer, and the runner-up."""
        click.echo(explain(text, Context(now=_moment(workshop, now), asked=asked)))

    return group


def _moment(workshop: Workshop, text: str) -> datetime:
    if not text:
        return workshop.deps.clock.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"not an ISO moment: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=KST)


def _chat(app: Flask) -> click.Command:
    @click.command("chat")
    @click.option("--user", default="terminal", help="user key to talk as")
    def talk(user: str) -> None:
        """Talk to the bot in the terminal, through the real webhook."""
        client = app.test_client()

        def post(body: bytes, headers: Any) -> tuple[int, bytes]:
            answer = client.post("/kakao/skill", data=body, headers=dict(headers))
            return answer.status_code, answer.data

        chat(post, user)

    return talk


def _keys() -> click.Command:
    @click.command("new-data-key")
    def new_key() -> None:
        """Print a fresh entry for DATA_KEYS."""
        click.echo(new_data_key())

    return new_key
