"""Takes answers: the open question's, others in the same message, and the ladder of help."""

from collections.abc import Mapping

from bot import nlu
from bot.dialogue import phrases
from bot.dialogue.asking import proceed, shown_answer
from bot.dialogue.flow import Ask, Flow
from bot.dialogue.state import Filled, Frame, JsonValue
from bot.dialogue.turn import Turn
from bot.dialogue.view import Accepted, Problem
from bot.nlu.result import Context

TRIES_BEFORE_HINT = 2
TRIES_BEFORE_PERSON = 3
EXTRACT_MIN_LENGTH = 8
"""Shorter messages hold one answer; looking for more would only cost time."""
FREE_TEXT = "text"
STRICT_SLOTS = frozenset(
    {
        "phone",
        "brn",
        "account",
        "channel_public_id",
        "owner_name",
        "store_name",
        "market",
        "stall",
        "closed",
    }
)
"""Slots that can be recognised outside their own question."""


def store(turn: Turn, frame: Frame, flow: Flow, ask: Ask, value: JsonValue, raw: str) -> bool:
    """Keep an understood answer, or say what is wrong with it.

    Returns:
        True when the answer was taken.
    """
    turn.keep_private(flow, {ask.slot: value})
    taken = ask.accept(turn.view(frame), value)
    if isinstance(taken, Problem):
        _refuse(turn, frame, ask, taken)
        return False
    turn.keep_private(flow, {ask.slot: taken.value, **taken.sets})
    before = frame.slots.get(ask.slot)
    known = before is not None and before.value is not None
    frame.slots[ask.slot] = Filled(taken.value, raw[:200], turn.seconds)
    for slot, said in taken.sets.items():
        frame.slots[slot] = Filled(said, raw[:200], turn.seconds)
    _store_guesses(turn, frame, taken)
    turn.effects.extend(taken.effects)
    turn.first = taken.start or turn.first
    frame.answered(ask.key)
    turn.note("corrected" if known else "answered", ask.key)
    _echo(turn, frame, flow, ask, taken, changed=known)
    return True


def _store_guesses(turn: Turn, frame: Frame, taken: Accepted) -> None:
    for slot, guess in taken.also.items():
        present = frame.slots.get(slot)
        if guess is None:
            frame.slots.pop(slot, None)
        elif present is None or present.by == "guess":
            frame.slots[slot] = Filled(guess, "", turn.seconds, "guess")


def _echo(
    turn: Turn, frame: Frame, flow: Flow, ask: Ask, taken: Accepted, *, changed: bool
) -> None:
    if taken.say:
        turn.say(taken.say)
        return
    if not ask.in_summary or flow.confirm is None:
        return
    shown = shown_answer(ask, turn.view(frame))
    if shown:
        text = phrases.CHANGED if changed else phrases.NOTED
        turn.say(text.format(label=ask.label, value=shown))


def _refuse(turn: Turn, frame: Frame, ask: Ask, problem: Problem) -> None:
    turn.note("failed", ask.key, problem.code)
    turn.say(problem.text)
    turn.effects.extend(problem.effects)
    for slot, kept in problem.sets.items():
        frame.slots[slot] = Filled(kept, "", turn.seconds, "guess")
    if problem.ends:
        turn.note("cancelled", ask.key, problem.code)
        turn.state.frames.remove(frame)
    else:
        frame.tries += 1


def take_slots(turn: Turn, frame: Frame, flow: Flow, raw: str) -> bool:
    """Store every understood slot that belongs to the flow; the open question's first.

    Returns:
        True when at least one answer was taken or refused with a reason.
    """
    slots = dict(turn.understood.slots)
    handled = False
    ask = turn.open_question()
    if ask is not None:
        handled = _take_open(turn, frame, flow, ask, slots, raw)
    for slot, value in slots.items():
        other = flow.question_for_slot(slot)
        if other is None or other is ask or other.reads or value is None:
            continue
        if frame in turn.state.frames and not other.answered(turn.view(frame)):
            handled = store(turn, frame, flow, other, value, raw) or handled
    return handled


def _take_open(
    turn: Turn, frame: Frame, flow: Flow, ask: Ask, slots: dict[str, object], raw: str
) -> bool:
    if ask.meant is not None:
        return _take_meant(turn, frame, flow, ask, slots, raw)
    for slot in ask.also:
        if slot in slots:
            frame.slots[slot] = Filled(slots.pop(slot), raw[:200], turn.seconds)
    if ask.read_key in slots:
        return store(turn, frame, flow, ask, slots.pop(ask.read_key), raw) or True
    if ask.either and ask.either in slots:
        value = slots.pop(ask.either)
        frame.slots.pop(ask.slot, None)
        frame.slots[ask.either] = Filled(value, raw[:200], turn.seconds)
        _mark_answered(turn, frame, ask)
        turn.say(phrases.NOTED.format(label=ask.label, value=shown_answer(ask, turn.view(frame))))
        return True
    return False


def _take_meant(
    turn: Turn, frame: Frame, flow: Flow, ask: Ask, slots: dict[str, object], raw: str
) -> bool:
    """Take an answer that the question itself makes out of all that was understood."""
    value = ask.meant(turn.view(frame), turn.understood) if ask.meant else None
    if value is None:
        return False
    slots.clear()
    return store(turn, frame, flow, ask, value, raw) or True


def _mark_answered(turn: Turn, frame: Frame, ask: Ask) -> None:
    frame.answered(ask.key)
    turn.note("answered", ask.key)


def alternative(turn: Turn, ask: Ask) -> tuple[str, JsonValue] | None:
    """Return (slot, value) of another question that the message answers, if it answers one."""
    for question_key, slot in ask.alternatives:
        context = Context(now=turn.facts.now, asked=question_key)
        value = nlu.understand(turn.inbound.text, context).slots.get(slot)
        if value is not None:
            return slot, value
    return None


def take_alternative(turn: Turn, frame: Frame, flow: Flow, ask: Ask) -> bool:
    """Take the answer to another question that was given instead of the open one's."""
    found = alternative(turn, ask)
    if found is None:
        return False
    slot, value = found
    text = turn.inbound.text
    other = flow.question_for_slot(slot)
    if other is not None and other is not ask:
        frame.slots.pop(ask.slot, None)
        if store(turn, frame, flow, other, value, text):
            _imply(turn, frame, ask, "yes")
    elif slot == FREE_TEXT:
        store(turn, frame, flow, ask, value, text)
    else:
        frame.slots[slot] = Filled(value, text[:200], turn.seconds)
        _mark_answered(turn, frame, ask)
        turn.say(ask.alternative_says.get(str(value), ""))
    return True


def _imply(turn: Turn, frame: Frame, ask: Ask, value: JsonValue) -> None:
    """Take an answer for granted (an address: so there is a channel), where it is one."""
    is_choice = any(choice.key == value for choice in ask.choices_for(turn.view(frame)))
    if is_choice and ask.slot not in frame.slots:
        frame.slots[ask.slot] = Filled(value, "", turn.seconds, "guess")


def take_more(turn: Turn, frame: Frame, flow: Flow, context: Context, text: str) -> bool:
    """Look in a long message for further answers that can be recognised anywhere."""
    if len(text) < EXTRACT_MIN_LENGTH or frame not in turn.state.frames:
        return False
    view = turn.view(frame)
    wanted = {
        ask.read_key: ask
        for ask in flow.questions
        if ask.read_key in STRICT_SLOTS and ask.key != frame.asked and not ask.answered(view)
    }
    if not wanted:
        return False
    found = nlu.extract(text, wanted.keys(), context)
    taken = False
    for slot, hit in found.items():
        if wanted[slot].when(turn.view(frame)):
            raw = text[hit.start : hit.end]
            taken = store(turn, frame, flow, wanted[slot], hit.value, raw) or taken
    return taken


def prefill(turn: Turn, frame: Frame, flow: Flow, slots: Mapping[str, object]) -> None:
    """Store what the opening message already said, as far as it is valid; say nothing of it."""
    spoken = len(turn.outputs)
    for slot, value in slots.items():
        ask = flow.question_for_slot(slot)
        if ask is None or ask.reads or value is None:
            continue
        turn.keep_private(flow, {ask.slot: value})
        if isinstance(ask.accept(turn.view(frame), value), Accepted):
            store(turn, frame, flow, ask, value, turn.inbound.text)
    del turn.outputs[spoken:]


def not_understood(turn: Turn, frame: Frame, ask: Ask, reason: str) -> None:
    """Climb the ladder: what is wrong, then a smaller way to answer, then a person.

    Args:
        turn: the turn.
        frame: the talking frame.
        ask: the open question.
        reason: what is wrong with the answer, in the merchant's words; "" when nobody knows.
    """
    frame.tries += 1
    turn.note("failed", ask.key, turn.understood.error or "not_understood")
    turn.say(reason or phrases.NOT_UNDERSTOOD)
    if frame.tries >= TRIES_BEFORE_HINT:
        if ask.hint:
            turn.say(ask.hint)
        elif ask.choices_for(turn.view()):
            turn.say(phrases.NUMBER_HELP)
    if frame.tries >= TRIES_BEFORE_PERSON:
        turn.say(phrases.OFFER_PERSON)
    proceed(turn)
