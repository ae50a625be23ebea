"""What is kept of an application, sealed; what is shown, masked; and when it goes."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.jobs.pay_retention import forget_accounts, purge_payments
from bot.services import payments, privacy, show
from models.events import StateEvent
from models.payment import PayApplication, PayCheck, PayQr, PayTrial
from models.requirement import Document, DocumentKind, Requirement
from models.session import Database
from models.states import DocumentState, KitState, PayState
from tests.payments.applicants import ACCOUNT, Applicant, applicant
from tests.payments.test_changing import order
from tests.use_cases.people import NOW

DAY = timedelta(days=1)
SECRETS = (ACCOUNT, "1234567891", "김순자", "pay://secret-payload", "T-secret", "https://secret")


def full(database: Database) -> Applicant:
    who = applicant(database)
    who.live()
    with database.transaction() as session:
        session.add(
            PayTrial(
                application_id=who.id,
                order_id="O-1",
                tid="T-secret",
                amount=100,
                redirect_url="https://secret",
                expires_at=NOW,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    return who


def test_the_sqlite_file_holds_no_plaintext(sqlite_database: Database) -> None:
    full(sqlite_database)
    path = Path(str(sqlite_database.url.database))
    data = b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))
    assert b"pay_application" in data
    assert [secret for secret in SECRETS if secret.encode() in data] == []


def test_the_rows_hold_no_plaintext(database: Database) -> None:
    full(database)
    with database.read.connect() as connection:
        for table in ("pay_application", "pay_check", "pay_qr", "pay_trial", "requirement"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 -- names above
            assert rows
            held = b"".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in rows
                for value in row
            )
            assert [secret for secret in SECRETS if secret.encode() in held] == []


def test_no_view_shows_an_account(database: Database) -> None:
    who = full(database)
    chat = who.person.conversation_id
    with database.reading() as session:
        held = privacy.held_data(session, chat)
        shown = json.dumps(show.merchant(session, "user-1"), ensure_ascii=False)
    assert ("결제 받을 계좌", "국민은행 ****3456") in held
    assert ("예금주", "김*자") in held
    assert '"account": "****3456"' in shown
    for view in (repr(who.overview()), repr(held), shown):
        assert ACCOUNT not in view


def test_a_merchant_is_shown_with_applications(database: Database) -> None:
    who = full(database)
    who.step(PayState.SUSPENDED, "policy")
    with database.reading() as session:
        shown = show.merchant(session, "user-1")["payments"]
    assert len(shown) == 1
    assert (shown[0]["state"], shown[0]["reason"]) == ("suspended", "policy")
    assert shown[0]["merchant_code"] == "M-0001"
    assert shown[0]["history"][-1]["to"] == "suspended"


def test_an_account_goes_30_days_after_the_provider_agreed(database: Database) -> None:
    who = full(database)
    assert forget_accounts(database, NOW + 30 * DAY) == 0
    assert forget_accounts(database, NOW + 31 * DAY) == 1
    assert forget_accounts(database, NOW + 32 * DAY) == 0
    with database.reading() as session:
        row = session.scalars(select(PayApplication)).one()
        papers = {p.kind: p.state for p in session.scalars(select(Document))}
        assert (row.account, row.account_last4) == (None, "3456")
        assert row.account_hmac is not None
        assert row.account_gone_at == NOW + 31 * DAY
    assert papers[DocumentKind.BANKBOOK] is DocumentState.PURGED
    assert papers[DocumentKind.BRC] is DocumentState.ACCEPTED
    assert who.open_keys() == []
    assert who.overview().masked_account == "****3456"


def test_a_new_account_is_kept_its_own_30_days(database: Database) -> None:
    who = full(database)
    with who.person.turn("other", NOW + 20 * DAY) as tx:
        payments.change_account(tx, who.id, "088", "110123456789", "김순자")
    assert forget_accounts(database, NOW + 31 * DAY) == 0
    assert forget_accounts(database, NOW + 51 * DAY) == 1


def test_an_account_is_kept_while_nobody_has_decided(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    assert forget_accounts(database, NOW + 90 * DAY) == 0


@pytest.mark.parametrize("end", [PayState.REJECTED, PayState.WITHDRAWN])
def test_what_came_to_nothing_goes_after_a_year(database: Database, end: PayState) -> None:
    who = applicant(database)
    application_id = who.complete()
    who.hand_off()
    if end is PayState.REJECTED:
        who.step(end, "trade_restricted")
    else:
        with who.person.turn("back") as tx:
            payments.withdraw(tx, application_id)
    assert purge_payments(database, NOW + 365 * DAY) == 0
    assert purge_payments(database, NOW + 366 * DAY) == 1
    assert purge_payments(database, NOW + 367 * DAY) == 0
    gone(database, application_id)
    assert who.apply("new", now=NOW + 368 * DAY) != application_id


def gone(database: Database, application_id: int) -> None:
    with database.reading() as session:
        row = session.get_one(PayApplication, application_id)
        assert row.state is PayState.ERASED
        held = (row.account, row.account_hmac, row.account_last4, row.brn, row.brn_hmac, row.holder)
        assert set(held) == {None}
        assert row.bank_code is None
        needs = select(Requirement).where(Requirement.subject == "pay_application")
        assert session.scalars(needs.where(Requirement.subject_id == application_id)).all() == []
        checks = select(PayCheck).where(PayCheck.application_id == application_id)
        assert session.scalars(checks).all() == []


def test_an_erasure_leaves_nothing_but_the_history(database: Database) -> None:
    who = full(database)
    application_id = who.id
    order(database, who.overview().store_id, "K-1", ["pay-card"])
    with who.person.turn("erase") as tx:
        privacy.erase(tx)
    gone(database, application_id)
    with database.reading() as session:
        code = session.scalars(select(PayQr)).one()
        trial = session.scalars(select(PayTrial)).one()
        assert (code.payload, code.storage_key, code.merchant_code) == (None, None, "")
        assert code.revoked_at == NOW
        assert (trial.tid, trial.redirect_url) == (None, None)
        events = session.scalars(
            select(StateEvent.to_state)
            .where(StateEvent.entity == "pay_application")
            .order_by(StateEvent.id)
        ).all()
        assert events[-1] == "erased"
        state = session.execute(text("SELECT state FROM kit_order")).scalar_one()
    assert state == KitState.REVOKE_REQUIRED.value
    with database.reading() as session:
        assert payments.overview(session, who.person.conversation_id) is None
