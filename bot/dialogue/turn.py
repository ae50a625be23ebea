"""The working desk of one turn: what is known, and what has been decided so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.dialogue.facts import Facts
from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Inbound, Output, QuickReply, Reply, Text
from bot.dialogue.registry import Registry
from bot.dialogue.state import Frame, State
from bot.dialogue.view import Answer, Effect, View
from bot.nlu.result import FREE, Context, Understanding

IDLE_SECONDS = 30 * 60
"""After half an hour of silence the open question is introduced again (domain notes, 4)."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line for the funnel: what happened at which question."""

    kind: str
    flow: str = ""
    version: int = 0
    step: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one message leads to.

    Attributes:
        state: the conversation afterwards.
        reply: what is said.
        effects: changes to be made in the same transaction.
        events: lines for the funnel.
        asked: key of the question that is open now (`free` for none).
        layer: which layer understood the message.
        drop_text: True when the words must not be kept anywhere.
        forget: True when everything about this conversation is to be removed.
        personal: personal value -> label, of what was told in this message.
    """

    state: State
    reply: Reply
    effects: tuple[Effect, ...]
    events: tuple[Event, ...]
    asked: str
    layer: str
    drop_text: bool = False
    forget: bool = False
    personal: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Turn:
    """One message being worked on. Lives for the length of `core.reduce`."""

    registry: Registry
    state: State
    facts: Facts
    inbound: Inbound
    understood: Understanding = field(default_factory=Understanding)
    outputs: list[Output] = field(default_factory=list)
    quick_replies: tuple[QuickReply, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    drop_text: bool = False
    forget: bool = False
    silent: bool = False
    stopped: bool = False
    first: str | None = None
    """Name of a flow that an answer wants to come before the one that asks."""
    personal: dict[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """The moment of this turn in seconds since 1970."""
        return int(self.facts.now.timestamp())

    @property
    def was_idle(self) -> bool:
        """Whether the person comes back after a long silence."""
        last = self.state.last_at
        return bool(last) and self.seconds - last > IDLE_SECONDS

    @property
    def frame(self) -> Frame | None:
        """The frame that is talking."""
        return self.state.top

    @property
    def flow(self) -> Flow | None:
        """The flow of the frame that is talking."""
        frame = self.frame
        return self.registry.get(frame.flow) if frame else None

    def view(self, frame: Frame | None = None) -> View:
        """Return what a flow may look at."""
        talking = self.frame
        target = frame or talking
        return View(
            slots=target.slots if target else {},
            facts=self.facts,
            text=self.inbound.text,
            intent=self.understood.intent,
            extra={**self.understood.slots, **self.understood.extra},
            asked=talking.asked if talking else None,
            images=self.inbound.images,
            tries=target.tries if target else 0,
            busy=talking is not None,
            misses=self.state.misses,
        )

    def open_question(self) -> Ask | None:
        """Return the question that is open in the talking frame; None at the summary."""
        frame, flow = self.frame, self.flow
        if frame is None or flow is None or frame.asked is None:
            return None
        return flow.question(frame.asked)

    def at_summary(self) -> bool:
        """Return whether the talking frame waits for its summary to be confirmed."""
        frame, flow = self.frame, self.flow
        return bool(frame and flow and flow.confirm and frame.asked == flow.confirm.key)

    def say(self, *outputs: Output | str) -> None:
        """Add bubbles."""
        self.outputs.extend(Text(o) if isinstance(o, str) else o for o in outputs if o)

    def keep_private(self, flow: Flow, told: Mapping[str, object]) -> None:
        """Remember what was told and is personal, taken or not: the flow may be over at once.

        Args:
            flow: the flow that was told.
            told: slot key -> value.
        """
        for ask in flow.questions:
            value = told.get(ask.slot)
            if ask.personal and isinstance(value, str):
                self.personal[value] = ask.label

    def note(self, kind: str, step: str = "", detail: str = "") -> None:
        """Add a line for the funnel about the talking frame."""
        frame = self.frame
        self.events.append(
            Event(
                kind,
                frame.flow if frame else "",
                frame.version if frame else 0,
                step or (frame.asked or "" if frame else ""),
                detail[:100],
            )
        )

    def add(self, answer: Answer) -> None:
        """Take over what a flow said."""
        self.say(*answer.outputs)
        self.effects.extend(answer.effects)
        if answer.quick_replies:
            self.quick_replies = answer.quick_replies
        self.state.menu = answer.menu
        self.forget = self.forget or answer.forget
        self.stopped = self.stopped or answer.stop

    def asked_now(self) -> str:
        """Return the key of the question that is open at this point."""
        if self.state.pending:
            return f"system.{self.state.pending.kind}"
        if self.frame and self.frame.asked:
            return self.frame.asked
        return FREE


def choice_context(turn: Turn, asked: str, labels: Mapping[str, str]) -> Context:
    """Return what understanding needs to know about numbered answers.

    Args:
        turn: the turn.
        asked: question key.
        labels: key -> label of each answer, in the order shown.
    """
    options = {str(n): key for n, key in enumerate(labels, 1)}
    return Context(now=turn.facts.now, asked=asked, options=options, labels=labels)


def numbered(labels: Iterable[str]) -> str:
    """Return labels as numbered lines."""
    return "\n".join(f"{n}. {label}" for n, label in enumerate(labels, 1))
