"""The heart: what was remembered, one message, and facts in; what happens next out.

`reduce` is a pure function: no database, no clock, no randomness. It may change the state
object it is given, which the caller has just loaded and owns.
"""

from dataclasses import replace

from bot import nlu
from bot.dialogue import commands
from bot.dialogue.facts import Facts
from bot.dialogue.flow import adapt
from bot.dialogue.flows import start
from bot.dialogue.interpret import interpret
from bot.dialogue.message import Inbound, Output, Reply, Text
from bot.dialogue.registry import Registry
from bot.dialogue.state import Frame, State
from bot.dialogue.turn import Event, Outcome, Turn
from bot.nlu.result import Context, Understanding

MERGE_LIMIT = 280
"""Short bubbles that follow each other become one, so that less scrolls past."""
DAY_SECONDS = 86_400


def reduce(
    registry: Registry, state: State, inbound: Inbound, facts: Facts, *, owner: str = "bot"
) -> Outcome:
    """Work one message.

    Args:
        registry: the flows of the bot.
        state: the conversation so far; changed in place.
        inbound: the message.
        facts: what may be known of the world.
        owner: `bot`, or `human` while a person owns the chat.

    Returns:
        The state afterwards, what is said, and what is to be written.
    """
    turn = Turn(registry, state, facts, inbound)
    _tidy(turn)
    if owner == "human":
        _while_person_owns(turn)
    else:
        interpret(turn)
        _call(turn)
        _keep(turn)
    state.last_at = turn.seconds
    state.turns += 1
    return Outcome(
        state=state,
        reply=_reply(turn),
        effects=tuple(turn.effects),
        events=tuple(turn.events),
        asked=turn.asked_now(),
        layer=turn.understood.layer,
        drop_text=turn.drop_text,
        forget=turn.forget,
        personal=turn.personal,
    )


def _tidy(turn: Turn) -> None:
    """Drop what this release does not know any more, and what is too old."""
    kept: list[Frame] = []
    for frame in turn.state.frames:
        flow = turn.registry.get(frame.flow)
        if flow is None:
            continue
        age = turn.seconds - turn.state.last_at
        if turn.state.last_at and age > flow.expires_days * DAY_SECONDS:
            turn.events.append(Event("expired", frame.flow, frame.version, frame.asked or ""))
            continue
        adapt(frame, flow)
        kept.append(frame)
    if len(kept) != len(turn.state.frames):
        turn.state.frames = kept
        turn.state.pending = None


def _call(turn: Turn) -> None:
    """Let a flow begin that has something to say, when nothing else is going on."""
    if turn.frame is not None or turn.state.pending or turn.forget or turn.stopped:
        return
    spoken = {event.flow for event in turn.events}
    for flow in turn.registry.callers:
        if flow.name not in spoken and flow.calls and flow.calls(turn.view()):
            turn.state.menu = False
            start(turn, flow)
            return


def _keep(turn: Turn) -> None:
    flow = turn.flow
    if flow is not None and flow.keeps is not None:
        turn.effects.extend(flow.keeps(turn.view()))


def _while_person_owns(turn: Turn) -> None:
    if commands.bare(turn.inbound.text) in commands.BOT_WORDS:
        turn.understood = Understanding(intent="bot", layer="exact")
        start(turn, turn.registry.named("handback"))
    elif not _heard(turn):
        turn.silent = True


def _heard(turn: Turn) -> bool:
    """Carry out a wish that cannot wait for the person of the programme (수신거부)."""
    understood = nlu.understand(turn.inbound.text, Context(now=turn.facts.now))
    flow = turn.registry.for_intent(understood.intent)
    if flow is None or flow.respond is None or understood.layer != "lexicon":
        return False
    if understood.intent not in flow.heard:
        return False
    turn.understood = understood
    turn.add(replace(flow.respond(turn.view()), quick_replies=()))
    return True


def _reply(turn: Turn) -> Reply:
    if turn.silent:
        return Reply(silent=True)
    return Reply(tuple(_merged(turn.outputs)), turn.quick_replies)


def _merged(outputs: list[Output]) -> list[Output]:
    merged: list[Output] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if isinstance(output, Text) and isinstance(last, Text):
            joined = f"{last.text}\n\n{output.text}"
            if len(joined) <= MERGE_LIMIT:
                merged[-1] = Text(joined)
                continue
        merged.append(output)
    return merged
