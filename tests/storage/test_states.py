from collections import deque
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import states
from models.errors import IllegalMoveError
from models.events import StateEvent
from models.merchant import ChannelRegistration
from models.moves import MOVES, is_legal
from models.requirement import Document
from models.session import Database
from models.states import Cause, ChannelState, DocumentState, move, record
from models.tables import METADATA
from tests.storage.rows import NOW, add_registration

STATES_OF: dict[str, type[StrEnum]] = {
    "market": states.MarketState,
    "merchant": states.MerchantState,
    "store": states.StoreState,
    "channel_registration": states.ChannelState,
    "document": states.DocumentState,
    "kit_order": states.KitState,
    "handoff_ticket": states.TicketState,
    "rights_request": states.RightsState,
    "supporter": states.SupporterState,
    "visit_request": states.RequestState,
    "visit": states.VisitState,
    "visit_series": states.SeriesState,
    "waitlist_entry": states.WaitState,
    "route_plan": states.PlanState,
    "reminder": states.ReminderState,
    "pay_application": states.PayState,
    "pay_trial": states.TrialState,
}
STARTS = {
    "market": "prospect",
    "store": "open",
    "document": "received",
    "kit_order": "confirmed",
    "reminder": "scheduled",
    "pay_trial": "opened",
}
TICKETS = {"handoff_ticket": "open", "rights_request": "open"}
VISITS = {
    "supporter": "active",
    "visit_request": "open",
    "visit": "held",
    "visit_series": "active",
    "waitlist_entry": "waiting",
}
CHANNEL_STATES = sorted(ChannelState)


def cause(key: str, reason: str | None = None) -> Cause:
    return Cause(actor="system", key=key, now=NOW, reason=reason)


@pytest.mark.parametrize("table", sorted(MOVES))
def test_the_table_of_moves_names_every_state_and_no_other(table: str) -> None:
    known = {state.value for state in STATES_OF[table]}
    assert set(MOVES[table]) == known
    assert set().union(*MOVES[table].values()) <= known


@pytest.mark.parametrize("table", sorted(MOVES))
def test_every_state_can_be_reached(table: str) -> None:
    start = {**STARTS, **TICKETS, **VISITS}.get(table, "draft")
    assert METADATA.tables[table].columns["state"].default is not None
    seen, waiting = {start}, deque([start])
    while waiting:
        for target in MOVES[table][waiting.popleft()] - seen:
            seen.add(target)
            waiting.append(target)
    assert seen == set(MOVES[table])


@pytest.mark.parametrize(
    "table", ["merchant", "store", "channel_registration", "kit_order", "pay_application"]
)
def test_whatever_holds_a_person_can_be_erased_from_every_state_and_never_comes_back(
    table: str,
) -> None:
    assert MOVES[table]["erased"] == frozenset()
    for state, targets in MOVES[table].items():
        assert state == "erased" or "erased" in targets


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(CHANNEL_STATES), st.integers(0, 12)), min_size=1, max_size=12
    )
)
def test_any_sequence_of_wishes_leaves_a_legal_history(
    sqlite_database: Database, steps: list[tuple[ChannelState, int]]
) -> None:
    """Legal moves happen once a key, illegal ones never; the events tell the whole story."""
    registration_id = _start(sqlite_database)
    expected, done = ChannelState.DRAFT, dict[str, ChannelState]()
    for to, number in steps:
        key = f"k{number}"
        with sqlite_database.transaction() as session:
            row = session.get_one(ChannelRegistration, registration_id)
            if key in done and done[key] == to:
                assert move(session, row, to, cause(key)) is False
            elif key in done or not is_legal("channel_registration", expected, to):
                with pytest.raises(IllegalMoveError):
                    move(session, row, to, cause(key))
            else:
                assert move(session, row, to, cause(key)) is True
                expected = done[key] = to
            assert row.state == expected
    _check_history(sqlite_database, registration_id, expected, len(done))


def _start(database: Database) -> int:
    with database.transaction() as session:
        count = len(session.scalars(select(ChannelRegistration.id)).all())
        row = add_registration(session, key=f"s{count}")
        record(session, row, None, cause("new"))
        return row.id


def _check_history(
    database: Database, registration_id: int, expected: ChannelState, moves: int
) -> None:
    with database.reading() as session:
        events = session.scalars(
            select(StateEvent)
            .where(StateEvent.entity_id == registration_id)
            .where(StateEvent.entity == "channel_registration")
            .order_by(StateEvent.id)
        ).all()
        assert session.get_one(ChannelRegistration, registration_id).state == expected
    assert len(events) == moves + 1
    assert events[0].from_state is None
    for before, after in pairwise(events):
        assert after.from_state == before.to_state
        assert is_legal("channel_registration", before.to_state, after.to_state)
    assert events[-1].to_state == expected


def test_a_move_is_kept_with_who_why_and_when(database: Database) -> None:
    with database.transaction() as session:
        row = add_registration(session)
        move(session, row, ChannelState.SUBMITTED, cause("a"))
        move(session, row, ChannelState.NEEDS_FIX, cause("b", "doc_old"))
    with database.reading() as session:
        event = session.scalars(select(StateEvent).order_by(StateEvent.id.desc())).first()
        assert session.scalars(select(ChannelRegistration.state)).one() == "needs_fix"
    assert event is not None
    assert (event.from_state, event.to_state, event.reason) == ("submitted", "needs_fix", "doc_old")
    assert (event.actor, event.at, event.idempotency_key) == ("system", NOW, "b")


def test_an_illegal_move_says_what_was_wanted_and_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        row = add_registration(session)
        with pytest.raises(IllegalMoveError, match="draft -> live") as refused:
            move(session, row, ChannelState.LIVE, cause("a"))
    assert refused.value.code == "illegal_move"
    with database.reading() as session:
        assert session.scalars(select(StateEvent)).all() == []


def test_a_key_cannot_mean_two_different_moves(database: Database) -> None:
    with database.transaction() as session:
        row = add_registration(session)
        move(session, row, ChannelState.SUBMITTED, cause("a"))
        with pytest.raises(IllegalMoveError) as refused:
            move(session, row, ChannelState.OPENED, cause("a"))
    assert refused.value.code == "key_reused"


def test_two_entities_may_use_the_same_key(database: Database) -> None:
    with database.transaction() as session:
        first, second = add_registration(session, "s1"), add_registration(session, "s2")
        assert move(session, first, ChannelState.SUBMITTED, cause("a"))
        assert move(session, second, ChannelState.SUBMITTED, cause("a"))


def test_a_stale_copy_of_a_row_does_not_decide(database: Database) -> None:
    with database.transaction() as session:
        add_registration(session)
    with database.reading() as session:
        stale = session.scalars(select(ChannelRegistration)).one()
    with database.transaction() as session:
        move(session, session.get_one(ChannelRegistration, 1), ChannelState.SUBMITTED, cause("a"))
    with database.transaction() as session:
        merged = session.merge(stale, load=False)
        assert merged.state == "draft"
        assert move(session, merged, ChannelState.SUBMITTED, cause("a")) is False
        assert merged.state == "submitted"


def test_of_many_who_apply_the_same_key_at_once_one_does(database: Database) -> None:
    with database.transaction() as session:
        add_registration(session)

    def apply() -> bool:
        with database.transaction() as session:
            row = session.get_one(ChannelRegistration, 1)
            return move(session, row, ChannelState.SUBMITTED, cause("a"))

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: apply(), range(16)))
    assert sorted(done) == [False] * 15 + [True]


def test_a_new_entity_may_be_moved_at_once(database: Database) -> None:
    with database.transaction() as session:
        store = add_registration(session)
        other = Document(sha256="0", mime="image/png", size=1, created_at=NOW, updated_at=NOW)
        session.add(other)
        assert move(session, other, DocumentState.IN_REVIEW, cause("a")) is True
    assert (store.state, other.state) == ("draft", "in_review")
