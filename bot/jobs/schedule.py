"""The one table of everything that happens by itself.

A job is a name, a rhythm and a function of the present moment that says how much it did.
Every job may run twice, late, or at the same time as a twin: it claims what it works on in
short transactions of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.clients.account_holder import AccountChecker, NoAccountChecker
from bot.clients.images import ImageSource
from bot.clients.nts import TaxOffice
from bot.clients.osrm import Roads
from bot.jobs.pay_retention import forget_accounts, purge_payments
from bot.jobs.retention import mark_overdue, purge_drafts, purge_inbox, sweep_files
from bot.jobs.tax_checks import check_again
from bot.outbox.keeping import purge_said
from bot.outbox.outbox import Outbox
from bot.services.documents import DocumentStore
from bot.services.erasure import forget_identities
from bot.services.field_door import purge_field
from bot.services.handoff import give_back_unattended
from bot.services.heartbeat import beat
from bot.services.inactive_members import purge_inactive
from bot.services.kit_upkeep import purge_files, take_back_closed
from bot.services.kits import render_due, sweep
from bot.services.kits.shop import KitShop
from bot.services.missing_papers import hand_over_missing
from bot.services.missing_payments import hand_over_payments
from bot.services.payments import check_accounts, check_businesses, end_closed, send_won
from bot.services.payments.paper_age import expire_papers
from bot.services.payments.sent_links import forget_sent_links
from bot.services.reminders import PLANNERS
from bot.services.reminders.forms import Forms, plan_forms
from bot.services.remote_pictures import fetch_pending
from bot.services.sealed_files import SealedFiles
from bot.services.trial_payments import Till, finish_trials
from bot.services.visits.fieldwork import agree_to_old
from bot.services.visits.freed import ask_waiting
from bot.services.visits.letting_go import expire_holds
from bot.services.visits.optimise.planning import plan_nights
from bot.services.visits.roads import measure_ways
from bot.services.visits.series import extend_all
from bot.services.waiting_papers import look_over
from models.session import Database

PLAN_EVERY = timedelta(minutes=10)
"""How often what falls due by itself is looked for; it is planned a day ahead or more."""

Work = Callable[[datetime], int]
"""Does what is due at that moment (aware) and returns how much it did."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that happens again and again.

    Attributes:
        name: fixed id, for logs and `jobs tick`.
        every: time from one start to the next; a run that takes longer is not doubled.
    """

    name: str
    every: timedelta
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """What the jobs work with.

    Attributes:
        kits: makes and keeps printed matter.
        expire: drops conversations whose draft has expired; given by the dialogue.
        forms: knows which forms wait to be finished; given by the dialogue, too.
        outbox: sends messages.
        roads: measures ways; None where no server is set.
        accounts: tells whose account it is.
        till: takes test payments; None where no key is set.
    """

    database: Database
    documents: DocumentStore
    images: ImageSource
    tax_office: TaxOffice
    kits: KitShop
    expire: Work
    forms: Forms
    outbox: Outbox
    roads: Roads | None = None
    accounts: AccountChecker = field(default_factory=NoAccountChecker)
    till: Till | None = None


def all_jobs(given: Collaborators) -> tuple[Job, ...]:
    """Return every job, in the order in which one tick runs them."""
    return (
        *_general_jobs(given),
        *_payment_jobs(given),
        *_trial_payments(given.till),
        *_kit_jobs(given.kits, given.database, given.documents.files),
        *_outbox(given.outbox, given.database),
    )


def _payment_jobs(given: Collaborators) -> tuple[Job, ...]:
    database = given.database
    return (
        Job(
            "check_accounts",
            timedelta(seconds=30),
            lambda now: check_accounts(database, given.accounts, now),
        ),
        Job(
            "send_won",
            timedelta(seconds=30),
            lambda now: send_won(database, given.accounts, now),
        ),
        Job(
            "check_pay_businesses",
            timedelta(minutes=10),
            lambda now: check_businesses(database, given.tax_office, now),
        ),
        Job("end_payments", timedelta(minutes=10), lambda now: end_closed(database, now)),
        Job("expire_papers", timedelta(hours=1), lambda now: expire_papers(database, now)),
        Job("forget_accounts", timedelta(hours=6), lambda now: forget_accounts(database, now)),
        Job("forget_pay_links", timedelta(hours=6), lambda now: forget_sent_links(database, now)),
        Job("purge_payments", timedelta(hours=6), lambda now: purge_payments(database, now)),
    )


def _trial_payments(till: Till | None) -> Iterator[Job]:
    if till is not None:
        yield Job("finish_trials", timedelta(seconds=10), lambda now: finish_trials(till, now))


def _kit_jobs(kits: KitShop, database: Database, papers: SealedFiles) -> tuple[Job, ...]:
    return (
        Job(
            "render_kits",
            timedelta(seconds=2),
            lambda now: render_due(database, kits.files, kits.press, now, kits.short_base, papers),
        ),
        Job("take_back_kits", timedelta(minutes=10), lambda now: take_back_closed(database, now)),
        Job("purge_kits", timedelta(hours=6), lambda now: purge_files(database, now)),
        Job("sweep_kits", timedelta(hours=1), lambda now: sweep(database, kits.files, now)),
        Job("sweep_pictures", timedelta(hours=1), kits.thumbnails.sweep),
    )


def _general_jobs(given: Collaborators) -> tuple[Job, ...]:
    database, documents = given.database, given.documents
    return (
        Job("heartbeat", timedelta(seconds=10), lambda now: beat(database, now)),
        Job(
            "fetch_images",
            timedelta(seconds=5),
            lambda now: fetch_pending(database, given.images, documents, now),
        ),
        Job("scan_papers", timedelta(minutes=1), lambda now: look_over(database, documents, now)),
        Job("expire_conversations", timedelta(minutes=1), given.expire),
        Job("give_back", timedelta(minutes=1), lambda now: give_back_unattended(database, now)),
        Job(
            "check_tax_office",
            timedelta(minutes=10),
            lambda now: check_again(database, given.tax_office, now),
        ),
        Job("mark_overdue", timedelta(minutes=10), lambda now: mark_overdue(database, now)),
        Job("purge_inbox", timedelta(hours=1), lambda now: purge_inbox(database, now)),
        Job("purge_drafts", timedelta(hours=6), lambda now: purge_drafts(database, now)),
        Job("forget_erased", timedelta(hours=6), lambda now: forget_identities(database, now)),
        Job("sweep_files", timedelta(hours=1), lambda now: sweep_files(database, documents, now)),
        *_visits(database, given.roads),
        *(Job(name, PLAN_EVERY, partial(plan, database)) for name, plan in PLANNERS.items()),
        Job("plan_forms", PLAN_EVERY, lambda now: plan_forms(database, given.forms, now)),
        Job("hand_over_papers", PLAN_EVERY, lambda now: hand_over_missing(database, now)),
        Job("hand_over_payments", PLAN_EVERY, lambda now: hand_over_payments(database, now)),
        Job("purge_inactive", timedelta(hours=6), lambda now: purge_inactive(database, now)),
    )


def _outbox(outbox: Outbox, database: Database) -> Iterator[Job]:
    yield Job("send_due", timedelta(seconds=5), outbox.send_due)
    yield Job("reap_reminders", timedelta(seconds=30), outbox.reap)
    yield Job("look_up_reminders", timedelta(seconds=10), outbox.look_up)
    yield Job("purge_said", timedelta(hours=6), lambda now: purge_said(database, now))


def _visits(database: Database, roads: Roads | None) -> Iterator[Job]:
    yield Job("expire_holds", timedelta(seconds=30), lambda now: expire_holds(database, now))
    yield Job("ask_waiting", timedelta(minutes=1), lambda now: ask_waiting(database, now))
    yield Job("agree_to_old", timedelta(minutes=10), lambda now: agree_to_old(database, now))
    yield Job("purge_field", timedelta(hours=6), lambda now: purge_field(database, now))
    yield Job("extend_series", timedelta(hours=6), lambda now: extend_all(database, now))
    yield Job("optimise_days", timedelta(minutes=10), lambda now: plan_nights(database, now))
    if roads is not None:
        yield Job(
            "measure_ways", timedelta(hours=1), lambda now: measure_ways(database, roads, now)
        )
