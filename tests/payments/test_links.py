"""Links that are used once: by whom, for what, until when, and what a second use is told."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import payments
from bot.services.documents import DocumentStore
from bot.services.payments.handover.applied import expects_code
from bot.services.payments.links import LIFETIMES, LinkUsedError, PayLinks, links_of
from bot.services.sealed_files import SealedFiles
from bot.services.upload_links import UploadLinks
from bot.web.once import OnceDesk, once_blueprint
from bot.web.uploads import UploadDesk, uploads_blueprint
from models import crypto
from models.payment import LinkPurpose, PayCheck, PayLink
from models.requirement import Document, DocumentKind
from models.session import Database
from models.staff import HandoffTicket, Priority
from models.states import PayState
from tests.payments.applicants import ACCOUNT, Applicant, applicant
from tests.payments.statements import statements
from tests.uploads.pictures import photo
from tests.use_cases.people import NOW

OWNER, PHOTO = LinkPurpose.OWNER, LinkPurpose.PHOTO


class Phone:
    """A telephone of somebody who got an address."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.clock = AdjustableClock(NOW)
        self.links = PayLinks("secret", "", self.clock)
        store = DocumentStore(SealedFiles(folder, crypto.ring()))
        once = OnceDesk(
            settings=Settings(), clock=self.clock, database=database, links=self.links, store=store
        )
        uploads = UploadDesk(
            settings=Settings(),
            clock=self.clock,
            database=database,
            links=UploadLinks("secret", "", self.clock),
            store=store,
        )
        self.app = app = Flask(__name__)
        app.register_blueprint(once_blueprint(once))
        app.register_blueprint(uploads_blueprint(uploads))  # the style sheet is theirs
        self.client: FlaskClient = app.test_client()

    def issue(self, who: Applicant, purpose: LinkPurpose, paper: DocumentKind | None = None) -> str:
        """Return an address for an application."""
        with self.database.transaction() as session:
            return self.links.issue(session, who.id, purpose, paper)

    def say(self, url: str, answer: str) -> TestResponse:
        """Press a button."""
        return self.client.post(url, data={"answer": answer})

    def send(self, url: str, data: bytes) -> TestResponse:
        """Send a photo as the page does without scripts."""
        head = '--e\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        body = head.encode() + data + b"\r\n--e--"
        return self.client.post(url, data=body, content_type="multipart/form-data; boundary=e")

    def is_used(self, number: int = -1) -> bool:
        """Tell whether the newest link was used up."""
        with self.database.reading() as session:
            rows = session.scalars(select(PayLink).order_by(PayLink.id)).all()
            return rows[number].used_at is not None


@pytest.fixture
def phone(database: Database, tmp_path: Path) -> Phone:
    return Phone(database, tmp_path / "files")


@pytest.fixture
def agent(database: Database) -> Applicant:
    """Somebody who applies for the owner."""
    who = applicant(database, role="agent")
    who.agree()
    who.apply()
    return who


def is_waiting_for_owner(who: Applicant) -> bool:
    return "owner_confirmation" in who.open_keys()


def test_the_owner_agrees_once_and_hears_what_happened(phone: Phone, agent: Applicant) -> None:
    url = phone.issue(agent, OWNER)
    for _ in range(3):
        page = phone.client.get(url)  # a chat that draws a preview opens it, too
    assert page.status_code == 200
    for words in ("순자네 반찬", "카카오페이", "국민은행 ****3456", agent.overview().number):
        assert words in page.text
    assert ACCOUNT not in page.text
    assert is_waiting_for_owner(agent)
    assert not phone.is_used()
    assert phone.say(url, "maybe").status_code == 400
    assert not phone.is_used()
    assert "확인했어요" in phone.say(url, "yes").text
    assert not is_waiting_for_owner(agent)
    for again in (phone.say(url, "no"), phone.client.get(url)):
        assert again.status_code == 410
        assert "이미 답해 주셨어요" in again.text
        assert "11월 23일 오전 10시에" in again.text
    assert not is_waiting_for_owner(agent)
    other = phone.client.get(phone.issue(agent, OWNER))
    assert "이미 확인됐어요" in other.text


def test_an_owner_who_knows_nothing_of_it_calls_people_at_once(
    phone: Phone, agent: Applicant
) -> None:
    url = phone.issue(agent, OWNER)
    assert "넘기지 않아요" in phone.say(url, "no").text
    assert is_waiting_for_owner(agent)
    with phone.database.reading() as session:
        ticket = session.scalars(select(HandoffTicket)).one()
        found = session.scalars(select(PayCheck).where(PayCheck.source == "owner")).one()
    assert ticket.priority is Priority.URGENT
    assert agent.overview().number in (ticket.summary or "")
    assert found.kind == "owner_confirmation"
    assert phone.say(url, "yes").status_code == 410
    assert is_waiting_for_owner(agent)


def test_one_photo_from_the_owners_phone(phone: Phone, agent: Applicant) -> None:
    url = phone.issue(agent, PHOTO, DocumentKind.BANKBOOK)
    assert "통장 사본" in phone.client.get(url).text
    assert phone.send(url, b"no picture").status_code == 415
    assert not phone.is_used()
    done = phone.send(url, photo())
    assert done.status_code == 303
    assert "잘 받았어요" in phone.client.get(done.location).text
    again = phone.send(url, photo((65, 48)))
    assert again.status_code == 410
    assert "사진을 이미 받았어요" in again.text
    with phone.database.reading() as session:
        paper = session.scalars(select(Document)).one()
        lines = links_of(session, agent.id)
    assert (paper.kind, paper.conversation_id) == (
        DocumentKind.BANKBOOK,
        agent.person.conversation_id,
    )
    assert [(line.paper, line.used_at) for line in lines] == [("bankbook", NOW)]
    script = phone.client.get(url, headers={"X-Requested-With": "script"})
    assert "이미 받았어요" in script.get_json()["message"]


def test_a_link_ends_by_time_and_with_its_application(phone: Phone, agent: Applicant) -> None:
    url = phone.issue(agent, OWNER)
    late = phone.issue(agent, OWNER)
    phone.clock.advance(LIFETIMES[OWNER])
    for answer in (phone.client.get(late), phone.say(late, "yes")):
        assert answer.status_code == 410
        assert "기간이 지났어요" in answer.text
    fresh = phone.issue(agent, OWNER)
    with agent.person.turn("withdraw") as tx:
        payments.withdraw(tx, agent.id)
    assert agent.state is PayState.WITHDRAWN
    assert "끝난 신청이에요" in phone.say(fresh, "yes").text
    with pytest.raises(RuleBrokenError, match="withdrawn") as over:
        phone.issue(agent, OWNER)
    assert over.value.code == "pay_over"
    for wrong in (f"{url}x", "/once/1", "/once/1/done"):
        assert phone.client.get(wrong).status_code == 404


def test_of_two_at_the_same_moment_one_is_told_so(phone: Phone, agent: Applicant) -> None:
    token = phone.issue(agent, OWNER).rsplit("/", 1)[1]
    with phone.database.transaction() as session:
        assert phone.links.look(session, token).application_id == agent.id
        phone.links.use(session, token)
        with pytest.raises(LinkUsedError):
            phone.links.use(session, token)
        session.rollback()
    with phone.database.transaction() as session:
        phone.links.use(session, token)  # what was not committed has used nothing up


def test_who_only_looks_holds_nobody_up(phone: Phone, agent: Applicant) -> None:
    url = phone.issue(agent, OWNER)
    with statements(phone.database) as asked:
        assert phone.client.get(url).status_code == 200
        with phone.database.reading() as session, pytest.raises(RuleBrokenError) as error:
            expects_code(session, agent.id)
    assert error.value.code == "not_expected"
    assert not [one for one in asked if "FOR UPDATE" in one]


def test_many_fingers_on_one_link_are_one_answer(phone: Phone, agent: Applicant) -> None:
    url = phone.issue(agent, OWNER)

    def press(number: int) -> int:
        answer = {"answer": "yes" if number % 2 else "no"}
        return phone.app.test_client().post(url, data=answer).status_code

    with ThreadPoolExecutor(4) as fingers:
        statuses = sorted(fingers.map(press, range(4)))
    assert statuses == [200, 410, 410, 410]


def test_a_photo_link_names_its_paper_and_nobody_else_does(phone: Phone, agent: Applicant) -> None:
    for purpose, paper in ((PHOTO, None), (OWNER, DocumentKind.BRC)):
        with pytest.raises(InvalidInputError) as error:
            phone.issue(agent, purpose, paper)
        assert error.value.code == "paper_needed"
