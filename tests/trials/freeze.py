"""Conversations frozen in the middle, and the lock of the flows.

`python -m tests.trials.freeze` plays the transcripts and keeps, for every flow with
questions, a state at each of its questions (in_flight/<flow>-v<version>.json), then writes
the lock (flows.lock.json). What was frozen is never touched, only added to: conversations like
these are out there. A flow whose questions changed under the same version is refused;
`--unreleased` takes it, as long as that version has met nobody yet.
"""

import contextlib
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.dialogue.flow import Ask, Flow
from handlers import FLOWS
from models import crypto, migrations
from models.conversation import Conversation
from tests.databases import TEST_KEYS
from tests.mutations import Mutation
from tests.talk import FakeTaxOffice, House, Merchant, furnish
from tests.transcript import Player, Transcript, all_transcripts
from tests.trials import pay_arrivals

FOLDER = Path(__file__).parent
IN_FLIGHT = FOLDER / "in_flight"
LOCK = FOLDER / "flows.lock.json"
OF_KIT = ("number", "items", "size", "theme", "phrase", "delivery", "languages", "state")
COMMAND = "python -m tests.trials.freeze"


def described(flow: Flow) -> dict[str, Any]:
    """Return what conversations in flight depend on: not the words, but keys and slots."""
    return {
        "questions": [_question(ask) for ask in flow.questions],
        "confirm": flow.confirm.key if flow.confirm else None,
        "renames": dict(flow.renames),
    }


def _question(ask: Ask) -> list[Any]:
    choices = "dynamic" if callable(ask.choices) else [choice.key for choice in ask.choices]
    return [ask.key, ask.slot, ask.read_key, ask.question_key, list(ask.also), ask.either, choices]


def digest(flow: Flow) -> str:
    """Return a short hash over what conversations in flight depend on."""
    plain = json.dumps(described(flow), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def lock_of(flows: Iterable[Flow]) -> dict[str, list[Any]]:
    """Return name -> version and digest of every flow with questions."""
    return {flow.name: [flow.version, digest(flow)] for flow in flows if flow.questions}


def unraised(locked: Mapping[str, list[Any]], flows: Iterable[Flow]) -> list[str]:
    """Return the flows whose questions differ from the lock under the same version."""
    return [
        name
        for name, (version, mark) in lock_of(flows).items()
        if name in locked and locked[name][0] == version and locked[name][1] != mark
    ]


def read_lock() -> dict[str, list[Any]]:
    """Return the lock as it stands, {} before the first release."""
    if not LOCK.exists():
        return {}
    locked: dict[str, list[Any]] = json.loads(LOCK.read_text(encoding="utf-8"))
    return locked


class Collecting(Mutation):
    """Looks at the state before each message and keeps one for every open question."""

    def __init__(self) -> None:
        super().__init__("collecting", check_answers=False)
        self.found: dict[tuple[str, str], dict[str, Any]] = {}

    def before(self, player: Player, turn: dict[str, Any]) -> None:
        state = state_of(player.merchant)
        if state and state["frames"] and not state["frames"][-1].get("paused"):
            record, flow = player.merchant.record, state["frames"][-1]["flow"]
            asked = player.merchant.asked
            kept = {**world_of(record, flow, asked), "state": state}
            self.found.setdefault((flow, asked), kept)


def world_of(record: dict[str, Any], flow: str, asked: str) -> dict[str, Any]:
    """Return what a conversation at this question may ask about besides its own state."""
    registration = record["registration"]
    world: dict[str, Any] = {"registration": registration and registration["state"]}
    if record.get("channel_public_id"):
        world["channel_public_id"] = record["channel_public_id"]
    if registration and pay_arrivals.is_about(flow):
        world["pay"] = pay_arrivals.kept_of(record, asked)
    if record["kits"]:
        world["kits"] = [{key: kit[key] for key in OF_KIT} for kit in record["kits"]]
    return world


def state_of(person: Merchant) -> dict[str, Any] | None:
    """Return somebody's state as it is stored; None for somebody new."""
    statement = select(Conversation.state).where(Conversation.user_key == person.user)
    with person.house.database.reading() as session:
        plain = session.scalars(statement).one_or_none()
    return json.loads(plain) if plain else None


def collected() -> tuple[dict[tuple[str, str], dict[str, Any]], dict[str, str]]:
    """Play all transcripts; return (flow, question) -> state, and question -> words for it."""
    collecting = Collecting()
    answers: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        # The happy one first: its answers suit each other.
        ordered = sorted(all_transcripts(), key=lambda each: (each.path.stem != "happy", each.id))
        for number, transcript in enumerate(ordered):
            answers |= _played(transcript, f"sqlite:///{folder}/{number}.db", collecting) | answers
    return collecting.found, answers


def _played(transcript: Transcript, url: str, collecting: Collecting) -> dict[str, str]:
    migrations.upgrade(url)
    building = House(url, tax_office=FakeTaxOffice(transcript.given))
    furnish(building.database)
    player = Player(Merchant(building), collecting)
    with contextlib.suppress(AssertionError):  # the transcripts have tests of their own
        player.play(transcript)
    building.close()
    return player.answers


def freeze(*, unreleased: bool = False) -> list[str]:
    """Write the states and the lock; return the names of the files.

    Raises:
        SystemExit: a flow changed without a new version.
    """
    changed = unraised(read_lock(), FLOWS)
    if changed and not unreleased:
        raise SystemExit(f"raise the version of {', '.join(changed)} first, or --unreleased")
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    found, answers = collected()
    IN_FLIGHT.mkdir(exist_ok=True)
    written = []
    for flow in FLOWS:
        states = {asked: kept for (name, asked), kept in found.items() if name == flow.name}
        if flow.questions and states:
            path = IN_FLIGHT / f"{flow.name}-v{flow.version}.json"
            _write(path, _added({} if unreleased else _read(path), answers, states))
            written.append(path.name)
    _write(LOCK, lock_of(FLOWS))
    return written


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _added(
    frozen: Mapping[str, Any], answers: Mapping[str, str], states: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what was frozen, as it was, and beside it the questions that were not."""
    return {
        "answers": {**answers, **frozen.get("answers", {})},
        "states": {**states, **frozen.get("states", {})},
    }


def _write(path: Path, data: object) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    print("\n".join(freeze(unreleased="--unreleased" in sys.argv)))  # noqa: T201 -- a command
