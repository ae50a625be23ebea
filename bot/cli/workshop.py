"""What commands work with, and how they speak."""

import json
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import click

from bot.clients.images import ImageClient
from bot.clients.osrm import OsrmClient
from bot.clock import AdjustableClock
from bot.deps import Deps
from bot.dialogue.engine import Engine
from bot.dialogue.inspect import Inspector
from bot.dialogue.registry import Registry
from bot.dialogue.sweep import expire
from bot.dialogue.unfinished import UnfinishedForms
from bot.errors import SosinError
from bot.jobs.engine import prepare
from bot.jobs.schedule import Collaborators, Job, all_jobs
from bot.jobs.trial import passing
from bot.outbox import senders
from bot.outbox.outbox import Outbox
from bot.services import arrivals, consent_texts
from bot.services.arrivals import Arrival
from bot.services.documents import DocumentStore
from bot.services.kits.shop import KitShop
from bot.services.reminders import BOOK
from bot.services.trial_payments import till_of
from bot.simulator.passing import Passage
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
                accounts=self.deps.accounts,
                till=till_of(self.deps),
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

    def arrived(self, user_keys: Sequence[str]) -> Mapping[str, Sequence[Arrival]]:
        """Return what reached persons without having been asked for."""
        with self.deps.database.reading() as session:
            return arrivals.arrived(session, user_keys)

    def passage(self, clock: AdjustableClock) -> Passage:
        """Return what lets time pass on a clock of a trial, with all that happens in it."""
        happens = passing(self.jobs())
        patience_s = self.deps.patience.trial_s
        return Passage(clock, happens.live, happens.send, self._next_moment, patience_s)

    def _next_moment(self, after: datetime) -> datetime | None:
        with self.deps.database.reading() as session:
            return arrivals.next_moment(session, after)

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
