"""What people wrote, made safe to print: one line, known characters, not too long."""

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from kits.errors import KitError
from kits.fonts import missing_glyphs

LINK_CHARS = 150
"""A longer address makes modules too small for every product."""

_EMOJI_FROM = 0x1F000
_EMOJI_PARTS = frozenset({0x200D, 0x20E3, 0xFE0E, 0xFE0F})
_PASTED = dict.fromkeys(map(ord, "\ufeff\u200b\u00ad\u2060"))
"""Invisible characters that come with copied text and mean nothing in print."""
_RIGHT_TO_LEFT = frozenset(
    {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "PDF", "PDI"}
)

_PUBLIC_ID = re.compile(r"_[A-Za-z0-9]{2,30}")
_SEARCH_ID = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣa-z0-9_-]{1,15}")
_PHONE = re.compile(r"\+?[0-9][0-9() .~-]{1,18}[0-9]")


def text(value: Any, field: str, limit: int, *, breaks: bool = False) -> str:
    """Return a text as one clean line; with `breaks`, line ends are kept.

    Raises:
        KitError: `field_type`, `text_control`, `text_direction`, `text_emoji`, `text_glyph`
            or `text_too_long`.
    """
    if not isinstance(value, str):
        raise KitError("field_type", f"{field} must be a text.", field)
    whole = unicodedata.normalize("NFC", value).translate(_PASTED)
    lines = (" ".join(line.split()) for line in whole.split("\n"))
    line = ("\n" if breaks else " ").join(line for line in lines if line)
    if len(line) > limit:
        raise KitError(
            "text_too_long", f"{field} has {len(line)} characters; at most {limit} fit.", field
        )
    for sign in line.replace("\n", " "):
        _refuse_sign(sign, field)
    # Marks that no composed letter has taken up would pile up into the line above.
    missing = missing_glyphs(line) or tuple(filter(_is_mark, line))
    if missing:
        shown = ", ".join(f"U+{ord(sign):04X}" for sign in missing[:3])
        raise KitError("text_glyph", f"{field} holds what our fonts cannot print: {shown}.", field)
    return line


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def _refuse_sign(sign: str, field: str) -> None:
    point = ord(sign)
    if unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
        raise KitError(
            "text_direction", f"{field} holds right-to-left writing (U+{point:04X}).", field
        )
    if (point >= _EMOJI_FROM and unicodedata.category(sign) == "So") or point in _EMOJI_PARTS:
        raise KitError("text_emoji", f"{field} holds an emoji, which print cannot show.", field)
    if unicodedata.category(sign)[0] == "C":
        raise KitError("text_control", f"{field} holds the control character U+{point:04X}.", field)


def public_id(value: Any, field: str) -> str:
    """Return the public id of a channel."""
    wanted = text(value, field, LINK_CHARS)
    if not _PUBLIC_ID.fullmatch(wanted):
        raise KitError(
            "channel_id",
            f"{field} must look like _AbCdE: an underscore, then letters and digits.",
            field,
        )
    return wanted


def search_id(value: Any, field: str) -> str:
    """Return a search id without its @; empty when there is none."""
    wanted = text(value, field, LINK_CHARS).removeprefix("@")
    if wanted and not _SEARCH_ID.fullmatch(wanted):
        raise KitError(
            "search_id",
            f"{field} takes at most 15 of Hangul, lower-case letters, digits, - and _.",
            field,
        )
    return wanted


def phone(value: Any, field: str, limit: int) -> str:
    """Return a telephone number as people write it; empty when there is none."""
    wanted = text(value, field, limit)
    if wanted and not _PHONE.fullmatch(wanted):
        raise KitError("phone_invalid", f"{field} must be a telephone number.", field)
    return wanted


def link(value: Any, field: str) -> str:
    """Return an https address that may stand in a code."""
    if not isinstance(value, str):
        raise KitError("field_type", f"{field} must be a text.", field)
    known = '"direct" or an https address' if field == "link" else "an https address"
    refused = KitError(
        "link_invalid", f"{field} must be {known} of at most {LINK_CHARS} characters.", field
    )
    if len(value) > LINK_CHARS or not value.isascii() or not value.isprintable() or " " in value:
        raise refused
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise refused from error
    host = parts.hostname or ""
    if parts.scheme != "https" or "." not in host.strip(".") or parts.username or port == 0:
        raise refused
    return value
