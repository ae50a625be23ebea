"""The engine's own questions: stop? start over? change this? which one? And the menu."""

from collections.abc import Callable

from bot import nlu
from bot.dialogue import phrases
from bot.dialogue.asking import edit_choices, proceed
from bot.dialogue.correcting import apply_change, edit
from bot.dialogue.flows import go_on, leave, start
from bot.dialogue.message import QuickReply
from bot.dialogue.state import Pending
from bot.dialogue.turn import Turn
from bot.nlu.result import Context

YES_NO = {"1": "yes", "2": "no"}
YES_NO_LABELS = {"yes": phrases.YES, "no": phrases.NO}


def answer(turn: Turn) -> bool:
    """Handle the answer to the engine's own question.

    Returns:
        False when the message is something else; the question is then dropped.
    """
    pending = turn.state.pending
    if pending is None:
        return False
    turn.state.pending = None
    handler = HANDLERS.get(pending.kind)
    return handler(turn, pending) if handler else False


def _yes_or_no(turn: Turn) -> str | None:
    context = Context(now=turn.facts.now, asked="ask.yes_no", options=YES_NO, labels=YES_NO_LABELS)
    understood = nlu.understand(turn.inbound.text, context)
    if understood.intent == "continue":
        return "no"
    value = understood.slots.get("answer")
    return value if isinstance(value, str) else None


def _cancel(turn: Turn, _pending: Pending) -> bool:
    verdict = _yes_or_no(turn)
    flow = turn.flow
    if verdict is None or flow is None:
        return False
    if verdict == "yes":
        turn.say(phrases.CANCEL_DONE.format(title=flow.title))
        leave(turn)
        if turn.frame is None:
            turn.quick_replies = (QuickReply(phrases.MENU_LABEL, phrases.MENU_LABEL),)
    else:
        turn.say(phrases.KEEP_GOING)
        proceed(turn)
    return True


def _restart(turn: Turn, _pending: Pending) -> bool:
    verdict = _yes_or_no(turn)
    frame = turn.frame
    if verdict is None or frame is None:
        return False
    if verdict == "yes":
        turn.note("restarted")
        frame.slots, frame.order, frame.asked = {}, [], None
        frame.editing, frame.after, frame.went_back = None, None, False
        turn.say(phrases.RESTART_DONE)
    else:
        turn.say(phrases.KEEP_GOING)
    go_on(turn)
    return True


def _correct(turn: Turn, pending: Pending) -> bool:
    verdict = _yes_or_no(turn)
    frame, flow = turn.frame, turn.flow
    if verdict is None or frame is None or flow is None:
        return False
    if verdict == "yes":
        apply_change(turn, frame, flow, pending.data["slot"], pending.data["value"])
    else:
        turn.say(phrases.KEPT)
        proceed(turn)
    return True


def _edit(turn: Turn, _pending: Pending) -> bool:
    frame, flow = turn.frame, turn.flow
    if frame is None or flow is None:
        return False
    asks = edit_choices(flow, turn.view())
    context = Context(
        now=turn.facts.now,
        asked="ask.choice",
        options={str(n): ask.slot for n, ask in enumerate(asks, 1)},
        labels={ask.slot: ask.label for ask in asks},
    )
    slot = nlu.understand(turn.inbound.text, context).slots.get("choice")
    chosen = next((ask for ask in asks if ask.slot == slot), None)
    if chosen is None:
        return False
    edit(turn, frame, chosen)
    return True


def _choose(turn: Turn, pending: Pending) -> bool:
    labels: dict[str, str] = pending.data["labels"]
    context = Context(
        now=turn.facts.now,
        asked="ask.choice",
        options={str(n): intent for n, intent in enumerate(labels, 1)},
        labels=labels,
    )
    intent = nlu.understand(turn.inbound.text, context).slots.get("choice")
    flow = turn.registry.for_intent(intent) if isinstance(intent, str) else None
    if flow is None:
        return False
    start(turn, flow)
    return True


HANDLERS: dict[str, Callable[[Turn, Pending], bool]] = {
    "cancel": _cancel,
    "restart": _restart,
    "correct": _correct,
    "edit": _edit,
    "choose": _choose,
}
