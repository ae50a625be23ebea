"""A recorded chat as a transcript test (tests/transcripts/<flow>/<case>.yaml).

Written by hand rather than with a YAML library, which only the tests need: every scalar is a
double-quoted string, which YAML reads as JSON does.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from bot.errors import PayloadError
from bot.simulator.answer import bubbles

Kind = Literal["user", "tap", "image", "wait", "later"]
KINDS: tuple[Kind, ...] = ("user", "tap", "image", "wait", "later")
PASSING = frozenset({"wait", "later"})
"""Time passes: with `wait` things happen on the way, with `later` the clock jumps."""
_STEP = re.compile(r"(?=\d{1,4}\s*[hd]|\d{1,6}\s*m)(\d+)\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a recorded chat.

    Attributes:
        kind: what was done: text typed, button tapped, pictures sent, time passed.
        value: the text, the label, or the step of time; the addresses for `image`.
        fragments: first lines of the bubbles of the answer, in order.
        asked: the question that is open afterwards; None when not known.
        silent: True when the bot chose to say nothing.
        arrives: what arrived while time passed, kind and first line of each.
    """

    kind: Kind
    value: str | tuple[str, ...]
    fragments: tuple[str, ...] = ()
    asked: str | None = None
    silent: bool = False
    arrives: tuple[tuple[str, str], ...] = ()


def fragments_of(response: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the first line of every bubble that has one."""
    return tuple(bubble.quote for bubble in bubbles(response) if bubble.quote)


def is_silent(response: Mapping[str, Any]) -> bool:
    """Tell whether the bot chose to say nothing."""
    template = response.get("template")
    return isinstance(template, Mapping) and template.get("outputs") == []


def asked_in(state: Mapping[str, Any]) -> str | None:
    """Return the open question in what `inspect` told, or None.

    Looks at `asked` itself, at the conversation's, then at its topmost frame's.
    """
    conversation = state.get("conversation")
    places: list[Any] = [state, conversation]
    if isinstance(conversation, Mapping):
        frames = conversation.get("frames") or conversation.get("stack") or [None]
        places.append(frames[-1])
    for place in places:
        if isinstance(place, Mapping) and isinstance(place.get("asked"), str):
            return str(place["asked"])
    return None


def step(text: str) -> timedelta:
    """Read a step of time: `30m`, `1h`, `3d`.

    Raises:
        PayloadError: the text is nothing of the kind.
    """
    found = _STEP.fullmatch(text.strip())
    if not found:
        raise PayloadError(f"not a step of time: {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def turns_from_json(data: object) -> list[Turn]:
    """Read what the page sends: objects with one of `KINDS`, `response` and `asked`.

    Raises:
        PayloadError: the shape is another one.
    """
    if not isinstance(data, list):
        raise PayloadError("turns must be a list")
    return [_turn(item) for item in data]


def _turn(item: object) -> Turn:
    if not isinstance(item, Mapping):
        raise PayloadError("a turn must be an object")
    kind = next((kind for kind in KINDS if kind in item), None)
    if kind is None:
        raise PayloadError(f"a turn needs one of {', '.join(KINDS)}")
    answer = item.get("response")
    response: Mapping[str, Any] = answer if isinstance(answer, Mapping) else {}
    asked = str(item["asked"]) if item.get("asked") else None
    value = _value(kind, item[kind])
    arrives = _arrives(item.get("arrives") or [])
    return Turn(kind, value, fragments_of(response), asked, is_silent(response), arrives)


def _arrives(items: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise PayloadError("arrives must be a list of objects")
    return tuple((str(item.get("kind")), _first_line(str(item.get("text")))) for item in items)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _value(kind: Kind, value: object) -> str | tuple[str, ...]:
    if kind == "image":
        if not isinstance(value, list):
            raise PayloadError("image must be a list of addresses")
        return tuple(str(url) for url in value)
    if not isinstance(value, str):
        raise PayloadError(f"{kind} must be a string")
    if kind in PASSING:
        step(value)
    return value


def as_yaml(name: str, turns: Iterable[Turn]) -> str:
    """Return the text of a transcript file, with an empty `expect` to be filled by hand."""
    lines = [f"name: {_quoted(name)}", "turns:"]
    for turn in turns:
        lines += _turn_lines(turn)
    if lines[-1] == "turns:":
        lines[-1] = "turns: []"
    return "\n".join([*lines, "expect: {}", ""])


def _turn_lines(turn: Turn) -> list[str]:
    if isinstance(turn.value, str):
        value = _quoted(turn.value)
    else:
        value = "[" + ", ".join(_quoted(url) for url in turn.value) + "]"
    lines = [f"- {turn.kind}: {value}"]
    if turn.arrives:
        lines.append("  arrives:")
    for notice, first in turn.arrives:
        lines += [f"  - kind: {_quoted(notice)}", f"    says: [{_quoted(first)}]"]
    if turn.fragments:
        lines.append("  bot:")
        lines += [f"  - {_quoted(fragment)}" for fragment in turn.fragments]
    if turn.silent:
        lines.append("  silent: true")
    if turn.asked:
        lines.append(f"  asked: {_quoted(turn.asked)}")
    return lines


def _quoted(text: str) -> str:
    """Return a double-quoted scalar; what a YAML reader may refuse raw is escaped."""
    raw = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in raw)


def _escaped(char: str) -> str:
    if unicodedata.category(char) == "Cs":  # half of a pair: no file can hold it
        return "\\ufffd"
    return f"\\U{ord(char):08x}"
