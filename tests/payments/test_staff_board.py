"""The console's list, on both databases: the same answer as the chat's, and since when."""

from datetime import timedelta

from bot.services.payments.staff_board import WAITS, Wanted, board, count_by_waits, waiting
from models.session import Database
from models.states import PayState
from tests.console.pay_desk import PayDesk
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


def test_the_longest_wait_comes_first_and_lateness_begins_after_the_promise(
    database: Database,
) -> None:
    pay = PayDesk(database)
    late, fresh, outside = pay.ready(), pay.ready(), pay.ready()
    fresh.clear("holder", NOW + DAY)
    outside.hand_off(NOW)

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
