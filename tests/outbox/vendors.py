"""A vendor on this machine with the sender that speaks to it, one of each for the same tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from bot.clients.kakao_event import KakaoEventClient
from bot.clients.nhn_bizmessage import NhnBizmessageClient
from bot.clients.solapi import SolapiClient
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.outbox.sender import Message, Recipient, Sender
from bot.outbox.senders.alimtalk import registrations
from bot.outbox.senders.event import EventSender
from bot.outbox.senders.nhn import NhnSender
from bot.outbox.senders.solapi import SolapiSender
from bot.outbox.templates import Tap, Template
from models.conversation import Friend
from models.outbox import MessageClass, Outcome
from tests.fakes import kakao_event, nhn, solapi
from tests.fakes.approved import Approved, Arrival, approved
from tests.fakes.faults import Fault
from tests.fakes.kakao_event import FakeKakaoEvent
from tests.fakes.loopback import LoopbackServer
from tests.fakes.nhn import FakeNhn
from tests.fakes.solapi import FakeSolapi
from tests.patience import PATIENT, hanging_up

PHONE = "01000000123"
PERSON = Recipient(
    bot_id="64f0c2a17d3b9e0058a1c4f2", user_key="user-1", friend=Friend.FRIEND, phone=PHONE
)
TEMPLATE = Template(
    kind="visit.day_before",
    code="visit_day_before",
    title="내일 방문 안내",
    text="#{때}에 서포터즈가 가요.\n바꾸시려면 아래를 눌러 주세요.",
    buttons=(Tap("방문 바꾸기"), Tap("길 보기", "#{길}")),
)
VALUES = {"때": "내일 오후 3시", "길": "https://bot.example.org/k/abc"}
SAID = "내일 오후 3시에 서포터즈가 가요.\n바꾸시려면 아래를 눌러 주세요."


def a_message(template: Template = TEMPLATE, **changes: Any) -> Message:
    words = template.fill(changes.pop("values", VALUES))
    message = Message(
        mark=uuid4(),
        kind=template.kind,
        message_class=MessageClass.TRANSACTIONAL,
        attempt=1,
        words=words,
    )
    return replace(message, **changes)


@dataclass
class Post:
    """One way to a person.

    Attributes:
        arrived: what the phone shows.
        faults, look_faults: what happens to the next calls.
    """

    sender: Sender
    vendor: Any

    @property
    def arrived(self) -> list[Arrival]:
        found: list[Arrival] = self.vendor.arrived
        return found

    def break_next(self, *faults: Fault) -> None:
        self.vendor.faults[:] = faults


def at_kakao(url: str) -> Sender:
    return EventSender(KakaoEventClient(url, kakao_event.REST_KEY, timeouts=PATIENT))


def at_solapi(url: str) -> Sender:
    client = SolapiClient(url, solapi.KEY, solapi.SECRET, solapi.PF_ID, PATIENT)
    return SolapiSender(client, {TEMPLATE.kind: "KA01TP1"}, solapi.FROM)


def at_nhn(url: str) -> Sender:
    client = NhnBizmessageClient(url, nhn.APP_KEY, nhn.SECRET, nhn.SENDER_KEY, PATIENT)
    return NhnSender(client, nhn.FROM)


def known() -> dict[str, Approved]:
    """Return the templates as they were entered at a vendor, by our codes."""
    return approved(registrations({TEMPLATE.kind: TEMPLATE}))


def stand_in(name: str) -> tuple[Any, Callable[[str], Sender]]:
    """Return a vendor and what makes the sender for it."""
    if name == "event":
        return FakeKakaoEvent(), at_kakao
    if name == "solapi":
        return FakeSolapi({"KA01TP1": known()[TEMPLATE.code]}), at_solapi
    return FakeNhn(known()), at_nhn


@contextmanager
def post(name: str) -> Iterator[Post]:
    """Serve a vendor by the name of its sender."""
    vendor, sender = stand_in(name)
    with LoopbackServer(vendor.answer) as server:
        way: Any = sender(server.url)
        hanging_up(way._client, server, lambda _: vendor.faults)
        yield Post(way, vendor)


def outcome(sender: Sender, message: Message, to: Recipient = PERSON) -> Outcome:
    """Send, and return how that ended in the words of the outbox."""
    try:
        sender.send(to, message)
    except ExternalRejectedError:
        return Outcome.REFUSED
    except ExternalUnavailableError as error:
        return Outcome.UNKNOWN if error.maybe_done else Outcome.NOT_SENT
    return Outcome.ACCEPTED
