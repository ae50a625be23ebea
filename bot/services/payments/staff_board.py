"""The console's questions about applications: which, who is waited for, what is late."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.services.pay_rules.waiting import IN_REVIEW, WaitsFor
from bot.services.payments.overview import PayOverview, views_of
from bot.services.payments.rows import in_scope
from bot.services.payments.who_waits import (
    BY_PERSON,
    has,
    may_be_late,
    of_whom,
    since,
    waits,
    with_needs,
)
from bot.services.requirements import DUE
from models.events import StateEvent
from models.merchant import Merchant, Store
from models.payment import PayApplication, PayCheck, PayNote, PayQr
from models.requirement import Document
from models.states import PayState

WAITS: tuple[WaitsFor, ...] = ("us", "merchant", "provider", "nobody")
_NUMBER = re.compile(r"(?:[pP]-?)?(\d{4,8})")
_CANDIDATES = 2
"""Times as many are looked at as are shown: providers are given different times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which applications a list shows.

    Attributes:
        state: one state; None for any.
        waits_for: who has to do something; "" for anybody. `us` is also what one of us has
            to see to while the merchant owes something else.
        market: part of a market's name.
        number: of one application, as people say it: `P-4821`, `p4821` or `4821`; "" for any.
        scope: id of the only market that may be seen; None for all.
    """

    state: PayState | None = None
    waits_for: str = ""
    market: str = ""
    number: str = ""
    scope: int | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the list.

    Attributes:
        since: since when somebody is waited for.
        is_late: we promised to write by a day that is over.
        ours: keys of what one of us has to see to, whoever else is waited for.
    """

    view: PayOverview
    market: str
    since: datetime
    is_late: bool
    ours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One application with everything that staff see of it.

    Attributes:
        row: the application itself: account and names are whole in it.
    """

    line: BoardRow
    row: PayApplication
    store: Store
    merchant: Merchant
    papers: tuple[Document, ...]
    checks: tuple[PayCheck, ...]
    codes: tuple[PayQr, ...]
    notes: tuple[PayNote, ...]
    history: tuple[StateEvent, ...]


def board(
    session: Session, wanted: Wanted, today: date, *, offset: int = 0, limit: int = 50
) -> list[BoardRow]:
    """Return applications: who has waited longest first when somebody is waited for."""
    found = _narrowed(_chosen(), wanted)
    if wanted.waits_for:
        found = with_needs(found).where(of_whom(wanted.waits_for))
        found = found.order_by(since(), PayApplication.id)
    else:
        found = found.order_by(PayApplication.id.desc())
    return _lines(session, session.scalars(found.offset(offset).limit(limit)).all(), today)


def count_by_waits(session: Session, scope: int | None) -> Mapping[str, int]:
    """Return how many applications wait for whom; some wait for two."""
    sorts = (waits().label("who"), has("ours").label("is_ours"))
    counted = with_needs(_chosen()).where(in_scope(scope)).with_only_columns(*sorts, func.count())
    counts: dict[str, int] = dict.fromkeys(WAITS, 0)
    for who, is_ours, count in session.execute(counted.group_by("who", "is_ours")):
        counts[who] += count
        if is_ours and who not in ("us", "nobody"):
            counts["us"] += count
    return counts


def waiting(session: Session, today: date, scope: int | None, limit: int = 50) -> list[BoardRow]:
    """Return what we have to do, and what a provider leaves undone too long; late ones first."""
    ours = board(session, Wanted(waits_for="us", scope=scope), today, limit=limit)
    outside = with_needs(_chosen()).where(in_scope(scope), of_whom("provider"))
    slow = outside.where(may_be_late(today)).order_by(since()).limit(_CANDIDATES * limit)
    theirs = _lines(session, session.scalars(slow).all(), today)
    known = {line.view.id for line in ours}
    every = [*ours, *(line for line in theirs if line.is_late and line.view.id not in known)]
    return sorted(every, key=lambda line: (not line.is_late, line.since))[:limit]


def find(session: Session, application_id: int, today: date, scope: int | None) -> Found | None:
    """Return one application; None when there is none, or none that may be seen."""
    line = next(iter(_lines(session, _visible(session, application_id, scope), today)), None)
    if line is None:
        return None
    row = session.get_one(PayApplication, application_id)
    papers = select(Document).where(Document.merchant_id == row.merchant_id)
    of_it = PayCheck.application_id == row.id
    events = select(StateEvent).where(
        StateEvent.entity == PayApplication.__tablename__, StateEvent.entity_id == row.id
    )
    codes = select(PayQr).where(PayQr.application_id == row.id)
    notes = select(PayNote).where(PayNote.application_id == row.id)
    return Found(
        line=line,
        row=row,
        store=session.get_one(Store, row.store_id),
        merchant=session.get_one(Merchant, row.merchant_id),
        papers=tuple(session.scalars(papers.order_by(Document.id))),
        checks=tuple(session.scalars(select(PayCheck).where(of_it).order_by(PayCheck.id))),
        codes=tuple(session.scalars(codes.order_by(PayQr.id.desc()))),
        notes=tuple(session.scalars(notes.order_by(PayNote.id.desc()))),
        history=tuple(session.scalars(events.order_by(StateEvent.id))),
    )


def count_ready(session: Session) -> Mapping[str, int]:
    """Return how many complete applications wait to be handed over, by provider."""
    ready = (
        select(PayApplication.provider, func.count())
        .where(PayApplication.state == PayState.READY)
        .group_by(PayApplication.provider)
    )
    return dict(session.execute(ready).all())


def may_see(session: Session, application_id: int, scope: int | None) -> bool:
    """Tell whether there is such an application in the only market that may be seen."""
    return bool(_visible(session, application_id, scope))


def _visible(session: Session, application_id: int, scope: int | None) -> Sequence[int]:
    wanted = _chosen().where(PayApplication.id == application_id, in_scope(scope))
    return session.scalars(wanted).all()


def _chosen() -> Select[int]:
    return (
        select(PayApplication.id)
        .join(Store, Store.id == PayApplication.store_id)
        .where(PayApplication.state != PayState.ERASED)
    )


def _narrowed(statement: Select[int], wanted: Wanted) -> Select[int]:
    statement = statement.where(in_scope(wanted.scope))
    if wanted.state is not None:
        statement = statement.where(PayApplication.state == wanted.state)
    if wanted.market:
        statement = statement.where(Store.market_name.contains(wanted.market, autoescape=True))
    if wanted.number:
        told = _NUMBER.fullmatch(wanted.number)
        statement = statement.where(PayApplication.number == (f"P-{told[1]}" if told else ""))
    return statement


def _lines(session: Session, ids: Sequence[int], today: date) -> list[BoardRow]:
    """Return lines in this order, in a few statements for all of them."""
    rows = session.execute(
        select(PayApplication, Store.name, Store.market_name)
        .join(Store, Store.id == PayApplication.store_id)
        .where(PayApplication.id.in_(ids))
    ).all()
    views = views_of(session, {row.id: (row, name or "") for row, name, _ in rows})
    known = {row.id: _line(row, views[row.id], market, today) for row, _, market in rows}
    return [known[application_id] for application_id in ids]


def _line(row: PayApplication, view: PayOverview, market: str, today: date) -> BoardRow:
    is_late = view.next_word_on is not None and view.next_word_on < today
    ours = tuple(line.key for line in view.waiting if line.fix_action in BY_PERSON)
    return BoardRow(view, market, _waited_since(row, view), is_late, ours)


def _waited_since(row: PayApplication, view: PayOverview) -> datetime:
    """Return since when it is as it is, as `who_waits.since` sorts by it."""
    if view.waits_for == "merchant":
        due = [item.due_since for item in view.requirements if item.level in DUE]
        return min((at for at in due if at is not None), default=row.updated_at)
    if row.state in IN_REVIEW:
        return row.handed_off_at or row.updated_at
    return row.updated_at
