"""A whole application for easy payment, with everything said that must not be: then a search.

An account may be kept, sealed, and leaves in one place: the export, by somebody who may, with a
reason. What a code says is sealed, too. Resident numbers, cards and passwords are nowhere.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from bot.clients.account_service import AccountService
from bot.services.kits import render_due
from bot.services.payments import check_accounts
from bot.services.sealed_files import SealedFiles
from bot.services.spreadsheets import table_of
from models import crypto
from models.conversation import Conversation
from models.events import AccessLog
from models.payment import PayApplication
from models.requirement import DocumentKind
from models.staff import HandoffTicket, Role, Staff
from models.states import PayState
from tests.console.browser import PASSWORD as STAFF_PASSWORD
from tests.console.browser import Person as Browser
from tests.fakes.account_bank import FakeAccountBank
from tests.fakes.faults import DOWN, ODD
from tests.fakes.press import FakePress
from tests.payments.applicants import Applicant
from tests.print.specs import PAID, payment_picture
from tests.talk import NOW, House, Merchant, house
from tests.trials.test_privacy_leaks import (
    ACCOUNT,
    CARD,
    NAME,
    NEVER,
    PASSWORD,
    REGISTRATION,
    RRN,
    WRITTEN_BRN,
    all_logs,
    assert_private,
    faulty,
    left_behind,
    squeezed,
)
from tests.use_cases.people import Person

SPELLED = "352-0271-8281-828 이에요"
ANSWERS = {
    "consent.third_party_payment": "네",
    "pay.reuse": "네",
    "pay.brn": WRITTEN_BRN,
    "pay.type_ok": "네",
    "pay.business_type": "개인사업자",
    "pay.tax_type": "일반과세",
    "pay.bank": "농협",
    "pay.account": SPELLED,
    "pay.holder": "저예요",
    "pay.monthly_sales": "오백쯤이요",
    "pay.confirm": "네",
}
ASIDE = (f"농협 {ACCOUNT}", "제 계좌는 3520271 8281828 이에요", "메뉴")
"""Said at the wrong moment; the last one ends in an error of ours."""


class Office:
    """The people of the programme, with a console and commands of their own."""

    def __init__(self, building: House, folder: Path) -> None:
        self.building, self.folder = building, folder
        self.said: list[str] = []
        self._run = building.app.test_cli_runner().invoke
        with building.database.transaction() as session:
            session.add(
                Staff(
                    login="op",
                    name="김담당",
                    role=Role.OPERATOR,
                    password_hash=generate_password_hash(STAFF_PASSWORD, "scrypt:1024:8:1"),
                    created_at=NOW,
                    updated_at=NOW,
                )
            )

    def command(self, *args: str) -> str:
        """Run a command; what it prints is searched later."""
        self.said.append(self._run(args=list(args)).output)
        return self.said[-1]

    def look(self, application_id: int) -> None:
        """Open every page on which an application is, and some that are none."""
        browser = Browser(self.building.app.test_client())
        closed = [browser.get("/console/payments"), browser.post("/console/payments/export")]
        assert all(answer.status_code in (302, 303, 403) for answer in closed)
        browser.log_in("op")
        export = browser.post("/console/payments/export", reason="", format="csv")
        assert export.status_code == 400, "no reason, no file"
        pages = [
            "/console/today",
            "/console/payments",
            f"/console/payments?number={ACCOUNT}",
            f"/console/payments/{application_id}",
            f"/console/payments/{ACCOUNT}",
            "/console/payments/exchange",
            "/console/registrations",
            "/console/handoffs",
            f"/nothing?account={ACCOUNT}&rrn={RRN}",
            f"/upload/{ACCOUNT}",
            "/metrics",
        ]
        looked = [browser.get(path) for path in pages]
        assert looked[3].status_code == 200
        self.said += [answer.text.replace(f'value="{ACCOUNT}"', "") for answer in looked]
        self.said.append(export.text)
        for path in ("/console/payments/import", "/kakao/skill", f"/kakao/{RRN}"):
            wrong = browser.client.post(path, data=f'{{"utterance": "{RRN} {ACCOUNT} {CARD}"')
            assert wrong.status_code >= 400
            self.said.append(wrong.text)

    def results(self, *rows: str) -> str:
        """Read a file of results."""
        path = self.folder / f"results{len(self.said)}.csv"
        head = "신청번호,상태,가맹점코드,사유,QR그림"
        path.write_text("\n".join((head, *rows)), encoding="utf-8")
        pictures = self.folder / "pictures"
        pictures.mkdir(exist_ok=True)
        (pictures / "a.png").write_bytes(payment_picture())
        return self.command("payments", "import", str(path), "--pictures", str(pictures))


def apply(person: Merchant) -> None:
    """Apply, and say at every question what must not be said, or not there."""
    for answer in REGISTRATION:
        person.say(answer)
    person.say("쉬운 결제")
    for _ in range(40):
        asked = person.asked
        if asked == "free":
            break
        for said in (*NEVER, *ASIDE):
            person.say(said)
        if person.asked == asked:
            person.say(ANSWERS[asked])
    assert person.record["payments"][0]["account"] == "****1828"


def check(building: House) -> None:
    """Let the account be checked while the bank answers all sorts of things."""
    with FakeAccountBank() as bank:
        service = AccountService(bank.url, bank.key)
        for trouble in (DOWN, ODD, None):
            if trouble:
                bank.faults.append(trouble)
            bank.forced[ACCOUNT] = "other_account"
            check_accounts(building.database, service, building.clock.now())
            building.clock.advance(timedelta(hours=2))
        assert ACCOUNT in str(bank.asked("real_name")), "the search must have a subject"


def hand_over(office: Office, who: Applicant, folder: Path) -> bytes:
    """Clear it, give it to the provider and read its answers; return the file that left."""
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    for key in ("brn", "account", "holder", "bankbook"):
        who.clear(key)
    assert who.state is PayState.READY, who.open_keys()
    target = folder / "out.xlsx"
    assert "Missing option" in office.command("payments", "export", str(target))
    assert not target.exists()
    office.command("payments", "export", str(target), "--reason", f"weekly {ACCOUNT}")
    number = who.overview().number
    office.results(
        f"{number},계좌 {ACCOUNT} 오류,,,",
        f"{number},반려,,주민번호 {RRN} 계좌 {ACCOUNT},",
        f"{ACCOUNT},승인,,,",
    )
    office.results(f"{number},QR발급,M-1,,a.png")
    return target.read_bytes()


def test_nothing_of_an_application_is_where_it_must_not_be(
    database_url: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folders = {"upload_dir": f"{tmp_path}/uploads", "kit_dir": f"{tmp_path}/kits"}
    with all_logs() as written, house(database_url, flows=faulty(), changes=folders) as building:
        person = Merchant(building, "owner")
        apply(person)
        office = Office(building, tmp_path)
        with building.database.reading() as session:
            chat = session.scalars(select(Conversation.id)).one()
        who = Applicant(Person(building.database, chat, "owner"))
        check(building)
        left_file = hand_over(office, who, tmp_path)
        papers = SealedFiles(tmp_path / "uploads", crypto.ring())
        kits = SealedFiles(tmp_path / "kits" / "orders", crypto.ring())
        render_due(building.database, kits, FakePress(), NOW, papers=papers)
        person.say("결제 어떻게 됐어요?")
        person.say(f"손님 돈이 {ACCOUNT} 이 계좌로 안 들어와요")
        office.look(who.id)
        for command in ("payments", "conversations", "merchants"):
            office.command(command, "show", "owner")
        building.plan()
        building.send_due()
        told = "".join(str(message) for message in building.post.arrived)
        with building.database.reading() as session:
            held = session.scalars(select(PayApplication)).one()
            assert (held.account, held.brn) == (ACCOUNT, WRITTEN_BRN.replace("-", ""))
            exports = select(AccessLog.reason).where(AccessLog.action == "export")
            assert session.scalars(exports).all() == ["weekly ************28"]
            tickets = "".join(str(t) for t in session.scalars(select(HandoffTicket.summary)))
        left = left_behind(building, "")
    logs = written.getvalue() + "".join(capfd.readouterr())
    assert_private(replace(left, logs=logs))
    assert PAID.encode() not in left.stored
    for place in (*office.said, told, tickets):
        found = [s for s in (ACCOUNT, RRN, CARD, PASSWORD, PAID) if s in squeezed(place)]
        assert found == [], place
    lying = b"".join(path.read_bytes() for path in tmp_path.glob("[uk]*/**/*.sealed"))
    assert lying
    secrets = (ACCOUNT, RRN, NAME, PAID, WRITTEN_BRN, "PNG")
    assert [secret for secret in secrets if secret.encode() in lying] == []
    assert ACCOUNT in [cell for _, row in table_of(left_file, "out.xlsx") for cell in row]
