"""The order in which a message is read; the first reading that fits counts (DESIGN.md 3)."""

from bot import nlu
from bot.dialogue import commands, correcting, dropped, phrases, system
from bot.dialogue.answering import (
    alternative,
    not_understood,
    store,
    take_alternative,
    take_more,
    take_slots,
)
from bot.dialogue.asking import proceed
from bot.dialogue.flow import CONFIRM_SLOT, Ask, Flow
from bot.dialogue.flows import go_on, start, submit
from bot.dialogue.message import QuickReply
from bot.dialogue.state import Frame, Pending
from bot.dialogue.turn import Turn, choice_context, numbered
from bot.nlu.result import FREE, MAIN_MENU, Context, Understanding
from bot.outbox.templates import spoken_labels

UNKNOWN = "unknown"
SWITCH = "switch_flow"
CONSENT = "consent"
TOKEN_PARTS = 4
CHANGES = frozenset({None, UNKNOWN, "update_profile", "channel_change"})
"""Intents under which a message may be the change of an answer of the open form."""
MIN_CANDIDATES = 2


def interpret(turn: Turn) -> None:
    """Try the readings of a message in their order and carry out the first that fits."""
    dropped.read_as_meant(turn)
    pii = nlu.find_pii(turn.inbound.text)
    if pii:
        dropped.block(turn, pii[0].kind)
    elif turn.inbound.token is not None and _token(turn, turn.inbound.token):
        return
    elif turn.inbound.images:
        start(turn, turn.registry.named("photo"))
    elif not turn.inbound.text.strip():
        _unsupported(turn)
    elif (
        dropped.means_so(turn)
        or _notice_label(turn)
        or system.answer(turn)
        or _own_label(turn)
        or _old_label(turn)
    ):
        return
    else:
        _introduce_again(turn)
        _understand(turn)


def _unsupported(turn: Turn) -> None:
    turn.say(phrases.UNSUPPORTED)
    proceed(turn)


def _introduce_again(turn: Turn) -> None:
    flow = turn.flow
    if flow is not None and turn.was_idle:
        turn.say(phrases.WELCOME_BACK.format(title=flow.title))


def _token(turn: Turn, token: str) -> bool:
    """Handle a tapped button; False when the token is none of ours."""
    parts = token.split("|")
    if len(parts) != TOKEN_PARTS or not parts[2].isdecimal():
        return False
    turn.state.pending = None
    flow_name, question, nonce, option = parts
    turn.understood = Understanding(layer="button")
    frame, flow = turn.frame, turn.flow
    current = frame is not None and (frame.flow, frame.asked) == (flow_name, question)
    if not (current and frame and flow and frame.nonce == int(nonce)):
        return correcting.by_old_button(turn, flow_name, question, option)
    ask = turn.open_question()
    if ask is not None:
        if store(turn, frame, flow, ask, option, turn.inbound.text) or frame in turn.state.frames:
            go_on(turn)
        return True
    if option == "yes":
        submit(turn)
    else:
        correcting.from_summary(turn, frame, flow, None)
    return True


def _notice_label(turn: Turn) -> bool:
    """Take a tap on a message that we began: it says its label, whatever is asked just now."""
    text = turn.inbound.text.strip()
    ask = turn.open_question()
    if text not in spoken_labels():
        return False
    if ask is not None and _is_own_answer(turn, ask, text):
        return False
    understood = nlu.understand(text, Context(now=turn.facts.now))
    flow = turn.registry.for_intent(understood.intent)
    if flow is None and understood.intent not in commands.COMMANDS:
        return False
    turn.understood = understood
    turn.state.pending, turn.state.menu, turn.state.misses = None, False, 0
    if flow is not None:
        start(turn, flow, understood.slots)
        return True
    return commands.run(turn, understood.intent)


def _is_own_answer(turn: Turn, ask: Ask, text: str) -> bool:
    """Tell whether a label answers the open question: one of its own, or a no to a consent."""
    if any(choice.label == text for choice in ask.choices_for(turn.view())):
        return True
    if ask.read_key != CONSENT:
        return False
    return CONSENT in nlu.understand(text, correcting.question_context(turn, ask)).slots


def _own_label(turn: Turn) -> bool:
    """Take a tap that arrives as its label, whatever that word means elsewhere (직원)."""
    frame, flow, ask = turn.frame, turn.flow, turn.open_question()
    if frame is None or flow is None or ask is None:
        return False
    text = turn.inbound.text.strip()
    choice = next((c for c in ask.choices_for(turn.view()) if c.label == text), None)
    if choice is None:
        return False
    _introduce_again(turn)
    turn.understood = Understanding(layer="button")
    if store(turn, frame, flow, ask, choice.key, text) or frame in turn.state.frames:
        go_on(turn)
    return True


def _old_label(turn: Turn) -> bool:
    """Recognise a tap on an old button that arrives as its label (vendors send plain text)."""
    text = turn.inbound.text.strip()
    frame = turn.frame
    asked = frame.asked if frame else None
    for offer in reversed(turn.state.offers):
        if text not in offer.labels:
            continue
        if frame is not None and (offer.flow, offer.question) == (frame.flow, asked):
            return False
        if _fits_now(turn, text) or frame is None or offer.flow != frame.flow:
            return False
        return correcting.by_old_button(turn, offer.flow, offer.question, offer.labels[text])
    return False


def _fits_now(turn: Turn, text: str) -> bool:
    ask = turn.open_question()
    if ask is None:
        return turn.at_summary() and text in {phrases.YES, phrases.NO}
    choices = ask.choices_for(turn.view())
    return any(choice.label == text for choice in choices) or bool(alternative(turn, ask))


def _context(turn: Turn) -> Context:
    ask = turn.open_question()
    if ask is not None:
        return correcting.question_context(turn, ask)
    flow = turn.flow
    if flow is not None and flow.confirm is not None and turn.at_summary():
        confirm = flow.confirm
        labels = {"yes": confirm.yes, "edit": confirm.edit}
        return choice_context(turn, confirm.question_key, labels)
    menu = turn.registry.menu_options
    asked = MAIN_MENU if turn.state.menu else FREE
    return Context(now=turn.facts.now, asked=asked, options=menu, markets=turn.facts.markets.names)


def _understand(turn: Turn) -> None:
    context = _context(turn)
    text = turn.inbound.text
    turn.understood = understood = nlu.understand(text, context)
    turn.state.menu = False
    frame, flow = turn.frame, turn.flow
    if frame is not None and flow is not None:
        if commands.run(turn, understood.intent):
            return
        if understood.intent in CHANGES and correcting.by_name(turn, frame, flow, context):
            return
        if _answer_flow(turn, frame, context):
            return
    elif commands.run(turn, understood.intent):
        return
    _elsewhere(turn)


def _answer_flow(turn: Turn, frame: Frame, context: Context) -> bool:
    """Take the message as an answer inside the talking flow."""
    flow = turn.flow
    understood = turn.understood
    if flow is None:
        return False
    if turn.at_summary() and CONFIRM_SLOT in understood.slots:
        if understood.slots[CONFIRM_SLOT] == "yes":
            submit(turn)
        else:
            correcting.from_summary(turn, frame, flow, understood.slots.get("edit"))
        return True
    if _wanted_flow(turn) is not None:
        return False
    return _take(turn, frame, flow, context)


def _take(turn: Turn, frame: Frame, flow: Flow, context: Context) -> bool:
    understood, text = turn.understood, turn.inbound.text
    ask = turn.open_question()
    if ask is not None and ask.is_words and correcting.by_value(turn, frame, flow, context):
        return True
    has_answer = bool(understood.slots) or (ask is not None and ask.meant is not None)
    if has_answer and take_slots(turn, frame, flow, text):
        take_more(turn, frame, flow, context, text)
        if frame in turn.state.frames:
            go_on(turn)
        return True
    if ask is not None and take_alternative(turn, frame, flow, ask):
        if frame in turn.state.frames:
            go_on(turn)
        return True
    if ask is not None and (understood.error or understood.clarify):
        first = understood.clarify and not frame.tries  # it was understood, and is not enough
        reason = ask.hint if first else phrases.ERRORS.get(understood.error or "", "")
        not_understood(turn, frame, ask, reason)
        return True
    if take_more(turn, frame, flow, context, text):
        go_on(turn)
        return True
    return correcting.by_value(turn, frame, flow, context)


def _wanted_flow(turn: Turn) -> Flow | None:
    """Return the flow that a message asks for, by its intent or by name (홍보물 먼저 할래요)."""
    understood = turn.understood
    if understood.intent == SWITCH:
        return turn.registry.get(str(understood.extra.get("flow", "menu")))
    return turn.registry.for_intent(understood.intent)


def _elsewhere(turn: Turn) -> None:
    """The message is no answer: another flow, a choice between two, or nobody knows."""
    understood = turn.understood
    flow = _wanted_flow(turn)
    if flow is not None:
        turn.state.misses = 0
        start(turn, flow, understood.slots)
        return
    if _offer_candidates(turn, _candidates(understood)):
        return
    ask = turn.open_question()
    if turn.frame is not None and ask is not None:
        not_understood(turn, turn.frame, ask, "")
        return
    if turn.frame is not None:
        turn.say(phrases.NOT_UNDERSTOOD)
        proceed(turn)
        return
    turn.state.misses += 1
    start(turn, turn.registry.named("fallback"))


def _candidates(understood: Understanding) -> tuple[str, ...]:
    listed = understood.extra.get("candidates")
    if isinstance(listed, (list, tuple)):
        return tuple(str(intent) for intent in listed)
    return understood.candidates


def _offer_candidates(turn: Turn, intents: tuple[str, ...]) -> bool:
    labels = {
        intent: flow.title
        for intent in intents[:3]
        if (flow := turn.registry.for_intent(intent)) is not None and flow.offered
    }
    if len(set(labels.values())) < MIN_CANDIDATES:
        return False
    turn.state.pending = Pending("choose", {"labels": labels})
    turn.say(f"{phrases.CHOOSE_ASK}\n{numbered(labels.values())}")
    turn.quick_replies = tuple(QuickReply(label, label) for label in labels.values())
    return True
