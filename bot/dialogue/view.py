"""What a flow looks at, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.dialogue.facts import Facts
from bot.dialogue.message import Output, QuickReply
from bot.dialogue.state import Filled, JsonValue
from bot.services.transaction import Transaction


@dataclass(frozen=True, slots=True)
class View:
    """What a flow may look at: the answers so far, and facts of the world. Read only.

    Attributes:
        slots: slot key -> answer of this flow.
        facts: time, markets, tax office, what we already hold about this person.
        text: the message that is being answered.
        intent: what that message was taken for; None for a plain answer.
        extra: further things understood in it (topic, problem, ...).
        asked: key of the question that is open, None for none.
        images: addresses of pictures that came with the message.
        tries: failed answers to the open question.
        busy: True while another flow is being filled in.
        misses: messages in a row that nobody understood while nothing was asked.
    """

    slots: Mapping[str, Filled]
    facts: Facts
    text: str = ""
    intent: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    asked: str | None = None
    images: tuple[str, ...] = ()
    tries: int = 0
    busy: bool = False
    misses: int = 0

    def get(self, slot: str) -> JsonValue:
        """Return the value of a slot, None when it is empty."""
        filled = self.slots.get(slot)
        return filled.value if filled else None

    def values(self) -> dict[str, JsonValue]:
        """Return all values by slot key."""
        return {key: filled.value for key, filled in self.slots.items()}


@dataclass(frozen=True, slots=True)
class Effect:
    """A change to be made in the turn's transaction: a service function and its arguments.

    Attributes:
        run: called with the transaction and `args`.
        args: keyword arguments, plain data.
    """

    run: Callable[..., object]
    args: Mapping[str, object] = field(default_factory=dict)

    def apply(self, tx: Transaction) -> object:
        """Make the change."""
        return self.run(tx, **self.args)


@dataclass(frozen=True, slots=True)
class Choice:
    """A numbered answer: `key` is stored, `label` is shown.

    Attributes:
        note: said behind the label, once, where the choices are listed.
        short: stands on the button when the label is too long for one.
    """

    key: str
    label: str
    note: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an understood answer cannot be taken, in the merchant's words.

    Attributes:
        code: stable name for the funnel.
        text: what is wrong and what to do.
        ends: True when the flow cannot go on without another answer (a refused consent).
        effects: changes to be made all the same (a refusal is a decision, too).
        sets: slots to be kept all the same (what was warned of, so that it is said once).
    """

    code: str
    text: str
    ends: bool = False
    effects: tuple[Effect, ...] = ()
    sets: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that is taken.

    Attributes:
        value: what is stored.
        also: further slots that follow from it, stored as guesses.
        sets: further slots that the same words answer, whatever was said of them before.
        say: one line said before the next question; "" for the usual echo.
        effects: changes to be made at once.
        start: name of a flow that comes first; the one that asks waits below it (a store has
            to be registered before it can be paid).
    """

    value: JsonValue
    also: Mapping[str, JsonValue] = field(default_factory=dict)
    sets: Mapping[str, JsonValue] = field(default_factory=dict)
    say: str = ""
    effects: tuple[Effect, ...] = ()
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a flow says by itself.

    Attributes:
        outputs: bubbles.
        quick_replies: offered when nothing else is asked afterwards.
        effects: changes to be made.
        start: name of a flow that goes on from here.
        prefill: slots for that flow, or for the one that asks again.
        again: slots whose answers do not hold any more: a flow that was about to end asks for
            them again instead.
        menu: True when the numbered main menu was shown.
        stop: True when nothing more is to be asked now (a person takes over).
        drops: True when the flow that was open is probably meant to end; the engine asks.
        forget: True when the whole conversation is to be forgotten (erasure).
        closes: names of flows below this one that have nothing left to go on with.
    """

    outputs: tuple[Output, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    effects: tuple[Effect, ...] = ()
    start: str | None = None
    prefill: Mapping[str, JsonValue] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    menu: bool = False
    stop: bool = False
    drops: bool = False
    forget: bool = False
    closes: frozenset[str] = frozenset()


Choices = tuple[Choice, ...]
