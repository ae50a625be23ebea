from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clients.nts import BusinessStatus
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import registration
from bot.services.registration import Checks, Submission
from models.conversation import Conversation
from models.errors import IllegalMoveError
from models.events import AccessLog, StateEvent
from models.merchant import Merchant, MerchantAgent, Store
from models.requirement import Document
from models.session import Database
from models.states import Cause, ChannelState, Level, MerchantState
from models.states import move as set_state
from tests.use_cases.people import NOW, add_market, newcomer


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def by_operator(key: str, reason: str | None = None) -> Cause:
    return Cause(actor="staff:op", key=key, now=NOW + timedelta(days=1), reason=reason)


def move(database: Database, registration_id: int, *path: ChannelState, reason: str = "") -> None:
    for to in path:
        with database.transaction() as session:
            wanted = reason if to is ChannelState.NEEDS_FIX else None
            registration.move_channel(session, registration_id, to, by_operator(to, wanted))


def levels(person_overview: registration.Overview) -> dict[str, str]:
    return {line.key: line.level.value for line in person_overview.newest.registration.requirements}


def test_what_was_sent_in_can_be_read_back(database: Database) -> None:
    person = newcomer(database)
    with database.transaction() as session:
        market_id = add_market(session)
    person.register(market_id=market_id)
    found = person.overview()
    store = found.newest
    assert (found.owner_name, found.phone, found.brn) == ("김순자", "01000001234", "1234567891")
    assert (store.name, store.market, store.market_id) == ("순자네 반찬", "망원시장", market_id)
    assert (store.stall, store.location_note) == ("가동 12호", "정문 왼쪽")
    assert (store.open, store.close, store.closed) == ("08:00", "20:00", ("weekly:SUN",))
    assert (found.state, found.merchant_state) == ("submitted", "submitted")
    assert (found.submitted_at, found.registration.search_id) == (NOW, "순자네반찬")
    assert found.registration.submissions == 1


def test_somebody_new_has_nothing(database: Database) -> None:
    person = newcomer(database)
    with database.reading() as session:
        assert registration.overview(session, person.conversation_id) is None
        assert registration.overview(session, 999) is None


def test_sending_the_same_twice_is_sending_it_once(database: Database) -> None:
    person = newcomer(database)
    first = person.register("a")
    events = count(database, StateEvent)
    assert person.register("b") == first
    assert person.register("a") == first
    assert (count(database, Merchant), count(database, Store)) == (1, 1)
    assert count(database, StateEvent) == events
    assert person.overview().registration.submissions == 1


def test_the_same_store_with_other_details_is_changed_not_added(database: Database) -> None:
    person = newcomer(database)
    first = person.register("a")
    assert person.register("b", stall="나동 3호", closed=()) == first
    found = person.overview()
    assert len(found.stores) == 1
    assert (found.newest.stall, found.newest.closed) == ("나동 3호", ())
    assert found.registration.submissions == 2


def test_blanks_in_a_name_do_not_make_another_store(database: Database) -> None:
    person = newcomer(database)
    assert person.register("a") == person.register("b", store_name="순자네반찬")


def test_another_store_of_the_same_merchant_comes_first_in_the_overview(
    database: Database,
) -> None:
    person = newcomer(database)
    person.register("a")
    person.register("b", store_name="순자네 떡집", search_id="순자네떡집")
    found = person.overview()
    assert [store.name for store in found.stores] == ["순자네 떡집", "순자네 반찬"]
    assert count(database, Merchant) == 1


def test_two_persons_may_have_stores_of_the_same_name(database: Database) -> None:
    one, other = newcomer(database, "u1"), newcomer(database, "u2")
    assert one.register() != other.register(phone="01000009999", brn="1111111119")
    assert count(database, Merchant) == 2


@pytest.mark.parametrize("field", ["owner_name", "phone", "store_name"])
def test_a_form_without_name_phone_or_store_is_refused(
    sqlite_database: Database, field: str
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        newcomer(sqlite_database).register(**dict[str, Any]({field: ""}))
    assert refused.value.code == "incomplete"


def test_a_form_is_taken_out_of_the_slots_of_a_conversation() -> None:
    slots = {"owner_name": "김순자", "phone": "1", "store_name": "s", "confirm": "yes", "brn": None}
    taken = Submission.from_slots(slots)
    assert (taken.owner_name, taken.brn, taken.has_channel) == ("김순자", None, "unknown")


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({}, {"brn": "pending_verification", "brc": "eventually_due"}),
        ({"has_brn": "no", "brn": None}, {"brn": "waived"}),
        ({"brn": None}, {"brn": "eventually_due", "brc": "eventually_due"}),
        ({"search_id": None}, {"search_id": "eventually_due"}),
        ({"has_channel": "yes"}, {"channel_public_id": "currently_due"}),
        (
            {"has_channel": "yes", "channel_public_id": "_abC"},
            {"channel_public_id": "pending_verification"},
        ),
        ({"has_channel": "unknown"}, {"has_channel": "pending_verification"}),
        ({"role": "agent", "relation": "딸"}, {"owner_confirmation": "pending_verification"}),
        ({}, {"market": "pending_verification"}),
    ],
)
def test_what_is_still_needed_follows_from_the_answers(
    sqlite_database: Database, answers: dict[str, Any], wanted: dict[str, str]
) -> None:
    person = newcomer(sqlite_database)
    person.register(**answers)
    found = levels(person.overview())
    assert wanted.items() <= found.items()


@pytest.mark.parametrize(
    ("state", "level", "code"),
    [
        ("continuing", Level.MET, None),
        ("suspended", Level.PENDING_VERIFICATION, "brn_suspended"),
        ("closed", Level.CURRENTLY_DUE, "brn_closed"),
        ("unregistered", Level.PENDING_VERIFICATION, "brn_not_found_new"),
        ("unavailable", Level.PENDING_VERIFICATION, None),
    ],
)
def test_no_answer_of_the_tax_office_refuses_anybody(
    sqlite_database: Database, state: str, level: Level, code: str | None
) -> None:
    person = newcomer(sqlite_database)
    status = BusinessStatus(state, "간이과세자", None, NOW)  # type: ignore[arg-type]  # varied
    person.register(checks=Checks(status))
    lines = {line.key: line for line in person.overview().newest.registration.requirements}
    assert person.overview().state == "submitted"
    assert (lines["brn"].level, lines["brn"].error_code) == (level, code)
    assert (lines["brn"].fix_action is None) == (code is None)


def test_the_relation_of_an_agent_is_kept(database: Database) -> None:
    person = newcomer(database)
    person.register("a", role="agent", relation="딸")
    person.register("b", role="agent", relation="며느리")
    with database.reading() as session:
        assert session.scalars(select(MerchantAgent.relation)).one() == "며느리"
    assert person.overview().role == "agent"


def test_a_second_merchant_with_the_same_number_in_a_market_is_looked_at(
    database: Database,
) -> None:
    with database.transaction() as session:
        market_id = add_market(session)
        elsewhere = add_market(session, "광장시장", "종로구")
    one, other, far = (newcomer(database, key) for key in ("u1", "u2", "u3"))
    one.register(market_id=market_id)
    other.register(market_id=market_id, phone="01000009999", store_name="다른 가게")
    far.register(market_id=elsewhere, market="광장시장", phone="01000008888")
    assert "duplicate" not in levels(one.overview())
    assert levels(other.overview())["duplicate"] == "pending_verification"
    assert "duplicate" not in levels(far.overview())


def test_papers_sent_before_registering_belong_to_the_merchant(database: Database) -> None:
    person = newcomer(database)
    with person.turn("photo") as tx:
        tx.session.add(
            Document(
                conversation_id=person.conversation_id,
                kind="brc",
                sha256="0",
                mime="image/jpeg",
                size=1,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    person.register()
    with database.reading() as session:
        assert session.scalars(select(Document.merchant_id)).one() == 1
    assert [paper.kind for paper in person.overview().documents] == ["brc"]


def test_operators_lead_a_channel_to_its_end(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register()
    move(database, registration_id, ChannelState.OPENED, ChannelState.BIZ_REVIEW, ChannelState.LIVE)
    found = person.overview()
    assert (found.state, found.merchant_state) == ("live", "active")
    assert found.registration.opened_at == found.registration.live_at == NOW + timedelta(days=1)
    assert found.registration.kind == "general"


def test_a_milestone_is_set_once_a_key(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register()
    with database.transaction() as session:
        cause = by_operator("k")
        to = ChannelState.OPENED
        assert registration.move_channel(session, registration_id, to, cause) is True
        assert registration.move_channel(session, registration_id, to, cause) is False


def test_a_milestone_out_of_order_is_refused(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register()
    with pytest.raises(IllegalMoveError):
        move(database, registration_id, ChannelState.DORMANT)
    assert person.overview().state == "submitted"


@pytest.mark.parametrize("reason", [None, "", "because"])
def test_sending_back_wants_a_known_reason(sqlite_database: Database, reason: str | None) -> None:
    registration_id = newcomer(sqlite_database).register()
    cause = by_operator("k", reason)
    with pytest.raises(RuleBrokenError) as refused, sqlite_database.transaction() as session:
        registration.move_channel(session, registration_id, ChannelState.NEEDS_FIX, cause)
    assert refused.value.code == "reason_needed"


def test_an_unknown_registration_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInputError), sqlite_database.transaction() as session:
        registration.move_channel(session, 99, ChannelState.OPENED, by_operator("k"))


def test_mending_sends_it_in_again(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register(role="agent", relation="딸")
    move(database, registration_id, ChannelState.NEEDS_FIX, reason="name_mismatch")
    sent_back = person.overview()
    assert (sent_back.reason, sent_back.merchant_state) == ("name_mismatch", "needs_info")
    line = next(line for line in sent_back.requirements if line.key == "store_name")
    assert (line.level, line.fix_action) == (Level.CURRENTLY_DUE, "correct_store_name")
    with person.turn("mend") as tx:
        assert registration.repair(tx, {"store_name": "김순자 반찬"}) is True
        assert registration.repair(tx, {"store_name": "김순자 반찬"}) is False
    found = person.overview()
    assert (found.state, found.reason, found.store_name) == ("submitted", None, "김순자 반찬")
    assert found.registration.submissions == 2
    assert found.merchant_state == MerchantState.SUBMITTED
    assert levels(found)["store_name"] == "pending_verification"
    assert levels(found)["owner_confirmation"] == "pending_verification"


def test_a_renamed_store_that_is_sent_in_again_is_still_the_same(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register("a")
    move(database, registration_id, ChannelState.NEEDS_FIX, reason="name_mismatch")
    with person.turn("mend") as tx:
        registration.repair(tx, {"store_name": "김순자 반찬"})
    assert person.register("b", store_name="김순자 반찬") == registration_id
    assert len(person.overview().stores) == 1


def test_nothing_to_mend_is_refused(database: Database) -> None:
    person = newcomer(database)
    person.register()
    with pytest.raises(IllegalMoveError), person.turn("mend") as tx:
        registration.repair(tx, {})


def test_nobody_mends_what_belongs_to_somebody_else(database: Database) -> None:
    mine, other = newcomer(database, "u1"), newcomer(database, "u2")
    registration_id = mine.register()
    other.register(phone="01000009999")
    with pytest.raises(RuleBrokenError) as refused, other.turn() as tx:
        registration.repair(tx, {}, registration_id)
    assert refused.value.code == "not_yours"


def test_own_data_can_be_corrected(database: Database) -> None:
    person = newcomer(database)
    person.register()
    with person.turn("fix") as tx:
        assert registration.correct(tx, "phone", "01000005678") is True
        assert registration.correct(tx, "phone", "01000005678") is False
        registration.correct(tx, "closed", ("weekly:MON",))
    found = person.overview()
    assert (found.phone, found.newest.closed) == ("01000005678", ("weekly:MON",))
    with database.reading() as session:
        noted = session.scalars(select(AccessLog.reason)).all()
    assert noted == [], "the log is about those who handle others' data"


def test_a_correction_by_staff_is_logged(database: Database) -> None:
    person = newcomer(database)
    person.register()
    with person.turn("fix") as tx:
        registration.correct(replace(tx, actor="staff:kim"), "phone", "01000005678")
    with database.reading() as session:
        noted = session.scalars(select(AccessLog.reason)).all()
    assert noted == ["phone"]


def test_a_new_business_number_has_to_be_checked_again(database: Database) -> None:
    person = newcomer(database)
    person.register(checks=Checks(BusinessStatus("continuing", "", None, NOW)))
    with person.turn("fix") as tx:
        registration.correct(tx, "brn", "2222222227")
    with database.reading() as session:
        merchant = session.scalars(select(Merchant)).one()
    assert (merchant.nts_state, merchant.brn, merchant.has_brn) == ("unchecked", "2222222227", True)


def test_a_change_after_the_channel_opened_is_carried_over_by_a_person(
    database: Database,
) -> None:
    person = newcomer(database)
    registration_id = person.register()
    move(database, registration_id, ChannelState.OPENED)
    with person.turn("fix") as tx:
        registration.correct(tx, "store_name", "새 이름")
        registration.correct(tx, "stall", "다동 1호")
    found = {line.key: line.error_code for line in person.overview().requirements}
    assert found["store_name"] == "changed_after_submit"
    assert "stall" not in found


@pytest.mark.parametrize(("field", "code"), [("state", "unknown_field"), ("id", "unknown_field")])
def test_only_known_fields_can_be_corrected(
    sqlite_database: Database, field: str, code: str
) -> None:
    person = newcomer(sqlite_database)
    person.register()
    with pytest.raises(RuleBrokenError) as refused, person.turn() as tx:
        registration.correct(tx, field, "x")
    assert refused.value.code == code


def test_without_a_registration_there_is_nothing_to_correct(sqlite_database: Database) -> None:
    with pytest.raises(RuleBrokenError) as refused, newcomer(sqlite_database).turn() as tx:
        registration.correct(tx, "phone", "1")
    assert refused.value.code == "not_registered"


def test_a_channel_can_be_named_later(database: Database) -> None:
    person = newcomer(database)
    person.register(has_channel="unknown", search_id=None)
    with person.turn("url") as tx:
        registration.set_channel(tx, public_id="_xYz")
    found = person.overview().registration
    assert (found.channel_public_id, found.has_channel) == ("_xYz", "yes")
    with person.turn("id") as tx:
        registration.set_channel(tx, search_id="순자")
    assert person.overview().registration.search_id == "순자"


def test_a_search_id_is_taken_once_another_store_asked_for_it(database: Database) -> None:
    mine, other = newcomer(database, "u1"), newcomer(database, "u2")
    registration_id = mine.register()
    with database.reading() as session:
        taken = registration.search_id_taken
        assert taken(session, "순자네반찬", other.conversation_id)
        assert not taken(session, "순자네반찬", mine.conversation_id)
        assert not taken(session, "다른이름", other.conversation_id)
    move(database, registration_id, ChannelState.WITHDRAWN)
    with database.reading() as session:
        assert not registration.search_id_taken(session, "순자네반찬", other.conversation_id)


def test_a_merchant_without_a_store_has_nothing_to_show(sqlite_database: Database) -> None:
    person = newcomer(sqlite_database)
    with person.turn() as tx:
        merchant = Merchant(created_at=NOW, updated_at=NOW)
        tx.session.add(merchant)
        tx.session.flush()
        tx.session.get_one(Conversation, person.conversation_id).merchant_id = merchant.id
    with sqlite_database.reading() as session:
        assert registration.overview(session, person.conversation_id) is None


def test_two_stores_never_become_one_by_a_new_name(database: Database) -> None:
    person = newcomer(database)
    first = person.register("a")
    second = person.register("b", store_name="순자네 떡집")
    with person.turn("fix") as tx:
        registration.correct(tx, "store_name", "순자네 반찬")
    assert [store.name for store in person.overview().stores] == ["순자네 반찬", "순자네 반찬"]
    assert person.register("c") == first != second


def test_a_suspended_merchant_stays_so_while_the_channel_is_mended(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register()
    move(database, registration_id, ChannelState.LIVE)
    with database.transaction() as session:
        merchant = session.scalars(select(Merchant)).one()
        set_state(session, merchant, MerchantState.SUSPENDED, by_operator("stop"))
    move(database, registration_id, ChannelState.NEEDS_FIX, reason="policy")
    with person.turn("mend") as tx:
        registration.repair(tx, {})
    found = person.overview()
    assert (found.merchant_state, found.state) == ("suspended", "submitted")


def test_a_form_sent_in_after_the_channel_opened_is_carried_over_by_a_person(
    database: Database,
) -> None:
    person = newcomer(database)
    registration_id = person.register("a")
    move(database, registration_id, ChannelState.OPENED)
    assert person.register("b", stall="다동 1호") == registration_id
    found = person.overview()
    assert (found.state, found.newest.stall) == ("opened", "다동 1호")
    assert levels(found)["details"] == "pending_verification"


def test_whoever_withdrew_may_send_in_again(database: Database) -> None:
    person = newcomer(database)
    registration_id = person.register("a")
    move(database, registration_id, ChannelState.WITHDRAWN)
    assert person.register("b") == registration_id
    assert person.overview().state == "submitted"
