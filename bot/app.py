"""Builds the application: collaborators, engine, edges, commands."""

import gc
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from bot import cli, log, nlu
from bot.channels.kakao.render import render
from bot.clients.account_holder import AccountChecker, NoAccountChecker
from bot.clients.account_service import AccountService
from bot.clients.clamd import Clamd
from bot.clients.kakao_callback import CallbackPoster
from bot.clients.kakaopay import kakaopay_client
from bot.clients.nts import NtsClient
from bot.clock import AdjustableClock, Clock, SystemClock
from bot.config import Settings
from bot.console.desk import Desk, next_key
from bot.console.pages import console_blueprint
from bot.deps import Deps
from bot.dialogue.engine import Engine
from bot.dialogue.flow import Flow
from bot.dialogue.registry import Registry
from bot.services.documents import DocumentStore, Scan
from bot.services.field_links import FieldLinks
from bot.services.kit_links import KitLinks
from bot.services.kits.gallery import Gallery
from bot.services.kits.shop import open_shop
from bot.services.kits.signposts import Signposts
from bot.services.payments import PayOverview
from bot.services.payments.links import PayLinks
from bot.services.sealed_files import SealedFiles
from bot.services.trial_payments import till_of
from bot.services.upload_links import UploadLinks
from bot.simulator.page import Trial, simulator_blueprint
from bot.web.channel_events import channel_blueprint
from bot.web.errors import register_error_pages
from bot.web.field import FieldDesk, field_blueprint
from bot.web.friend_desk import FriendDesk
from bot.web.guards import security_headers
from bot.web.health import health_blueprint
from bot.web.icon import icon_blueprint
from bot.web.kits import KitDesk, kits_blueprint
from bot.web.notice_desk import NoticeDesk
from bot.web.once import OnceDesk, once_blueprint
from bot.web.outbox_metrics import OutboxMetrics
from bot.web.pay_trials import TrialDesk, pay_trials_blueprint
from bot.web.readiness import Readiness
from bot.web.short_links import short_links_blueprint
from bot.web.slow_work import SlowWork
from bot.web.uploads import UploadDesk, uploads_blueprint
from bot.web.webhook import skill_blueprint
from models import crypto
from models.session import Database

NTS_TIMEOUT_S = 1.2
"""The tax office may take this long of a turn's 3 s; slower means `unavailable`."""


COLLECT_AFTER = 20_000
"""New objects between two looks for garbage; Python's 700 is meant for small programs."""


def default_deps(settings: Settings) -> Deps:
    """Return the real collaborators."""
    clock: Clock = SystemClock() if settings.is_production else AdjustableClock()
    return Deps(
        settings=settings,
        clock=clock,
        database=Database(settings.database_url),
        tax_office=NtsClient(settings.nts_url, settings.nts_key, NTS_TIMEOUT_S, clock),
        kakaopay=kakaopay_client(settings),
        accounts=_account_checker(settings),
    )


def _account_checker(settings: Settings) -> AccountChecker:
    """Return who tells whose account it is: nobody, unless a key is set."""
    if not settings.account_check_key:
        return NoAccountChecker()
    return AccountService(settings.account_check_url, settings.account_check_key)


def _scanner(settings: Settings) -> Scan | None:
    return Clamd(settings.clamd_address) if settings.clamd_address else None


NO_COOKIES = ("/kakao/", "/k/", "/kits/")
"""Paths that nobody logs in for."""


class PagesOnly(SecureCookieSessionInterface):
    """Cookies are for people who log in; the others have none to read or to sign."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a page, an empty one for webhooks and scanned codes."""
        if request.path.startswith(NO_COOKIES):
            return self.make_null_session(app)
        return super().open_session(app, request)


def create_app(
    settings: Settings,
    flows: Iterable[Flow],
    deps: Deps | None = None,
    pay_sentence: Callable[[PayOverview], str] = next_key,
) -> Flask:
    """Build the application.

    Args:
        settings: how this installation is set up.
        flows: what the bot can talk about.
        deps: collaborators to use instead of the real ones; for tests.
        pay_sentence: what the chat says about what an application for payment needs next.

    Raises:
        ConfigError: the flows contradict each other.
        KeyRingError: DATA_KEYS cannot be used.
    """
    log.configure()
    crypto.use(crypto.KeyRing.from_setting(settings.data_keys))
    deps = deps or default_deps(settings)
    registry = Registry(flows)
    app = Flask("bot", static_folder=None)
    app.session_interface = PagesOnly()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    engine = open_door(app, deps, registry)
    files = SealedFiles(Path(settings.upload_dir), crypto.ring())
    workshop = cli.Workshop(
        deps=deps,
        registry=registry,
        engine=engine,
        documents=DocumentStore(files, _scanner(settings), must_scan=settings.scanner_required),
        kits=open_shop(settings, deps.database),
    )
    _add_edges(app, workshop, pay_sentence)
    cli.register(app, workshop)
    return app


def open_door(app: Flask, deps: Deps, registry: Registry) -> Engine:
    """Let an application answer the messages of the chat, and return who answers them.

    Args:
        app: has no such door yet; the keys for what is sealed are in use (`crypto.use`).
        deps: the collaborators.
        registry: what the bot can talk about.
    """
    settings, clock = deps.settings, deps.clock
    engine = Engine(deps, registry, partial(render, block_id=settings.kakao_block_id))
    notices = NoticeDesk(deps.database, clock)
    app.register_blueprint(
        skill_blueprint(settings, clock, engine, post_callback=CallbackPoster(), notices=notices)
    )
    return engine


def settle(now: datetime) -> None:
    """Make the first message as fast as the others, and spare the garbage collector.

    What lives as long as the process (tables, flows, words) is loaded, compiled and taken out
    of the collector's sight: going through it again and again cost single turns tens of
    milliseconds. Called once, by the composition root of a server, when everything is built;
    a command ends before it would gain anything.

    Args:
        now: the present moment, aware, any zone.
    """
    nlu.warm_up(now)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def _add_edges(
    app: Flask, workshop: cli.Workshop, pay_sentence: Callable[[PayOverview], str]
) -> None:
    deps = workshop.deps
    settings, clock = deps.settings, deps.clock
    app.register_blueprint(channel_blueprint(settings, clock, FriendDesk(deps)))
    figures = OutboxMetrics(deps.database, clock)
    app.register_blueprint(health_blueprint(Readiness(deps.database), figures))
    app.register_blueprint(icon_blueprint())
    app.register_blueprint(uploads_blueprint(_upload_desk(workshop)))
    app.register_blueprint(once_blueprint(_once_desk(workshop)))
    app.register_blueprint(pay_trials_blueprint(_trial_desk(deps)))
    app.register_blueprint(kits_blueprint(_kit_desk(workshop)))
    app.register_blueprint(short_links_blueprint(clock, Signposts(deps.database)))
    app.register_blueprint(field_blueprint(_field_desk(workshop)))
    app.register_blueprint(console_blueprint(_console_desk(workshop, pay_sentence)))
    if isinstance(clock, AdjustableClock):
        app.register_blueprint(simulator_blueprint(settings, _trial(workshop, clock)))
    register_error_pages(app)
    app.after_request(security_headers(production=settings.is_production))
    if settings.is_production:
        # One reverse proxy stands in front (README, going live); more would have to be named.
        proxied: Any = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # the documented way to wrap it


def _trial(workshop: cli.Workshop, clock: AdjustableClock) -> Trial:
    return Trial(
        clock=clock,
        passage=workshop.passage(clock),
        inspect=workshop.inspector.both,
        arrived=workshop.arrived,
        answer_ms=round(workshop.deps.patience.answer_s * 1000),
    )


def _console_desk(workshop: cli.Workshop, pay_sentence: Callable[[PayOverview], str]) -> Desk:
    deps, flows = workshop.deps, workshop.registry.flows
    return Desk(
        settings=deps.settings,
        clock=deps.clock,
        database=deps.database,
        documents=workshop.documents,
        kit_files=workshop.kits.files,
        accounts=deps.accounts,
        flows={flow.name: flow.title for flow in flows if flow.questions},
        labels={ask.key: ask.label for flow in flows for ask in flow.questions},
        pay_sentence=pay_sentence,
    )


def _upload_desk(workshop: cli.Workshop) -> UploadDesk:
    deps = workshop.deps
    settings = deps.settings
    return UploadDesk(
        settings=settings,
        clock=deps.clock,
        database=deps.database,
        links=UploadLinks(settings.secret_key, settings.public_url, deps.clock),
        store=workshop.documents,
    )


def _once_desk(workshop: cli.Workshop) -> OnceDesk:
    deps = workshop.deps
    settings = deps.settings
    return OnceDesk(
        settings=settings,
        clock=deps.clock,
        database=deps.database,
        links=PayLinks(settings.secret_key, settings.public_url, deps.clock),
        store=workshop.documents,
    )


def _trial_desk(deps: Deps) -> TrialDesk:
    return TrialDesk(
        settings=deps.settings,
        clock=deps.clock,
        till=till_of(deps),
        slow=SlowWork("trial-payment", deps.patience.page_s),
    )


def _field_desk(workshop: cli.Workshop) -> FieldDesk:
    deps = workshop.deps
    settings = deps.settings
    return FieldDesk(
        settings=settings,
        clock=deps.clock,
        database=deps.database,
        links=FieldLinks(settings.secret_key, settings.public_url, deps.clock),
        conversation=workshop.engine,
    )


def _kit_desk(workshop: cli.Workshop) -> KitDesk:
    deps, shop = workshop.deps, workshop.kits
    settings = deps.settings
    return KitDesk(
        settings=settings,
        clock=deps.clock,
        database=deps.database,
        links=KitLinks(settings.secret_key, settings.public_url, deps.clock),
        files=shop.files,
        gallery=Gallery(shop.thumbnails, deps.patience.picture_s),
    )
