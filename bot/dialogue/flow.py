"""How a flow is declared: data and small functions, no position.

The next question is the first one that applies and has no valid answer. So a question may be
inserted, dropped or tightened while people are in the middle of the flow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.dialogue.state import Filled, Frame, JsonValue
from bot.dialogue.view import Accepted, Answer, Choices, Effect, Problem, View
from bot.nlu.result import Understanding

CONFIRM_SLOT = "confirm"
WORD_SLOTS = frozenset({"owner_name", "store_name", "market", "stall", "text", "phrase"})


def _always(_view: View) -> bool:
    return True


def _take(_view: View, value: JsonValue) -> Accepted:
    return Accepted(value)


def _shown(_view: View, value: JsonValue) -> str:
    return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question of a flow.

    Attributes:
        key: question key of docs/vocabulary.md, unique in the flow.
        slot: where the answer is kept; unique in the flow.
        label: what people call it ("전화번호"); used in the summary, for corrections and menus.
        text: the question, at most three short lines; or a function of the view.
        again: shorter words for asking a second time, "" for the same.
        example: one line that shows an answer, "" for choices.
        parse_as: question key by which the text is understood, when it differs from `key`.
        reads: slot key in the understanding, when it differs from `slot`.
        meant: makes the answer out of all that was understood, where that is more than the
            value of one slot (다음 주, 월요일 빼고); None when it holds no answer.
        also: slot keys of the same understanding that are kept beside (close for open, ...).
        either: another slot key that answers the question as well (a location note instead
            of a stall number).
        alternatives: (question key, slot key) pairs tried when the text does not answer this
            question: a "없어요" instead of a number, an address instead of "있어요".
        alternative_says: value of such an answer -> what is said to it.
        choices: the numbered answers.
        remembers: slot in which [key, note] of the choices are kept when they are shown, for
            choices that may be others a minute later: a number means what was read.
        suggestions: texts offered as quick replies without numbers.
        when: whether the question applies.
        valid: whether a stored value still counts; tightened rules re-ask.
        pictures: choice key -> address of a picture; such choices are also shown side by side.
        accept: takes an understood value, or says what is wrong with it.
        show: how the value reads in echo and summary.
        why: why we ask, for "왜요?".
        hint: a second, smaller way to ask after two failures.
        mistaken: said when an answer was dropped that only looks like a resident number.
        meant_so: label of a button by which somebody says that it was the answer; the same
            number, told again, is then read as if the question's label stood before it.
        volunteered: never asked, only taken when it is said along with something else.
        optional: "건너뛰기" is allowed; None is stored.
        personal: the value is personal: masked in the transcript, overwritten only after "네".
        in_summary: shown in the summary.
        words: further words by which people name this answer.
    """

    key: str
    slot: str
    label: str
    text: str | Callable[[View], str]
    why: str
    again: str = ""
    example: str = ""
    parse_as: str = ""
    reads: str = ""
    meant: Callable[[View, Understanding], JsonValue] | None = None
    also: tuple[str, ...] = ()
    either: str = ""
    alternatives: tuple[tuple[str, str], ...] = ()
    alternative_says: Mapping[str, str] = field(default_factory=dict)
    choices: Choices | Callable[[View], Choices] = ()
    remembers: str = ""
    suggestions: Callable[[View], Sequence[str]] | None = None
    when: Callable[[View], bool] = _always
    valid: Callable[[JsonValue], bool] = lambda _value: True
    pictures: Callable[[View, str], str] | None = None
    accept: Callable[[View, JsonValue], Accepted | Problem] = _take
    show: Callable[[View, JsonValue], str] = _shown
    hint: str = ""
    mistaken: str = ""
    meant_so: str = ""
    volunteered: bool = False
    optional: bool = False
    personal: bool = False
    in_summary: bool = True
    words: tuple[str, ...] = ()

    @property
    def question_key(self) -> str:
        """The key under which understanding knows this question."""
        return self.parse_as or self.key

    @property
    def read_key(self) -> str:
        """The slot key under which understanding gives the answer."""
        return self.reads or self.slot

    @property
    def is_words(self) -> bool:
        """Whether nearly any words would do, so that a number may be about something else."""
        return self.read_key in WORD_SLOTS

    def choices_for(self, view: View) -> Choices:
        """Return the numbered answers that apply now."""
        return self.choices(view) if callable(self.choices) else self.choices

    def text_for(self, view: View) -> str:
        """Return the question's words."""
        return self.text(view) if callable(self.text) else self.text

    def answered(self, view: View) -> bool:
        """Return whether a valid answer is stored."""
        filled = view.slots.get(self.slot)
        if filled is None:
            return bool(self.either) and self.either in view.slots
        if filled.value is None:
            return self.optional or bool(self.either and self.either in view.slots)
        return self.valid(filled.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The summary before submitting.

    Attributes:
        key: question key (`channel.confirm`).
        title: heading of the summary.
        text: the question under it.
        yes: label of the first choice.
        edit: label of the second.
        parse_as: question key by which the answer is understood, when it differs from `key`.
        edit_cancels: the second choice leaves the flow instead of changing an answer.
        beside: (label, value) of what is not asked and still belongs in the summary.
        when: whether the summary applies; without it the flow is submitted at once.
        no: what a "no" that names no answer leads to, instead of the menu of answers.
    """

    key: str
    title: str
    text: str
    yes: str = "네, 신청해요"
    edit: str = "고칠래요"
    parse_as: str = ""
    edit_cancels: bool = False
    beside: Callable[[View], tuple[tuple[str, str], ...]] | None = None
    when: Callable[[View], bool] = _always
    no: Callable[[View], Answer] | None = None

    @property
    def question_key(self) -> str:
        """The key under which understanding knows this question."""
        return self.parse_as or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A conversation with a purpose.

    Attributes:
        name: stable, stored with conversations.
        version: raised when questions change; the lock file of flows notices a forgotten one.
        title: what people call it.
        intents: intents that start it.
        questions: in order of asking.
        confirm: the summary; None submits as soon as everything is answered.
        respond: for flows without questions: says something and is over.
        on_start: may answer instead of starting (already registered, ...).
        begins_with: slots that follow from what is known when it starts (the order that is
            to be repeated); what the opening message says goes before them. Those that belong
            to no question are kept as they are.
        on_submit: what happens when all is confirmed.
        keeps: changes to be made with every message that leaves the flow talking (a time is
            kept a little longer).
        calls: whether it has something to say by itself, asked when a message is answered
            and nothing is going on.
        heard: intents of `respond` that are carried out even while a person of the programme
            has the chat; nothing else is said then.
        waits: whether it goes on with something that no draft keeps (a photo was just sent),
            asked when somebody wants to go on and nothing was left open.
        recalled: whether somebody who began it and went away is asked to come back.
        offered: whether it may be named when two readings of a message are offered.
        options: number -> intent, for the flow that shows the main menu.
        renames: old slot key -> new one, for conversations begun under an older version.
        migrate: changes the slots of an older version; called with (slots, old version).
        expires_days: how long an unfinished draft lives.
    """

    name: str
    version: int
    title: str
    intents: tuple[str, ...] = ()
    questions: tuple[Ask, ...] = ()
    confirm: Confirm | None = None
    respond: Callable[[View], Answer] | None = None
    on_start: Callable[[View], Answer | None] | None = None
    begins_with: Callable[[View], Mapping[str, JsonValue]] | None = None
    on_submit: Callable[[View], Answer] | None = None
    keeps: Callable[[View], tuple[Effect, ...]] | None = None
    calls: Callable[[View], bool] | None = None
    waits: Callable[[View], bool] | None = None
    heard: frozenset[str] = frozenset()
    recalled: bool = False
    offered: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    migrate: Callable[[dict[str, Filled], int], dict[str, Filled]] | None = None
    expires_days: int = 30

    def question(self, key: str) -> Ask | None:
        """Return the question with this key."""
        return next((ask for ask in self.questions if ask.key == key), None)

    def question_for_slot(self, slot: str) -> Ask | None:
        """Return the question that fills this slot, directly or beside."""
        for ask in self.questions:
            if slot in (ask.slot, ask.read_key, ask.either) or slot in ask.also:
                return ask
        return None

    def summary(self, view: View) -> Confirm | None:
        """Return the summary that stands before submitting now, None when there is none."""
        return self.confirm if self.confirm and self.confirm.when(view) else None

    def applicable(self, view: View) -> list[Ask]:
        """Return the questions that apply now, in order."""
        return [
            ask
            for ask in self.questions
            if ask.when(view) and (not ask.volunteered or ask.slot in view.slots)
        ]

    def next_question(self, view: View, editing: str | None = None) -> Ask | None:
        """Return what is to be asked: the edited question, else the first unanswered one.

        None means that all is answered: summary, or submit.
        """
        if editing and (ask := self.question(editing)):
            return ask
        for ask in self.questions:
            if ask.when(view) and not ask.volunteered and not ask.answered(view):
                return ask
        return None


def adapt(frame: Frame, flow: Flow) -> None:
    """Bring a frame that an older version of its flow wrote up to the present one."""
    if frame.version == flow.version:
        return
    for old, new in flow.renames.items():
        if old in frame.slots:
            frame.slots.setdefault(new, frame.slots.pop(old))
    if flow.migrate:
        frame.slots = flow.migrate(frame.slots, frame.version)
    frame.version = flow.version
    known = {ask.key for ask in flow.questions}
    frame.order = [key for key in frame.order if key in known]
    if frame.asked not in known and not (flow.confirm and frame.asked == flow.confirm.key):
        frame.asked = None
    if frame.editing not in known:
        frame.editing = None
