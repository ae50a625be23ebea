"""No illegal step of an order of printed matter, and every legal one told once."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import IllegalMoveError
from models.events import StateEvent
from models.kit import KitDelivery, KitOrder
from models.merchant import ChannelRegistration
from models.moves import MOVES, is_legal
from models.session import Database
from models.states import Cause, KitState, move, record
from tests.storage.rows import NOW, add_registration

STATES = sorted(KitState)
WAY = ("confirmed", "rendered", "preflighted", "queued_print", "printed", "ready_pickup")
"""How a kit usually goes, to the merchant."""


def add_order(session: Session, key: str, state: KitState = KitState.CONFIRMED) -> KitOrder:
    registration = session.scalars(select(ChannelRegistration)).first()
    registration = registration or add_registration(session)
    row = KitOrder(
        number=f"K-{key}",
        store_id=registration.store_id,
        state=state,
        items={"poster": 1},
        theme="yellow",
        delivery=KitDelivery.PICKUP,
        languages=["ko"],
        submission_key=key,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(row)
    record(session, row, None, cause("new"))
    return row


def cause(key: str) -> Cause:
    return Cause(actor="system", key=key, now=NOW)


def events_of(session: Session, order_id: int) -> list[tuple[str | None, str]]:
    rows = session.scalars(
        select(StateEvent)
        .where(StateEvent.entity == "kit_order", StateEvent.entity_id == order_id)
        .order_by(StateEvent.id)
    )
    return [(row.from_state, row.to_state) for row in rows]


@pytest.mark.parametrize("source", STATES)
def test_of_all_pairs_only_the_legal_ones_happen(database: Database, source: KitState) -> None:
    for to in STATES:
        with database.transaction() as session:
            row = add_order(session, f"{source}-{to}", source)
            row_id = row.id
            if to.value in MOVES["kit_order"][source.value]:
                assert move(session, row, to, cause("step")) is True
                assert move(session, row, to, cause("step")) is False
                told = [(None, source.value), (source.value, to.value)]
            else:
                with pytest.raises(IllegalMoveError):
                    move(session, row, to, cause("step"))
                told = [(None, source.value)]
        with database.reading() as session:
            assert events_of(session, row_id) == told
            assert session.get_one(KitOrder, row_id).state == told[-1][1]


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    way=st.integers(0, len(WAY) - 1),
    steps=st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 12)), min_size=1, max_size=12),
)
def test_any_sequence_of_wishes_leaves_a_legal_history(
    sqlite_database: Database, way: int, steps: list[tuple[KitState, int]]
) -> None:
    wishes = [(KitState(state), state) for state in WAY[1 : way + 1]]
    wishes += [(to, f"k{number}") for to, number in steps]
    expected, done = KitState.CONFIRMED, dict[str, KitState]()
    with sqlite_database.transaction() as session:
        count = len(session.scalars(select(KitOrder.id)).all())
        order_id = add_order(session, f"o{count}").id
    for to, key in wishes:
        with sqlite_database.transaction() as session:
            row = session.get_one(KitOrder, order_id)
            if done.get(key) == to:
                assert move(session, row, to, cause(key)) is False
            elif key in done or not is_legal("kit_order", expected, to):
                with pytest.raises(IllegalMoveError):
                    move(session, row, to, cause(key))
            else:
                assert move(session, row, to, cause(key)) is True
                expected = done[key] = to
            assert row.state == expected
    with sqlite_database.reading() as session:
        told = events_of(session, order_id)
        assert session.get_one(KitOrder, order_id).state == expected
    assert len(told) == len(done) + 1
    assert told[0] == (None, "confirmed")
    for (_, before), (source, _) in pairwise(told):
        assert before == source
    assert told[-1][1] == expected


def test_printed_matter_is_never_simply_forgotten() -> None:
    """From print on the way leads through taking down, or an erasure that keeps that task."""
    for state in ("printed", "shipped", "ready_pickup", "delivered", "reordered"):
        assert "cancelled" not in MOVES["kit_order"][state]
        assert "revoke_required" in MOVES["kit_order"][state]
    assert MOVES["kit_order"]["revoke_required"] == {"revoked", "erased"}
