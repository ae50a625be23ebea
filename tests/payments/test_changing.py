"""What a merchant changes, takes back or ends; and what a decision about consent brings."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import RuleBrokenError
from bot.services import payments
from bot.services.handoff import hand_back
from bot.services.registration import correct
from models.kit import KitDelivery, KitItem, KitOrder
from models.merchant import Store
from models.payment import PayApplication, PayQr
from models.requirement import DocumentKind
from models.session import Database
from models.staff import HandoffTicket
from models.states import KitState, Level, PayState, StoreState
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

OTHER = ("088", "110123456789", "김순자")


def tasks(database: Database) -> list[str]:
    """Return what stands on the people's list, and take it off."""
    with database.transaction() as session:
        found = session.scalars(select(HandoffTicket).order_by(HandoffTicket.id)).all()
        still = [ticket for ticket in found if ticket.state.value != "resolved"]
        for ticket in still:
            hand_back(session, ticket.id, actor="staff:op", note="", now=NOW)
        return [ticket.reason for ticket in still]


def change(who: Applicant, key: str = "change", account: tuple[str, str, str] = OTHER) -> bool:
    with who.person.turn(key, NOW + timedelta(hours=1)) as tx:
        return payments.change_account(tx, who.id, *account)


def test_another_account_before_the_hand_over_is_checked_anew(database: Database) -> None:
    who = applicant(database)
    who.agree()
    who.apply()
    assert change(who) is True
    assert change(who, "again") is False
    assert who.overview().masked_account == "****6789"
    assert "account" in who.open_keys()
    assert "details" not in who.open_keys()
    assert tasks(database) == []


def test_another_account_after_the_hand_over_is_carried_there_by_a_person(
    database: Database,
) -> None:
    who = applicant(database)
    who.live()
    assert change(who) is True
    details = next(line for line in who.overview().requirements if line.key == "details")
    assert (details.level, details.error_code) == (
        Level.PENDING_VERIFICATION,
        "changed_after_submit",
    )
    assert tasks(database) == ["pay_changed"]
    assert who.state is PayState.LIVE
    who.clear("details")
    assert "details" not in who.open_keys()


def test_an_account_of_somebody_else_waits_for_another_one(database: Database) -> None:
    who = applicant(database)
    who.live()
    change(who, account=("088", "110123456789", "박영희"))
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    assert who.overview().waits_for == "merchant"


def test_another_account_wants_another_bankbook(database: Database) -> None:
    who = applicant(database)
    who.live()
    change(who)
    assert who.due() == ("bankbook", "doc_wrong_kind", "send_again")
    assert "account" in who.open_keys()
    who.clear("details")
    book = who.send(DocumentKind.BANKBOOK, "other")
    assert who.overview().waits_for == "us"
    who.accept(book, NOW + timedelta(hours=2))
    assert who.open_keys() == []
    assert who.overview().waits_for == "nobody"


def test_an_account_that_is_not_kept_any_more_is_still_known(database: Database) -> None:
    who = applicant(database)
    who.live()
    with database.transaction() as session:
        row = session.get_one(PayApplication, who.id)
        row.account, row.account_gone_at = None, NOW
    assert change(who, account=("004", "12345601123456", "김순자")) is False
    assert change(who, "other") is True
    with database.reading() as session:
        row = session.get_one(PayApplication, who.id)
        assert (row.account, row.account_gone_at) == ("110123456789", None)


def test_a_wish_is_taken_back_and_made_again(database: Database) -> None:
    who = applicant(database)
    application_id = who.complete()
    with who.person.turn("back") as tx:
        assert payments.withdraw(tx, application_id) is True
    with who.person.turn("back twice") as tx:
        assert payments.withdraw(tx, application_id) is False
    assert who.overview().waits_for == "nobody"
    assert tasks(database) == []
    assert who.apply("again", now=NOW + timedelta(days=3)) == application_id
    assert who.state is PayState.READY
    with who.person.turn("back again") as tx:
        assert payments.withdraw(tx, application_id) is True


def test_the_provider_is_told_when_it_knows_already(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    with who.person.turn("back") as tx:
        payments.withdraw(tx, who.id)
    assert tasks(database) == ["pay_withdrawn"]


def test_what_the_provider_has_agreed_to_is_ended_and_not_taken_back(database: Database) -> None:
    who = applicant(database)
    who.live()
    with who.person.turn("back") as tx, pytest.raises(RuleBrokenError) as error:
        payments.withdraw(tx, who.id)
    assert error.value.code == "pay_agreed"


def test_nothing_is_ended_before_it_began(database: Database) -> None:
    who = applicant(database)
    who.apply()
    with who.person.turn("end") as tx, pytest.raises(RuleBrokenError) as error:
        payments.terminate(tx, who.id, "asked")
    assert error.value.code == "pay_not_agreed"


def order(database: Database, store_id: int, number: str, products: list[str]) -> None:
    with database.transaction() as session:
        row = KitOrder(
            number=number,
            store_id=store_id,
            state=KitState.DELIVERED,
            items=dict.fromkeys(products, 1),
            theme="yellow",
            delivery=KitDelivery.PICKUP,
            languages=["ko"],
            submission_key=number,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(row)
        session.flush()
        session.add_all(KitItem(order_id=row.id, product=p, quantity=1) for p in products)


def test_the_end_takes_the_payment_code_down_and_nothing_else(database: Database) -> None:
    who = applicant(database)
    who.live()
    store_id = who.overview().store_id
    order(database, store_id, "K-1", ["pay-card"])
    order(database, store_id, "K-2", ["poster-a4"])
    order(database, store_id, "K-3", ["poster-a4", "pay-card"])
    with who.person.turn("end") as tx:
        assert payments.terminate(tx, who.id, "asked") is True
    with who.person.turn("end twice") as tx:
        assert payments.terminate(tx, who.id, "asked") is False
    with database.reading() as session:
        states = {row.number: row.state.value for row in session.scalars(select(KitOrder))}
        ticket = session.scalars(select(HandoffTicket)).one()
        code = session.scalars(select(PayQr)).one()
    assert states == {"K-1": "revoke_required", "K-2": "delivered", "K-3": "delivered"}
    assert code.revoked_at == NOW
    summary = ticket.summary or ""
    assert "K-1" in summary
    assert "K-3" in summary
    assert "K-2" not in summary
    assert "포스터" not in summary
    assert who.overview().state is PayState.TERMINATED
    assert who.overview().code is None


def test_only_ones_own_application(database: Database) -> None:
    who, other = applicant(database), applicant(database, "u2", store_name="바다수산")
    who.apply()
    other.apply()
    mine = who.id
    with other.person.turn("x") as tx:
        calls: tuple[Callable[[], bool], ...] = (
            lambda: payments.change_account(tx, mine, *OTHER),
            lambda: payments.repair(tx, mine, {}),
            lambda: payments.withdraw(tx, mine),
            lambda: payments.terminate(tx, mine, "asked"),
        )
        for call in calls:
            with pytest.raises(RuleBrokenError) as error:
                call()
            assert error.value.code == "not_yours"


def test_a_repair_takes_only_what_it_knows(database: Database) -> None:
    who = applicant(database)
    who.apply()
    with who.person.turn("x") as tx, pytest.raises(RuleBrokenError) as error:
        payments.repair(tx, who.id, {"store_id": 7})
    assert error.value.code == "unknown_field"


def test_what_was_mended_elsewhere_waits_for_a_look(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.step(PayState.ADDITIONAL_REQUIRED, "owner_phone_mismatch")
    assert who.due() == ("phone", "owner_phone_mismatch", "use_own_phone")
    with who.person.turn("done") as tx:
        assert payments.repair(tx, who.id, {}) is True
    with who.person.turn("done twice") as tx:
        assert payments.repair(tx, who.id, {}) is False
    assert who.due() is None
    assert who.overview().waits_for == "us"


def test_a_corrected_name_is_compared_anew(database: Database) -> None:
    who = applicant(database)
    who.agree()
    who.apply(holder="김순남")
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    with who.person.turn("name") as tx:
        correct(tx, "owner_name", "김순남")
    assert who.due() != ("holder", "holder_mismatch", "choose_account")


def test_a_consent_taken_back_keeps_it_in_the_house(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.agree("no", decision=False)
    with who.person.turn("no") as tx:
        assert payments.consent_changed(tx) == 1
    assert who.state is PayState.COLLECTING
    assert who.due() == ("consent_third_party", "consent_missing", "give_consent")
    assert tasks(database) == []


def test_a_consent_taken_back_later_is_told_to_the_provider(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.agree("no", decision=False)
    with who.person.turn("no") as tx:
        payments.consent_changed(tx)
    assert tasks(database) == ["pay_consent"]


def test_a_twin_is_looked_at_by_a_person(database: Database) -> None:
    first = applicant(database)
    first.apply()
    second = applicant(database, "u2", owner_name="박영희", phone="01000005678")
    second.apply(holder="박영희")
    assert "duplicate" in second.open_keys()
    second.clear("duplicate")
    assert "duplicate" not in second.open_keys()


def test_papers_sent_before_applying_count(database: Database) -> None:
    who = applicant(database)
    paper = who.send(DocumentKind.BRC)
    who.accept(paper)
    who.apply()
    assert "brc" not in who.open_keys()


@pytest.mark.parametrize(("is_live", "to"), [(True, "terminated"), (False, "withdrawn")])
def test_a_closed_store_is_not_paid_for(database: Database, *, is_live: bool, to: str) -> None:
    who = applicant(database)
    if is_live:
        who.live()
    else:
        who.complete()
    assert payments.end_closed(database, NOW) == 0
    with database.transaction() as session:
        session.get_one(Store, who.overview().store_id).state = StoreState.CLOSED
    assert payments.end_closed(database, NOW) == 1
    assert payments.end_closed(database, NOW) == 0
    assert who.state.value == to
    assert tasks(database) == (["pay_terminated"] if is_live else [])
