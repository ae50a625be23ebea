"""Ordering, calling off, complaining and ordering again, on both databases."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.errors import ConflictError, RuleBrokenError
from bot.services.kits import (
    KitWish,
    free_number,
    kit_overview,
    numbers,
    place,
    products_of,
)
from models.kit import KitItem, KitOrder
from models.merchant import ChannelRegistration, Merchant, Store
from models.session import Database
from models.states import ChannelState, KitState, MerchantState, StoreState
from tests.use_cases.kit_people import PATHS, WISH, Customer, customer, find, history
from tests.use_cases.people import newcomer


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


@pytest.mark.parametrize(
    ("items", "size", "products"),
    [
        ({"poster": 1}, None, ("poster-a4",)),
        ({"poster": 1}, "A4", ("poster-a4",)),
        ({"poster": 1}, "A3", ("poster-a3",)),
        ({"poster": 1}, "A6", ("stand-a6",)),
        ({"tent": 1, "sticker": 2}, None, ("tent", "sticker-square")),
        ({"card": 50}, None, ("card-sheet",)),
        ({"flag": 1, "coupon-strip": 1}, None, ("flag", "coupon-strip")),
        ({"poster": 1, "poster-a4": 2}, None, ("poster-a4",)),
    ],
)
def test_what_the_chat_calls_things(
    items: dict[str, int], size: str | None, products: tuple[str, ...]
) -> None:
    assert products_of(items, size) == products


def test_an_order_keeps_what_is_to_be_printed(buyer: Customer) -> None:
    number = buyer.order(size="A3", theme="sea", languages=("ko", "en"), delivery="delivery")
    assert re.fullmatch(r"K-[1-9]\d{3}", number)
    with buyer.look(number) as order:
        assert (order.store_name, order.market, order.stall) == (
            "순자네 반찬",
            "망원시장",
            "가동 12호",
        )
        assert (order.channel_public_id, order.search_id) == ("_SunjaB", "순자네반찬")
        assert (order.phrase, order.size, order.theme) == ("오늘도 갓 무쳤어요", "A3", "sea")
        assert (order.items, order.languages) == ({"poster": 2, "sticker": 5}, ["ko", "en"])
        assert (order.state, order.delivery, order.phone) == ("confirmed", "delivery", None)
    with buyer.database.reading() as session:
        items = session.execute(select(KitItem.product, KitItem.quantity).order_by(KitItem.id))
        assert list(items) == [("poster-a3", 2), ("sticker-square", 5)]
    assert history(buyer.database, number) == [(None, "confirmed", None)]


def test_the_same_turn_orders_once(buyer: Customer) -> None:
    assert buyer.order() == buyer.order()
    assert buyer.order("another turn") != buyer.order()
    with buyer.database.reading() as session:
        assert session.execute(select(func.count()).select_from(KitOrder)).scalar_one() == 2
        assert session.execute(select(func.count()).select_from(KitItem)).scalar_one() == 4


def test_two_names_of_one_product_are_one_item(buyer: Customer) -> None:
    buyer.order(items={"poster": 2, "poster-a4": 3})
    with buyer.database.reading() as session:
        assert session.execute(select(KitItem.product, KitItem.quantity)).all() == [
            ("poster-a4", 5)
        ]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"items": {}}, "kit_items"),
        ({"items": {"mug": 1}}, "product_unknown"),
        ({"items": {"poster": 0}}, "qty_range"),
        ({"items": {"poster": 301}}, "qty_range"),
        ({"items": {"poster": 200, "poster-a4": 101}}, "qty_range"),
        ({"size": "A5"}, "kit_size"),
        ({"theme": "plaid"}, "theme_unknown"),
        ({"delivery": "drone"}, "kit_delivery"),
    ],
)
def test_what_cannot_be_ordered(buyer: Customer, other: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        buyer.order(**other)
    assert refused.value.code == code
    with buyer.database.reading() as session:
        assert session.scalars(select(KitOrder)).all() == []


def test_the_smallest_and_the_largest_order(buyer: Customer) -> None:
    buyer.order(items={"poster": 1, "tent": 300})


def test_without_a_store_there_is_nothing_to_order(database: Database) -> None:
    person = newcomer(database)
    with pytest.raises(RuleBrokenError) as refused, person.turn() as tx:
        place(tx, WISH)
    assert refused.value.code == "not_registered"
    with database.reading() as session:
        assert kit_overview(session, person.conversation_id) is None
        assert kit_overview(session, 999) is None


@pytest.mark.parametrize(
    ("table", "state"),
    [
        (Store, StoreState.CLOSED),
        (Merchant, MerchantState.WITHDRAWN),
        (Merchant, MerchantState.CLOSED),
        (ChannelRegistration, ChannelState.CLOSED),
        (ChannelRegistration, ChannelState.WITHDRAWN),
    ],
)
def test_who_does_not_take_part_any_more_cannot_order(
    buyer: Customer, table: type[Store | Merchant | ChannelRegistration], state: str
) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(table).values(state=state))
    with pytest.raises(RuleBrokenError) as refused:
        buyer.order()
    assert refused.value.code == "not_registered"


def test_while_the_vendor_blocks_a_channel_an_order_waits(buyer: Customer) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(state=ChannelState.BLOCKED))
    number = buyer.order()
    assert buyer.render() == 0
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(state=ChannelState.LIVE))
    assert buyer.render() == 1
    assert buyer.state(number) == "preflighted"


def test_a_reserved_number_is_taken(buyer: Customer) -> None:
    with buyer.database.reading() as session:
        number = free_number(session)
    assert buyer.order(number=number) == number
    with pytest.raises(ConflictError) as refused:
        buyer.order("other turn", number=number)
    assert refused.value.retryable


def test_a_name_that_is_taken_is_drawn_again(buyer: Customer) -> None:
    for key, number in (("a", "K-1000"), ("b", "K-1001")):
        buyer.order(key, number=number)
    names = ["K-1000", "K-1001", "K-1002", "K-1003"]
    with buyer.database.reading() as session:
        assert numbers.free(session, KitOrder.number, names.__getitem__) == "K-1002"
        with pytest.raises(ConflictError) as refused:
            numbers.free(session, KitOrder.number, lambda _: "K-1000")
    assert refused.value.code == "no_free_name"


@pytest.mark.parametrize(("attempt", "digits"), [(0, 4), (2, 4), (3, 5), (11, 7)])
def test_numbers_grow_when_the_short_ones_are_taken(attempt: int, digits: int) -> None:
    drawn = {numbers._number(attempt) for _ in range(50)}
    assert len(drawn) > 1
    assert all(re.fullmatch(rf"K-[1-9]\d{{{digits - 1}}}", number) for number in drawn)


def test_the_overview_shows_the_newest_first(buyer: Customer) -> None:
    first, second = buyer.order("a"), buyer.order("b", delivery="file", phrase=None)
    buyer.bring(first, KitState.PRINTED)
    with buyer.database.reading() as session:
        known = kit_overview(session, buyer.person.conversation_id)
    assert known is not None
    assert (known.store_name, known.has_channel) == ("순자네 반찬", True)
    assert known.newest is not None
    assert [line.number for line in known.orders] == [second, first]
    assert [line.can_cancel for line in known.orders] == [True, False]
    line = known.newest
    assert (line.state, line.items, line.delivery) == (
        "confirmed",
        {"poster": 2, "sticker": 5},
        "file",
    )
    assert (line.phrase, line.theme, line.size, line.languages) == (None, "yellow", None, ("ko",))
    assert (line.is_file_ready, line.is_outdated, line.reason) == (False, False, None)


def test_before_the_first_order_the_overview_is_empty(database: Database, tmp_path: Path) -> None:
    somebody = customer(database, tmp_path, has_channel="no", channel_public_id=None)
    with database.reading() as session:
        known = kit_overview(session, somebody.person.conversation_id)
    assert known is not None
    assert (known.has_channel, known.orders, known.newest) == (False, (), None)


def test_every_state_can_be_brought_about() -> None:
    assert set(PATHS) == set(KitState)


def test_a_wish_can_be_written_in_the_order_of_its_parts() -> None:
    wish = KitWish({"tent": 1}, "A4", "sea", "어서 오세요", "file", ("ko", "ja"))
    assert wish == replace(WISH, items={"tent": 1}, size="A4", theme="sea", phrase="어서 오세요",
                           delivery="file", languages=("ko", "ja"))  # fmt: skip


def test_the_newest_store_of_two_is_the_one(buyer: Customer) -> None:
    buyer.person.register("second", store_name="순자네 전집", has_channel="no")
    number = buyer.order()
    with buyer.database.reading() as session:
        assert find(session, number).store_name == "순자네 전집"
        known = kit_overview(session, buyer.person.conversation_id)
    assert known is not None
    assert (known.store_name, known.has_channel) == ("순자네 전집", False)
