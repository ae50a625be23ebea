"""Conversations as data: reads transcripts, plays them through the webhook, mutates them.

A transcript (tests/transcripts/<flow>/<case>.yaml) holds `name`, optional `given` (states of
business numbers at the tax office), `turns` and `expect` (a part of `merchants show` or, under
`conversation`, of `conversations show` at the end). A turn is one of

    user: words            tap: label of a button        image: [addresses]
    later: 3d              move: {to: needs_fix, reason: doc_old}   (an operator does it)

with `bot` (fragments that must appear in order), `not` (that must not appear), `asked` (the
open question afterwards), `buttons` (labels that must be offered), `silent: true`. `mutate`
names the mutations under which the record must be the same: all, none (false), or a list (a
corrected answer cannot be given again by going back to it).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from bot.services.registration import move_channel
from models.merchant import ChannelRegistration
from models.states import Cause, ChannelState
from tests.talk import House, Merchant, Said

ROOT = Path(__file__).parent / "transcripts"
KEYS = frozenset(
    {"user", "tap", "image", "later", "move", "bot", "not", "asked", "buttons", "silent"}
)
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

    @property
    def id(self) -> str:
        """Return flow/case."""
        return str(self.path.relative_to(ROOT).with_suffix(""))


def read(path: Path) -> Transcript:
    """Read a transcript; unknown keys are refused."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
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
    )


def _mutations(given: bool | list[str]) -> bool | tuple[str, ...]:  # noqa: FBT001 -- from YAML
    return given if isinstance(given, bool) else tuple(given)


def all_transcripts() -> list[Transcript]:
    """Return every transcript."""
    return [read(path) for path in sorted(ROOT.glob("*/*.yaml"))]


@dataclass
class Mutation:
    """A way in which life differs from the transcript, without changing what comes out.

    Subclasses override what they disturb. `before` runs before each message of the person.
    """

    name: str = "plain"
    twice: bool = False
    check_answers: bool = True

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        """Disturb the talk."""


class Days(Mutation):
    """Three days between any two messages."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        player.merchant.later(timedelta(days=3))


class Restart(Mutation):
    """The process is restarted between any two messages."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        player.merchant.house.restart()


class Digression(Mutation):
    """Before each answer the merchant asks something else."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        asked = player.merchant.asked
        if _is_question(asked):
            player.merchant.say("돈 내는거 아니죠?")
            assert player.merchant.asked == asked


class CancelAndNo(Mutation):
    """Before each answer the merchant wants to stop, and then does not."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        asked = player.merchant.asked
        if _is_question(asked):
            player.merchant.say("취소")
            player.merchant.say("아니요")
            assert player.merchant.asked == asked


class Back(Mutation):
    """Before each answer the merchant goes back and gives the last answer again."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        asked = player.merchant.asked
        if not _is_question(asked):
            return
        player.merchant.say("이전")
        again = player.answers.get(player.merchant.asked)
        if again is None or player.merchant.asked == asked:
            if player.merchant.asked != asked:
                player.merchant.say("그대로")
            return
        player.merchant.say(again)
        assert player.merchant.asked == asked, (again, player.merchant.asked, asked)


def _is_question(asked: str) -> bool:
    return "." in asked and not asked.startswith("system.")


def suits(transcript: Transcript, mutation: Mutation) -> bool:
    """Return whether the transcript is to come out the same under this mutation."""
    names = transcript.mutate
    return names if isinstance(names, bool) else mutation.name in names


MUTATIONS: tuple[Mutation, ...] = (
    Mutation("twice", twice=True),
    Days("days", check_answers=False),
    Restart("restart"),
    Digression("digression", check_answers=False),
    CancelAndNo("cancel-and-no", check_answers=False),
    Back("back", check_answers=False),
)


@dataclass
class Player:
    """Plays one transcript in one house.

    Attributes:
        merchant: who talks.
        mutation: how it is disturbed.
        answers: question -> the words that answered it last.
    """

    merchant: Merchant
    mutation: Mutation = field(default_factory=Mutation)
    answers: dict[str, str] = field(default_factory=dict)

    def play(self, transcript: Transcript) -> None:
        """Say every turn and compare."""
        self.merchant.twice = self.mutation.twice
        for number, turn in enumerate(transcript.turns, 1):
            try:
                self._turn(turn)
            except AssertionError as error:
                raise AssertionError(f"{transcript.id} turn {number} {turn}: {error}") from error

    def _turn(self, turn: dict[str, Any]) -> None:
        if "later" in turn:
            self.merchant.later(_step(turn["later"]))
            return
        if "move" in turn:
            _operator_moves(self.merchant.house, turn["move"])
            return
        self.mutation.before(self, turn)
        asked = self.merchant.asked
        said = self._say(turn)
        if "user" in turn and _is_question(asked):
            self.answers[asked] = turn["user"]
        if self.mutation.check_answers:
            _compare(said, turn)
        if "asked" in turn:
            assert self.merchant.asked == turn["asked"], f"asks {self.merchant.asked}\n{said.text}"

    def _say(self, turn: dict[str, Any]) -> Said:
        if "tap" in turn:
            return self.merchant.tap(turn["tap"])
        if "image" in turn:
            return self.merchant.say("사진", images=tuple(turn["image"]))
        return self.merchant.say(turn["user"])


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


def _step(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([mhd])", text)
    assert found, f"not a step of time: {text}"
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _operator_moves(house: House, move: dict[str, str]) -> None:
    with house.database.transaction() as session:
        newest = session.scalars(
            select(ChannelRegistration).order_by(ChannelRegistration.id.desc())
        ).first()
        assert newest is not None, "nothing to move"
        now = house.clock.now()
        key = f"{move['to']}:{now.isoformat()}"
        cause = Cause(actor="staff:test", key=key, now=now, reason=move.get("reason"))
        move_channel(session, newest.id, ChannelState(move["to"]), cause)


VOLATILE = frozenset(
    {
        "id",
        "public_id",
        "at",
        "asked_at",
        "decided_at",
        "created_at",
        "updated_at",
        "history",
        "submitted_at",
        "opened_at",
        "live_at",
        "deadline",
        "received_at",
        "nts_checked_at",
    }
)


def lasting(record: Any) -> Any:
    """Return a record without what two equal conversations may differ in: ids and times."""
    if isinstance(record, dict):
        return {k: lasting(v) for k, v in record.items() if k not in VOLATILE}
    if isinstance(record, list):
        return [lasting(item) for item in record]
    return record


def differences(expected: Any, found: Any, path: str = "") -> Iterable[str]:
    """Yield where `found` lacks something of `expected` (a part of it)."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from differences(value, found.get(key), f"{path}.{key}")
    elif expected != found:
        yield f"{path}: expected {expected!r}, found {found!r}"
