"""Starting, finishing and leaving flows."""

from collections.abc import Mapping

from bot.dialogue import phrases
from bot.dialogue.answering import prefill
from bot.dialogue.asking import ask_to_stop, is_complete, proceed
from bot.dialogue.flow import Flow
from bot.dialogue.state import MAX_FRAMES, Filled, Frame
from bot.dialogue.turn import Turn
from bot.dialogue.view import Answer


def start(turn: Turn, flow: Flow, slots: Mapping[str, object] | None = None) -> None:
    """Begin a flow, or let it say what it has to say; then go on with what was open."""
    if flow.respond is not None:
        _respond(turn, flow, flow.respond(turn.view()))
        return
    waiting = next((f for f in turn.state.frames if f.flow == flow.name), None)
    if waiting is not None:
        _bring_back(turn, waiting)
        return
    if flow.on_start is not None:
        instead = flow.on_start(turn.view())
        if instead is not None:
            _respond(turn, flow, instead)
            return
    _push(turn, flow, slots or {})


def _respond(turn: Turn, flow: Flow, answer: Answer) -> None:
    if turn.frame is not None:
        turn.note("digressed", detail=flow.name)
    turn.add(answer)
    if answer.stop or answer.forget:
        return
    if answer.drops and turn.frame is not None:
        ask_to_stop(turn)
        return
    following = turn.registry.get(answer.start) if answer.start else None
    if following is not None:
        start(turn, following, answer.prefill)
    elif turn.frame is None and turn.state.frames:
        _remind_of_draft(turn)
    else:
        go_on(turn)


def _remind_of_draft(turn: Turn) -> None:
    waiting = turn.registry.get(turn.state.frames[-1].flow)
    if waiting is not None:
        turn.say(phrases.DRAFT_WAITS.format(title=waiting.title))
        reply = phrases.CONTINUE
        turn.quick_replies = (reply, *turn.quick_replies)


def _push(turn: Turn, flow: Flow, slots: Mapping[str, object]) -> None:
    if turn.frame is not None:
        turn.note("digressed", detail=flow.name)
    frame = Frame(flow.name, flow.version, started_at=turn.seconds)
    known = flow.begins_with(turn.view()) if flow.begins_with else {}
    first = {**known, **slots}
    for slot in known:
        if flow.question_for_slot(slot) is None:
            frame.slots[slot] = Filled(first.pop(slot), "", turn.seconds, "guess")
    turn.state.frames = [*turn.state.frames[-(MAX_FRAMES - 1) :], frame]
    turn.note("started")
    prefill(turn, frame, flow, first)
    go_on(turn)


def _bring_back(turn: Turn, frame: Frame) -> None:
    turn.state.frames.remove(frame)
    turn.state.frames.append(frame)
    frame.paused = False
    flow = turn.flow
    if flow is not None:
        turn.say(phrases.WELCOME_BACK.format(title=flow.title))
    go_on(turn)


def go_on(turn: Turn) -> None:
    """Ask what comes next, or finish the flow when nothing is left to ask."""
    first = turn.registry.get(turn.first) if turn.first else None
    turn.first = None
    if first is not None:
        start(turn, first)
    elif is_complete(turn):
        submit(turn)
    else:
        proceed(turn)


def submit(turn: Turn) -> None:
    """Finish the talking flow and return to the one below."""
    frame, flow = turn.frame, turn.flow
    if frame is None or flow is None:
        return
    answer = flow.on_submit(turn.view()) if flow.on_submit else Answer()
    if answer.again:
        ask_again(turn, frame, answer)
        return
    turn.note("submitted")
    _end(turn, frame, answer)


def ask_again(turn: Turn, frame: Frame, answer: Answer) -> None:
    """Say why some answers do not hold any more, and ask for them."""
    for slot in answer.again:
        frame.slots.pop(slot, None)
    for slot, known in answer.prefill.items():
        frame.slots[slot] = Filled(known, "", turn.seconds, "guess")
    turn.note("editing", detail=" ".join(answer.again))
    turn.add(answer)
    go_on(turn)


def give_up(turn: Turn, frame: Frame, answer: Answer) -> None:
    """Carry out a "no" to the summary: other answers are wanted, or none of it."""
    if answer.again:
        ask_again(turn, frame, answer)
        return
    turn.note("cancelled")
    _end(turn, frame, answer)


def _end(turn: Turn, frame: Frame, answer: Answer) -> None:
    turn.state.frames.remove(frame)
    turn.state.frames = [one for one in turn.state.frames if one.flow not in answer.closes]
    turn.add(answer)
    if answer.forget:
        turn.state.frames = []
        return
    following = turn.registry.get(answer.start) if answer.start else None
    if following is not None:
        start(turn, following, answer.prefill)
    else:
        return_to_below(turn)


def leave(turn: Turn, detail: str = "") -> None:
    """Drop the talking flow and return to the one below."""
    frame = turn.frame
    if frame is None:
        return
    turn.note("cancelled", detail=detail)
    turn.state.frames.remove(frame)
    return_to_below(turn)


def return_to_below(turn: Turn) -> None:
    """Take up the flow that was interrupted, if any."""
    flow = turn.flow
    if flow is not None:
        turn.say(phrases.RETURN_TO.format(title=flow.title))
        go_on(turn)


def resume(turn: Turn) -> bool:
    """Take up the paused flow; False when there is none."""
    if not turn.state.frames:
        return False
    turn.state.frames[-1].paused = False
    flow = turn.flow
    if flow is not None:
        turn.say(phrases.WELCOME_BACK.format(title=flow.title))
    go_on(turn)
    return True
