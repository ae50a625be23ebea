"""Calling off, complaining and ordering again, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import RuleBrokenError
from bot.services.kits import (
    cancel,
    free_number,
    reorder,
    report_problem,
)
from models.conversation import Conversation, Owner
from models.merchant import Store
from models.session import Database
from models.staff import HandoffTicket
from models.states import KitState
from tests.use_cases.kit_people import WISH, Customer, customer, history
from tests.use_cases.people import NOW, newcomer


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


@pytest.mark.parametrize("state", sorted(KitState))
def test_an_order_can_be_called_off_until_it_is_printed(buyer: Customer, state: KitState) -> None:
    number = buyer.order()
    order_id = buyer.bring(number, state)
    expected = state in {"confirmed", "rendered", "preflighted", "queued_print", "failed"}

    def call_off(key: str) -> bool:
        with buyer.person.turn(key) as tx:
            return cancel(tx, order_id)

    if expected:
        assert call_off("off") is True
        assert call_off("off") is False
    if expected or state is KitState.CANCELLED:
        assert call_off("off again") is False
        assert buyer.state(number) == "cancelled"
    else:
        with pytest.raises(RuleBrokenError) as refused:
            call_off("off")
        assert refused.value.code == "kit_too_late"
        assert buyer.state(number) == state


def test_nobody_touches_the_orders_of_others(buyer: Customer, tmp_path: Path) -> None:
    order_id = buyer.bring(buyer.order(), KitState.DELIVERED)
    stranger = customer(buyer.database, tmp_path, "user-2", phone="01000004321")
    nobody = newcomer(buyer.database, "user-3")
    for person in (stranger.person, nobody):
        for act in (
            lambda tx: cancel(tx, order_id),
            lambda tx: reorder(tx, order_id),
            lambda tx: report_problem(tx, order_id, "damaged"),
        ):
            with pytest.raises(RuleBrokenError) as refused, person.turn("act") as tx:
                act(tx)
            assert refused.value.code == "not_yours"


def _ticket(buyer: Customer) -> HandoffTicket:
    with buyer.database.reading() as session:
        return session.scalars(select(HandoffTicket)).one()


@pytest.mark.parametrize(
    ("problem", "reason", "priority", "words"),
    [
        ("qr_not_scanning", "kit_problem", "normal", "QR이 안 읽힘"),
        ("tampered", "kit_tampered", "urgent", "QR 위에 다른 것이 붙음"),
    ],
)
def test_a_problem_goes_to_a_person_while_the_bot_goes_on(
    buyer: Customer, problem: str, reason: str, priority: str, words: str
) -> None:
    number = buyer.order()
    order_id = buyer.bring(number, KitState.DELIVERED)
    with buyer.person.turn("problem") as tx:
        assert report_problem(tx, order_id, problem, " 두 장이 그래요 ") is True
    with buyer.person.turn("problem") as tx:
        assert report_problem(tx, order_id, problem, " 두 장이 그래요 ") is False
    ticket = _ticket(buyer)
    assert (ticket.reason, ticket.priority) == (reason, priority)
    assert ticket.summary == f"{number} · {words} · 두 장이 그래요"
    with buyer.look(number) as order:
        assert (order.state, order.reason, order.note) == ("problem", problem, "두 장이 그래요")
    assert history(buyer.database, number)[-1] == ("delivered", "problem", problem)
    with buyer.database.reading() as session:
        assert session.scalars(select(Conversation.owner)).one() == Owner.BOT


@pytest.mark.parametrize("state", sorted(set(KitState) - {KitState.ERASED}))
def test_a_complaint_is_never_refused(buyer: Customer, state: KitState) -> None:
    number = buyer.order()
    order_id = buyer.bring(number, state)
    with buyer.person.turn("problem") as tx:
        changed = report_problem(tx, order_id, "misprint")
    assert _ticket(buyer).summary == f"{number} · 글자가 틀림"
    assert changed == (buyer.state(number) == "problem" and state is not KitState.PROBLEM)
    if not changed:
        assert buyer.state(number) == state


def test_an_unknown_problem_is_refused(buyer: Customer) -> None:
    order_id = buyer.bring(buyer.order(), KitState.DELIVERED)
    with pytest.raises(RuleBrokenError) as refused, buyer.person.turn("x") as tx:
        report_problem(tx, order_id, "ugly")
    assert refused.value.code == "problem_unknown"


def test_a_second_problem_makes_the_ticket_more_urgent(buyer: Customer) -> None:
    order_id = buyer.bring(buyer.order(), KitState.DELIVERED)
    for problem in ("damaged", "tampered"):
        with buyer.person.turn(problem) as tx:
            report_problem(tx, order_id, problem)
    ticket = _ticket(buyer)
    assert ticket.priority == "urgent"
    assert ticket.due_at == NOW + timedelta(hours=2)
    assert (ticket.summary or "").count("\n") == 1


def test_ordering_again_settles_a_problem(buyer: Customer) -> None:
    old = buyer.order(size="A3", theme="sea", delivery="delivery", languages=("ko", "zh"))
    order_id = buyer.bring(old, KitState.PROBLEM)
    with buyer.person.turn("again") as tx:
        new = reorder(tx, order_id, {"poster": 1})
    with buyer.person.turn("again") as tx:
        assert reorder(tx, order_id, {"poster": 1}) == new
    assert buyer.state(old) == "reordered"
    with buyer.look(new) as order:
        assert (order.items, order.size, order.theme) == ({"poster": 1}, "A3", "sea")
        assert (order.phrase, order.delivery) == ("오늘도 갓 무쳤어요", "delivery")
        assert (order.languages, order.reorder_of) == (["ko", "zh"], order_id)


def test_what_was_used_up_is_ordered_again_as_the_store_is_called_now(buyer: Customer) -> None:
    old = buyer.order()
    order_id = buyer.bring(old, KitState.DELIVERED)
    with buyer.database.transaction() as session:
        session.scalars(select(Store)).one().name = "순자네 손맛"
        number = free_number(session)
    with buyer.person.turn("again") as tx:
        assert reorder(tx, order_id, number=number) == number
    assert buyer.state(old) == "delivered"
    with buyer.look(number) as order:
        assert (order.store_name, order.items) == ("순자네 손맛", WISH.items)
