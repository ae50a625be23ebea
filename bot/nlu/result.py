"""What understanding takes and gives; the shapes shared by engine and parsers.

All of `bot.nlu` is pure: text, the question that is open, and "now" go in, a value comes
out. No I/O, no clock, no database. Keys of questions, slots, intents and errors are those
of docs/vocabulary.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

FREE = "free"
"""The question key for "nothing is being asked"."""
MAIN_MENU = "main_menu"
"""The question key while the numbered main menu is shown."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the merchant was looking at when writing.

    Attributes:
        now: the present moment, aware, any zone; understanding happens in Asia/Seoul.
        asked: the key of the open question, `free` when none is open. An unknown key with
            options is a plain choice (slot `choice`), without options a plain text (slot
            `text`); `ask.yes_no` is a plain yes/no question (slot `answer`).
        options: number -> key or label of the numbered choices, in the order shown.
        labels: option key -> the words shown on the button, when they differ from the key.
        markets: canonical names of the known markets, for `channel.market`.
        market_days: last digits of a five-day market, (2, 7) for a 2·7일장; empty when the
            market is open daily or is not known.
    """

    now: datetime
    asked: str = FREE
    options: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    markets: tuple[str, ...] = ()
    market_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one message means.

    Attributes:
        intent: what the person wants, a key of the vocabulary; None when the message is an
            answer (or nothing).
        slots: slot key -> value, as the vocabulary types them.
        error: a code when a value was understood and is wrong.
        clarify: the key that must be asked again in a smaller way.
        extra: further keys of an answer that are not slots of a form (`pii`, `problem`,
            `candidates`, `exclude`, `week`, ...).
        layer: which layer decided: pii, exact, control, slot, lexicon, classifier, fuzzy, none.
        score: 0..1, how sure that layer is.
        runner_up: the next best intent with its score, for `nlu explain`.
        candidates: intents to offer as buttons when the best is not sure enough.
    """

    intent: str | None = None
    slots: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None
    clarify: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    layer: str = "none"
    score: float = 1.0
    runner_up: tuple[str, float] | None = None
    candidates: tuple[str, ...] = ()

    def as_result(self) -> dict[str, object]:
        """Return the flat answer of `python -m bot.nlu`: only the keys that hold something."""
        result: dict[str, object] = {}
        if self.intent:
            result["intent"] = self.intent
        result.update(self.slots)
        result.update(self.extra)
        if self.error:
            result["error"] = self.error
        if self.clarify:
            result["clarify"] = self.clarify
        return result


@dataclass(frozen=True, slots=True)
class Found:
    """A value found somewhere inside a message.

    Attributes:
        slot: slot key.
        value: the value.
        start: first character in the original text.
        end: one past the last character in the original text.
    """

    slot: str
    value: object
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Correction:
    """The merchant wants an earlier answer changed ("아니 전화번호는 010-…").

    Attributes:
        slot: which slot, one of those offered; None when only a value was given.
        rest: the part of the message that may hold the new value, "" when none was given.
        explicit: True when a word of correction (아니, 바꿔, 고쳐, 잘못, 말고) stood there.
    """

    slot: str | None
    rest: str
    explicit: bool
