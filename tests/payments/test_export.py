"""The file for a provider: each application once, on record, whole accounts only there."""

import csv
import hashlib
import io
import uuid

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.payments.handover import batches, export, export_again
from models.events import AccessLog
from models.payment import PayApplication
from models.session import Database
from models.states import PayState
from tests.payments.applicants import ACCOUNT, applicant
from tests.payments.statements import statements
from tests.use_cases.people import NOW

BY, WHY = "staff:op", "weekly hand-over"


def test_what_is_complete_leaves_once(database: Database) -> None:
    who = applicant(database, store_name="=1+1")
    who.complete()
    with database.transaction() as session:
        taken = export(session, "kakaopay", BY, WHY, NOW)
    assert taken is not None
    assert taken.data.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(taken.data.decode("utf-8-sig")))
    assert (line["계좌번호"], line["신청번호"]) == (ACCOUNT, taken.numbers[0])
    assert line["가게이름"] == "'=1+1"
    assert who.state is PayState.HANDED_OFF
    with database.transaction() as session:
        assert export(session, "kakaopay", BY, WHY, NOW) is None
    with database.reading() as session:
        (batch,) = batches(session)
        logged = session.scalars(select(AccessLog).where(AccessLog.action == "export")).all()
    assert (batch.sha256, batch.count) == (hashlib.sha256(taken.data).hexdigest(), 1)
    assert [(row.actor, row.reason, row.row_count) for row in logged] == [(BY, WHY, 1)]
    assert [to for _, to in who.history()].count("handed_off") == 1


def test_what_is_needed_is_worked_out_before_and_after_leaving_and_not_oftener(
    sqlite_database: Database,
) -> None:
    applicant(sqlite_database).complete()
    with statements(sqlite_database) as asked, sqlite_database.transaction() as session:
        assert export(session, "kakaopay", BY, WHY, NOW)
    needs = [one for one in asked if one.startswith("SELECT merchant_agent")]
    assert len(needs) == 2


def test_a_batch_again_moves_nothing_and_is_on_record(database: Database) -> None:
    who = applicant(database)
    who.complete()
    with database.transaction() as session:
        taken = export(session, "kakaopay", BY, WHY, NOW)
    assert taken is not None
    with database.transaction() as session:
        again = export_again(session, taken.batch, BY, "the mail got lost", NOW)
    assert again.data == taken.data
    with database.reading() as session:
        reasons = session.scalars(select(AccessLog.reason).where(AccessLog.action == "export"))
        assert reasons.all() == [WHY, "the mail got lost"]
        assert len(batches(session)) == 1
    assert [to for _, to in who.history()].count("handed_off") == 1


def test_what_is_not_kept_any_more_is_not_shown_again(sqlite_database: Database) -> None:
    who = applicant(sqlite_database)
    who.complete()
    with sqlite_database.transaction() as session:
        taken = export(session, "kakaopay", BY, WHY, NOW)
    assert taken is not None
    with sqlite_database.transaction() as session:
        session.get_one(PayApplication, who.id).account = None
    with sqlite_database.transaction() as session, pytest.raises(InvalidInputError) as error:
        export_again(session, taken.batch, BY, WHY, NOW)
    assert error.value.code == "batch_empty"


def test_without_consent_nothing_leaves(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.agree("no", decision=False)
    with database.transaction() as session:
        assert export(session, "kakaopay", BY, WHY, NOW) is None
    with database.reading() as session:
        assert batches(session) == ()


def test_a_reason_is_wanted_and_a_batch_that_exists(sqlite_database: Database) -> None:
    who = applicant(sqlite_database)
    who.complete()
    with sqlite_database.transaction() as session, pytest.raises(RuleBrokenError) as refused:
        export(session, "kakaopay", BY, "  ", NOW)
    assert refused.value.code == "reason_needed"
    with sqlite_database.transaction() as session, pytest.raises(InvalidInputError) as missing:
        export_again(session, uuid.uuid4(), BY, WHY, NOW)
    assert missing.value.code == "no_batch"
    assert who.state is PayState.READY
