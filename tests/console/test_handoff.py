"""Handing over and back, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.errors import InvalidInputError
from bot.services import handoff
from bot.services.handoff import (
    FORGOTTEN_AFTER,
    UNATTENDED_AFTER,
    assign,
    give_back_unattended,
    hand_back,
    list_open,
    open_ticket,
)
from models.conversation import Conversation, Owner
from models.errors import IllegalMoveError
from models.events import StateEvent
from models.session import Database
from models.staff import HandoffTicket, Priority, Role, Staff
from models.states import TicketState
from tests.fakes import rows
from tests.fakes.rows import NOW


def _open(database: Database, reason: str = "asked", at: datetime = NOW) -> tuple[int, int]:
    """Return the ids of a new conversation and its ticket."""
    with database.transaction() as session:
        talk = rows.conversation(session)
        return talk.id, open_ticket(rows.turn(session, talk.id, at), reason, asked="phone")


def _conversation(database: Database, talk: int) -> Conversation:
    with database.reading() as session:
        return session.get_one(Conversation, talk)


def _ticket(database: Database, ticket: int) -> HandoffTicket:
    with database.reading() as session:
        return session.get_one(HandoffTicket, ticket)


def _staff(database: Database, login: str = "kim") -> Staff:
    with database.transaction() as session:
        values = {"login": login, "name": login, "role": Role.OPERATOR, "password_hash": "x"}
        staff = Staff(**values, created_at=NOW, updated_at=NOW)
        session.add(staff)
        session.flush()
        return staff


def _assign(database: Database, ticket: int, staff: Staff, at: datetime = NOW) -> None:
    with database.transaction() as session:
        assign(session, ticket, staff, actor=f"staff:{staff.login}", now=at)


def _back(database: Database, ticket: int, note: str = "", at: datetime = NOW) -> bool:
    with database.transaction() as session:
        return hand_back(session, ticket, actor="staff:kim", note=note, now=at)


def test_the_bot_falls_silent(database: Database) -> None:
    talk, ticket = _open(database)
    row = _conversation(database, talk)
    assert (row.owner, row.owner_since) == (Owner.HUMAN, NOW)
    found = _ticket(database, ticket)
    assert (found.state, found.asked, found.reason) == (TicketState.OPEN, "phone", "asked")
    assert found.due_at == NOW + timedelta(hours=24)


def test_one_open_ticket_that_only_gets_more_urgent(database: Database) -> None:
    talk, first = _open(database)

    def again(reason: str, summary: str | None = None) -> int:
        with database.transaction() as session:
            return open_ticket(rows.turn(session, talk), reason, summary=summary)

    assert again("trust", "돈을 달라고 함") == first
    assert _ticket(database, first).priority == Priority.URGENT
    assert again("asked", "돈을 달라고 함") == first
    assert again("asked", "다시 물음") == first
    found = _ticket(database, first)
    assert found.priority == Priority.URGENT
    assert found.due_at == NOW + timedelta(hours=2)
    assert found.summary == "돈을 달라고 함\n다시 물음"
    _back(database, first)
    assert again("asked") != first


@pytest.mark.parametrize(
    ("reason", "priority"),
    [
        ("trust", Priority.URGENT),
        ("complaint", Priority.URGENT),
        ("asked", Priority.NORMAL),
        ("something new", Priority.NORMAL),
    ],
)
def test_how_soon(database: Database, reason: str, priority: Priority) -> None:
    _, ticket = _open(database, reason)
    assert _ticket(database, ticket).priority == priority


def test_the_list_begins_with_the_most_urgent_and_oldest(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    tickets = {
        name: _open(database, reason, at)[1]
        for name, reason, at in (
            ("young normal", "asked", later),
            ("old normal", "asked", NOW),
            ("young urgent", "trust", later),
            ("old urgent", "complaint", NOW),
            ("done", "trust", NOW),
        )
    }
    _back(database, tickets["done"])
    _assign(database, tickets["old normal"], _staff(database))
    with database.reading() as session:
        found = list_open(session)
    order = ("old urgent", "young urgent", "old normal", "young normal")
    assert [line.id for line in found] == [tickets[name] for name in order]
    assert [line.assignee for line in found] == [None, None, "kim", None]


def test_giving_back_ends_the_silence_and_is_noticed(database: Database) -> None:
    talk, ticket = _open(database)
    before = _conversation(database, talk).revision
    assert _back(database, ticket, "통화함", NOW + timedelta(minutes=5))
    row = _conversation(database, talk)
    assert (row.owner, row.revision) == (Owner.BOT, before + 1)
    found = _ticket(database, ticket)
    assert (found.state, found.summary) == (TicketState.RESOLVED, "[처리] 통화함")
    assert found.resolved_at == NOW + timedelta(minutes=5)
    assert not _back(database, ticket)
    assert _conversation(database, talk).revision == before + 1


def test_taking_over_from_each_other(database: Database) -> None:
    _, ticket = _open(database)
    kim, lee = _staff(database), _staff(database, "lee")
    for minutes, staff in enumerate((kim, kim, lee, lee, kim)):
        _assign(database, ticket, staff, NOW + timedelta(minutes=minutes))
        assert _ticket(database, ticket).assignee_id == staff.id
    with database.reading() as session:
        count = select(func.count()).where(
            StateEvent.entity == "handoff_ticket", StateEvent.to_state == "assigned"
        )
        assert session.execute(count).scalar_one() == 3


def test_what_is_over_is_not_taken(database: Database) -> None:
    talk, ticket = _open(database)
    _back(database, ticket)
    with pytest.raises(IllegalMoveError):
        _assign(database, ticket, _staff(database))
    assert _conversation(database, talk).owner == Owner.BOT


def test_no_such_ticket(database: Database) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _back(database, 987654)
    assert caught.value.code == "no_ticket"


def test_nobody_is_left_in_silence(database: Database) -> None:
    talk, ticket = _open(database)
    before = _conversation(database, talk).revision
    almost = NOW + UNATTENDED_AFTER - timedelta(seconds=1)
    assert give_back_unattended(database, almost) == 0
    assert give_back_unattended(database, NOW + UNATTENDED_AFTER) == 1
    assert give_back_unattended(database, NOW + UNATTENDED_AFTER) == 0
    row = _conversation(database, talk)
    assert (row.owner, row.revision) == (Owner.BOT, before + 1)
    assert _ticket(database, ticket).state == TicketState.OPEN
    with database.reading() as session:
        assert [line.bot_answers for line in list_open(session)] == [True]


def test_taking_a_ticket_that_went_back_silences_the_bot_again(database: Database) -> None:
    talk, ticket = _open(database)
    late = NOW + UNATTENDED_AFTER
    give_back_unattended(database, late)
    _assign(database, ticket, _staff(database), late)
    assert _conversation(database, talk).owner == Owner.HUMAN
    assert give_back_unattended(database, late + UNATTENDED_AFTER) == 0
    assert give_back_unattended(database, late + FORGOTTEN_AFTER) == 1
    assert _conversation(database, talk).owner == Owner.BOT


def test_a_ticket_taken_in_the_last_moment_is_left_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, ticket = _open(database)
    staff = _staff(database)
    found_before = handoff._given_back

    def taken_first(base: Database, ticket_id: int, now: datetime) -> bool:
        _assign(base, ticket_id, staff, now)
        return found_before(base, ticket_id, now)

    monkeypatch.setattr(handoff, "_given_back", taken_first)
    assert give_back_unattended(database, NOW + UNATTENDED_AFTER) == 0
    assert _conversation(database, talk).owner == Owner.HUMAN
    assert _ticket(database, ticket).assignee_id == staff.id
