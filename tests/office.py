"""What the office does about the visits of the merchant of a transcript.

office: {books: 2026-12-01 15:00}      a visit for the merchant
office: {moves: 2026-12-02 14:00}      it is then
office: {sends: 이서연}                somebody else comes
office: {cancels: true}                nobody comes
office: {missing: true}                the supporter did not come
office: {stands: 2026-12-01 15:00, total: 3}   a standing slot, from that day on
office: {ends: true}                   it is over
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.registration.overview import merchant_of
from bot.services.transaction import Transaction
from bot.services.visits import Offer, VisitWish, book, cancel, change, offers, reassign
from bot.services.visits.fieldwork import supporter_missing
from bot.services.visits.ownership import by_staff
from bot.services.visits.requests import for_staff, wish_of
from bot.services.visits.series import Standing, begin_series, end_series
from models.conversation import Conversation
from models.merchant import Store
from models.supporter import Supporter
from models.visit import OPEN, Visit, VisitSeries
from tests.talk import Merchant


def moment(text: str) -> datetime:
    """Return a moment in Korea."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=KST)


def acts(merchant: Merchant, deed: Mapping[str, Any]) -> None:
    """Let the office do something."""
    house = merchant.house
    verb, what = next(iter(deed.items()))
    with house.database.transaction() as session:
        now = house.clock.now()
        tx = by_staff(session, now, f"{verb}:{what}:{now.isoformat()}", "kim")
        DEEDS[verb](tx, merchant, {**deed, verb: str(what)})


def _owner(session: Session, merchant: Merchant) -> int:
    talk = session.scalars(
        select(Conversation.id).where(Conversation.user_key == merchant.user)
    ).one()
    owner = merchant_of(session, talk)
    assert owner is not None
    return owner.id


def _store(session: Session, merchant: Merchant) -> int:
    owner = _owner(session, merchant)
    return session.scalars(select(Store.id).where(Store.merchant_id == owner)).one()


def _visit(session: Session, merchant: Merchant) -> Visit:
    mine = (Visit.merchant_id == _owner(session, merchant), Visit.state.in_(OPEN))
    return session.scalars(select(Visit).where(*mine).order_by(Visit.id.desc()).limit(1)).one()


def _offer(tx: Transaction, wish: VisitWish, at: datetime) -> Offer:
    start = at.hour * 60 + at.minute
    exactly = replace(for_staff(wish), day=at.date(), start=start, only_day=True, count=9)
    found = offers(tx.session, exactly, tx.now)
    offer = next((one for one in found if one.start == start), None)
    assert offer is not None, f"{at} is not free for anybody"
    return offer


def _books(tx: Transaction, merchant: Merchant, deed: Mapping[str, Any]) -> None:
    wish = VisitWish(store_id=_store(tx.session, merchant), topics=("channel",))
    book(tx, _offer(tx, wish, moment(deed["books"])))


def _moves(tx: Transaction, merchant: Merchant, deed: Mapping[str, Any]) -> None:
    visit = _visit(tx.session, merchant)
    change(tx, visit.id, _offer(tx, wish_of(tx.session, visit), moment(deed["moves"])))


def _sends(tx: Transaction, merchant: Merchant, deed: Mapping[str, Any]) -> None:
    people = {one.name: one.id for one in tx.session.scalars(select(Supporter))}
    reassign(tx, _visit(tx.session, merchant).id, people[deed["sends"]])


def _cancels(tx: Transaction, merchant: Merchant, _: Mapping[str, Any]) -> None:
    cancel(tx, _visit(tx.session, merchant).id, "supporter_ill")


def _missing(tx: Transaction, merchant: Merchant, _: Mapping[str, Any]) -> None:
    supporter_missing(tx, _visit(tx.session, merchant).id, "accident")


def _stands(tx: Transaction, merchant: Merchant, deed: Mapping[str, Any]) -> None:
    at = moment(deed["stands"])
    wish = VisitWish(store_id=_store(tx.session, merchant), topics=("channel",))
    start = at.hour * 60 + at.minute
    begin_series(tx, wish, Standing(at.date(), start, int(deed["total"])))


def _ends(tx: Transaction, merchant: Merchant, _: Mapping[str, Any]) -> None:
    mine = VisitSeries.merchant_id == _owner(tx.session, merchant)
    end_series(tx, tx.session.scalars(select(VisitSeries.id).where(mine)).one())


DEEDS: Mapping[str, Callable[[Transaction, Merchant, Mapping[str, Any]], None]] = {
    "books": _books,
    "moves": _moves,
    "sends": _sends,
    "cancels": _cancels,
    "missing": _missing,
    "stands": _stands,
    "ends": _ends,
}
