"""What an erasure leaves of printed matter, and what time takes away."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot.services import kit_upkeep, privacy
from bot.services.kits import kit_overview, short_link
from bot.services.kits.board import Wanted, board
from models.kit import KitItem, KitLink, KitOrder
from models.rotation import sealed_columns
from models.session import Database
from models.states import Cause, KitState
from tests.use_cases.kit_people import Customer, customer, history
from tests.use_cases.people import NOW

OPEN = ("confirmed", "rendered", "preflighted", "queued_print", "failed")
OUT = ("printed", "shipped", "ready_pickup", "delivered", "problem", "reordered")
STAYS = ("cancelled", "revoke_required", "revoked", "erased")
CLOSING = Cause(actor="staff:op", key="close", now=NOW + timedelta(days=1), reason="closed")


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def _erase(buyer: Customer) -> None:
    with buyer.person.turn("erase") as tx:
        privacy.erase(tx)


def _all_states(buyer: Customer) -> dict[KitState, str]:
    numbers = {}
    for state in sorted(KitState):
        numbers[state] = buyer.order(state, phrase="비밀 문구")
        buyer.bring(numbers[state], state)
    with buyer.database.transaction() as session:
        for order in session.scalars(select(KitOrder)):
            order.note, order.report, order.phone = "비밀 쪽지", {"items": []}, "01000001234"
            order.storage_key = buyer.files.put(b"archive")
            order.content_key = "digest-of-kit"
        session.execute(update(KitItem).values(code_text="https://pf.kakao.com/_SunjaB/friend"))
        short_link(session, 1, "poster-a4", NOW)
    return numbers


def test_an_erasure_leaves_only_what_is_to_be_taken_down(buyer: Customer) -> None:
    numbers = _all_states(buyer)
    _erase(buyer)
    for state, number in numbers.items():
        if state in OUT or state is KitState.REVOKE_REQUIRED:
            expected = "revoke_required"
        else:
            expected = "revoked" if state is KitState.REVOKED else "erased"
        assert buyer.state(number) == expected, state
        with buyer.look(number) as order:
            assert order.items == {"poster": 2, "sticker": 5}
            assert order.conversation_id is None
    with buyer.database.reading() as session:
        for table, name in sealed_columns():
            rows = session.execute(select(table.columns[name])).scalars().all()
            assert [value for value in rows if value is not None] == [], f"{table.name}.{name}"
        assert session.scalars(select(KitLink.revoked_at)).all() == [NOW]
        assert {row.store_name for row in board(session, Wanted())} == {""}
        assert kit_overview(session, buyer.person.conversation_id) is None


def test_an_erasure_of_kits_is_complete_in_every_column(buyer: Customer) -> None:
    _all_states(buyer)
    traces = ("순자", "비밀", "SunjaB", "digest-of-kit", "망원", "01000001234")
    with buyer.database.reading() as session:
        held = " ".join(repr(tuple(row)) for row in session.execute(text("SELECT * FROM kit_item")))
        assert "SunjaB" in held, "the search must have a subject"
    _erase(buyer)
    with buyer.database.reading() as session:
        for table in ("kit_order", "kit_item", "kit_link", "kit_scan"):
            for row in session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 -- names above
                assert [trace for trace in traces if trace in repr(tuple(row))] == [], table


def test_after_an_erasure_the_files_go_with_the_next_sweep(buyer: Customer) -> None:
    number = buyer.order()
    assert buyer.render() == 1
    with buyer.look(number) as order:
        name = order.storage_key or ""
    _erase(buyer)
    with buyer.database.reading() as session:
        assert session.scalars(select(KitOrder.storage_key)).all() == [None]
    assert buyer.files.get(name)
    buyer.files.delete(name)


def test_erasing_twice_and_ending_afterwards_do_no_harm(buyer: Customer) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    _erase(buyer)
    with buyer.person.turn("again") as tx:
        privacy.erase(tx)
    kit_upkeep.take_back_closed(buyer.database, NOW)
    assert [line[1] for line in history(buyer.database, number)][-2:] == [
        "delivered",
        "revoke_required",
    ]


def test_nobody_else_is_touched(buyer: Customer, tmp_path: Path) -> None:
    other = customer(buyer.database, tmp_path, "user-2", phone="01000004321")
    number = other.order("theirs")
    other.bring(number, KitState.DELIVERED)
    buyer.order("mine")
    _erase(buyer)
    with other.look(number) as order:
        assert (order.state, order.store_name) == ("delivered", "순자네 반찬")


def test_what_is_held_names_the_orders(buyer: Customer) -> None:
    buyer.order("a")
    buyer.order("b")
    buyer.order("c", phrase="덤 많아요")
    with buyer.database.reading() as session:
        held = privacy.held_data(session, buyer.person.conversation_id)
    assert held[-3:] == [
        ("홍보물 주문", "3건"),
        ("홍보물 문구", "오늘도 갓 무쳤어요"),
        ("홍보물 문구", "덤 많아요"),
    ]


@pytest.mark.parametrize(
    ("state", "days", "kept"),
    [
        (KitState.DELIVERED, 180, True),
        (KitState.DELIVERED, 181, False),
        (KitState.CANCELLED, 181, False),
        (KitState.PREFLIGHTED, 999, True),
        (KitState.QUEUED_PRINT, 999, True),
    ],
)
def test_files_that_nobody_needs_are_let_go(
    buyer: Customer, state: KitState, days: int, *, kept: bool
) -> None:
    number = buyer.order()
    buyer.bring(number, state)
    with buyer.database.transaction() as session:
        order = session.scalars(select(KitOrder)).one()
        order.storage_key = buyer.files.put(b"archive")
    assert kit_upkeep.purge_files(buyer.database, NOW + timedelta(days=days)) == int(not kept)
    with buyer.look(number) as order:
        assert (order.storage_key is not None) is kept
        assert order.store_name == "순자네 반찬"
