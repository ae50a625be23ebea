from datetime import timedelta

import pytest

from bot.services import requirements
from bot.services.business import infer_kind
from bot.services.fixes import FIXES
from bot.services.registration.progress import KEY_OF_REASON
from bot.services.requirements import Need, RequirementLine, Subject, items, put
from models.merchant import BusinessKind
from models.session import Database
from models.states import ChannelReason, Level
from tests.use_cases.people import NOW

PAY = Subject("pay_application", 7, "pay")
DAY = timedelta(days=1)


def lines(database: Database, subject: Subject = PAY) -> dict[str, RequirementLine]:
    with database.reading() as session:
        return {line.key: line for line in items(session, [subject])[subject]}


def set_up(database: Database, *needs: Need, now_days: int = 0) -> None:
    with database.transaction() as session:
        put(session, PAY, needs, NOW + now_days * DAY)


def test_an_error_leads_to_its_one_fix(database: Database) -> None:
    set_up(database, Need("account", Level.CURRENTLY_DUE, "holder_mismatch"))
    found = lines(database)["account"]
    assert (found.error_code, found.fix_action) == ("holder_mismatch", "choose_account")


def test_an_error_without_a_fix_is_a_mistake_of_ours(sqlite_database: Database) -> None:
    with pytest.raises(KeyError):
        set_up(sqlite_database, Need("account", Level.CURRENTLY_DUE, "no_such_error"))


@pytest.mark.parametrize("reason", list(ChannelReason))
def test_every_reason_of_a_channel_has_a_fix_and_a_place(reason: ChannelReason) -> None:
    assert FIXES[reason]
    assert KEY_OF_REASON[reason]


def test_saying_it_again_changes_it_and_leaves_the_rest(database: Database) -> None:
    set_up(database, Need("account", Level.CURRENTLY_DUE, "account_length"), Need("brc", Level.MET))
    set_up(database, Need("account", Level.MET))
    found = lines(database)
    assert (found["account"].level, found["account"].fix_action) == (Level.MET, None)
    assert found["brc"].level == Level.MET
    assert len(found) == 2


def test_the_most_pressing_comes_first(database: Database) -> None:
    set_up(
        database,
        Need("a", Level.MET),
        Need("b", Level.EVENTUALLY_DUE),
        Need("c", Level.PENDING_VERIFICATION),
        Need("d", Level.PAST_DUE),
        Need("e", Level.CURRENTLY_DUE),
    )
    assert list(lines(database)) == ["d", "e", "c", "b", "a"]


def test_what_belongs_to_others_is_not_mixed_in(database: Database) -> None:
    set_up(database, Need("account", Level.MET))
    other = Subject("pay_application", 8, "pay")
    with database.reading() as session:
        found = items(session, [PAY, other])
        assert items(session, []) == {}
    assert (len(found[PAY]), found[other]) == (1, ())


def test_a_met_alternative_stands_in_for_the_others(database: Database) -> None:
    set_up(
        database,
        Need("bankbook", Level.CURRENTLY_DUE, group="account_proof"),
        Need("transfer", Level.CURRENTLY_DUE, group="account_proof"),
        Need("brc", Level.EVENTUALLY_DUE),
    )
    with database.transaction() as session:
        assert requirements.settle(session, PAY, "transfer", NOW) is True
        assert requirements.settle(session, PAY, "nothing", NOW) is False
    left = requirements.open_items(lines(database).values())
    assert [line.key for line in left] == ["brc"]


def test_a_deadline_passes(database: Database) -> None:
    set_up(database, Need("brc", Level.CURRENTLY_DUE, "doc_old", within=2 * DAY))
    assert lines(database)["brc"].deadline == NOW + 2 * DAY
    with database.transaction() as session:
        assert requirements.mark_past_due(session, NOW + 2 * DAY) == 0
        assert requirements.mark_past_due(session, NOW + 3 * DAY) == 1
        assert requirements.mark_past_due(session, NOW + 4 * DAY) == 0
    assert lines(database)["brc"].level == Level.PAST_DUE


def test_asking_again_for_the_same_does_not_prolong_the_deadline(database: Database) -> None:
    need = Need("brc", Level.CURRENTLY_DUE, "doc_old", within=2 * DAY)
    set_up(database, need)
    set_up(database, need, now_days=1)
    assert lines(database)["brc"].deadline == NOW + 2 * DAY
    set_up(database, Need("brc", Level.CURRENTLY_DUE, "doc_cropped", within=2 * DAY), now_days=1)
    assert lines(database)["brc"].deadline == NOW + 3 * DAY


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], None),
        ([Level.MET, Level.WAIVED], None),
        ([Level.EVENTUALLY_DUE], None),
        ([Level.PENDING_VERIFICATION, Level.MET], "pending_verification"),
        ([Level.PENDING_VERIFICATION, Level.CURRENTLY_DUE], "currently_due"),
        ([Level.CURRENTLY_DUE, Level.PAST_DUE], "past_due"),
    ],
)
def test_why_a_capability_cannot_go_on(given: list[Level], reason: str | None) -> None:
    found = [
        RequirementLine(str(i), level, None, None, None, "", NOW) for i, level in enumerate(given)
    ]
    assert requirements.disabled_reason(found) == reason


@pytest.mark.parametrize(
    ("brn", "kind"),
    [
        ("1230145678", BusinessKind.SOLE),
        ("1237945678", BusinessKind.SOLE),
        ("1238045678", BusinessKind.SOLE),
        ("1239045678", BusinessKind.SOLE),
        ("1238145678", BusinessKind.CORP),
        ("1238945678", BusinessKind.CORP),
        ("1230045678", BusinessKind.UNKNOWN),
        ("", BusinessKind.UNKNOWN),
        (None, BusinessKind.UNKNOWN),
    ],
)
def test_the_kind_of_a_business_out_of_its_number(brn: str | None, kind: BusinessKind) -> None:
    assert infer_kind(brn) is kind
