"""What the jobs do, on both databases."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.clients.nts import BusinessStatus, State, Verdict
from bot.config import Settings
from bot.errors import ExternalUnavailableError
from bot.jobs import retention, tax_checks
from bot.jobs.runner import tick
from bot.jobs.schedule import Collaborators, all_jobs
from bot.outbox.outbox import Outbox
from bot.services import heartbeat
from bot.services.access_log import verify
from bot.services.documents import DocumentStore, Sent
from bot.services.kits.shop import open_shop
from bot.services.reminders import BOOK
from bot.services.reminders.forms import Unfinished
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.conversation import Conversation, Inbox, Turn
from models.events import AccessLog
from models.merchant import Merchant, TaxOfficeState
from models.requirement import Document, DocumentKind, Requirement
from models.session import Database
from models.states import DocumentState, Level
from tests.fakes import rows
from tests.fakes.press import FakePress
from tests.fakes.rows import NOW
from tests.uploads.pictures import photo

OLD = NOW - timedelta(days=91)


@dataclass
class Office:
    """A tax office that answers one thing and counts."""

    state: State = "continuing"
    now: datetime = NOW
    asked: list[str] = field(default_factory=list)

    def status(self, brn: str) -> BusinessStatus:
        self.asked.append(brn)
        return BusinessStatus(self.state, "부가가치세 간이과세자", None, self.now)

    def validate(self, brn: str, opened_on: date, owner_name: str) -> Verdict:
        raise NotImplementedError


class NoPictures:
    def fetch(self, url: str) -> bytes:
        raise ExternalUnavailableError(url)


class NoForms:
    recalled: tuple[str, ...] = ()

    def unfinished(self, conversation_id: int) -> Unfinished | None:
        raise AssertionError(conversation_id)


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(SealedFiles(tmp_path / "files", crypto.ring()))


def _unavailable(at: datetime = NOW) -> BusinessStatus:
    return BusinessStatus("unavailable", "", None, at)


def _brn_need(database: Database) -> tuple[Level, str | None]:
    with database.reading() as session:
        statement = select(Requirement.level, Requirement.error_code).where(
            Requirement.key == "brn"
        )
        level, code = session.execute(statement).one()
        return level, code


@pytest.mark.parametrize(
    ("state", "level", "code"),
    [
        ("continuing", Level.MET, None),
        ("closed", Level.CURRENTLY_DUE, "brn_closed"),
        ("suspended", Level.PENDING_VERIFICATION, "brn_suspended"),
        ("unregistered", Level.PENDING_VERIFICATION, "brn_not_found_new"),
    ],
)
def test_the_tax_office_is_asked_again(
    database: Database, state: State, level: Level, code: str | None
) -> None:
    with database.transaction() as session:
        rows.registration(session, _unavailable())
    office = Office(state, NOW + timedelta(hours=1))
    assert tax_checks.check_again(database, office, NOW + timedelta(minutes=59)) == 0
    assert tax_checks.check_again(database, office, office.now) == 1
    assert office.asked == ["1208800767"]
    assert _brn_need(database) == (level, code)
    with database.reading() as session:
        merchant = session.execute(select(Merchant)).scalar_one()
    assert merchant.nts_state == TaxOfficeState(state)
    assert merchant.nts_checked_at == office.now
    assert merchant.tax_type == "부가가치세 간이과세자"


def test_an_outage_ends_the_round_and_counts_as_asked(database: Database) -> None:
    with database.transaction() as session:
        for number in ("1208800767", "1018116741"):
            rows.registration(session, _unavailable(), brn=number, phone="0100000" + number[:4])
    moment = NOW + timedelta(hours=2)
    office = Office("unavailable", moment)
    assert tax_checks.check_again(database, office, moment) == 0
    assert len(office.asked) == 1
    assert tax_checks.check_again(database, office, moment) == 0
    assert len(set(office.asked)) == 2
    assert tax_checks.check_again(database, office, moment) == 0
    assert len(office.asked) == 2


def test_new_businesses_are_asked_about_daily_and_settled_ones_never(database: Database) -> None:
    with database.transaction() as session:
        rows.registration(session, BusinessStatus("unregistered", "", None, NOW))
    office = Office("continuing", NOW + timedelta(days=1))
    assert tax_checks.check_again(database, office, NOW + timedelta(hours=23)) == 0
    assert tax_checks.check_again(database, office, office.now) == 1
    assert tax_checks.check_again(database, office, NOW + timedelta(days=30)) == 0
    assert len(office.asked) == 1


def test_a_number_corrected_meanwhile_is_not_judged_by_the_old_answer(database: Database) -> None:
    with database.transaction() as session:
        rows.registration(session, _unavailable())

    class Slow(Office):
        def status(self, brn: str) -> BusinessStatus:
            with database.transaction() as session:
                session.execute(select(Merchant)).scalar_one().brn = "1018116741"
            return super().status(brn)

    office = Slow("closed", NOW + timedelta(hours=1))
    tax_checks.check_again(database, office, office.now)
    assert _brn_need(database) == (Level.PENDING_VERIFICATION, None)


def test_answers_kept_for_repeated_deliveries_go_after_a_day(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    with database.transaction() as session:
        talk = rows.conversation(session)
        for number in range(6):
            at = NOW - timedelta(days=1, seconds=1) if number < 5 else NOW - timedelta(days=1)
            row = Inbox(conversation_id=talk.id, key=str(number), reply=b"x", received_at=at)
            session.add(row)
    assert retention.purge_inbox(database, NOW) == 5
    assert retention.purge_inbox(database, NOW) == 0
    with database.reading() as session:
        assert session.execute(select(Inbox.key)).scalars().all() == ["5"]


def _left_behind(database: Database, store: DocumentStore, seen: datetime) -> int:
    """Return the id of a conversation with a draft, a transcript and a paper."""
    stored = store.prepare(photo((64, 48)))
    with database.transaction() as session:
        talk = rows.conversation(
            session, OLD, last_seen_at=seen, state=b"draft", flow="registration", asked="phone"
        )
        rows.said(session, talk.id, 1, "홍길동이에요")
        store.record(session, stored, Sent(talk.id, DocumentKind.BRC, "upload:a"), seen)
        return talk.id


def test_drafts_of_strangers_go_after_90_days(database: Database, store: DocumentStore) -> None:
    old = _left_behind(database, store, OLD)
    young = _left_behind(database, store, NOW - timedelta(days=89))
    with database.transaction() as session:
        member, _ = rows.registration(session)
        rows.said(session, member, 1, "안녕하세요")
        session.get_one(Conversation, member).last_seen_at = OLD
    assert retention.purge_drafts(database, NOW) == 1
    assert retention.purge_drafts(database, NOW) == 0
    with database.reading() as session:
        emptied = session.get_one(Conversation, old)
        assert (emptied.state, emptied.flow, emptied.asked) == (None, None, None)
        assert emptied.revision == 1
        told = session.execute(select(Turn.conversation_id).order_by(Turn.id)).scalars().all()
        assert told == [young, member]
        papers = session.execute(select(Document.conversation_id, Document.state))
        states = {row.conversation_id: row.state for row in papers}
        assert states == {old: DocumentState.PURGED, young: DocumentState.IN_REVIEW}
        log = session.execute(select(AccessLog)).scalars().all()
        assert [(row.action, row.reason, row.row_count) for row in log] == [
            ("erase", "retention", 1)
        ]
        assert verify(session).broken_at is None


def test_who_comes_back_in_the_last_moment_keeps_the_draft(
    database: Database, store: DocumentStore
) -> None:
    talk = _left_behind(database, store, OLD)
    with database.transaction() as session:
        session.get_one(Conversation, talk).last_seen_at = NOW
    assert not retention._purged(database, talk, NOW - retention.DRAFTS_KEPT, NOW)


def test_deadlines_pass(database: Database) -> None:
    with database.transaction() as session:
        rows.registration(session, BusinessStatus("closed", "", None, NOW))
        need = session.execute(select(Requirement).where(Requirement.key == "brn")).scalar_one()
        need.deadline = NOW - timedelta(seconds=1)
    assert retention.mark_overdue(database, NOW) == 1
    assert _brn_need(database) == (Level.PAST_DUE, "brn_closed")


def test_the_heartbeat_is_heard(database: Database) -> None:
    with database.reading() as session:
        assert heartbeat.last_beat(session) is None
        assert heartbeat.is_silent(session, NOW)
    heartbeat.beat(database, NOW)
    heartbeat.beat(database, NOW + timedelta(seconds=10))
    with database.reading() as session:
        assert heartbeat.last_beat(session) == NOW + timedelta(seconds=10)
        assert not heartbeat.is_silent(session, NOW + timedelta(seconds=70))
        assert heartbeat.is_silent(session, NOW + timedelta(seconds=71))


def test_every_job_runs_on_an_empty_and_on_a_full_database(
    database: Database, store: DocumentStore, tmp_path: Path
) -> None:
    expired: list[datetime] = []

    def expire(now: datetime) -> int:
        expired.append(now)
        return 0

    jobs = all_jobs(
        Collaborators(
            database=database,
            documents=store,
            images=NoPictures(),
            tax_office=Office(),
            kits=open_shop(Settings(kit_dir=str(tmp_path / "kits")), database, FakePress()),
            expire=expire,
            forms=NoForms(),
            outbox=Outbox(database, BOOK, (), "test"),
        )
    )
    assert len({job.name for job in jobs}) == len(jobs)
    assert None not in tick(jobs, NOW).values()
    _left_behind(database, store, OLD)
    with database.transaction() as session:
        rows.registration(session, _unavailable(NOW - timedelta(days=2)))
    done = tick(jobs, NOW)
    assert done["purge_drafts"] == 1
    assert done["check_tax_office"] == 1
    assert expired == [NOW, NOW]
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(AccessLog)).scalar_one() >= 1
