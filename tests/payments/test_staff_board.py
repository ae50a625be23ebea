"""The console's list, on both databases: the same answer as the chat's, and since when."""

from datetime import timedelta

from sqlalchemy import select

from bot.services.payments.erasing import wipe_application
from bot.services.payments.notes import add_note
from bot.services.payments.staff_board import WAITS, Wanted, board, count_by_waits, find, waiting
from models.payment import PayApplication, PayNote
from models.session import Database
from models.states import PayState
from tests.console.pay_desk import PayDesk
from tests.payments.applicants import staff
from tests.payments.statements import statements
from tests.use_cases.people import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


def test_the_list_and_the_chat_agree_on_who_is_waited_for(database: Database) -> None:
    pay = PayDesk(database)
    agent = pay.applied(role="agent")
    ready, outside = pay.ready(), pay.ready()
    outside.hand_off()
    refused = pay.ready()
    refused.hand_off()
    refused.step(PayState.REJECTED, "holder_mismatch")
    with database.reading() as session:
        for who in WAITS:
            for line in board(session, Wanted(waits_for=who), TODAY):
                assert line.view.waits_for == who or (who == "us" and line.ours)
        found = {
            who: {line.view.id for line in board(session, Wanted(waits_for=who), TODAY)}
            for who in WAITS
        }
        counted = count_by_waits(session, None)
    assert counted == {who: len(ids) for who, ids in found.items()}
    assert found == {
        "us": {agent.id, ready.id},
        "merchant": {agent.id, refused.id},
        "provider": {outside.id},
        "nobody": set(),
    }


def test_notes_go_with_what_they_are_about(database: Database) -> None:
    who = PayDesk(database).applied()
    with database.transaction() as session:
        assert add_note(session, who.id, "다시 전화", staff("note"))
        assert not add_note(session, who.id, "다시 전화", staff("note"))
        assert add_note(session, who.id, "통화함", staff("note"))
    with database.reading() as session:
        found = find(session, who.id, NOW.date(), None)
        assert found is not None
        assert [note.text for note in found.notes] == ["통화함", "다시 전화"]
    with database.transaction() as session:
        wipe_application(session, session.get_one(PayApplication, who.id), staff("wipe"))
        assert session.scalars(select(PayNote)).all() == []
        assert find(session, who.id, NOW.date(), None) is None


def test_the_longest_wait_comes_first_and_lateness_begins_after_the_promise(
    database: Database,
) -> None:
    pay = PayDesk(database)
    late, outside = pay.ready(), pay.ready()
    outside.hand_off(NOW)
    pay.now = NOW + DAY
    fresh = pay.ready()

    def lines(days: int) -> list[tuple[int, bool]]:
        with database.reading() as session:
            found = waiting(session, NOW.date() + days * DAY, None)
            return [(line.view.id, line.is_late) for line in found]

    assert lines(2) == [(late.id, False), (fresh.id, False)]
    assert lines(3) == [(late.id, True), (fresh.id, False)]
    assert lines(14) == [(late.id, True), (fresh.id, True)]
    assert lines(15) == [(late.id, True), (outside.id, True), (fresh.id, True)]
    with database.reading() as session:
        late_only = waiting(session, NOW.date() + 15 * DAY, None, limit=1)
        assert [line.view.id for line in late_only] == [late.id]
        assert waiting(session, NOW.date(), 99) == []


def test_many_lines_cost_no_more_statements_than_one(database: Database) -> None:
    pay = PayDesk(database)
    pay.ready()

    def asked() -> dict[str, int]:
        counts = {}
        for who in ("", *WAITS):
            with statements(database) as seen, database.reading() as session:
                board(session, Wanted(waits_for=who), TODAY)
            counts[who] = len(seen)
        with statements(database) as seen, database.reading() as session:
            count_by_waits(session, None)
        return counts | {"counts": len(seen)}

    one = asked()
    pay.ready(), pay.applied(role="agent"), pay.approved()
    many = asked()
    assert max(many.values()) <= max(one.values())
    assert many["counts"] == 1


def test_who_waits_is_read_from_one_index(sqlite_database: Database) -> None:
    with statements(sqlite_database) as seen, sqlite_database.reading() as session:
        count_by_waits(session, None)
    statement = seen[0].replace("?", "'x'")
    with sqlite_database.read.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    assert any("COVERING INDEX ix_requirement_waiting" in row[-1] for row in plan), plan


def test_each_line_says_the_moment_by_which_the_list_is_ordered(database: Database) -> None:
    pay = PayDesk(database)
    for hours, bring in enumerate((pay.applied, pay.ready, pay.applied, pay.ready)):
        pay.now = NOW - hours * timedelta(hours=1)
        bring()
    outside = pay.stores[1]
    outside.hand_off(NOW + DAY)
    with database.reading() as session:
        for who in WAITS:
            since = [line.since for line in board(session, Wanted(waits_for=who), TODAY)]
            assert since == sorted(since)
        (line,) = board(session, Wanted(waits_for="provider"), TODAY)
    assert line.since == NOW + DAY
