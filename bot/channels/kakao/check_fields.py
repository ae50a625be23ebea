"""Building blocks of the response checker: what a field must be, and where it is not.

A `Rule` looks at one value and adds what is wrong to a list, each finding led by the path
of the value (`template.outputs[0].textCard.title`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.kakao.actions import is_address
from bot.channels.kakao.limits import URL_LENGTH, size

Findings = list[str]
Rule = Callable[[Any, str, Findings], None]


def text(limit: int, lines: int = 0) -> Rule:
    """Ask for a non-empty text of at most `limit` units and `lines` lines (0: any number)."""

    def rule(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, str):
            found.append(f"{path}: not a text")
            return
        if not value.strip():
            found.append(f"{path}: empty")
        if size(value) > limit:
            found.append(f"{path}: {size(value)} units, at most {limit}")
        if lines and value.count("\n") >= lines:
            found.append(f"{path}: {value.count(chr(10)) + 1} lines, at most {lines}")

    return rule


def address(value: Any, path: str, found: Findings) -> None:
    """Ask for a percent-encoded https address (http only to the loopback interface)."""
    if not isinstance(value, str) or not is_address(value):
        found.append(f"{path}: not a percent-encoded https address")
    elif len(value) > URL_LENGTH:
        found.append(f"{path}: address of {len(value)} characters, at most {URL_LENGTH}")


def flag(value: Any, path: str, found: Findings) -> None:
    """Ask for true or false."""
    if not isinstance(value, bool):
        found.append(f"{path}: not true or false")


def any_object(value: Any, path: str, found: Findings) -> None:
    """Ask for an object of any content."""
    if not isinstance(value, dict):
        found.append(f"{path}: not an object")


def number(least: int, most: int | None = None) -> Rule:
    """Ask for a whole number from `least` to `most` (None: no upper end)."""

    def rule(value: Any, path: str, found: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            found.append(f"{path}: not a whole number")
        elif value < least or (most is not None and value > most):
            found.append(f"{path}: {value} is out of range")

    return rule


def one_of(*allowed: str) -> Rule:
    """Ask for one of the given texts."""

    def rule(value: Any, path: str, found: Findings) -> None:
        if value not in allowed:
            found.append(f"{path}: not one of {', '.join(allowed)}")

    return rule


def array(of: Rule, least: int, most: int) -> Rule:
    """Ask for a list of `least` to `most` entries, each as `of` says."""

    def rule(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, list):
            found.append(f"{path}: not a list")
            return
        if not least <= len(value) <= most:
            found.append(f"{path}: {len(value)} entries, {least} to {most} allowed")
        for index, entry in enumerate(value):
            of(entry, f"{path}[{index}]", found)

    return rule


def shape(fields: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Rule:
    """Ask for an object with only the given fields, among them all required ones."""

    def rule(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.append(f"{path}: not an object")
            return
        found.extend(f"{path}.{name}: missing" for name in required if name not in value)
        for name, entry in value.items():
            inner = f"{path}.{name}"
            if name not in fields:
                found.append(f"{inner}: unknown field")
            elif entry is None:
                found.append(f"{inner}: null")
            else:
                fields[name](entry, inner, found)

    return rule


def all_of(*rules: Rule) -> Rule:
    """Ask for everything that `rules` ask for; later rules see only objects."""

    def rule(value: Any, path: str, found: Findings) -> None:
        before = len(found)
        for part in rules:
            part(value, path, found)
            if not isinstance(value, dict) and len(found) > before:
                return

    return rule
