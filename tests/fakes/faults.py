"""What goes wrong between us and a vendor, one call at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from tests.fakes.loopback import Scripted

JSON_TYPE: Final = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Fault:
    """The fate of one call.

    Attributes:
        answer: instead of the vendor's own; None for its own.
        taken: the vendor does its work before it answers so.
        delay_s: seconds before the first byte.
        silent: the answer comes only after the caller has hung up.
    """

    answer: Scripted | None = None
    taken: bool = False
    delay_s: float = 0.0
    silent: bool = False


LOST: Final = Fault(Scripted(drop=True), taken=True)
"""Taken, and the connection breaks before the answer."""
DROPPED: Final = Fault(Scripted(drop=True))
"""The connection breaks, and nothing was taken."""
BUSY: Final = Fault(Scripted(429, b"{}", JSON_TYPE | {"Retry-After": "7"}))
DOWN: Final = Fault(Scripted(503, b"Service Unavailable"))
CRASHED: Final = Fault(Scripted(500, b"{}", JSON_TYPE), taken=True)
"""An error of theirs after the work was done."""
WEB_PAGE: Final = Fault(Scripted(200, b"<!DOCTYPE html><p>maintenance"), taken=True)
ODD: Final = Fault(Scripted(200, b'["?"]', JSON_TYPE), taken=True)
"""JSON of a shape that was never promised."""
CUT: Final = Fault(Scripted(200, b'{"header":', JSON_TYPE, short_by=200), taken=True)

SLOW: Final = Fault(silent=True)
"""Taken, and the answer comes later than anybody waits."""
UNCLEAR: Final = (LOST, DROPPED, CRASHED, WEB_PAGE, ODD, CUT, DOWN, SLOW)
"""After these nobody knows whether it was taken."""

FAULTS: Final = {
    "lost": LOST,
    "dropped": DROPPED,
    "busy": BUSY,
    "down": DOWN,
    "crashed": CRASHED,
    "page": WEB_PAGE,
    "odd": ODD,
    "cut": CUT,
}
"""By name, for demonstrations and for parametrised tests."""


def through(faults: list[Fault], work: Callable[[], Scripted]) -> Scripted:
    """Do `work`, or let the next of the faults happen to it."""
    if not faults:
        return work()
    fault = faults.pop(0)
    answer = fault.answer
    if fault.taken or answer is None:
        own = work()
        answer = answer or own
    return replace(answer, delay_s=fault.delay_s, silent=fault.silent)
