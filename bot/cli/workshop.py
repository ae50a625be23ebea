"""What commands work with, and how they speak."""

import json
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import click

from bot.clients.images import ImageClient
from bot.clients.osrm import OsrmClient
from bot.deps import Deps
from bot.dialogue.engine import Engine
from bot.dialogue.inspect import Inspector
from bot.dialogue.registry import Registry
from bot.dialogue.sweep import expire
from bot.dialogue.unfinished import UnfinishedForms
from bot.errors import SosinError
from bot.jobs.engine import prepare
from bot.jobs.schedule import Collaborators, Job, all_jobs
from bot.outbox import senders
from bot.outbox.outbox import Outbox
from bot.services import consent_texts
from bot.services.documents import DocumentStore
from bot.services.kits.shop import KitShop
from bot.services.reminders import BOOK
from models import migrations
from models.errors import ModelError

LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What commands work with.

    Attributes:
        deps: the collaborators.
        registry: the flows.
        engine: answers messages.
        documents: keeps uploaded papers.
        kits: makes and keeps printed matter.
    """

    deps: Deps
    registry: Registry
    engine: Engine
    documents: DocumentStore
    kits: KitShop

    def jobs(self, outbox: Outbox | None = None) -> tuple[Job, ...]:
        """Return what happens without a message; `outbox` sends instead of one of its own."""
        settings, database = self.deps.settings, self.deps.database
        loopback = not settings.is_production
        # The simulator's sample photo lies on our own host.
        hosts = settings.kakao_image_hosts + (LOOPBACK if loopback else ())
        return all_jobs(
            Collaborators(
                database=database,
                documents=self.documents,
                images=ImageClient(hosts, allow_loopback=loopback),
                tax_office=self.deps.tax_office,
                kits=self.kits,
                expire=partial(expire, database),
                forms=UnfinishedForms(self.deps, self.registry),
                outbox=outbox or self.outbox,
                roads=OsrmClient(settings.osrm_url) if settings.osrm_url else None,
            )
        )

    @property
    def outbox(self) -> Outbox:
        """Sends messages; each one made has a name of its own in what it has in hand."""
        deps = self.deps
        carriers = senders.build(deps.settings) if deps.senders is None else deps.senders
        owner = f"{socket.gethostname()}-{secrets.token_hex(4)}"
        return Outbox(deps.database, BOOK, carriers, owner)

    @property
    def inspector(self) -> Inspector:
        """Shows what is held of one person."""
        return Inspector(self.deps.database, self.registry)

    def prepare(self) -> None:
        """Migrate the database and put the consent texts of this release into it."""
        migrations.upgrade(self.deps.settings.database_url)
        prepare(self.deps.settings.jobs_engine, self.deps.database)
        with self.deps.database.transaction() as session:
            consent_texts.sync_texts(session, self.deps.clock.now())


def show_json(value: object) -> None:
    """Print a value as JSON that people can read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def said_plainly(command: Callable[[], None]) -> None:
    """Run a command; our own errors become one sentence and exit code 1."""
    try:
        command()
    except (SosinError, ModelError) as error:
        raise click.ClickException(str(error)) from error
