"""What people at the console set on an order of printed matter."""

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from bot.console import kit_words, words
from bot.console.desk import Desk
from bot.console.kit_steps import choices
from bot.services.kits import detail_of
from models.kit import KitDelivery, KitItem, KitOrder
from models.merchant import ChannelRegistration, Store
from models.moves import is_legal
from models.states import KitState
from tests.console.browser import Person
from tests.console.kit_shop import Shop, told
from tests.fakes.press import FakePress
from tests.use_cases.kit_people import history


@pytest.mark.parametrize("state", sorted(set(KitState) - {KitState.ERASED}))
def test_only_legal_steps_are_offered_and_the_usual_one_works(
    operator: Person, desk: Desk, shop: Shop, state: KitState
) -> None:
    talk = shop.store()
    for delivery in KitDelivery:
        order_id = shop.bring(shop.order(talk, delivery=delivery.value), state)
        page = operator.get(f"/console/kits/{order_id}").text
        offered = {KitState(to) for to in re.findall(r'name="to" value="([a-z_]+)"', page)}
        assert all(is_legal("kit_order", state, to) for to in offered)
        with desk.database.reading() as session:
            found = detail_of(session, order_id, date(2026, 11, 23))
        assert found is not None
        withheld = {KitState.DELIVERED} if state is KitState.PREFLIGHTED else set()
        assert set(found.steps) - withheld <= offered
        usual = choices(found.row, found.steps).next
        if usual is not None:
            assert words.DONE in told(operator, f"/console/kits/{order_id}/move", to=usual)
            assert shop.state(found.row.number) is usual


@pytest.mark.parametrize(
    ("delivery", "step"),
    [("pickup", "ready_pickup"), ("delivery", "shipped"), ("file", "shipped")],
)
def test_handing_over_goes_the_way_that_was_ordered(
    desk: Desk, shop: Shop, delivery: str, step: str
) -> None:
    order_id = shop.bring(shop.order(shop.store(), delivery=delivery), KitState.PRINTED)
    with desk.database.reading() as session:
        found = detail_of(session, order_id, date(2026, 11, 23))
    assert found is not None
    assert choices(found.row, found.steps).next == step


def test_from_the_queue_to_the_merchant(operator: Person, desk: Desk, shop: Shop) -> None:
    number = shop.order(shop.store(), delivery="delivery")
    shop.render()
    path = f"/console/kits/{shop.id(number)}/move"
    for to in ("queued_print", "printed", "shipped", "delivered"):
        assert words.DONE in told(operator, path, to=to)
        assert shop.state(number) == to
    page = told(operator, path, to="printed")
    assert "지금 상태에서는 할 수 없어요" in page
    assert "staff:operator" in page
    assert history(desk.database, number)[-1][:2] == ("shipped", "delivered")


def test_the_same_form_twice_is_one_step(operator: Person, shop: Shop, rendered: str) -> None:
    path = f"/console/kits/{shop.id(rendered)}/move"
    assert words.DONE in told(operator, path, to="queued_print", once="abc")
    assert words.ALREADY in told(operator, path, to="queued_print", once="abc")
    assert "이미 처리한 화면" in told(operator, path, to="printed", once="abc")


@pytest.mark.parametrize(
    ("to", "good"), [("problem", "qr_not_scanning"), ("revoke_required", "closed")]
)
def test_a_problem_and_taking_down_want_a_reason(
    operator: Person, shop: Shop, to: str, good: str
) -> None:
    number = shop.order(shop.store())
    path = f"/console/kits/{shop.bring(number, KitState.DELIVERED)}/move"
    for reason in ("", "nonsense"):
        assert words.MESSAGES["reason_needed"] in told(operator, path, to=to, reason=reason)
    assert shop.state(number) is KitState.DELIVERED
    page = told(operator, path, to=to, reason=good)
    assert kit_words.REASONS[good] in page
    assert shop.state(number) == to


@pytest.mark.parametrize("to", ["", "erased", "rendered", "failed", "reordered", "nonsense"])
def test_no_other_step_can_be_sent(operator: Person, shop: Shop, rendered: str, to: str) -> None:
    answer = operator.post(f"/console/kits/{shop.id(rendered)}/move", to=to)
    assert answer.status_code in {303, 400}
    assert shop.state(rendered) is KitState.PREFLIGHTED


@pytest.mark.parametrize("path", ["move", "again"])
def test_changing_what_is_not_there(operator: Person, path: str) -> None:
    assert operator.post(f"/console/kits/999/{path}", to="printed").status_code == 404


def test_a_failed_order_is_made_again(operator: Person, shop: Shop) -> None:
    number = shop.order(shop.store(store_name="깨진가게"))
    shop.press = FakePress(refusals={"깨진가게": "text_glyph"})
    shop.render()
    page = operator.get(f"/console/kits/{shop.id(number)}").text
    assert "인쇄할 수 없는 글자가 있음" in page
    assert words.DONE in told(operator, f"/console/kits/{shop.id(number)}/move", to="confirmed")
    shop.press = FakePress()
    shop.render()
    assert shop.state(number) is KitState.PREFLIGHTED


def test_reprinting_is_a_new_order_of_the_same_store(
    operator: Person, desk: Desk, shop: Shop
) -> None:
    talk = shop.store()
    number = shop.order(talk, items={"poster": 2, "sticker": 5}, phrase="싱싱해요")
    order_id = shop.bring(number, KitState.PROBLEM)
    with desk.database.transaction() as session:
        session.execute(update(Store).values(name="새 이름"))
    page = told(operator, f"/console/kits/{order_id}/again", once="x")
    assert "새 주문을 만들었어요" in page
    told(operator, f"/console/kits/{order_id}/again", once="x")
    assert shop.state(number) is KitState.REORDERED
    with desk.database.reading() as session:
        new = session.scalars(select(KitOrder).where(KitOrder.reorder_of == order_id)).one()
        assert (new.store_name, new.phrase, new.state) == ("새 이름", "싱싱해요", "confirmed")
        assert new.number in page
        items = session.scalars(select(KitItem).where(KitItem.order_id == new.id))
        assert {item.product: item.quantity for item in items} == {
            "poster-a4": 2,
            "sticker-square": 5,
        }
    assert number in operator.get(f"/console/kits/{new.id}").text


@pytest.mark.parametrize("state", [KitState.CONFIRMED, KitState.CANCELLED, KitState.REVOKED])
def test_what_was_never_printed_is_not_printed_again(
    operator: Person, shop: Shop, state: KitState
) -> None:
    number = shop.order(shop.store())
    order_id = shop.bring(number, state)
    assert "다시 인쇄하기" not in operator.get(f"/console/kits/{order_id}").text
    assert "아직 인쇄한 것이 없어요" in told(operator, f"/console/kits/{order_id}/again")


def test_a_store_that_left_gets_no_reprint(operator: Person, desk: Desk, shop: Shop) -> None:
    order_id = shop.bring(shop.order(shop.store()), KitState.DELIVERED)
    with desk.database.transaction() as session:
        session.execute(update(Store).values(state="closed"))
    assert "참여하지 않아서" in told(operator, f"/console/kits/{order_id}/again")


def test_a_renamed_store_is_made_again_before_it_is_printed(
    operator: Person, desk: Desk, shop: Shop, rendered: str
) -> None:
    with desk.database.transaction() as session:
        session.execute(update(KitOrder).values(is_outdated=True))
        session.execute(update(ChannelRegistration).values(search_id="new"))
    page = operator.get(f"/console/kits/{shop.id(rendered)}").text
    assert "인쇄하기 전에 다시 만들어 주세요" in page
    with desk.database.reading() as session:
        found = detail_of(session, shop.id(rendered), date(2026, 11, 24))
    assert found is not None
    assert choices(found.row, found.steps).next is KitState.CONFIRMED
