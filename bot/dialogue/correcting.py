"""Changes of earlier answers: by name, by value, from the summary, by an old button."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot import nlu
from bot.dialogue import phrases
from bot.dialogue.answering import store
from bot.dialogue.asking import ask_system, edit_choices, proceed, say_edit_menu, shown_answer
from bot.dialogue.flow import Ask, Flow
from bot.dialogue.flows import give_up, go_on, leave
from bot.dialogue.state import Filled, Frame, JsonValue, Pending
from bot.dialogue.turn import Turn, choice_context
from bot.nlu.result import Context

NUMBER_SLOTS = frozenset({"phone", "brn", "account"})
"""Values that say by themselves what they are."""
NEW_VALUE = re.compile(
    r"(?:으로|로)\s?(?:해|할|바|주|줘|변|고쳐|부탁|보내|갖다)|말고|아니라|아니고"
    r"|도\s?(?:해|넣|추가|같이|주세|줘|부탁)|추가"
)
"""What says that a value stands in the message, not only the name of what is to be changed."""
MIN_DIGITS = 8
"""The shortest of these numbers (a local telephone number)."""


def by_name(turn: Turn, frame: Frame, flow: Flow, context: Context) -> bool:
    """Handle "아니 전화번호는 010-…" and "가게 이름 고칠래"; False when it is no correction."""
    answered = [a for a in flow.questions if a.key != frame.asked and _is_filled(a, frame)]
    if not answered:
        return False
    labels = {ask.slot: (ask.label, *ask.words) for ask in answered}
    correction = nlu.find_correction(turn.inbound.text, labels, context)
    if correction is None or correction.slot is None:
        return False
    ask = next(a for a in answered if a.slot == correction.slot)
    said = _said_in(correction.rest, ask, turn)
    if not said and not correction.explicit:  # "명함은 빼 주세요" is no count
        return False
    if said:
        change(turn, frame, flow, ask, said, correction.rest)
    else:
        edit(turn, frame, ask)
    return True


def _is_filled(ask: Ask, frame: Frame) -> bool:
    return ask.slot in frame.slots or bool(ask.either and ask.either in frame.slots)


def _said_in(text: str, ask: Ask, turn: Turn) -> dict[str, JsonValue]:
    """Return what a text says as the answer to a question, {} when it does not answer it."""
    if not text.strip():
        return {}
    slots = nlu.understand(text, question_context(turn, ask)).slots
    if slots.get(ask.read_key) is None:
        return {}
    return {slot: slots[slot] for slot in (ask.read_key, *ask.also) if slot in slots}


def question_context(turn: Turn, ask: Ask) -> Context:
    """Return what understanding needs to know about one question."""
    labels = {choice.key: choice.label for choice in ask.choices_for(turn.view())}
    context = choice_context(turn, ask.question_key, labels)
    return replace(context, markets=turn.facts.markets.names)


def edit(turn: Turn, frame: Frame, ask: Ask) -> None:
    """Ask an answered question again."""
    frame.edit(ask.key)
    turn.note("editing", ask.key)
    go_on(turn)


def change(
    turn: Turn, frame: Frame, flow: Flow, ask: Ask, said: Mapping[str, JsonValue], raw: str
) -> None:
    """Change an answer; a personal one only after a yes.

    Args:
        turn: the turn.
        frame: the talking frame.
        flow: its flow.
        ask: the question that is answered anew.
        said: its slot as understanding names it, and those that are kept beside it.
        raw: the words.
    """
    view = turn.view(frame)
    beside = dict(said)
    old, value = view.get(ask.slot), beside.pop(ask.read_key)
    turn.keep_private(flow, {ask.slot: value})
    if old == value and all(view.get(slot) == new for slot, new in beside.items()):
        turn.say(phrases.ALREADY.format(label=ask.label, value=shown_answer(ask, view)))
        proceed(turn)
    elif ask.personal and old is not None:
        text = phrases.CORRECT_ASK.format(
            label=ask.label, old=ask.show(view, old), new=ask.show(view, value)
        )
        ask_system(turn, "correct", text, slot=ask.slot, value=value)
    else:
        for slot, new in beside.items():
            frame.slots[slot] = Filled(new, raw[:200], turn.seconds)
        store(turn, frame, flow, ask, value, raw)
        go_on(turn)


def apply_change(turn: Turn, frame: Frame, flow: Flow, slot: str, value: JsonValue) -> None:
    """Make a change that was just confirmed."""
    ask = flow.question_for_slot(slot)
    if ask is not None:
        store(turn, frame, flow, ask, value, "")
    go_on(turn)


def from_summary(turn: Turn, frame: Frame, flow: Flow, slot: object) -> None:
    """Handle "고칠래요": ask which answer, or go straight to the one that was named."""
    no = flow.confirm.no if flow.confirm else None
    if no is not None and slot is None:
        give_up(turn, frame, no(turn.view(frame)))
        return
    if flow.confirm is not None and flow.confirm.edit_cancels:
        turn.say(phrases.KEPT)
        leave(turn)
        return
    changeable = edit_choices(flow, turn.view(frame))
    ask = flow.question_for_slot(slot) if isinstance(slot, str) else None
    if ask not in changeable and len(changeable) == 1:
        ask = changeable[0]
    if ask is not None and (ask.volunteered or ask in flow.applicable(turn.view(frame))):
        _edit_or_change(turn, frame, flow, ask, is_named=slot is not None)
        return
    turn.state.pending = Pending("edit")
    say_edit_menu(turn, flow)


def by_value(turn: Turn, frame: Frame, flow: Flow, context: Context) -> bool:
    """Handle a number that fits an answered question and not the open one."""
    asks = {
        a.read_key: a
        for a in flow.questions
        if a.read_key in NUMBER_SLOTS and a.key != frame.asked and a.slot in frame.slots
    }
    digits = sum(character.isdigit() for character in turn.inbound.text)
    if not asks or digits < MIN_DIGITS:
        return False
    found = nlu.extract(turn.inbound.text, asks.keys(), context)
    for slot, hit in found.items():
        change(turn, frame, flow, asks[slot], {slot: hit.value}, turn.inbound.text)
        return True
    return False


def _edit_or_change(turn: Turn, frame: Frame, flow: Flow, ask: Ask, *, is_named: bool) -> None:
    """Take the new value that was named with the wish (5장 말고 10장), else ask for it.

    Words would be taken for anything; one of several choices must be named as the new one,
    because "배송 바꿔 주세요" names a choice only to say what is to be chosen anew.
    """
    text = turn.inbound.text
    is_clear = not ask.choices_for(turn.view(frame)) or NEW_VALUE.search(text)
    said = _said_in(text, ask, turn) if is_named and is_clear and not ask.is_words else {}
    if said:
        change(turn, frame, flow, ask, said, text)
    else:
        edit(turn, frame, ask)


def by_old_button(turn: Turn, flow_name: str, question: str, option: str) -> bool:
    """Handle a tap on a button of an earlier question; it never answers the open one."""
    frame = next((f for f in turn.state.frames if f.flow == flow_name), None)
    flow = turn.registry.get(flow_name)
    ask = flow.question(question) if flow else None
    if frame is None or flow is None or frame is not turn.frame:
        turn.say(phrases.STALE_DONE)
        go_on(turn)
        return True
    if ask is None or not ask.when(turn.view(frame)):
        proceed(turn)
        return True
    change(turn, frame, flow, ask, {ask.read_key: option}, "")
    return True
