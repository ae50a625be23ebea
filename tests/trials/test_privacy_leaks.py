"""Personal data is put in everywhere, then searched for everywhere it must not be.

Names, telephones in many spellings, business numbers and accounts may be kept, sealed;
resident numbers, cards and passwords may be kept nowhere at all, sealed or not.
"""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.dialogue.flow import Flow
from bot.dialogue.inspect import Inspector
from bot.dialogue.registry import Registry
from bot.dialogue.view import Answer, Effect
from bot.log import JsonLines
from bot.services import kits
from bot.services.registration import set_channel
from bot.services.sealed_files import SealedFiles
from bot.services.transaction import Transaction
from bot.web.webhook import TROUBLE
from handlers import FLOWS
from models import crypto
from models.conversation import Conversation, Inbox, Turn
from models.kit import KitOrder
from models.session import Database
from models.tables import METADATA
from tests.fakes.press import FakePress
from tests.talk import NOW, House, Merchant, house
from tests.trials.registrations import business_number

NAME, PHONE, BRN = "탁비밀", "01048273951", business_number(47521)
WRITTEN_BRN = f"{BRN[:3]}-{BRN[3:5]}-{BRN[5:]}"
RRN, CARD, PASSWORD, ACCOUNT = "8204171947362", "4111111111111111", "hunter2x9", "35202718281828"

PHONES = (
    "010-4827-3951",
    "01048273951",
    "010 4827 3951",
    "010.4827.3951",
    "공일공 사팔이칠 삼구오일",
    "０１０４８２７３９５１",
    "+82 10-4827-3951",
    "전화는 010-4827-3951이에요",
    "01O-4827-3951",
)
NEVER = (
    "주민번호 820417-1947362",
    "8204171947362",
    "820417 1947362",
    "８２０４１７-１９４７３６２",
    "820417 - 1947362 이에요",
    "주민번호가요 820417에 1947362요",
    "82041 71947 362 주민번호예요",
    "주민번호 앞자리 820417 뒷자리 1947362",
    "카드번호 4111-1111-1111-1111",
    "4111111111111111",
    "4111 1111 1111 1111 이걸로 해줘",
    "비밀번호는 hunter2x9",
    "hunter2x9 이게 제 비번이에요",
    "my password is hunter2x9",
)
OTHERS = (
    WRITTEN_BRN,
    f"사업자번호 {BRN} 입니다",
    "농협 352-0271-8281-828",
    "계좌 35202718281828 농협",
    "탁비밀",
    "제 이름은 탁비밀이고 번호는 010-4827-3951이에요",
)
REGISTRATION = (
    "채널 등록",
    "1",
    "네",
    NAME,
    "010-4827-3951",
    "복순상회",
    "자양시장",
    "가동 12호",
    "채소",
    "9시부터 8시",
    WRITTEN_BRN,
    "없어요",
    "복순상회",
    "네",
    "매주 일요일이요",
    "아니요",
)


class FaultError(Exception):
    """Quotes what a person wrote, as exceptions of libraries do."""


def _fail(_tx: Transaction, said: str) -> None:
    raise FaultError(f"cannot store {said}")


def faulty() -> tuple[Flow, ...]:
    """Return the flows, with a main menu whose effect fails."""
    broken = Flow(
        name="menu",
        version=1,
        title="처음",
        intents=("menu",),
        respond=lambda view: Answer(
            effects=(Effect(_fail, {"said": f"{view.text} {NAME} {PHONE} {RRN} {ACCOUNT}"}),)
        ),
    )
    return tuple(
        replace(broken, intents=flow.intents, options=flow.options) if flow.name == "menu" else flow
        for flow in FLOWS
    )


@contextmanager
def all_logs() -> Iterator[io.StringIO]:
    """Collect what every logger writes, from DEBUG on, as our own formatter writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@dataclass(frozen=True)
class Left:
    """Everything a trial left behind.

    Attributes:
        logs: all log lines.
        transcript: the transcript, opened.
        opened: states and stored answers, opened.
        stored: the database as bytes.
        pages: metrics and error pages.
    """

    logs: str
    transcript: str
    opened: str
    stored: bytes
    pages: str


def talk(building: House) -> None:
    """Say every personal thing at every question, and in between."""
    free = Merchant(building, "free")
    for said in (*PHONES, *NEVER, *OTHERS):
        free.say(said)
    person = Merchant(building, "busy")
    for answer in REGISTRATION:
        for said in NEVER:
            person.say(said)
        person.say(answer)
    for number, spelling in enumerate(PHONES):
        other = Merchant(building, f"phone-{number}")
        for answer in (*REGISTRATION[:4], spelling, "이전", spelling, "취소"):
            other.say(answer)


def order(building: House, user: str, folder: Path) -> str:
    """Let somebody order printed matter that says everything, and have it made; return it."""
    talk_id = select(Conversation.id).where(Conversation.user_key == user)
    files = SealedFiles(folder, crypto.ring())
    with building.database.transaction() as session:
        tx = Transaction(session, NOW, session.scalars(talk_id).one(), "kit")
        set_channel(tx, public_id="_Bokss")
        number = kits.place(tx, kits.KitWish({"poster": 1}, phrase=f"{NAME} {PHONE} {WRITTEN_BRN}"))
    assert kits.render_due(building.database, files, FakePress(), NOW) == 1
    with building.database.transaction() as session:
        row = session.scalars(select(KitOrder).where(KitOrder.number == number)).one()
        tx = Transaction(session, NOW, row.conversation_id or 0, "problem")
        kits.report_problem(tx, row.id, "tampered", f"{NAME} {PHONE} {ACCOUNT}")
        assert row.note == f"{NAME} {PHONE} {ACCOUNT}"
    return number


def left_behind(building: House, logs: str) -> Left:
    """Collect everything."""
    database = building.database
    client = building.app.test_client()
    pages = [client.get(path).text for path in ("/metrics", f"/k/{PHONE}", "/healthz", "/nothing")]
    bad = client.post("/kakao/skill", data=f'{{"utterance": "{RRN} {PHONE}"', headers={})
    with database.reading() as session:
        turns = session.scalars(select(Turn)).all()
        states = session.scalars(select(Conversation.state)).all()
        replies = session.scalars(select(Inbox.reply)).all()
        transcript = "\n".join(f"{turn.said}\n{turn.answered}" for turn in turns)
        opened = "\n".join(part.decode() for part in (*states, *replies) if part)
    return Left(logs, transcript, opened, everything(database), "\n".join([*pages, bad.text]))


def everything(database: Database) -> bytes:
    """Return all tables as a dump would hold them; of SQLite also the files as they are."""
    parts = []
    with database.read.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608
                parts += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    if database.is_sqlite:
        path = Path(str(database.url.database))
        parts += [part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*"))]
    return b"\n".join(parts)


def squeezed(text: str) -> str:
    """Return a text without what stands between the digits of a number."""
    return re.sub(r"[\s.\-]", "", text)


def assert_private(left: Left) -> None:
    """Search everywhere."""
    never = (RRN, CARD, PASSWORD, RRN[6:])
    for place in ("logs", "transcript", "opened", "pages"):
        words = squeezed(getattr(left, place))
        assert [secret for secret in never if secret in words] == [], place
    for place in ("logs", "transcript", "pages"):
        words = squeezed(getattr(left, place))
        found = [secret for secret in (PHONE, PHONE[3:], BRN, ACCOUNT) if secret in words]
        assert found == [], place
    for place in ("logs", "pages"):
        assert NAME not in getattr(left, place), place
    for secret in (*never, PHONE, BRN, ACCOUNT, NAME, *PHONES[:4], WRITTEN_BRN):
        assert secret.encode() not in left.stored, secret


def test_personal_data_stays_where_it_belongs(
    database_url: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with all_logs() as written, house(database_url) as building:
        talk(building)
        number = order(building, "busy", tmp_path / "kits")
        left = left_behind(building, "")
        held = Inspector(building.database, Registry(FLOWS)).merchant("busy")
        said = building.inspector.conversation("busy")["turns"]
    assert_private(replace(left, logs=written.getvalue() + "".join(capfd.readouterr())))
    assert NAME not in json.dumps(said, ensure_ascii=False)
    assert (held["phone"], held["owner_name"]) == (PHONE, NAME), "the search must have a subject"
    assert "〔대표자 이름〕" in left.transcript
    [kit] = held["kits"]
    assert (kit["number"], kit["phrase"]) == (number, f"{NAME} {PHONE} {WRITTEN_BRN}")
    sealed = b"".join(path.read_bytes() for path in (tmp_path / "kits").rglob("*.*"))
    assert sealed
    for secret in (NAME, "복순상회", PHONE, "PNG"):
        assert secret.encode() not in sealed


def test_faults_do_not_quote_people(sqlite_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    with all_logs() as written, house(sqlite_url, flows=faulty()) as building:
        person = Merchant(building, "one")
        assert person.say("메뉴").body == TROUBLE
        person.say("채널 등록")
        assert person.say("메뉴").body == TROUBLE
        left = left_behind(building, "")
        document = json.dumps(building.inspector.both("one"), ensure_ascii=False)
    logs = written.getvalue() + "".join(capfd.readouterr())
    assert "FaultError" in logs
    assert_private(replace(left, logs=logs))
    assert NAME not in document
