"""Templates that a vendor has approved, and what reached a phone."""

import itertools
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.outbox.senders.alimtalk import Registration
from tests.fakes.faults import JSON_TYPE, Fault
from tests.fakes.loopback import Call, Scripted

_VARIABLE = re.compile(r"#\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Approved:
    """A template as it stands at the vendor.

    Attributes:
        text: with its variables.
        buttons: kind (BK, WL), label, link.
    """

    text: str
    buttons: tuple[tuple[str, str, str], ...] = ()

    @property
    def variables(self) -> set[str]:
        """Return the names of all variables, of the links too."""
        parts = [self.text, *(link for _, _, link in self.buttons)]
        return {name for part in parts for name in _VARIABLE.findall(part)}

    def filled(self, values: Mapping[str, str]) -> "tuple[str, list[tuple[str, str, str]]]":
        """Return text and buttons with everything filled in."""
        taps = [(kind, label, _filled(link, values)) for kind, label, link in self.buttons]
        return _filled(self.text, values), taps


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a phone shows.

    Attributes:
        way: `chat`, `alimtalk`, `SMS` or `LMS`.
        to: user key or phone number.
        buttons: kind, label, link.
        at: seconds of the machine's clock, for a page.
    """

    way: str
    to: str
    text: str
    mark: str
    title: str = ""
    buttons: tuple[tuple[str, str, str], ...] = ()
    at: float = field(default_factory=time.time)


@dataclass
class AlimtalkVendor:
    """What every vendor of AlimTalks has in a test.

    Attributes:
        templates: approved templates by what the vendor calls them.
        fates: number -> the vendor's word for what becomes of the AlimTalk to it; it arrives
            at all others.
        text_fates: number -> the same of the text message that follows a failed AlimTalk.
        faults: what happens to the next requests to send.
        look_faults: what happens to the next look-ups.
        pending_looks: how many look-ups of a message find it still under way.
        arrived: what the phones show.
        calls: every call, refused ones too.
    """

    templates: Mapping[str, Approved] = field(default_factory=dict)
    fates: dict[str, str] = field(default_factory=dict)
    text_fates: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    look_faults: list[Fault] = field(default_factory=list)
    pending_looks: int = 0
    arrived: list[Arrival] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)


def approved(registrations: Iterable[Registration]) -> dict[str, Approved]:
    """Return what a vendor has after all templates were entered, by their codes."""
    return {
        one.code: Approved(
            one.text, tuple((button.kind, button.label, button.link) for button in one.buttons)
        )
        for one in registrations
    }


def json_answer(status: int, body: Any) -> Scripted:
    """Return an answer in JSON."""
    return Scripted(status, json.dumps(body, ensure_ascii=False).encode(), JSON_TYPE)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values[found[1]], text)
