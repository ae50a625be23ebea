"""The engine's own questions: stop? start over? change this? which one? And the menu."""

from collections.abc import Callable, Mapping

from bot import nlu
from bot.dialogue import phrases
from bot.dialogue.asking import edit_choices, proceed, say_edit_menu
from bot.dialogue.commands import bare
from bot.dialogue.correcting import apply_change, edit
from bot.dialogue.flow import Flow
from bot.dialogue.flows import go_on, leave, start
from bot.dialogue.state import Pending
from bot.dialogue.turn import Turn, choice_context
from bot.nlu.result import Context
from bot.nlu.yesno import whole_answer

YES_NO = {"yes": phrases.YES, "no": phrases.NO}


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
    context = choice_context(turn, "ask.yes_no", YES_NO)
    understood = nlu.understand(turn.inbound.text, context)
    if understood.intent == "continue":
        return "no"
    value = understood.slots.get("answer")
    return value if isinstance(value, str) else None


def _chosen(turn: Turn, labels: Mapping[str, str]) -> object:
    context = choice_context(turn, "ask.choice", labels)
    return nlu.understand(turn.inbound.text, context).slots.get("choice")


def _says_stop(turn: Turn) -> bool:
    """Tell whether the wish to stop is said once more: "안 할래요" does not mean to go on."""
    context = Context(now=turn.facts.now)
    return nlu.understand(turn.inbound.text, context).intent == "cancel"


def _cancel(turn: Turn, _pending: Pending) -> bool:
    verdict = "yes" if _says_stop(turn) else _yes_or_no(turn)
    flow = turn.flow
    if verdict is None or flow is None:
        return False
    if verdict == "yes":
        turn.say(phrases.CANCEL_DONE.format(title=flow.title))
        leave(turn)
        if turn.frame is None:
            turn.quick_replies = (phrases.MENU,)
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
        frame.edit(None)
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
    slot = _chosen(turn, {ask.slot: ask.label for ask in asks})
    chosen = next((ask for ask in asks if ask.slot == slot), None)
    if chosen is None:
        return _edit_nothing(turn, flow)
    edit(turn, frame, chosen)
    return True


def _edit_nothing(turn: Turn, flow: Flow) -> bool:
    """Take a bare yes or no to "어느 것을 고칠까요?": it is no yes to the summary before it."""
    said = whole_answer(bare(turn.inbound.text))
    if said == "yes":
        turn.state.pending = Pending("edit")
        turn.say(phrases.NUMBER_HELP)
        say_edit_menu(turn, flow)
    elif said == "no":
        turn.say(phrases.KEPT)
        proceed(turn)
    return said in {"yes", "no"}


def _choose(turn: Turn, pending: Pending) -> bool:
    labels: dict[str, str] = pending.data["labels"]
    intent = _chosen(turn, labels)
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
