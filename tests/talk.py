"""Talks to the real application as a merchant would: real payloads into the real webhook."""

import itertools
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from bot.app import create_app
from bot.channels.kakao import problems
from bot.clients.kakaopay import KakaoPayClient
from bot.clients.nts import BusinessStatus, TaxOffice, Verdict
from bot.clock import KST, AdjustableClock
from bot.config import Settings
from bot.deps import Deps, Patience
from bot.dialogue.flow import Flow
from bot.dialogue.inspect import Inspector
from bot.dialogue.registry import Registry
from bot.dialogue.unfinished import UnfinishedForms
from bot.outbox.outbox import Outbox
from bot.services import consent_texts
from bot.services.inactive_members import purge_inactive
from bot.services.missing_papers import hand_over_missing
from bot.services.missing_payments import hand_over_payments
from bot.services.reminders import BOOK, PLANNERS
from bot.services.reminders.forms import plan_forms
from handlers import FLOWS
from handlers.pay.words import sentence
from models.market import DataVersion, Market
from models.session import Database
from tests.databases import TEST_KEYS, borrow, give_back
from tests.doorway import only_the_webhook
from tests.fakes.post import RecordingSender, StillWatch
from tests.markets import MARKETS
from tests.patience import UNHURRIED

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=KST)
"""Monday morning."""
SECRET = "test-secret"
BOT_ID = "65a0c0ffee5051400000b071"
BLOCK_ID = "65a0c0ffee5051400000fa11"


class FakeTaxOffice(TaxOffice):
    """A tax office that knows what the test told it.

    Args:
        states: business number -> state, perhaps with the tax office's words on how it is
            taxed behind it; other numbers are continuing.
    """

    def __init__(self, states: Mapping[str, str] | None = None) -> None:
        self.states = dict(states or {})
        self.asked: list[str] = []

    def status(self, brn: str) -> BusinessStatus:
        """Return what was prepared."""
        self.asked.append(brn)
        found, _, words = self.states.get(brn, "continuing").partition(" ")
        state: Any = found
        return BusinessStatus(state, words or "부가가치세 일반과세자", None, NOW)

    def validate(self, brn: str, opened_on: object, owner_name: str) -> Verdict:
        """Return valid."""
        del brn, opened_on, owner_name
        return "valid"


@dataclass
class House:
    """One installation under test; `restart` builds it again over the same database.

    Attributes:
        url: address of a migrated database.
        settings: what differs from the defaults of the tests.
        kakaopay: takes test payments; None where no key is set.
        has_pages: False for the webhook alone, where nobody opens a page.
        hurried: gives up as soon as in production, not as late as a busy machine asks for.
        post: carries what we send by ourselves.
    """

    url: str
    flows: tuple[Flow, ...] = FLOWS
    tax_office: TaxOffice = field(default_factory=FakeTaxOffice)
    clock: AdjustableClock = field(default_factory=lambda: AdjustableClock(NOW))
    changes: dict[str, Any] = field(default_factory=dict)
    kakaopay: KakaoPayClient | None = None
    has_pages: bool = True
    hurried: bool = False
    post: RecordingSender = field(init=False)

    def __post_init__(self) -> None:
        self.post = RecordingSender(self.clock)
        self._build()

    def _build(self) -> None:
        values: dict[str, Any] = {
            "app_env": "test",
            "database_url": self.url,
            "secret_key": "test" * 8,
            "data_keys": TEST_KEYS,
            "kakao_skill_secret": SECRET,
            "kakao_block_id": "",
            "upload_dir": tempfile.mkdtemp(prefix="uploads"),
            "kit_dir": tempfile.mkdtemp(prefix="kits"),
        } | self.changes
        settings = Settings(**values)
        self.database = Database(self.url) if self.hurried else borrow(self.url)
        deps = Deps(
            settings=settings,
            clock=self.clock,
            database=self.database,
            tax_office=self.tax_office,
            kakaopay=self.kakaopay,
            senders=(self.post,),
            patience=Patience() if self.hurried else UNHURRIED,
        )
        self.app: Flask = (
            create_app(settings, self.flows, deps, pay_sentence=sentence)
            if self.has_pages
            else only_the_webhook(self.flows, deps)
        )
        self.inspector = Inspector(self.database, Registry(self.flows))
        self.forms = UnfinishedForms(deps, Registry(self.flows))

    def restart(self) -> None:
        """Stop the process and start another one."""
        give_back(self.database)
        self._build()

    def plan(self) -> None:
        """Plan what falls due soon, and do what comes of messages that led to nothing."""
        now = self.clock.now()
        for planner in PLANNERS.values():
            planner(self.database, now)
        plan_forms(self.database, self.forms, now)
        hand_over_missing(self.database, now)
        hand_over_payments(self.database, now)
        purge_inactive(self.database, now)

    def send_due(self) -> int:
        """Send what is due at the moment of the clock; `post` keeps what arrived."""
        outbox = Outbox(self.database, BOOK, (self.post,), "house", StillWatch())
        return outbox.send_due(self.clock.now())

    def close(self) -> None:
        """Close every connection."""
        give_back(self.database)


def furnish(database: Database, now: datetime = NOW) -> None:
    """Put in what an installation has before the first merchant: markets and texts."""
    with database.transaction() as session:
        consent_texts.sync_texts(session, now)
        for number, market in enumerate(MARKETS, 1):
            session.add(
                Market(
                    source_key=f"t{number}",
                    created_at=now,
                    updated_at=now,
                    **market,
                )
            )
        session.merge(DataVersion(name="markets", value=1))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the bot.

    Attributes:
        status: HTTP status.
        body: the bytes as they came.
    """

    status: int
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Return the answer as data."""
        data: dict[str, Any] = json.loads(self.body)
        return data

    @property
    def text(self) -> str:
        """Return everything that can be read in it, one line each."""
        return "\n".join(_texts(self.json.get("template", {}).get("outputs", [])))

    @property
    def quick_replies(self) -> list[dict[str, Any]]:
        """Return the quick replies."""
        found: list[dict[str, Any]] = self.json.get("template", {}).get("quickReplies", [])
        return found

    @property
    def labels(self) -> list[str]:
        """Return what stands on quick replies and buttons."""
        return [str(b["label"]) for b in (*self.quick_replies, *_buttons(self.json))]

    @property
    def links(self) -> list[str]:
        """Return the addresses behind buttons."""
        return [str(b["webLinkUrl"]) for b in _buttons(self.json) if "webLinkUrl" in b]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and key in {"text", "title", "description"}:
                yield value
            elif key not in {"buttons", "quickReplies"}:
                yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)


def _buttons(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "buttons":
                yield from value
            else:
                yield from _buttons(value)
    elif isinstance(node, list):
        for item in node:
            yield from _buttons(item)


def payload(
    user: str,
    text: str,
    *,
    extra: Mapping[str, Any] | None = None,
    images: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return a skill payload as the vendor sends it."""
    params: dict[str, Any] = {}
    if images:
        urls = ", ".join(images)
        params["secureimage"] = json.dumps(
            {
                "privacyAgreement": "Y",
                "imageQuantity": str(len(images)),
                "secureUrls": f"List({urls})",
                "expire": "2026-11-24T05:25:58+0900",
            }
        )
    block = {"id": BLOCK_ID, "name": "폴백 블록"}
    return {
        "bot": {"id": BOT_ID, "name": "소신상인 도우미"},
        "intent": block,
        "action": {
            "id": BLOCK_ID[::-1],
            "name": "skill",
            "params": params,
            "detailParams": {},
            "clientExtra": dict(extra or {}),
        },
        "userRequest": {
            "timezone": "Asia/Seoul",
            "block": block,
            "utterance": text,
            "lang": "ko",
            "user": {
                "id": user,
                "type": "botUserKey",
                "properties": {"botUserKey": user, "plusfriendUserKey": f"pf{user}"},
            },
            "params": {"surface": "Kakaotalk.plusfriend"},
        },
        "contexts": [],
    }


@dataclass
class Merchant:
    """Somebody who writes to the bot.

    Attributes:
        house: the installation.
        user: the vendor's user key.
        twice: send everything twice and insist on the same bytes.
    """

    house: House
    user: str = "merchant-1"
    twice: bool = False
    last: Said | None = None
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def say(self, text: str, **more: Any) -> Said:
        """Send a message and return the answer; every answer is checked against the limits."""
        request_id: str | None = more.pop("request_id", f"{self.user}-{next(self.numbers)}")
        body = json.dumps(payload(self.user, text, **more), ensure_ascii=False).encode()
        said = self._post(body, request_id)
        if self.twice:
            again = self._post(body, request_id)
            assert again.body == said.body, "a second delivery must get the same bytes"
        self.last = said
        return said

    def tap(self, label: str) -> Said:
        """Tap a button or quick reply of the last answer."""
        assert self.last is not None, "nothing was answered yet"
        for button in (*self.last.quick_replies, *_buttons(self.last.json)):
            if button["label"] == label:
                return self.say(
                    str(button.get("messageText", label)), extra=button.get("extra") or {}
                )
        raise AssertionError(f"no button {label!r}, only {self.last.labels}")

    def later(self, by: timedelta) -> None:
        """Let time pass."""
        self.house.clock.advance(by)

    def _post(self, body: bytes, request_id: str | None) -> Said:
        headers = {"X-Skill-Secret": SECRET, "Content-Type": "application/json"}
        if request_id is not None:
            headers["X-Request-Id"] = request_id
        answer = self.house.app.test_client().post("/kakao/skill", data=body, headers=headers)
        assert answer.status_code == 200, answer.data
        said = Said(answer.status_code, answer.data)
        if said.json.get("template", {}).get("outputs") != []:
            assert problems(said.json) == []
        return said

    @property
    def asked(self) -> str:
        """Return the key of the open question."""
        return self.house.inspector.asked(self.user)

    @property
    def conversation(self) -> dict[str, Any]:
        """Return what `conversations show` prints."""
        return self.house.inspector.conversation(self.user)

    @property
    def record(self) -> dict[str, Any]:
        """Return what `merchants show` prints."""
        return self.house.inspector.merchant(self.user)


@contextmanager
def house(url: str, **changes: Any) -> Iterator[House]:
    """Open a furnished installation over a fresh database."""
    building = House(url, **changes)
    furnish(building.database)
    try:
        yield building
    finally:
        building.close()


Build = Callable[..., House]
