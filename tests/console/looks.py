"""What tests of the console look at."""

import base64
import io
import re

from PIL import Image
from sqlalchemy import select

from bot.console.desk import Desk
from bot.services.documents import Sent
from models.conversation import Conversation
from models.events import AccessLog
from models.merchant import ChannelRegistration
from models.requirement import DocumentKind
from models.states import ChannelState
from tests.fakes.rows import NOW

SECRETS = ("홍길동", "01000001234", "010-0000-1234", "1208800767", "120-88-00767")


def talk_of(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(Conversation.id).order_by(Conversation.id)).one()


def state_of(desk: Desk, registration: int) -> ChannelState:
    with desk.database.reading() as session:
        return session.get_one(ChannelRegistration, registration).state


def log_of(desk: Desk) -> list[tuple[str, str, str, int]]:
    with desk.database.reading() as session:
        found = session.scalars(select(AccessLog).order_by(AccessLog.id))
        return [(row.action, row.subject, row.reason, row.row_count) for row in found]


def send_paper(desk: Desk, data: bytes, kind: DocumentKind = DocumentKind.BRC) -> int:
    stored = desk.documents.prepare(data)
    talk = talk_of(desk)
    with desk.database.transaction() as session:
        return desk.documents.record(session, stored, Sent(talk, kind, "upload:x"), NOW).id


def shown(page: str) -> Image.Image:
    """Return the first picture that a page carries itself."""
    found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', page)
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found.group(1))))
