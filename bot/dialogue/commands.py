"""Words that work at any point: back, later, stop, again, help, why, a person."""

from collections.abc import Callable

from bot.dialogue import phrases
from bot.dialogue.asking import ask_system, ask_to_stop, proceed
from bot.dialogue.flows import go_on, resume, start
from bot.dialogue.state import Filled, Frame
from bot.dialogue.turn import Turn
from bot.nlu.normalise import normalise

LONGEST_WORD = 20
WHY_WORDS = frozenset(
    {
        "왜요",
        "왜",
        "왜물어봐요",
        "왜필요해요",
        "왜물어요",
        "그건왜요",
        "왜적어야돼요",
        "왜알려줘야돼요",
    }
)
WHY_TOPIC = "why_ask"
"""Of a question why, in whatever words: every question knows its own reason."""
KEEP_WORDS = frozenset(
    {"그대로", "그대로요", "그대로둬요", "그대로해주세요", "안바꿔요", "그냥둬요"}
)
BOT_WORDS = frozenset({"챗봇", "챗봇이랑", "챗봇으로", "챗봇불러줘", "도우미", "봇"})
"""What a merchant says to talk to the bot again while a person owns the chat."""


def bare(text: str) -> str:
    """Return a message without blanks and closing marks, for whole-message words."""
    return normalise(text[:60]).text.replace(" ", "").strip("?!.~")


def run(turn: Turn, intent: str | None) -> bool:
    """Carry out a command; False when the message is none."""
    word = bare(turn.inbound.text) if len(turn.inbound.text) <= LONGEST_WORD else ""
    if (word in WHY_WORDS or turn.understood.extra.get("topic") == WHY_TOPIC) and _why(turn):
        return True
    if word in KEEP_WORDS and _keep(turn):
        return True
    command = COMMANDS.get(intent or "")
    if command is None:
        return False
    return command(turn)


def _keep(turn: Turn) -> bool:
    frame = turn.frame
    if frame is None or not frame.editing:
        return False
    frame.leave_edit()
    turn.say(phrases.KEPT)
    go_on(turn)
    return True


def _back(turn: Turn) -> bool:
    frame = turn.frame
    if frame is None:
        turn.say(phrases.NOTHING_TO_GO_BACK)
        return True
    target = _previous(frame)
    if target is None:
        turn.say(phrases.FIRST_QUESTION)
    else:
        frame.go_back(target)
        turn.note("back", target)
    proceed(turn)
    return True


def _previous(frame: Frame) -> str | None:
    if frame.asked in frame.order:
        place = frame.order.index(frame.asked)
        return frame.order[place - 1] if place else None
    return frame.order[-1] if frame.order else None


def _pause(turn: Turn) -> bool:
    frame = turn.frame
    if frame is None:
        return False
    turn.note("paused")
    frame.paused = True
    turn.say(phrases.PAUSED)
    turn.quick_replies = (
        phrases.CONTINUE,
        phrases.MENU,
    )
    return True


def _hold(turn: Turn) -> bool:
    if turn.frame is None:
        return False
    turn.say(phrases.HOLD)
    return True


def _cancel(turn: Turn) -> bool:
    if turn.flow is None:
        turn.say(phrases.CANCEL_NOTHING)
        start(turn, turn.registry.named("menu"))
        return True
    ask_to_stop(turn)
    return True


def _restart(turn: Turn) -> bool:
    frame = turn.frame
    if frame is None or turn.flow is None:
        start(turn, turn.registry.named("menu"))
    elif not frame.order:
        proceed(turn)
    else:
        ask_system(turn, "restart", phrases.RESTART_ASK)
    return True


def _repeat(turn: Turn) -> bool:
    if turn.frame is None:
        return False
    proceed(turn)
    return True


def _continue(turn: Turn) -> bool:
    if turn.frame is not None:
        turn.say(phrases.KEEP_GOING)
        proceed(turn)
        return True
    if resume(turn):
        return True
    view = turn.view()
    waiting = (flow for flow in turn.registry.flows if flow.waits and flow.waits(view))
    going_on = next(waiting, None)
    if going_on is None:
        turn.say(phrases.NOTHING_TO_RESUME)
    start(turn, going_on or turn.registry.named("menu"))
    return True


def _help(turn: Turn) -> bool:
    ask = turn.open_question()
    if ask is None:
        return False
    turn.say(ask.hint or ask.why, phrases.OFFER_PERSON)
    proceed(turn)
    return True


def _why(turn: Turn) -> bool:
    ask = turn.open_question()
    if ask is None:
        return False
    turn.say(ask.why)
    proceed(turn)
    return True


def _skip(turn: Turn) -> bool:
    frame, ask = turn.frame, turn.open_question()
    if frame is None or ask is None:
        return False
    if not ask.optional:
        turn.say(phrases.CANNOT_SKIP, ask.why)
        proceed(turn)
        return True
    frame.slots[ask.slot] = Filled(None, "", turn.seconds)
    frame.answered(ask.key)
    turn.note("skipped", ask.key)
    turn.say(phrases.SKIPPED)
    go_on(turn)
    return True


def _consent_detail(turn: Turn) -> bool:
    ask = turn.open_question()
    if ask is None or not ask.key.startswith("consent."):
        return False
    key = ask.key.removeprefix("consent.")
    turn.say(turn.facts.consent_text(key))
    proceed(turn)
    return True


COMMANDS: dict[str, Callable[[Turn], bool]] = {
    "back": _back,
    "pause": _pause,
    "hold": _hold,
    "cancel": _cancel,
    "restart": _restart,
    "repeat": _repeat,
    "show_options": _repeat,
    "continue": _continue,
    "resume": _continue,
    "help": _help,
    "skip": _skip,
    "decline": _skip,
    "consent_detail": _consent_detail,
}
