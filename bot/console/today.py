"""What waits for whom, the most pressing first."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.console import kit_words, payment_words
from bot.console.desk import Desk
from bot.console.guard import READERS, Guard, me
from bot.services.handoff import WaitingTicket, list_open
from bot.services.heartbeat import is_silent
from bot.services.kits import board
from bot.services.outbox_list import count_trouble
from bot.services.payments import staff_board
from bot.services.payments.hanging import count_hanging
from bot.services.payments.missing_codes import count_missing
from bot.services.payments.staff_board import BoardRow
from bot.services.trial_payments import stuck_trials
from bot.services.waiting_papers import count_waiting
from models.merchant import ChannelRegistration, Store
from models.requirement import Document, Requirement
from models.staff import RightsRequest
from models.states import ChannelState, DocumentState, Level, ReminderState, RightsState

MOST = 50
"""Lines of a list; the oldest ones are shown."""
TO_CHECK = (ChannelState.SUBMITTED, ChannelState.LINKED_EXISTING, ChannelState.BIZ_REVIEW)
PAPERS_TO_CHECK = (DocumentState.SCANNED, DocumentState.IN_REVIEW)
STUCK = (Level.PAST_DUE, Level.PENDING_VERIFICATION)


@dataclass(frozen=True, slots=True)
class RegistrationLine:
    """A registration that somebody has to look at."""

    id: int
    store: str
    market: str
    state: ChannelState
    since: datetime


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that did not come out well by itself."""

    registration_id: int
    store: str
    key: str
    level: Level
    problem: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """Messages that somebody has to look at."""

    dead: int
    unknown: int

    @property
    def total(self) -> int:
        """How many in all."""
        return self.dead + self.unknown


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits."""

    tickets: list[WaitingTicket]
    registrations: list[RegistrationLine]
    papers: list[Document]
    checks: list[CheckLine]
    rights: list[RightsRequest]
    kits: board.Waiting
    payments: list[BoardRow]
    hanging: int
    missing: int
    stuck_trials: int
    unsent: Unsent
    unscanned: int
    jobs_silent: bool


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the first page."""

    @guard.page("", *READERS)
    def home() -> ResponseReturnValue:
        return redirect(url_for("console.today"))

    @guard.page("/today", *READERS)
    def today() -> ResponseReturnValue:
        with desk.database.reading() as session:
            waiting = gather(session, desk.clock.now(), me().market_id)
        return render_template(
            "console/today.html",
            waiting=waiting,
            said=desk.pay_sentence,
            kit_words=kit_words,
            pay_words=payment_words,
        )


def gather(session: Session, now: datetime, scope: int | None = None) -> Waiting:
    """Return what waits.

    Args:
        session: a reading session.
        now: the moment.
        scope: id of the only market whose payments may be seen; None for all.
    """
    papers = select(Document).where(Document.state.in_(PAPERS_TO_CHECK)).order_by(Document.id)
    rights = select(RightsRequest).where(RightsRequest.state == RightsState.OPEN)
    return Waiting(
        tickets=list_open(session),
        registrations=_registrations(session),
        papers=list(session.scalars(papers.limit(MOST))),
        checks=_checks(session),
        rights=list(session.scalars(rights.order_by(RightsRequest.due_at).limit(MOST))),
        kits=board.waiting(session),
        payments=staff_board.waiting(session, now.astimezone(KST).date(), scope, MOST),
        hanging=count_hanging(session, scope),
        missing=count_missing(session, scope),
        stuck_trials=len(stuck_trials(session, now, scope)),
        unsent=_unsent(session),
        unscanned=count_waiting(session),
        jobs_silent=is_silent(session, now),
    )


def _unsent(session: Session) -> Unsent:
    counted = count_trouble(session)
    return Unsent(counted[ReminderState.DEAD], counted[ReminderState.UNKNOWN])


def _registrations(session: Session) -> list[RegistrationLine]:
    statement = (
        select(ChannelRegistration, Store)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(ChannelRegistration.state.in_(TO_CHECK))
        .order_by(ChannelRegistration.updated_at)
        .limit(MOST)
    )
    return [
        RegistrationLine(row.id, store.name or "-", store.market_name, row.state, row.updated_at)
        for row, store in session.execute(statement)
    ]


def _checks(session: Session) -> list[CheckLine]:
    statement = (
        select(Requirement, Store)
        .join(ChannelRegistration, ChannelRegistration.id == Requirement.subject_id)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(
            Requirement.subject == ChannelRegistration.__tablename__,
            Requirement.level.in_(STUCK),
            Requirement.error_code.is_not(None),
        )
        .order_by(Requirement.updated_at)
        .limit(MOST)
    )
    return [
        CheckLine(
            registration_id=need.subject_id,
            store=store.name or "-",
            key=need.key,
            level=need.level,
            problem=need.error_code or "",
            since=need.updated_at,
        )
        for need, store in session.execute(statement)
    ]
