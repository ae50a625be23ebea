"""What becomes of printed matter when a store is renamed, closes, or is erased."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.services import kit_upkeep
from bot.services.kits import short_link
from bot.services.kits.board import Wanted, board
from bot.services.registration import correct, move_channel, set_channel
from bot.services.transaction import Transaction
from models.conversation import Conversation, Owner
from models.kit import KitItem
from models.merchant import ChannelRegistration, Merchant, Store
from models.session import Database
from models.staff import HandoffTicket
from models.states import Cause, ChannelState, KitState, MerchantState, StoreState
from tests.use_cases.kit_people import Customer, customer, follow, history
from tests.use_cases.people import NOW

OPEN = ("confirmed", "rendered", "preflighted", "queued_print", "failed")
OUT = ("printed", "shipped", "ready_pickup", "delivered", "problem", "reordered")
STAYS = ("cancelled", "revoke_required", "revoked", "erased")
CLOSING = Cause(actor="staff:op", key="close", now=NOW + timedelta(days=1), reason="closed")


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def test_the_states_are_divided_in_three() -> None:
    assert {*OPEN} == set(kit_upkeep.OPEN)
    assert {*OUT} == set(kit_upkeep.OUT)
    assert {*OPEN, *OUT, *STAYS} == set(KitState)


def _rename(tx: Transaction) -> None:
    correct(tx, "store_name", "순자네 손맛")


def _move_stall(tx: Transaction) -> None:
    correct(tx, "stall", "나동 1호")


def _new_channel(tx: Transaction) -> None:
    set_channel(tx, public_id="_Other")


def _new_search_id(tx: Transaction) -> None:
    set_channel(tx, search_id="순자손맛")


@pytest.mark.parametrize("change", [_rename, _move_stall, _new_channel, _new_search_id])
def test_what_is_made_is_outdated_by_a_new_name(
    buyer: Customer, change: Callable[[Transaction], None]
) -> None:
    made, printed, waits = buyer.order("a"), buyer.order("b"), buyer.order("c")
    buyer.bring(made, KitState.PREFLIGHTED)
    buyer.bring(printed, KitState.DELIVERED)
    gone = buyer.order("d")
    buyer.bring(gone, KitState.CANCELLED)
    with buyer.person.turn("change") as tx:
        change(tx)
    for number, expected in ((made, True), (printed, True), (waits, False), (gone, False)):
        with buyer.look(number) as order:
            assert order.is_outdated is expected, order.state


def test_what_does_not_stand_on_paper_outdates_nothing(buyer: Customer) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    with buyer.person.turn("change") as tx:
        correct(tx, "phone", "01000009999")
        correct(tx, "category", "seafood")
    with buyer.look(number) as order:
        assert not order.is_outdated


def test_the_old_name_again_makes_it_fit_again(buyer: Customer) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    for key, name, expected in (("a", "다른 이름", True), ("b", "순자네 반찬", False)):
        with buyer.person.turn(key) as tx:
            correct(tx, "store_name", name)
        with buyer.look(number) as order:
            assert order.is_outdated is expected


def test_sending_the_form_in_again_with_another_channel_outdates(buyer: Customer) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    buyer.person.register(
        "again", has_channel="yes", channel_public_id="_Newer", search_id="순자네반찬"
    )
    with buyer.look(number) as order:
        assert order.is_outdated


def _channel(to: ChannelState) -> Callable[[Database], object]:
    def close(database: Database) -> None:
        with database.transaction() as session:
            registration = session.scalars(select(ChannelRegistration)).one()
            move_channel(session, registration.id, ChannelState.OPENED, _cause("opened"))
            move_channel(session, registration.id, to, CLOSING)

    return close


def _cause(key: str) -> Cause:
    return Cause(actor="staff:op", key=key, now=NOW)


def _elsewhere(table: type[Store | Merchant], state: str) -> Callable[[Database], object]:
    def close(database: Database) -> None:
        with database.transaction() as session:
            session.execute(update(table).values(state=state))
        assert kit_upkeep.take_back_closed(database, CLOSING.now) == 1
        assert kit_upkeep.take_back_closed(database, CLOSING.now) == 0

    return close


@pytest.mark.parametrize(
    "close",
    [
        _channel(ChannelState.CLOSED),
        _channel(ChannelState.WITHDRAWN),
        _elsewhere(Store, StoreState.CLOSED),
        _elsewhere(Merchant, MerchantState.WITHDRAWN),
        _elsewhere(Merchant, MerchantState.CLOSED),
    ],
)
def test_an_end_takes_everything_back(buyer: Customer, close: Callable[[Database], object]) -> None:
    numbers = {state: buyer.order(state) for state in sorted(KitState)}
    for state, number in numbers.items():
        buyer.bring(number, state)
    with buyer.database.transaction() as session:
        code = short_link(session, 1, "poster-a4", NOW)
    assert follow(buyer.database, code, NOW) is not None
    close(buyer.database)
    for state, number in numbers.items():
        after = buyer.state(number)
        if state in OPEN:
            assert after == "cancelled"
        elif state in OUT:
            assert after == "revoke_required"
        else:
            assert after == state
    assert follow(buyer.database, code, NOW) is None
    with buyer.database.reading() as session:
        ticket = session.scalars(select(HandoffTicket)).one()
        assert session.scalars(select(Conversation.owner)).one() == Owner.BOT
        revoke = board(session, Wanted(duty="to_revoke"))
    hanging = [numbers[KitState(state)] for state in OUT]
    assert {row.number for row in revoke} == {*hanging, numbers[KitState.REVOKE_REQUIRED]}
    assert ticket.reason == "kit_revoke"
    assert all(number in (ticket.summary or "") for number in hanging)
    assert "A4 포스터 2개 · 문 스티커 5개" in (ticket.summary or "")
    assert all(numbers[KitState(state)] not in (ticket.summary or "") for state in OPEN)


def test_an_end_without_anything_printed_asks_nobody(buyer: Customer) -> None:
    number = buyer.order()
    _channel(ChannelState.CLOSED)(buyer.database)
    assert history(buyer.database, number)[-1] == ("confirmed", "cancelled", "closed")
    with buyer.database.reading() as session:
        assert session.scalars(select(HandoffTicket)).all() == []


def test_stores_that_go_on_keep_their_kits(buyer: Customer) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    _channel(ChannelState.BLOCKED)(buyer.database)
    assert kit_upkeep.take_back_closed(buyer.database, NOW) == 0
    assert buyer.state(number) == "delivered"


def test_without_a_conversation_the_list_of_orders_has_to_do(buyer: Customer) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    with buyer.database.transaction() as session:
        session.execute(update(Conversation).values(merchant_id=None))
        session.execute(update(Store).values(state=StoreState.CLOSED))
    kit_upkeep.take_back_closed(buyer.database, NOW)
    assert buyer.state(number) == "revoke_required"


def test_a_product_that_the_catalogue_dropped_is_named_by_its_id(buyer: Customer) -> None:
    buyer.bring(buyer.order(), KitState.DELIVERED)
    with buyer.database.transaction() as session:
        session.execute(update(KitItem).values(product=KitItem.product + "-old"))
    _channel(ChannelState.CLOSED)(buyer.database)
    with buyer.database.reading() as session:
        summary = session.scalars(select(HandoffTicket.summary)).one() or ""
    assert "poster-a4-old 2개" in summary
