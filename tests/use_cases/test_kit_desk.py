"""What the people of the programme see of kits, and the steps that they set."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.kits import detail_of, move_order, steps_from
from bot.services.kits.board import Waiting, Wanted, board, to_print, waiting
from bot.services.kits.moving import BY_HAND
from models.errors import IllegalMoveError
from models.kit import KitOrder
from models.moves import is_legal
from models.session import Database
from models.states import Cause, KitState
from tests.use_cases.kit_people import PATHS, Customer, customer, find, follow, history
from tests.use_cases.people import NOW, add_market

SINCE = date(2026, 11, 23)
BASE = "https://bot.example.org/k"


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def _set(
    buyer: Customer, number: str, to: KitState, key: str = "step", reason: str | None = None
) -> bool:
    with buyer.database.transaction() as session:
        cause = Cause(actor="staff:op", key=key, now=NOW, reason=reason)
        return move_order(session, find(session, number).id, to, cause)


def test_a_kit_goes_from_the_printer_to_the_merchant(buyer: Customer) -> None:
    number = buyer.order()
    buyer.render()
    for step in ("queued_print", "printed", "ready_pickup", "delivered"):
        assert _set(buyer, number, KitState(step), step) is True
        assert _set(buyer, number, KitState(step), step) is False
    assert [line[1] for line in history(buyer.database, number)] == [
        "confirmed",
        "rendered",
        "preflighted",
        "queued_print",
        "printed",
        "ready_pickup",
        "delivered",
    ]


@pytest.mark.parametrize("state", sorted(KitState))
def test_the_buttons_are_the_legal_steps_by_hand(buyer: Customer, state: KitState) -> None:
    number = buyer.order()
    buyer.bring(number, state)
    for to in KitState:
        offered = to in steps_from(state)
        legal = to in BY_HAND and is_legal("kit_order", state, to)
        assert not offered or legal
        if not legal:
            with pytest.raises((IllegalMoveError, RuleBrokenError)):
                _set(buyer, number, to, f"try {to}", "damaged")
    assert buyer.state(number) == state
    assert len(history(buyer.database, number)) == len(PATHS[state]) + 1


def test_what_machines_decide_is_not_set_by_hand(buyer: Customer) -> None:
    number = buyer.order()
    for to in (KitState.RENDERED, KitState.FAILED, KitState.ERASED, KitState.REORDERED):
        with pytest.raises(RuleBrokenError) as refused:
            _set(buyer, number, to)
        assert refused.value.code == "not_by_hand"


@pytest.mark.parametrize("reason", [None, "", "ugly"])
def test_a_problem_wants_a_known_reason(buyer: Customer, reason: str | None) -> None:
    number = buyer.order()
    buyer.bring(number, KitState.DELIVERED)
    with pytest.raises(RuleBrokenError) as refused:
        _set(buyer, number, KitState.PROBLEM, reason=reason)
    assert refused.value.code == "reason_needed"
    assert _set(buyer, number, KitState.PROBLEM, "other", "misprint")
    with buyer.look(number) as order:
        assert order.reason == "misprint"
    assert _set(buyer, number, KitState.DELIVERED, "mended")
    with buyer.look(number) as order:
        assert order.reason is None


def test_an_unknown_order_is_refused(sqlite_database: Database) -> None:
    cause = Cause(actor="staff:op", key="k", now=NOW)
    with pytest.raises(InvalidInputError) as refused, sqlite_database.transaction() as session:
        move_order(session, 9, KitState.PRINTED, cause)
    assert refused.value.code == "no_order"


@pytest.mark.parametrize("state", [KitState.PREFLIGHTED, KitState.QUEUED_PRINT, KitState.FAILED])
def test_an_order_can_be_rendered_again(buyer: Customer, state: KitState) -> None:
    number = buyer.order()
    buyer.render()
    with buyer.database.transaction() as session:
        order = find(session, number)
        order.state, order.is_outdated, order.attempts = state, True, 3
        old = order.storage_key
    assert _set(buyer, number, KitState.CONFIRMED)
    with buyer.look(number) as order:
        assert (order.storage_key, order.report, order.attempts) == (None, None, 0)
    assert buyer.render() == 1
    with buyer.look(number) as order:
        assert (order.state, order.is_outdated) == ("preflighted", False)
        assert order.storage_key not in {None, old}


def test_lists_by_state_and_market(buyer: Customer, tmp_path: Path) -> None:
    with buyer.database.transaction() as session:
        market_id = add_market(session, "길동시장")
    other = customer(
        buyer.database,
        tmp_path,
        "user-2",
        phone="01000004321",
        market="길동시장",
        market_id=market_id,
        store_name="영호 청과",
    )
    first, second, third = buyer.order("a"), buyer.order("b"), other.order("c")
    buyer.bring(first, KitState.QUEUED_PRINT)
    other.bring(third, KitState.QUEUED_PRINT)
    with buyer.database.reading() as session:
        assert [row.number for row in board(session, Wanted())] == [third, second, first]
        assert [row.number for row in board(session, Wanted(), limit=1, offset=1)] == [second]
        waits = board(session, Wanted(state=KitState.CONFIRMED))
        assert [row.number for row in waits] == [second]
        of_market = board(session, Wanted(market="길동"))
        assert [(row.number, row.store_name, row.market) for row in of_market] == [
            (third, "영호 청과", "길동시장")
        ]
        assert [row.number for row in board(session, Wanted(market="망원"))] == [second, first]
        assert board(session, Wanted(market="%")) == []
        assert [row.number for row in to_print(session)] == [first, third]
        assert [piece.quantity for piece in of_market[0].pieces] == [2, 5]
        assert waiting(session) == Waiting(0, 0, 2, 0, 0)


def test_one_order_with_everything_about_it(buyer: Customer) -> None:
    number = buyer.order(theme="sea", languages=("ko", "en"))
    buyer.render(short_base=BASE)
    with buyer.database.reading() as session:
        order_id = find(session, number).id
        code = (session.scalars(select(KitOrder)).one().report or {})["items"][0]["codes"][0]  # type: ignore[index]  # JSON
        follow(buyer.database, code["expected"].rpartition("/")[2], NOW)
        detail = detail_of(session, order_id, SINCE)
        assert detail_of(session, 99, SINCE) is None
    assert detail is not None
    assert (detail.row.number, detail.theme, detail.phrase) == (number, "sea", "오늘도 갓 무쳤어요")
    assert [item.product for item in detail.items] == ["poster-a4", "sticker-square"]
    assert detail.items[0].code_text == code["expected"]
    assert detail.is_file_ready
    assert (detail.report or {})["ok"] is True
    assert [line.after for line in detail.history] == ["confirmed", "rendered", "preflighted"]
    assert detail.history[1].actor == "system"
    assert detail.steps == ("confirmed", "queued_print", "delivered", "cancelled", "problem")
    assert [(scan.product, scan.total) for scan in detail.scans] == [
        ("poster-a4", 1),
        ("sticker-square", 0),
    ]
    assert (detail.reorder_of, detail.note, detail.channel_public_id) == (None, None, "_SunjaB")
