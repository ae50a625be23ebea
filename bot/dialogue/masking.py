"""What may be kept of a message: the words without the person in them."""

from collections.abc import Mapping
from types import MappingProxyType

from bot import nlu
from bot.dialogue.message import Card, Carousel, Facts, ListCard, Output, Reply, Text
from bot.dialogue.registry import Registry
from bot.dialogue.state import State

DROPPED = "〔저장하지 않은 말〕"
MIN_NAME = 2
"""A personal value of one character cannot be told from the text around it."""


def personal_values(
    registry: Registry, state: State, told: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return personal value -> label, longest first.

    Args:
        registry: the flows.
        state: every draft in progress counts.
        told: what else was told just now.
    """
    found = dict(told)
    for frame in state.frames:
        flow = registry.get(frame.flow)
        if flow is None:
            continue
        for ask in flow.questions:
            filled = frame.slots.get(ask.slot)
            if ask.personal and filled and isinstance(filled.value, str):
                found[filled.value] = ask.label
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def masked(text: str, personal: dict[str, str]) -> str:
    """Return the text with numbers masked and personal values replaced by their label."""
    for value, label in personal.items():
        if len(value) >= MIN_NAME:
            text = text.replace(value, f"〔{label}〕")
    return nlu.mask(text)


def words_of(reply: Reply) -> str:
    """Return what a reply says, as plain lines."""
    return "\n".join(_words(output) for output in reply.outputs)


def _words(output: Output) -> str:
    match output:
        case Text(text):
            return text
        case Card():
            return f"{output.title}\n{output.description}".strip()
        case ListCard():
            return "\n".join([output.header, *(row.title for row in output.rows)])
        case Facts():
            rows = [f"{label}: {value}" for label, value in output.rows]
            return "\n".join(part for part in (output.title, *rows, output.description) if part)
        case Carousel(cards):
            return "\n".join(card.title for card in cards)
