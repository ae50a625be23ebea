"""What both AlimTalk vendors share: who can be reached, the words as approved, the text instead.

A template is registered once, with its variables in it, and a message only brings the values.
Kakao wants `https://` to stand in the registered link of a button, so a link that is nothing
but a variable is registered as `https://#{name}` and its value goes out without the scheme.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from bot.outbox.sender import Message, Recipient
from bot.outbox.templates import TEXT_LENGTH, Tap, Template, Words, templates
from models.outbox import MessageClass

LOOKS_AFTER: Final = (timedelta(seconds=30), timedelta(minutes=3), timedelta(minutes=30))
"""Most arrive in seconds; the text message instead follows some minutes later."""
SMS_BYTES: Final = 90
LMS_BYTES: Final = 2000
LMS_TITLE_BYTES: Final = 40
"""Limits of text messages in Korea, in bytes of EUC-KR (SOLAPI codes 1014, 1029, 1031)."""
ENCODING: Final = "euc_kr"
CHARACTER_BYTES: Final = 2

_PHONE: Final = re.compile(r"01\d{8,9}")
_ONLY_VARIABLE: Final = re.compile(r"#\{([^}]+)\}")
_SCHEME: Final = re.compile(r"https?://")


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text message of a phone; a short one has no title."""

    kind: Literal["SMS", "LMS"]
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RegisteredButton:
    """A button as it is entered at the vendor: BK says its label, WL opens a link."""

    kind: Literal["BK", "WL"]
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Registration:
    """A template as it is entered at the vendor; for operators."""

    kind: str
    code: str
    title: str
    text: str
    variables: tuple[str, ...]
    buttons: tuple[RegisteredButton, ...]


def obstacle(to: Recipient, message: Message) -> str | None:
    """Return why AlimTalk cannot carry a message to a person, a code; None when it can."""
    if message.message_class != MessageClass.TRANSACTIONAL:
        return "no_advertising"
    if not to.phone:
        return "no_phone"
    if not _PHONE.fullmatch(to.phone):
        return "no_mobile_phone"
    return "too_long" if len(message.words.text) > TEXT_LENGTH else None


def parameters(words: Words) -> dict[str, str]:
    """Return the values of all variables, links without their scheme."""
    links = set(_link_variables(words.template))
    return {
        name: _SCHEME.sub("", value, count=1) if name in links else value
        for name, value in words.values.items()
    }


def text_instead(words: Words, *, links: bool) -> TextMessage | None:
    """Return the same words as a text message; None when a phone could not show them.

    Args:
        words: of the message.
        links: nothing can be tapped in a text message, so links follow the text; False where
            the vendor writes it itself.
    """
    taps = (f"{tap.label}: {tap.link}" for tap in words.buttons if tap.link and links)
    text = "\n".join((words.text, *taps))
    size = _size(text)
    if size is None or size > LMS_BYTES:
        return None
    if size <= SMS_BYTES:
        return TextMessage("SMS", "", text)
    return TextMessage("LMS", _title(words.template.title), text)


def registrations(known: Mapping[str, Template] | None = None) -> tuple[Registration, ...]:
    """Return all templates as they are entered at a vendor, in the order of their kinds.

    Args:
        known: templates by kind; None for those of this installation.
    """
    every = templates() if known is None else known
    return tuple(_registration(every[kind]) for kind in sorted(every))


def _registration(template: Template) -> Registration:
    return Registration(
        kind=template.kind,
        code=template.code,
        title=template.title,
        text=template.text,
        variables=tuple(sorted(template.variables)),
        buttons=tuple(_button(tap) for tap in template.buttons),
    )


def _button(tap: Tap) -> RegisteredButton:
    if not tap.link:
        return RegisteredButton("BK", tap.label, "")
    scheme = "" if _SCHEME.match(tap.link) else "https://"
    return RegisteredButton("WL", tap.label, scheme + tap.link)


def _link_variables(template: Template) -> list[str]:
    found = (_ONLY_VARIABLE.fullmatch(tap.link) for tap in template.buttons)
    return [match[1] for match in found if match]


def _size(text: str) -> int | None:
    """Return the bytes of a text on a phone; None when it holds a character of no phone's.

    Python writes a syllable that EUC-KR does not know as eight bytes of its letters, which a
    phone would show as letters.
    """
    try:
        sizes = [len(character.encode(ENCODING)) for character in text]
    except UnicodeEncodeError:
        return None
    return None if any(size > CHARACTER_BYTES for size in sizes) else sum(sizes)


def _title(text: str) -> str:
    """Return what of a title fits; "" when a phone could not show it."""
    while (size := _size(text)) is not None and size > LMS_TITLE_BYTES:
        text = text[:-1]
    return "" if size is None else text
