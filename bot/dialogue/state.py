"""What is remembered of one conversation between two messages.

The position inside a flow is never stored: it follows from the slots (see `flow.py`). The
state is one small JSON document, encrypted as a whole by the store.
"""

from dataclasses import dataclass, field
from typing import Any

JsonValue = Any
"""A value that survives JSON: text, number, bool, None, or lists and dicts of these."""

MAX_FRAMES = 4
"""Flows that may wait below the one that is talking; deeper ones are dropped oldest first."""
MAX_OFFERS = 6
"""How many past choice questions are kept to recognise a tap on an old button."""


@dataclass(slots=True)
class Filled:
    """An answer.

    Attributes:
        value: what was understood, as docs/vocabulary.md types it.
        raw: the words it came from.
        at: when, seconds since 1970 (UTC).
        by: merchant, guess (taken from another answer, shown for confirmation) or supporter.
    """

    value: JsonValue
    raw: str = ""
    at: int = 0
    by: str = "merchant"


@dataclass(slots=True)
class Frame:
    """A flow that was begun and is not over.

    Attributes:
        flow: its name.
        version: the version under which the slots were last written.
        slots: slot key -> answer.
        order: question keys in the order in which they were answered, for "이전".
        asked: the key of the question that is open.
        nonce: changes with every question asked; part of button tokens.
        tries: failed answers to the open question.
        editing: the question that the person wants to answer again.
        after: the edited question from which the person went back; asked again afterwards.
        went_back: True while the edited question was reached by "이전".
        paused: True after "나중에", until the person comes back to it.
        started_at: seconds since 1970 (UTC).
    """

    flow: str
    version: int
    slots: dict[str, Filled] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    asked: str | None = None
    nonce: int = 0
    tries: int = 0
    editing: str | None = None
    after: str | None = None
    went_back: bool = False
    paused: bool = False
    started_at: int = 0

    def answered(self, key: str) -> None:
        """Note that a question was answered just now."""
        self.order = [known for known in self.order if known != key] + [key]
        if self.editing == key:
            self.leave_edit()

    def edit(self, key: str | None) -> None:
        """Have one question answered again, None for no one; forget where it came from."""
        self.editing, self.after, self.went_back = key, None, False

    def go_back(self, key: str) -> None:
        """Have an earlier question answered again, and the edited one after it."""
        if self.editing and not self.went_back:
            self.after = self.editing
        self.editing, self.went_back = key, True

    def leave_edit(self) -> None:
        """Return to the edit from which the person went back, if there was one."""
        self.edit(self.after)


@dataclass(slots=True)
class Pending:
    """A question of the engine itself (stop? change the phone? which of these?).

    Attributes:
        kind: cancel, correct, choose, erase or another name known to `system.py`.
        data: what is needed when the answer comes.
    """

    kind: str
    data: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(slots=True)
class Offer:
    """Labels of a choice question that was shown, to recognise a late tap on one of them."""

    flow: str
    question: str
    nonce: int
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """Everything remembered of one conversation.

    Attributes:
        frames: begun flows; the last one is talking.
        pending: the engine's own open question, answered before anything else.
        offers: past choice questions, newest last.
        misses: messages in a row that nobody understood while nothing was asked.
        last_at: when the person last wrote, seconds since 1970 (UTC); 0 = never.
        turns: number of messages so far.
        menu: True when the numbered main menu was the last thing shown.
        recent: (fingerprint, inbox key, milliseconds) of the last messages that came without
            a delivery id, to recognise one that is delivered twice.
    """

    frames: list[Frame] = field(default_factory=list)
    pending: Pending | None = None
    offers: list[Offer] = field(default_factory=list)
    misses: int = 0
    last_at: int = 0
    turns: int = 0
    menu: bool = False
    recent: list[list[JsonValue]] = field(default_factory=list)

    @property
    def top(self) -> Frame | None:
        """The frame that is talking; None when nothing is going on or it is paused."""
        if self.frames and not self.frames[-1].paused:
            return self.frames[-1]
        return None


def dump(state: State) -> dict[str, JsonValue]:
    """Return the state as JSON-ready data, without empty parts."""
    data: dict[str, JsonValue] = {
        "frames": [_dump_frame(frame) for frame in state.frames],
        "last_at": state.last_at,
        "turns": state.turns,
    }
    if state.pending:
        data["pending"] = {"kind": state.pending.kind, "data": state.pending.data}
    if state.offers:
        data["offers"] = [[o.flow, o.question, o.nonce, o.labels] for o in state.offers]
    if state.misses:
        data["misses"] = state.misses
    if state.menu:
        data["menu"] = True
    if state.recent:
        data["recent"] = state.recent
    return data


def _dump_frame(frame: Frame) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {
        "flow": frame.flow,
        "version": frame.version,
        "slots": {key: [s.value, s.raw, s.at, s.by] for key, s in frame.slots.items()},
        "order": frame.order,
        "asked": frame.asked,
        "nonce": frame.nonce,
        "started_at": frame.started_at,
    }
    if frame.tries:
        data["tries"] = frame.tries
    if frame.editing:
        data["editing"] = frame.editing
    if frame.went_back:
        data["went_back"] = True
    if frame.after:
        data["after"] = frame.after
    if frame.paused:
        data["paused"] = True
    return data


def load(data: dict[str, JsonValue]) -> State:
    """Return the state that `dump` wrote; parts unknown to this release are ignored."""
    pending = data.get("pending")
    return State(
        frames=[_load_frame(frame) for frame in data.get("frames", [])],
        pending=Pending(pending["kind"], pending["data"]) if pending else None,
        offers=[Offer(*offer) for offer in data.get("offers", [])],
        misses=data.get("misses", 0),
        last_at=data.get("last_at", 0),
        turns=data.get("turns", 0),
        menu=data.get("menu", False),
        recent=data.get("recent", []),
    )


def _load_frame(data: dict[str, JsonValue]) -> Frame:
    return Frame(
        flow=data["flow"],
        version=data["version"],
        slots={key: Filled(*parts) for key, parts in data["slots"].items()},
        order=list(data["order"]),
        asked=data["asked"],
        nonce=data["nonce"],
        tries=data.get("tries", 0),
        editing=data.get("editing"),
        after=data.get("after"),
        went_back=data.get("went_back", False),
        paused=data.get("paused", False),
        started_at=data["started_at"],
    )
