"""Conversations as data: reads transcripts, plays them through the webhook, mutates them.

A transcript (tests/transcripts/<flow>/<case>.yaml) holds `name`, optional `given` (states of
business numbers at the tax office), `turns` and `expect` (a part of `merchants show` or, under
`conversation`, of `conversations show` at the end). `registered` starts with somebody whose
store is registered already, so that conversations about other things stay short: `{}` for the
store of `REGISTERED`, or what differs from it. `supporters` puts people into the house who make
visits, each with what differs from `SUPPORTER`. A turn is one of

    user: words            tap: label of a button        image: [addresses]
    later: 3d              move: {to: needs_fix, reason: doc_old}   (an operator does it)
    channel: _xaBcDe       an operator notes the address of the channel
    kit: printed           an operator moves the newest order; or {to: printed, reason: ...}
    run: render_kits       a job runs (those of `JOBS`)
    rival: 2026-11-25 15:00   another merchant of the market books that time
    rival_cancels: true    and calls off what was booked last
    visit: arrive          the supporter sets off, arrives, reports … (those of `STEPS`)
    holiday: 2026-11-26    the office enters a day on which nobody works
    office: {moves: 2026-12-02 14:00}   and acts about the visits (tests/office.py)
    payment: {stands: ready}   what happens about easy payment elsewhere (tests/pay_office.py)
    wait: 3d               time passes as it does in life: what falls due is planned and sent
    until: 2026-12-01 09:00   the same, up to a moment in Korea

`later` jumps and nothing runs; `wait` and `until` go from one moment at which something is due
to the next (tests/arrivals.py). A turn may also have `arrives`, the exact list of messages that
arrived at the merchant's since the last turn that had it or let time pass, each with `kind` and
perhaps `at` ("11-30 18:00", Korean time), `says` (fragments in order), `not` and `buttons` (all
labels); `arrives: []` is nothing. `supporter` is the same list for the supporters' phones.
After other turns than `wait` and `until`, either of them plans and sends once, at the moment
it is. A `tap` may be one on the message that arrived last. What arrives is compared where
answers are, but nothing may ever arrive twice. A turn in which somebody speaks goes on

with `bot` (fragments that must appear in order), `not` (that must not appear), `asked` (the
open question afterwards), `buttons` (labels that must be offered), `silent: true`. `mutate`
names the mutations under which the record must be the same: all that can disturb it (those of
answers only where some turn has `asked`), none (false), or a list (a corrected answer cannot be
given again by going back to it).
"""

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import consents
from bot.services.documents import DocumentStore
from bot.services.kits import move_order, render_due
from bot.services.registration import Submission, move_channel, set_channel, submit
from bot.services.remote_pictures import fetch_pending
from bot.services.sealed_files import SealedFiles
from bot.services.transaction import Transaction
from models.conversation import Conversation
from models.crypto import KeyRing
from models.kit import KitOrder
from models.merchant import ChannelRegistration
from models.states import Cause, ChannelState, KitState
from tests import arrivals, office, pay_office, town
from tests.databases import TEST_KEYS
from tests.fakes.press import FakePress
from tests.mutations import Mutation, is_question
from tests.talk import BOT_ID, House, Merchant, Said
from tests.uploads.pictures import photo

Row = TypeVar("Row", ChannelRegistration, Conversation, KitOrder)

ROOT = Path(__file__).parent / "transcripts"
KEYS = frozenset(
    {
        "user", "tap", "image", "later", "move", "channel", "kit", "run",
        "rival", "rival_cancels", "visit", "holiday", "office", "payment", "wait", "until", "arrives", "supporter",
        "bot", "not", "asked", "buttons", "links", "silent",
    }
)  # fmt: skip
REGISTERED: Mapping[str, Any] = {
    "owner_name": "김복순",
    "phone": "01012345678",
    "store_name": "바다수산",
    "market": "자양전통시장",
    "market_id": 1,
    "stall": "가동 12호",
    "category": "seafood",
    "has_channel": "yes",
    "channel_public_id": "_xaBcDe",
}
"""Somebody with a channel; `channel_public_id: null` for nobody's address known."""
QUICK_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C where there is one: eight times as fast, for every worker reads all."""
COMMANDS = frozenset({"", "이전", "취소", "나중에", "그대로"})
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Transcript:
    """One conversation."""

    path: Path
    name: str
    turns: tuple[dict[str, Any], ...]
    expect: dict[str, Any] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    mutate: bool | tuple[str, ...] = True
    registered: dict[str, Any] | None = None
    supporters: tuple[dict[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """Return flow/case."""
        return str(self.path.relative_to(ROOT).with_suffix(""))

    @property
    def asks(self) -> bool:
        """Return whether it says anywhere that a question is open."""
        return any(is_question(turn.get("asked", "")) for turn in self.turns)


def read(path: Path) -> Transcript:
    """Read a transcript; unknown keys are refused."""
    data = yaml.load(path.read_text(encoding="utf-8"), QUICK_SAFE)  # noqa: S506 -- it is safe
    for turn in data["turns"]:
        unknown = set(turn) - KEYS
        assert not unknown, f"{path.name}: unknown keys {unknown}"
    return Transcript(
        path,
        data["name"],
        tuple(data["turns"]),
        data.get("expect") or {},
        data.get("given") or {},
        _mutations(data.get("mutate", True)),
        data.get("registered"),
        tuple(data.get("supporters") or ()),
    )


def _mutations(given: bool | list[str]) -> bool | tuple[str, ...]:  # noqa: FBT001 -- from YAML
    return given if isinstance(given, bool) else tuple(given)


def all_transcripts() -> list[Transcript]:
    """Return every transcript."""
    return [read(path) for path in sorted(ROOT.glob("*/*.yaml"))]


@dataclass
class Player:
    """Plays one transcript in one house.

    Attributes:
        merchant: who talks.
        mutation: how it is disturbed.
        answers: question -> the words that answered it last.
        met_question: whether a question was open when the person spoke.
        record: what is held of the person at the end.
    """

    merchant: Merchant
    mutation: Mutation = field(default_factory=Mutation)
    answers: dict[str, str] = field(default_factory=dict)
    post: arrivals.Mailbox = field(init=False)
    met_question: bool = False
    record: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.post = arrivals.Mailbox(self.merchant.house, self.merchant.user)

    def play(self, transcript: Transcript) -> None:
        """Say every turn and compare."""
        self.merchant.twice = self.mutation.twice
        town.hire(self.merchant.house, transcript.supporters)
        if transcript.registered is not None:
            register(self.merchant, transcript.registered)
        for number, turn in enumerate(transcript.turns, 1):
            try:
                self._turn(turn)
            except AssertionError as error:
                raise AssertionError(f"{transcript.id} turn {number} {turn}: {error}") from error
        self.record = self.merchant.record | {"conversation": self.merchant.conversation}

    def _turn(self, turn: dict[str, Any]) -> None:
        if "wait" in turn or "until" in turn:
            now = self.merchant.house.clock.now()
            self.post.live(
                now + _step(turn["wait"]) if "wait" in turn else office.moment(turn["until"])
            )
        else:
            self._happens(turn)
            if "arrives" in turn or "supporter" in turn:
                self.post.send(plan=True)
        self.post.refuse_twice()
        if self.mutation.check_answers:
            self.post.compare(turn)
        if "wait" in turn or "until" in turn or "arrives" in turn or "supporter" in turn:
            self.post.read()

    def _happens(self, turn: dict[str, Any]) -> None:
        for key, happens in EVENTS.items():
            if key in turn:
                happens(self.merchant, turn[key])
                return
        self.mutation.before(self, turn)
        asked = self.merchant.asked
        self.met_question = self.met_question or is_question(asked)
        said = self._say(turn)
        if self._was_answered(turn, asked):
            self.answers[asked] = turn["user"]
        if self.mutation.check_answers:
            _compare(said, turn)
        if "asked" in turn:
            assert self.merchant.asked == turn["asked"], f"asks {self.merchant.asked}\n{said.text}"

    def _was_answered(self, turn: dict[str, Any], asked: str) -> bool:
        """Return whether the words led on; a refused answer and "back" are no answers."""
        said = turn.get("user", "")
        return said not in COMMANDS and is_question(asked) and self.merchant.asked != asked

    def _say(self, turn: dict[str, Any]) -> Said:
        if "tap" in turn:
            return self._tap(turn["tap"])
        if "image" in turn:
            return self.merchant.say("사진", images=tuple(turn["image"]))
        return self.merchant.say(turn["user"])

    def _tap(self, label: str) -> Said:
        """Tap on the message that arrived last when it has such a button, else on the answer."""
        if label in self.post.labels:
            return self.merchant.say(label)
        return self.merchant.tap(label)


def _compare(said: Said, turn: dict[str, Any]) -> None:
    if turn.get("silent"):
        assert said.json["template"]["outputs"] == []
    place = 0
    for fragment in turn.get("bot", ()):
        found = said.text.find(fragment, place)
        assert found >= 0, f"no {fragment!r} in\n{said.text}"
        place = found + len(fragment)
    for fragment in turn.get("not", ()):
        assert fragment not in said.text, f"{fragment!r} in\n{said.text}"
    for label in turn.get("buttons", ()):
        assert label in said.labels, f"no button {label!r}, only {said.labels}"
    for part in turn.get("links", ()):
        assert any(part in link for link in said.links), f"no link {part!r}, only {said.links}"


def _step(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([mhd])", text)
    assert found, f"not a step of time: {text}"
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def register(merchant: Merchant, differs: Mapping[str, Any]) -> None:
    """Put somebody with a registered store into the house."""
    house = merchant.house
    now = house.clock.now()
    with house.database.transaction() as session:
        conversation = Conversation(
            channel="kakao",
            bot_id=BOT_ID,
            user_key=merchant.user,
            created_at=now,
            updated_at=now,
        )
        session.add(conversation)
        session.flush()
        tx = Transaction(session, now, conversation.id, "registered")
        consents.record(tx, "collect", decision=True)
        submit(tx, Submission.from_slots({**REGISTERED, **differs}))


def _passes(merchant: Merchant, step: str) -> None:
    merchant.later(_step(step))


def _operator_moves(merchant: Merchant, step: dict[str, str]) -> None:
    with merchant.house.database.transaction() as session:
        newest = _newest(session, ChannelRegistration)
        cause = _cause(merchant, step["to"], step.get("reason"))
        move_channel(session, newest.id, ChannelState(step["to"]), cause)


def _channel_noted(merchant: Merchant, public_id: str) -> None:
    with merchant.house.database.transaction() as session:
        conversation = _newest(session, Conversation)
        key = f"channel:{public_id}"
        tx = Transaction(session, merchant.house.clock.now(), conversation.id, key, "staff:test")
        set_channel(tx, public_id=public_id)


def _kit_moves(merchant: Merchant, step: str | dict[str, str]) -> None:
    to = step if isinstance(step, str) else step["to"]
    reason = None if isinstance(step, str) else step.get("reason")
    with merchant.house.database.transaction() as session:
        newest = _newest(session, KitOrder)
        move_order(session, newest.id, KitState(to), _cause(merchant, f"kit:{to}", reason))


def _job_runs(merchant: Merchant, name: str) -> None:
    JOBS[name](merchant.house)


def _render_kits(house: House) -> None:
    folder = Path(tempfile.mkdtemp(prefix="kits"))
    files = SealedFiles(folder, KeyRing.from_setting(TEST_KEYS))
    render_due(house.database, files, FakePress(), house.clock.now())


class _Photos:
    """The vendor's host of pictures, with a good photo behind every address."""

    def fetch(self, url: str) -> bytes:
        """Return the photo."""
        assert url.startswith("http")
        return photo()


def _fetch_images(house: House) -> None:
    files = SealedFiles(Path(tempfile.mkdtemp(prefix="papers")), KeyRing.from_setting(TEST_KEYS))
    fetch_pending(house.database, _Photos(), DocumentStore(files), house.clock.now())


JOBS: Mapping[str, Callable[[House], None]] = {
    "render_kits": _render_kits,
    "fetch_images": _fetch_images,
    **town.JOBS,
}
EVENTS: Mapping[str, Callable[[Merchant, Any], None]] = {
    "later": _passes,
    "move": _operator_moves,
    "channel": _channel_noted,
    "kit": _kit_moves,
    "run": _job_runs,
    "rival": lambda merchant, at: town.rival_books(merchant, str(at), register),
    "rival_cancels": lambda merchant, _: town.rival_cancels(merchant),
    "visit": town.supporter_does,
    "holiday": lambda merchant, day: town.closed(merchant, str(day)),
    "office": office.acts,
    "payment": pay_office.acts,
}
"""Turns in which the merchant says nothing."""


def _newest(session: Session, table: type[Row]) -> Row:
    newest = session.scalars(select(table).order_by(table.id.desc())).first()
    assert newest is not None, f"no {table.__tablename__} yet"
    return newest


def _cause(merchant: Merchant, what: str, reason: str | None) -> Cause:
    now = merchant.house.clock.now()
    return Cause(actor="staff:test", key=f"{what}:{now.isoformat()}", now=now, reason=reason)
