"""Putting one visit onto a supporter's day, a new one or one from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.services.transaction import Transaction
from bot.services.visits.admission import admit
from bot.services.visits.board import Office
from bot.services.visits.calendar import moment_of
from bot.services.visits.days import DayKey
from bot.services.visits.journal import Step, add_event, moment, read_visit, take_step
from bot.services.visits.ledger import Change, Pages, settle
from bot.services.visits.needs import read_need
from bot.services.visits.offering import who_can
from bot.services.visits.reasons import Reason, SlotTakenError
from bot.services.visits.requests import fill, put_request
from bot.services.visits.slots import Need
from bot.services.visits.timeline import Stop, Timeline
from bot.services.visits.wish import Offer
from models.states import VisitState
from models.visit import Visit, VisitRequest


@dataclass(frozen=True, slots=True)
class Placing:
    """What a visit becomes where it is put.

    Attributes:
        visit_id: the visit; None for a new one.
        state: its state afterwards.
        kind: what the event calls it.
        key: idempotency key of the event.
        hold_until: until when it is kept; None for a confirmed one.
    """

    merchant_id: int
    visit_id: int | None
    state: VisitState
    kind: str
    key: str
    hold_until: datetime | None = None


def place(tx: Transaction, offer: Offer, placing: Placing) -> int:
    """Put a visit at the time of an offer; another supporter comes when the offered one cannot.

    Raises:
        SlotTakenError: nobody can come at that time any more; nothing was changed.
    """
    refused: SlotTakenError | None = None
    for candidate in _candidates(tx, offer):
        try:
            return _Place(tx, candidate, placing).run()
        except SlotTakenError as error:
            refused = refused or error
    raise refused or SlotTakenError(Reason.BUSY)


def _candidates(tx: Transaction, offer: Offer) -> Iterator[Offer]:
    yield offer
    if offer.wish.supporter_id is None:
        for supporter_id in who_can(tx.session, offer.wish, (offer.day, offer.start), tx.now):
            if supporter_id != offer.supporter_id:
                yield replace(offer, supporter_id=supporter_id)


@dataclass(frozen=True, slots=True)
class _Place:
    """One attempt with one supporter."""

    tx: Transaction
    offer: Offer
    placing: Placing

    def run(self) -> int:
        return settle(self.tx, self._keys, self._decide)

    @property
    def _to(self) -> DayKey:
        return DayKey(self.offer.supporter_id, self.offer.day)

    def _keys(self) -> list[DayKey]:
        if self.placing.visit_id is None:
            return [self._to]
        visit = read_visit(self.tx.session, self.placing.visit_id)
        return [self._to, DayKey(visit.supporter_id, visit.day)]

    def _decide(self, office: Office, pages: Pages) -> Change[int]:
        visit_id = self.placing.visit_id
        need = read_need(self.tx.session, office, self.offer.wish, self.tx.now)
        if isinstance(need, Reason):
            raise SlotTakenError(need)
        days = {key: _without(page.timeline, visit_id) for key, page in pages.items() if visit_id}
        at = (self.offer.day, self.offer.start)
        here = days.get(self._to, pages[self._to].timeline)
        supporter = office.supporter(self.offer.supporter_id)
        after = admit(need, supporter, here, at, visit_id or 0)
        if isinstance(after, Reason):
            raise SlotTakenError(after)
        position = next(k for k, stop in enumerate(after.stops) if stop.visit_id == (visit_id or 0))
        values = self._values(need, after.stops[position], after.ways[position])
        mine = frozenset((visit_id,)) if visit_id else frozenset[int]()
        return Change({**days, self._to: after}, lambda: self._write(need, values), mine)

    def _values(self, need: Need, stop: Stop, way: int) -> dict[str, Any]:
        at, spot = moment_of(self.offer.day, 0), need.spot
        return {
            "supporter_id": self.offer.supporter_id,
            "market_id": spot.place.market_id,
            "day": self.offer.day,
            "starts_at": at + timedelta(minutes=stop.start),
            "ends_at": at + timedelta(minutes=stop.end),
            "promise_from": at + timedelta(minutes=stop.earliest),
            "promise_to": at + timedelta(minutes=stop.latest),
            "latitude": spot.place.latitude,
            "longitude": spot.place.longitude,
            "travel_before_s": way * 60,
            "hold_expires_at": self.placing.hold_until,
        }

    def _write(self, need: Need, values: dict[str, Any]) -> int:
        if self.placing.visit_id is None:
            return self._insert(need, values)
        return self._move(self.placing.visit_id, values)

    def _insert(self, need: Need, values: dict[str, Any]) -> int:
        tx, wish, placing = self.tx, self.offer.wish, self.placing
        request = put_request(tx, placing.merchant_id, wish, placing.key)
        tx.session.flush()
        visit_id = tx.session.execute(
            insert(Visit)
            .values(
                request_id=request.id,
                merchant_id=placing.merchant_id,
                store_id=wish.store_id,
                series_id=wish.series_id,
                type_code=need.kind.code,
                state=placing.state,
                created_at=tx.now,
                updated_at=tx.now,
                **values,
            )
            .returning(Visit.id)
        ).scalar_one()
        step = Step(kind=placing.kind, key=placing.key, payload=_told(values))
        add_event(tx, visit_id, step, (None, placing.state), 0)
        return visit_id

    def _move(self, visit_id: int, values: dict[str, Any]) -> int:
        tx, placing = self.tx, self.placing
        visit = read_visit(tx.session, visit_id)
        before = {"supporter_id": visit.supporter_id, "starts_at": visit.starts_at}
        if placing.kind == "held":
            fill(tx, tx.session.get_one(VisitRequest, visit.request_id), self.offer.wish)
        step = Step(
            kind=placing.kind,
            key=placing.key,
            to=placing.state if placing.state is not visit.state else None,
            values=values,
            payload={**_told(values), "before": _told(before)},
        )
        take_step(tx, visit, step)
        return visit_id


def _without(timeline: Timeline | Reason, visit_id: int | None) -> Timeline | Reason:
    if visit_id is None or isinstance(timeline, Reason):
        return timeline
    return timeline.without((visit_id,))


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "supporter_id": values["supporter_id"],
        "starts_at": moment(values["starts_at"]),
    }
